# SPDX-License-Identifier: AGPL-3.0-or-later
"""Write sealed rows, in transactions that are whole or not at all.

`in_writing` runs a function on a `Transaction` and repeats it when the database asks for
that, when a night has turned the ring, or when two tags happen to have one id; so the
function draws its randomness inside and touches nothing outside. Creating a row deletes
a dummy, dropping one adds a dummy, both in the same transaction: the number of rows
stands still between two nights.
"""

import errno
import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeVar

from django.db import IntegrityError, OperationalError, connection, transaction

from hedgerow.engines.vault.locker import (
    DUMMY_WINDOW,
    NEVER,
    Locker,
    LockerClass,
    LockerRow,
    dummy_locker,
    dummy_tag,
    open_locker,
    row_id,
    seal_inner,
    seal_locker,
)
from hedgerow.engines.vault.night import MOST_STANDING_DUMMIES, STEP_ROWS
from hedgerow.engines.vault.ring import Ring
from hedgerow.kernel.canonical import Part
from hedgerow.kernel.errors import Busy, Damaged
from hedgerow.kernel.randomness import random_below
from hedgerow.store.machine import machine
from hedgerow.store.tables import TABLES, Found, follow_ring, look_up

T = TypeVar("T")
_TRIES: Final = 6
_FULL: Final = ("database or disk is full", "disk i/o error", "no space left")
_DRAW: Final = 64
_UNKNOWN: Final = "NULL"

#: Called with the true tags each committed transaction wrote; tests put a recorder here.
observers: list[Callable[["Transaction"], None]] = []


class IdTaken(Exception):
    """Say that another tag has the id of the one to be written."""


class Transaction:
    """Be one writing transaction on the sealed tables.

    Attributes:
        ring: The ring it writes under.
        touched: The true tags it wrote or dropped, for tests.
    """

    def __init__(self, ring: Ring) -> None:
        """Begin with nothing written."""
        self.ring = ring
        self.touched: list[bytes] = []
        self.born: list[int] = []
        self._growth = {LockerClass.SMALL: 0, LockerClass.LARGE: 0}

    def look_up(
        self,
        *,
        small: Sequence[bytes] = (),
        large: Sequence[bytes] = (),
        bodies: Sequence[int] = (),
    ) -> Found:
        """Find rows as `tables.look_up` does, inside this transaction."""
        return look_up(small=small, large=large, bodies=bodies)

    def put_small(
        self, tag: bytes, content: bytes, *context: Part, key: bytes, until_week: int = NEVER
    ) -> None:
        """Insert or replace a small locker.

        Args:
            tag: Its true tag.
            content: At most 951 bytes.
            *context: Of its Box; the true tag where none is named.
            key: Of its Box.
            until_week: The last week of its life, 0 for no end.
        """
        self._put(LockerClass.SMALL, tag, content, context, key, until_week)

    def put_large(
        self, tag: bytes, content: bytes, *context: Part, key: bytes, until_week: int = NEVER
    ) -> None:
        """Insert or replace a large locker; its content has at most 8,119 bytes."""
        self._put(LockerClass.LARGE, tag, content, context, key, until_week)

    def put_inner(
        self, klass: LockerClass, tag: bytes, inner: bytes, *, until_week: int = NEVER
    ) -> None:
        """Insert or replace a locker whose inner is sealed already."""
        self._place(klass, Locker(tag, until_week, inner))

    def _put(
        self,
        klass: LockerClass,
        tag: bytes,
        content: bytes,
        context: tuple[Part, ...],
        key: bytes,
        until_week: int,
    ) -> None:
        """Seal the inner and place it."""
        inner = seal_inner(key, content, *(context or (tag,)), klass=klass, random=machine().random)
        self._place(klass, Locker(tag, until_week, inner))

    def _place(self, klass: LockerClass, locker: Locker) -> None:
        """Write a row under the current night key, in place of any it has."""
        self.touched.append(locker.tag)
        row = seal_locker(self.ring.night_key, locker, klass=klass, random=machine().random)
        was_there = self._take_away(klass, locker.tag)
        _insert(klass, [row])
        if not was_there:
            self._growth[klass] += 1

    def _take_away(self, klass: LockerClass, tag: bytes) -> bool:
        """Delete the row of a tag, under either key; tell whether there was one."""
        keys = [self.ring.night_key]
        if self.ring.previous is not None:
            keys.append(self.ring.previous)
        was_there = False
        for key in keys:
            number = row_id(key, tag)
            boxes = _select(klass, number)
            if not boxes:
                continue
            try:
                present = open_locker(key, LockerRow(number, boxes[0]), klass=klass)
            except Damaged:
                present = None
            if present is not None and present.tag != tag:
                raise IdTaken
            _delete(TABLES[klass], [number])
            was_there = True
        return was_there

    def drop_small(self, tags: Iterable[bytes]) -> int:
        """Drop small lockers; return how many there were."""
        return self._drop(LockerClass.SMALL, tags)

    def drop_large(self, tags: Iterable[bytes]) -> int:
        """Drop large lockers; return how many there were."""
        return self._drop(LockerClass.LARGE, tags)

    def _drop(self, klass: LockerClass, tags: Iterable[bytes]) -> int:
        """Drop lockers of a class."""
        count = 0
        for tag in tags:
            if self._take_away(klass, tag):
                self.touched.append(tag)
                count += 1
        self._growth[klass] -= count
        return count

    def put_body(self, number: int, box: bytes, *, until: int | None = None) -> None:
        """Insert a body.

        Raises:
            IdTaken: There is one of this id; the whole act is repeated.
        """
        try:
            with connection.cursor() as cursor:
                cursor.execute("INSERT INTO body VALUES (%s, %s, %s)", [number, until, box])
        except IntegrityError:
            raise IdTaken from None
        self.born.append(number)

    def drop_bodies(self, numbers: Iterable[int]) -> int:
        """Delete bodies; return how many there were."""
        return _delete("body", list(numbers))

    def set_until(self, numbers: Iterable[int], until: int | None) -> None:
        """Set the last week of bodies."""
        with connection.cursor() as cursor:
            cursor.executemany(
                "UPDATE body SET until = %s WHERE id = %s", [(until, one) for one in numbers]
            )

    def finish(self) -> None:
        """Make up for created and dropped lockers by dummies."""
        for klass, growth in self._growth.items():
            if growth > 0:
                self._spend_dummies(klass, growth)
            elif growth < 0:
                self._add_dummies(klass, -growth, most=MOST_STANDING_DUMMIES)

    def _spend_dummies(self, klass: LockerClass, count: int) -> None:
        """Delete as many dummies as rows were created; add 256 first where too few stand."""
        while count > 0:
            standing = self._standing(klass)
            if not standing:
                self._add_dummies(klass, STEP_ROWS, most=DUMMY_WINDOW)
                continue
            spent = [
                standing.pop(random_below(len(standing), machine().random))
                for _ in range(min(count, len(standing)))
            ]
            _delete(TABLES[klass], spent)
            count -= len(spent)

    def _window(self) -> list[int]:
        """Return the row ids of the window of dummies, computed once a ring."""
        return _dummy_window(self.ring)

    def _standing(self, klass: LockerClass) -> list[int]:
        """Return the ids of the dummies that stand."""
        return _existing(klass, self._window())

    def _add_dummies(self, klass: LockerClass, count: int, *, most: int) -> None:
        """Add dummies at free places of their window, while fewer than `most` stand."""
        standing = set(self._standing(klass))
        free = [k for k, number in enumerate(self._window()) if number not in standing]
        wanted = min(count, max(0, most - len(standing)), len(free))
        random = machine().random
        rows = []
        for _ in range(wanted):
            k = free.pop(random_below(len(free), random))
            dummy = dummy_locker(self.ring.night_key, k, klass=klass, random=random)
            rows.append(seal_locker(self.ring.night_key, dummy, klass=klass, random=random))
        _insert(klass, rows)


