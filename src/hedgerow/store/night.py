# SPDX-License-Identifier: AGPL-3.0-or-later
"""Renew everything once a day: new ids, new keys, a new order; forget what is over.

One lock on the ring is held for the whole night, by the caretaker and the command alike.
A night that was killed is finished before another begins: beginning another would lose
every row not yet moved.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from hedgerow.engines.vault import night as plan
from hedgerow.engines.vault import veil
from hedgerow.engines.vault.locker import (
    Locker,
    LockerClass,
    LockerRow,
    dummy_tags,
    open_locker,
    row_ids,
    seal_locker,
)
from hedgerow.engines.vault.ring import Ring, begin_night, end_night, turned
from hedgerow.kernel.clock import day_of, minute_now, week_of
from hedgerow.kernel.errors import Busy, Damaged
from hedgerow.kernel.randomness import shuffled
from hedgerow.store import post, veils
from hedgerow.store.database import (
    DATABASE_ERRORS,
    alone,
    busy,
    copy_log,
    empty_log,
    is_postgresql,
    own_checkpoints,
    pack,
    set_turns,
)
from hedgerow.store.dummies import top_up, window_of
from hedgerow.store.machine import machine
from hedgerow.store.rows import (
    BODY,
    TABLES,
    IdTaken,
    all_rows,
    bodies_before,
    delete,
    ids_of,
    insert,
    rewrite_bodies,
    rows_of,
)
from hedgerow.store.tables import complete_turn

#: Note in memory: the day that a holder has confirmed, having been shown both dates.
CONFIRMED: Final = "clock confirmed"
#: Note in memory: how many rows the last night found under both its keys.
TWINS: Final = "twins"
#: Note in memory: new bodies have been noted since the last night.
BORN_KEPT: Final = "born kept"
_PAUSE_S: Final = 0.002
_STIRRED_ROWS: Final = plan.STEP_ROWS

Progress = Callable[[int, int], None]
"""Is told how many lockers were looked at, and of how many."""


def _silent(_done: int, _of: int) -> None:
    """Show nothing."""


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
        is_log_empty: Whether old rows are out of the write-ahead log; it is emptied later
            where somebody was still reading.
    """

    was_resumed: bool = False
    is_plausible: bool = True
    delivered: int = 0
    moved: int = 0
    expired: int = 0
    rewritten: int = 0
    twins: int = 0
    is_log_empty: bool = False


def _let_others_write() -> None:
    """Copy the log into the file, and leave waiting writers a moment."""
    copy_log()
    time.sleep(_PAUSE_S)


def today() -> int:
    """Return the day by this instance's clock."""
    return day_of(minute_now(machine().clock))


def turn(change: Callable[[Ring], Ring]) -> Ring:
    """Change the ring with all writers shut out.

    One writing transaction: the counter's row is locked, the ring file written, the counter
    set to the ring's own seq.
    """
    with alone() as seq:
        complete_turn(seq)
        ring = change(machine().ring)
        machine().file.write(ring)
        set_turns(ring.seq)
    return machine().reload()


def is_due() -> bool:
    """Tell whether no night was held today, or one was killed."""
    ring = machine().ring
    return ring.previous is not None or ring.day != today()


def is_clock_believed() -> bool:
    """Tell whether today may be believed, by the day of the last night."""
    return plan.is_clock_plausible(today(), ring_day=machine().reload().day)


def run_night(*, is_confirmed: bool = False, progress: Progress = _silent) -> NightReport:
    """Hold a night, or finish the one that was killed.

    Args:
        is_confirmed: A holder was shown both dates and says that today's is right.
        progress: Is told how far it is.

    Raises:
        Busy: "night.under_way" when another process is at it; "store.busy" or "store.full"
            when the database would not go on: the night is finished at the next try.
    """
    is_confirmed = is_confirmed or machine().ephemeral.note(CONFIRMED) == today()
    with machine().file.hold(wait=False) as is_held:
        if not is_held:
            raise Busy("night.under_way")
        try:
            with own_checkpoints():
                return _Night(is_confirmed=is_confirmed, progress=progress).run()
        except IdTaken:
            raise Busy("store.busy") from None
        except DATABASE_ERRORS as error:
            raise busy(error) from error


