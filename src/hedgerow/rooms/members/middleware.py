# SPDX-License-Identifier: AGPL-3.0-or-later
"""Find out who asks, before any view runs; forms of strangers wait for their turn."""

from collections.abc import Callable
from contextlib import suppress

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.http.request import UnreadablePostError

from hedgerow.rooms.members.doors import find_visit, is_strangers
from hedgerow.store import turns


class RoomMiddleware:
    """Put the visit of whoever is logged in on the request, or None; let strangers take turns.

    Whoever sends slowly holds no turn: it is taken when all of a form has arrived.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Keep the next layer."""
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Find the visit and go on."""
        find_visit(request)
        if request.method == "POST" and is_strangers(request) and _is_small(request):
            # Where the line broke there is no form, as the next layers find.
            with suppress(UnreadablePostError):
                request.body  # noqa: B018 -- it is read, and kept for them
            turns.take()
        try:
            return self._get_response(request)
        finally:
            turns.give_back()

    def process_view(
        self, request: HttpRequest, view: Callable[..., object], *_arguments: object
    ) -> None:
        """Wait for a turn where a stranger sent a large form; it was read to find its token.

        A view without a token reads what is large by itself, and takes none.
        """
        is_whole = not getattr(view, "csrf_exempt", False)
        if request.method == "POST" and is_whole and is_strangers(request):
            turns.take()


def _is_small(request: HttpRequest) -> bool:
    """Tell whether a form says that it is small enough to be read into memory ahead."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return length.isdecimal() and int(length) <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE
