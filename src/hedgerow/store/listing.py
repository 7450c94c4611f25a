# SPDX-License-Identifier: AGPL-3.0-or-later
"""Read the pages of a space's index: what there is, without opening a body.

Pages are read without a transaction. When one does not open under the revision that the
head gives, somebody has written in between: the head is read again and the pages with it.
What still does not open is noted as damage, and the rest is shown. Where a page stands after the
last that the head names, the head is an older one that was put back.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from hedgerow.engines.vault.index import IndexEntry, decode_page
from hedgerow.engines.vault.locker import open_inner
from hedgerow.engines.vault.tags import AGENDA_CHAPTER, page_context
from hedgerow.kernel.clock import week_of
from hedgerow.kernel.errors import Damaged, NotFound
from hedgerow.kernel.ids import RecordId
from hedgerow.store.reading import Opened
from hedgerow.store.tables import look_up

VERSION_FLAG: Final = 0x8000
"""Marks the entry of an earlier version, whose parent is the record it was."""
_TIMES: Final = 3
Pages = dict[int, tuple[IndexEntry, ...]]


@dataclass(frozen=True, slots=True)
class Place:
    """Say on which page an entry stands."""

    page: int
    entry: IndexEntry


def is_index(chapter: int) -> bool:
    """Tell whether pages of a chapter are index pages, not agenda pages."""
    return chapter != AGENDA_CHAPTER


def open_page(inner: bytes, *, opened: Opened, number: int) -> bytes:
    """Open the inner of an index or agenda page under the revision its head gives.

    Raises:
        Damaged: It is another revision or another page, or altered.
    """
    chapter, revision = opened.head.pages[number]
    context = page_context(number, chapter=chapter, revision=revision)
    return open_inner(opened.page_keys[chapter], inner, *context)


def readable(opened: Opened, *, chapters: Callable[[int], bool] = is_index) -> list[int]:
    """Return the numbers of the pages of some chapters that one's keys open."""
    keys = opened.page_keys
    return [
        number
        for number, (chapter, _) in enumerate(opened.head.pages)
        if chapter in keys and chapters(chapter)
    ]


def load(
    opened: Opened,
    *,
    chapters: Callable[[int], bool] = is_index,
    only: Iterable[int] | None = None,
) -> dict[int, bytes]:
    """Return the plain contents of pages by their numbers; damage is noted, not raised.

    Args:
        opened: The space; its head is renewed when it has moved.
        chapters: Which chapters; all index pages where nothing is said.
        only: Only these pages.
    """
    wanted = None if only is None else frozenset(only)
    contents: dict[int, bytes] = {}
    lacking: list[int] = []
    for _ in range(_TIMES):
        numbers = [n for n in readable(opened, chapters=chapters) if wanted is None or n in wanted]
        tags = opened.page_tags(numbers)
        after = len(opened.head.pages)
        (tag_after,) = opened.page_tags([after])
        rows = look_up(large=[*tags, tag_after]).large
        contents, lacking = {}, [after] if tag_after in rows else []
        for number, tag in zip(numbers, tags, strict=True):
            try:
                contents[number] = open_page(rows[tag].inner, opened=opened, number=number)
            except (Damaged, KeyError):
                lacking.append(number)
        if not lacking or not opened.has_moved():
            break
    for number in lacking:
        opened.note_damage("space.page_damaged", page=number)
    return contents


def decoded(
    opened: Opened,
    contents: dict[int, bytes],
    *,
    decode: Callable[[bytes], tuple[IndexEntry, ...]] = decode_page,
) -> Pages:
    """Return the entries of index pages; damage is noted, not raised.

    Args:
        opened: The space.
        contents: Of the pages, by number.
        decode: Reads one; all entries where nothing is said.
    """
    pages: Pages = {}
    for number, content in contents.items():
        try:
            pages[number] = decode(content)
        except Damaged:
            opened.note_damage("space.page_damaged", page=number)
    return pages


def pages_of(opened: Opened, *, only: Iterable[int] | None = None) -> Pages:
    """Return the entries of the index pages that one's keys open, by page."""
    return decoded(opened, load(opened, only=only))


def is_over(entry: IndexEntry, *, week: int) -> bool:
    """Tell whether an entry's last week is past."""
    return 0 < entry.until < week


def is_version(entry: IndexEntry) -> bool:
    """Tell whether an entry is that of an earlier version."""
    return bool(entry.flags & VERSION_FLAG)


def places(opened: Opened, pages: Pages | None = None) -> Iterator[Place]:
    """Yield every entry that is not past its end, in the order of writing."""
    week = week_of(opened.today)
    for number, entries in sorted((pages_of(opened) if pages is None else pages).items()):
        for entry in entries:
            if not is_over(entry, week=week):
                yield Place(number, entry)


def place_of(opened: Opened, record_id: RecordId, *, pages: Pages | None = None) -> Place:
    """Return where a record stands.

    Raises:
        NotFound: "record.unknown".
    """
    for place in places(opened, pages):
        if place.entry.record == record_id and not is_version(place.entry):
            return place
    raise NotFound("record.unknown")


def of_kind(opened: Opened, number: int) -> list[IndexEntry]:
    """Return the present entries of a kind by its number, in the order of writing."""
    week = week_of(opened.today)
    return [
        entry
        for _, entries in sorted(pages_of(opened).items())
        for entry in entries
        if entry.kind == number
        and not entry.flags & VERSION_FLAG
        and (not entry.until or entry.until >= week)
    ]
