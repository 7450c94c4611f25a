# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hold the doors of the headquarters, and show pages with the room's templates."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.timezone import get_fixed_timezone, override

from hedgerow.kernel.ids import SpaceId
from hedgerow.rooms.elections.headquarters import headquarters_of
from hedgerow.rooms.members.doors import member_page
from hedgerow.rooms.members.forms import RoomForm
from hedgerow.rooms.members.rows import tabs_of
from hedgerow.store.visit import Space, Visit

_OK = 200
_UNFILLED = 422


def show(
    request: HttpRequest,
    template: str,
    context: Mapping[str, object] | None = None,
    *,
    status: int = _OK,
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
    if has_errors and status == _OK:
        status = _UNFILLED
    return render(request, f"elections/{template}.html", values, status=status)


View = Callable[..., HttpResponseBase]


def headquarters_page(*, writes: bool = False) -> Callable[[View], View]:
    """Let only members of a group reach a view, and hand it the election that they watch.

    Args:
        writes: Whether only those may come who write in the group; they alone post in any case.
    """

    def guard(view: View) -> View:
        @wraps(view)
        @member_page
        def guarded(
            request: HttpRequest, visit: Visit, /, space: SpaceId, address: str, **of: Any
        ) -> HttpResponseBase:
            group = visit.space(space)
            if writes or request.method == "POST":
                group.demand_writer()
            headquarters = headquarters_of(group, address)
            # All times on these pages are by the clock of the stations, as observers see them.
            there = get_fixed_timezone(headquarters.election.utc_offset_minutes)
            with override(there):
                return view(request, headquarters, **of)

        return guarded

    return guard
