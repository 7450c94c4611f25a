# SPDX-License-Identifier: AGPL-3.0-or-later
"""Read what the headquarters sees: the count in memory beside public rows and sealed records."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from hedgerow.engines.tally.layout import Flags
from hedgerow.engines.tally.protocols import (
    ACCEPTED,
    HELD_BACK,
    IN_CONFLICT,
    INCOMPLETE,
    NO_REPORT,
    RELATION_BROKEN,
)
from hedgerow.kernel.errors import NotFound
from hedgerow.rooms.elections import live, selectors
from hedgerow.rooms.elections.live import ContestSide, Live
from hedgerow.rooms.elections.models import Contest, Election, Station
from hedgerow.rooms.elections.records import Observer, Reason
from hedgerow.rooms.elections.sheets import layout_of
from hedgerow.store.lines import Record
from hedgerow.store.visit import Space
from hedgerow.store.watching import Watch

#: Why somebody should look at a station, the most pressing first.
CONFLICT, BROKEN, LACKING, HELD, ODD, UNCHECKED = (
    "conflict",
    "broken",
    "lacking",
    "held",
    "odd",
    "second",
)
WHYS: Final = (CONFLICT, BROKEN, LACKING, HELD, ODD, UNCHECKED)


@dataclass(frozen=True)
class Headquarters:
    """Be an election as a member of its group sees it for one request.

    Attributes:
        space: The group.
        election: Its public row.
        watch: What the store knows of it.
        live: What was counted last; None before the first count.
    """

    space: Space
    election: Election
    watch: Watch
    live: Live | None

    @cached_property
    def contests(self) -> list[Contest]:
        """Return the contests in the order in which they were made."""
        found = Contest.objects.filter(election=self.election).order_by("pk")
        return list(found.select_related("election"))

    @cached_property
    def observers(self) -> dict[int, Record[Observer]]:
        """Return who holds which code."""
        records = self.space.read_many(Observer, self.space.entries(Observer))
        return {
            one.value.code: one for one in records if one.value.address == self.election.address
        }

    @cached_property
    def codes_at(self) -> dict[int, list[int]]:
        """Return the numbers of the codes by the rows of their stations."""
        found: dict[int, list[int]] = {}
        if self.live is not None:
            for code, station in self.live.codes[["code", "station"]].tolist():
                found.setdefault(station, []).append(code)
        return found

    def side(self, contest: Contest) -> ContestSide | None:
        """Return a contest as it was counted last."""
        return self.live.contests.get(contest.pk) if self.live is not None else None

    def name_of(self, code: int) -> str:
        """Return who holds a code, or nothing."""
        record = self.observers.get(code)
        return record.entry.title if record is not None else ""

    def reasons(self, *, station: int = 0, code: int = 0) -> list[Record[Reason]]:
        """Return what was said of rulings about a station or a code, the newest first."""
        records = self.space.read_many(Reason, self.space.entries(Reason))
        return [
            one
            for one in records
            if one.value.address == self.election.address
            and (one.value.station, one.value.code) == (station, code)
        ]


def headquarters_of(space: Space, address: str) -> Headquarters:
    """Return an election that a group runs and watches.

    Raises:
        NotFound: "elections.unknown".
    """
    election = selectors.own_election(space, address)
    watch = next((one for one in space.watches() if one.name == address), None)
    if watch is None:
        raise NotFound("elections.unknown")
    return Headquarters(space, election, watch, live.read(address))


@dataclass(frozen=True, slots=True)
class Numbers:
    """Hold the numbers of a contest for the headquarters' front page."""

    contest: Contest
    stations: int
    heard: int
    counted: int
    shown: int
    conflicts: int
    broken: int
    waiting: int


