# SPDX-License-Identifier: AGPL-3.0-or-later
"""Let an observer come by the words of a card, see the station and what was sent, and leave."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from hedgerow.kernel.errors import BadInput, NotFound, Refused
from hedgerow.rooms.elections import observing_day as day
from hedgerow.rooms.elections import observing_rows as rows
from hedgerow.rooms.elections import shift_rows
from hedgerow.rooms.elections.complaints import complaint_of
from hedgerow.rooms.elections.doors import show
from hedgerow.rooms.elections.models import Station
from hedgerow.rooms.elections.observing_doors import (
    Seat,
    end_device,
    observer_page,
    seat_by,
    seat_of,
    set_device,
)
from hedgerow.rooms.elections.observing_forms import LeaveForm, WordsForm
from hedgerow.rooms.elections.report_titles import report_title
from hedgerow.rooms.elections.reports import EventReport, Report, SheetReport, TurnoutReport
from hedgerow.rooms.elections.rows import language
from hedgerow.rooms.elections.views.reporting import restored
from hedgerow.rooms.members.doors import form_for
from hedgerow.rooms.members.sentences import add_sentence
from hedgerow.rooms.registration import public_page
from hedgerow.store import observers
from hedgerow.store.lines import Letter


@require_http_methods(["GET", "HEAD", "POST"])
def observe(request: HttpRequest) -> HttpResponseBase:
    """Take an observer's words, once a device."""
    if request.method != "POST" and seat_of(request) is not None:
        return redirect("elections:observe-station")
    form = form_for(request, WordsForm)
    if request.method == "POST" and form.is_valid():
        try:
            cookie, last_day = observers.activate(form.cleaned_data["words"])
        except (BadInput, Refused) as error:
            add_sentence(form, "words", error)
        else:
            response = _go_on(request, cookie)
            set_device(response, cookie, last_day=last_day)
            return response
    context = {"form": form, "carried": request.POST.get("kept", "")}
    return show(request, "observing/words", context)


def _go_on(request: HttpRequest, cookie: str) -> HttpResponse:
    """Go to the station, or back to a form that the old words had left."""
    seat = seat_by(cookie)
    form = restored(request, seat) if seat is not None else None
    return form if form is not None else redirect("elections:observe-station")


@require_safe
@observer_page
def station(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Show an observer the station, what to do now, and what was sent."""
    phase = day.phase_of(seat)
    context = {
        "seat": seat,
        "election": seat.election.title_in(language()),
        "station": seat.station,
        "facts": rows.station_facts(seat.station) if seat.station is not None else [],
        "phase": day.PHASES[phase],
        "is_count": phase in {"count", "after"},
        "checklist": day.CHECKLISTS[phase],
        "turnout": rows.turnout_rows(seat),
        "sheets": rows.sheet_rows(seat),
        "sent": rows.sent_rows(seat),
        "messages": rows.message_rows(seat),
        "hours": shift_rows.own_rows(seat),
    }
    return show(request, "observing/station", context)


@public_page
@require_safe
def training(request: HttpRequest) -> HttpResponse:
    """Say in plain steps how one observes; it needs no words."""
    return show(request, "observing/training", {"text": day.training_html()})


@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest) -> HttpResponseBase:
    """Ask once more, then let this device forget its code."""
    if request.method == "POST":
        response = redirect("elections:observe")
        end_device(request, response)
        # What waits on the phone goes too, and the worker that would send it.
        response["Clear-Site-Data"] = '"storage"'
        return response
    if seat_of(request) is None:
        return redirect("elections:observe")
    context = {"form": LeaveForm(), "cancel_url": reverse("elections:observe-station")}
    return show(request, "observing/leave", context)


@require_safe
@observer_page
def sent(request: HttpRequest, seat: Seat, number: int) -> HttpResponse:
    """Show what one report said, and the sum by which it is found again."""
    letter, report = seat.report(number)
    return show(request, "observing/sent", _receipt(seat, letter, report))


def _receipt(seat: Seat, letter: Letter, report: Report) -> dict[str, object]:
    """Return what the page of a report shows."""
    found = Station.objects.filter(election=seat.election, pk=report.station).first()
    context: dict[str, object] = {
        "number": letter.number,
        "title": report_title(report, seat.all_contests),
        "when": day.time_text(seat.election, letter.minute),
        "station": found,
        "report": report,
    }
    if isinstance(report, TurnoutReport):
        return context | {"kind": "turnout", "doubt": rows.turnout_doubt(seat, found, report)}
    files = rows.file_rows(letter, report.sums)
    if isinstance(report, EventReport):
        return context | {"kind": "event", "files": files}
    contest = seat.contest(report.contest)
    return context | {
        "kind": "sheet",
        "files": files,
        "contest": contest,
        "heads": rows.table_heads(),
        "figures": rows.figure_rows(contest, report.values),
        "broken": rows.broken_rows(rows.checked_sheet(contest, report.values)),
        "short": rows.short(report.digest),
        "released": rows.released_state(report),
        "canonical": rows.canonical(seat, contest, report),
    }


@require_safe
@observer_page
def complaint(request: HttpRequest, seat: Seat, number: int) -> HttpResponse:
    """Draft a complaint from a report, as a page to print.

    Raises:
        NotFound: "elections.unknown"; of turnout nobody complains.
    """
    letter, report = seat.report(number)
    if not isinstance(report, EventReport | SheetReport):
        raise NotFound("elections.unknown")
    context = {"complaint": complaint_of(seat, letter, report), "number": number}
    return show(request, "observing/complaint", context)
