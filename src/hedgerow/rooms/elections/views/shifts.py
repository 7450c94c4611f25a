# SPDX-License-Identifier: AGPL-3.0-or-later
"""Show the headquarters who is where when, and take the hours of a card."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hedgerow.rooms.elections import headquarters_rows as rows
from hedgerow.rooms.elections import shift_rows
from hedgerow.rooms.elections.doors import headquarters_page, show
from hedgerow.rooms.elections.headquarters import Headquarters
from hedgerow.rooms.elections.models import Station
from hedgerow.rooms.elections.shift_forms import HoursForm
from hedgerow.rooms.elections.shifts import send_on, set_hours
from hedgerow.rooms.elections.views.headquarters import context_of
from hedgerow.rooms.members.doors import form_for
from hedgerow.rooms.members.rows import leaf_links
from hedgerow.rooms.members.selectors import leaf_of
from hedgerow.rooms.members.sentences import said_in
from hedgerow.rooms.members.views.lists import leaf_number


@require_safe
@headquarters_page()
def shifts(request: HttpRequest, headquarters: Headquarters) -> HttpResponse:
    """Show who is at which station when, stations with gaps first, and which cards are due."""
    found = shift_rows.covers(headquarters)
    leaf = leaf_of(found, number=leaf_number(request))
    context = {
        "head": shift_rows.heads(),
        "rows": shift_rows.table(headquarters, leaf.rows),
        "leaf": leaf_links(leaf),
        "due": shift_rows.due_rows(headquarters),
        "lacking": sum(not one.is_whole for one in found),
    }
    return show(request, "shifts", context_of(headquarters, "shifts") | context)


@require_POST
@headquarters_page(writes=True)
def send(_request: HttpRequest, headquarters: Headquarters) -> HttpResponseBase:
    """Let every card that is due report for its next station."""
    send_on(headquarters)
    return redirect(rows.address("shifts", headquarters))


@require_http_methods(["GET", "HEAD", "POST"])
@headquarters_page(writes=True)
def hours(request: HttpRequest, headquarters: Headquarters, code: int) -> HttpResponseBase:
    """Say when the holder of a card observes where."""
    side = headquarters.space.observer(headquarters.election.address, code)
    stations = Station.objects.filter(election=headquarters.election)
    initial = {"hours": shift_rows.typed(headquarters, code, station=side.station)}
    form = form_for(request, HoursForm, initial=initial, stations=stations)
    back = rows.address("code", headquarters, code=code)
    if request.method == "POST" and form.is_valid():
        with said_in(form):
            set_hours(headquarters, code, shifts=form.cleaned_data["hours"])
            return redirect(back)
    context = {"form": form, "cancel_url": back, "number": code}
    return show(request, "hours", context_of(headquarters) | context)