@dataclass(slots=True)
class _Found:
    """Hold what a batch of a night found.

    Attributes:
        ids: Of all that is written anew, and of what is over.
        old: By tag, what stood under the previous key and lives on.
        fresh: By tag, what stands under the current key.
    """

    ids: list[int] = field(default_factory=list)
    old: dict[bytes, Locker] = field(default_factory=dict)
    fresh: dict[bytes, Locker] = field(default_factory=dict)


def _opened(key: bytes, row: LockerRow, klass: LockerClass) -> Locker | None:
    """Open a locker, or return None where it does not open under a key."""
    try:
        return open_locker(key, row, klass=klass)
    except Damaged:
        return None


class _Night:
    """Carry one night out."""

    def __init__(self, *, is_confirmed: bool, progress: Progress) -> None:
        """Mend the ring, and look at the clock."""
        machine().file.mend()
        ring_day = machine().reload().day
        self._today = today()
        self._week = week_of(self._today)
        self._progress = progress
        self._veils: tuple[bytes, ...] = ()
        self._report = NightReport(
            is_plausible=is_confirmed or plan.is_clock_plausible(self._today, ring_day=ring_day)
        )

    def run(self) -> NightReport:
        """Do the steps in their order."""
        self._begin()
        if self._report.is_plausible:
            self._report.delivered = self._deliver()
        self._veils = veils.known()
        for klass in LockerClass:
            self._move(klass)
        for klass in LockerClass:
            top_up(klass)
            if is_postgresql():
                self._stir(klass)
        if self._report.is_plausible:
            self._report.expired += _sweep_bodies(self._week)
        self._report.rewritten = _rewrite_bodies()
        # Before the end: a night that is killed here is finished, and so does this again.
        pack((*TABLES.values(), BODY))
        self._end()
        machine().ephemeral.set_note(TWINS, self._report.twins)
        self._report.is_log_empty = empty_log()
        return self._report

    def _begin(self) -> None:
        """Turn the ring, or go on with the turn of a killed night.

        Tags are read and a fitting key is drawn before writers are shut out: both take long,
        and a row that comes in between collides with one chance in millions of millions.
        """
        if machine().ring.previous is not None:
            self._report.was_resumed = True
            turn(turned)
            return
        tags = [_tags_now(klass) for klass in LockerClass]
        fitting = _fitting_key(machine().ring, tags)
        turn(lambda ring: begin_night(ring, tags=[], random=lambda _size: fitting))

    def _deliver(self) -> int:
        """Write keyrings where that is due, and return how many."""
        ring_day = machine().ring.day
        if not plan.is_delivery_due(self._today, ring_day=ring_day):
            return 0
        with_first = plan.is_first_delivery_due(self._today, ring_day=ring_day)
        return post.deliver_all(with_first=with_first)

    def _move(self, klass: LockerClass) -> None:
        """Renew the lockers of a class."""
        dummies = frozenset(dummy_tags(machine().ring.previous or b""))
        self._write_anew(klass, ids_of(TABLES[klass]), dummies, self._progress)

    def _write_anew(
        self, klass: LockerClass, ids: list[int], dummies: frozenset[bytes], progress: Progress
    ) -> None:
        """Write rows anew in a random order, 200 at a time."""
        ring = machine().ring
        done = 0
        for batch in plan.batches(ids, random=machine().random):
            with alone():
                self._move_batch(klass, batch, ring, dummies)
            done += len(batch)
            progress(done, len(ids))
            _let_others_write()

    def _move_batch(
        self, klass: LockerClass, batch: list[int], ring: Ring, dummies: frozenset[bytes]
    ) -> None:
        """Move what opens under the previous key, and what came since with it.

        Else what the delivery wrote, or what was moved before a kill, would stay in
        transactions of its own, which PostgreSQL's rows tell. What opens under neither key is
        left alone.
        """
        found = self._sorted_out(klass, batch, ring, dummies)
        lockers = found.old | found.fresh
        self._report.twins += len(found.old) + len(found.fresh) - len(lockers)
        delete(TABLES[klass], found.ids)
        random = machine().random
        rows = dict[bytes, LockerRow]()
        for locker in shuffled(list(lockers.values()), random):
            anew = self._veiled_anew(locker) if klass is LockerClass.LARGE else locker
            rows[locker.tag] = seal_locker(ring.night_key, anew, klass=klass, random=random)
        for twin in _twins(klass, rows, ring.night_key):
            del rows[twin]
            self._report.twins += 1
        insert(klass, rows.values())
        self._report.moved += len(rows.keys() - found.fresh.keys())

    def _sorted_out(
        self, klass: LockerClass, batch: list[int], ring: Ring, dummies: frozenset[bytes]
    ) -> _Found:
        """Open what stands there, and tell what lives on."""
        found = _Found()
        for row in rows_of(klass, batch):
            locker = _opened(ring.previous or b"", row, klass)
            if locker is None:
                locker = _opened(ring.night_key, row, klass)
                if locker is not None:
                    found.ids.append(row.id)
                    found.fresh[locker.tag] = locker
                continue
            found.ids.append(row.id)
            may_expire = self._report.is_plausible
            if plan.is_kept(locker, week=self._week, dummies=dummies, may_expire=may_expire):
                found.old[locker.tag] = locker
            elif locker.tag not in dummies:
                self._report.expired += 1
        return found

    def _stir(self, klass: LockerClass) -> None:
        """Write dummies anew among others, always as many rows in all.

        Else PostgreSQL's rows would tell which of them came last: the dummies, and so how
        many others there are.
        """
        window = window_of(machine().ring).places
        ids = shuffled(ids_of(TABLES[klass]), machine().random)
        first = sorted(ids, key=lambda number: number not in window)[:_STIRRED_ROWS]
        self._write_anew(klass, first, frozenset(), _silent)

    def _veiled_anew(self, locker: Locker) -> Locker:
        """Return a locker with a new veil where it holds a page of a keyring."""
        random = machine().random
        inner = veil.renewed(locker.inner, veils=self._veils, tag=locker.tag, random=random)
        return replace(locker, inner=inner)

    def _end(self) -> None:
        """Turn the ring: forget the previous night key, renew carry and weeks."""
        random, is_plausible = machine().random, self._report.is_plausible
        turn(lambda ring: end_night(ring, self._today, is_plausible=is_plausible, random=random))


