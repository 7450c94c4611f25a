# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keep the list of what waits for whom, on agenda pages of the space."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from hedgerow.engines.vault.agenda import (
    ITEMS_A_PAGE,
    MAX_TITLE_BYTES,
    AgendaItem,
    AgendaPage,
    agenda_chain,
    decode_agenda,
    encode_agenda,
)
from hedgerow.engines.vault.head import NO_PAGE
from hedgerow.engines.vault.tags import AGENDA_CHAPTER
from hedgerow.kernel.errors import Damaged
from hedgerow.kernel.ids import MemberId, RecordId
from hedgerow.store import listing
from hedgerow.store.change import Change
from hedgerow.store.changing import changing
from hedgerow.store.reading import Opened

WAITING: Final = 1


@dataclass(frozen=True, slots=True)
class Item:
    """Hold one thing that waits for a member."""

    record_id: RecordId
    assignee_id: MemberId
    due_day: int
    title: str


def _is_agenda(chapter: int) -> bool:
    return chapter == AGENDA_CHAPTER


def items(opened: Opened) -> list[AgendaItem]:
    """Return what waits for anybody, in the order of the pages; damage is noted."""
    return items_of(opened, listing.load(opened, chapters=_is_agenda))


def items_of(opened: Opened, contents: dict[int, bytes]) -> list[AgendaItem]:
    """Return what waits for anybody, from the contents of the agenda pages."""
    found: list[AgendaItem] = []
    for number, content in contents.items():
        try:
            found += decode_agenda(content).items
        except Damaged:
            opened.note_damage("space.page_damaged", page=number)
    return found


def shown_items(opened: Opened) -> list[Item]:
    """Return what waits for anybody, as rooms see it."""
    return [
        Item(RecordId(one.record), MemberId(one.assignee), one.due_day, one.title)
        for one in items(opened)
    ]


def _pages(change: Change) -> dict[int, AgendaPage]:
    """Return the agenda pages under the lock, by number, in the order of the chain.

    Raises:
        Damaged: "space.page_damaged", "vault.agenda_damaged".
    """
    contents = change.agenda_contents()
    pages = {number: decode_agenda(content) for number, content in contents.items()}
    chain = agenda_chain(change.head.first_agenda_page, pages=pages)
    return {number: pages[number] for number in chain}


def _short(title: str) -> str:
    """Cut a title to what has room, between letters."""
    return title.encode()[:MAX_TITLE_BYTES].decode(errors="ignore")


def put_in(change: Change, item: Item) -> None:
    """Put something on the list within a change, in place of the same for the same member.

    Raises:
        Refused: "vault.space_full".
    """
    fresh = AgendaItem(item.record_id, item.assignee_id, item.due_day, WAITING, _short(item.title))
    remove_in(change, lambda one: one[:2] == fresh[:2])
    for number, page in _pages(change).items():
        if len(page.items) < ITEMS_A_PAGE:
            _set(change, number, replace(page, items=(*page.items, fresh)))
            return
    number = change.add_page(AGENDA_CHAPTER)
    _set(change, number, AgendaPage(change.head.first_agenda_page, (fresh,)))
    change.head = replace(change.head, first_agenda_page=number)


def _set(change: Change, number: int, page: AgendaPage) -> None:
    """Set an agenda page."""
    change.set_content(number, encode_agenda(page))


def _without(page: AgendaPage, is_unwanted: Callable[[AgendaItem], bool]) -> tuple[AgendaItem, ...]:
    """Return a page's items without some."""
    return tuple(item for item in page.items if not is_unwanted(item))


def remove_in(change: Change, is_unwanted: Callable[[AgendaItem], bool]) -> None:
    """Take things off the list within a change."""
    if change.head.first_agenda_page == NO_PAGE:
        return
    for number, page in _pages(change).items():
        kept = _without(page, is_unwanted)
        if kept != page.items:
            _set(change, number, replace(page, items=kept))


def forget(change: Change, records: set[int]) -> None:
    """Take everything about some records off the list within a change."""
    remove_in(change, lambda item: item.record in records)


def put(opened: Opened, item: Item) -> None:
    """Put something on the list."""
    changing(opened, lambda change: put_in(change, item))


def done(opened: Opened, *, record_id: RecordId, assignee_id: MemberId | None) -> None:
    """Take something off the list, for one member or for everybody."""

    def is_done(item: AgendaItem) -> bool:
        return item.record == record_id and assignee_id in {None, item.assignee}

    changing(opened, lambda change: remove_in(change, is_done))
