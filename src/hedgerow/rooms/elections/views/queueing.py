# SPDX-License-Identifier: AGPL-3.0-or-later
"""Take reports that waited on a phone, and offer what lets them wait there.

The service worker asks here for each report in its order. What it is told by the status: 200
taken; 403 no card is known, 409 another one is; 410 it opens for nobody any more; 422 its author
has to look at it; 429 and 503 later.
"""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve
from django.utils.datastructures import MultiValueDict
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from hedgerow.kernel.errors import BadInput, Busy, HedgerowError, NotFound, Refused
from hedgerow.rooms.elections.doors import show
from hedgerow.rooms.elections.observing_doors import (
    Photographs,
    Seat,
    browser_mark,
    observer_page,
    seat_of,
)
from hedgerow.rooms.elections.observing_kinds import Reporting, kind_at
from hedgerow.rooms.elections.taking import checked, submit, taken_before
from hedgerow.rooms.elections.views.reporting import restored
from hedgerow.rooms.registration import public_page
from hedgerow.store import carried
from hedgerow.store.arrivals import ArrivingForm

#: No form of a page can be sent as this, so no other site can send it.
SEALED_TYPE: Final = "application/octet-stream"
_MOST_BYTES: Final = 64 * 1024 * 1024
_STEP_BYTES: Final = 64 * 1024
_TAKEN, _NO_CARD, _OTHER_CARD, _GONE, _LOOK, _LATER = 200, 403, 409, 410, 422, 503
_STATUSES: Final = {
    "arrival.damaged": _GONE,
    "arrival.too_old": _GONE,
    "arrival.other_card": _OTHER_CARD,
    "elections.unknown": _GONE,
    "observers.unknown": _NO_CARD,
    "observers.closed": _LATER,
    "observers.too_fast": 429,
}


@csrf_exempt
@require_POST
def queue(request: HttpRequest) -> HttpResponse:
    """Take one report that waited.

    No token of a page is asked for: it might be gone with the browser's last window. The type
    that is demanded, where browsers say it comes from, and the slip inside, which is of the
    cookie's own card, stand in for it.
    """
    seat = seat_of(request) if _is_from_here(request) else None
    answer = _answer(_NO_CARD) if seat is None else _taken(request, seat)
    _drain(request)
    return answer


def _drain(request: HttpRequest) -> None:
    """Read what is left: a browser that is still sending would lose an early answer."""
    for _ in range(0, _MOST_BYTES, _STEP_BYTES):
        if not request.read(_STEP_BYTES):
            break


def _taken(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Take a report, or say why not."""
    try:
        return _take(request, seat)
    except Busy:
        return _answer(_LATER)
    except (BadInput, Refused, NotFound) as error:
        return _answer(_STATUSES.get(error.code, _LOOK), why=error.code)


def _is_from_here(request: HttpRequest) -> bool:
    """Tell whether a request can have been made by a script of this site alone."""
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    return request.content_type == SEALED_TYPE and site == "same-origin"


def _answer(status: int, **said: object) -> JsonResponse:
    """Answer the worker."""
    return JsonResponse(said, status=status)


def _take(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Open a report and take it as its form is taken."""
    arriving = ArrivingForm(request.read, name=seat.device.name, code=seat.device.number)
    before = taken_before(seat, arriving.number)
    if before is not None:
        return _answer(_TAKEN, number=before)
    kind = _kind_of(seat, arriving.path)
    photographs, files = _photographs(request, arriving)
    typed = QueryDict(mutable=True)
    for name, value in arriving.fields:
        typed.appendlist(name, value)
    form = checked(kind, typed, files=files, photographs=photographs)
    if not form.is_valid():
        return _answer(_LOOK, kept=_kept(request, arriving, photographs))
    try:
        number = submit(kind, form, number=arriving.number, photographs=photographs)
    except Refused as error:
        if error.code in _STATUSES:
            raise
        return _answer(_LOOK, kept=_kept(request, arriving, photographs))
    return _answer(_TAKEN, number=number)


def _kind_of(seat: Seat, path: str) -> Reporting:
    """Return the kind of report that was to be sent to an address.

    Raises:
        NotFound: "elections.unknown".
    """
    try:
        match = resolve(path)
    except Resolver404:
        raise NotFound("elections.unknown") from None
    kind = kind_at(seat, match.url_name or "", match.kwargs)
    if kind is None:
        raise NotFound("elections.unknown")
    return kind


def _photographs(
    request: HttpRequest, arriving: ArrivingForm
) -> tuple[Photographs, MultiValueDict[str, Any]]:
    """Seal the photographs of a report; one that is refused is told as in its form.

    Raises:
        BadInput: "arrival.damaged".
    """
    refusal: HedgerowError | None = None
    files: list[object] = []
    try:
        files.extend(arriving.uploads())
    except (BadInput, Refused) as error:
        if error.code == "arrival.damaged":
            raise
        refusal = error
    received = [value for name, value in arriving.fields if name == "received"]
    mark = browser_mark(request)
    photographs = Photographs(mark=mark, received=received, sent=files, refusal=refusal)
    return photographs, MultiValueDict({"photographs": files})


def _kept(request: HttpRequest, arriving: ArrivingForm, photographs: Photographs) -> str:
    """Return what brings the form back to this browser, filled in."""
    fields = [one for one in arriving.fields if one[0] != "received"]
    mark = browser_mark(request)
    return carried.keep(arriving.path, fields, photographs.uploads, cookie=mark)


@require_POST
@observer_page
def look(request: HttpRequest, seat: Seat) -> HttpResponseBase:
    """Show a report that waited in its form, filled in but not sent."""
    form = restored(request, seat)
    return form if form is not None else redirect("elections:observe-station")


@public_page
@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """Say that there is no network; browsers keep this page, so it is the same for everybody."""
    return show(request, "observing/waiting", {"csrf_token": None})  # nosec -- there is no token


@public_page
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """Give the service worker its first lines: what it keeps, and its script."""
    return render(request, "elections/observing/worker.js", content_type="text/javascript")