def _tags_now(klass: LockerClass) -> list[bytes]:
    """Return the true tags of all lockers but dummies, before a night begins."""
    key = machine().ring.night_key
    dummies = frozenset(dummy_tags(key))
    tags: list[bytes] = []
    for row in all_rows(klass):
        locker = _opened(key, row, klass)
        if locker is not None and locker.tag not in dummies:
            tags.append(locker.tag)
    return tags


def _fitting_key(ring: Ring, tags: list[list[bytes]]) -> bytes:
    """Draw a night key that gives each tag an id of its own, apart from dummies'."""
    while True:
        key = begin_night(ring, tags=tags, random=machine().random).night_key
        window = set(row_ids(key, dummy_tags(key)))
        if all(window.isdisjoint(row_ids(key, one)) for one in tags):
            return key


def _twins(klass: LockerClass, rows: dict[bytes, LockerRow], key: bytes) -> list[bytes]:
    """Return the tags written under the current key meanwhile; what does not open gives way.

    Raises:
        Damaged: "store.ids_collide" when another tag has the id of one of them; nothing is
            moved then, and so nothing lost.
    """
    tags = {row.id: tag for tag, row in rows.items()}
    twins: list[bytes] = []
    if len(tags) < len(rows):
        raise Damaged("store.ids_collide")
    for present in rows_of(klass, list(tags)):
        locker = _opened(key, present, klass)
        if locker is None:
            delete(TABLES[klass], [present.id])
            continue
        if locker.tag != tags[present.id]:
            raise Damaged("store.ids_collide")
        twins.append(locker.tag)
    return twins


def _sweep_bodies(week: int) -> int:
    """Delete the bodies whose last week is past, some at a time; return how many."""
    count = 0
    for batch in plan.batches(bodies_before(week), random=machine().random):
        with alone():
            count += delete(BODY, batch)
        _let_others_write()
    return count


def _rewrite_bodies() -> int:
    """Write new bodies and three times as many older ones anew, in another order.

    Where the note of the new ones was lost with the power, all are written anew.
    """
    ephemeral, random = machine().ephemeral, machine().random
    with alone():
        born = ephemeral.born()
    ids = ids_of(BODY)
    is_noted = ephemeral.note(BORN_KEPT) is not None
    bodies = plan.bodies_to_rewrite(ids, born=born if is_noted else set(ids), random=random)
    count = 0
    for batch in bodies.batches:
        with alone():
            count += rewrite_bodies(batch)
        _let_others_write()
    ephemeral.set_note(BORN_KEPT, 1)
    ephemeral.forget_born(sorted(born))
    return count
