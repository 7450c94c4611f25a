# SPDX-License-Identifier: AGPL-3.0-or-later
"""Read from a file of stations where its districts, regions and commissions lie.

Either the file says the tile of each line's district, in the columns of row and column; or it says
where stations lie, in degrees, and a grid is made of the middles of their parts.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext as _

from hedgerow.rooms.elections.public_count import DISTRICT, REGION
from hedgerow.rooms.elections.tables import FIRST_LINE, Refusal, numbers_in
from hedgerow.rooms.elections.tile_layout import Cell, Point, grid_of
from hedgerow.rooms.elections.tile_places import COMMISSION, KINDS

FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "tile_row": ("tile_row", "ряд плитки"),
    "tile_column": ("tile_column", "колонка плитки"),
    "latitude": ("latitude", "lat", "широта"),
    "longitude": ("longitude", "lon", "lng", "долгота", "довгота"),
}
MOST_TILES: Final = 500
_LARGEST: Final = 99
_MOST_DEGREES: Final = {"latitude": 90.0, "longitude": 180.0}
_SHOWN: Final = 20
_WHOLE: Final = 360.0


@dataclass
class TilePlan:
    """Hold where a file says that parts lie: kind → part → cell, and why it cannot be taken."""

    cells: dict[str, dict[str, Cell]] = field(default_factory=dict)
    refused: list[Refusal] = field(default_factory=list)


def tiles_in(
    cells: Mapping[str, Sequence[str]],
    parts: Mapping[str, Sequence[str]],
    where: Mapping[str, str],
) -> TilePlan:
    """Read where parts lie.

    Args:
        cells: Field → texts, one for each line.
        parts: Kind → part of each line, empty for none.
        where: Field → column of the file, empty for none.
    """
    plan = TilePlan()
    plan.refused += _half(where)
    if plan.refused:
        return plan
    if where.get("latitude"):
        _from_degrees(plan, cells, parts, where)
    if where.get("tile_row"):
        _from_tiles(plan, cells, parts, where)
    return plan


def _half(where: Mapping[str, str]) -> Iterator[Refusal]:
    """Yield a column that lacks its other half."""
    for one, other in (("tile_row", "tile_column"), ("latitude", "longitude")):
        if bool(where.get(one)) != bool(where.get(other)):
            why = _("Row and column of a tile, and both degrees, come together or not at all.")
            yield Refusal(0, where.get(one) or where.get(other, ""), why)


def _from_tiles(
    plan: TilePlan,
    cells: Mapping[str, Sequence[str]],
    parts: Mapping[str, Sequence[str]],
    where: Mapping[str, str],
) -> None:
    """Take tiles as the file says them, of districts, else of regions, else of commissions."""
    kind = next((one for one in (DISTRICT, REGION, COMMISSION) if any(parts[one])), "")
    if not kind:
        why = _("A tile is that of a district, region or commission; this file names none.")
        plan.refused.append(Refusal(0, where["tile_row"], why))
        return
    lines = [at for at, row in enumerate(cells["tile_row"]) if row or cells["tile_column"][at]]
    read: list[list[int]] = []
    for name in ("tile_row", "tile_column"):
        numbers, refused = numbers_in([cells[name][at] for at in lines], column=where[name])
        plan.refused += [
            Refusal(lines[one.line - FIRST_LINE] + FIRST_LINE, one.column, one.why)
            for one in refused
        ]
        read.append(numbers)
    if not plan.refused:
        places = zip(lines, *read, strict=True)
        plan.cells[kind] = _placed(plan, parts[kind], places, column=where["tile_row"])


def _placed(
    plan: TilePlan,
    parts: Sequence[str],
    places: Iterable[tuple[int, int, int]],
    *,
    column: str,
) -> dict[str, Cell]:
    """Return the cell of each part; what contradicts itself is refused."""
    found: dict[str, Cell] = {}
    taken: dict[Cell, str] = {}
    for at, row, across in places:
        part, cell = parts[at], (row, across)
        if max(cell) > _LARGEST:
            why = _("Rows and columns of tiles go from 0 to %(most)s.") % {"most": _LARGEST}
        elif found.setdefault(part, cell) != cell:
            why = _("“%(part)s” stands on another tile in a line above.") % {"part": part}
        elif taken.setdefault(cell, part) != part:
            other = {"part": part, "other": taken[cell]}
            why = _("“%(part)s” would stand on the tile of “%(other)s”.") % other
        else:
            continue
        plan.refused.append(Refusal(at + FIRST_LINE, column, why))
    return {part: cell for part, cell in found.items() if part}


def _from_degrees(
    plan: TilePlan,
    cells: Mapping[str, Sequence[str]],
    parts: Mapping[str, Sequence[str]],
    where: Mapping[str, str],
) -> None:
    """Make grids of the middles of parts."""
    points: dict[int, Point] = {}
    for at, pair in enumerate(zip(cells["latitude"], cells["longitude"], strict=True)):
        if not any(pair):
            continue
        read = [_degrees(text, name) for text, name in zip(pair, _MOST_DEGREES, strict=True)]
        wrong = [name for name, one in zip(_MOST_DEGREES, read, strict=True) if one is None]
        if wrong:
            found = {"found": pair[list(_MOST_DEGREES).index(wrong[0])][:_SHOWN]}
            why = _("“%(found)s” is no number of degrees, such as 55.75.") % found
            plan.refused.append(Refusal(at + FIRST_LINE, where[wrong[0]], why))
        else:
            points[at] = (read[0] or 0.0, read[1] or 0.0)
    if plan.refused:
        return
    for kind in KINDS:
        middles = _middles(parts[kind], points)
        if 1 < len(middles) <= MOST_TILES:
            plan.cells[kind] = grid_of(middles)


def _degrees(text: str, name: str) -> float | None:
    """Read degrees, with a point or a comma; None for what is none."""
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return None
    return value if abs(value) <= _MOST_DEGREES[name] else None


def _middles(parts: Sequence[str], points: Mapping[int, Point]) -> dict[str, Point]:
    """Return the middle of each part; the date line goes through none."""
    by_part: dict[str, list[Point]] = {}
    for at, point in points.items():
        if parts[at]:
            by_part.setdefault(parts[at], []).append(point)
    return {part: _middle(some) for part, some in by_part.items()}


def _middle(some: Sequence[Point]) -> Point:
    """Return the middle of some places, around the earth."""
    north = math.fsum(one for one, _east in some) / len(some)
    turns = [math.radians(east) for _north, east in some]
    east = math.atan2(math.fsum(map(math.sin, turns)), math.fsum(map(math.cos, turns)))
    return north, math.degrees(east) % _WHOLE
