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
    if stream.length > _MOST_BYTES:
        raise BadInput("photograph.unreadable")
    data = b"".join(stream.chunks())
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _again(data)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise BadInput("photograph.unreadable") from error
    except (Image.DecompressionBombWarning, EOFError, ZeroDivisionError) as error:
        raise BadInput("photograph.unreadable") from error


def _again(data: bytes) -> bytes:
    """Open a picture, turn it upright and draw it on a new sheet."""
    with Image.open(io.BytesIO(data), formats=_KINDS) as picture:
        width, height = picture.size
        if width * height > _MOST_PIXELS:
            raise BadInput("photograph.unreadable")
        picture.draft("RGB", (_LONGEST_SIDE, _LONGEST_SIDE))
        upright = ImageOps.exif_transpose(picture).convert("RGB")
    upright.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    fresh = Image.new("RGB", upright.size)
    fresh.paste(upright)
    out = io.BytesIO()
    fresh.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()
