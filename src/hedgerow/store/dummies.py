# SPDX-License-Identifier: AGPL-3.0-or-later
"""Know where dummies may stand, which of them this process saw, and how many a night wants."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from hedgerow.engines.vault import night as plan
from hedgerow.engines.vault.locker import (
    LockerClass,
    dummy_locker,
    dummy_tags,
    row_ids,
    seal_locker,
)
from hedgerow.engines.vault.ring import Ring
from hedgerow.kernel.ids import RowId
from hedgerow.kernel.randomness import shuffled
from hedgerow.store.database import Listed, alone, id_list
from hedgerow.store.machine import machine
from hedgerow.store.rows import TABLES, delete, existing, ids_of, insert

_TRIES: Final = 8


@dataclass(frozen=True, slots=True)
class Window:
    """Hold the row ids of all places for dummies.

    Attributes:
        ids: In the order of the places.
        places: The same, to look one up.
        listed: The same, as one parameter.
    """

    ids: list[RowId]
    places: frozenset[RowId]
    listed: Listed


def seen_dummies(ring: Ring, klass: LockerClass) -> list[int]:
    """Return ids of dummies that this process saw standing and did not spend, in random order."""

    def begin(_ring: Ring) -> list[int]:
        return []

    return machine().once_a_ring(("seen dummies", klass), begin, ring=ring)


def some_of(seen: list[int], count: int) -> list[int]:
    """Take some ids from the end of a list that other threads take from as well."""
    taken: list[int] = []
    with suppress(IndexError):
        while len(taken) < count:
            taken.append(seen.pop())
    return taken


def window_of(ring: Ring) -> Window:
    """Return the places for dummies, computed once a ring."""

    def compute(ring: Ring) -> Window:
        key = ring.night_key
        ids = row_ids(key, dummy_tags(key))
        return Window(ids, frozenset(ids), id_list(ids))

    return machine().once_a_ring("dummies", compute, ring=ring)


def top_up(klass: LockerClass) -> None:
    """Add or drop dummies until there are 1 to 256, and the count is a multiple of 256.

    It is counted without a lock, so it is counted again; what is written meanwhile keeps
    the count but where more than 2,048 dummies stand.
    """
    window = window_of(machine().ring).ids
    for _ in range(_TRIES):
        ids = set(ids_of(TABLES[klass]))
        standing = [number for number in window if number in ids]
        wanted = plan.dummies_wanted(len(ids) - len(standing))
        if len(standing) == wanted:
            return
        with alone():
            _set_dummies(klass, standing, wanted, window)


def _set_dummies(
    klass: LockerClass, standing: list[RowId], wanted: int, window: list[RowId]
) -> None:
    """Drop the dummies that are too many, or add those that lack."""
    random, key = machine().random, machine().ring.night_key
    surplus = max(0, len(standing) - wanted)
    delete(TABLES[klass], shuffled(standing, random)[:surplus])
    there = set(existing(klass, id_list(window)))
    free = [k for k, number in enumerate(window) if number not in there]
    missing = max(0, wanted - len(standing))
    lockers = [
        dummy_locker(key, k, klass=klass, random=random) for k in shuffled(free, random)[:missing]
    ]
    insert(klass, [seal_locker(key, one, klass=klass, random=random) for one in lockers])
