# SPDX-License-Identifier: AGPL-3.0-or-later
"""Change one space in one transaction: everything is read again under the lock first.

Whoever changes a space hands a function to `changing.changing`. It is given a `Change`: head and
roster as they are now, pages on demand. What it changes is written at its end: all touched
pages and the head, under one new revision with one line in the feed. The function may be
run several times, since the database may ask for a repetition, so it draws what it needs
anew each time and touches nothing outside.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from hedgerow.engines.vault import acts
from hedgerow.engines.vault.acts import Author
from hedgerow.engines.vault.head import (
    MAX_PAGES,
    MAX_PAGES_FOR_EDITORS,
    NO_PAGE,
    FeedLine,
    Head,
    encode_head,
    with_page,
    with_write,
)
from hedgerow.engines.vault.index import (
    MAX_ENTRIES,
    IndexEntry,
    added,
    decode_page,
    encode_page,
    removed,
    replaced,
)
from hedgerow.engines.vault.package import build_package, recipients
from hedgerow.engines.vault.roster import Entry, append_to_page
from hedgerow.engines.vault.roster_acts import Act
from hedgerow.engines.vault.roster_state import RosterState
from hedgerow.engines.vault.tags import (
    AGENDA_CHAPTER,
    SpaceKeys,
    SpaceTags,
    head_context,
    package_context,
    package_key,
    package_tag,
    page_context,
    roster_context,
)
from hedgerow.kernel.clock import week_of
from hedgerow.kernel.errors import Damaged, Refused
from hedgerow.store import rosters
from hedgerow.store.listing import Place, is_over, open_page
from hedgerow.store.reading import Opened, package_pages, with_keys
from hedgerow.store.writing import Transaction

NEW: Final = 1
EDITED: Final = 2
ERASED: Final = 4


class Change:
    """Be one writing transaction in one space.

    Attributes:
        tx: The transaction.
        opened: The space as it is under the lock, and as it will be.
        minute: The minute of the write.
    """

    def __init__(self, tx: Transaction, *, opened: Opened, entries: Iterable[Entry] = ()) -> None:
        """Begin with nothing touched.

        Args:
            tx: The transaction.
            opened: The space as it was read in this transaction.
            entries: Roster entries of a new space, which stand nowhere yet.
        """
        self.tx = tx
        self.minute = opened.minute
        self.opened = opened
        self._before = opened.head
        self._chapters = [page.chapter for page in opened.head.pages]
        self._line: FeedLine | None = None
        self._pages: dict[int, tuple[IndexEntry, ...]] = {}
        self._fresh: dict[int, bytes | None] = {}
        self._entries = list(entries)
        self._keys: SpaceKeys | None = None

    @property
    def head(self) -> Head:
        """Return the head as it stands in this transaction."""
        return self.opened.head

    @head.setter
    def head(self, head: Head) -> None:
        """Take a changed head."""
        self.opened.head = head

    @property
    def roster(self) -> RosterState:
        """Return the roster as it stands in this transaction."""
        return self.opened.roster

    @property
    def author(self) -> Author:
        """Return oneself as the author of roster entries."""
        return Author(self.opened.member_id, self.opened.signing, self.opened.today)

    # Roster.

    def act(self, act: Act) -> None:
        """Append an entry to the roster that one signs alone.

        Raises:
            Refused: "roster.*", the rule that forbids it.
        """
        self.step(acts.append(self.roster, act, author=self.author))

    def step(self, step: acts.Step) -> None:
        """Take an entry and the state after it."""
        entry, state = step
        self._entries.append(entry)
        self.opened.known = self.opened.known.after([entry], state=state)

    def renew_keys(self, keys: SpaceKeys) -> None:
        """Let everything be sealed again under the keys of a new generation."""
        self._keys = keys

    def write_package(self) -> None:
        """Lay the package out anew from the roster.

        Raises:
            Refused: "vault.chapter_closed" when one's own keys begin too late for it.
        """
        opened = self.opened
        keys = self._keys or opened.keys
        people = recipients(self.roster, day=opened.today)
        pages = build_package(keys, recipients=people, random=opened.random)
        door = opened.entry.door
        old = package_pages(door, find=self.tx.look_up)
        self.put_package(pages)
        spare = range(len(pages), len(old))
        self.tx.drop_large(package_tag(door, number) for number in spare)

    def put_package(self, pages: Iterable[bytes]) -> None:
        """Write all pages of the package."""
        for number, page in enumerate(pages):
            self.put_package_page(number, page)

    def put_package_page(self, number: int, page: bytes) -> None:
        """Write one page of the package."""
        door = self.opened.entry.door
        tag, context = package_tag(door, number), package_context(number)
        self.tx.put_large(tag, page, *context, key=package_key(door))

    # Pages.

    def content(self, number: int) -> bytes:
        """Read the plain content of a page under the lock.

        Raises:
            Damaged: "space.page_damaged".
        """
        return self.contents([number])[number]

    def contents(self, numbers: Iterable[int]) -> dict[int, bytes]:
        """Read the plain contents of several pages at once.

        Raises:
            Damaged: "space.page_damaged".
        """
        wanted = list(numbers)
        tags = self.opened.page_tags(wanted)
        rows = self.tx.look_up(large=tags).large
        as_before = replace(self.opened, head=self._before)
        found: dict[int, bytes] = {}
        for number, tag in zip(wanted, tags, strict=True):
            try:
                found[number] = open_page(rows[tag].inner, opened=as_before, number=number)
            except (Damaged, KeyError):
                raise Damaged("space.page_damaged", page=number) from None
        return found

    def page(self, number: int) -> tuple[IndexEntry, ...]:
        """Return the entries of an index page as they stand in this transaction."""
        self.load([number])
        return self._pages[number]

    def load(self, numbers: Iterable[int]) -> None:
        """Read several index pages; those already read stay as they are."""
        wanted = [number for number in numbers if number not in self._pages]
        for number, content in self.contents(wanted).items() if wanted else ():
            self._pages[number] = decode_page(content)

    def numbers(self, *, chapter: int | None = None) -> list[int]:
        """Return the numbers of the index pages one's keys open, all or of one chapter."""
        keys = self.opened.page_keys
        return [
            number
            for number, has in enumerate(self._chapters)
            if has in keys and has != AGENDA_CHAPTER and chapter in {None, has}
        ]

    def places(self, *, chapter: int | None = None) -> list[Place]:
        """Return all entries of the index, or of one chapter, in the order of writing."""
        numbers = self.numbers(chapter=chapter)
        self.load(numbers)
        return [Place(number, entry) for number in numbers for entry in self._pages[number]]

    def agenda_contents(self) -> dict[int, bytes]:
        """Return the plain contents of the agenda pages as they stand in this transaction."""
        numbers = [n for n, has in enumerate(self._chapters) if has == AGENDA_CHAPTER]
        fresh = {n: content for n in numbers if (content := self._fresh.get(n)) is not None}
        return self.contents(n for n in numbers if n not in fresh) | fresh

    def chapter_of(self, number: int) -> int:
        """Return the chapter of a page."""
        return self._chapters[number]

    def _set(self, number: int, entries: tuple[IndexEntry, ...]) -> None:
        """Take an index page as changed."""
        self._pages[number] = entries
        self._fresh[number] = None

    def _alive(self, number: int) -> tuple[IndexEntry, ...]:
        """Return the entries of a page whose last week is not past."""
        week = week_of(self.opened.today)
        return tuple(entry for entry in self.page(number) if not is_over(entry, week=week))

    def _page_with_room(self, chapter: int) -> int:
        """Return a page of a chapter that has room, a new one where the last is full."""
        numbers = self.numbers(chapter=chapter)
        if numbers and len(self._alive(numbers[-1])) < MAX_ENTRIES:
            return numbers[-1]
        try:
            return self.add_page(chapter)
        except Refused:
            self.load(numbers)
            for number in numbers:
                if len(self._alive(number)) < MAX_ENTRIES:
                    return number
            raise

    def add_page(self, chapter: int) -> int:
        """Add an empty page and return its number.

        Raises:
            Refused: "vault.space_full".
        """
        number = len(self._chapters)
        if number >= (MAX_PAGES if self.opened.is_keeper else MAX_PAGES_FOR_EDITORS):
            raise Refused("vault.space_full")
        self._chapters.append(chapter)
        if chapter != AGENDA_CHAPTER:
            self._set(number, ())
        return number

    def add_entry(self, chapter: int, entry: IndexEntry) -> int:
        """Add an entry to a page of a chapter and return the page's number.

        Raises:
            Refused: "vault.space_full".
        """
        number = self._page_with_room(chapter)
        self._set(number, added(self._alive(number), entry))
        return number

    def replace_entry(self, number: int, entry: IndexEntry) -> None:
        """Put an entry in place of that of the same record."""
        self._set(number, replaced(self.page(number), entry))

    def remove_entry(self, number: int, record: int) -> None:
        """Take an entry out of a page."""
        self._set(number, removed(self.page(number), record))

    def set_content(self, number: int, content: bytes) -> None:
        """Set the plain content of an agenda page."""
        self._fresh[number] = content

    def line(self, record: int, *, kind: int, page: int = NO_PAGE, flags: int = 0) -> None:
        """Say in the feed what this write is about; the first to say so counts."""
        if self._line is None:
            member = self.opened.member_id
            self._line = FeedLine(0, record, page, kind, member, self.minute, flags)

    # The end.

    def finish(self) -> None:
        """Write the touched pages, roster and head, all under new keys where there are."""
        opened, old_keys = self.opened, self.opened.keys
        untouched = self._untouched() if self._keys is not None else {}
        roster_pages = self._roster_pages()
        member = opened.member_id
        line = self._line or FeedLine(0, 0, NO_PAGE, 0, member, self.minute, 0)
        head = with_write(self.head, line)
        for number in sorted(self._fresh):
            chapter = self._chapters[number]
            head = with_page(head, number=number, chapter=chapter, is_keeper=True)
        if self._keys is not None:
            head = replace(head, generation=self._keys.generation)
            opened.entry = with_keys(opened.entry, self._keys)
        self.head = head = replace(
            head,
            chapter=self.roster.chapter,
            roster_seq=self.roster.seq,
            roster_hash=self.roster.hash,
            roster_pages=max([head.roster_pages, *(number + 1 for number in roster_pages)]),
        )
        if self._keys is not None:
            self._drop_old(old_keys)
        self._put_pages({n: self._content(n) for n in self._fresh} | untouched)
        self._put_roster(roster_pages)
        shared = opened.entry.space_key
        tag, context = opened.tags.head(), head_context(opened.space_id)
        self.tx.put_large(tag, encode_head(head), *context, key=shared)

    def _content(self, number: int) -> bytes:
        """Return what a touched page is to hold."""
        content = self._fresh[number]
        return encode_page(self._pages[number]) if content is None else content

    def _put_pages(self, contents: dict[int, bytes]) -> None:
        """Write index and agenda pages."""
        numbers = sorted(contents)
        keys = self.opened.page_keys
        for number, tag in zip(numbers, self.opened.page_tags(numbers), strict=True):
            chapter, revision = self.head.pages[number]
            context = page_context(number, chapter=chapter, revision=revision)
            self.tx.put_large(tag, contents[number], *context, key=keys[chapter])

    def _untouched(self) -> dict[int, bytes]:
        """Return the contents of the pages that nothing changes but the keys."""
        return self.contents(n for n in range(len(self._before.pages)) if n not in self._fresh)

    def _roster_pages(self) -> dict[int, bytes]:
        """Return the roster's pages that are to be written, by number."""
        if not self._entries and self._keys is None:
            return {}
        count = self._before.roster_pages
        first = 0 if self._keys is not None else max(0, count - 1)
        keys = self.opened.keys
        pages = rosters.page_contents(keys, range(first, count), find=self.tx.look_up)
        last = pages.pop() if pages else b""
        pages += append_to_page(last, entries=self._entries)
        return dict(enumerate(pages, start=first))

    def _put_roster(self, pages: dict[int, bytes]) -> None:
        """Write pages of the roster."""
        keys, tags = self.opened.keys, self.opened.tags
        for number, page in pages.items():
            context = roster_context(number)
            self.tx.put_large(tags.roster(number), page, *context, key=keys.secret)

    def _drop_old(self, old: SpaceKeys) -> None:
        """Delete everything that stands under the old keys."""
        of = SpaceTags(old.secret)
        tags = [of.page(number) for number in range(len(self._before.pages))]
        tags += [of.roster(number) for number in range(self._before.roster_pages)]
        self.tx.drop_large([*tags, of.head()])
