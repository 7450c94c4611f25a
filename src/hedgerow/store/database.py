# SPDX-License-Identifier: AGPL-3.0-or-later
"""Say in one place what the database does in words of its own.

Everything that another database would say otherwise stands here: how a list of ids is
passed as one parameter, how writers are shut out, which errors mean "again" or "no room",
and what makes it forget old rows. Locks are always taken in one order: the night's row
first, then the rows of a space.
"""

import errno
import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final

from django.db import OperationalError, connection, transaction

from hedgerow.kernel.errors import Busy, Damaged
from hedgerow.store.machine import machine
from hedgerow.store.runtime import lock_file

#: Stands after a column: is it among the ids of one parameter, made by `id_list`?
AMONG: Final = "IN (SELECT value FROM json_each(%s))"
_FULL: Final = ("database or disk is full", "no space left")
_CHECKPOINT_TRIES: Final = 3
_TURNSTILE: Final = "writers"
DATABASE_ERRORS: Final = (OperationalError, sqlite3.OperationalError)


def id_list(ids: Iterable[int]) -> str:
    """Return many ids as one parameter."""
    return json.dumps(list(ids))


@contextmanager
def _turnstile() -> Iterator[None]:
    """Wait for one's turn to write, unless this thread is writing already."""
    if connection.in_atomic_block:
        yield
        return
    with lock_file(machine().runtime / _TURNSTILE, wait=True):
        yield


@contextmanager
def alone() -> Iterator[int]:
    """Open a writing transaction that shuts other writers out; give the count of turns.

    SQLite has one writer at a time and takes the lock when the transaction begins. Its
    waiting is a guess of pauses, in which a long night would always be faster, so writers
    queue at a lock file first.

    Raises:
        Damaged: "store.no_night_row" when the database is not one of an instance.
    """
    with _turnstile(), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT seq FROM night")
            row = cursor.fetchone()
        if row is None:
            raise Damaged("store.no_night_row")
        yield int(row[0])


def set_turns(seq: int) -> None:
    """Set the count of turns, inside a writing transaction."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE night SET seq = %s", [seq])


def busy(error: BaseException) -> Busy:
    """Return what an error of the database means: nothing was written, and why."""
    text = str(error).lower()
    is_full = any(one in text for one in _FULL) or getattr(error, "errno", 0) == errno.ENOSPC
    return Busy("store.full" if is_full else "store.busy")


@contextmanager
def own_checkpoints() -> Iterator[None]:
    """Let no commit of this connection copy the log into the file; `copy_log` does it.

    A commit that copies keeps other writers waiting for as long as that takes.
    """
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
    waiting far longer than one after the other.
    """
    with _turnstile(), connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")
        cursor.fetchall()


def empty_log() -> bool:
    """Empty the write-ahead log, in which old rows stand; tell whether it is empty.

    Most of it is copied before writers are shut out.
    """
    copy_log()
    with _turnstile(), connection.cursor() as cursor:
        for _ in range(_CHECKPOINT_TRIES):
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            if not cursor.fetchone()[0]:
                return True
    return False
