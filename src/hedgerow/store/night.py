# SPDX-License-Identifier: AGPL-3.0-or-later
"""Renew everything once a day: new ids, new keys, a new order; forget what is over.

One lock on the ring is held for the whole night, by the caretaker and the command alike.
A night that was killed is finished before another begins: beginning another would lose
every row not yet moved.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.db import connection, transaction

from hedgerow.engines.vault import night as plan
from hedgerow.engines.vault.locker import (
    DUMMY_WINDOW,
    Locker,
    LockerClass,
    LockerRow,
    dummy_locker,
    dummy_tag,
    open_locker,
    row_id,
    seal_locker,
)
from hedgerow.engines.vault.ring import Ring, begin_night, end_night, turned
from hedgerow.kernel.clock import day_of, minute_now, week_of
from hedgerow.kernel.errors import Busy, Damaged
from hedgerow.kernel.randomness import shuffled
from hedgerow.store import post
from hedgerow.store.machine import machine
from hedgerow.store.runtime import lock_file
from hedgerow.store.tables import TABLES, follow_ring

LOCK_NAME: Final = "night.lock"
CONFIRMED: Final = "clock confirmed"


@dataclass(slots=True)
class NightReport:
    """Say what a night did.

    Attributes:
        was_resumed: Whether it finished one that had been killed.
        is_plausible: Whether the clock was believed.
        delivered: Keyrings written.
        moved: Lockers renewed.
        expired: Lockers and bodies whose time was over.
        rewritten: Bodies written anew.
        twins: Rows found under both keys; the newer one stayed.
    """

    was_resumed: bool = False
    is_plausible: bool = True
    delivered: int = 0
    moved: int = 0
    expired: int = 0
    rewritten: int = 0
    twins: int = 0


def today() -> int:
    """Return the day by this instance's clock."""
    return day_of(minute_now(machine().clock))


