# SPDX-License-Identifier: AGPL-3.0-or-later
"""Turn shares of regions, districts or commissions into a picture that lies as on a map."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from hedgerow.rooms.elections.models import Election
from hedgerow.rooms.elections.public_rows import percent
from hedgerow.rooms.elections.tile_places import Places, places_of
from hedgerow.rooms.elections.tiles import Tile, tile_grid


@dataclass(frozen=True, kw_only=True)
class PartMap:
    """Hold a picture of parts.

    Args:
        svg: The picture.
        note: Says whether tiles lie as on a map.
        labels: Part → what it is called in the table beside, with the number on its tile.
    """

    svg: SafeString
    note: str
    labels: Mapping[str, str]


def map_of(
    election: Election, kind: str, *, title: str, titles: Mapping[str, str], shares: Sequence[float]
) -> PartMap:
    """Draw the parts of an election, darker for more.

    Args:
        election: Whose parts they are.
        kind: REGION, DISTRICT or COMMISSION.
        title: Of the picture, to be heard.
        titles: Part → its title, in the order of the table beside.
        shares: Of each part, from 0 to 1.
    """
    places = places_of(election, kind, titles)
    tiles = [
        Tile(title, _short(places, part, title), share, percent(share))
        for (part, title), share in zip(titles.items(), shares, strict=True)
    ]
    cells = [places.cells.get(part) for part in titles]
    return PartMap(
        svg=tile_grid(title, tiles, cells if places.cells else None),
        note=_note(places),
        labels={part: _label(places, part, title) for part, title in titles.items()},
    )


def _short(places: Places, part: str, title: str) -> str:
    """Return what a tile is called where there is little room."""
    return places.shorts.get(part) or part or title


def _label(places: Places, part: str, title: str) -> str:
    """Return what a part is called in the table, with the number on its tile."""
    short = places.shorts.get(part, "")
    return title if not short or short in title else f"{short} · {title}"


def _note(places: Places) -> str:
    """Say whether tiles lie as on a map."""
    if places.source == "names":
        return _("Tiles stand in the order of their names, not as on a map.")
    return _("Each tile lies about where its part lies among the others; all are of one size.")
