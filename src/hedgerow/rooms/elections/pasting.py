# SPDX-License-Identifier: AGPL-3.0-or-later
"""Make a report of a sealed text that an observer's phone made and a messenger carried.

The slip in it says by which card and at which station it was made, and the server believes the
slip, not who pasted. It is checked as a sheet is; what cannot be asked of the observer is asked
of the member.
"""

from dataclasses import dataclass, field, replace

from django.http import QueryDict

from hedgerow.engines.tally.layout import MISSING
from hedgerow.kernel.errors import NotFound, Refused
from hedgerow.rooms.elections import observing_rows as rows
from hedgerow.rooms.elections.headquarters import Headquarters
from hedgerow.rooms.elections.observing_day import time_text
from hedgerow.rooms.elections.observing_doors import Photographs, Seat
from hedgerow.rooms.elections.observing_forms import SheetForm
from hedgerow.rooms.elections.observing_kinds import Sheet
from hedgerow.rooms.elections.rows import Row, language
from hedgerow.rooms.elections.taking import checked, submit, taken_before
from hedgerow.store.arrivals import PastedSheet, pasted_sheet


@dataclass(frozen=True, slots=True)
class Pasted:
    """Say what came of a text.

    Attributes:
        code: Number of the card.
        station: Its station's name.
        contest: Title of the contest.
        number: Of the report, None while something is asked.
        is_new: Whether it was not there before.
        broken: Relations that do not hold, while nobody has said that the paper says so.
        later: When another version came after the form of this one was opened, while nobody has
            said that this one is newer.
    """

    code: int
    station: str
    contest: str
    number: int | None = None
    is_new: bool = False
    broken: list[Row] = field(default_factory=list)
    later: str = ""


def take(headquarters: Headquarters, text: str, *, is_paper: bool, is_newest: bool) -> Pasted:
    """Take the sheet of a sealed text, once, or say what has to be asked first.

    Args:
        headquarters: Of the election.
        text: What was pasted.
        is_paper: Whether the member says that the paper says so.
        is_newest: Whether the member says that it is newer than what came since.

    Raises:
        BadInput: As `pasted_sheet` says.
        Refused: As `pasted_sheet`, `ObserverSide.device` and `Device.submit` say, and
            "arrival.other_form".
        Busy: As `Device.submit` says.
    """
    sheet = pasted_sheet(text, str(headquarters.election.address))
    kind = _kind(headquarters, sheet)
    seat = kind.seat
    station = str(seat.station.name) if seat.station is not None else ""
    found = Pasted(sheet.code, station, kind.contest.title_in(language()))
    before = taken_before(seat, sheet.number)
    if before is not None:
        return replace(found, number=before)
    photographs = Photographs(mark="")
    form = checked(kind, _typed(sheet, is_paper=is_paper), photographs=photographs)
    broken, later = _broken(form), _later(seat, kind, sheet)
    if broken or (later and not is_newest):
        return replace(found, broken=broken, later="" if is_newest else later)
    if not form.is_valid():
        raise Refused("arrival.other_form")
    number = submit(kind, form, number=sheet.number, photographs=photographs)
    return replace(found, number=number, is_new=True)


def _kind(headquarters: Headquarters, sheet: PastedSheet) -> Sheet:
    """Return the report that a text is, at the place where its card was then.

    Raises:
        Refused: "arrival.withdrawn", "arrival.too_old", "arrival.foreign", "arrival.other_form".
    """
    election = headquarters.election
    try:
        side = headquarters.space.observer(election.address, sheet.code)
    except NotFound:
        raise Refused("arrival.foreign") from None
    seat = Seat(side.device(station=sheet.station), election)
    try:
        kind = Sheet(seat, seat.contest(sheet.contest))
    except NotFound:
        raise Refused("arrival.other_form") from None
    if len(kind.layout.columns) != len(sheet.values):
        raise Refused("arrival.other_form")
    return kind


def _typed(sheet: PastedSheet, *, is_paper: bool) -> QueryDict:
    """Return a sheet as its form would have sent it."""
    typed = QueryDict(mutable=True)
    typed["station"] = str(sheet.station)
    for place, value in enumerate(sheet.values):
        typed[f"c{place}"] = "" if value == MISSING else str(value)
    if is_paper or sheet.is_confirmed:
        typed["paper"] = "on"
    return typed


def _broken(form: object) -> list[Row]:
    """Return the relations for whose sake a sheet is not taken."""
    assert isinstance(form, SheetForm)  # noqa: S101  # nosec -- made by a sheet
    if form.is_valid() or form.checked is None or not form.checked.broken_hard[0]:
        return []
    return rows.broken_rows(form.checked)


def _later(seat: Seat, kind: Sheet, sheet: PastedSheet) -> str:
    """Return when a version came that may be newer, or nothing."""
    versions = rows.versions_of(seat, kind.contest)
    if not versions or versions[-1][0].minute < sheet.minute:
        return ""
    return time_text(seat.election, versions[-1][0].minute)
