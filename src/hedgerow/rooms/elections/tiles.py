# SPDX-License-Identifier: AGPL-3.0-or-later
"""Draw regions or districts as tiles of one size, darker for more, with their names to be heard.

Colours come from the style sheet by classes; nothing inside the picture carries style.
"""

from collections.abc import Sequence
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

ACROSS: Final = 8
_SIZE: Final = 80
_GAP: Final = 4
_SHADES: Final = 5
_LETTERS: Final = 8


def tile_grid(title: str, tiles: Sequence[tuple[str, float, str]]) -> SafeString:
    """Draw tiles in rows of eight.

    Args:
        title: What is shown.
        tiles: Name, a share from 0 to 1 that gives the shade, and what stands below the name.
    """
    across = min(ACROSS, max(1, len(tiles)))
    down = -(-len(tiles) // across)
    return format_html(
        '<svg class="tiles" viewBox="0 0 {} {}" role="img"><title>{}</title>{}</svg>',
        ACROSS * _SIZE,
        max(1, down) * _SIZE,
        title,
        format_html_join(
            "",
            '<g><title>{}</title><rect class="tile tile--{}" x="{}" y="{}" width="{}" height="{}"/>'
            '<text class="tile-text--{}" x="{}" y="{}" text-anchor="middle">{}</text>'
            '<text class="tile-text--{}" x="{}" y="{}" text-anchor="middle">{}</text></g>',
            (_tile(at, *one, across=across) for at, one in enumerate(tiles)),
        ),
    )


def shade(share: float) -> int:
    """Return one of six shades: none at all, then fifths."""
    return min(_SHADES, int(share * _SHADES) + (share > 0)) if share > 0 else 0


def _tile(at: int, name: str, share: float, below: str, *, across: int) -> tuple[object, ...]:
    """Return what the template of one tile takes."""
    left, top = at % across * _SIZE, at // across * _SIZE
    kind, middle = shade(share), left + _SIZE / 2
    short = name if len(name) <= _LETTERS else f"{name[: _LETTERS - 1]}…"
    side = _SIZE - _GAP
    return (
        f"{name}: {below}",
        *(kind, left + _GAP / 2, top + _GAP / 2, side, side),
        *(kind, middle, top + _SIZE * 0.45, short),
        *(kind, middle, top + _SIZE * 0.72, below),
    )
