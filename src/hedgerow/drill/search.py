# SPDX-License-Identifier: AGPL-3.0-or-later
"""Look for canaries in everything at rest, in every dress they could wear.

Each canary is looked for as text of five encodings; each of these also in hexadecimal and
in base64 at each of its three offsets; besides as a URL and as an escaped string. The same is
done inside every zlib and gzip stream that stands anywhere in a file.
"""

import base64
import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote, quote_plus

from hedgerow.drill.canaries import Canary

ENCODINGS: Final = ("utf-8", "utf-16-le", "utf-16-be", "cp1251", "koi8-r")
#: The first bytes of a zlib stream at its usual levels, and of a gzip one.
_STARTS: Final = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda", b"\x1f\x8b\x08")
_EITHER_HEADER: Final = zlib.MAX_WBITS | 32
_MOST_UNPACKED: Final = 16 * 1024 * 1024
_FEWEST_UNPACKED: Final = 8
#: So much of a long canary is looked for; a whole file would hide behind one changed byte.
_LOOKED_FOR: Final = 48


@dataclass(frozen=True, slots=True)
class Find:
    """Say which canary was found where, and in which dress."""

    canary: str
    place: str
    dress: str


def dresses(canary: Canary) -> dict[bytes, str]:
    """Return every sequence of bytes to look for, with the name of its dress."""
    found: dict[bytes, str] = {}
    for name, data in _encoded(canary.value):
        found.setdefault(data, name)
        found.setdefault(data.hex().encode(), f"{name}, hex")
        found.setdefault(data.hex().upper().encode(), f"{name}, hex")
        for text in _base64s(data):
            found.setdefault(text, f"{name}, base64")
            found.setdefault(text.translate(bytes.maketrans(b"+/", b"-_")), f"{name}, base64url")
    if isinstance(canary.value, str):
        for name, escaped in _escaped(canary.value):
            found.setdefault(escaped.encode(), name)
    return found


def _encoded(value: str | bytes) -> Iterator[tuple[str, bytes]]:
    """Yield a value as bytes in each encoding that has its letters."""
    if isinstance(value, bytes):
        yield "bytes", value[:_LOOKED_FOR]
        return
    for encoding in ENCODINGS:
        try:
            yield encoding, value[:_LOOKED_FOR].encode(encoding)
        except UnicodeEncodeError:
            continue


def _base64s(data: bytes) -> Iterator[bytes]:
    """Yield what data look like inside base64 of something longer, at each offset."""
    for offset in range(3):
        coded = base64.b64encode(bytes(offset) + data).rstrip(b"=")
        # The letters at both ends depend on what stands beside.
        start = (0, 2, 3)[offset]
        spare = (offset + len(data)) % 3
        yield coded[start : len(coded) - 1 if spare else len(coded)]


def _escaped(value: str) -> Iterator[tuple[str, str]]:
    """Yield a text as it stands in URLs and in escaped strings."""
    text = value[:_LOOKED_FOR]
    yield "URL", quote(text, safe="")
    yield "URL", quote(text, safe="").lower()
    yield "URL", quote_plus(text)
    yield "escaped", json.dumps(text)[1:-1]
    yield "escaped", text.encode("unicode_escape").decode()
    yield "escaped", "".join(f"&#{ord(one)};" for one in text)


def streams_in(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield place and content of every compressed stream that opens, as far as it opens."""
    for start in _STARTS:
        place = data.find(start)
        while place >= 0:
            content = _unpacked(data[place:])
            if len(content) >= _FEWEST_UNPACKED:
                yield place, content
            place = data.find(start, place + 1)


def _unpacked(data: bytes) -> bytes:
    """Return what a stream holds, as much of it as is whole."""
    unpacker = zlib.decompressobj(_EITHER_HEADER)
    content = b""
    view = memoryview(data)
    step = 4096
    try:
        for place in range(0, len(data), step):
            content += unpacker.decompress(view[place : place + step], _MOST_UNPACKED)
            if unpacker.eof or len(content) >= _MOST_UNPACKED:
                break
    except zlib.error:
        return content
    return content


def files_in(folder: Path) -> Iterator[Path]:
    """Yield every file below a folder, whatever it is called."""
    yield from sorted(one for one in folder.rglob("*") if one.is_file() and not one.is_symlink())


def search(folder: Path, canaries: Iterable[Canary]) -> list[Find]:
    """Return every canary found in the contents and the names of files below a folder."""
    wanted = [(canary.name, dresses(canary)) for canary in canaries]
    finds: list[Find] = []
    for path in files_in(folder):
        place = str(path.relative_to(folder))
        data = path.read_bytes()
        finds += _finds(place.encode(), wanted, place=f"name of {place}")
        finds += _finds(data, wanted, place=place)
        for start, content in streams_in(data):
            finds += _finds(content, wanted, place=f"{place}, compressed at {start}")
    return finds


def _finds(
    data: bytes, wanted: list[tuple[str, dict[bytes, str]]], *, place: str
) -> Iterator[Find]:
    """Yield the canaries in some bytes, each once."""
    for name, looks in wanted:
        for look, dress in looks.items():
            if look in data:
                yield Find(name, place, dress)
                break
