# SPDX-License-Identifier: AGPL-3.0-or-later
"""Turn public rows into what everybody's pages show of an election and its stations."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from math import isnan
from typing import Any

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.translation import gettext as _

from hedgerow.rooms.elections import selectors
from hedgerow.rooms.elections.forms import RULE_TITLES
from hedgerow.rooms.elections.models import (
    BY_RULE,
    Contest,
    Election,
    OfficialResult,
    ReleasedSheet,
    Station,
)
from hedgerow.rooms.elections.rows import clock, language, number, offset
from hedgerow.rooms.elections.sheets import canonical_text, column_titles
from hedgerow.rooms.members.rows import html_of, leaf_links
from hedgerow.rooms.members.selectors import Leaf

Row = dict[str, Any]
#: Between a number and its sign, so that lines do not break there.
_NARROW = "\u202f"
_SECONDS_AN_HOUR = 3600


def percent(share: float | None, *, digits: int = 1, is_signed: bool = False) -> str:
    """Return a share in percent as the reader writes it, a dash for none."""
    if share is None:
        return "–"
    sign = ("+" if share > 0 else "") if is_signed else ""
    text = number_format(round(100 * share, digits), decimal_pos=digits, use_l10n=True)
    return f"{sign}{text}{_NARROW}%".replace("-", "−")


def between(low: float, high: float, *, unit: str = "%") -> str:
    """Return two shares as a range, or one where they are the same; a dash for none."""
    if isnan(low):
        return "–"
    least, most = (
        number_format(round(100 * one, 1), decimal_pos=1, use_l10n=True).replace("-", "−")
        for one in (low, high)
    )
    join = " … " if low < 0 else "–"
    sign = f"{_NARROW}{unit}" if unit else ""
    return f"{least}{sign}" if least == most else f"{least}{join}{most}{sign}"


def points(value: float) -> str:
    """Return a difference of two shares in points of a percent, with its sign."""
    return percent(value, is_signed=True).removesuffix(f"{_NARROW}%")


def signed(value: int) -> str:
    """Return a difference with its sign."""
    sign = "+" if value > 0 else ""
    return f"{sign}{number(value)}".replace("-", "−")


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


def around(election: Election) -> Row:
    """Return what all public pages of an election share."""
    url = reverse("elections:election", args=[election.address])
    title = election.title_in(language())
    up = [(_("Elections"), reverse("elections:list")), (title, url)]
    return {"election": election, "title": title, "up": up}


def election_page(election: Election) -> Row:
    """Return what an election's own page shows."""
    opens, closes = clock(election.opens_minute), clock(election.closes_minute)
    rules = [str(RULE_TITLES[one]) for one in election.rules]
    return {
        **around(election),
        "about": html_of(election.about_in(language())),
        "open": f"{opens}–{closes}, {offset(election.utc_offset_minutes)}",
        "contests": [_contest_row(one) for one in selectors.contests_of(election)],
        "stations": number(election.station_set.count()),
        "takes_offers": selectors.takes_offers(election),
        "rules": rules,
    }


def _contest_row(contest: Contest) -> Row:
    """Return a contest as a line of the election's page."""
    place = [contest.election_id, contest.key]
    return {
        "url": reverse("elections:contest", args=place),
        "title": contest.title_in(language()),
        "text": ", ".join(contest.option_titles(language()).values()),
        "note": str(contest.district) if contest.district else "",
    }


def stations_page(election: Election, leaf: Leaf[Station], *, query: str) -> Row:
    """Return one leaf of the public list of stations."""
    sheets = set(
        ReleasedSheet.objects.filter(station__in=leaf.rows).values_list("station_id", flat=True)
    )
    links = leaf_links(leaf)
    return {
        **around(election),
        "query": query,
        "head": [_("Station"), _("Voters"), _("Observers’ sheet"), _("District"), _("Region")],
        "rows": [
            [
                format_html('<a href="{}">{}</a>', _station_url(election, one), one.name),
                number(one.registered),
                _("yes") if one.pk in sheets else "–",
                one.district.title if one.district else "–",
                one.region or "–",
            ]
            for one in leaf.rows
        ],
        "leaf": links,
    }


def _station_url(election: Election, station: Station) -> str:
    """Return where a station is shown."""
    return reverse("elections:station", args=[election.address, station.pk])


def station_page(election: Election, station: Station) -> Row:
    """Return what is known of one station: its sheets line by line, official figures beside."""
    facts = [
        (_("Voters on the list"), number(station.registered)),
        (_("Region"), station.region),
        (_("Commission above it"), station.commission),
        (_("District"), station.district.title if station.district else ""),
        (_("Where it is"), station.place),
    ]
    contests = [
        one
        for one in selectors.contests_of(election)
        if one.district_id in {None, station.district_id}
    ]
    return {
        **around(election),
        "station": station,
        "facts": [(term, meaning) for term, meaning in facts if meaning],
        "sheets": [_sheet(election, station, one) for one in contests],
        "photographs": photograph_rows(election, station),
    }


def photograph_rows(election: Election, station: Station) -> list[Row]:
    """Return the photographs of a station that everybody sees."""
    return [
        {
            "number": one.pk,
            "url": reverse("elections:photograph", args=[election.address, station.pk, one.pk]),
            "day": datetime.fromtimestamp(one.hour * _SECONDS_AN_HOUR, tz=UTC).date(),
            "digest": one.digest,
            "original_digest": one.original_digest,
        }
        for one in selectors.photographs_of(station)
    ]


def _sheet(election: Election, station: Station, contest: Contest) -> Row:
    """Return what is known of one contest at a station."""
    place: dict[str, Any] = {"contest": contest, "station": station}
    released = ReleasedSheet.objects.filter(**place).first()
    official = OfficialResult.objects.filter(**place).first()
    row: Row = {"title": contest.title_in(language()), "is_bare": not (released or official)}
    row["head"] = [_("Line"), _("Observers"), _("Official"), _("Difference")]
    row["rows"] = _lines(contest, released, official)
    if released:
        row["digest"] = released.digest
        row["text"] = canonical_text(
            election=election.address,
            contest=contest.key,
            station=station.name,
            values=released.values,
        )
        row["by"] = _released_by(released)
    return row


def _released_by(released: ReleasedSheet) -> str:
    """Say how a sheet became public."""
    if released.by == BY_RULE:
        return _("It became public by the rule of this election.")
    return _("A person at the headquarters looked at it and made it public.")


def _lines(
    contest: Contest, released: ReleasedSheet | None, official: OfficialResult | None
) -> list[Sequence[str]]:
    """Return a sheet line by line: what observers copied, what was published, the difference."""
    ours = released.values if released else {}
    theirs = official.values if official else {}
    rows: list[Sequence[str]] = []
    for name, title in column_titles(contest, language()).items():
        left, right = ours.get(name), theirs.get(name)
        if left is None and right is None:
            continue
        gap = None if left is None or right is None else right - left
        rows.append(
            [
                title,
                "–" if left is None else number(left),
                "–" if right is None else number(right),
                "–" if gap is None else signed(gap),
            ]
        )
    return rows
