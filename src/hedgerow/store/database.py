# SPDX-License-Identifier: AGPL-3.0-or-later
"""Say in one place what the two databases do in words of their own.

Everything that SQLite and PostgreSQL say differently stands here: how a list of ids is
passed as one parameter, how writers are shut out, which errors mean "again" or "no room",
and what makes a database forget old rows.

Locks are always taken in one order: first the one that every writer shares and a night or
a turn of the ring has alone, then the place that is written (a group, an account), then
the rows themselves. SQLite has one writer at a time, so that its first lock is all of them.
"""

import errno
import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final

from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction

from hedgerow.kernel.errors import Busy, Damaged
from hedgerow.store.machine import machine
from hedgerow.store.runtime import lock_file

Listed = str | list[int]
"""Many ids as one parameter, as the database in use takes them."""

_FULL: Final = ("database or disk is full", "no space left")
_FULL_STATE: Final = "53100"
_AGAIN: Final = frozenset({"40001", "40P01"})
# Codes of a server that ends or does not yet take connections begin so.
_ENDED: Final = "57P"
_CHECKPOINT_TRIES: Final = 3
_TURNSTILE: Final = "writers"
# Of PostgreSQL's advisory locks, which have numbers: ids of rows are the others.
_EVERYTHING: Final = 1
DATABASE_ERRORS: Final = (OperationalError, InterfaceError, sqlite3.OperationalError)


class Undone(Exception):
    """Say that an act is to be undone, and tried again by whoever runs it."""


class _Standing(threading.local):
    """Note for each thread whether it has shut all other writers out."""

    is_alone = False


_standing = _Standing()


def is_postgresql() -> bool:
    """Tell whether the database in use is PostgreSQL."""
    return connection.vendor == "postgresql"


def among() -> str:
    """Return what stands after a column: is it among the ids of one `id_list`?"""
    return "= ANY(%s::bigint[])" if is_postgresql() else "IN (SELECT value FROM json_each(%s))"


def id_list(ids: Iterable[int]) -> Listed:
    """Return many ids as one parameter."""
    return list(ids) if is_postgresql() else json.dumps(list(ids))


@contextmanager
def _turnstile() -> Iterator[None]:
    """Wait for one's turn to write to SQLite, unless this thread is writing already.

    SQLite takes the lock when the transaction begins. Its waiting is a guess of pauses, in
    which a long night would always be faster, so writers queue at a lock file first.
    """
    if connection.in_atomic_block or is_postgresql():
        yield
        return
    with lock_file(machine().runtime / _TURNSTILE, wait=True):
        yield


@contextmanager
def in_turn() -> Iterator[None]:
    """Write public rows in one's turn among all writers, as a whole or not at all.

    Who only waits for SQLite's lock looks now and then whether it is free, and under load it
    hardly ever is.

    Raises:
        Busy: "store.locked" while the boot key was not typed.
    """
    with _turnstile(), transaction.atomic():
        yield


def _run(statement: str, *values: int) -> tuple[object, ...] | None:
    """Run a statement and return its first row."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row: tuple[object, ...] | None = cursor.fetchone()
        return row


def _turns() -> int:
    """Return the count of turns; in a statement after the lock's, which sees what it waited for.

    Raises:
        Damaged: "store.no_night_row" when the database is not one of an instance.
    """
    row = _run("SELECT seq FROM night")
    if row is None:
        raise Damaged("store.no_night_row")
    return int(str(row[0]))


@contextmanager
def alone() -> Iterator[int]:
    """Open a writing transaction that shuts other writers out; give the count of turns.

    Raises:
        Damaged: "store.no_night_row" when the database is not one of an instance.
    """
    with _turnstile(), transaction.atomic():
        if is_postgresql():
            _run("SELECT pg_advisory_xact_lock(%s)", _EVERYTHING)
        before, _standing.is_alone = _standing.is_alone, True
        try:
            yield _turns()
        finally:
            _standing.is_alone = before


@contextmanager
def beside_others() -> Iterator[int]:
    """Open a writing transaction beside which others may write elsewhere; give the count of turns.

    Nights and turns of the ring wait for its end. What it reads and writes again it must
    `hold`. With SQLite it is one that shuts others out.

    Raises:
        Damaged: "store.no_night_row" when the database is not one of an instance.
    """
    if not is_postgresql():
        with alone() as seq:
            yield seq
        return
    with transaction.atomic():
        _run("SELECT pg_advisory_xact_lock_shared(%s)", _EVERYTHING)
        yield _turns()


def hold(number: int) -> None:
    """Wait for a place, by a row's id, and hold it to the end of the writing transaction.

    What earlier holders wrote is seen by the next statement. The lock stands in memory: one
    on the row itself would be written into the row and into PostgreSQL's log, and would
    lose hold of a row that is deleted and written again.
    """
    if is_postgresql() and not _standing.is_alone:
        _run("SELECT pg_advisory_xact_lock(%s)", number)


def share(number: int) -> None:
    """Wait for a place that one only reads, and keep those who `hold` it out to the end."""
    if is_postgresql() and not _standing.is_alone:
        _run("SELECT pg_advisory_xact_lock_shared(%s)", number)


def may_set_turns() -> bool:
    """Tell whether the transaction that this thread is in has shut all other writers out."""
    return _standing.is_alone


def claimed(table: str, ids: Iterable[int]) -> list[int]:
    """Return those of some rows that no other writer is at, and keep others from them."""
    if not is_postgresql():
        return list(ids)
    statement = f"SELECT id FROM {table} WHERE id {among()} FOR UPDATE SKIP LOCKED"  # noqa: S608  # nosec -- a table of ours
    with connection.cursor() as cursor:
        cursor.execute(statement, [id_list(ids)])
        return [row[0] for row in cursor.fetchall()]


def set_turns(seq: int) -> None:
    """Set the count of turns, inside a writing transaction."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE night SET seq = %s", [seq])


