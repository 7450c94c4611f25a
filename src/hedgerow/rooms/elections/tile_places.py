# SPDX-License-Identifier: AGPL-3.0-or-later
"""Know where regions, districts and commissions lie among each other, as tiles of a grid.

What the headquarters brought comes first, then a grid that is shipped; else nobody knows, and
tiles stand in the order of their names.
"""

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Final, Literal

from django.db import transaction

from hedgerow.rooms.elections.models import Election, TilePlace
from hedgerow.rooms.elections.public_count import DISTRICT, REGION
from hedgerow.rooms.elections.tile_layout import Cell

Source = Literal["own", "shipped", "names"]
COMMISSION: Final = "commission"
KINDS: Final = (REGION, DISTRICT, COMMISSION)
_SHIPPED: Final = files("hedgerow") / "data" / "tiles"
#: Of so many parts a shipped grid must know the names; the others get a row below.
_MOST_OF_THEM: Final = 0.8
_KIND_WORDS: Final = frozenset(
    ("город", "г.", "республика", "область", "обл.", "край", "автономный", "автономная", "округ")
)
_ASIDE: Final = re.compile(r"\(.*?\)|\s[-–—]\s.*")


@dataclass(frozen=True)
class Places:
    """Say where tiles lie.

    Args:
        source: Who said it; "names" where nobody did.
        cells: Part → row and column, from 0; a part that is not here has no place of its own.
        shorts: Part → what its tile is called where there is little room.
    """

    source: Source
    cells: Mapping[str, Cell] = field(default_factory=dict)
    shorts: Mapping[str, str] = field(default_factory=dict)


def places_of(election: Election, kind: str, parts: Collection[str]) -> Places:
    """Return where the parts of an election lie.

    Args:
        election: Whose they are.
        kind: REGION, DISTRICT or COMMISSION.
        parts: Names of regions or commissions, keys of districts.
    """
    named = {one for one in parts if one}
    own = own_places(election, kind)
    if named and named <= own.keys():
        return Places("own", {name: own[name] for name in named})
    return _shipped_places(kind, named)


def own_places(election: Election, kind: str) -> dict[str, Cell]:
    """Return where the headquarters said that parts of one kind lie."""
    found = TilePlace.objects.filter(election=election, kind=kind)
    return {one.name: (one.tile_row, one.tile_column) for one in found}


def _shipped_places(kind: str, named: Collection[str]) -> Places:
    """Return where a shipped grid has the parts, if it knows most of them."""
    for grid in _grids():
        if grid.kind != kind:
            continue
        found = {name: grid.known[key] for name in named if (key := plain(name)) in grid.known}
        is_single = len(set(found.values())) == len(found)
        if len(found) > 1 and len(found) >= _MOST_OF_THEM * len(named) and is_single:
            cells = {name: grid.cells[short] for name, short in found.items()}
            return Places("shipped", cells, found)
    return Places("names")


@dataclass(frozen=True)
class _Grid:
    """Hold a grid that is shipped: plain names → codes, codes → cells."""

    kind: str
    known: Mapping[str, str]
    cells: Mapping[str, Cell]


@cache
def _grids() -> tuple[_Grid, ...]:
    """Read the grids that are shipped, by their names."""
    found: list[_Grid] = []
    for file in sorted(_SHIPPED.iterdir(), key=lambda one: one.name):
        if not file.name.endswith(".toml"):
            continue
        content = tomllib.loads(file.read_text("utf-8"))
        tiles = content["tiles"]
        known = {plain(name): code for code, one in tiles.items() for name in (code, *one["names"])}
        cells = {code: (one["row"], one["column"]) for code, one in tiles.items()}
        found.append(_Grid(content["kind"], known, cells))
    return tuple(found)


def plain(name: str) -> str:
    """Make names of regions comparable: without the kind of region and what is said aside."""
    words = _ASIDE.sub("", name.casefold().replace("ё", "е")).split()
    kept = [one for one in words if one not in _KIND_WORDS]
    return " ".join(kept or words)


def changed_places(
    election: Election, cells: Mapping[str, Mapping[str, Cell]]
) -> dict[str, dict[str, Cell]]:
    """Return of places by kind those that are not as they are already."""
    there: dict[str, dict[str, Cell]] = {}
    for one in TilePlace.objects.filter(election=election):
        there.setdefault(one.kind, {})[one.name] = (one.tile_row, one.tile_column)
    return {kind: dict(some) for kind, some in cells.items() if some and some != there.get(kind)}


def set_places(election: Election, kind: str, cells: Mapping[str, Cell]) -> None:
    """Keep where the parts of one kind lie, in place of what was said before."""
    with transaction.atomic():
        TilePlace.objects.filter(election=election, kind=kind).delete()
        TilePlace.objects.bulk_create(
            TilePlace(election=election, kind=kind, name=name, tile_row=row, tile_column=column)
            for name, (row, column) in sorted(cells.items())
        )
