# SPDX-License-Identifier: AGPL-3.0-or-later
"""Draw the lives of a small movement: who joins which space, who comes when, who is removed.

A plan is drawn from a seed alone; nothing here touches a store. Minutes count from the
Monday on which the world begins.
"""

from dataclasses import dataclass
from enum import IntEnum
from random import Random
from typing import Final

DAY: Final = 1440
NIGHT_MINUTE: Final = 3 * 60
IMAGE_MINUTE: Final = 15 * 60
_EARLIEST, _LATEST = 7 * 60, 23 * 60 + 30
_EARLY_SHARE: Final = 0.6
_DEGREES: Final = (1, 1, 1, 1, 2, 2, 2, 3, 3, 4)
_REMOVED_SHARE, _LEFT_SHARE = 0.06, 0.03
_STAYS_DAYS: Final = 5


class Act(IntEnum):
    """Name what happens in a world."""

    NIGHT = 0
    OPEN = 1
    INVITE = 2
    JOIN = 3
    VISIT = 4
    REMOVE = 5
    LEAVE = 6
    IMAGE = 7


@dataclass(frozen=True, slots=True)
class Size:
    """Say how large a world is.

    Attributes:
        accounts: How many people there are at the end.
        spaces: How many spaces.
        days: How long it lasts.
        first_image_day: The day of the first image, a Monday; a day's is taken at 15:00.
    """

    accounts: int
    spaces: int
    days: int = 43
    first_image_day: int = 14

    @property
    def image_days(self) -> range:
        """Return the days on which an image is taken."""
        return range(self.first_image_day, self.days)


SIZES: Final = {"full": Size(200, 30), "small": Size(60, 10)}


@dataclass(frozen=True, slots=True)
class Event:
    """Be one thing that happens.

    Attributes:
        minute: When.
        act: What.
        account: Who; -1 for nights and images.
        space: Where; -1 where it is not one space.
    """

    minute: int
    act: Act
    account: int = -1
    space: int = -1


class _Drawing:
    """Draw one world, step by step, from one stream of chance."""

    def __init__(self, size: Size, random: Random) -> None:
        """Draw what people and spaces are like."""
        self.size, self.random = size, random
        self.rates = [random.lognormvariate(-1.0, 0.9) for _ in range(size.accounts)]
        self.hours = [random.uniform(9 * 60, 21 * 60) for _ in range(size.accounts)]  # nosec -- a world
        self.weights = [random.lognormvariate(0, 0.7) for _ in range(size.spaces)]
        weeks = size.days // 7 + 1
        self.moods = [
            [random.lognormvariate(-0.12, 0.5) for _ in range(weeks)] for _ in range(size.spaces)
        ]
        self.opened = [self._opening_day() for _ in range(size.spaces)]
        #: Account and space to the day of joining and the last day of staying.
        self.stays: dict[tuple[int, int], tuple[int, int]] = {}
        self.events: list[Event] = []

    def _opening_day(self) -> int:
        """Draw the day on which a space is opened: two of three in the first days."""
        is_early = self.random.random() < 2 / 3
        return self.random.randrange(0, 9) if is_early else self.random.randrange(9, 30)

    def minute_of(self, account: int, day: int) -> int:
        """Draw a minute of a day near the hour at which somebody comes as a rule."""
        minute = int(self.random.gauss(self.hours[account], 120))
        return day * DAY + min(_LATEST, max(_EARLIEST, minute))

    def draw_openings(self) -> None:
        """Let the first accounts open a space each."""
        for space, day in enumerate(self.opened):
            self.stays[space, space] = (day, self.size.days)
            self.events.append(Event(self.minute_of(space, day), Act.OPEN, space, space))

    def draw_joins(self) -> None:
        """Let everybody join one space to four, the first early as a rule."""
        first_days = min(self.opened) + 1
        for account in range(self.size.accounts):
            is_founder = account < self.size.spaces
            degree = self.random.choice(_DEGREES) - is_founder
            if is_founder:
                earliest = self.opened[account] + 1
            elif self.random.random() < _EARLY_SHARE:
                earliest = self.random.randrange(first_days, self.size.first_image_day)
            else:
                earliest = self.random.randrange(self.size.first_image_day, self.size.days)
            day = earliest
            for number in range(degree):
                if number or is_founder:
                    day = self.random.randrange(earliest, self.size.days)
                self._join(account, day)

    def _join(self, account: int, day: int) -> None:
        """Let somebody join one of the spaces there are, as likely as it is liked."""
        there = [
            space
            for space, opened in enumerate(self.opened)
            if opened < day and (account, space) not in self.stays
        ]
        if not there:
            return
        (space,) = self.random.choices(there, [self.weights[space] for space in there])
        minute = self.minute_of(account, day)
        before = self.random.randrange(20, 600)
        self.events.append(Event(max(day * DAY + 300, minute - before), Act.INVITE, account, space))
        self.events.append(Event(minute, Act.JOIN, account, space))
        last = self._last_day(account, space, day)
        self.stays[account, space] = (day, last)

    def _last_day(self, account: int, space: int, day: int) -> int:
        """Draw the day of going or of being removed, for a few; the end for all others."""
        fate = self.random.random()
        first = day + _STAYS_DAYS
        if fate >= _REMOVED_SHARE + _LEFT_SHARE or first >= self.size.days:
            return self.size.days
        last = self.random.randrange(first, self.size.days)
        act = Act.REMOVE if fate < _REMOVED_SHARE else Act.LEAVE
        who = space if act is Act.REMOVE else account
        self.events.append(Event(self.minute_of(who, last), act, account, space))
        return last

    def draw_visits(self) -> None:
        """Let people come: each at a rate of their own, more often in a space's busy weeks."""
        spaces_of: dict[int, list[tuple[int, int, int]]] = {}
        for (account, space), (first, last) in self.stays.items():
            spaces_of.setdefault(account, []).append((space, first, last))
        for day in range(self.size.days):
            for account, stays in spaces_of.items():
                moods = [
                    self.moods[space][day // 7]
                    for space, first, last in stays
                    if first < day < last
                ]
                if not moods:
                    continue
                wish = self.rates[account] * sum(moods) / len(moods)
                if self.random.random() < wish:
                    self.events.append(Event(self.minute_of(account, day), Act.VISIT, account))

    def draw_days(self) -> None:
        """Hold the nights and take the images."""
        for day in range(1, self.size.days):
            self.events.append(Event(day * DAY + NIGHT_MINUTE, Act.NIGHT))
        for day in self.size.image_days:
            self.events.append(Event(day * DAY + IMAGE_MINUTE, Act.IMAGE))


def draw_plan(size: Size, *, seed: int) -> list[Event]:
    """Draw what happens in a world, in the order of time."""
    drawing = _Drawing(size, Random(seed))  # noqa: S311  # nosec -- a world, not a secret
    drawing.draw_openings()
    drawing.draw_joins()
    drawing.draw_visits()
    drawing.draw_days()
    return sorted(drawing.events, key=lambda event: (event.minute, event.act))
