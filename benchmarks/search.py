# SPDX-License-Identifier: AGPL-3.0-or-later
"""Search a space of 10,000 records by opening every body."""

from collections.abc import Iterator

from benchmarks.harness import Figure, median_s, time_in_turns
from benchmarks.worlds import fill, world

RECORDS = 10_000
ROUNDS = 7
BOUND_S = 0.4


def run() -> Iterator[Figure]:
    """Measure a search for a word that one record has."""
    with world() as present:
        space = present.open_space("S")
        fill(space, records=RECORDS, length=200)

        def searched() -> int:
            return len(present.space(space.id).search(f"слово{RECORDS // 2}"))

        assert searched() == 1
        times = time_in_turns("a search", variants={"search": searched}, rounds=ROUNDS)
    value = median_s(times, of="search")
    yield Figure(figure="search_10000_bodies", value=value, unit="s", bound=BOUND_S)
