# SPDX-License-Identifier: AGPL-3.0-or-later
"""Write and read a space's head: what stands where, and what was written last.

The head names each page's revision, and the page's revision is part of its context, so
one old page put back does not open. An old head put back lies behind the marks in the
members' keyrings. Every write of any kind raises the head's revision and adds a line to
the feed, so that a removal looks like a note.

Layout, integers big-endian: revision u32, generation u32, current chapter u16, roster seq
u32, roster hash 32, roster pages u16, first agenda page u16, name length u8, name, number
of pages u16, for each page chapter u16 and revision u32, feed count u8, and for each line
revision u32, record u64, page u16, kind u16, member u64, minute u32, flags u16.
"""

import struct
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

from hedgerow.kernel.canonical import Reader, u8, u16
from hedgerow.kernel.errors import BadInput, Damaged, Refused

MAX_PAGES = 900
MAX_PAGES_FOR_EDITORS = 810
"""A tenth of the pages is kept for keepers, so that nobody can shut them out by writing."""
MAX_FEED = 64
MAX_NAME_BYTES = 120
NO_PAGE = 65_535
_DAMAGED = "vault.head_damaged"
_FIXED = struct.Struct(">IIHI32sHH")
_PAGE = struct.Struct(">HI")
_LINE = struct.Struct(">IQHHQIH")


class PageRef(NamedTuple):
    """Name the present state of an index or agenda page."""

    chapter: int
    revision: int


class FeedLine(NamedTuple):
    """Say that something was written.

    Attributes:
        revision: The head's revision after the write.
        record: The record's id; 0 where a write is of no record.
        page: The page that lists it, or `NO_PAGE`.
        kind: The record's kind; 0 for what concerns members.
        member: Who wrote.
        minute: When.
        flags: Bits of the kind.
    """

    revision: int
    record: int
    page: int
    kind: int
    member: int
    minute: int
    flags: int


# A head has hundreds of these and a desk dozens of heads: what `_make` checks is known here.
_as_page = partial(tuple.__new__, PageRef)
_as_line = partial(tuple.__new__, FeedLine)


@dataclass(frozen=True, slots=True)
class Head:
    """Hold a space's head.

    Attributes:
        revision: Raised by every write.
        generation: The generation under which the pages are sealed.
        chapter: The current chapter.
        roster_seq: The number of the roster's last entry.
        roster_hash: Its hash.
        roster_pages: How many pages the roster has.
        first_agenda_page: A page's number, or `NO_PAGE`.
        name: The name of the space, at most 120 bytes of UTF-8.
        pages: Chapter and revision of each index and agenda page, by number.
        feed: The last writes, newest first.
    """

    revision: int
    generation: int
    chapter: int
    roster_seq: int
    roster_hash: bytes
    roster_pages: int
    first_agenda_page: int
    name: str
    pages: tuple[PageRef, ...]
    feed: tuple[FeedLine, ...]

    def news_since(self, revision: int) -> tuple[FeedLine, ...]:
        """Return the lines written after a seen mark, newest first."""
        return tuple(line for line in self.feed if line.revision > revision)

    def forgot_since(self, revision: int) -> bool:
        """Tell whether the feed may no longer name all that was written after a mark."""
        return len(self.feed) == MAX_FEED and self.feed[-1].revision > revision + 1


def encode_head(head: Head) -> bytes:
    """Write a head, at most 7,494 bytes.

    Raises:
        BadInput: "vault.name_too_long" when the name has more than 120 bytes.
    """
    name = head.name.encode()
    if len(name) > MAX_NAME_BYTES:
        raise BadInput("vault.name_too_long", most=MAX_NAME_BYTES)
    fixed = _FIXED.pack(
        head.revision,
        head.generation,
        head.chapter,
        head.roster_seq,
        head.roster_hash,
        head.roster_pages,
        head.first_agenda_page,
    )
    pages = b"".join(_PAGE.pack(*page) for page in head.pages)
    feed = b"".join(_LINE.pack(*line) for line in head.feed)
    return b"".join(
        (fixed, u8(len(name)), name, u16(len(head.pages)), pages, u8(len(head.feed)), feed)
    )


def decode_head(content: bytes) -> Head:
    """Read a head.

    Raises:
        Damaged: "vault.head_damaged" when the bytes are not a head.
    """
    reader = Reader(content, code=_DAMAGED)
    revision, generation, chapter, *roster, first = _FIXED.unpack(reader.take(_FIXED.size))
    name_length = reader.u8()
    name = reader.text(name_length)
    page_count = reader.u16()
    pages = tuple(map(_as_page, _PAGE.iter_unpack(reader.take(page_count * _PAGE.size))))
    feed_count = reader.u8()
    feed = tuple(map(_as_line, _LINE.iter_unpack(reader.take(feed_count * _LINE.size))))
    reader.end()
    is_lost = first != NO_PAGE and first >= page_count
    if name_length > MAX_NAME_BYTES or page_count > MAX_PAGES or feed_count > MAX_FEED or is_lost:
        raise Damaged(_DAMAGED)
    seq, last_hash, roster_pages = roster
    return Head(
        revision, generation, chapter, seq, last_hash, roster_pages, first, name, pages, feed
    )


def with_write(head: Head, *lines: FeedLine) -> Head:
    """Return the head after one more write: revision raised, lines before the others.

    Args:
        head: The head before the write.
        *lines: What was written, at least one; their revision is set here.
    """
    revision = head.revision + 1
    fresh = tuple(line._replace(revision=revision) for line in lines)
    return replace(head, revision=revision, feed=(fresh + head.feed)[:MAX_FEED])


def with_page(head: Head, *, number: int, chapter: int, is_keeper: bool) -> Head:
    """Return the head once a page is written in this write, so after `with_write`.

    The page's revision becomes the head's, which no earlier state of the page had.

    Args:
        head: The head whose revision was raised already.
        number: The page; one more than the last adds a page.
        chapter: The chapter under whose key it is sealed.
        is_keeper: Whether the writer may use the pages kept for keepers.

    Raises:
        Refused: "vault.space_full" when no page may be added.
    """
    page = PageRef(chapter, head.revision)
    if number < len(head.pages):
        return replace(head, pages=(*head.pages[:number], page, *head.pages[number + 1 :]))
    if len(head.pages) >= (MAX_PAGES if is_keeper else MAX_PAGES_FOR_EDITORS):
        raise Refused("vault.space_full")
    return replace(head, pages=(*head.pages, page))
