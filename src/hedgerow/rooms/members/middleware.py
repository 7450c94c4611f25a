# SPDX-License-Identifier: AGPL-3.0-or-later
"""Find out who asks, before any view runs; forms of strangers wait for their turn."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from hedgerow.rooms.members.doors import find_visit, is_strangers
from hedgerow.store.turns import turn


class RoomMiddleware:
    """Put the visit of whoever is logged in on the request, or None."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Keep the next layer."""
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Find the visit and go on."""
        find_visit(request)
        if request.method != "POST" or not is_strangers(request):
            return self._get_response(request)
        with turn():
            return self._get_response(request)
