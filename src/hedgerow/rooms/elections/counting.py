# SPDX-License-Identifier: AGPL-3.0-or-later
"""Count what observers report, in the memory of one process: the caretaker's.

Everything here is made again from the released rows at a start. Figures come in one by one; what
everybody may see goes out as public rows, what the headquarters sees into a file in memory.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from hedgerow.engines.tally.layout import MISSING, Flags, Ints, Values
from hedgerow.engines.tally.protocols import (
    COUNTED,
    Protocols,
    Ruling,
    protocols_of,
)
from hedgerow.engines.tally.reports import ALL_HELD, NOTHING_HELD, Reports, report_dtype
from hedgerow.kernel.clock import minute_now
from hedgerow.rooms.elections import count_content, live, releasing
from hedgerow.rooms.elections.frames import StationList, stations_of
from hedgerow.rooms.elections.models import HARD, SECOND, TWO, Contest, Count, Election, Station
from hedgerow.rooms.elections.public_count import encode, result_of
from hedgerow.rooms.elections.sheets import layout_of
from hedgerow.store import counting
from hedgerow.store.counting import Act, Counted, Figure
from hedgerow.store.machine import is_open, machine

HEADQUARTERS: Final = 0
#: What the headquarters says of showing a sheet.
WITHHELD, SHOWN, AS_RULED = 0, 1, 2
#: What a ruling is about: one figure, or whether a sheet counts although a relation is broken.
ON_FIGURE, ON_SHEET = 0, 1
_FIRST_SIZE: Final = 1024
_MOST_EVENTS: Final = 5_000
_MOST_AT_ONCE: Final = 20_000
# Of its time the caretaker gives at most a quarter to making results.
_REST: Final = 3
#: Pages of counts that are drawn ahead each time.
_MOST_AHEAD: Final = 12


class ContestCount:
    """Hold the reports of one contest, as columns."""

    def __init__(self, contest: Contest) -> None:
        """Begin without reports."""
        self.contest = contest
        self.layout = layout_of(contest)
        self.stations: StationList = stations_of(contest)
        self.numbers = self.stations.numbers()
        self._rows: Reports = np.zeros(_FIRST_SIZE, report_dtype(self.layout))
        self._size = 0
        self._rulings: list[Ruling] = []
        self.hand = np.full(len(self.stations.ids), AS_RULED, np.int8)
        self.has_second = np.zeros(len(self.stations.ids), np.bool_)
        self._written: releasing.Written | None = None

    @property
    def reports(self) -> Reports:
        """Return the reports that came so far."""
        return self._rows[: self._size]

    @property
    def rulings(self) -> tuple[Ruling, ...]:
        """Return the rulings that were made so far."""
        return tuple(self._rulings)

    def is_by_hand(self, station: int) -> bool:
        """Tell whether somebody of the headquarters showed a station's sheet."""
        return bool(self.hand[station] == SHOWN)

    def written(self) -> releasing.Written:
        """Return what stands in public rows, read once."""
        if self._written is None:
            self._written = releasing.Written(self)
        return self._written

    def take(self, counted: Counted) -> None:
        """Take a figure about this contest; one that fits no station or sheet is passed by."""
        figure = counted.figure
        station = self.numbers.get(figure.station)
        if station is None:
            return
        if figure.act in {Act.SHEET, Act.SECOND}:
            self._take_sheet(counted, station)
        elif figure.act is Act.RULING:
            self._take_ruling(counted, station)
        elif figure.act is Act.SHOWN and figure.values[:1]:
            self.hand[station] = figure.values[0]

    def _take_sheet(self, counted: Counted, station: int) -> None:
        """Take a sheet, an observer's or one typed from a photograph."""
        figure = counted.figure
        if len(figure.values) != len(self.layout.columns):
            return
        if self._size == len(self._rows):
            self._rows = np.concatenate([self._rows, np.zeros_like(self._rows)])
        minute, values = figure.minute, figure.values
        head = (station, counted.code, counted.version, minute, NOTHING_HELD)
        self._rows[self._size] = (*head, values)
        self._size += 1
        self.has_second[station] |= figure.act is Act.SECOND

    def _take_ruling(self, counted: Counted, station: int) -> None:
        """Take a ruling of the headquarters: what about, column, value."""
        try:
            about, column, value = counted.figure.values
            named = None if about == ON_SHEET else self.layout.columns[column]
        except (ValueError, IndexError):
            return
        if named is None and value not in {0, 1}:
            return
        figure = None if value == MISSING else value
        self._rulings.append(
            Ruling(
                number=counted.version,
                station=station,
                column=named,
                value=figure,
                by="",
                reason="",
            )
        )

    def protocols(self, levels: Ints) -> Protocols:
        """Make one protocol for each station.

        Args:
            levels: How much of each code is held back, by its number.
        """
        reports = self.reports
        reports["quarantine"] = levels[reports["source"]]
        return protocols_of(
            reports, layout=self.layout, stations=len(self.stations.ids), rulings=self.rulings
        )

    def released(self, protocols: Protocols, rules: Iterable[str]) -> Flags:
        """Tell which stations' sheets everybody may see: (stations,)."""
        chosen = set(rules)
        by_rule = np.full(len(protocols), bool(chosen))
        if HARD in chosen:
            is_sound = (protocols.standing == COUNTED) & ~protocols.checked.unchecked
            by_rule &= is_sound
        if TWO in chosen:
            by_rule &= protocols.observers - self.has_second >= 2  # noqa: PLR2004 -- two observers
        if SECOND in chosen:
            # Typed from a photograph and sent by an observer: one of them alone checks nothing.
            by_rule &= self.has_second & (protocols.observers >= 2)  # noqa: PLR2004 -- both
        by_hand = self.hand == SHOWN
        found: Flags = protocols.counts & (by_hand | (by_rule & (self.hand != WITHHELD)))
        return found


