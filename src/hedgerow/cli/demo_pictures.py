# SPDX-License-Identifier: AGPL-3.0-or-later
"""Draw photographs of results sheets for the demo, as a phone would take them."""

import io
from collections.abc import Sequence
from typing import Final

from PIL import Image, ImageDraw, ImageFont

_SIZE: Final = (420, 560)
_PAPER: Final = (247, 245, 238)
_INK: Final = (35, 38, 52)
_TABLE: Final = (120, 105, 88)
_TILT: Final = 2.5


def sheet_picture(station: str, numbers: Sequence[int]) -> bytes:
    """Return a JPEG of a sheet: its station and its numbers, one a line, on a table."""
    paper = Image.new("RGB", _SIZE, _PAPER)
    draw = ImageDraw.Draw(paper)
    large, small = ImageFont.load_default(26), ImageFont.load_default(20)
    draw.text((30, 26), station.replace("№", "No."), fill=_INK, font=large)
    draw.line((30, 70, _SIZE[0] - 30, 70), fill=_INK, width=2)
    for line, number in enumerate(numbers, start=1):
        top = 60 + 44 * line
        draw.text((30, top), f"{line}", fill=_INK, font=small)
        draw.text((_SIZE[0] - 150, top), f"{number:>6}", fill=_INK, font=small)
        draw.line((30, top + 32, _SIZE[0] - 30, top + 32), fill=(200, 196, 186))
    tilted = paper.rotate(_TILT, expand=True, fillcolor=_TABLE, resample=Image.Resampling.BICUBIC)
    out = io.BytesIO()
    tilted.save(out, "JPEG", quality=70)
    return out.getvalue()
