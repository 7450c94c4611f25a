# SPDX-License-Identifier: AGPL-3.0-or-later
"""Show the headquarters one observer's card: who holds it, what was reported, what to do."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hedgerow.rooms.elections import headquarters_rows as rows
from hedgerow.rooms.elections import photographs, publishing, rulings, shift_rows
from hedgerow.rooms.elections.doors import headquarters_page, show
from hedgerow.rooms.elections.headquarters import Headquarters, names_of
from hedgerow.rooms.elections.headquarters_forms import (
    HoldForm,
    ObserverForm,
    PlaceForm,
    WriteForm,
)
from hedgerow.rooms.elections.models import Station
from hedgerow.rooms.elections.records import HeadquartersMessage
from hedgerow.rooms.elections.rulings import LET
from hedgerow.rooms.elections.shifts import forget_hours
from hedgerow.rooms.elections.views.headquarters import context_of
from hedgerow.rooms.intake.doors import hand_out
from hedgerow.rooms.members.doors import form_for
from hedgerow.rooms.members.sentences import said_in
from hedgerow.store.watching import ObserverSide


def _side(headquarters: Headquarters, code: int) -> ObserverSide:
    """Return the conversation of a card."""
    return headquarters.space.observer(headquarters.election.address, code)


@require_http_methods(["GET", "HEAD", "POST"])
@headquarters_page()
def code(request: HttpRequest, headquarters: Headquarters, code: int) -> HttpResponseBase:
    """Show what came by a card, and take a message to its holder."""
    side = _side(headquarters, code)
    form = form_for(request, WriteForm)
    if request.method == "POST" and form.is_valid():
        with said_in(form):
            side.answer(HeadquartersMessage(form.cleaned_data["text"]))
            return redirect(rows.address("code", headquarters, code=code))
    context: dict[str, Any] = {
        "form": form,
        "number": code,
        "holder": headquarters.observers.get(code),
        "station": names_of([side.station]).get(side.station, ""),
        "station_id": side.station,
        "hours": shift_rows.card_rows(headquarters, code),
        "is_withdrawn": side.is_withdrawn(),
        "messages": rows.message_rows(headquarters, side),
        "reasons": rows.reason_rows(headquarters, headquarters.reasons(code=code)),
    }
    return show(request, "code", context_of(headquarters) | context)


@require_http_methods(["GET", "HEAD", "POST"])
@headquarters_page(writes=True)
def holder(request: HttpRequest, headquarters: Headquarters, code: int) -> HttpResponseBase:
    """Say who holds a card."""
    _side(headquarters, code)
    there = headquarters.observers.get(code)
    initial = {}
    if there is not None:
        kept = there.value
        initial = {
            "name": there.entry.title,
            "contact": kept.contact,
            "note": kept.note,
            "is_trained": kept.is_trained,
        }
    form = form_for(request, ObserverForm, initial=initial)
    back = rows.address("code", headquarters, code=code)
    if request.method == "POST" and form.is_valid():
        with said_in(form):
            rulings.note_observer(headquarters, code, **form.cleaned_data)
            return redirect(back)
    context = {"form": form, "cancel_url": back, "has_holder": there is not None, "number": code}
    return show(request, "holder", context_of(headquarters) | context)


@require_POST
@headquarters_page(writes=True)
def forget(_request: HttpRequest, headquarters: Headquarters, code: int) -> HttpResponseBase:
    """Erase who holds a card."""
    _side(headquarters, code)
    rulings.forget_observer(headquarters, code)
    return redirect(rows.address("code", headquarters, code=code))


@require_http_methods(["GET", "HEAD", "POST"])
@headquarters_page(writes=True)
def place(request: HttpRequest, headquarters: Headquarters, code: int) -> HttpResponseBase:
    """Send the holder of a card to another station."""
    side = _side(headquarters, code)
    stations = Station.objects.filter(election=headquarters.election)
    form = form_for(request, PlaceForm, stations=stations)
    back = rows.address("code", headquarters, code=code)
    if request.method == "POST" and form.is_valid():
        with said_in(form):
            side.place(form.cleaned_data["station"].pk)
            return redirect(back)
    context = {"form": form, "cancel_url": back, "number": code}
    return show(request, "place", context_of(headquarters) | context)


@require_http_methods(["GET", "HEAD", "POST"])
@headquarters_page(writes=True)
def hold(request: HttpRequest, headquarters: Headquarters, code: int) -> HttpResponseBase:
    """Hold back what a card reports, its votes only, or nothing any more."""
    _side(headquarters, code)
    form = form_for(request, HoldForm)
    back = rows.address("code", headquarters, code=code)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with said_in(form):
            rulings.hold_code(headquarters, code, act=data["act"], text=data["reason"])
            if data["act"] != LET:
                publishing.withdraw_photographs_of(headquarters, code)
            return redirect(back)
    context = {"form": form, "cancel_url": back, "number": code}
    return show(request, "hold", context_of(headquarters) | context)


@require_POST
@headquarters_page(writes=True)
def withdraw(_request: HttpRequest, headquarters: Headquarters, code: int) -> HttpResponseBase:
    """Let the words of a card lead nowhere any more; its photographs are public no more."""
    side = _side(headquarters, code)
    publishing.withdraw_photographs_of(headquarters, code)
    side.withdraw()
    forget_hours(headquarters, code)
    return redirect(rows.address("code", headquarters, code=code))


@require_safe
@headquarters_page()
def picture(
    _request: HttpRequest,
    headquarters: Headquarters,
    code: int,
    number: int,
    index: int,
) -> HttpResponse:
    """Show a photograph, drawn anew without what a camera writes beside it."""
    stream = _side(headquarters, code).file(number, index)
    content = photographs.drawn_anew(stream)
    response = HttpResponse(content, content_type="image/jpeg")
    response["Content-Disposition"] = "inline"
    return response


@require_safe
@headquarters_page(writes=True)
def original(
    _request: HttpRequest,
    headquarters: Headquarters,
    code: int,
    number: int,
    index: int,
) -> HttpResponseBase:
    """Hand out a photograph as it came, as evidence."""
    return hand_out(_side(headquarters, code).file(number, index))
