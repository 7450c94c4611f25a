# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check that plans are the same again, large enough, and possible."""

import pytest

from hedgerow.drill.linkage.plan import SIZES, Act, Event, draw_plan

FULL = SIZES["full"]


def _pairs(events: list[Event], *acts: Act) -> set[tuple[int, int]]:
    """Return account and space of some acts."""
    return {(event.account, event.space) for event in events if event.act in acts}


def test_the_same_seed_draws_the_same() -> None:
    """A plan is drawn from its seed alone."""
    small = SIZES["small"]
    assert draw_plan(small, seed=3) == draw_plan(small, seed=3)
    assert draw_plan(small, seed=3) != draw_plan(small, seed=4)


@pytest.mark.parametrize("seed", range(1, 9))
def test_the_full_world_is_as_large_as_promised(seed: int) -> None:
    """200 accounts, 30 spaces, 300 memberships and more, 5 weekly images and 29 daily."""
    events = draw_plan(FULL, seed=seed)
    joined = _pairs(events, Act.OPEN, Act.JOIN)
    assert len(joined) >= 300
    assert len({account for account, _ in joined}) >= 195
    assert len({space for _, space in joined}) == FULL.spaces
    days = list(FULL.image_days)
    assert len(days) == 29
    assert [day for day in days if day % 7 == 0] == [14, 21, 28, 35, 42]


@pytest.mark.parametrize("seed", range(1, 9))
def test_everything_happens_in_a_possible_order(seed: int) -> None:
    """Spaces are open before anybody is invited, and nobody goes who has not come."""
    opened: set[int] = set()
    invited: set[tuple[int, int]] = set()
    inside: set[tuple[int, int]] = set()
    for event in draw_plan(FULL, seed=seed):
        pair = (event.account, event.space)
        if event.act is Act.OPEN:
            opened.add(event.space)
        elif event.act is Act.INVITE:
            assert event.space in opened
            invited.add(pair)
        elif event.act is Act.JOIN:
            assert pair in invited
            inside.add(pair)
        elif event.act in (Act.REMOVE, Act.LEAVE):
            inside.remove(pair)
