# SPDX-License-Identifier: AGPL-3.0-or-later
"""Plan what a night does; the store carries the plan out.

A night renews every locker under a fresh key, tops up dummies, writes bodies anew in
another order, and forgets. Nothing here touches a row: the functions decide on ids,
counts and days alone.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from hedgerow.engines.vault.locker import NEVER, Locker
from hedgerow.kernel.clock import first_day_of, week_of
from hedgerow.kernel.randomness import Randomness, random_below, shuffled

T = TypeVar("T")
BATCH_ROWS = 200
STEP_ROWS = 256
MOST_STANDING_DUMMIES = 2048
OLDER_BODIES_PER_NEW = 3
LONGEST_GAP_DAYS = 8
#: An account's first keyring is written every so many weeks only, with those of all newcomers.
FIRST_KEYRING_WEEKS: Final = 4
_FIRST_KEYRING_WEEK: Final = 2


def is_clock_plausible(today: int, *, ring_day: int) -> bool:
    """Tell whether a day may be believed: not before the last night, nor long after it.

    A dead battery or a false time server must not erase everything with an end.
    """
    return ring_day <= today <= ring_day + LONGEST_GAP_DAYS


def is_delivery_due(today: int, *, ring_day: int, weekday: int = 0) -> bool:
    """Tell whether the day of the post lies after the last night and not after today.

    Args:
        today: The day.
        ring_day: The day of the last night.
        weekday: 0 for Monday to 6 for Sunday, as the steward set it.
    """
    latest = first_day_of(week_of(today - weekday)) + weekday
    return ring_day < latest <= today


def is_first_delivery_due(today: int, *, ring_day: int, weekday: int = 0) -> bool:
    """Tell whether a delivery is due that writes the first keyrings of newcomers as well.

    They wait for one week in four, so that none tells in which week its owner came.

    Args:
        today: The day.
        ring_day: The day of the last night.
        weekday: As for every delivery.
    """
    week = week_of(today - weekday)
    latest = week - (week - _FIRST_KEYRING_WEEK) % FIRST_KEYRING_WEEKS
    return ring_day < first_day_of(latest) + weekday <= today


def batches(items: Sequence[T], *, random: Randomness) -> list[list[T]]:
    """Shuffle and cut into batches of 200."""
    mixed = shuffled(items, random)
    return [mixed[start : start + BATCH_ROWS] for start in range(0, len(mixed), BATCH_ROWS)]


def is_kept(locker: Locker, *, week: int, dummies: Collection[bytes], may_expire: bool) -> bool:
    """Tell whether a row lives on: dummies do not, nor what has come to its end.

    Args:
        locker: The opened row.
        week: The present week.
        dummies: True tags of the window of dummies under the previous night key.
        may_expire: Whether the clock is plausible.
    """
    if locker.tag in dummies:
        return False
    is_over = locker.until_week != NEVER and locker.until_week < week
    return not (is_over and may_expire)


def dummies_wanted(kept_rows: int) -> int:
    """Return how many dummies make the count a multiple of 256: 1 to 256."""
    return STEP_ROWS - kept_rows % STEP_ROWS


@dataclass(frozen=True, slots=True)
class BodyPlan:
    """Name the bodies that a night writes anew, in the order of writing."""

    batches: list[list[int]]


def bodies_to_rewrite(ids: Sequence[int], *, born: Collection[int], random: Randomness) -> BodyPlan:
    """Draw the bodies to write anew: those born since the last night and three times as many.

    Args:
        ids: Of all bodies.
        born: Of those written since the last night, as noted in memory.
        random: Draws the older ones and the order.
    """
    new = [one for one in ids if one in born]
    older = [one for one in ids if one not in born]
    wanted = min(len(older), OLDER_BODIES_PER_NEW * len(new))
    for place in range(wanted):
        other = place + random_below(len(older) - place, random)
        older[place], older[other] = older[other], older[place]
    return BodyPlan(batches(new + older[:wanted], random=random))
