# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keep what takes long to make: a database's tables, an instance with people in it."""

import shutil
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import connection

from hedgerow.store import machine as machines
from hedgerow.store.runtime import runtime_directory
from hedgerow.store.upgrading import make_tables
from tests.databases import DATABASES, ROLE, use_database

if TYPE_CHECKING:
    from http.cookies import SimpleCookie

    from tests.instances import Vault
    from tests.rooms.members.browsers import Somebody


class Tables:
    """Make tables once in a process, by all steps, and copy them from then on."""

    def __init__(self) -> None:
        """Begin without any."""
        self._file = b""
        self._database = ROLE

    def use_database(self, path: Path) -> None:
        """Let Django open another database, which has the tables or is to get them."""
        use_database(path, template=self._database)

    def make(self) -> None:
        """Stand in for `make_tables`."""
        if DATABASES.server is not None:
            if self._database == ROLE:
                make_tables()
                self._database = DATABASES.keep()
        elif self._file:
            connection.close()
            Path(connection.settings_dict["NAME"]).write_bytes(self._file)
        else:
            make_tables()
            self._file = connection.connection.serialize()


TABLES = Tables()


@dataclass(frozen=True, slots=True)
class Kept:
    """Hold an instance as it stood, its people at their browsers included.

    Attributes:
        vault: The instance.
        people: Whoever is to stand where they stood.
        home: A copy of its folder.
        runtime: A copy of its runtime directory, in memory as that is.
        database: A copy of its database, on PostgreSQL.
        now: What its clock said.
        cookies: What each person's browser had, in the order of `people`.
    """

    vault: "Vault"
    people: "tuple[Somebody, ...]"
    home: Path
    runtime: Path
    database: str
    now: int
    cookies: "tuple[SimpleCookie, ...]"

    def restore(self) -> None:
        """Let everything be as it was, and open the instance in this process."""
        vault = self.vault
        use_database(vault.home / machines.DATA / "hedgerow.sqlite3", template=self.database)
        machines.close()
        _replace(runtime_directory(vault.home), self.runtime)
        _replace(vault.home, self.home)
        vault.clock.now = self.now
        for person, cookies in zip(self.people, self.cookies, strict=True):
            person.client.cookies = deepcopy(cookies)
        machines.open_with(vault.home, vault.founding.boot_key, clock=vault.clock)

    def forget(self) -> None:
        """Remove the copies in memory, and the runtime directory."""
        shutil.rmtree(self.runtime)
        shutil.rmtree(runtime_directory(self.vault.home))


def _replace(folder: Path, copy: Path) -> None:
    """Let a folder hold what its copy holds."""
    shutil.rmtree(folder)
    shutil.copytree(copy, folder, symlinks=True)


def keep(vault: "Vault", *people: "Somebody", copy: Path) -> Kept:
    """Keep an open instance as it is, and close it.

    Args:
        vault: The instance.
        *people: At their browsers.
        copy: A folder to make, for the copy of its own.
    """
    machines.close()
    connection.close()
    runtime = runtime_directory(vault.home)
    kept = runtime.with_name(f"{runtime.name}-kept")
    shutil.copytree(vault.home, copy, symlinks=True)
    shutil.copytree(runtime, kept)
    return Kept(
        vault,
        people,
        copy,
        kept,
        database=ROLE if DATABASES.server is None else DATABASES.keep(),
        now=vault.clock.now,
        cookies=tuple(deepcopy(person.client.cookies) for person in people),
    )
