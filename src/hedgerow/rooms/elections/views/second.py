# SPDX-License-Identifier: AGPL-3.0-or-later
"""Show a sheet's photographs beside empty lines, take what is read from them, and compare."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from hedgerow.kernel.errors import NotFound
from hedgerow.rooms.elections import headquarters as seen
from hedgerow.rooms.elections import headquarters_rows as rows
from hedgerow.rooms.elections import second_entry
from hedgerow.rooms.elections.doors import headquarters_page, show
from hedgerow.rooms.elections.headquarters import Headquarters
from hedgerow.rooms.elections.models import Contest, Station
from hedgerow.rooms.elections.observing_doors import seat_of
from hedgerow.rooms.elections.rows import language
from hedgerow.rooms.elections.second_entry import SheetPhotograph
from hedgerow.rooms.elections.second_forms import AGES, SecondForm
from hedgerow.rooms.elections.sheets import column_titles
from hedgerow.rooms.elections.views.headquarters import context_of
from hedgerow.rooms.members.doors import form_for
from hedgerow.rooms.members.sentences import said_in

_OK, _UNFILLED = 200, 422


@require_http_methods(["GET", "HEAD", "POST"])
@headquarters_page(writes=True)
def second(
    request: HttpRequest, headquarters: Headquarters, station: int, contest: str
) -> HttpResponseBase:
    """Take a sheet that another person reads from its photograph; then show what differs."""
    there = seen.station_of(headquarters, station)
    held = contest_at(headquarters, there, contest)
    why = second_entry.hindrance(
        headquarters, held, there, own_code=_own_code(request, headquarters)
    )
    shown = [] if why else second_entry.shown_of(headquarters, held, there)
    if not shown:
        return _without_form(request, headquarters, held, there, why=why)
    form = form_for(request, SecondForm, titles=column_titles(held, language()))
    if request.method == "POST":
        token = request.POST.get("shown", "")
        age = second_entry.state_of(headquarters, held, there, shown, token=token)
        if age != "good":
            form.add_error(None, AGES[age])
        if form.is_valid():
            with said_in(form):
                second_entry.enter(headquarters, held, there, values=form.values())
                return _compared(request, headquarters, held, there, values=form.values())
    context = {
        "form": form,
        "token": second_entry.token_of(headquarters, held, there, shown),
        "pictures": [_picture(headquarters, one) for one in shown],
        "cancel_url": rows.address("watched-station", headquarters, station=there.pk),
    }
    return show(request, "second", _context(headquarters, held, there) | context)


@require_POST
@headquarters_page(writes=True)
def look(
    _request: HttpRequest, headquarters: Headquarters, station: int, contest: str
) -> HttpResponseBase:
    """Let a member see what was sent of a sheet, who then does not type it."""
    there = seen.station_of(headquarters, station)
    held = contest_at(headquarters, there, contest)
    if second_entry.is_veiled(headquarters, held, there):
        second_entry.look(headquarters, held, there)
    return redirect(rows.address("watched-station", headquarters, station=there.pk))


def contest_at(headquarters: Headquarters, station: Station, key: str) -> Contest:
    """Return a contest that is held at a station.

    Raises:
        NotFound: "elections.unknown".
    """
    found = seen.contests_at(headquarters, station)
    held = next((one for one in found if one.key == key), None)
    if held is None:
        raise NotFound("elections.unknown")
    return held


def _own_code(request: HttpRequest, headquarters: Headquarters) -> int:
    """Return the card whose words this browser knows, 0 for none of this election."""
    seat = seat_of(request)
    is_here = seat is not None and seat.election == headquarters.election
    return seat.device.number if seat is not None and is_here else 0


def _context(headquarters: Headquarters, contest: Contest, station: Station) -> dict[str, Any]:
    """Return what all pages here show."""
    own = {"station": station, "contest_title": contest.title_in(language())}
    return context_of(headquarters) | own


def _picture(headquarters: Headquarters, one: SheetPhotograph) -> str:
    """Return the address of a photograph, drawn anew."""
    of = {"code": one.code, "number": one.number, "index": one.index}
    return rows.address("picture", headquarters, **of)


def _without_form(
    request: HttpRequest,
    headquarters: Headquarters,
    contest: Contest,
    station: Station,
    *,
    why: str,
) -> HttpResponse:
    """Say why nobody, or not this person, can type the sheet."""
    context = {
        "why": why,
        "back": rows.address("watched-station", headquarters, station=station.pk),
    }
    status = _UNFILLED if request.method == "POST" else _OK
    context |= _context(headquarters, contest, station)
    return show(request, "second_refused", context, status=status)


def _compared(
    request: HttpRequest,
    headquarters: Headquarters,
    contest: Contest,
    station: Station,
    *,
    values: Sequence[int],
) -> HttpResponse:
    """Show what was typed beside what observers sent, the lines that differ first."""
    context = {
        "table": rows.comparison_table(headquarters, contest, station, values=values),
        "back": rows.address("watched-station", headquarters, station=station.pk),
    }
    return show(request, "second_done", _context(headquarters, contest, station) | context)
