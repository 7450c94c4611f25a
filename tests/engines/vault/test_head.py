# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check that a head says what stands where, and that nothing else parses as one."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hedgerow.engines.vault import head as heads
from hedgerow.engines.vault.head import (
    MAX_FEED,
    MAX_PAGES,
    NO_PAGE,
    FeedLine,
    Head,
    PageRef,
    decode_head,
    encode_head,
    with_page,
    with_write,
)
from hedgerow.kernel.errors import BadInput, Damaged, Refused

LINE = FeedLine(0, 11, 0, 3, 22, 33, 44)
HEAD = Head(5, 1, 2, 9, bytes(range(32)), 1, 1, "Küche", (PageRef(0, 3), PageRef(65_534, 5)), ())
U16, U32, U64 = (st.integers(0, 2**bits - 1) for bits in (16, 32, 64))
HEADS = st.builds(
    Head,
    *(U32, U32, U16, U32, st.binary(min_size=32, max_size=32), U16, st.just(NO_PAGE)),
    st.text(max_size=30),
    st.lists(st.builds(PageRef, U16, U32), max_size=20).map(tuple),
    st.lists(st.builds(FeedLine, U32, U64, U16, U16, U64, U32, U16), max_size=64).map(tuple),
)


@given(HEADS)
def test_a_head_is_read_as_it_was_written(head: Head) -> None:
    """Every head has one encoding, and it is read back whole."""
    assert decode_head(encode_head(head)) == head


def test_layout_of_a_head() -> None:
    """The fields stand in the order and the sizes that the specification gives."""
    head = replace(HEAD, feed=(FeedLine(5, 1, 2, 3, 4, 6, 7),))
    assert encode_head(head).hex() == (
        "00000005" "00000001" "0002" "00000009" + bytes(range(32)).hex() + "0001" "0001"
        "06" + "Küche".encode().hex() + "0002" "0000" "00000003" "fffe" "00000005"
        "01" "00000005" "0000000000000001" "0002" "0003" "0000000000000004" "00000006" "0007"
    )  # fmt: skip


def test_a_full_head_fits_its_row() -> None:
    """The greatest head leaves room in a large row, whose content is at most 8,119 bytes."""
    full = replace(
        HEAD, name="x" * 120, pages=(PageRef(0, 0),) * MAX_PAGES, feed=(LINE,) * MAX_FEED
    )
    assert len(encode_head(full)) == 7_494


def test_a_long_name_is_refused() -> None:
    """A name is counted in bytes, at most 120 of them."""
    with pytest.raises(BadInput, match=r"vault\.name_too_long"):
        encode_head(replace(HEAD, name="ж" * 61))


@pytest.mark.parametrize(
    "wrong",
    [
        {"pages": (PageRef(0, 0),) * (MAX_PAGES + 1)},
        {"feed": (LINE,) * (MAX_FEED + 1)},
        {"first_agenda_page": 2},
    ],
)
def test_counts_and_places_outside_the_limits_are_damage(wrong: dict[str, object]) -> None:
    """Too many pages or lines, or an agenda that begins nowhere, is no head."""
    with pytest.raises(Damaged, match=r"vault\.head_damaged"):
        decode_head(encode_head(replace(HEAD, **wrong)))  # type: ignore[arg-type]  # wrong on purpose


def test_an_overlong_name_is_damage() -> None:
    """A name of more than 120 bytes is no head either."""
    raw = encode_head(replace(HEAD, name="x" * 120))
    at = raw.index(b"\x78xxx")
    with pytest.raises(Damaged, match=r"vault\.head_damaged"):
        decode_head(raw[:at] + b"\x79x" + raw[at + 1 :])


@given(st.binary(max_size=400))
def test_random_bytes_are_a_head_or_damage(content: bytes) -> None:
    """Whatever is read either is exactly one head or is damage, never another error."""
    try:
        head = decode_head(content)
    except Damaged:
        return
    assert encode_head(head) == content


@given(HEADS, st.data())
def test_altered_bytes_are_another_head_or_damage(head: Head, data: st.DataObject) -> None:
    """A flipped bit or a cut never passes for the head that was written."""
    raw = bytearray(encode_head(head))
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] ^= 1 << data.draw(st.integers(0, 7))
    for content in (bytes(raw), bytes(raw[:at])):
        try:
            assert decode_head(content) != head
        except Damaged:
            continue


def test_each_write_raises_the_revision_and_adds_a_line() -> None:
    """What is written last stands first, under the new revision, and 64 lines are kept."""
    head = with_write(HEAD, LINE)
    assert (head.revision, head.feed) == (6, (LINE._replace(revision=6),))
    for _ in range(MAX_FEED):
        head = with_write(head, LINE)
    assert [line.revision for line in head.feed] == list(range(70, 6, -1))


def test_a_written_page_bears_the_revision_of_its_write() -> None:
    """A page never has a revision it had before, however often it is written."""
    head = with_page(with_write(HEAD, LINE), number=0, chapter=0, is_keeper=False)
    assert head.pages == (PageRef(0, 6), PageRef(65_534, 5))
    head = with_page(with_write(head, LINE), number=2, chapter=2, is_keeper=False)
    assert head.pages[2] == PageRef(2, 7)


@pytest.mark.parametrize(("is_keeper", "limit"), [(False, 810), (True, 900)])
def test_a_tenth_of_the_pages_is_kept_for_keepers(*, is_keeper: bool, limit: int) -> None:
    """Writers fill nine tenths of a space, keepers all of it; written pages stay writable."""
    full = replace(HEAD, pages=(PageRef(0, 0),) * limit)
    with pytest.raises(Refused, match=r"vault\.space_full"):
        with_page(full, number=limit, chapter=0, is_keeper=is_keeper)
    less = replace(HEAD, pages=full.pages[1:])
    more = with_page(less, number=limit - 1, chapter=0, is_keeper=is_keeper)
    assert len(more.pages) == limit
    assert with_page(full, number=3, chapter=0, is_keeper=False).pages[3].revision == 5


def test_news_are_what_was_written_after_the_seen_mark() -> None:
    """Lines above a mark are news; a full feed that begins later has forgotten some."""
    head = HEAD
    for _ in range(MAX_FEED):
        head = with_write(head, LINE)
    assert [line.revision for line in head.news_since(67)] == [69, 68]
    assert not head.forgot_since(5)
    assert head.forgot_since(4)
    assert not with_write(HEAD, LINE).forgot_since(0)
    assert heads.NO_PAGE == 65_535
