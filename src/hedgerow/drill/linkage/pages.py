# SPDX-License-Identifier: AGPL-3.0-or-later
"""Read the pages of a SQLite file and of its write-ahead log, as somebody who seized them.

The rows that each commit in the log wrote come from comparing the leaves of its pages with
what stood there before.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

_LEAF: Final = 0x0D
_FILE_HEADER: Final = 100
_LOG_HEADER, _FRAME_HEADER = 32, 24
_VARINT_BYTES: Final = 9
_LAST_SEVEN: Final = 0x7F

Pages = dict[int, bytes]


@dataclass(frozen=True, slots=True)
class Cell:
    """Be one row as a leaf has it.

    Attributes:
        row: Its id.
        offset: Where in its page it stands.
        overflow: The first page of what has no room here, 0 where there is none.
        raw: Its bytes on this page.
    """

    row: int
    offset: int
    overflow: int
    raw: bytes


def _varint(page: bytes, at: int) -> tuple[int, int]:
    """Return a number of SQLite's own format and the place after it."""
    value = 0
    for place in range(_VARINT_BYTES - 1):
        byte = page[at + place]
        value = value << 7 | byte & _LAST_SEVEN
        if byte <= _LAST_SEVEN:
            return value, at + place + 1
    return value << 8 | page[at + _VARINT_BYTES - 1], at + _VARINT_BYTES


def cells_of(page: bytes, *, number: int) -> Iterator[Cell]:
    """Yield the rows of a leaf; any other page has none."""
    start = _FILE_HEADER if number == 1 else 0
    if page[start] != _LEAF:
        return
    count = struct.unpack_from(">H", page, start + 3)[0]
    usable = len(page)
    most, least = usable - 35, (usable - 12) * 32 // 255 - 23
    for offset in struct.unpack_from(f">{count}H", page, start + 8):
        size, after = _varint(page, offset)
        row, after = _varint(page, after)
        if size <= most:
            yield Cell(row, offset, 0, page[offset : after + size])
            continue
        kept = least + (size - least) % (usable - 4)
        end = after + (kept if kept <= most else least)
        overflow = struct.unpack_from(">I", page, end)[0]
        yield Cell(row, offset, overflow, page[offset : end + 4])


def pages_of(database: bytes) -> Pages:
    """Cut a database file into its pages, by number."""
    size = struct.unpack_from(">H", database, 16)[0]
    size = 65_536 if size == 1 else size
    count = len(database) // size
    return {n + 1: database[n * size : (n + 1) * size] for n in range(count)}


def commits_of(log: bytes) -> Iterator[Pages]:
    """Yield the pages of each commit in a log, in their order; what was cut off is left out."""
    if len(log) < _LOG_HEADER:
        return
    size = struct.unpack_from(">I", log, 8)[0]
    salt = log[16:24]
    pages: Pages = {}
    at = _LOG_HEADER
    while at + _FRAME_HEADER + size <= len(log) and log[at + 8 : at + 16] == salt:
        number, committed = struct.unpack_from(">II", log, at)
        at += _FRAME_HEADER
        pages[number] = log[at : at + size]
        at += size
        if committed:
            yield pages
            pages = {}


@dataclass(slots=True)
class Traces:
    """Hold what pages tell of rows.

    Attributes:
        commits: The ids that each commit in the log wrote, in order.
        overflow: The first overflow page of each row that has one.
        place: Where each row stands in the file: page and offset.
    """

    commits: list[frozenset[int]] = field(default_factory=list)
    overflow: dict[int, int] = field(default_factory=dict)
    place: dict[int, tuple[int, int]] = field(default_factory=dict)


def traces_of(database: bytes, *, log: bytes) -> Traces:
    """Play a log over a database, noting which rows each commit wrote, and look at the end."""
    pages = pages_of(database)
    traces = Traces()
    for commit in commits_of(log):
        before = {
            cell.row: cell.raw
            for number in commit
            if number in pages
            for cell in cells_of(pages[number], number=number)
        }
        traces.commits.append(
            frozenset(
                cell.row
                for number, page in commit.items()
                for cell in cells_of(page, number=number)
                if before.get(cell.row) != cell.raw
            )
        )
        pages |= commit
    for number, page in pages.items():
        for cell in cells_of(page, number=number):
            traces.place[cell.row] = (number, cell.offset)
            if cell.overflow:
                traces.overflow[cell.row] = cell.overflow
    return traces