def _state(error: BaseException) -> str:
    """Return PostgreSQL's code of an error, or nothing."""
    return str(getattr(error.__cause__, "sqlstate", None) or "")


def was_undone(error: BaseException) -> bool:
    """Tell whether an error at the commit says for certain that nothing was kept."""
    return not is_postgresql() or _state(error) in _AGAIN


def may_repeat(error: BaseException) -> bool:
    """Tell whether a transaction that failed before its commit may succeed if run again.

    PostgreSQL ends one of two writers that wait for each other, and a connection may break,
    as at a restart of the server; the next one is then a new one.
    """
    if not is_postgresql() or connection.in_atomic_block:
        return False
    if _state(error) in _AGAIN:
        return True
    session = connection.connection
    is_broken = session is None or bool(session.closed) or _state(error).startswith(_ENDED)
    if is_broken:
        connection.close()
    return is_broken


def busy(error: BaseException) -> Busy:
    """Return what an error of the database means: nothing was written, and why."""
    text = str(error).lower()
    is_full = any(one in text for one in _FULL) or getattr(error, "errno", 0) == errno.ENOSPC
    return Busy("store.full" if is_full or _state(error) == _FULL_STATE else "store.busy")


@contextmanager
def own_checkpoints() -> Iterator[None]:
    """Let no commit of this connection copy the log into the file; `copy_log` does it.

    A commit that copies keeps other writers waiting for as long as that takes.
    """
    if is_postgresql():
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_autocheckpoint")
        before = int(cursor.fetchone()[0])
        cursor.execute("PRAGMA wal_autocheckpoint=0")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA wal_autocheckpoint={before}")


def copy_log() -> None:
    """Copy the write-ahead log into the file as far as it goes.

    Writers queue meanwhile: a disk that is told to finish two files at once keeps both
    waiting far longer than one after the other. PostgreSQL copies its own by itself.
    """
    if is_postgresql():
        return
    with _turnstile(), connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")
        cursor.fetchall()


def empty_log() -> bool:
    """Empty the write-ahead log, in which old rows stand; tell whether it is empty.

    Most of it is copied before writers are shut out.
    """
    if is_postgresql():
        return _empty_postgresql_log()
    copy_log()
    with _turnstile(), connection.cursor() as cursor:
        for _ in range(_CHECKPOINT_TRIES):
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            if not cursor.fetchone()[0]:
                return True
    return False


def _empty_postgresql_log() -> bool:
    """Begin another file of the log and have the earlier ones removed, where the role may."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_switch_wal()")
            cursor.execute("CHECKPOINT")
    except DatabaseError:
        return False
    return True


def take_no_samples(columns: Iterable[tuple[str, str]]) -> None:
    """Keep values of columns out of PostgreSQL's statistics, where they outlive their rows."""
    if not is_postgresql():
        return
    with connection.cursor() as cursor:
        for table, column in columns:
            cursor.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0")


def pack(tables: Iterable[str]) -> None:
    """Write tables anew in the order of their random ids, so that nothing deleted stays in them.

    PostgreSQL only marks a row as deleted, and puts new ones where there is room; SQLite
    overwrites it with zeros at once.
    """
    if not is_postgresql():
        return
    for table in tables:
        with connection.cursor() as cursor:
            cursor.execute(f"CLUSTER {table} USING {table}_pkey")
            cursor.execute(f"VACUUM (FREEZE) {table}")
