# SPDX-License-Identifier: AGPL-3.0-or-later
"""Know where dummies may stand, and which of them this process saw standing."""

from contextlib import suppress
from dataclasses import dataclass

from hedgerow.engines.vault.locker import LockerClass, dummy_tags, row_ids
from hedgerow.engines.vault.ring import Ring
from hedgerow.kernel.ids import RowId
from hedgerow.store.database import Listed, id_list
from hedgerow.store.machine import machine


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