@dataclass(slots=True)
class CodeLine:
    """Hold what is known of a code without its conversation.

    Attributes:
        station: Row of the station where its holder observes, 0 for none yet.
        minute: Of its newest report, 0 for none.
        sheets: How many sheets came.
        turnouts: How many figures of turnout.
        events: How often something happened.
        held: How much of it is held back.
    """

    station: int = 0
    minute: int = 0
    sheets: int = 0
    turnouts: int = 0
    events: int = 0
    held: int = NOTHING_HELD


@dataclass(frozen=True, slots=True)
class Event:
    """Say that something happened, not what."""

    code: int
    version: int
    minute: int
    station: int
    priority: int


@dataclass(slots=True)
class _Hour:
    """Hold the turnout of one hour, by station in the order of their rows."""

    voted: Values
    minute: Ints


@dataclass(slots=True)
class ElectionCount:
    """Hold everything that is counted of one election.

    Attributes:
        election: Its row.
        signature: Of the set-up it was made for.
        contests: By their rows.
        station_ids: Of all stations, sorted.
        codes: By number.
        events: The newest last.
        hours: By hour of the day.
    """

    election: Election
    signature: tuple[object, ...]
    contests: dict[int, ContestCount]
    station_ids: Ints
    codes: dict[int, CodeLine] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    hours: dict[int, _Hour] = field(default_factory=dict)
    is_dirty: bool = True
    _seen: dict[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, election: Election) -> "ElectionCount":
        """Read the set-up of an election; nothing is counted yet."""
        contests = Contest.objects.filter(election=election).select_related("election")
        ids = Station.objects.filter(election=election).order_by("id").values_list("id", flat=True)
        return cls(
            election=election,
            signature=signature_of(election),
            contests={contest.pk: ContestCount(contest) for contest in contests},
            station_ids=np.fromiter(ids, np.int64),
        )

    def take(self, counted: Counted) -> None:
        """Take a figure, once."""
        bit = 1 << counted.version
        seen = self._seen.get(counted.code, 0)
        if seen & bit:
            return
        self._seen[counted.code] = seen | bit
        self.is_dirty = True
        figure = counted.figure
        if counted.code == HEADQUARTERS:
            self._take_act(figure)
        else:
            self._take_report(counted)
        contest = self.contests.get(figure.contest)
        if contest is not None:
            contest.take(counted)

    def _take_act(self, figure: Figure) -> None:
        """Take an act of the headquarters that is about no contest."""
        if figure.act is Act.HELD and len(figure.values) == 2:  # noqa: PLR2004 -- code, level
            code, level = figure.values
            self.codes.setdefault(code, CodeLine()).held = min(max(level, NOTHING_HELD), ALL_HELD)

    def _take_report(self, counted: Counted) -> None:
        """Take what an observer reports, or where one is placed."""
        figure = counted.figure
        line = self.codes.setdefault(counted.code, CodeLine())
        if figure.act is Act.PLACED:
            line.station = figure.station
            return
        line.minute = max(line.minute, figure.minute)
        if figure.act is Act.SHEET:
            line.sheets += 1
        elif figure.act is Act.TURNOUT:
            line.turnouts += 1
            self._take_turnout(figure)
        elif figure.act is Act.EVENT:
            line.events += 1
            priority = figure.values[0] if figure.values else 0
            version = counted.version
            event = Event(counted.code, version, figure.minute, figure.station, priority)
            self.events = [*self.events[-_MOST_EVENTS + 1 :], event]

    def _take_turnout(self, figure: Figure) -> None:
        """Take how many had voted by an hour; the newest word of a station counts."""
        at = int(np.searchsorted(self.station_ids, figure.station))
        if at == len(self.station_ids) or self.station_ids[at] != figure.station:
            return
        if len(figure.values) != 2:  # noqa: PLR2004 -- hour, voted
            return
        hour, voted = figure.values
        size = len(self.station_ids)
        kept = self.hours.setdefault(
            hour, _Hour(np.full(size, MISSING, np.int32), np.zeros(size, np.int64))
        )
        if figure.minute >= kept.minute[at]:
            kept.voted[at], kept.minute[at] = voted, figure.minute

    def turnout_of(self, contest: ContestCount) -> dict[int, Values]:
        """Return the turnout at a contest's stations: hour → (stations,)."""
        places = np.searchsorted(self.station_ids, np.asarray(contest.stations.ids, np.int64))
        return {hour: one.voted[places] for hour, one in self.hours.items()}

    def levels(self) -> Ints:
        """Return how much of each code is held back, by its number."""
        found = np.zeros(max(self.codes, default=0) + 1, np.int64)
        for number, line in self.codes.items():
            found[number] = line.held
        return found

    def publish(self, minute: int) -> None:
        """Write what everybody may see, and what the headquarters sees."""
        levels, ahead = self.levels(), _MOST_AHEAD
        sides: dict[int, live.ContestSide] = {}
        for number, contest in self.contests.items():
            protocols = contest.protocols(levels)
            released = contest.released(protocols, self.election.rules)
            result = result_of(
                protocols,
                contest.stations.frame,
                released=released,
                turnout=self.turnout_of(contest),
            )
            written = contest.written()
            releasing.write(contest, protocols, written=written, released=released, minute=minute)
            counted = Count(contest=contest.contest, minute=minute, result=encode(result))
            ahead -= count_content.draw_ahead(counted, most=ahead)
            releasing.write_count(counted)
            sides[number] = live.side_of(contest, protocols, released=released)
        live.write(self.election.address, live.Live.of(self, sides, minute=minute))
        self.is_dirty = False


