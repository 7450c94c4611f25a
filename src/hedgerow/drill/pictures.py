# SPDX-License-Identifier: AGPL-3.0-or-later
"""Make small pictures whose notes, as cameras write them, hold a canary."""

import struct
import zlib
from typing import Final

_ARTIST: Final = 0x013B
_ASCII: Final = 2
_ENTRY_AT: Final = 8
_TEXT_AT: Final = 26
#: The start of a JPEG, and of one a quantisation table, a frame and a scan of one grey point.
_START: Final = b"\xff\xd8"
_TABLES: Final = (
    b"\xff\xdb\x00\x43\x00"
    + b"\x10" * 64
    + b"\xff\xc0\x00\x0b\x08\x00\x01\x00\x01\x01\x01\x11\x00"
    + b"\xff\xc4\x00\x14\x00\x01"
    + bytes(15)
    + b"\x00"
    + b"\xff\xc4\x00\x14\x10\x01"
    + bytes(15)
    + b"\x00"
    + b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\x3f\xff\xd9"
)


def _exif(text: str) -> bytes:
    """Return EXIF notes whose artist is a text."""
    value = text.encode() + b"\0"
    entry = struct.pack(">HHII", _ARTIST, _ASCII, len(value), _TEXT_AT)
    return b"MM\x00\x2a" + struct.pack(">IH", _ENTRY_AT, 1) + entry + bytes(4) + value


def jpeg(text: str) -> bytes:
    """Return a JPEG that has a text in its EXIF notes."""
    notes = b"Exif\0\0" + _exif(text)
    return _START + b"\xff\xe1" + struct.pack(">H", len(notes) + 2) + notes + _TABLES


def png(text: str) -> bytes:
    """Return a PNG that has a text in its EXIF notes."""
    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    point = zlib.compress(b"\x00\x80")
    chunks = ((b"IHDR", head), (b"eXIf", _exif(text)), (b"IDAT", point), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    """Return one chunk of a PNG."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
