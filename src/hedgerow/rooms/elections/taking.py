# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check an observer's form and take it, whichever way it came: sent, kept on a phone, as a text."""

from typing import Any

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from hedgerow.kernel.errors import Refused
from hedgerow.rooms.elections import observing_rows as rows
from hedgerow.rooms.elections.observing_doors import Photographs, Seat
from hedgerow.rooms.elections.observing_forms import PhotographedForm, ReportForm
from hedgerow.rooms.elections.observing_kinds import Reporting, Sheet
from hedgerow.store.kinds import Value


def checked(
    kind: Reporting,
    typed: QueryDict,
    *,
    files: MultiValueDict[str, Any] | None = None,
    photographs: Photographs,
    age: str = "good",
) -> ReportForm:
    """Return the form with what is wrong with it.

    Args:
        kind: What is reported.
        typed: Its fields.
        files: Its files.
        photographs: Those of them that were sealed, with those that came before.
        age: What is known of its token.
    """
    form = kind.form(typed, files=files)
    if age != "good":
        form.add_error(None, rows.AGES[age])
    if photographs.refusal and isinstance(form, PhotographedForm):
        form.refuse_file(photographs.refusal)
    is_nowhere = kind.needs_station and kind.seat.station is None
    if is_nowhere or (isinstance(kind, Sheet) and not kind.seat.is_held_here(kind.contest)):
        form.add_error(None, rows.NOT_HERE)
    return form


def submit(kind: Reporting, form: ReportForm, *, number: bytes, photographs: Photographs) -> int:
    """Hand a report to the store; return its number.

    Raises:
        Refused: As `Device.submit` says, and "observers.closed" while nothing is taken.
        Busy: As `Device.submit` says.
    """
    if not kind.seat.election.is_taking:
        raise Refused("observers.closed")
    report = kind.report(form, number=number, sums=photographs.sums)
    return kind.seat.device.submit(
        report,
        figure=kind.figure(report),
        is_same=lambda value: _came_by(value, number),
        uploads=photographs.uploads,
    )


def taken_before(seat: Seat, number: bytes) -> int | None:
    """Return the number of the report that came by a form, or None."""
    return seat.device.same(lambda value: _came_by(value, number))


def _came_by(value: Value, number: bytes) -> bool:
    """Tell whether a report came by a form."""
    return getattr(value, "form", None) == number
