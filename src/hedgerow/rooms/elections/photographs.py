# SPDX-License-Identifier: AGPL-3.0-or-later
"""Draw photographs anew before anybody sees them: no metadata, no hostile file, no huge one.

What came stays sealed as it came; what is made here is never kept.
"""

import io
import warnings
from typing import Final

from PIL import Image, ImageOps

from hedgerow.kernel.errors import BadInput
from hedgerow.store.lines import FileStream

_KINDS: Final = ("JPEG", "PNG", "WEBP")
_MOST_PIXELS: Final = 40_000_000
_MOST_BYTES: Final = 25 * 1024 * 1024
_LONGEST_SIDE: Final = 2_000
_QUALITY: Final = 82


def drawn_anew(stream: FileStream) -> bytes:
    """Return a photograph as a new JPEG of at most 2,000 pixels a side.

    Raises:
        BadInput: "photograph.unreadable" for what is no picture, or too large a one.
    """
    return as_jpeg(upright(whole(stream)), quality=_QUALITY)


def whole(stream: FileStream) -> bytes:
    """Return a photograph as it came.

    Raises:
        BadInput: "photograph.unreadable" for too large a file.
    """
    if stream.length > _MOST_BYTES:
        raise BadInput("photograph.unreadable")
    return b"".join(stream.chunks())


def upright(data: bytes) -> Image.Image:
    """Return a photograph upright on a new sheet of at most 2,000 pixels a side.

    Raises:
        BadInput: "photograph.unreadable" for what is no picture, or too large a one.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _again(data)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise BadInput("photograph.unreadable") from error
    except (Image.DecompressionBombWarning, EOFError, ZeroDivisionError) as error:
        raise BadInput("photograph.unreadable") from error


def as_jpeg(picture: Image.Image, *, quality: int) -> bytes:
    """Return the bytes of a JPEG with nothing but the picture in it."""
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()


def _again(data: bytes) -> Image.Image:
    """Open a picture, turn it upright and draw it on a new sheet."""
    with Image.open(io.BytesIO(data), formats=_KINDS) as picture:
        width, height = picture.size
        if width * height > _MOST_PIXELS:
            raise BadInput("photograph.unreadable")
        picture.draft("RGB", (_LONGEST_SIDE, _LONGEST_SIDE))
        turned = ImageOps.exif_transpose(picture).convert("RGB")
    turned.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    fresh = Image.new("RGB", turned.size)
    fresh.paste(turned)
    return fresh
