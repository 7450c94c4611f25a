# SPDX-License-Identifier: AGPL-3.0-or-later
"""Carve rows of the sealed tables out of bytes that no file may hold any more.

Pages of SQLite are found by their shape at every offset of a block, in databases, in logs
and in raw blocks; what runs over onto further pages is put together from every page that was
ever written under that number. Nothing here trusts a table of contents.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from hedgerow.engines.vault.locker import LockerClass
from hedgerow.engines.vault.padding import padme

PAGE: Final = 4096
_LEAF: Final = 0x0D
_MAGIC: Final = b"SQLite format 3\0"
_FRAME_HEAD: Final = 24
_MOST_PAGES: Final = 1 << 20
_MOST_CELLS: Final = 1000
_HEAD: Final = 8
_MOST_INLINE: Final = PAGE - 35
_LEAST_INLINE: Final = (PAGE - 12) * 32 // 255 - 23
_LINK: Final = 4
_BLOB: Final = 12
_TRIES: Final = 64
_ID_BITS: Final = 62
_LEAST_BODY: Final = 256

Row = tuple[int, bytes]


@dataclass(slots=True)
class Carved:
    """Hold what was carved.

    Attributes:
        rows: Every row id with every content that stood under it.
    """

    rows: set[Row] = field(default_factory=set)
    _pages: dict[int, set[bytes]] = field(default_factory=dict)

    def carve(self, data: bytes) -> None:
        """Take all rows out of some bytes."""
        leaves = {page for page in _numbered(data, self._pages) if page[0] == _LEAF}
        leaves |= {
            data[at : at + PAGE] for at in range(0, len(data) - PAGE + 1, 512) if data[at] == _LEAF
        }
        for leaf in leaves:
            self.rows.update(self._cells(leaf))

    def _cells(self, page: bytes) -> Iterator[Row]:
        """Yield the rows of a page that looks like a leaf."""
        count = int.from_bytes(page[3:5], "big")
        if count > _MOST_CELLS:
            return
        for number in range(count):
            at = int.from_bytes(page[_HEAD + 2 * number : _HEAD + 2 * number + 2], "big")
            if _HEAD < at < PAGE - _LINK:
                yield from self._cell(page, at)

    def _cell(self, page: bytes, at: int) -> Iterator[Row]:
        """Yield the contents that a cell may have."""
        size, at = _varint(page, at)
        row, at = _varint(page, at)
        if not _LINK < size < 1 << 20:
            return
        inline = size if size <= _MOST_INLINE else _inline(size)
        local = page[at : at + inline]
        link = int.from_bytes(page[at + inline : at + inline + _LINK], "big")
        for payload in [local] if inline == size else self._joined(local, link, size):
            box = _blob(payload)
            if box and row < 1 << _ID_BITS and is_row_size(len(box)):
                yield row, box

    def _joined(self, start: bytes, link: int, size: int) -> Iterator[bytes]:
        """Yield a payload put together from each page that ever had the next number."""
        tries = [(start, link)]
        for _ in range(_TRIES):
            if not tries:
                return
            content, link = tries.pop()
            for page in self._pages.get(link, ()):
                joined = content + page[_LINK : _LINK + size - len(content)]
                following = int.from_bytes(page[:_LINK], "big")
                # The last page names none that follows, all others do.
                if len(joined) == size and not following:
                    yield joined
                elif len(joined) < size and 0 < following < _MOST_PAGES:
                    tries.append((joined, following))


def _numbered(data: bytes, pages: dict[int, set[bytes]]) -> Iterator[bytes]:
    """Yield every page whose number is known, and note it under that number."""
    for number, at in (*_database_pages(data), *_log_pages(data)):
        page = data[at : at + PAGE]
        if len(page) == PAGE and any(page):
            pages.setdefault(number, set()).add(page)
            yield page


def _database_pages(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield number and place of the pages behind every beginning of a database."""
    start = data.find(_MAGIC)
    while start >= 0:
        count = int.from_bytes(data[start + 28 : start + 32], "big")
        for number in range(min(count, (len(data) - start) // PAGE)):
            yield number + 1, start + number * PAGE
        start = data.find(_MAGIC, start + 1)


def _log_pages(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield number and place of every page that stands behind what looks like a frame's head.

    A frame says its page's number, the length of the database or zero, and two random numbers;
    it stands at a multiple of eight bytes, whichever blocks its log lay in.
    """
    words = np.frombuffer(data[: len(data) // 8 * 8], dtype=">u4")
    number, length, salt, other = words[:-3:2], words[1:-2:2], words[2::2], words[3::2]
    fit = min(len(number), len(length), len(salt), len(other))
    is_head = (number[:fit] > 0) & (number[:fit] < _MOST_PAGES) & (length[:fit] < _MOST_PAGES)
    is_head &= (salt[:fit] >= _MOST_PAGES) & (other[:fit] >= _MOST_PAGES)
    for place in np.flatnonzero(is_head):
        yield int(number[place]), int(place) * 8 + _FRAME_HEAD


def is_row_size(size: int) -> bool:
    """Tell whether a row of one of the three tables may have a box of this size."""
    if size in {one.box_bytes for one in LockerClass}:
        return True
    return size >= _LEAST_BODY and padme(size) == size


def _inline(size: int) -> int:
    """Return how much of a long payload stands on the leaf."""
    inline = _LEAST_INLINE + (size - _LEAST_INLINE) % (PAGE - _LINK)
    return inline if inline <= _MOST_INLINE else _LEAST_INLINE


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """Read one of SQLite's numbers; return it and where it ends."""
    value = 0
    for place in range(9):
        byte = data[at + place] if at + place < len(data) else 0
        if place == 8:  # noqa: PLR2004 -- the ninth byte has eight bits
            return value << 8 | byte, at + 9
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            return value, at + place + 1
    return value, at


def _blob(payload: bytes) -> bytes:
    """Return the last column of a record, when it is bytes that end where the record does."""
    head, at = _varint(payload, 0)
    kind = 0
    while at < head <= len(payload):
        kind, at = _varint(payload, at)
    size = (kind - _BLOB) // 2
    if kind < _BLOB or kind % 2 or not 0 < size < len(payload):
        return b""
    return payload[-size:]


def carve(pieces: Iterable[bytes]) -> set[Row]:
    """Return every row in some pieces of bytes; what runs over may lie in another piece."""
    carved, kept = Carved(), list(pieces)
    # Twice: the first pass learns which pages there are.
    for _ in range(2):
        for piece in kept:
            carved.carve(piece)
    return carved.rows
