# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hold the doors of the room: strangers who come back, and pages with the room's templates.

A stranger's conversation is reached through `stranger_page` alone: a cookie names a state in
memory that ends twenty minutes after its last use. Whoever has none is asked for the words.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec, cast

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header

from hedgerow.rooms.intake.forms import ReturnForm
from hedgerow.rooms.members.doors import drop_cookie, refusal_of
from hedgerow.rooms.members.forms import RoomForm
from hedgerow.rooms.members.rows import tabs_of
from hedgerow.rooms.members.sentences import sentence_of
from hedgerow.store import carried, letterbox
from hedgerow.store.letterbox import StrangerSide
from hedgerow.store.lines import FileStream
from hedgerow.store.machine import is_open
from hedgerow.store.uploads import SealedUpload
from hedgerow.store.visit import Space

COOKIE: Final = "__Host-letter"
P = ParamSpec("P")


def side_of(request: HttpRequest) -> StrangerSide | None:
    """Return the conversation that a stranger has open, or None."""
    cookie = request.COOKIES.get(COOKIE, "")
    return letterbox.conversation_of(cookie) if cookie and is_open() else None


def stranger_page(
    view: Callable[Concatenate[HttpRequest, StrangerSide, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Let only a stranger who came back reach a view, and hand it the conversation."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        side = side_of(request)
        if side is None:
            return ask_for_words(request)
        return view(request, side, *args, **kwargs)

    return cast("Callable[Concatenate[HttpRequest, P], HttpResponseBase]", guarded)


def ask_for_words(request: HttpRequest) -> HttpResponse:
    """Ask somebody whose conversation is closed for the words, keeping what a form brought."""
    if request.method != "POST":
        return redirect("intake:return")
    kept = carried.carry(request, cookie=request.COOKIES.get(COOKIE, ""))
    return show(request, "return", {"form": ReturnForm(), "carried": kept}, status=403)


def end_receipt(request: HttpRequest, response: HttpResponseBase) -> None:
    """Close a stranger's conversation at once; both ways out call this."""
    side = side_of(request)
    if side is not None:
        side.end()
    drop_cookie(response, COOKIE)


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
    if has_errors and status == 200:  # noqa: PLR2004 -- OK
        status = 422
    return render(request, f"intake/{template}.html", values, status=status)


def hand_out(stream: FileStream) -> StreamingHttpResponse:
    """Hand a file out; it is always saved, never shown by the browser as a page."""
    response = StreamingHttpResponse(stream.chunks(), content_type="application/octet-stream")
    name = content_disposition_header(as_attachment=True, filename=stream.name)
    response["Content-Disposition"] = name or "attachment"
    response["Content-Length"] = str(stream.length)
    return response


class Attached:
    """Hold the file that came with a form, now or with an earlier try.

    Between tries it travels in a hidden field that only this browser's cookie opens.
    """

    def __init__(
        self, request: HttpRequest, *, carried_files: tuple[SealedUpload, ...] = ()
    ) -> None:
        """Look for a file in what was sent, now or before somebody came back."""
        self._cookie = request.COOKIES.get(settings.CSRF_COOKIE_NAME, "")
        sent = request.FILES.get("file")
        self.upload: SealedUpload | None = next(iter(carried_files), None)
        if isinstance(sent, SealedUpload):
            self.upload = sent
        elif self.upload is None:
            self.upload = carried.held(request.POST.get("received", ""), cookie=self._cookie)
        refusal = refusal_of(request)
        self.refusal = sentence_of(refusal) if refusal is not None else ""

    @property
    def uploads(self) -> tuple[SealedUpload, ...]:
        """Return the file as the store takes files."""
        return (self.upload,) if self.upload is not None else ()

    def context(self) -> dict[str, Any]:
        """Return what a page needs to keep the file over another try."""
        if self.upload is None:
            return {}
        held = carried.hold(self.upload, cookie=self._cookie)
        return {"received": self.upload, "received_box": held} if held else {}