def _dummy_window(ring: Ring) -> list[int]:
    """Return the row ids of all places for dummies under the current night key."""

    def compute(ring: Ring) -> object:
        key = ring.night_key
        return [int(row_id(key, dummy_tag(key, k))) for k in range(DUMMY_WINDOW)]

    value = machine().once_a_ring("dummies", compute)
    assert isinstance(value, list)  # noqa: S101  # nosec -- what compute made
    return value


def _existing(klass: LockerClass, numbers: Sequence[int]) -> list[int]:
    """Return which of many ids there are."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM {TABLES[klass]} WHERE id IN (SELECT value FROM json_each(%s))",  # noqa: S608  # nosec
            [json.dumps(list(numbers))],
        )
        return [row[0] for row in cursor.fetchall()]


def _select(klass: LockerClass, number: int) -> list[bytes]:
    """Return the box of a row, if there is one."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT box FROM {TABLES[klass]} WHERE id = %s", [number])  # noqa: S608  # nosec
        return [bytes(row[0]) for row in cursor.fetchall()]


def _insert(klass: LockerClass, rows: Sequence[LockerRow]) -> None:
    """Insert rows."""
    try:
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {TABLES[klass]} VALUES (%s, %s)",  # noqa: S608  # nosec
                [(row.id, row.box) for row in rows],
            )
    except IntegrityError:
        raise IdTaken from None


def _delete(table: str, numbers: Sequence[int]) -> int:
    """Delete rows by their ids; return how many there were."""
    count = 0
    with connection.cursor() as cursor:
        for number in numbers:
            cursor.execute(f"DELETE FROM {table} WHERE id = %s", [number])  # noqa: S608  # nosec
            count += cursor.rowcount
    return count


def _is_full(error: BaseException) -> bool:
    """Tell whether the disk has no room left."""
    text = str(error).lower()
    return any(one in text for one in _FULL) or getattr(error, "errno", 0) == errno.ENOSPC


def _locked_ring() -> Ring | None:
    """Return the ring once the night row is locked, or None when it had turned."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq FROM night")
        seq = cursor.fetchone()[0]
    ring = machine().ring
    if ring.seq == seq:
        return ring
    follow_ring(seq)
    return None


def _attempt(act: Callable[[Transaction], T]) -> tuple[Transaction, T] | None:
    """Run an act in one transaction; None when the ring had turned."""
    with transaction.atomic():
        ring = _locked_ring()
        if ring is None:
            return None
        tx = Transaction(ring)
        result = act(tx)
        tx.finish()
    return tx, result


def in_writing(act: Callable[[Transaction], T]) -> T:
    """Run an act in a writing transaction, again when it must be, and return what it returns.

    Args:
        act: Writes by the transaction; may be called several times.

    Raises:
        Busy: "store.busy" when the database stayed locked, "store.full" when the disk has
            no room: nothing was written. "store.try_tomorrow" when ids kept colliding.
    """
    for _ in range(_TRIES):
        try:
            done = _attempt(act)
        except IdTaken:
            continue
        except (OperationalError, sqlite3.OperationalError) as error:
            raise Busy("store.full" if _is_full(error) else "store.busy") from error
        if done is None:
            continue
        tx, result = done
        if tx.born:
            machine().ephemeral.note_born(tx.born)
        for observer in observers:
            observer(tx)
        return result
    raise Busy("store.try_tomorrow")
