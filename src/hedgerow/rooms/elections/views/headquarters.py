# SPDX-License-Identifier: AGPL-3.0-or-later
"""Show the headquarters what is going on: now, observers, who is silent, what is covered."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hedgerow.kernel.ids import SpaceId
from hedgerow.rooms.elections import coverage_rows, rulings, selectors, services
from hedgerow.rooms.elections import headquarters as seen
from hedgerow.rooms.elections import headquarters_rows as rows
from hedgerow.rooms.elections.doors import headquarters_page, show
from hedgerow.rooms.elections.headquarters import Headquarters
from hedgerow.rooms.elections.headquarters_forms import BeginForm, CardsForm
from hedgerow.rooms.elections.models import Station
from hedgerow.rooms.elections.rows import language, offset
from hedgerow.rooms.intake.rows import day_text, full_address, today
from hedgerow.rooms.members.cards import qr_svg
from hedgerow.rooms.members.doors import form_for, member_page
from hedgerow.rooms.members.rows import leaf_links, moment
from hedgerow.rooms.members.selectors import leaf_of
from hedgerow.rooms.members.sentences import said_in
from hedgerow.rooms.members.views.lists import leaf_number
from hedgerow.store.codes_api import spell
from hedgerow.store.visit import Visit
from hedgerow.store.watching import IssuedCode

OBSERVE: Final = "/observe/"
_FIRST: Final = 20


def context_of(headquarters: Headquarters, here: str = "") -> dict[str, Any]:
    """Return what every page of the headquarters shows."""
    live = headquarters.live
    return {
        "space": headquarters.space,
        "election": headquarters.election,
        "title": headquarters.election.title_in(language()),
        "pages": rows.tabs(headquarters, here),
        "counted_at": moment(live.minute) if live is not None else None,
        "clock": offset(headquarters.election.utc_offset_minutes),
        "is_counted": live is not None,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def begin(request: HttpRequest, visit: Visit, space: SpaceId, address: str) -> HttpResponseBase:
    """Let observers report on an election."""
    group = visit.space(space)
    group.demand_keeper()
    election = selectors.own_election(group, address)
    form = form_for(request, BeginForm)
    if request.method == "POST" and form.is_valid():
        with said_in(form):
            services.begin_watching(group, election, weeks=form.cleaned_data["weeks"])
            return redirect("elections:watch", space=space, address=address)
    cancel_url = reverse("elections:setup", kwargs={"space": space, "election": address})
    context = {"space": group, "form": form, "cancel_url": cancel_url}
    return show(request, "begin", context | {"title": election.title_in(language())})


@require_POST
@member_page
def stop(_request: HttpRequest, visit: Visit, space: SpaceId, address: str) -> HttpResponseBase:
    """Take no more reports on an election."""
    group = visit.space(space)
    group.demand_keeper()
    services.stop_taking(selectors.own_election(group, address))
    return redirect("elections:setup", space=space, election=address)


@require_safe
@headquarters_page()
def watch(request: HttpRequest, headquarters: Headquarters) -> HttpResponse:
    """Show the numbers of now, what happened, and the sheets that wait for somebody."""
    waiting = seen.to_do(headquarters)
    context = {
        "numbers": rows.number_rows(headquarters),
        "events": rows.event_rows(headquarters),
        "to_do": rows.to_do_rows(headquarters, waiting[:_FIRST]),
        "more": max(0, len(waiting) - _FIRST),
    }
    return show(request, "watch", context_of(headquarters, "watch") | context)


@require_safe
@headquarters_page()
def codes(request: HttpRequest, headquarters: Headquarters) -> HttpResponse:
    """List the observers' cards."""
    live = headquarters.live
    leaf = leaf_of(live.codes.tolist() if live is not None else [], number=leaf_number(request))
    context = {
        "rows": rows.code_rows(headquarters, leaf.rows),
        "leaf": leaf_links(leaf),
        "drawn": headquarters.watch.codes,
    }
    return show(request, "codes", context_of(headquarters, "codes") | context)


@require_safe
@headquarters_page()
def silent(request: HttpRequest, headquarters: Headquarters) -> HttpResponse:
    """List the stations where somebody is and from which no sheet came."""
    leaf = leaf_of(seen.silent(headquarters), number=leaf_number(request))
    context = {"rows": rows.silent_rows(headquarters, leaf.rows), "leaf": leaf_links(leaf)}
    return show(request, "silent", context_of(headquarters, "silent") | context)


@require_safe
@headquarters_page()
def coverage(request: HttpRequest, headquarters: Headquarters) -> HttpResponse:
    """Show how much of each region, district or commission observers cover."""
    kinds = coverage_rows.kinds_of(headquarters)
    asked = request.GET.get("by", "")
    kind = asked if asked in kinds else kinds[0]
    found = coverage_rows.coverage(headquarters, kind)
    page = coverage_rows.page(headquarters, kind, found)
    leaf = leaf_of(found, number=leaf_number(request))
    context = {
        **page,
        "kinds": coverage_rows.links(kinds, kind) if len(kinds) > 1 else [],
        "rows": coverage_rows.rows(leaf.rows, page["labels"]),
        "leaf": coverage_rows.leaf_row(leaf, kind),
    }
    return show(request, "coverage", context_of(headquarters, "coverage") | context)


@require_http_methods(["GET", "HEAD", "POST"])
@headquarters_page(writes=True)
def cards(request: HttpRequest, headquarters: Headquarters) -> HttpResponseBase:
    """Make cards with words for observers, to be printed."""
    form = form_for(
        request,
        CardsForm,
        taken=set(headquarters.codes_at),
        stations=Station.objects.filter(election=headquarters.election),
    )
    if request.method == "POST" and today() > headquarters.watch.last_day:
        form.add_error(
            None, _("Observers report no more on this election; a card would lead nowhere.")
        )
    if request.method == "POST" and form.is_valid():
        issued = rulings.draw_cards(headquarters, form.chosen())
        return _print(request, headquarters, issued)
    cancel_url = rows.address("codes", headquarters)
    context = {"form": form, "cancel_url": cancel_url}
    return show(request, "cards_form", context_of(headquarters) | context)


def _print(
    request: HttpRequest, headquarters: Headquarters, issued: list[IssuedCode]
) -> HttpResponse:
    """Show cards; they are stored nowhere, and the page itself says so."""
    stations = Station.objects.in_bulk([one.station for one in issued if one.station])
    address = full_address(OBSERVE)
    made = [
        {
            "title": _("Observer’s card %(number)s") % {"number": one.number},
            "words": spell(one.numbers, kind="observer", language=language()),
            "rows": _facts(headquarters, stations.get(one.station)),
        }
        for one in issued
    ]
    context = {
        "cards": made,
        "address": address,
        "qr": qr_svg(address),
        "back": rows.address("codes", headquarters),
    }
    return show(request, "cards", context_of(headquarters) | context)


def _facts(headquarters: Headquarters, station: Station | None) -> list[tuple[str, str]]:
    """Return what stands on a card beside its words."""
    election = headquarters.election
    facts = [(_("Election"), f"{election.title_in(language())}, {date_format(election.day)}")]
    if station is not None:
        place = f", {station.place}" if station.place else ""
        facts.append((_("Station"), f"{station.name}{place}"))
    facts.append((_("Good until"), day_text(headquarters.watch.last_day)))
    return facts