def signature_of(election: Election) -> tuple[object, ...]:
    """Return what the count was set up for; when it changes, the count is made anew."""
    contests = Contest.objects.filter(election=election).order_by("pk")
    stations = Station.objects.filter(election=election)
    last = stations.order_by("-id").values_list("id", flat=True).first()
    shapes = [(one.pk, one.form, one.option_keys, one.district_id) for one in contests]
    return (tuple(shapes), stations.count(), last, tuple(election.rules))


@dataclass(slots=True)
class _Counts:
    """Hold the counts of this process."""

    by_name: dict[str, ElectionCount] = field(default_factory=dict)
    ready_at: float = 0.0


_counts = _Counts()


def forget() -> None:
    """Forget all that is counted; it is made again when it is asked for."""
    _counts.by_name.clear()
    _counts.ready_at = 0.0


def _count_of(election: Election) -> ElectionCount:
    """Return the count of an election, made from all its released rows where there is none."""
    kept = _counts.by_name.get(election.address)
    if kept is not None and kept.signature == signature_of(election):
        kept.election = election
        return kept
    fresh = ElectionCount.of(election)
    for counted in counting.all_figures(election.address):
        fresh.take(counted)
    _counts.by_name[election.address] = fresh
    return fresh


def tick(*, is_hurried: bool = False) -> None:
    """Count what has arrived, and publish what changed; the caretaker calls it again and again.

    Args:
        is_hurried: Whether to publish at once, also where the last time took long.
    """
    if not is_open():
        forget()
        return
    arrived = counting.take_arrivals(most=_MOST_AT_ONCE)
    watched = [one for one in Election.objects.all() if counting.part_of(one.address) is not None]
    counts = {election.address: _count_of(election) for election in watched}
    for one in arrived:
        if one.name in counts:
            counts[one.name].take(one.counted)
    if time.monotonic() < _counts.ready_at and not is_hurried:
        return
    began = time.monotonic()
    for count in counts.values():
        if count.is_dirty:
            count.publish(minute_now(machine().clock))
    ended = time.monotonic()
    _counts.ready_at = ended + _REST * (ended - began)
