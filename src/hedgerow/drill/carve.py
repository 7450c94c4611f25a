# SPDX-License-Identifier: AGPL-3.0-or-later
"""Carve rows of the sealed tables out of bytes that no file may hold any more.

Pages of SQLite are found by their shape at every offset of a block, in databases, in logs
and in raw blocks; what runs over onto further pages is put together from every page that was
ever written under that number. Nothing here trusts a table of contents.

Raw blocks have hundreds of thousands of ways to put rows together. A row is therefore kept as
the pages it would be made of, which all of them share, and is put together when it is asked for.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

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
_SECTOR: Final = 512
#: So many eight bytes are looked at together, to keep within some megabytes.
_AT_ONCE: Final = 1 << 21
_EMPTY: Final = bytes(PAGE)


class Cut(NamedTuple):
    """Say of what a box would be put together.

    Attributes:
        size: Of the box.
        payload: Of the record that ends with it.
        start: The record's part on its leaf.
        pages: Those it runs over onto, whole.
    """

    size: int
    payload: int
    start: bytes
    pages: tuple[bytes, ...] = ()

    def box(self) -> bytes:
        """Put the box together."""
        whole = b"".join((self.start, *(page[_LINK:] for page in self.pages)))
        return whole[self.payload - self.size : self.payload]


Row = tuple[int, Cut]


@dataclass(slots=True)
class Carved:
    """Hold what was carved.

    Attributes:
        rows: Every row id with every content that may have stood under it.
    """

    rows: set[Row] = field(default_factory=set)
    _pages: dict[int, set[bytes]] = field(default_factory=dict)
    _same: dict[bytes, bytes] = field(default_factory=dict)

    def learn(self, data: bytes) -> None:
        """Note the pages whose numbers are known."""
        for number, page in _numbered(data):
            self._pages.setdefault(number, set()).add(self._same.setdefault(page, page))

    def carve(self, data: bytes) -> None:
        """Take all rows out of some bytes, by the pages that were learned."""
        if len(data) < PAGE:
            return
        leaves = {page for _, page in _numbered(data) if page[0] == _LEAF}
        firsts = np.frombuffer(data, dtype=np.uint8)[: len(data) - PAGE + 1 : _SECTOR]
        places = np.flatnonzero(firsts == _LEAF)
        leaves |= {data[int(one) * _SECTOR : int(one) * _SECTOR + PAGE] for one in places}
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
        box = _blob_size(local, payload=size)
        if row >= 1 << _ID_BITS or len(local) < inline or not is_row_size(box):
            return
        if inline == size:
            yield row, Cut(box, size, local)
            return
        link = int.from_bytes(page[at + inline : at + inline + _LINK], "big")
        for pages in self._chains(link, size - inline):
            yield row, Cut(box, size, local, pages)

    def _chains(self, link: int, size: int) -> Iterator[tuple[bytes, ...]]:
        """Yield pages for so many bytes, from each page that ever had the next number."""
        needed = -(-size // (PAGE - _LINK))
        tries: list[tuple[tuple[bytes, ...], int]] = [((), link)]
        for _ in range(_TRIES):
            if not tries:
                return
            chain, link = tries.pop()
            for page in self._pages.get(link, ()):
                joined = (*chain, page)
                following = int.from_bytes(page[:_LINK], "big")
                # The last page names none that follows, all others do.
                if len(joined) == needed and not following:
                    yield joined
                elif len(joined) < needed and 0 < following < _MOST_PAGES:
                    tries.append((joined, following))


def _numbered(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield every page whose number is known, after that number."""
    if len(data) < PAGE:
        return
    for number, at in (*_database_pages(data), *_log_pages(data)):
        page = data[at : at + PAGE]
        if len(page) == PAGE and page != _EMPTY:
            yield number, page


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
    words = np.frombuffer(data, dtype=">u4", count=len(data) // 8 * 2)
    number, length, salt, other = words[:-3:2], words[1:-2:2], words[2::2], words[3::2]
    fit = min(len(number), len(length), len(salt), len(other))
    for start in range(0, fit, _AT_ONCE):
        some = slice(start, min(start + _AT_ONCE, fit))
        is_head = (number[some] > 0) & (number[some] < _MOST_PAGES) & (length[some] < _MOST_PAGES)
        is_head &= (salt[some] >= _MOST_PAGES) & (other[some] >= _MOST_PAGES)
        for place in np.flatnonzero(is_head):
            at = start + int(place)
            yield int(number[at]), at * 8 + _FRAME_HEAD


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


def _blob_size(start: bytes, *, payload: int) -> int:
    """Return the size of a record's last column, when it is bytes; else 0.

    Args:
        start: The record's beginning, with all of its head.
        payload: The size of the record.
    """
    head, at = _varint(start, 0)
    kind = 0
    while at < head <= len(start):
        kind, at = _varint(start, at)
    size = (kind - _BLOB) // 2
    return size if kind >= _BLOB and not kind % 2 and 0 < size < payload else 0


def carve(pieces: Iterable[bytes]) -> set[Row]:
    """Return every row in some pieces of bytes; what runs over may lie in another piece.

    Args:
        pieces: Read twice, one after another, so that not all need be held at once.
    """
    carved = Carved()
    for piece in pieces:
        carved.learn(piece)
    for piece in pieces:
        carved.carve(piece)
    return carved.rows
