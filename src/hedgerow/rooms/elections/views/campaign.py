# SPDX-License-Identifier: AGPL-3.0-or-later
"""Write the pages of candidates in a group, and show them to everybody."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from hedgerow.kernel.ids import SpaceId
from hedgerow.rooms.elections import campaign, rows, selectors
from hedgerow.rooms.elections.campaign_forms import CandidateForm
from hedgerow.rooms.elections.doors import show
from hedgerow.rooms.members.doors import form_for, member_page
from hedgerow.rooms.registration import public_page
from hedgerow.store.visit import Visit


@require_safe
@member_page
def candidates(
    request: HttpRequest, visit: Visit, space: SpaceId, election: str, contest: str
) -> HttpResponse:
    """List the options of a ballot paper, each with the page there is or could be."""
    group = visit.space(space)
    group.demand_keeper()
    own = selectors.own_election(group, election)
    voted = selectors.contest_in(own, contest)
    context = {
        "space": group,
        "election": own,
        "title": voted.title_in(rows.language()),
        "rows": campaign.group_rows(group, own, voted),
    }
    return show(request, "candidates", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def edit_candidate(
    request: HttpRequest, visit: Visit, space: SpaceId, election: str, contest: str, option: str
) -> HttpResponseBase:
    """Change the page of a candidate."""
    group = visit.space(space)
    group.demand_keeper()
    own = selectors.own_election(group, election)
    voted = selectors.contest_in(own, contest)
    found = campaign.candidate_of(voted, option)
    form = form_for(request, CandidateForm, initial=CandidateForm.initial_of(found))
    back = reverse("elections:candidates", args=[space, election, contest])
    if request.method == "POST" and form.is_valid():
        campaign.change_candidate(found, fields=form.cleaned_data)
        return redirect(back)
    context = {"space": group, "election": own, "form": form, "cancel_url": back}
    return show(request, "candidate_form", {**context, "title": found.name})


@public_page
@require_safe
def candidate(request: HttpRequest, election: str, contest: str, option: str) -> HttpResponse:
    """Show everybody the page of a candidate."""
    shown = selectors.shown_election(election)
    voted = selectors.contest_in(shown, contest)
    found = campaign.shown_candidate(voted, option)
    return show(request, "candidate", campaign.candidate_page(shown, voted, found))