def turn(change: Callable[[Ring], Ring]) -> Ring:
    """Change the ring with all writers shut out.

    One writing transaction: the counter's row is locked, the ring file written, the counter
    set to the ring's own seq.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT seq FROM night")
            seq = cursor.fetchone()[0]
        if machine().ring.seq != seq:
            follow_ring(seq)
        ring = change(machine().file.read())
        machine().file.write(ring)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE night SET seq = %s", [ring.seq])
    return machine().reload()


def is_due() -> bool:
    """Tell whether no night was held today, or one was killed."""
    ring = machine().ring
    return ring.previous is not None or ring.day != today()


def run_night(*, is_confirmed: bool = False) -> NightReport:
    """Hold a night, or finish the one that was killed.

    Args:
        is_confirmed: A holder was shown both dates and says that today's is right.

    Raises:
        Busy: "night.under_way" when another process is at it.
    """
    with lock_file(machine().runtime / LOCK_NAME, wait=False) as is_held:
        if not is_held:
            raise Busy("night.under_way")
        return _Night(is_confirmed=is_confirmed).run()


class _Night:
    """Carry one night out."""

    def __init__(self, *, is_confirmed: bool) -> None:
        """Look at the clock."""
        self._report = NightReport()
        machine().file.mend()
        machine().reload()
        ring_day = machine().ring.day
        self._today = today()
        self._week = week_of(self._today)
        self._report.is_plausible = is_confirmed or plan.is_clock_plausible(
            self._today, ring_day=ring_day
        )

    def run(self) -> NightReport:
        """Do the steps in their order."""
        self._begin()
        if self._report.is_plausible and plan.is_delivery_due(
            self._today, ring_day=machine().ring.day
        ):
            self._report.delivered = post.deliver_all()
        for klass in LockerClass:
            self._move(klass)
        for klass in LockerClass:
            self._top_up(klass)
        self._sweep_bodies()
        self._rewrite_bodies()
        self._end()
        _checkpoint()
        return self._report

    def _begin(self) -> None:
        """Turn the ring, or go on with the turn of a killed night."""
        random = machine().random
        if machine().ring.previous is not None:
            self._report.was_resumed = True
            turn(turned)
            return
        turn(lambda ring: begin_night(ring, random=random))

    def _move(self, klass: LockerClass) -> None:
        """Renew the lockers of a class, 200 at a time."""
        ring = machine().ring
        previous = ring.previous
        assert previous is not None  # noqa: S101  # nosec -- _begin saw to it
        dummies = frozenset(dummy_tag(previous, k) for k in range(DUMMY_WINDOW))
        for batch in plan.batches(_ids_of(TABLES[klass]), random=machine().random):
            with transaction.atomic():
                self._move_batch(klass, batch, ring, dummies)

    def _move_batch(
        self, klass: LockerClass, batch: list[int], ring: Ring, dummies: frozenset[bytes]
    ) -> None:
        """Move what opens under the previous key; leave everything else alone."""
        old, kept = self._sorted_out(klass, batch, ring.previous or b"", dummies)
        _delete(TABLES[klass], old)
        random = machine().random
        rows = [
            seal_locker(ring.night_key, locker, klass=klass, random=random)
            for locker in shuffled(kept, random)
        ]
        taken = {row[0] for row in _boxes(TABLES[klass], [row.id for row in rows])}
        self._report.twins += len(taken)
        fresh = [row for row in rows if row.id not in taken]
        self._report.moved += len(fresh)
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {TABLES[klass]} VALUES (%s, %s)",  # noqa: S608  # nosec
                [(row.id, row.box) for row in fresh],
            )

    def _sorted_out(
        self, klass: LockerClass, batch: list[int], previous: bytes, dummies: frozenset[bytes]
    ) -> tuple[list[int], list[Locker]]:
        """Return the ids that stand under the previous key, and the lockers that live on."""
        old: list[int] = []
        kept: list[Locker] = []
        for number, box in _boxes(TABLES[klass], batch):
            row = LockerRow(number, box)  # type: ignore[arg-type]  # an id of the table
            try:
                locker = open_locker(previous, row, klass=klass)
            except Damaged:
                continue
            old.append(number)
            if plan.is_kept(
                locker,
                week=self._week,
                dummies=dummies,
                may_expire=self._report.is_plausible,
            ):
                kept.append(locker)
            elif locker.tag not in dummies:
                self._report.expired += 1
        return old, kept

    def _top_up(self, klass: LockerClass) -> None:
        """Add dummies until the count is a multiple of 256."""
        ring, random = machine().ring, machine().random
        key = ring.night_key
        with transaction.atomic():
            ids = set(_ids_of(TABLES[klass]))
            window = [(k, int(row_id(key, dummy_tag(key, k)))) for k in range(DUMMY_WINDOW)]
            standing = {number for _k, number in window if number in ids}
            _delete(TABLES[klass], sorted(standing))
            free = shuffled([k for k, number in window if number not in ids - standing], random)
            wanted = plan.dummies_wanted(len(ids) - len(standing))
            rows = [
                seal_locker(
                    key,
                    dummy_locker(key, k, klass=klass, random=random),
                    klass=klass,
                    random=random,
                )
                for k in free[:wanted]
            ]
            with connection.cursor() as cursor:
                cursor.executemany(
                    f"INSERT INTO {TABLES[klass]} VALUES (%s, %s)",  # noqa: S608  # nosec
                    [(row.id, row.box) for row in rows],
                )

    def _sweep_bodies(self) -> None:
        """Delete the bodies whose week is past."""
        if not self._report.is_plausible:
            return
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM body WHERE until < %s", [self._week])
            self._report.expired += cursor.rowcount

    def _rewrite_bodies(self) -> None:
        """Write new bodies and three times as many older ones anew, in another order."""
        ephemeral = machine().ephemeral
        born = ephemeral.born()
        bodies = plan.bodies_to_rewrite(_ids_of("body"), born=born, random=machine().random)
        for batch in bodies.batches:
            with transaction.atomic():
                self._report.rewritten += _rewrite(batch)
        ephemeral.forget_born(sorted(born))

    def _end(self) -> None:
        """Turn the ring: forget the previous night key, renew carry and weeks."""
        random, is_plausible = machine().random, self._report.is_plausible
        turn(lambda ring: end_night(ring, self._today, is_plausible=is_plausible, random=random))


def _rewrite(batch: list[int]) -> int:
    """Delete bodies and insert them again in the order given."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, until, box FROM body WHERE id IN (SELECT value FROM json_each(%s))",
            [json.dumps(batch)],
        )
        rows = {row[0]: row for row in cursor.fetchall()}
        present = [rows[number] for number in batch if number in rows]
        cursor.executemany("DELETE FROM body WHERE id = %s", [(row[0],) for row in present])
        cursor.executemany("INSERT INTO body VALUES (%s, %s, %s)", present)
    return len(present)


def _ids_of(table: str) -> list[int]:
    """Return all ids of a table."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {table}")  # noqa: S608  # nosec
        return [row[0] for row in cursor.fetchall()]


def _boxes(table: str, ids: list[int]) -> list[tuple[int, bytes]]:
    """Return the boxes of rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, box FROM {table} WHERE id IN (SELECT value FROM json_each(%s))",  # noqa: S608  # nosec
            [json.dumps(ids)],
        )
        return [(row[0], bytes(row[1])) for row in cursor.fetchall()]


def _delete(table: str, ids: list[int]) -> None:
    """Delete exactly these rows."""
    with connection.cursor() as cursor:
        cursor.executemany(
            f"DELETE FROM {table} WHERE id = %s",  # noqa: S608  # nosec
            [(number,) for number in ids],
        )


def _checkpoint() -> None:
    """Empty the write-ahead log, so that the old rows are not in it any more."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
