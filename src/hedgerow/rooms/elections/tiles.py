# SPDX-License-Identifier: AGPL-3.0-or-later
"""Draw regions or districts as tiles, darker for more, with their names to be heard.

Colours come from the style sheet by classes; nothing inside the picture carries style.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from hedgerow.rooms.elections.tile_layout import Cell

_GAP: Final = 2
_SHADES: Final = 5


@dataclass(frozen=True)
class _Size:
    """Say how large tiles are: a few are wide and say their share, very many say a short name."""

    across: int
    wide: int
    high: int
    letters: int
    has_share: bool


_FEW: Final = _Size(across=5, wide=80, high=52, letters=9, has_share=True)
_MANY: Final = _Size(across=10, wide=40, high=30, letters=5, has_share=False)
#: On a map of many columns there is room for a number or a few letters.
_MAP: Final = _Size(across=0, wide=40, high=36, letters=4, has_share=False)
_MOST_FEW: Final = 60


@dataclass(frozen=True)
class Tile:
    """Hold what one tile shows.

    Args:
        name: In full, to be heard.
        short: Where there is little room.
        share: From 0 to 1, gives the shade.
        below: The share in words.
    """

    name: str
    short: str
    share: float
    below: str


def tile_grid(
    title: str, tiles: Sequence[Tile], cells: Sequence[Cell | None] | None = None
) -> SafeString:
    """Draw tiles, under a title that is heard and not shown.

    Args:
        title: Is heard.
        tiles: In the order in which they stand where nobody knows their places.
        cells: Row and column of each, None for one without a place: it stands in a row below.
            Without any, tiles stand in rows, one after the other.
    """
    if cells is not None and any(cells):
        size, placed = _on_a_map(cells)
    else:
        size = _FEW if len(tiles) <= _MOST_FEW else _MANY
        placed = [divmod(at, size.across) for at in range(len(tiles))]
    down = 1 + max((row for row, _across in placed), default=0)
    return format_html(
        '<svg class="tiles{}" viewBox="0 0 {} {}" role="img"><title>{}</title>{}</svg>',
        " tiles--map" if size.across > _FEW.across else "",
        size.across * size.wide,
        down * size.high,
        title,
        format_html_join(
            "",
            "{}",
            ((_tile(cell, one, size),) for cell, one in zip(placed, tiles, strict=True)),
        ),
    )


def _on_a_map(cells: Sequence[Cell | None]) -> tuple[_Size, list[Cell]]:
    """Return how large tiles of a map are, and where each stands."""
    known = [cell for cell in cells if cell is not None]
    across = 1 + max(column for _row, column in known)
    below = 1 + max(row for row, _column in known)
    size = _FEW if across <= _FEW.across else replace(_MAP, across=across)
    size, rest, placed = replace(size, across=across), 0, list[Cell]()
    for cell in cells:
        if cell is None:
            placed.append((below + rest // across, rest % across))
            rest += 1
        else:
            placed.append(cell)
    return size, placed


def shade(share: float) -> int:
    """Return one of six shades: none at all, then fifths."""
    return min(_SHADES, int(share * _SHADES) + 1) if share > 0 else 0


def _tile(cell: Cell, tile: Tile, size: _Size) -> SafeString:
    """Draw one tile."""
    left, top = cell[1] * size.wide, cell[0] * size.high
    kind, middle = shade(tile.share), left + size.wide // 2
    name = tile.name if size.has_share else tile.short
    short = name if len(name) <= size.letters else f"{name[: size.letters - 1]}…"
    lines = [short, tile.below] if size.has_share else [short]
    step = size.high // (len(lines) + 1)
    words = format_html_join(
        "",
        '<text class="tile-text tile-text--{}" x="{}" y="{}">{}</text>',
        ((kind, middle, top + step * number + 4, line) for number, line in enumerate(lines, 1)),
    )
    return format_html(
        '<g><title>{}: {}</title><rect class="tile tile--{}" x="{}" y="{}" width="{}" height="{}"/>'
        "{}</g>",
        tile.name,
        tile.below,
        kind,
        left + _GAP // 2,
        top + _GAP // 2,
        size.wide - _GAP,
        size.high - _GAP,
        words,
    )
