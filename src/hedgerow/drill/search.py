# SPDX-License-Identifier: AGPL-3.0-or-later
"""Look for canaries in everything at rest, in every dress they could wear.

Each canary is looked for as text of five encodings; each of these also in hexadecimal and
in base64 at each of its three offsets; besides as a URL and as an escaped string. The same is
done inside every zlib and gzip stream that stands anywhere in a file.

All are looked for in one pass: the first eight bytes of every dress are marked in a table, the
eight bytes at every offset of the data are looked up there at once, and what is marked is then
compared whole.
"""

import base64
import json
import mmap
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from urllib.parse import quote, quote_plus

import numpy as np
from numpy.typing import NDArray

from hedgerow.drill.canaries import Canary

ENCODINGS: Final = ("utf-8", "utf-16-le", "utf-16-be", "cp1251", "koi8-r")
#: The first bytes of a zlib stream at its usual levels, and of a gzip one.
_STARTS: Final = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda", b"\x1f\x8b\x08")
_EITHER_HEADER: Final = zlib.MAX_WBITS | 32
_MOST_UNPACKED: Final = 16 * 1024 * 1024
_FEWEST_UNPACKED: Final = 8
_PACKED_STEP: Final = 4096
_KEY: Final = 8
_PIECE: Final = 4 * 1024 * 1024
_TABLE_BITS: Final = 24
_SPREAD: Final = np.uint64(0x9E3779B97F4A7C15)
_SHIFT: Final = np.uint64(64 - _TABLE_BITS)
#: So much of a long canary is looked for; a whole file would hide behind one changed byte.
_LOOKED_FOR: Final = 48

Bytes = bytes | mmap.mmap | memoryview


@dataclass(frozen=True, slots=True)
class Find:
    """Say which canary was found where, and in which dress.

    Attributes:
        canary: Its name.
        place: Where.
        dress: As what.
        number: Which of all that were looked for: names are not its own.
    """

    canary: str
    place: str
    dress: str
    number: int = -1


Look = tuple[bytes, Find]


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


def streams_in(data: Bytes) -> Iterator[tuple[int, bytes]]:
    """Yield place and content of every compressed stream that opens, as far as it opens."""
    view, whole = memoryview(data), data if isinstance(data, bytes | mmap.mmap) else bytes(data)
    for start in _STARTS:
        place = whole.find(start)
        while place >= 0:
            content = _unpacked(view[place:])
            if len(content) >= _FEWEST_UNPACKED:
                yield place, content
            place = whole.find(start, place + 1)


def _unpacked(view: memoryview) -> bytes:
    """Return what a stream holds, as much of it as is whole."""
    unpacker = zlib.decompressobj(_EITHER_HEADER)
    content = bytearray()
    try:
        for place in range(0, len(view), _PACKED_STEP):
            piece = view[place : place + _PACKED_STEP]
            content += unpacker.decompress(piece, _MOST_UNPACKED)
            if unpacker.eof or len(content) >= _MOST_UNPACKED:
                break
    except zlib.error:
        return bytes(content)
    return bytes(content)


class Searcher:
    """Look for all canaries in one pass.

    Args:
        canaries: What is looked for.
    """

    def __init__(self, canaries: Iterable[Canary]) -> None:
        """Mark the first bytes of every dress."""
        self._looks: dict[int, list[Look]] = {}
        for number, canary in enumerate(canaries):
            for look, dress in dresses(canary).items():
                key = int.from_bytes(look[:_KEY], "little")
                find = Find(canary.name, "", dress, number)
                self._looks.setdefault(key, []).append((look, find))
        self._keys = np.sort(np.fromiter(self._looks, dtype=np.uint64, count=len(self._looks)))
        self._marks = np.zeros(1 << _TABLE_BITS, dtype=np.bool_)
        self._marks[_slots(self._keys)] = True

    def finds(self, data: Bytes, *, place: str) -> Iterator[Find]:
        """Yield the canaries in some bytes, also inside what is compressed there."""
        yield from self._plain(data, place)
        for start, content in streams_in(data):
            yield from self._plain(content, f"{place}, compressed at {start}")

    def _plain(self, data: Bytes, place: str) -> Iterator[Find]:
        """Yield the canaries in bytes as they stand, each once."""
        seen: set[int] = set()
        for start in range(0, len(data), _PIECE):
            piece = bytes(data[start : start + _PIECE + _KEY - 1])
            for offset, key in self._marked(piece):
                for look, find in self._looks[key]:
                    at = start + offset
                    if find.number not in seen and data[at : at + len(look)] == look:
                        seen.add(find.number)
                        yield replace(find, place=place)

    def _marked(self, piece: bytes) -> Iterator[tuple[int, int]]:
        """Yield the offsets at which a dress may begin, and the eight bytes there."""
        if not self._looks or not any(piece):
            return
        for shift in range(min(_KEY, len(piece) - _KEY + 1)):
            count = (len(piece) - shift) // _KEY
            values = np.frombuffer(piece, dtype="<u8", count=count, offset=shift)
            places = np.flatnonzero(self._marks[_slots(values)])
            if places.size:
                at = np.searchsorted(self._keys, values[places])
                at[at == len(self._keys)] = 0
                for one in places[self._keys[at] == values[places]]:
                    yield int(one) * _KEY + shift, int(values[one])


def _slots(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return the place of each eight bytes in the table of marks."""
    return (values * _SPREAD) >> _SHIFT


def files_in(folder: Path) -> Iterator[Path]:
    """Yield every file below a folder, whatever it is called."""
    yield from sorted(one for one in folder.rglob("*") if one.is_file() and not one.is_symlink())


def search(folder: Path, canaries: Iterable[Canary]) -> list[Find]:
    """Return every canary found in the contents and the names of what is below a folder."""
    return search_with(Searcher(canaries), folder)


def search_with(searcher: Searcher, folder: Path) -> list[Find]:
    """Return what a searcher finds in contents and names below a folder."""
    finds: list[Find] = []
    for path in sorted(folder.rglob("*")):
        place = str(path.relative_to(folder))
        finds += searcher.finds(path.name.encode(), place=f"name of {place}")
        if path.is_symlink():
            finds += searcher.finds(bytes(path.readlink()), place=f"target of {place}")
        elif path.is_file():
            finds += searcher.finds(path.read_bytes(), place=place)
    return finds
