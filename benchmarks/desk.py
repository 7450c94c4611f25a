# SPDX-License-Identifier: AGPL-3.0-or-later
"""Lay out a member's page over 30 spaces of 1,000 records each, with news in every one."""

from collections.abc import Iterator

from benchmarks.harness import Figure, median_s, time_in_turns
from benchmarks.worlds import fill, world, write_some

SPACES = 30
RECORDS = 1_000
NEWS = 5
ROUNDS = 20
BOUND_MS = 10.0


def run() -> Iterator[Figure]:
    """Measure the desk alone, the visit being there."""
    with world() as present:
        other = present.another()
        for number in range(SPACES):
            space = present.open_space(f"S{number}")
            other.accept(present.invite(space.id))
            fill(other.space(space.id), records=RECORDS, length=100)
            write_some(other.space(space.id), count=NEWS)
        visit = present.visit()
        desk = visit.desk()
        assert not desk.notices
        assert len(desk.news) >= SPACES * NEWS
        times = time_in_turns("a desk", variants={"desk": visit.desk}, rounds=ROUNDS)
    value = median_s(times, of="desk") * 1000
    yield Figure(figure="desk_30_spaces", value=value, unit="ms", bound=BOUND_MS)
