# SPDX-License-Identifier: AGPL-3.0-or-later
"""Cover cells of a photograph with solid black before anybody outside its group sees it.

A grid of twelve by sixteen cells lies over each photograph, whatever its shape. What is covered
is painted over before the picture is written anew, so nothing of it is in the new file.
"""

from collections.abc import Collection, Iterator
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from hedgerow.kernel.errors import BadInput, NotFound
from hedgerow.rooms.elections.photographs import as_jpeg, upright

COLUMNS: Final = 12
ROWS: Final = 16
#: From left to right, and from the top down: A1, B1, … L16.
CELLS: Final = tuple(
    f"{chr(ord('A') + column)}{row}" for row in range(1, ROWS + 1) for column in range(COLUMNS)
)
#: A photograph that everybody sees has at most so many bytes.
MOST_BYTES: Final = 400_000
#: What is tried in turn until a picture is small enough: longest side, quality.
_TRIES: Final = ((1_400, 82), (1_400, 65), (1_000, 65), (1_000, 50), (700, 40))
_BLACK: Final = (0, 0, 0)
_LIGHT: Final = (255, 255, 255)
_LEAST_LETTERS: Final = 9
_BASE: Final = 16


def mask_of(cells: Collection[str]) -> str:
    """Return cells as figures, one bit each."""
    chosen = set(cells)
    bits = sum(1 << place for place, name in enumerate(CELLS) if name in chosen)
    return f"{bits:0{len(CELLS) // 4}x}"


def cells_of(mask: str) -> tuple[str, ...]:
    """Return the cells of what `mask_of` returned.

    Raises:
        NotFound: "elections.unknown" for other text.
    """
    if len(mask) != len(CELLS) // 4 or set(mask) - set("0123456789abcdef"):
        raise NotFound("elections.unknown")
    bits = int(mask, _BASE)
    return tuple(name for place, name in enumerate(CELLS) if bits >> place & 1)


def covered(data: bytes, cells: Collection[str], *, is_named: bool = False) -> bytes:
    """Return a photograph as a small new JPEG, some of its cells black.

    Args:
        data: The photograph as it came.
        cells: Names of the cells to cover.
        is_named: Whether the lines and names of the grid are drawn over it.

    Raises:
        BadInput: "photograph.unreadable".
    """
    picture = upright(data)
    # Before it is made smaller, so that nothing of a cell runs into its neighbours.
    _cover(picture, cells)
    for side, quality in _TRIES:
        small = picture.copy()
        small.thumbnail((side, side))
        _cover(small, cells)
        if is_named:
            _name(small)
        content = as_jpeg(small, quality=quality)
        if len(content) <= MOST_BYTES:
            return content
    raise BadInput("photograph.unreadable")


def _boxes(picture: Image.Image) -> Iterator[tuple[str, tuple[int, int, int, int]]]:
    """Yield each cell with its first and last pixels; in a tiny picture cells share pixels."""
    width, height = picture.size
    for place, name in enumerate(CELLS):
        row, column = divmod(place, COLUMNS)
        left, top = width * column // COLUMNS, height * row // ROWS
        right, bottom = -(-width * (column + 1) // COLUMNS), -(-height * (row + 1) // ROWS)
        yield name, (left, top, right - 1, bottom - 1)


def _cover(picture: Image.Image, cells: Collection[str]) -> None:
    """Paint cells black."""
    pen, chosen = ImageDraw.Draw(picture), set(cells)
    for name, box in _boxes(picture):
        if name in chosen:
            pen.rectangle(box, fill=_BLACK)


def _name(picture: Image.Image) -> None:
    """Draw the lines of the grid, and in each cell its name."""
    pen = ImageDraw.Draw(picture)
    font = ImageFont.load_default(max(_LEAST_LETTERS, picture.height // ROWS // 3))
    for name, box in _boxes(picture):
        # Dark beside light, so that lines and letters are seen on white paper and on black coats.
        pen.rectangle(box, outline=_BLACK, width=2)
        pen.rectangle(box, outline=_LIGHT)
        at = (box[0] + 4, box[1] + 3)
        pen.text(at, name, fill=_LIGHT, font=font, stroke_width=2, stroke_fill=_BLACK)
