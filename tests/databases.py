# SPDX-License-Identifier: AGPL-3.0-or-later
"""Give each test an empty database: a file of SQLite, or one on a PostgreSQL of the run's own.

PostgreSQL refuses to run as root, so there its system user runs it. It has the settings of
docs/examples/postgresql.conf, so that it is one that `serve` takes, and listens on a socket
in a folder of its own, which lies in memory: to wait for the disk costs nothing there. It is
ended by its process id.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from django.db import connections

from hedgerow.cli.machine import postgresql_folder
from hedgerow.site.databases import postgresql

CONFIG = Path(__file__).parents[1] / "docs" / "examples" / "postgresql.conf"
ROLE = "hedgerow"
_PATIENCE_S = 60
# A test may make a second instance beside its first.
_KEPT = 3
_MEMORY = Path("/dev/shm")  # noqa: S108 -- a folder of its own is made in it


def _servant() -> str | None:
    """Return the user who runs PostgreSQL in place of root."""
    return "postgres" if os.geteuid() == 0 else None


@dataclass(slots=True)
class Server:
    """Be a PostgreSQL in a temporary folder.

    Attributes:
        folder: Everything of it.
        process: It, while it runs.
    """

    folder: Path
    process: "subprocess.Popen[bytes] | None" = None
    _made: int = 0

    @property
    def data(self) -> Path:
        """Return the folder of its data."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """Return the file it writes its log to."""
        return self.folder / "log"

    @property
    def user(self) -> str:
        """Return its superuser, who may come in without a password."""
        return _servant() or pwd.getpwuid(os.geteuid()).pw_name

    def url(self, name: str = "postgres", *, role: str = "") -> str:
        """Return the address of one of its databases, for its superuser or another role."""
        who = role or self.user
        return f"postgresql://{who}@/{name}?host={quote(str(self.folder), safe='')}"

    def _run(self, program: str, *arguments: str) -> "subprocess.Popen[bytes]":
        """Start one of PostgreSQL's programs as the unprivileged user."""
        programs = postgresql_folder()
        assert programs is not None
        servant = _servant()
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [programs / program, *arguments],
                cwd=self.folder,
                stdout=log,
                stderr=log,
                user=servant,
                group=pwd.getpwnam(servant).pw_gid if servant else None,
                extra_groups=[] if servant else None,
            )

    def make(self) -> None:
        """Make its folder and its data."""
        if (servant := _servant()) is not None:
            shutil.chown(self.folder, servant)
        wanted = ("-D", str(self.data), "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        assert self._run("initdb", *wanted).wait(_PATIENCE_S) == 0, self.log.read_text()
        shutil.copyfile(CONFIG, self.data / "postgresql.conf")

    def start(self, *options: str) -> None:
        """Start it and wait until it answers."""
        own = ("-D", str(self.data), "-k", str(self.folder))
        self.process = self._run("postgres", *own, *options)
        end = time.monotonic() + _PATIENCE_S
        while True:
            try:
                psycopg.connect(self.url()).close()
            except psycopg.OperationalError:
                assert self.process.poll() is None, self.log.read_text()
                assert time.monotonic() < end, self.log.read_text()
                time.sleep(0.05)
            else:
                return

    def stop(self, *, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it and wait until it has ended."""
        if self.process is None:
            return
        self.process.send_signal(how)
        try:
            self.process.wait(_PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(_PATIENCE_S)
        self.process = None

    def run(self, statement: str, *, database: str = "postgres") -> None:
        """Run a statement of its superuser."""
        with psycopg.connect(self.url(database), autocommit=True) as line:
            line.execute(statement.encode())

    def prepare(self) -> None:
        """Make what docs/settings.md has people make: a role, its database, its rights."""
        self.run(f"CREATE ROLE {ROLE} LOGIN")
        self.run(f"CREATE DATABASE {ROLE} OWNER {ROLE} TEMPLATE template0")
        self.run(f"GRANT EXECUTE ON FUNCTION pg_switch_wal() TO {ROLE}", database=ROLE)
        with suppress(psycopg.errors.UndefinedObject):  # PostgreSQL 14 has no such role.
            self.run(f"GRANT pg_checkpoint TO {ROLE}")

    def new_database(self, *, template: str = ROLE) -> str:
        """Make a database, empty unless it is to be like another, and return its name."""
        self._made += 1
        name = f"test{self._made}"
        self.run(f"CREATE DATABASE {name} OWNER {ROLE} TEMPLATE {template}")
        return name

    def drop(self, name: str) -> None:
        """Drop a database, whoever is still connected to it."""
        self.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def new_server(*options: str) -> Server:
    """Make and start a server in a new folder."""
    place = _MEMORY if _MEMORY.is_dir() else None
    server = Server(Path(tempfile.mkdtemp(prefix="hedgerow-pg-", dir=place)))
    server.make()
    server.start(*options)
    return server


def remove(server: Server) -> None:
    """Stop a server and remove its folder."""
    server.stop()
    shutil.rmtree(server.folder)


class Databases:
    """Hold the PostgreSQL of a run of tests, where it is to be one.

    Attributes:
        server: It, or None while SQLite is meant.
        url: Of the database made last.
    """

    def __init__(self) -> None:
        """Begin with SQLite."""
        self.server: Server | None = None
        self.url = ""
        self._names: list[str] = []

    def use_postgresql(self) -> None:
        """Start a server for all tests of this process, and let Django use it."""
        self.server = new_server()
        self.server.prepare()
        self.url = self.server.url(role=ROLE)
        _replace_default(postgresql(self.url))

    def end(self) -> None:
        """Stop the server, if there is one."""
        if self.server is not None:
            connections["default"].close()
            remove(self.server)
            self.server = None

    def renew(self, *, template: str = ROLE) -> None:
        """Make a database, empty or like another, and drop old ones.

        Do nothing where SQLite is meant.
        """
        if self.server is None:
            return
        connection = connections["default"]
        connection.close()
        self._names.append(self.server.new_database(template=template))
        while len(self._names) > _KEPT:
            self.server.drop(self._names.pop(0))
        self.url = self.server.url(self._names[-1], role=ROLE)
        connection.settings_dict["NAME"] = self._names[-1]

    def keep(self) -> str:
        """Copy the database made last, for others to be made like it; return the copy's name."""
        assert self.server is not None
        connections["default"].close()
        return self.server.new_database(template=self._names[-1])


def _replace_default(description: dict[str, Any]) -> None:
    """Let Django's default connection be another one, of which none is open yet."""
    settings = connections.configure_settings({"default": description})
    connections.settings["default"] = settings["default"]
    connections["default"] = connections.create_connection("default")


DATABASES = Databases()


def use_database(path: Path, *, template: str = ROLE) -> None:
    """Let Django's default connection open another database, which is empty.

    The name is changed first: a connection to a SQLite database in memory is not closed
    while it goes by that name.

    Args:
        path: Where SQLite would have it.
        template: What a database of PostgreSQL is to be like instead of empty.
    """
    connection = connections["default"]
    if DATABASES.server is not None:
        DATABASES.renew(template=template)
        return
    connection.settings_dict["NAME"] = str(path)
    connection.close()
