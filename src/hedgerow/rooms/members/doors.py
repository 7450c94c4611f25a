# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hold the doors of the room: who comes in, and where those go who may not.

A sealed page is reached through `member_page` alone. Whoever is not logged in is sent to
the page where one enters: after a GET by a redirect, after a POST with the typed text
carried in that page, so that nothing is lost and nothing is stored.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec, TypeVar, cast
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from hedgerow.kernel.errors import Busy, HedgerowError
from hedgerow.rooms.members.forms import EnterForm, RoomForm
from hedgerow.rooms.members.rows import tabs_of
from hedgerow.store import carried
from hedgerow.store.accounts import visit_from_cookie
from hedgerow.store.machine import is_open
from hedgerow.store.sessions import COOKIE_NAME
from hedgerow.store.visit import Space, Visit

COOKIE: Final = COOKIE_NAME
P = ParamSpec("P")
F = TypeVar("F", bound=forms.Form)


def find_visit(request: HttpRequest) -> None:
    """Read the visit from the cookie and put it on the request.

    What hinders that is told to the view that asks for the visit: only there it is known
    that a form is this site's, so that what was typed can be given back.
    """
    cookie = request.COOKIES.get(COOKIE, "")
    put_visit(request, None)
    try:
        visit = visit_from_cookie(cookie) if cookie and is_open() else None
    except Busy as error:
        cast("Any", request).visit_trouble = error
    else:
        put_visit(request, visit)


def put_visit(request: HttpRequest, visit: Visit | None) -> None:
    """Let the rest of this request be that of somebody logged in, or of nobody."""
    state = cast("Any", request)
    state.visit = visit
    state.is_signed_in = visit is not None


def visit_of(request: HttpRequest) -> Visit | None:
    """Return the visit of whoever is logged in, or None.

    Raises:
        Busy: It could not be looked up just now.
    """
    trouble = cast("Busy | None", getattr(request, "visit_trouble", None))
    if trouble is not None:
        raise trouble
    return _found_visit(request)


def _found_visit(request: HttpRequest) -> Visit | None:
    """Return the visit that was found at the beginning of the request, or None."""
    return cast("Visit | None", getattr(request, "visit", None))


def is_strangers(request: HttpRequest) -> bool:
    """Tell whether nobody who is logged in sent a request."""
    return _found_visit(request) is None


def set_cookie(response: HttpResponseBase, name: str, value: str) -> None:
    """Set a cookie for this host alone, closed to scripts, that ends with the browser."""
    response.set_cookie(name, value, secure=True, httponly=True, samesite="Lax", path="/")


def drop_cookie(response: HttpResponseBase, name: str) -> None:
    """Drop a cookie, with the marks without which browsers keep a __Host- cookie."""
    response.set_cookie(name, "", max_age=0, secure=True, httponly=True, samesite="Lax", path="/")


def end_visit(request: HttpRequest, response: HttpResponseBase) -> None:
    """End the visit at once; both ways out call this."""
    visit = _found_visit(request)
    if visit is not None:
        visit.end()
        put_visit(request, None)
    drop_cookie(response, COOKIE)


def enter_address(path: str) -> str:
    """Return the address where one enters and then goes on to a path."""
    return f"{reverse('members:enter')}?{urlencode({'to': path})}"


def ask_to_enter(request: HttpRequest) -> HttpResponse:
    """Answer somebody who is not logged in, keeping what a form brought."""
    if request.method != "POST":
        return redirect(enter_address(request.path))
    kept = carried.carry(request, cookie=request.COOKIES.get(COOKIE, ""))
    context = {"form": EnterForm(), "carried": kept, "to": request.path}
    return show(request, "enter", context, status=403)


def member_page(
    view: Callable[Concatenate[HttpRequest, Visit, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Let only somebody logged in reach a view, and hand it the visit."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        visit = visit_of(request)
        if visit is None:
            return ask_to_enter(request)
        return view(request, visit, *args, **kwargs)

    return cast("Callable[Concatenate[HttpRequest, P], HttpResponseBase]", guarded)


def refusal_of(request: HttpRequest) -> HedgerowError | None:
    """Return why a file that came with a form was refused, or None."""
    return cast("HedgerowError | None", getattr(request, "upload_refusal", None))


def form_for(
    request: HttpRequest,
    form_class: type[F],
    *,
    initial: Mapping[str, object] | None = None,
    **options: Any,
) -> F:
    """Make the form of a page.

    A POST binds it. On a GET it shows `initial`, or what was carried over a log-in: that
    is filled in, not sent, so that its author looks at it once more.
    """
    if request.method == "POST":
        bound = form_class(request.POST, request.FILES, **options)
        # An error page that says "not now" shows it again, with all that was typed.
        cast("Any", request).typed_form = bound
        return bound
    carried_fields: Mapping[str, object] = getattr(request, "carried_fields", {})
    return form_class(initial={**(initial or {}), **carried_fields}, **options)


def show(
    request: HttpRequest,
    template: str,
    context: Mapping[str, object] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """Render a page of the room; a form with errors makes it status 422."""
    values = dict(context or {})
    form = values.get("form")
    if isinstance(form, RoomForm):
        values |= {"submit_label": form.submit_label, "who": form.who, "kept": form.kept}
    space = values.get("space")
    if isinstance(space, Space):
        values["tabs"] = tabs_of(space, path=request.path)
    has_errors = isinstance(form, forms.Form) and form.is_bound and bool(form.errors)
    return render(request, f"members/{template}.html", values, status=422 if has_errors else status)
