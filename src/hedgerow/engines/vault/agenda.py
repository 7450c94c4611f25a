# SPDX-License-Identifier: AGPL-3.0-or-later
"""Write and read agenda pages: what waits for whom, and until when.

Agenda pages stand in the head's list under chapter 65,534, are sealed under L and make a
chain: the head names the first, each names the next. Layout: next u16, count u8, and then
84 places of 96 bytes, those after the count zeros: record u64, assignee u64, due day u16,
state u8, title length u8, title 60, spare 16.
"""

import struct
from dataclasses import dataclass
from typing import NamedTuple

from hedgerow.engines.vault.head import NO_PAGE
from hedgerow.kernel.canonical import Reader, u8, u16
from hedgerow.kernel.errors import BadInput, Damaged

ITEMS_A_PAGE = 84
MAX_TITLE_BYTES = 60
_DAMAGED = "vault.agenda_damaged"
_ITEM = struct.Struct(">QQHBB60s16s")


class AgendaItem(NamedTuple):
    """Say that a record waits for a member.

    Attributes:
        record: The record that waits.
        assignee: The member it waits for.
        due_day: The day it should be done by, 0 for none.
        state: What the service that keeps it says of it.
        title: A few words, at most 60 bytes of UTF-8.
    """

    record: int
    assignee: int
    due_day: int
    state: int
    title: str


@dataclass(frozen=True, slots=True)
class AgendaPage:
    """Hold one page of the agenda; `next_page` is `head.NO_PAGE` at the end."""

    next_page: int
    items: tuple[AgendaItem, ...]


def encode_agenda(page: AgendaPage) -> bytes:
    """Write an agenda page.

    Raises:
        BadInput: "vault.title_too_long" when a title has more than 60 bytes.
        ValueError: There are more than 84 items.
    """
    if len(page.items) > ITEMS_A_PAGE:
        raise ValueError(len(page.items))
    items = b"".join(map(_encode_item, page.items)).ljust(ITEMS_A_PAGE * _ITEM.size, b"\0")
    return u16(page.next_page) + u8(len(page.items)) + items


def _encode_item(item: AgendaItem) -> bytes:
    """Write one place."""
    title = item.title.encode()
    if len(title) > MAX_TITLE_BYTES:
        raise BadInput("vault.title_too_long", most=MAX_TITLE_BYTES)
    return _ITEM.pack(
        item.record, item.assignee, item.due_day, item.state, len(title), title, bytes(16)
    )


def decode_agenda(content: bytes) -> AgendaPage:
    """Read an agenda page.

    Raises:
        Damaged: "vault.agenda_damaged" when the bytes are not one.
    """
    reader = Reader(content, code=_DAMAGED)
    next_page, count = reader.u16(), reader.u8()
    places = reader.take(ITEMS_A_PAGE * _ITEM.size)
    reader.end()
    if count > ITEMS_A_PAGE or any(places[count * _ITEM.size :]):
        raise Damaged(_DAMAGED)
    taken = _ITEM.iter_unpack(places[: count * _ITEM.size])
    return AgendaPage(next_page, tuple(_item(*fields) for fields in taken))


def _item(  # noqa: PLR0913, PLR0917 - one argument for each field of the place
    record: int, assignee: int, due_day: int, state: int, length: int, title: bytes, spare: bytes
) -> AgendaItem:
    """Check and name the fields of one place."""
    if length > MAX_TITLE_BYTES or any(title[length:]) or any(spare):
        raise Damaged(_DAMAGED)
    try:
        text = title[:length].decode()
    except UnicodeDecodeError:
        raise Damaged(_DAMAGED) from None
    return AgendaItem(record, assignee, due_day, state, text)


def agenda_chain(first: int, *, pages: dict[int, AgendaPage]) -> list[int]:
    """Return the numbers of the chain's pages in order.

    Args:
        first: The page the head names, or `NO_PAGE`.
        pages: The agenda pages by number.

    Raises:
        Damaged: "vault.agenda_damaged" when the chain leaves the pages or turns back.
    """
    numbers: list[int] = []
    number = first
    while number != NO_PAGE:
        if number not in pages or len(numbers) == len(pages):
            raise Damaged(_DAMAGED)
        numbers.append(number)
        number = pages[number].next_page
    return numbers
