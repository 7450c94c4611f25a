# SPDX-License-Identifier: AGPL-3.0-or-later
"""Write sealed rows, in transactions that are whole or not at all.

`in_writing` runs a function on a `Transaction` and repeats it when the database asks for
that, when a night has turned the ring, or when two tags happen to have one id; so the
function draws its randomness inside and touches nothing outside. Creating a row deletes
a dummy, dropping one adds a dummy, both in the same transaction: the number of rows
stands still between two nights.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeVar

from hedgerow.engines.vault.locker import (
    DUMMY_WINDOW,
    NEVER,
    Locker,
    LockerClass,
    dummy_locker,
    open_locker,
    row_id,
    seal_inner,
    seal_locker,
)
from hedgerow.engines.vault.night import MOST_STANDING_DUMMIES, STEP_ROWS
from hedgerow.engines.vault.ring import Ring
from hedgerow.kernel.canonical import Part
from hedgerow.kernel.errors import Busy, Damaged
from hedgerow.kernel.randomness import random_below, shuffled, some_below
from hedgerow.store.database import (
    DATABASE_ERRORS,
    alone,
    beside_others,
    busy,
    claimed,
    hold,
    id_list,
    may_repeat,
    share,
    was_undone,
)
from hedgerow.store.dummies import seen_dummies, some_of, window_of
from hedgerow.store.machine import machine
from hedgerow.store.rows import (
    BODY,
    TABLES,
    IdTaken,
    delete,
    existing,
    insert,
    insert_body,
    rows_of,
    set_until,
)
from hedgerow.store.tables import Found, Turned, follow_ring, look_up, night_keys
from hedgerow.store.together import may_share, write_together
from hedgerow.store.turns import give_back

T = TypeVar("T")
_TRIES: Final = 6
_SAMPLES: Final = (64, 512)
# So often may others be at every dummy that was chosen before new ones are added.
_MISSES: Final = 8

#: Called with each committed transaction; a test puts a recorder here.
observers: list[Callable[["Transaction"], None]] = []


class Transaction:
    """Be one writing transaction on the sealed tables.

    Attributes:
        ring: The ring it writes under.
        touched: The true tags it wrote or dropped.
        born: The bodies it wrote.
        touched_bodies: The bodies it wrote, changed or dropped.
    """

    def __init__(self, ring: Ring) -> None:
        """Begin with nothing written."""
        self.ring = ring
        self.touched: list[bytes] = []
        self.born: list[int] = []
        self.touched_bodies: list[int] = []
        self._taken: list[int] = []
        self._growth = {LockerClass.SMALL: 0, LockerClass.LARGE: 0}

    def hold(self, tag: bytes) -> None:
        """Wait for the place of a true tag and hold it to the end; see `in_writing`."""
        hold(row_id(self.ring.night_key, tag))

    def share(self, tag: bytes) -> None:
        """Wait for the place of a true tag that is only read, and keep its writers out."""
        share(row_id(self.ring.night_key, tag))

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
        """Write a row under the current night key, in place of any it has.

        Raises:
            IdTaken: Its id is that of a dummy's place, or another tag has it.
        """
        self.touched.append(locker.tag)
        row = seal_locker(self.ring.night_key, locker, klass=klass, random=machine().random)
        if row.id in window_of(self.ring).places:
            raise IdTaken
        was_there = self._take_away(klass, locker.tag)
        insert(klass, [row])
        if not was_there:
            self._growth[klass] += 1

    def _take_away(self, klass: LockerClass, tag: bytes) -> bool:
        """Delete the row of a tag, under either key; tell whether there was one.

        Raises:
            IdTaken: Another tag has its id.
        """
        keys = {row_id(key, tag): key for key in night_keys(self.ring)}
        present = rows_of(klass, list(keys))
        for row in present:
            try:
                found = open_locker(keys[row.id], row, klass=klass)
            except Damaged:
                continue
            if found.tag != tag:
                raise IdTaken
        delete(TABLES[klass], [row.id for row in present])
        return bool(present)

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
        insert_body(number, box, until=until)
        self.born.append(number)
        self.touched_bodies.append(number)

    def drop_bodies(self, numbers: Iterable[int]) -> int:
        """Delete bodies; return how many there were."""
        dropped = list(numbers)
        self.touched_bodies += dropped
        return delete(BODY, dropped)

    def set_until(self, numbers: Iterable[int], until: int | None) -> int:
        """Set the last week of bodies, which a record takes; return how many there were."""
        changed = list(numbers)
        self.touched_bodies += changed
        self._taken += changed
        return set_until(changed, until=until)

    def finish(self) -> None:
        """Make up for created and dropped lockers by dummies; note what became of bodies.

        The notes are made while writers are still shut out: no night comes between a body
        and its note, and no sweeping between a file and the record that took it.
        """
        for klass, growth in self._growth.items():
            if growth > 0:
                self._spend_dummies(klass, growth)
            elif growth < 0:
                self._add_dummies(klass, -growth, most=MOST_STANDING_DUMMIES)
        ephemeral = machine().ephemeral
        # PostgreSQL writes a changed body as a new row, which says when; so it is renewed too.
        if self.born or self._taken:
            ephemeral.note_born([*self.born, *self._taken])
        if self._taken:
            ephemeral.forget_uploads(self._taken)

    def _spend_dummies(self, klass: LockerClass, count: int) -> None:
        """Delete as many dummies as rows were created; add 256 first where too few stand.

        Those that were seen and not spent are tried first next time: others may have spent
        them meanwhile, which the deletion tells.
        """
        seen = seen_dummies(self.ring, klass)
        while count > 0 and (known := some_of(seen, count)):
            count -= self._spend(klass, known)
        misses = 0
        while count > 0:
            standing = self._some_dummies(klass)
            if not standing or misses == _MISSES:
                self._add_dummies(klass, STEP_ROWS, most=DUMMY_WINDOW)
                misses = 0
                continue
            mixed = shuffled(standing, machine().random)
            spent = self._spend(klass, mixed[:count])
            seen[:] = mixed[count:]
            count -= spent
            misses += not spent

    @staticmethod
    def _spend(klass: LockerClass, chosen: Sequence[int]) -> int:
        """Delete dummies that no other writer is at; return how many there were."""
        return delete(TABLES[klass], claimed(TABLES[klass], chosen))

    def _some_dummies(self, klass: LockerClass) -> list[int]:
        """Return the ids of some dummies that stand, looked for at a few places first."""
        window, random = window_of(self.ring).ids, machine().random
        for sample in _SAMPLES:
            places = set(some_below(len(window), sample, random))
            found = existing(klass, id_list(window[place] for place in places))
            if found:
                return found
        return self._standing(klass)

    def _standing(self, klass: LockerClass) -> list[int]:
        """Return the ids of all dummies that stand."""
        return existing(klass, window_of(self.ring).listed)

    def _add_dummies(self, klass: LockerClass, count: int, *, most: int) -> None:
        """Add dummies at free places of their window, while fewer than `most` stand."""
        standing = set(self._standing(klass))
        window = window_of(self.ring).ids
        free = [k for k, number in enumerate(window) if number not in standing]
        wanted = min(count, max(0, most - len(standing)), len(free))
        random, key = machine().random, self.ring.night_key
        rows = []
        for _ in range(wanted):
            k = free.pop(random_below(len(free), random))
            dummy = dummy_locker(key, k, klass=klass, random=random)
            rows.append(seal_locker(key, dummy, klass=klass, random=random))
        insert(klass, rows)


def _attempt(
    act: Callable[[Transaction], T], over: Sequence[bytes] | None, *, is_shared: bool
) -> tuple[Transaction, T] | None:
    """Run an act in one transaction; None when the ring had turned.

    A turn that was left half made is completed outside, with all writers shut out.

    Raises:
        Busy: "store.busy" when the connection broke at the commit: it may have been kept,
            so it is not repeated.
    """
    counts = [0]
    is_whole = False

    def work(seq: int) -> tuple[Transaction, T] | None:
        nonlocal is_whole
        counts.append(seq)
        ring = machine().ring
        if ring.seq != seq:
            return None
        tx = Transaction(ring)
        for tag in sorted(over or ()):
            tx.hold(tag)
        result = act(tx)
        tx.finish()
        is_whole = True
        return tx, result

    try:
        done = _transacted(work, is_alone=over is None, is_shared=is_shared)
    except Turned:
        done = None
    except DATABASE_ERRORS as error:
        if is_whole and not was_undone(error):
            raise busy(error) from error
        raise
    if done is None:
        follow_ring(counts[-1])
    return done


def _transacted(work: Callable[[int], T], *, is_alone: bool, is_shared: bool) -> T:
    """Run something with the count of turns in one transaction, with others where that may be."""
    give_back()
    if is_shared and may_share():
        return write_together(work)
    with alone() if is_alone else beside_others() as seq:
        return work(seq)


def in_writing(
    act: Callable[[Transaction], T],
    *,
    over: Sequence[bytes] | None = None,
    is_shared: bool = False,
) -> T:
    """Run an act in a writing transaction, again when it must be, and return what it returns.

    Args:
        act: Writes by the transaction; may be called several times.
        over: The true tags of the places that the act reads and then writes: others may
            write elsewhere meanwhile. Without it nobody else writes at all.
        is_shared: Whether acts of other threads may be in the same transaction (see `together`);
            it then runs in any of them, and has `over`.

    Raises:
        Busy: "store.busy" when the database stayed locked, "store.full" when the disk has
            no room: nothing was written. "store.try_tomorrow" when ids kept colliding.
    """
    for left in reversed(range(_TRIES)):
        try:
            done = _attempt(act, over, is_shared=is_shared)
        except IdTaken:
            continue
        except DATABASE_ERRORS as error:
            if left and may_repeat(error):
                continue
            raise busy(error) from error
        if done is None:
            continue
        tx, result = done
        for observer in observers:
            observer(tx)
        return result
    raise Busy("store.try_tomorrow")
