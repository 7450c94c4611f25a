# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hand out the files of an election."""

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from hedgerow.kernel.errors import NotFound
from hedgerow.rooms.elections import selectors
from hedgerow.rooms.elections.files import KINDS, files_of
from hedgerow.rooms.registration import public_page


@public_page
@require_safe
def photograph(_request: HttpRequest, election: str, station: int, photograph: int) -> HttpResponse:
    """Hand out a photograph of a station, with what was covered."""
    shown = selectors.shown_election(election)
    found = selectors.photograph_in(selectors.station_in(shown, station), photograph)
    response = HttpResponse(bytes(found.content), content_type="image/jpeg")
    response["Content-Disposition"] = "inline"
    return response


@public_page
@require_safe
def file(_request: HttpRequest, election: str, contest: str, name: str) -> HttpResponse:
    """Hand out a file of released sheets or of official results."""
    shown = selectors.shown_election(election)
    voted = selectors.contest_in(shown, contest)
    found = files_of(voted).get(name)
    if found is None:
        raise NotFound("elections.unknown")
    kind = KINDS[name.rpartition(".")[2]]
    response = HttpResponse(found.content, content_type=kind)
    full = f"{shown.address}-{voted.key}-{name}"
    response["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=full) or "attachment"
    )
    return response
