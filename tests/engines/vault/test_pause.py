# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check the bytes of pause list and friend row, and what each entry shuts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hedgerow.engines.vault import pause
from hedgerow.engines.vault.locker import LockerClass
from hedgerow.engines.vault.pause import FriendRow, FriendWords, PauseEntry, PauseKind
from hedgerow.engines.vault.primitives import BOX_OVERHEAD, sub
from hedgerow.kernel.errors import Damaged

F, W, HOLD = b"f" * 32, b"w" * 16, b"h" * 32
PAUSED = PauseEntry(F, W, PauseKind.PAUSED, 100)
LOCKED = PauseEntry(pause.lock_id(F), W, PauseKind.LOCKED, 105)
LIFTED = PauseEntry(F, W, PauseKind.LIFTED, 100)

entries = st.builds(
    PauseEntry,
    st.binary(min_size=32, max_size=32),
    st.binary(min_size=16, max_size=16),
    st.sampled_from(PauseKind),
    st.integers(min_value=0, max_value=0xFFFF),
)


def test_an_entry_is_written_as_specified() -> None:
    """Pages u16, count u8, then id 32, w 16, kind u8, day u16, spare."""
    assert pause.encode_list([PAUSED]) == [b"\x00\x01\x01" + F + W + b"\x01\x00\x64\x00"]
    assert pause.encode_list([]) == [b"\x00\x01\x00"]


def test_tags_and_keys_follow_from_the_ring() -> None:
    """List and key follow from hold, friend row and lock from the pause secret."""
    assert pause.list_tag(HOLD, 1) == sub(HOLD, "paused", 1)
    assert pause.list_key(HOLD) == sub(HOLD, "paused-key")
    assert pause.list_context(1) == ("paused", 1)
    assert pause.friend_tag(F) == sub(F, "friend")
    assert pause.friend_key(F) == sub(F, "friend-key")
    assert pause.lock_id(F) == sub(F, "lock")


def test_a_full_page_fits_its_row() -> None:
    """156 entries fill a large row, one more opens a second page, and no page is taken away."""
    room = LockerClass.LARGE.inner_bytes - BOX_OVERHEAD - 1
    (full,) = pause.encode_list([PAUSED] * 156)
    assert len(full) <= room < len(full) + 52
    assert len(pause.encode_list([PAUSED] * 157)) == 2
    assert len(pause.encode_list([], least_pages=2)) == 2


@given(st.lists(entries, max_size=400))
def test_a_list_reads_as_it_was_written(listed: list[PauseEntry]) -> None:
    """Every page says how many there are, and together they hold all entries in order."""
    pages = [pause.decode_page(content) for content in pause.encode_list(listed)]
    assert [entry for _, part in pages for entry in part] == listed
    assert {count for count, _ in pages} == {len(pages)}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\x00\x00",
        b"\x00\x01\x01",
        b"\x00\x01\x00x",
        b"\x00\x01\x01" + F + W + b"\x04\x00\x64\x00",
        b"\x00\x01\x01" + F + W + b"\x01\x00\x64\x01",
        b"\x00\x01\x9d" + bytes(157 * 52),
    ],
)
def test_what_is_no_page_is_damaged(content: bytes) -> None:
    """No pages, too few or too many bytes, an unknown kind, a filled spare: one error."""
    with pytest.raises(Damaged, match="pause_list_damaged"):
        pause.decode_page(content)


def test_what_shuts_and_for_how_long() -> None:
    """A pause shuts until it is lifted, a lock to its last day, what is lifted nothing."""
    assert pause.is_shut([PAUSED], F, day=9_000)
    assert pause.is_shut([LOCKED], F, day=105)
    assert not pause.is_shut([LOCKED], F, day=106)
    assert not pause.is_shut([LIFTED], F, day=100)
    assert not pause.is_shut([PAUSED, LOCKED], b"o" * 32, day=100)
    assert pause.are_words_shut([LOCKED], W, day=105)
    assert not pause.are_words_shut([LOCKED, LIFTED], W, day=106)


def test_a_lock_only_lengthens_and_old_entries_go() -> None:
    """A shorter lock changes nothing, a longer one does; what is over is left out."""
    for day, wanted in ((103, 105), (110, 110)):
        fresh = PauseEntry(LOCKED.id, W, PauseKind.LOCKED, day)
        (kept,) = pause.with_entry([LOCKED], fresh, day=101)
        assert kept.day == wanted
    other = PauseEntry(b"o" * 32, W, PauseKind.PAUSED, 161)
    assert pause.with_entry([LIFTED, LOCKED], other, day=160) == [LIFTED, other]
    assert pause.with_entry([LIFTED, LOCKED], other, day=161) == [other]


def test_one_account_has_one_entry() -> None:
    """A pause lifted takes the place of the pause, and the other way round."""
    assert pause.with_entry([PAUSED], LIFTED, day=100) == [LIFTED]
    assert pause.with_entry([LIFTED], PAUSED, day=100) == [PAUSED]


def test_a_friend_row_is_written_as_specified() -> None:
    """Mark 16, count u8, then tag 32 and last day u16; it reads as it was written."""
    row = FriendRow(W, (FriendWords(b"t" * 32, 258),))
    assert pause.encode_friend(row) == W + b"\x01" + b"t" * 32 + b"\x01\x02"
    assert pause.decode_friend(pause.encode_friend(row)) == row


@pytest.mark.parametrize("content", [b"", W, W + b"\x01", W + b"\x00x", W + b"\x09" + bytes(306)])
def test_what_is_no_friend_row_is_damaged(content: bytes) -> None:
    """Too few or too many bytes, or more than eight sets of words: one error."""
    with pytest.raises(Damaged, match="friend_damaged"):
        pause.decode_friend(content)


def test_new_words_shorten_the_earlier_ones_and_never_lengthen() -> None:
    """Endless ones stay seven days, ones that end sooner end then, ended ones are dropped."""
    row = FriendRow(
        W, tuple(FriendWords(bytes([k]) * 32, day) for k, day in enumerate((0, 102, 99)))
    )
    after = row.with_new(FriendWords(b"n" * 32, 0), day=100)
    assert [one.last_day for one in after.given] == [107, 102, 0]
    assert after.names(bytes(32), day=107)
    assert not after.names(bytes(32), day=108)


def test_a_ninth_set_of_words_drops_the_oldest() -> None:
    """Eight are good at once."""
    row = FriendRow(W)
    for k in range(9):
        row = row.with_new(FriendWords(bytes([k]) * 32, 0), day=100)
    assert [one.tag[0] for one in row.given] == list(range(1, 9))
