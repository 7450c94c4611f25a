# SPDX-License-Identifier: AGPL-3.0-or-later
"""Count time in minutes, days and weeks since 1 January 1970 UTC, from a clock passed in."""

from typing import Protocol

MINUTES_A_DAY = 24 * 60
SECONDS_A_MINUTE = 60


class Clock(Protocol):
    """Tell the time; the only way anything in Hedgerow learns what time it is."""

    def seconds(self) -> int:
        """Return whole seconds since the epoch, UTC."""
        ...


def minute_now(clock: Clock) -> int:
    """Return the present minute since the epoch."""
    return clock.seconds() // SECONDS_A_MINUTE


def day_of(minute: int) -> int:
    """Return the day in which a minute lies."""
    return minute // MINUTES_A_DAY


def week_of(day: int) -> int:
    """Return the ISO week (Monday to Sunday) in which a day lies, as a running number."""
    return (day + 3) // 7


def first_day_of(week: int) -> int:
    """Return the Monday with which a week begins."""
    return week * 7 - 3
