# SPDX-License-Identifier: AGPL-3.0-or-later
"""Turn public rows into what everybody's pages show."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from hedgerow.rooms.elections.models import Election
from hedgerow.rooms.elections.rows import clock, language, offset
from hedgerow.rooms.members.rows import html_of

Row = dict[str, Any]


def election_rows(found: Iterable[Election]) -> list[Row]:
    """Return elections as lines of a public list."""
    return [
        {
            "url": reverse("elections:election", args=[one.address]),
            "title": one.title_in(language()),
            "day": one.day,
        }
        for one in found
    ]


def election_page(election: Election) -> Row:
    """Return what an election's own page shows."""
    opens, closes = clock(election.opens_minute), clock(election.closes_minute)
    return {
        "election": election,
        "title": election.title_in(language()),
        "about": html_of(election.about_in(language())),
        "open": f"{opens}–{closes}, {offset(election.utc_offset_minutes)}",
        "open_label": _("Stations are open"),
    }