def numbers(headquarters: Headquarters) -> list[Numbers]:
    """Return the numbers of each contest."""
    found: list[Numbers] = []
    for contest in headquarters.contests:
        side = headquarters.side(contest)
        if side is None:
            continue
        counts = side.standing >= ACCEPTED
        found.append(
            Numbers(
                contest,
                stations=len(side.stations),
                heard=int((side.standing != NO_REPORT).sum()),
                counted=int(counts.sum()),
                shown=int(side.is_released.sum()),
                conflicts=int((side.standing == IN_CONFLICT).sum()),
                broken=int((side.standing == RELATION_BROKEN).sum()),
                waiting=int((counts & ~side.is_released).sum()),
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class ToDo:
    """Say why somebody should look at a station's sheet."""

    contest: Contest
    station: int
    why: str


def to_do(headquarters: Headquarters) -> list[ToDo]:
    """Return the sheets that wait for somebody, the most pressing first."""
    found: list[ToDo] = []
    for contest in headquarters.contests:
        side = headquarters.side(contest)
        if side is not None:
            found += [
                ToDo(contest, int(station), why)
                for why, which in _whys(side, headquarters.election.rules).items()
                for station in side.stations[which].tolist()
            ]
    return sorted(found, key=lambda one: (WHYS.index(one.why), one.station))


def _whys(side: ContestSide, rules: Sequence[str]) -> dict[str, Flags]:
    """Tell for each reason which stations it holds for; each station has one at most."""
    counts = side.standing >= ACCEPTED
    masks = {
        CONFLICT: side.standing == IN_CONFLICT,
        BROKEN: side.standing == RELATION_BROKEN,
        LACKING: side.standing == INCOMPLETE,
        HELD: side.standing == HELD_BACK,
        ODD: counts & side.is_odd & ~side.is_released,
        UNCHECKED: counts & ~side.is_released & ~side.has_second & ("second" in rules),
    }
    taken = np.zeros(len(side.stations), np.bool_)
    for why, mask in masks.items():
        masks[why] = mask & ~taken
        taken |= mask
    return masks


def silent(headquarters: Headquarters) -> list[tuple[int, list[int]]]:
    """Return the stations with codes from which no sheet of some contest came, with the codes."""
    heard: set[int] = set()
    lacking: set[int] = set()
    for contest in headquarters.contests:
        side = headquarters.side(contest)
        if side is not None:
            is_heard = side.standing != NO_REPORT
            heard.update(side.stations[is_heard].tolist())
            lacking.update(side.stations[~is_heard].tolist())
    return [
        (station, codes)
        for station, codes in sorted(headquarters.codes_at.items())
        if station in lacking
    ]


@dataclass(frozen=True, slots=True)
class Voice:
    """Hold the newest sheet of one code, or the second entry, about one station.

    Attributes:
        code: Its number, 0 for the second entry.
        minute: When it came.
        versions: How many there were.
        values: In the order of the layout's columns.
    """

    code: int
    minute: int
    versions: int
    values: tuple[int, ...]


def voices(side: ContestSide, station: int) -> list[Voice]:
    """Return what each code said of a station."""
    at = side.place_of(station)
    if at is None:
        return []
    here = side.reports[side.reports["station"] == at]
    found: list[Voice] = []
    for code in sorted(set(here["source"].tolist())):
        own = here[here["source"] == code]
        newest = own[int(np.argmax(own["version"]))]
        found.append(
            Voice(
                int(code), int(newest["minute"]), len(own), tuple(int(v) for v in newest["values"])
            )
        )
    return found


def station_of(headquarters: Headquarters, station: int) -> Station:
    """Return a station of an election.

    Raises:
        NotFound: "elections.unknown".
    """
    found = Station.objects.filter(election=headquarters.election, pk=station).first()
    if found is None:
        raise NotFound("elections.unknown")
    return found


def names_of(stations: Iterable[int]) -> dict[int, str]:
    """Return the names of stations by their rows."""
    return dict(Station.objects.filter(pk__in=set(stations)).values_list("pk", "name"))


def contests_at(headquarters: Headquarters, station: Station) -> list[Contest]:
    """Return the contests that are held at a station."""
    return [
        one
        for one in headquarters.contests
        if one.district_id is None or one.district_id == station.district_id
    ]


def columns_of(contest: Contest) -> tuple[str, ...]:
    """Return the columns of a contest's sheets."""
    return layout_of(contest).columns
