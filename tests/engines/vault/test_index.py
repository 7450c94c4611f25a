# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check that index pages list records exactly and that nothing else parses as one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hedgerow.engines.vault import index
from hedgerow.engines.vault.index import IndexEntry, decode_page, decode_some, encode_page
from hedgerow.kernel.errors import BadInput, Damaged, NotFound, Refused

U8, U16, U32, U64 = (st.integers(0, 2**bits - 1) for bits in (8, 16, 32, 64))
ENTRIES = st.builds(
    IndexEntry,
    *(U64, U16, U16, U16, U32, U32, U64, U64),
    st.binary(min_size=32, max_size=32),
    st.binary(min_size=16, max_size=16),
    *(U16, U8, U8),
    st.binary(max_size=160),
)
ENTRY = IndexEntry(1, 2, 3, 4, 5, 6, 7, 8, b"k" * 32, b"d" * 16, 9, 3, 7, "Заметка".encode())


@given(st.lists(ENTRIES, max_size=31))
def test_a_page_is_read_as_it_was_written(entries: list[IndexEntry]) -> None:
    """Up to 31 entries are read back whole and in order."""
    content = encode_page(entries)
    assert decode_page(content) == tuple(entries)
    assert len(content) == 1 + 256 * len(entries)


def test_layout_of_an_entry() -> None:
    """The fields stand in the order and the sizes that the specification gives."""
    title = ENTRY.title
    assert encode_page([ENTRY]).hex() == (
        "01" "0000000000000001" "0002" "0003" "0004" "00000005" "00000006" "0000000000000007"
        "0000000000000008" + "6b" * 32 + "64" * 16 + "0009" "03" "07" "0e" + title.hex()
        + "00" * (165 - len(title))
    )  # fmt: skip


def test_what_an_entry_says_of_title_and_size() -> None:
    """A title is text where the kind keeps one; the size is mantissa times a power of two."""
    assert (ENTRY.text, ENTRY.size) == ("Заметка", 384)
    with pytest.raises(Damaged, match=r"vault\.page_damaged"):
        _ = ENTRY._replace(title=b"\xff").text


def test_a_page_holds_31_entries() -> None:
    """The 32nd entry needs another page."""
    with pytest.raises(Refused, match=r"vault\.page_full"):
        encode_page([ENTRY] * 32)
    with pytest.raises(Refused, match=r"vault\.page_full"):
        index.added([ENTRY] * 31, ENTRY)


def test_a_long_title_is_refused() -> None:
    """A title has at most 160 bytes."""
    with pytest.raises(BadInput, match=r"vault\.title_too_long"):
        encode_page([ENTRY._replace(title=b"x" * 161)])


def test_entries_are_added_replaced_and_removed() -> None:
    """A page changes by the record's id and keeps the order of the others."""
    one, other = ENTRY, ENTRY._replace(record=2)
    page = index.added((one,), other)
    assert page == (one, other)
    fresh = one._replace(version=4)
    assert index.replaced(page, fresh) == (fresh, other)
    assert index.removed(page, 1) == (other,)
    assert index.found(page, 2) == other


def test_a_record_that_is_not_listed_is_not_found() -> None:
    """Neither is it replaced nor removed nor found."""
    for act in (index.found, index.removed):
        with pytest.raises(NotFound, match=r"vault\.no_record"):
            act((ENTRY,), 9)
    with pytest.raises(NotFound, match=r"vault\.no_record"):
        index.replaced((ENTRY,), ENTRY._replace(record=9))


def altered(at: int, value: int) -> bytes:
    """Return a page of one entry with another byte somewhere."""
    content = bytearray(encode_page([ENTRY]))
    content[at] = value
    return bytes(content)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x20" + bytes(32 * 256),
        encode_page([ENTRY])[:-1],
        encode_page([ENTRY]) + b"\0",
        altered(0, 2),
        altered(91, 161),
        altered(91, 255),
        altered(91, 13),
        altered(256, 1),
    ],
)
def test_what_is_no_page_is_damage(content: bytes) -> None:
    """Wrong counts, lengths and bytes behind a title are damage."""
    with pytest.raises(Damaged, match=r"vault\.page_damaged"):
        decode_page(content)


@given(st.binary(max_size=600))
def test_random_bytes_are_a_page_or_damage(content: bytes) -> None:
    """Whatever is read either is exactly one page or is damage, never another error."""
    try:
        page = decode_page(content)
    except Damaged:
        return
    assert encode_page(page) == content


@given(st.integers(0, 256), st.integers(0, 7))
def test_a_flipped_bit_is_another_page_or_damage(at: int, bit: int) -> None:
    """No two pages read the same."""
    content = encode_page([ENTRY])
    try:
        assert decode_page(altered(at, content[at] ^ 1 << bit)) != (ENTRY,)
    except Damaged:
        return


def test_some_entries_are_read_without_the_others() -> None:
    """Entries of some records or kinds are those that a whole reading gives, and no others."""
    entries = tuple(ENTRY._replace(record=n, kind=n % 3) for n in range(31))
    content = encode_page(entries)
    wanted = decode_some(content, records={4, 99}, kinds={2})
    assert wanted == tuple(one for one in entries if one.record == 4 or one.kind == 2)
    assert decode_some(content, records=(), kinds=()) == ()


def test_a_damaged_page_is_refused_also_for_some_entries() -> None:
    """A page of the wrong length, or a wanted entry whose title overflows, is damaged."""
    content = encode_page((ENTRY._replace(record=1), ENTRY._replace(record=2)))
    for broken in (b"", content[:-1], content + b"x"):
        with pytest.raises(Damaged):
            decode_some(broken, records={1}, kinds=())
    overflowing = content[:-1] + b"x"
    assert len(decode_some(overflowing, records={1}, kinds=())) == 1
    with pytest.raises(Damaged):
        decode_some(overflowing, records={2}, kinds=())
