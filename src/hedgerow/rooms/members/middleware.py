# SPDX-License-Identifier: AGPL-3.0-or-later
"""Find out who asks, before any view runs; forms of strangers wait for their turn."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from hedgerow.rooms.members.doors import find_visit, is_strangers
from hedgerow.store import turns


class RoomMiddleware:
    """Put the visit of whoever is logged in on the request, or None; let strangers take turns."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Keep the next layer."""
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Find the visit and go on."""
        find_visit(request)
        try:
            return self._get_response(request)
        finally:
            turns.give_back()

    def process_view(
        self, request: HttpRequest, view: Callable[..., object], *_arguments: object
    ) -> None:
        """Wait for a turn where a stranger sent a form.

        By now all of it has arrived, for its token was looked at: whoever sends slowly holds no
        turn. A view without a token reads what arrives by itself, and takes none.
        """
        is_whole = not getattr(view, "csrf_exempt", False)
        if request.method == "POST" and is_whole and is_strangers(request):
            turns.take()
