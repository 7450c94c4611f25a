# SPDX-License-Identifier: AGPL-3.0-or-later
"""Look rows up by their true tags; the one place that reads sealed tables.

Every look-up takes the count of ring changes in the same statement as the rows. When it
is not that of the ring in memory, a night has turned the ring: it is read anew and the
look-up repeated. During a night rows are asked for under both keys in one statement, for
between two statements a row can move.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from django.db import connection

from hedgerow.engines.vault.locker import (
    Locker,
    LockerClass,
    LockerRow,
    open_wanted,
    row_ids,
)
from hedgerow.engines.vault.ring import Ring
from hedgerow.kernel.errors import Busy, Damaged
from hedgerow.kernel.ids import RowId
from hedgerow.store.database import (
    DATABASE_ERRORS,
    Undone,
    alone,
    among,
    busy,
    id_list,
    may_repeat,
    may_set_turns,
    set_turns,
)
from hedgerow.store.machine import machine
from hedgerow.store.rows import BODY, TABLES

_TRIES: Final = 8


class Turned(Undone):
    """Say that the ring turned inside a transaction beside which others write."""


_TABLES: Final = dict(enumerate((*TABLES.values(), BODY), start=1))


@cache
def _select(places: tuple[int, ...], among: str) -> str:
    """Return the one statement: the count of turns, and the rows of lists of ids.

    Args:
        places: Numbers of the tables that are asked, one at least.
        among: What stands after a column, as `database.among` says.
    """
    return " UNION ALL ".join(
        f"SELECT n.seq, {place}, t.id, t.box FROM night n"  # noqa: S608  # nosec -- a table of ours
        f" LEFT JOIN {_TABLES[place]} t ON t.id {among}"
        for place in places
    )


@dataclass(frozen=True, slots=True)
class Found:
    """Hold what a look-up found; what is not there is not in the mappings.

    Attributes:
        small: True tag to opened locker.
        large: The same of large ones.
        bodies: Id to sealed body.
        seq: The count of ring changes it was read under.
    """

    small: Mapping[bytes, Locker] = field(default_factory=dict)
    large: Mapping[bytes, Locker] = field(default_factory=dict)
    bodies: Mapping[int, bytes] = field(default_factory=dict)
    seq: int = 0


def out_of(found: Found) -> Callable[..., Found]:
    """Return what looks rows up as `look_up` does, among those that were found already."""
    return lambda **_wanted: found


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Say under which id and key a tag may be found."""

    tag: bytes
    key: bytes


def night_keys(ring: Ring) -> tuple[bytes, ...]:
    """Return the keys under which a row may stand: during a night there are two."""
    return (ring.night_key,) if ring.previous is None else (ring.night_key, ring.previous)


def _ids(tags: Sequence[bytes], ring: Ring) -> dict[RowId, _Wanted]:
    """Return the ids to ask for."""
    return {
        number: _Wanted(tag, key)
        for key in night_keys(ring)
        for number, tag in zip(row_ids(key, tags), tags, strict=True)
    }


def _opened(
    rows: Iterable[tuple[int, bytes]],
    wanted: Mapping[RowId, _Wanted],
    *,
    klass: LockerClass,
    newest: bytes,
) -> dict[bytes, Locker]:
    """Open the rows found; one that was altered counts as missing, which its list reports.

    A tag that stands under both keys of a night counts as it stands under the newer one.
    """
    lockers: dict[bytes, Locker] = {}
    for number, box in rows:
        one = wanted[RowId(number)]
        if one.tag in lockers and one.key != newest:
            continue
        try:
            row = LockerRow(RowId(number), bytes(box))
            lockers[one.tag] = open_wanted(one.key, row, klass=klass, tag=one.tag)
        except Damaged:
            continue
    return lockers


def _ask(
    small: Collection[int], large: Collection[int], bodies: Collection[int]
) -> list[tuple[int, int, int, bytes]]:
    """Run the one statement; once more where the connection turns out to be broken.

    Raises:
        Busy: "store.busy" when the database does not answer and this is no transaction,
            which would be told, and repeated, as a whole.
    """
    asked = {place: ids for place, ids in enumerate((small, large, bodies), start=1) if ids}
    asked = asked or {1: ()}
    statement = _select(tuple(asked), among())
    values = [id_list(ids) for ids in asked.values()]
    for left in (1, 0):
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement, values)
                return list(cursor.fetchall())
        except DATABASE_ERRORS as error:
            if connection.in_atomic_block:
                raise
            if not (may_repeat(error) and left):
                raise busy(error) from error
    raise Busy("store.busy")


def look_up(
    *,
    small: Sequence[bytes] = (),
    large: Sequence[bytes] = (),
    bodies: Sequence[int] = (),
) -> Found:
    """Find lockers by their true tags and bodies by their ids, in one statement.

    Raises:
        Busy: "store.locked"; "store.moving" when the ring turned again and again.
        Damaged: "store.ring_behind" when the database is ahead of the ring file.
    """
    for _ in range(_TRIES):
        ring = machine().ring
        small_ids, large_ids = _ids(small, ring), _ids(large, ring)
        rows = _ask(small_ids, large_ids, bodies)
        if not rows:
            raise Damaged("store.no_night_row")
        if rows[0][0] != ring.seq:
            follow_ring(rows[0][0])
            continue
        newest = ring.night_key
        by_table: dict[int, list[tuple[int, bytes]]] = {1: [], 2: [], 3: []}
        for _seq, table, number, box in rows:
            if number is not None:
                by_table[table].append((number, box))
        return Found(
            small=_opened(by_table[1], small_ids, klass=LockerClass.SMALL, newest=newest),
            large=_opened(by_table[2], large_ids, klass=LockerClass.LARGE, newest=newest),
            bodies={number: bytes(box) for number, box in by_table[3]},
            seq=ring.seq,
        )
    raise Busy("store.moving")


def follow_ring(seq: int) -> None:
    """Read the ring anew because the database counts another number of changes.

    A ring file ahead of the count is a turn whose process was killed between file and
    commit: it is completed at once, or two workers would write under two keys.

    Raises:
        Damaged: "store.ring_behind" when the file is older than the database.
        Turned: It has to be completed, and this transaction has not shut others out.
    """
    ring = machine().reload()
    if ring.seq == seq:
        return
    if connection.in_atomic_block:
        if not may_set_turns():
            raise Turned
        complete_turn(seq)
        return
    with alone() as present:
        complete_turn(present)


def complete_turn(present: int) -> None:
    """Set the count to that of the ring file, inside a writing transaction.

    Args:
        present: The count as this transaction read it.

    Raises:
        Damaged: "store.ring_behind" when the file is older than the database.
    """
    seq = machine().reload().seq
    if present > seq:
        raise Damaged("store.ring_behind")
    if present < seq:
        # Its writer may have died before the file was on the disk.
        machine().file.sync()
        set_turns(seq)
