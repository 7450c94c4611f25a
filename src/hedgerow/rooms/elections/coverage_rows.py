# SPDX-License-Identifier: AGPL-3.0-or-later
"""Show the headquarters how much of each region, district or commission observers cover."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hedgerow.engines.tally.protocols import NO_REPORT
from hedgerow.rooms.elections.headquarters import Headquarters
from hedgerow.rooms.elections.map_rows import map_of
from hedgerow.rooms.elections.models import District, Station
from hedgerow.rooms.elections.public_count import DISTRICT, REGION
from hedgerow.rooms.elections.public_rows import percent
from hedgerow.rooms.elections.tile_places import COMMISSION
from hedgerow.rooms.members.rows import leaf_links
from hedgerow.rooms.members.selectors import Leaf

Row = dict[str, Any]
_COLUMNS: Final = {REGION: "region", DISTRICT: "district__key", COMMISSION: "commission"}
_TITLES: Final = {
    REGION: gettext_lazy("Regions"),
    DISTRICT: gettext_lazy("Districts"),
    COMMISSION: gettext_lazy("Commissions"),
}
#: Beyond so many tiles nobody finds anything in a picture.
_MOST_TILES: Final = 300


@dataclass(frozen=True, slots=True)
class Coverage:
    """Hold how much of a part of the country observers cover."""

    name: str
    stations: int
    with_code: int
    heard: int
    registered: int
    registered_heard: int

    @property
    def share(self) -> float:
        """Return of how many of its stations a sheet came."""
        return self.heard / self.stations


def kinds_of(headquarters: Headquarters) -> list[str]:
    """Return the kinds of parts of which an election has several, at least one kind."""
    found = Station.objects.filter(election=headquarters.election)
    several = [
        kind
        for kind, column in _COLUMNS.items()
        if found.exclude(**{f"{column}__isnull": True}).values(column).distinct()[:2].count() > 1
    ]
    return several or [COMMISSION]


def coverage(headquarters: Headquarters, kind: str) -> list[Coverage]:
    """Return the coverage of each part of a kind, by name."""
    rows = (
        Station.objects.filter(election=headquarters.election)
        .order_by("id")
        .values_list("id", _COLUMNS[kind], "registered")
    )
    heard = _heard(headquarters)
    parts: dict[str, list[tuple[int, int]]] = {}
    for station, name, registered in rows:
        parts.setdefault(name or "", []).append((station, registered))
    placed = headquarters.codes_at
    return [
        Coverage(
            name,
            stations=len(some),
            with_code=sum(station in placed for station, _ in some),
            heard=sum(station in heard for station, _ in some),
            registered=sum(registered for _, registered in some),
            registered_heard=sum(registered for station, registered in some if station in heard),
        )
        for name, some in sorted(parts.items())
    ]


def _heard(headquarters: Headquarters) -> set[int]:
    """Return the stations from which some sheet came."""
    heard: set[int] = set()
    for contest in headquarters.contests:
        side = headquarters.side(contest)
        if side is not None:
            heard.update(side.stations[side.standing != NO_REPORT].tolist())
    return heard


def links(kinds: Sequence[str], kind: str) -> list[tuple[str, str, bool]]:
    """Return where the other kinds of parts are shown."""
    return [(str(_TITLES[one]), f"?by={one}", one == kind) for one in kinds]


def page(headquarters: Headquarters, kind: str, found: Sequence[Coverage]) -> Row:
    """Return the picture of all parts of a kind, and what stands above the table beside.

    The picture is left out where there is one part, or very many.
    """
    titles = _titles(headquarters, kind, found)
    caption = _("%(parts)s: of how many of their stations a sheet came") % {"parts": _TITLES[kind]}
    shown: Row = {
        "head": [
            str(_TITLES[kind]),
            _("Stations"),
            _("With a card"),
            _("Sheets came"),
            _("Share of the stations"),
            _("Share of the voters"),
        ],
        "labels": titles,
        "caption": caption,
    }
    if not 1 < len(found) <= _MOST_TILES:
        return shown
    shares = [one.share for one in found]
    drawn = map_of(headquarters.election, kind, title=caption, titles=titles, shares=shares)
    return shown | {"labels": drawn.labels, "svg": drawn.svg, "note": drawn.note}


def _titles(headquarters: Headquarters, kind: str, found: Sequence[Coverage]) -> dict[str, str]:
    """Return what parts are called."""
    known: dict[str, str] = {}
    if kind == DISTRICT:
        rows = District.objects.filter(election=headquarters.election)
        known = dict(rows.values_list("key", "title"))
    return {one.name: known.get(one.name, one.name) or _("(none)") for one in found}


def leaf_row(leaf: Leaf[Coverage], kind: str) -> Row:
    """Return a leaf of the table with the addresses of its neighbours, of the same kind."""
    row = leaf_links(leaf)
    for name in ("newer", "older"):
        row[name] = f"{row[name]}&by={kind}" if row[name] else ""
    return row


def rows(found: Sequence[Coverage], labels: dict[str, str]) -> list[list[object]]:
    """Return rows of the table."""
    return [
        [
            labels[one.name],
            one.stations,
            one.with_code,
            one.heard,
            percent(one.share),
            percent(one.registered_heard / one.registered if one.registered else None),
        ]
        for one in found
    ]
