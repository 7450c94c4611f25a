# SPDX-License-Identifier: AGPL-3.0-or-later
"""Set an election up in the group that runs it."""

from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from hedgerow.kernel.ids import SpaceId
from hedgerow.rooms.elections import rows, selectors, services
from hedgerow.rooms.elections.district_forms import DistrictsForm
from hedgerow.rooms.elections.doors import show
from hedgerow.rooms.elections.forms import (
    ContestForm,
    ElectionForm,
    EraseForm,
    NewContestForm,
    NewElectionForm,
)
from hedgerow.rooms.elections.models import Election
from hedgerow.rooms.elections.public_count import DISTRICT
from hedgerow.rooms.elections.tile_places import own_places, set_places
from hedgerow.rooms.members.doors import form_for, member_page
from hedgerow.rooms.members.sentences import said_in
from hedgerow.rooms.members.views.lists import leaf_number
from hedgerow.store.visit import Space, Visit

#: While something is being made, its page comes anew after so many seconds.
_ANEW_S: Final = 15


@require_safe
@member_page
def elections(request: HttpRequest, visit: Visit, space: SpaceId) -> HttpResponse:
    """List the elections that a group runs."""
    group = visit.space(space)
    found = selectors.own_elections(group)
    return show(request, "group", {"space": group, "rows": rows.group_rows(group, found)})


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def new(request: HttpRequest, visit: Visit, space: SpaceId) -> HttpResponseBase:
    """Set an election up."""
    group = visit.space(space)
    group.demand_keeper()
    form = form_for(request, NewElectionForm, boxes=selectors.open_boxes(group))
    if request.method == "POST" and form.is_valid():
        address = form.cleaned_data["address"]
        with said_in(form, field="address"):
            services.open_election(group, address=address, fields=form.cleaned_data)
            return redirect("elections:setup", space=space, election=address)
    cancel_url = reverse("elections:group", args=[space])
    return show(request, "election_form", {"space": group, "form": form, "cancel_url": cancel_url})


@require_safe
@member_page
def election(request: HttpRequest, visit: Visit, space: SpaceId, election: str) -> HttpResponse:
    """Show what of an election is there, and what lacks."""
    group = visit.space(space)
    own = selectors.own_election(group, election)
    shown = rows.setup_rows(group, own)
    response = show(request, "setup", {"space": group, **shown})
    if any(one["forensics"]["is_waited_for"] for one in shown["contests"]):
        response["Refresh"] = str(_ANEW_S)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def edit(request: HttpRequest, visit: Visit, space: SpaceId, election: str) -> HttpResponseBase:
    """Change an election."""
    group = visit.space(space)
    group.demand_keeper()
    own = selectors.own_election(group, election)
    initial, boxes = ElectionForm.initial_of(own), selectors.open_boxes(group)
    form = form_for(request, ElectionForm, initial=initial, boxes=boxes)
    if request.method == "POST" and form.is_valid():
        with said_in(form):
            services.change_election(group, own, fields=form.cleaned_data)
            return redirect("elections:setup", space=space, election=election)
    return show(request, "election_form", {**_around(group, own), "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def erase(request: HttpRequest, visit: Visit, space: SpaceId, election: str) -> HttpResponseBase:
    """Ask once more, then erase an election that nobody saw."""
    group = visit.space(space)
    group.demand_keeper()
    own = selectors.own_election(group, election)
    form = form_for(request, EraseForm)
    if request.method == "POST" and form.is_valid():
        with said_in(form):
            services.erase_election(group, own)
            return redirect("elections:group", space=space)
    return show(request, "erase", {**_around(group, own), "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def new_contest(
    request: HttpRequest, visit: Visit, space: SpaceId, election: str
) -> HttpResponseBase:
    """Add a contest."""
    group = visit.space(space)
    group.demand_keeper()
    own = selectors.own_election(group, election)
    taken = [one.key for one in selectors.contests_of(own)]
    form = form_for(request, NewContestForm, districts=selectors.districts_of(own), taken=taken)
    if request.method == "POST" and form.is_valid():
        services.add_contest(own, fields=form.cleaned_data)
        return redirect("elections:setup", space=space, election=election)
    return show(request, "contest_form", {**_around(group, own), "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def edit_contest(
    request: HttpRequest, visit: Visit, space: SpaceId, election: str, contest: str
) -> HttpResponseBase:
    """Change a contest."""
    group = visit.space(space)
    group.demand_keeper()
    own = selectors.own_election(group, election)
    voted = selectors.contest_in(own, contest)
    initial = ContestForm.initial_of(voted)
    districts = selectors.districts_of(own)
    form = form_for(request, ContestForm, districts=districts, initial=initial)
    if request.method == "POST" and form.is_valid():
        with said_in(form):
            services.change_contest(own, voted, fields=form.cleaned_data)
            return redirect("elections:setup", space=space, election=election)
    return show(request, "contest_form", {**_around(group, own), "form": form, "contest": voted})


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def erase_contest(
    request: HttpRequest, visit: Visit, space: SpaceId, election: str, contest: str
) -> HttpResponseBase:
    """Ask once more, then erase a contest without figures."""
    group = visit.space(space)
    group.demand_keeper()
    own = selectors.own_election(group, election)
    voted = selectors.contest_in(own, contest)
    form = form_for(request, EraseForm)
    if request.method == "POST" and form.is_valid():
        with said_in(form):
            services.erase_contest(voted)
            return redirect("elections:setup", space=space, election=election)
    title = voted.title_in(rows.language())
    return show(request, "erase", {**_around(group, own), "form": form, "title": title})


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def districts(
    request: HttpRequest, visit: Visit, space: SpaceId, election: str
) -> HttpResponseBase:
    """Change the list of districts."""
    group = visit.space(space)
    group.demand_keeper()
    own = selectors.own_election(group, election)
    cells = own_places(own, DISTRICT)
    initial = DistrictsForm.initial_of(selectors.districts_of(own), cells)
    form = form_for(request, DistrictsForm, initial=initial)
    if request.method == "POST" and form.is_valid():
        with said_in(form, field="districts"):
            services.set_districts(own, form.cleaned_data["districts"])
            set_places(own, DISTRICT, form.cells)
            return redirect("elections:setup", space=space, election=election)
    return show(request, "districts_form", {**_around(group, own), "form": form})


@require_safe
@member_page
def stations(request: HttpRequest, visit: Visit, space: SpaceId, election: str) -> HttpResponse:
    """List the stations of an election."""
    group = visit.space(space)
    own = selectors.own_election(group, election)
    leaf = selectors.station_leaf(own, number=leaf_number(request))
    context = {"space": group, "election": own, "title": own.title_in(rows.language())}
    return show(request, "stations", context | rows.station_list(leaf))


def _around(group: Space, own: Election) -> dict[str, object]:
    """Return what the pages around an election share."""
    return {
        "space": group,
        "election": own,
        "title": own.title_in(rows.language()),
        "cancel_url": reverse("elections:setup", args=[group.id, own.address]),
    }
