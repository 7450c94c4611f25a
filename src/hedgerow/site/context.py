# SPDX-License-Identifier: AGPL-3.0-or-later
"""Give every template what the layout needs, and nothing about the person."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language

from hedgerow.rooms.registration import Text
from hedgerow.site.harness import menu_items


@dataclass(frozen=True, kw_only=True)
class Link:
    """Hold one line of the menu as the layout shows it."""

    label: Text
    url: str
    is_here: bool


def is_signed_in(request: HttpRequest) -> bool:
    """Return whether the members' room has found a session for this request."""
    return bool(getattr(request, "is_signed_in", False))


def menu(request: HttpRequest) -> list[Link]:
    """Return the menu for this request: what everybody sees, and what members see."""
    signed_in = is_signed_in(request)
    shown = [item for item in menu_items() if item.is_for_everybody or signed_in]
    urls = [(item, reverse(item.url_name)) for item in shown]
    return [
        Link(label=item.label, url=url, is_here=request.path.startswith(url)) for item, url in urls
    ]


def site(request: HttpRequest) -> dict[str, object]:
    """Return the layout's variables: the instance's name, languages, menu, where one stands."""
    return {
        "instance_name": settings.HEDGEROW_INSTANCE.name.in_language(get_language() or "en"),
        # Each name stands in its own language; Django's list would translate them.
        "languages": settings.LANGUAGES,
        "is_demo": settings.HEDGEROW_INSTANCE.demo,
        "menu": menu(request),
        "is_signed_in": is_signed_in(request),
        "return_to": request.path,
    }
