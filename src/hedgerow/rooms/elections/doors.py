# SPDX-License-Identifier: AGPL-3.0-or-later
"""Show pages with the room's templates."""

from collections.abc import Mapping

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hedgerow.rooms.members.forms import RoomForm
from hedgerow.rooms.members.rows import tabs_of
from hedgerow.store.visit import Space

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
