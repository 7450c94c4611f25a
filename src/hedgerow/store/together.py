# SPDX-License-Identifier: AGPL-3.0-or-later
"""Write to SQLite what several threads ask for in one transaction.

SQLite has one writer at a time, and the disk needs some milliseconds to keep what a transaction
wrote. While one is at it, threads that want to write queue; the first of them then writes what all
of them ask for, each act in a savepoint of its own. Nobody gets an answer before the one commit is
on the disk; where it fails, nothing of any of them was written.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, TypeVar, cast

from django.db import connection, transaction

from hedgerow.kernel.errors import Busy, HedgerowError
from hedgerow.store.database import DATABASE_ERRORS, Undone, alone, is_postgresql

T = TypeVar("T")
#: So many acts are written at once, so that nobody waits long for the others'.
MOST_AT_ONCE: Final = 32
_EXPECTED: Final = (HedgerowError, Undone, *DATABASE_ERRORS)


@dataclass(slots=True, eq=False)
class _Asked:
    """Hold what a thread asks to have written, and what came of it."""

    act: Callable[[int], object]
    result: object = None
    error: BaseException | None = None
    must_lead: bool = False
    woken: threading.Event = field(default_factory=threading.Event)


class _Queue:
    """Let threads wait, and one of them write for all."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self._lock = threading.Lock()
        self._waiting: list[_Asked] = []
        self._is_led = False

    def write(self, asked: _Asked) -> None:
        """Have something written, by this thread or by another."""
        with self._lock:
            self._waiting.append(asked)
            asked.must_lead, self._is_led = not self._is_led, True
        if not asked.must_lead:
            asked.woken.wait()
        if asked.must_lead:
            self._lead()

    def _lead(self) -> None:
        """Write what all who wait ask for, wake them, and let the next one lead."""
        batch: list[_Asked] = []
        failure: BaseException | None = Busy("store.busy")
        try:
            with alone() as seq:
                batch = self._taken()
                _run_all(batch, seq)
            failure = None
        except _EXPECTED as error:
            failure = error
        finally:
            for one in batch or self._taken():
                one.error = one.error or failure
                one.woken.set()
            self._hand_over()

    def _hand_over(self) -> None:
        """Let the first of those who wait lead."""
        with self._lock:
            self._is_led = bool(self._waiting)
            if self._waiting:
                self._waiting[0].must_lead = True
                self._waiting[0].woken.set()

    def _taken(self) -> list[_Asked]:
        """Take those who wait, the first ones first."""
        with self._lock:
            batch, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
        return batch


_queue: Final = _Queue()


def _run_all(batch: list[_Asked], seq: int) -> None:
    """Run acts one after another; one that fails leaves the others alone.

    After an error of the database SQLite may have undone all of them, so that all fail; and
    nobody's act is kept beside one that fails in a way that nobody foresaw.
    """
    if len(batch) == 1:
        batch[0].result = batch[0].act(seq)
        return
    for one in batch:
        try:
            with transaction.atomic():
                one.result = one.act(seq)
        except (HedgerowError, Undone) as error:
            one.error = error


def may_share() -> bool:
    """Tell whether this thread's act may be written with those of others."""
    return not is_postgresql() and not connection.in_atomic_block


def write_together(act: Callable[[int], T]) -> T:
    """Run an act in a writing transaction that those of other threads may share.

    Args:
        act: Gets the count of turns; it may run in another thread, after other acts of the
            same transaction, which it sees.

    Raises:
        Damaged: As `database.alone` says.
    """
    asked = _Asked(act)
    _queue.write(asked)
    if asked.error is not None:
        raise asked.error
    return cast("T", asked.result)
