# SPDX-License-Identifier: AGPL-3.0-or-later
"""Copy a whole database into one SQLite file, and such a file back, whichever is in use.

SQLite copies itself. From and to PostgreSQL rows are copied, so that a back-up holds the same
kind of file whatever it was made from, needs no program of the server's, and can be put back
on the other database. What is sealed stays sealed on the way.
"""

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, Final

from django.apps import apps
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, connections, transaction
from django.db.models import Model

from hedgerow.engines.vault.locker import LockerClass, LockerRow, open_locker
from hedgerow.engines.vault.ring import Ring
from hedgerow.kernel.canonical import join_parts
from hedgerow.kernel.errors import Damaged
from hedgerow.kernel.ids import RowId
from hedgerow.store.database import is_postgresql
from hedgerow.store.rows import BODY, TABLES
from hedgerow.store.tables import night_keys
from hedgerow.store.upgrading import make_tables

_ALIAS: Final = "copy"
_AT_ONCE: Final = 200


def copy_out(path: Path) -> None:
    """Copy the database in use, as it is at one moment, into a file that only its owner reads."""
    drop_copy(path)
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    if not is_postgresql():
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(path)])
        return
    with _as_alias(path), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        call_command("migrate", database=_ALIAS, verbosity=0, interactive=False)
        _copy_rows(source="default", target=_ALIAS)


def copy_in(path: Path) -> None:
    """Fill an empty database on a server with what such a file holds, whole or not at all."""
    make_tables()
    with _as_alias(path):
        # The file may be of an earlier version.
        call_command("migrate", database=_ALIAS, verbosity=0, interactive=False)
        _copy_rows(source=_ALIAS, target="default")


def drop_copy(path: Path) -> None:
    """Remove a copy and what SQLite keeps beside it."""
    for name in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + name).unlink(missing_ok=True)


@contextmanager
def _as_alias(path: Path) -> Iterator[None]:
    """Let Django speak to a file beside its own database."""
    described = {"ENGINE": "django.db.backends.sqlite3", "NAME": path}
    connections.databases[_ALIAS] = connections.configure_settings(
        {"default": connections.databases["default"], _ALIAS: described}
    )[_ALIAS]
    try:
        yield
    finally:
        connections[_ALIAS].close()
        del connections[_ALIAS]
        del connections.databases[_ALIAS]


def _models() -> list[type[Model]]:
    """Return whatever has a table of its own."""
    models = apps.get_models(include_auto_created=True)
    return [one for one in models if one._meta.managed]  # noqa: SLF001 -- Django's public _meta


def _copy_rows(*, source: str, target: str) -> None:
    """Copy all rows in one transaction; those of a copy that was broken off give way."""
    with transaction.atomic(using=target), connections[target].cursor() as cursor:
        for model in _models():
            cursor.execute(f'DELETE FROM "{model._meta.db_table}"')  # noqa: S608, SLF001  # nosec -- a table of ours, by its model
            every = model._base_manager  # noqa: SLF001 -- a manager of its own may hide rows
            rows = every.using(source).iterator(chunk_size=_AT_ONCE)
            while batch := list(islice(rows, _AT_ONCE)):
                every.using(target).bulk_create(batch)
        for statement in connections[target].ops.sequence_reset_sql(no_style(), _models()):
            cursor.execute(statement)


def is_copied(path: Path) -> bool:
    """Tell whether the database in use holds exactly the sealed rows of a copy."""
    with _reading(path) as copy:
        return _digest(copy.cursor()) == _digest(connection.cursor())


def _digest(cursor: Any) -> bytes:
    """Hash all sealed rows in the order of their ids."""
    digest = hashlib.blake2b()
    for table in (*TABLES.values(), BODY):
        cursor.execute(f"SELECT id, box FROM {table} ORDER BY id")  # noqa: S608  # nosec -- a table of ours
        for number, box in iter(cursor.fetchone, None):
            digest.update(join_parts(table, number, bytes(box)))
    return digest.digest()


def turns_in(path: Path) -> int:
    """Return the count of turns that a copy holds.

    Raises:
        Damaged: "store.no_night_row" when it is not one of an instance.
    """
    with _reading(path) as copy:
        found: list[tuple[Any, ...]] = copy.execute("SELECT seq FROM night").fetchall()
    if len(found) != 1:
        raise Damaged("store.no_night_row")
    return int(found[0][0])


def unopened_in(path: Path, ring: Ring) -> int:
    """Count the lockers of a copy that no night key opens: all must."""
    keys = night_keys(ring)
    count = 0
    with _reading(path) as copy:
        for klass, table in TABLES.items():
            for row in copy.execute(f"SELECT id, box FROM {table}"):  # noqa: S608  # nosec -- a table of ours
                count += not _opens(LockerRow(RowId(row[0]), row[1]), klass=klass, keys=keys)
    return count


def _opens(row: LockerRow, *, klass: LockerClass, keys: tuple[bytes, ...]) -> bool:
    """Tell whether one of the keys opens a row."""
    for key in keys:
        try:
            open_locker(key, row, klass=klass)
        except Damaged:
            continue
        return True
    return False


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Read a file that nobody writes.

    Raises:
        Damaged: "store.no_night_row" when it is no database of an instance.
    """
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?immutable=1", uri=True)) as copy:
        try:
            yield copy
        except sqlite3.DatabaseError:
            raise Damaged("store.no_night_row") from None
