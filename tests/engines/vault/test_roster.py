# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check the bytes of entries and the pages they stand on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hedgerow.engines.vault.primitives import hash_bytes, is_signed, signing_keys
from hedgerow.engines.vault.roster import (
    MAX_ENTRIES_A_PAGE,
    PAGE_BYTES,
    Anchor,
    Entry,
    append_to_page,
    bytes_to_sign,
    decode_entry,
    finish_entry,
    pack_pages,
    unpack_pages,
    unsigned_bytes,
)
from hedgerow.engines.vault.roster_acts import Act, Leave, Revoke, Settings
from hedgerow.kernel.errors import Damaged
from hedgerow.kernel.ids import InvitationId, MemberId, SpaceId
from tests.engines.vault.roster_world import World

WORLD = World()
GENESIS = WORLD.entries[0]


def entry_of(act: Act, seq: int = 1) -> Entry:
    """Return an entry with an empty signature."""
    unsigned = unsigned_bytes(
        act,
        space=SpaceId(5),
        previous=Anchor(seq - 1, b"p" * 32),
        actor=MemberId(6),
        day=7,
    )
    return finish_entry(unsigned, signatures=[bytes(64)])


def test_layout_of_an_entry() -> None:
    """The fields stand in the order and the sizes that the specification gives."""
    entry = entry_of(Revoke(InvitationId(9)), seq=3)
    assert entry.raw.hex() == (
        "535231" "0000000000000005" "00000003" + b"p".hex() * 32 + "03" "0000000000000006"
        "0007" "0008" "0000000000000009" "01" + "00" * 64
    )  # fmt: skip
    assert entry.hash == hash_bytes(entry.raw, person="roster-entry")
    assert entry.anchor == Anchor(3, entry.hash)


def test_signatures_are_over_all_that_stands_before_them() -> None:
    """The number of signatures is signed too, so that none can be added or taken away."""
    public = signing_keys(WORLD.seeds[1]).public
    signed = b"hedgerow roster 1" + GENESIS.raw[:-64]
    assert GENESIS.signed == bytes_to_sign(GENESIS.raw[:-64]) == signed
    assert is_signed(public, signature=GENESIS.signatures[0], message=signed)


def test_an_entry_is_read_as_it_was_written() -> None:
    """All fields are a reading of the bytes."""
    assert all(decode_entry(entry.raw) == entry for entry in WORLD.entries)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        GENESIS.raw[:-1],
        GENESIS.raw + b"\0",
        b"SR2" + GENESIS.raw[3:],
        GENESIS.raw[:47] + b"\0" + GENESIS.raw[48:],
        GENESIS.raw[:47] + b"\x10" + GENESIS.raw[48:],
        GENESIS.raw[:59],
        GENESIS.raw[:60],
        GENESIS.raw[:124],
        GENESIS.raw[:124] + b"\x02" + GENESIS.raw[125:] + bytes(64),
        GENESIS.raw[:124] + b"\0",
    ],
)
def test_what_is_no_entry_is_damage(raw: bytes) -> None:
    """Another magic or kind, a cut, more bytes and a wrong count are damage."""
    with pytest.raises(Damaged, match=r"roster\.damaged"):
        decode_entry(raw)


@given(st.binary(max_size=300))
def test_random_bytes_are_no_entry(raw: bytes) -> None:
    """Random bytes are damage, also behind a right magic."""
    for tried in (raw, b"SR1" + raw):
        with pytest.raises(Damaged):
            decode_entry(tried)


@given(st.integers(0, len(GENESIS.raw) - 1), st.integers(0, 7))
def test_a_flipped_bit_is_another_entry_or_damage(at: int, bit: int) -> None:
    """No two byte strings are the same entry."""
    raw = bytearray(GENESIS.raw)
    raw[at] ^= 1 << bit
    try:
        entry = decode_entry(bytes(raw))
    except Damaged:
        return
    assert entry.hash != GENESIS.hash
    assert entry.raw == bytes(raw)


SMALL = entry_of(Leave())
GREATER = entry_of(Settings(1, 0, 5))


@given(st.lists(st.sampled_from([SMALL, GREATER, GENESIS]), max_size=300))
def test_pages_hold_entries_in_order_and_are_filled(entries: list[Entry]) -> None:
    """No entry lies across two pages, and a page is begun only when the last is full."""
    pages = pack_pages(entries)
    assert unpack_pages(pages) == entries
    assert all(len(page) <= PAGE_BYTES for page in pages)
    first = iter(entries)
    counts = [page[0] for page in pages]
    for page, count in zip(pages, counts, strict=True):
        assert page[1:] == b"".join(next(first).raw for _ in range(count))


def test_appending_changes_the_last_page_and_those_after_it_alone() -> None:
    """What is appended gives the same pages as packing all at once."""
    entries = [SMALL] * 100
    pages = pack_pages(entries)
    grown = append_to_page(pages[-1], entries=[GREATER] * 50)
    assert pages[:-1] + grown == pack_pages(entries + [GREATER] * 50)


def test_a_page_counts_at_most_255_entries() -> None:
    """The count is one byte; an entry of 125 bytes fills a page long before that."""
    assert pack_pages([SMALL] * 64)[0][0] == 64
    assert len(pack_pages([SMALL] * 65)) == 2
    page = bytes([MAX_ENTRIES_A_PAGE]) + b"x"
    assert len(append_to_page(page, entries=[SMALL])) == 2


@pytest.mark.parametrize(
    "pages",
    [
        [b""],
        [b"\0"],
        [b"\1"],
        [b"\1" + SMALL.raw + b"\0"],
        [b"\2" + SMALL.raw],
        [b"\1" + SMALL.raw, b"\1" + SMALL.raw],
    ],
)
def test_pages_that_were_not_packed_so_are_damage(pages: list[bytes]) -> None:
    """Empty pages, wrong counts, bytes left over and pages begun too early are damage."""
    with pytest.raises(Damaged, match=r"roster\.damaged"):
        unpack_pages(pages)


@given(st.binary(max_size=400))
def test_random_bytes_are_no_page(page: bytes) -> None:
    """Random bytes are damage, never another error."""
    with pytest.raises(Damaged):
        unpack_pages([page])
