# SPDX-License-Identifier: AGPL-3.0-or-later
"""Show everybody the elections and what is known of each; all of it is made of public rows."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from hedgerow.rooms.elections import (
    campaign,
    evidence_rows,
    public_rows,
    rows,
    selectors,
)
from hedgerow.rooms.elections.count_content import content_of
from hedgerow.rooms.elections.doors import show
from hedgerow.rooms.members.views.lists import leaf_number
from hedgerow.rooms.registration import public_page

_QUERY_LENGTH: Final = 60
#: After so many seconds browsers ask for a running count again, with scripts off too.
_ANEW_S: Final = 60


@public_page
@require_safe
def elections(request: HttpRequest) -> HttpResponse:
    """List the elections that everybody sees."""
    return show(request, "list", {"rows": public_rows.election_rows(selectors.shown_elections())})


@public_page
@require_safe
def election(request: HttpRequest, election: str) -> HttpResponse:
    """Show what an election is about, and where to read on."""
    shown = selectors.shown_election(election)
    page = public_rows.election_page(shown)
    candidates = [
        (contest.title_in(rows.language()), people)
        for contest in selectors.contests_of(shown)
        if (people := campaign.shown_rows(contest))
    ]
    return show(request, "election", {**page, "candidates": candidates})


@public_page
@require_safe
def stations(request: HttpRequest, election: str) -> HttpResponse:
    """List the stations of an election."""
    shown = selectors.shown_election(election)
    query = request.GET.get("q", "").strip()[:_QUERY_LENGTH]
    leaf = selectors.station_leaf(shown, number=leaf_number(request), query=query)
    return show(request, "station_list", public_rows.stations_page(shown, leaf, query=query))


@public_page
@require_safe
def station(request: HttpRequest, election: str, station: int) -> HttpResponse:
    """Show what is known of one station."""
    shown = selectors.shown_election(election)
    found = selectors.station_in(shown, station)
    return show(request, "station", public_rows.station_page(shown, found))


@public_page
@require_safe
def contest(request: HttpRequest, election: str, contest: str) -> HttpResponse:
    """Show the count of a contest; while observers report, it comes anew each minute."""
    shown = selectors.shown_election(election)
    voted = selectors.contest_in(shown, contest)
    is_live = shown.is_taking and "still" not in request.GET
    page = {
        **public_rows.around(shown),
        "paper": voted.title_in(rows.language()),
        "content": content_of(shown, voted, is_live=is_live),
    }
    response = show(request, "count", page)
    if is_live:
        response["Refresh"] = str(_ANEW_S)
    return response


@public_page
@require_safe
def comparison(request: HttpRequest, election: str, contest: str) -> HttpResponse:
    """Show released sheets beside official results."""
    shown = selectors.shown_election(election)
    voted = selectors.contest_in(shown, contest)
    return show(request, "comparison", evidence_rows.comparison_page(shown, voted))


@public_page
@require_safe
def remote(request: HttpRequest, election: str, contest: str) -> HttpResponse:
    """Show paper votes beside remote ones, district by district."""
    shown = selectors.shown_election(election)
    voted = selectors.contest_in(shown, contest)
    page = evidence_rows.remote_page(shown, voted, request.GET.get("option", ""))
    return show(request, "remote", page)


@public_page
@require_safe
def record(request: HttpRequest, election: str) -> HttpResponse:
    """Show what stays of an election, with its files and their sums."""
    shown = selectors.shown_election(election)
    return show(request, "record", evidence_rows.record_page(shown))
