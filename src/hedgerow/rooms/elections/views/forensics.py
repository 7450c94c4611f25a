# SPDX-License-Identifier: AGPL-3.0-or-later
"""Let a coordinator test official results, and show everybody the report and its files."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from hedgerow.kernel.errors import NotFound
from hedgerow.kernel.ids import SpaceId
from hedgerow.rooms.elections import forensics, forensics_desk, forensics_rows, selectors
from hedgerow.rooms.elections.doors import show
from hedgerow.rooms.members.doors import member_page
from hedgerow.rooms.registration import public_page
from hedgerow.store.visit import Visit


@require_POST
@member_page
def make(
    _request: HttpRequest, visit: Visit, space: SpaceId, election: str, contest: str
) -> HttpResponseBase:
    """Ask the caretaker for a report on the official results of a contest."""
    group = visit.space(space)
    group.demand_keeper()
    own = selectors.own_election(group, election)
    forensics_desk.order(selectors.contest_in(own, contest))
    return redirect("elections:setup", space=space, election=election)


@public_page
@require_safe
def page(request: HttpRequest, election: str, contest: str) -> HttpResponse:
    """Show the report on official results."""
    shown = selectors.shown_election(election)
    voted = selectors.contest_in(shown, contest)
    return show(request, "forensics", forensics_rows.forensics_page(shown, voted))


@public_page
@require_safe
def file(_request: HttpRequest, election: str, contest: str, part: str) -> HttpResponse:
    """Hand out a file of a report; none is ever opened as a page of this site."""
    shown = selectors.shown_election(election)
    voted = selectors.contest_in(shown, contest)
    report = forensics.report_of_contest(voted)
    if report is None:
        raise NotFound("elections.unknown")
    content = forensics.file_of(report, part)
    response = HttpResponse(content, content_type="application/octet-stream")
    full = f"{shown.address}-{voted.key}-{part}"
    response["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=full) or "attachment"
    )
    return response
