# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check agenda pages and the chain they make."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hedgerow.engines.vault.agenda import (
    AgendaItem,
    AgendaPage,
    agenda_chain,
    decode_agenda,
    encode_agenda,
)
from hedgerow.engines.vault.head import NO_PAGE
from hedgerow.kernel.errors import BadInput, Damaged

U8, U16, U64 = (st.integers(0, 2**bits - 1) for bits in (8, 16, 64))
ITEMS = st.builds(AgendaItem, U64, U64, U16, U8, st.text(max_size=15))
PAGES = st.builds(AgendaPage, U16, st.lists(ITEMS, max_size=84).map(tuple))
ITEM = AgendaItem(1, 2, 3, 4, "ужин")


@given(PAGES)
def test_a_page_is_read_as_it_was_written(page: AgendaPage) -> None:
    """Up to 84 items are read back whole, from pages of one size."""
    content = encode_agenda(page)
    assert decode_agenda(content) == page
    assert len(content) == 8_067


def test_layout_of_a_page() -> None:
    """The fields stand in the order and the sizes that the specification gives."""
    content = encode_agenda(AgendaPage(7, (ITEM,)))
    assert content[:99].hex() == (
        "0007" "01" "0000000000000001" "0000000000000002" "0003" "04" "08"
        + "ужин".encode().hex() + "00" * 68
    )  # fmt: skip
    assert not any(content[99:])


def test_what_does_not_fit_is_refused() -> None:
    """A title has at most 60 bytes; more than 84 items are a mistake of the caller."""
    with pytest.raises(BadInput, match=r"vault\.title_too_long"):
        encode_agenda(AgendaPage(NO_PAGE, (ITEM._replace(title="x" * 61),)))
    with pytest.raises(ValueError, match="85"):
        encode_agenda(AgendaPage(NO_PAGE, (ITEM,) * 85))


def altered(at: int, value: int) -> bytes:
    """Return a page of one item with another byte somewhere."""
    content = bytearray(encode_agenda(AgendaPage(7, (ITEM,))))
    content[at] = value
    return bytes(content)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        altered(0, 0)[:-1],
        altered(0, 0) + b"\0",
        altered(2, 0),
        altered(2, 85),
        altered(22, 61),
        altered(22, 7),
        altered(23, 0xFF),
        altered(60, 1),
        altered(98, 1),
        altered(8_066, 1),
    ],
)
def test_what_is_no_page_is_damage(content: bytes) -> None:
    """Wrong counts and lengths, broken text and bytes where zeros belong are damage."""
    with pytest.raises(Damaged, match=r"vault\.agenda_damaged"):
        decode_agenda(content)


@given(st.integers(0, 98), st.integers(0, 7))
def test_a_flipped_bit_is_another_page_or_damage(at: int, bit: int) -> None:
    """No two pages read the same."""
    page = AgendaPage(7, (ITEM,))
    try:
        assert decode_agenda(altered(at, encode_agenda(page)[at] ^ 1 << bit)) != page
    except Damaged:
        return


def test_the_chain_goes_from_page_to_page() -> None:
    """The head names the first page and each page the next."""
    pages = {4: AgendaPage(2, ()), 2: AgendaPage(NO_PAGE, ()), 3: AgendaPage(3, ())}
    assert agenda_chain(4, pages=pages) == [4, 2]
    assert agenda_chain(NO_PAGE, pages=pages) == []


@pytest.mark.parametrize("first", [9, 3])
def test_a_broken_chain_is_damage(first: int) -> None:
    """A chain that leads nowhere or back to itself ends in damage, not in a loop."""
    with pytest.raises(Damaged, match=r"vault\.agenda_damaged"):
        agenda_chain(first, pages={3: AgendaPage(3, ())})
