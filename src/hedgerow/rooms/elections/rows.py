# SPDX-License-Identifier: AGPL-3.0-or-later
"""Turn what was read into what the templates show: words, addresses, days."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language

from hedgerow.rooms.elections.models import Election
from hedgerow.store.visit import Space

Row = dict[str, Any]


def language() -> str:
    """Return the reader's language."""
    return get_language() or "en"


def election_rows(found: Iterable[Election]) -> list[Row]:
    """Return elections as lines of a public list."""
    return [
        {"url": reverse("elections:list"), "title": one.title_in(language()), "day": one.day}
        for one in found
    ]


def group_rows(space: Space, found: Iterable[Election]) -> list[Row]:
    """Return elections as lines of their group's list."""
    url = reverse("elections:group", kwargs={"space": space.id})
    return [{"url": url, "title": one.title_in(language()), "day": one.day} for one in found]
