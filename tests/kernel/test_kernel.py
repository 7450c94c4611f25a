# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check ids, randomness, the calendar and errors."""

import datetime as dt
import itertools
import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hedgerow.kernel.clock import day_of, first_day_of, minute_now, week_of
from hedgerow.kernel.errors import BadInput, Busy, Conflict, Damaged, HedgerowError, NotFound
from hedgerow.kernel.errors import Refused as RefusedError
from hedgerow.kernel.ids import ID_BITS, draw_id
from hedgerow.kernel.randomness import random_below, shuffled, some_below


class At:
    """Stand still at one second."""

    def __init__(self, seconds: int) -> None:
        """Take the second."""
        self._seconds = seconds

    def seconds(self) -> int:
        """Return the second."""
        return self._seconds


def test_minutes_and_days_count_from_the_epoch() -> None:
    """A minute begins at its first second, a day at midnight UTC."""
    assert [minute_now(At(second)) for second in (0, 59, 60)] == [0, 0, 1]
    assert [day_of(minute) for minute in (0, 1439, 1440)] == [0, 0, 1]


@given(st.dates(dt.date(1970, 1, 5), dt.date(2150, 1, 1)))
def test_weeks_begin_on_mondays(date: dt.date) -> None:
    """A week is the ISO week: its first day is the Monday on or before the date."""
    day = (date - dt.date(1970, 1, 1)).days
    monday = dt.date(1970, 1, 1) + dt.timedelta(days=first_day_of(week_of(day)))
    assert monday.isocalendar()[:2] == date.isocalendar()[:2]
    assert monday.weekday() == 0


def test_ids_are_never_nothing() -> None:
    """An id has at most 62 bits; zero, which means none, is drawn again."""
    drawn = iter([bytes(8), b"\0" * 7 + b"\x03", b"\xff" * 8, b"\0" * 7 + b"\x04"])
    assert draw_id(lambda _size: next(drawn)) == 2**ID_BITS - 1
    assert draw_id(lambda _size: next(drawn)) == 1


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 255, 256, 257, 7776])
def test_random_numbers_reach_each_value_below_the_limit(limit: int) -> None:
    """Numbers stay below the limit and every one of a small range comes."""
    draw = random.Random(limit).randbytes
    drawn = {random_below(limit, draw) for _ in range(40 * min(limit, 300))}
    assert max(drawn) < limit
    assert limit > 300 or drawn == set(range(limit))


def test_random_numbers_do_not_prefer_small_ones() -> None:
    """A number that is too great is drawn again and not folded."""
    drawn = iter([b"\x07", b"\x05", b"\xfa"])
    assert random_below(5, lambda _size: next(drawn)) == 2


@pytest.mark.parametrize("limit", [1, 5, 4096])
def test_several_random_numbers_are_below_the_limit(limit: int) -> None:
    """As many as were asked for, each below the limit, and small limits reach every number."""
    drawn = some_below(limit, 2000, random.Random(limit).randbytes)
    assert len(drawn) == 2000
    assert max(drawn) < limit
    assert limit > 300 or set(drawn) == set(range(limit))


def test_several_random_numbers_do_not_prefer_small_ones() -> None:
    """Those that are too great are drawn again and not folded."""
    drawn = iter([b"\x00\x07\x00\x01", b"\x00\x05", b"\xff\xfa"])
    assert some_below(5, 2, lambda _size: next(drawn)) == [1, 2]


def test_shuffling_gives_each_order_equally_often() -> None:
    """Of three things each of the six orders comes about as often as the others."""
    draw = random.Random(3).randbytes
    counts = Counter(tuple(shuffled("abc", draw)) for _ in range(3000))
    assert set(counts) == set(itertools.permutations("abc"))
    assert min(counts.values()) > 400


def test_shuffling_leaves_the_given_list_alone() -> None:
    """The result is a new list of the same things, also of none and of one."""
    given_list = list(range(50))
    assert sorted(shuffled(given_list, random.Random(1).randbytes)) == given_list
    assert given_list == list(range(50))
    assert shuffled([], random.Random(1).randbytes) == []
    assert shuffled([9], random.Random(1).randbytes) == [9]


@pytest.mark.parametrize("kind", [BadInput, RefusedError, NotFound, Conflict, Damaged, Busy])
def test_errors_carry_a_code_and_plain_data(kind: type[HedgerowError]) -> None:
    """An error shows its code alone and keeps its details apart."""
    error = kind("area.what", position=3)
    assert isinstance(error, HedgerowError)
    assert (str(error), error.code, error.details) == ("area.what", "area.what", {"position": 3})
