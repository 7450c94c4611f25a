# SPDX-License-Identifier: AGPL-3.0-or-later
"""Show everybody the elections and what is known of each."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from hedgerow.rooms.elections import public_rows, selectors
from hedgerow.rooms.elections.doors import show
from hedgerow.rooms.registration import public_page


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
    return show(request, "election", public_rows.election_page(shown))
