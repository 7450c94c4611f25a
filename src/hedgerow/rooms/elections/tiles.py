# SPDX-License-Identifier: AGPL-3.0-or-later
"""Draw regions or districts as tiles, darker for more, with their names to be heard.

Colours come from the style sheet by classes; nothing inside the picture carries style.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

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


def tile_grid(title: str, tiles: Sequence[Tile]) -> SafeString:
    """Draw tiles in rows, under a title that is heard and not shown."""
    size = _FEW if len(tiles) <= _MOST_FEW else _MANY
    down = max(1, -(-len(tiles) // size.across))
    return format_html(
        '<svg class="tiles" viewBox="0 0 {} {}" role="img"><title>{}</title>{}</svg>',
        size.across * size.wide,
        down * size.high,
        title,
        format_html_join("", "{}", ((_tile(at, one, size),) for at, one in enumerate(tiles))),
    )


def shade(share: float) -> int:
    """Return one of six shades: none at all, then fifths."""
    return min(_SHADES, int(share * _SHADES) + 1) if share > 0 else 0


def _tile(at: int, tile: Tile, size: _Size) -> SafeString:
    """Draw one tile."""
    left, top = at % size.across * size.wide, at // size.across * size.high
    kind, middle = shade(tile.share), left + size.wide // 2
    name = tile.name if size.has_share else tile.short
    short = name if len(name) <= size.letters else f"{name[: size.letters - 1]}…"
    lines = [short, tile.below] if size.has_share else [short]
    step = size.high // (len(lines) + 1)
    words = format_html_join(
        "",
        '<text class="tile-text--{}" x="{}" y="{}">{}</text>',
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
