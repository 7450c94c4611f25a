# SPDX-License-Identifier: AGPL-3.0-or-later
"""Turn hours into what the headquarters and an observer see of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from hedgerow.rooms.elections import headquarters_rows as rows
from hedgerow.rooms.elections.headquarters import Headquarters, names_of
from hedgerow.rooms.elections.models import MINUTES_OF_A_DAY, Election, Station
from hedgerow.rooms.elections.observing_doors import Seat
from hedgerow.rooms.elections.records import Shifts
from hedgerow.rooms.elections.rows import clock
from hedgerow.rooms.elections.shifts import (
    Shift,
    Span,
    all_shifts,
    gaps,
    minute_of,
    records_of,
    shifts_in,
    stays_for_count,
    to_send_on,
)

Row = dict[str, object]
NOBODY: Final = "–"


def span_text(span: Span) -> str:
    """Return two minutes as times."""
    start, end = span
    last = MINUTES_OF_A_DAY if end == MINUTES_OF_A_DAY else end % MINUTES_OF_A_DAY
    return f"{clock(start)}–{clock(last)}"


def hours_text(shift: Shift) -> str:
    """Return the hours of a shift, or that the card is there all day."""
    return span_text((shift.start, shift.end)) if shift.is_said else _("all day")


@dataclass(frozen=True, slots=True)
class Cover:
    """Hold who is at a station when, and when nobody is.

    Attributes:
        station: Its row.
        shifts: The first ones first.
        gaps: Between opening and closing.
        has_count: Whether somebody is there when the count begins.
    """

    station: int
    shifts: Sequence[Shift]
    gaps: Sequence[Span]
    has_count: bool

    @property
    def is_whole(self) -> bool:
        """Tell whether somebody is there all the time."""
        return self.has_count and not self.gaps


def cover_of(election: Election, station: int, shifts: Sequence[Shift]) -> Cover:
    """Hold the hours of a station against those of the day."""
    opens, closes = election.opens_minute, election.closes_minute
    return Cover(
        station,
        shifts,
        gaps(shifts, opens=opens, closes=closes),
        has_count=stays_for_count(shifts, closes=closes),
    )


def covers(headquarters: Headquarters) -> list[Cover]:
    """Return the hours of every station to which somebody is sent, those with gaps first."""
    found = [
        cover_of(headquarters.election, station, shifts)
        for station, shifts in all_shifts(headquarters).items()
    ]
    return sorted(found, key=lambda one: (one.is_whole, one.station))


def heads() -> list[str]:
    """Return what stands above the columns of the table of stations."""
    return [_("Station"), _("Who is there when"), _("Now"), _("Nobody is there")]


def table(headquarters: Headquarters, some: Sequence[Cover]) -> list[list[object]]:
    """Return a row for each station: its hours, who is there now, and when nobody is."""
    names, minute = names_of(one.station for one in some), minute_of(headquarters.election)
    return [
        [
            format_html(
                '<a href="{}">{}</a>',
                rows.address("watched-station", headquarters, station=one.station),
                names.get(one.station, NOBODY),
            ),
            who_text(headquarters, one.shifts),
            now_text(headquarters, one.shifts, minute),
            gap_text(one),
        ]
        for one in some
    ]


def who_text(headquarters: Headquarters, shifts: Sequence[Shift]) -> str:
    """Return who is there when, one after the other."""
    return "; ".join(f"{hours_text(one)} {_holder(headquarters, one)}" for one in shifts)


def now_text(headquarters: Headquarters, shifts: Sequence[Shift], minute: int) -> str:
    """Return who is there now."""
    here = [_holder(headquarters, one) for one in shifts if one.start <= minute < one.end]
    return ", ".join(here) or NOBODY


def gap_text(cover: Cover) -> str:
    """Return when nobody is there."""
    found = [span_text(one) for one in cover.gaps]
    if not cover.has_count:
        found.append(pgettext("nobody is there", "at the count"))
    return ", ".join(found) or NOBODY


def _holder(headquarters: Headquarters, shift: Shift) -> str:
    """Return who comes: a name, or a card."""
    name = headquarters.name_of(shift.code)
    return name or _("Card %(number)s") % {"number": shift.code}


def station_rows(headquarters: Headquarters, station: Station) -> Row:
    """Return who is at one station when, and when nobody is."""
    shifts = all_shifts(headquarters).get(station.pk, [])
    cover = cover_of(headquarters.election, station.pk, shifts)
    return {
        "rows": [(hours_text(one), _holder(headquarters, one)) for one in shifts],
        "gaps": "" if cover.is_whole else gap_text(cover),
    }


def due_rows(headquarters: Headquarters) -> list[Row]:
    """Return the cards that are to report for another station now."""
    found = to_send_on(headquarters)
    names = names_of(shift.station for _code, shift in found)
    return [
        {
            "url": rows.address("code", headquarters, code=code),
            "title": _holder(headquarters, shift),
            "note": f"{hours_text(shift)} {names.get(shift.station, '')}",
        }
        for code, shift in found
    ]


def card_rows(headquarters: Headquarters, code: int) -> list[tuple[str, str]]:
    """Return the hours of a card, each with its station."""
    there = records_of(headquarters).get(code)
    return _with_stations(shifts_in(there.value) if there is not None else [])


def typed(headquarters: Headquarters, code: int, *, station: int) -> str:
    """Return a card's hours as they are typed; without any, the whole day at its station."""
    lines = card_rows(headquarters, code)
    if not lines and station:
        election = headquarters.election
        lines = _with_stations([Shift(election.opens_minute, MINUTES_OF_A_DAY, station)])
    return "\n".join(" ".join(line) for line in lines)


def own_rows(seat: Seat) -> list[Row]:
    """Return an observer's own hours, as the headquarters said them last."""
    values = [
        one.value for one in seat.letters if one.side == "team" and isinstance(one.value, Shifts)
    ]
    shifts = shifts_in(values[-1]) if values else []
    minute = minute_of(seat.election)
    return [
        {"hours": hours, "station": station, "is_now": shift.start <= minute < shift.end}
        for shift, (hours, station) in zip(shifts, _with_stations(shifts), strict=True)
    ]


def _with_stations(shifts: Sequence[Shift]) -> list[tuple[str, str]]:
    """Return hours with the names of stations."""
    names = names_of(one.station for one in shifts)
    return [(hours_text(one), names.get(one.station, NOBODY)) for one in shifts]
