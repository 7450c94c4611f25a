# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check what a night decides: when, which rows, how many dummies, which bodies."""

import datetime as dt
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hedgerow.engines.vault import night
from hedgerow.engines.vault.locker import NEVER, Locker
from hedgerow.kernel.clock import week_of

DRAW = random.Random(8).randbytes
DAYS = st.integers(4, 60_000)
TAG = bytes(32)


def _weekday(day: int) -> int:
    """Return the day of the week, 0 for Monday."""
    return (dt.date(1970, 1, 1) + dt.timedelta(days=day)).weekday()


@pytest.mark.parametrize(
    ("ahead", "believed"), [(-1, False), (0, True), (1, True), (8, True), (9, False)]
)
def test_clock_is_believed_from_the_last_night_to_eight_days_on(
    ahead: int, *, believed: bool
) -> None:
    """A day before the last night, or more than eight after it, waits for a holder."""
    assert night.is_clock_plausible(20_000 + ahead, ring_day=20_000) is believed


@given(DAYS, st.integers(0, 20), st.integers(0, 6))
def test_post_is_due_when_its_weekday_has_passed(ring_day: int, later: int, weekday: int) -> None:
    """The post goes out if the steward's day lies after the last night and not after today."""
    today = ring_day + later
    wanted = any(_weekday(day) == weekday for day in range(ring_day + 1, today + 1))
    assert night.is_delivery_due(today, ring_day=ring_day, weekday=weekday) is wanted


def test_post_is_due_on_mondays_unless_said() -> None:
    """Where the steward set nothing, the post goes out in the night to Monday."""
    monday = 20_000 - _weekday(20_000)
    assert night.is_delivery_due(monday, ring_day=monday - 1)
    assert not night.is_delivery_due(monday, ring_day=monday)
    assert not night.is_delivery_due(monday - 1, ring_day=monday - 6)


@given(DAYS, st.integers(0, 40), st.integers(0, 6))
def test_first_keyrings_go_out_in_one_week_of_four(ring_day: int, later: int, weekday: int) -> None:
    """They go with deliveries of weeks that divided by four leave two, and with no others."""
    today = ring_day + later
    wanted = any(
        _weekday(day) == weekday and week_of(day) % 4 == 2 for day in range(ring_day + 1, today + 1)
    )
    is_due = night.is_first_delivery_due(today, ring_day=ring_day, weekday=weekday)
    assert is_due is wanted
    assert night.is_delivery_due(today, ring_day=ring_day, weekday=weekday) or not is_due


@given(st.integers(0, 1000))
def test_batches_hold_each_thing_once(count: int) -> None:
    """Two hundred at a time, all of them, shuffled."""
    made = night.batches(range(count), random=DRAW)
    assert sorted(one for batch in made for one in batch) == list(range(count))
    assert all(len(batch) == 200 for batch in made[:-1])
    assert all(1 <= len(batch) <= 200 for batch in made)
    assert count < 50 or [one for batch in made for one in batch] != list(range(count))


@pytest.mark.parametrize(
    ("until", "is_dummy", "may_expire", "kept"),
    [
        (NEVER, False, True, True),
        (NEVER, True, True, False),
        (10, False, True, True),
        (9, False, True, False),
        (9, False, False, True),
        (9, True, False, False),
    ],
)
def test_dummies_and_what_is_over_go(
    until: int, *, is_dummy: bool, may_expire: bool, kept: bool
) -> None:
    """In week 10 a row until week 10 stays, one until week 9 goes if the clock is right."""
    locker, dummies = Locker(TAG, until, b""), {TAG} if is_dummy else set()
    assert night.is_kept(locker, week=10, dummies=dummies, may_expire=may_expire) is kept


@given(st.integers(0, 10_000))
def test_dummies_fill_up_to_steps(kept: int) -> None:
    """One to 256 dummies bring the count to a multiple of 256."""
    wanted = night.dummies_wanted(kept)
    assert 1 <= wanted <= 256
    assert (kept + wanted) % 256 == 0


@given(st.sets(st.integers(0, 10**6), max_size=60), st.data())
def test_new_bodies_are_written_again_among_three_times_as_many(
    ids: set[int], data: st.DataObject
) -> None:
    """All that are new and still there, and up to three older ones for each, once each."""
    born = data.draw(st.sets(st.sampled_from([*ids, -1])))
    plan = night.bodies_to_rewrite(sorted(ids), born=born, random=DRAW)
    written = [one for batch in plan.batches for one in batch]
    new = ids & born
    assert len(written) == len(set(written))
    assert new <= set(written) <= ids
    assert len(written) == len(new) + min(len(ids) - len(new), 3 * len(new))


def test_every_older_body_may_be_drawn() -> None:
    """Over many nights each older body is written again."""
    drawn = set()
    for _ in range(200):
        plan = night.bodies_to_rewrite(range(20), born={0}, random=DRAW)
        drawn |= {one for batch in plan.batches for one in batch}
    assert drawn == set(range(20))
