# SPDX-License-Identifier: AGPL-3.0-or-later
"""Take an observer's reports: turnout by the hour, what happened, results sheets.

Each form is sent to an address with a token in it: it lets photographs in before any view runs,
and its number makes a form that is sent twice one report. Whatever is refused, the page that
says so still holds all that was typed.
"""

from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.views.decorators.http import require_http_methods, require_safe

from hedgerow.kernel.errors import Busy, HedgerowError, NotFound, Refused
from hedgerow.rooms.elections import observing_rows as rows
from hedgerow.rooms.elections import waiting
from hedgerow.rooms.elections.doors import show
from hedgerow.rooms.elections.observing_doors import (
    Photographs,
    Seat,
    ask_for_words,
    browser_mark,
    observer_page,
)
from hedgerow.rooms.elections.observing_forms import ReportForm
from hedgerow.rooms.elections.observing_kinds import Happened, Reporting, Sheet, Turnout, kind_at
from hedgerow.rooms.elections.taking import checked, submit
from hedgerow.rooms.members.sentences import sentence_of
from hedgerow.store import carried, formtokens

#: Tokens of these forms are good for no others; the address hands it to the view of each.
FORMS: Final = "observe:"
_STATUSES: Final = {"observers.too_fast": 429, "observers.closed": 410}
_BUSY, _REFUSED = 503, 422


# What all three have in common.


def _opened(request: HttpRequest, kind: Reporting) -> HttpResponseBase:
    """Open a form."""
    if kind.needs_station and kind.seat.station is None:
        return redirect("elections:observe-station")
    return _page(request, kind, form=kind.form(None, initial=kind.initial(request)))


def _taken(request: HttpRequest, kind: Reporting, token: str) -> HttpResponseBase:
    """Take a form that was sent, or show it again with what is wrong."""
    if request.method != "POST":
        return redirect(reverse(f"elections:{kind.name}", kwargs=kind.address()))
    photographs = Photographs.of(request)
    age = formtokens.state_of(FORMS, token)
    form = checked(kind, request.POST, files=request.FILES, photographs=photographs, age=age)
    if not form.is_valid():
        return _page(request, kind, form=form, token=token, photographs=photographs)
    number = formtokens.number_of(token)
    try:
        at = submit(kind, form, number=number, photographs=photographs)
    except (Refused, Busy) as error:
        if error.code == "observers.unknown":
            return ask_for_words(request)
        return _not_now(request, error, kind=kind, form=form, token=token, photographs=photographs)
    return redirect("elections:observe-sent", number=at)


def _not_now(
    request: HttpRequest,
    error: HedgerowError,
    *,
    kind: Reporting,
    form: ReportForm,
    token: str,
    photographs: Photographs,
) -> HttpResponse:
    """Say why a report could not be taken now, in its own form, so that nothing is lost."""
    is_busy = isinstance(error, Busy)
    form.add_error(None, rows.busy_sentence() if is_busy else sentence_of(error))
    page = _page(request, kind, form=form, token=token, photographs=photographs)
    page.status_code = _BUSY if is_busy else _STATUSES.get(error.code, _REFUSED)
    return page


def _page(
    request: HttpRequest,
    kind: Reporting,
    *,
    form: ReportForm,
    token: str = "",
    photographs: Photographs | None = None,
) -> HttpResponse:
    """Show a form; its token is renewed unless it is good, and its number stays."""
    if formtokens.state_of(FORMS, token) != "good":
        token = formtokens.renewed(FORMS, token)
    context = {
        "form": form,
        "seat": kind.seat,
        **waiting.form_context(kind, token, forms=FORMS),
        **kind.context(form),
        **(photographs.context() if photographs is not None else {}),
    }
    return show(request, kind.template, context)


def restored(request: HttpRequest, seat: Seat) -> HttpResponse | None:
    """Show the form that a device without words had left, filled in but not sent, or None."""
    kept = carried.restore(request.POST.get("kept", ""), cookie=browser_mark(request))
    if kept is None:
        return None
    try:
        match = resolve(kept.path)
        kind = kind_at(seat, match.url_name or "", match.kwargs)
    except (Resolver404, NotFound):
        return None
    if kind is None:
        return None
    initial = {name: value for name, value in kept.fields.items() if name != "station"}
    photographs = Photographs.of(request, carried_files=kept.files)
    form, token = kind.form(None, initial=initial), str(match.kwargs.get("token", ""))
    return _page(request, kind, form=form, token=token, photographs=photographs)


# Views.


@require_safe
@observer_page
def turnout(request: HttpRequest, seat: Seat) -> HttpResponseBase:
    """Ask how many people have voted."""
    return _opened(request, Turnout(seat))


@require_http_methods(["GET", "HEAD", "POST"])
@observer_page
def send_turnout(request: HttpRequest, seat: Seat, token: str, address: str) -> HttpResponseBase:
    """Take turnout."""
    return _taken(request, Turnout(seat), token)


@require_safe
@observer_page
def happened(request: HttpRequest, seat: Seat) -> HttpResponseBase:
    """Ask what happened."""
    return _opened(request, Happened(seat))


@require_http_methods(["GET", "HEAD", "POST"])
@observer_page
def send_happened(request: HttpRequest, seat: Seat, token: str, address: str) -> HttpResponseBase:
    """Take what happened."""
    return _taken(request, Happened(seat), token)


@require_safe
@observer_page
def sheet(request: HttpRequest, seat: Seat, contest: str) -> HttpResponseBase:
    """Ask for a results sheet."""
    kind = Sheet(seat, seat.contest(contest))
    if not seat.is_held_here(kind.contest):
        return redirect("elections:observe-station")
    return _opened(request, kind)


@require_http_methods(["GET", "HEAD", "POST"])
@observer_page
def send_sheet(
    request: HttpRequest,
    seat: Seat,
    contest: str,
    token: str,
    address: str,
) -> HttpResponseBase:
    """Take a results sheet."""
    return _taken(request, Sheet(seat, seat.contest(contest)), token)
