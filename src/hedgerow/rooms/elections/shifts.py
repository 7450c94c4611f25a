# SPDX-License-Identifier: AGPL-3.0-or-later
"""Know who observes at which station from when to when, and when nobody does.

Hours are sealed twice: in the group, and in the conversation of the card, whose phone shows them.
Minutes count from midnight of the election's day by the clock of the stations; those after the
next midnight are 1,440 and more.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from hedgerow.rooms.elections.headquarters import Headquarters
from hedgerow.rooms.elections.models import MINUTES_OF_A_DAY, Election
from hedgerow.rooms.elections.observing_day import now
from hedgerow.rooms.elections.records import Shifts
from hedgerow.store.lines import Record
from hedgerow.store.watching import ObserverSide

Span = tuple[int, int]
_SECONDS_A_MINUTE: Final = 60
#: A count goes on into the next day.
LATEST: Final = 2 * MINUTES_OF_A_DAY


@dataclass(frozen=True, slots=True, order=True)
class Shift:
    """Say that the holder of a card observes at a station.

    Attributes:
        start: First minute.
        end: Minute after the last one.
        station: Row of the station.
        code: Number of the card, 0 where it is clear whose hours these are.
        is_said: Whether somebody said the hours; a card without any is there all day.
    """

    start: int
    end: int
    station: int
    code: int = 0
    is_said: bool = True


def minute_of(election: Election) -> int:
    """Return the present minute by the clock of the stations, below 0 before the day."""
    day = election.day
    began = datetime(day.year, day.month, day.day)  # noqa: DTZ001 -- the station's own clock
    return int((now(election) - began).total_seconds() // _SECONDS_A_MINUTE)


def shifts_in(value: Shifts, code: int = 0) -> list[Shift]:
    """Return the hours that a value holds, the first ones first."""
    return sorted(Shift(start, end, station, code) for station, start, end in value.hours)


def records_of(headquarters: Headquarters) -> dict[int, Record[Shifts]]:
    """Return what is written of cards' hours, by their numbers."""
    records = headquarters.space.read_many(Shifts, headquarters.space.entries(Shifts))
    return {one.value.code: one for one in records if one.value.address == headquarters.election.pk}


def all_shifts(headquarters: Headquarters) -> dict[int, list[Shift]]:
    """Return who is at each station when: rows of stations → shifts, the first ones first.

    A card without hours that has a station is there from the opening to the end of the count.
    """
    election = headquarters.election
    said = {code: shifts_in(one.value, code) for code, one in records_of(headquarters).items()}
    found = [shift for some in said.values() for shift in some]
    found += [
        Shift(election.opens_minute, LATEST, station, code, is_said=False)
        for station, codes in headquarters.codes_at.items()
        for code in codes
        if station and not said.get(code)
    ]
    by_station: dict[int, list[Shift]] = {}
    for shift in sorted(found):
        by_station.setdefault(shift.station, []).append(shift)
    return by_station


def gaps(shifts: Iterable[Shift], *, opens: int, closes: int) -> list[Span]:
    """Return the hours between opening and closing in which nobody is there."""
    found: list[Span] = []
    covered = opens
    for shift in sorted(shifts):
        if shift.start > covered and covered < closes:
            found.append((covered, min(shift.start, closes)))
        covered = max(covered, shift.end)
    if covered < closes:
        found.append((covered, closes))
    return found


def stays_for_count(shifts: Iterable[Shift], *, closes: int) -> bool:
    """Tell whether somebody is there when the station closes and the count begins."""
    return any(shift.start <= closes < shift.end for shift in shifts)


def place_at(shifts: Sequence[Shift], minute: int) -> int:
    """Return where somebody with these hours is to be: now, else next, else last; 0 for nowhere."""
    here = [one for one in shifts if one.start <= minute < one.end]
    coming = [one for one in shifts if one.start > minute]
    found = here or coming or shifts[-1:]
    return found[0].station if found else 0


def to_send_on(headquarters: Headquarters) -> list[tuple[int, Shift]]:
    """Return cards that report for another station than their hours say now, with those hours."""
    if headquarters.live is None:
        return []
    minute = minute_of(headquarters.election)
    places = dict(headquarters.live.codes[["code", "station"]].tolist())
    found = [
        (code, shift)
        for code, one in sorted(records_of(headquarters).items())
        for shift in shifts_in(one.value, code)
        if shift.start <= minute < shift.end and places.get(code, 0) != shift.station
    ]
    return [
        (code, shift) for code, shift in found if _side(headquarters, code).station != shift.station
    ]


def _side(headquarters: Headquarters, code: int) -> ObserverSide:
    """Return the conversation of a card."""
    return headquarters.space.observer(headquarters.election.address, code)


def set_hours(headquarters: Headquarters, code: int, *, shifts: Sequence[Shift]) -> None:
    """Say when the holder of a card is where: to the group first, then to the phone.

    The card then reports for the station of these hours that is due.
    """
    side = _side(headquarters, code)
    hours = [[one.station, one.start, one.end] for one in sorted(shifts)]
    value = Shifts(headquarters.election.address, code, hours)
    _keep(headquarters, value)
    side.answer(value)
    station = place_at(sorted(shifts), minute_of(headquarters.election))
    if station and station != side.station:
        side.place(station)


def _keep(headquarters: Headquarters, value: Shifts) -> None:
    """Write a card's hours into the group, in place of those before."""
    there = records_of(headquarters).get(value.code)
    title = headquarters.name_of(value.code) or str(value.code)
    if there is None:
        headquarters.space.write(value, title=title)
    else:
        entry = there.entry
        headquarters.space.edit(entry.id, value, title=title, base_version=entry.version)


def send_on(headquarters: Headquarters) -> None:
    """Let all cards that are due report for the station that their hours say."""
    for code, shift in to_send_on(headquarters):
        _side(headquarters, code).place(shift.station)


def forget_hours(headquarters: Headquarters, code: int) -> None:
    """Erase a card's hours: nobody comes with it any more."""
    there = records_of(headquarters).get(code)
    if there is not None:
        headquarters.space.erase(there.entry.id)
