# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check that a keyring keeps what an account knows, however its states meet."""

import random
from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hedgerow.engines.vault.account import AccountKeys
from hedgerow.engines.vault.keyring import (
    ENTRY_BYTES,
    NO_FLAGS,
    ZEROS,
    Flag,
    Keyring,
    KeyringEntry,
    Pending,
    PendingKind,
    after_delivery,
    decode_pages,
    decode_pending,
    encode_entry,
    encode_pages,
    encode_pending,
    merge,
    merge_entries,
    new_entry,
    open_pages,
    open_pending,
    seal_pages,
    seal_pending,
    tombstone,
    with_pending,
)
from hedgerow.engines.vault.locker import LockerClass
from hedgerow.kernel.errors import Damaged, Refused
from hedgerow.kernel.ids import MemberId, SpaceId

DRAW = random.Random(5).randbytes
ACCOUNT = AccountKeys(bytes(range(32)))
PAUSE = b"f" * 32
VEIL = b"v" * 32
U16 = st.integers(0, 0xFFFF)
U32 = st.integers(0, 0xFFFF_FFFF)
IDS = st.integers(1, (1 << 62) - 1)
KEYS = st.binary(min_size=32, max_size=32)
FLAGS = st.sampled_from([NO_FLAGS, Flag.LEFT, Flag.LEFT | Flag.LEFT_DELIVERED])
ENTRIES = st.builds(
    KeyringEntry,
    space_id=IDS.map(SpaceId),
    member_id=IDS.map(MemberId),
    seed=KEYS,
    door=KEYS,
    genesis=KEYS,
    generation=U32,
    horizon=U16,
    rekeys=U16,
    space_key=KEYS,
    chapter_key=KEYS,
    anchor_seq=U32,
    anchor_hash=KEYS,
    seen=U32,
    flags=FLAGS,
)
FEW = st.integers(0, 2)
SHORT_KEYS = st.sampled_from([b"a" * 32, b"b" * 32])
STATES = st.builds(
    KeyringEntry,
    space_id=st.just(SpaceId(1)),
    member_id=st.just(MemberId(2)),
    seed=SHORT_KEYS,
    door=st.just(b"d" * 32),
    genesis=st.sampled_from([ZEROS, b"g" * 32]),
    generation=FEW,
    horizon=FEW,
    rekeys=FEW,
    space_key=SHORT_KEYS,
    chapter_key=SHORT_KEYS,
    anchor_seq=FEW,
    anchor_hash=SHORT_KEYS,
    seen=FEW,
    flags=FLAGS,
)


def _entry(space: int = 1, member: int = 2) -> KeyringEntry:
    """Make an entry in which each field has a value of its own."""
    return KeyringEntry(
        SpaceId(space),
        MemberId(member),
        seed=b"s" * 32,
        door=b"d" * 32,
        genesis=b"g" * 32,
        generation=3,
        horizon=4,
        rekeys=5,
        space_key=b"l" * 32,
        chapter_key=b"k" * 32,
        anchor_seq=6,
        anchor_hash=b"h" * 32,
        seen=7,
    )


def _keyring(*entries: KeyringEntry) -> Keyring:
    return Keyring(PAUSE, entries)


def _many(count: int) -> Keyring:
    return _keyring(*(_entry(space) for space in range(1, count + 1)))


def test_layout_of_an_entry() -> None:
    """An entry has 226 bytes, its fields in the order that the layout gives."""
    entry = replace(_entry(), flags=Flag.LEFT | Flag.LEFT_DELIVERED)
    written = encode_entry(entry)
    assert len(written) == ENTRY_BYTES == 226
    assert written == b"".join(
        (
            bytes.fromhex("0000000000000001 0000000000000002"),
            b"s" * 32 + b"d" * 32 + b"g" * 32,
            bytes.fromhex("00000003 0004 0005"),
            b"l" * 32 + b"k" * 32,
            bytes.fromhex("00000006"),
            b"h" * 32,
            bytes.fromhex("00000007 0003"),
        )
    )


def test_layout_of_pages() -> None:
    """Each page says version, pages and entries; page 0 alone holds F."""
    first, second = encode_pages(_many(36))
    assert first[:35] == bytes([1, 2, 35]) + PAUSE
    assert second == bytes([1, 2, 1]) + encode_entry(_entry(36))
    assert encode_pages(_keyring()) == [bytes([1, 1, 0]) + PAUSE]


@pytest.mark.parametrize(("count", "pages"), [(0, 1), (1, 1), (35, 1), (36, 2), (280, 8)])
def test_a_page_holds_35_spaces(count: int, pages: int) -> None:
    """The 36th space opens a second page; eight pages hold 280."""
    written = encode_pages(_many(count))
    assert len(written) == pages
    assert decode_pages(written) == _many(count)


def test_no_more_than_eight_pages() -> None:
    """A keyring of more than 280 spaces is neither written nor made."""
    for act in (
        lambda: encode_pages(_many(281)),
        lambda: _many(280).with_entry(_entry(281)),
        lambda: merge(_many(280), _keyring(_entry(281))),
    ):
        with pytest.raises(Refused) as caught:
            act()
        assert (caught.value.code, caught.value.details) == ("account.full", {"limit": 280})


@given(st.lists(ENTRIES, max_size=40), KEYS)
def test_keyring_is_read_again(entries: list[KeyringEntry], pause_secret: bytes) -> None:
    """What is written on pages is read from them."""
    keyring = Keyring(pause_secret, tuple(entries))
    assert decode_pages(encode_pages(keyring)) == keyring


def test_damaged_pages_are_refused() -> None:
    """Missing, surplus or exchanged pages, other versions, flags and sizes are damaged."""
    one, (first, second) = encode_pages(_many(1))[0], encode_pages(_many(36))
    wrong: list[list[bytes]] = [
        [],
        [b""],
        [first],
        [second, first],
        [first, second, second],
        [one, one],
        [b"\2" + one[1:]],
        [one[:2] + b"\2" + one[3:]],
        [one[:2] + b"\0" + one[3:]],
        [one[:-1]],
        [one + b"\0"],
        [one[:-1] + b"\4"],
        [bytes([1, 9]) + page[2:] for page in (*encode_pages(_many(280)), second)],
    ]
    for pages in wrong:
        with pytest.raises(Damaged, match=r"vault\.keyring_damaged"):
            decode_pages(pages)


@given(st.lists(st.binary(max_size=300), max_size=3))
def test_pages_are_parsed_totally(pages: list[bytes]) -> None:
    """Any bytes either are a keyring, and then written so, or damaged."""
    try:
        read: Keyring | str = decode_pages(pages)
    except Damaged as error:
        read = error.code
    if isinstance(read, Keyring):
        assert b"".join(map(encode_entry, read.entries)) in b"".join(pages)
    else:
        assert read == "vault.keyring_damaged"


def test_sealed_pages_open_again() -> None:
    """Pages stand at the account's locators, all of one size, and open to the same keyring."""
    sealed = seal_pages(_many(36), ACCOUNT, veil=VEIL, random=DRAW)
    assert [tag for tag, _ in sealed] == ACCOUNT.locators()[:2]
    assert {len(inner) for _, inner in sealed} == {LockerClass.LARGE.inner_bytes}
    assert open_pages([inner for _, inner in sealed], ACCOUNT) == _many(36)


def test_sealed_pages_are_tied_to_account_and_place() -> None:
    """Pages of another account, or in another order, do not open."""
    inners = [inner for _, inner in seal_pages(_many(36), ACCOUNT, veil=VEIL, random=DRAW)]
    for shown, account in ((inners, AccountKeys(bytes(32))), (inners[::-1], ACCOUNT)):
        with pytest.raises(Damaged, match=r"vault\.box_refused"):
            open_pages(shown, account)


def test_entries_are_found_put_and_dropped() -> None:
    """A membership is replaced where it stands, added at the end, and dropped alone."""
    first, second, changed = _entry(1), _entry(2), replace(_entry(1), seen=99)
    keyring = _keyring(first).with_entry(second)
    assert keyring.entries == (first, second)
    assert keyring.with_entry(changed).entries == (changed, second)
    assert keyring.without(first).entries == (second,)
    assert keyring.entry(SpaceId(2)) == second
    assert keyring.entry(SpaceId(3)) is None


def test_a_full_keyring_can_still_change() -> None:
    """The last place taken hinders no change of a membership that is there."""
    changed = replace(_entry(280), seen=99)
    assert _many(280).with_entry(changed).entry(SpaceId(280)) == changed


def test_tombstone_keeps_ids_alone() -> None:
    """Of a space that was left nothing remains that opens it."""
    bare = tombstone(_entry())
    assert encode_entry(bare) == bytes(7) + b"\1" + bytes(7) + b"\2" + bytes(209) + b"\1"
    assert bare.is_left
    assert not _entry().is_left
    assert tombstone(bare) == bare


def test_tombstone_hides_no_new_membership() -> None:
    """Who left a space and joined it again has a living entry beside the tombstone."""
    left, again = tombstone(_entry(1, 2)), _entry(1, 3)
    keyring = _keyring(left).with_entry(again)
    assert keyring.entries == (left, again)
    assert keyring.entry(SpaceId(1)) == again
    assert _keyring(left).entry(SpaceId(1)) is None
    assert merge(keyring, _keyring(_entry(1, 2), again)) == keyring


def test_new_entry_has_ids_seed_and_door() -> None:
    """A membership only just begun has neither keys nor anchor."""
    entry = new_entry(SpaceId(1), MemberId(2), seed=b"s" * 32, door=b"d" * 32)
    assert encode_entry(entry) == encode_entry(_entry())[:80] + bytes(146)


@given(STATES, STATES)
def test_each_part_is_taken_from_the_state_that_is_ahead(
    one: KeyringEntry, other: KeyringEntry
) -> None:
    """More rekeys bring the seed, generation and then horizon the keys, higher marks win."""
    merged = merge_entries(one, other)
    if one.is_left or other.is_left:
        assert merged == tombstone(replace(one, flags=one.flags | other.flags))
        return
    behind, ahead = sorted((one, other), key=lambda entry: entry.rekeys)
    if behind.rekeys < ahead.rekeys:
        assert (merged.seed, merged.rekeys) == (ahead.seed, ahead.rekeys)
    behind, ahead = sorted((one, other), key=lambda entry: (entry.generation, -entry.horizon))
    assert (merged.generation, merged.horizon) == (ahead.generation, ahead.horizon)
    if (behind.generation, behind.horizon) != (ahead.generation, ahead.horizon):
        assert (merged.space_key, merged.chapter_key) == (ahead.space_key, ahead.chapter_key)
    behind, ahead = sorted((one, other), key=lambda entry: entry.anchor_seq)
    if behind.anchor_seq < ahead.anchor_seq:
        assert (merged.anchor_seq, merged.anchor_hash) == (ahead.anchor_seq, ahead.anchor_hash)
    assert merged.seen == max(one.seen, other.seen)
    assert merged.flags == NO_FLAGS


@given(st.lists(STATES, min_size=3, max_size=3))
def test_order_of_merging_does_not_matter(states: list[KeyringEntry]) -> None:
    """Three sessions come to one state, whoever meets whom first."""
    results = {
        encode_entry(merge_entries(merge_entries(one, two), three))
        for one, two, three in permutations(states)
    }
    assert len(results) == 1


@given(STATES)
def test_merging_again_changes_nothing(state: KeyringEntry) -> None:
    """A state merged with what it already holds stays as it is."""
    once = merge_entries(state, state)
    assert merge_entries(once, state) == once
    assert once == (tombstone(state) if state.is_left else state)


def test_merged_keyrings_hold_the_spaces_of_both() -> None:
    """Spaces known to either session are known to both afterwards."""
    ahead = replace(_entry(2), seen=99)
    merged = merge(_keyring(_entry(1), _entry(2)), _keyring(ahead, _entry(3)))
    assert merged == _keyring(_entry(1), ahead, _entry(3))


def test_keyrings_of_two_accounts_are_not_merged() -> None:
    """Another F is another account."""
    with pytest.raises(Damaged, match=r"vault\.keyring_damaged"):
        merge(_keyring(), Keyring(bytes(32)))


def test_layout_of_a_pending_row() -> None:
    """Kind, F, entry and the invitation's secret stand one after another."""
    pending = Pending(PendingKind.REKEY, PAUSE, _entry(), invitation=b"i" * 32)
    assert encode_pending(pending) == b"\4" + PAUSE + encode_entry(_entry()) + b"i" * 32
    assert encode_pending(Pending(PendingKind.JOIN, PAUSE, _entry())).endswith(bytes(32))


@given(st.sampled_from(PendingKind), ENTRIES, KEYS)
def test_pending_row_opens_again(kind: PendingKind, entry: KeyringEntry, secret: bytes) -> None:
    """A pending row is sealed to a small locker's size and read as it was."""
    pending, tag = Pending(kind, PAUSE, entry, secret), ACCOUNT.pending_tag(3)
    inner = seal_pending(pending, ACCOUNT, tag=tag, random=DRAW)
    assert len(inner) == LockerClass.SMALL.inner_bytes
    assert open_pending(inner, ACCOUNT, tag=tag) == pending
    for account, place in ((AccountKeys(bytes(32)), 3), (ACCOUNT, 4)):
        with pytest.raises(Damaged, match=r"vault\.box_refused"):
            open_pending(inner, account, tag=ACCOUNT.pending_tag(place))


def test_damaged_pending_rows_are_refused() -> None:
    """A row of another size, kind or flag is damaged."""
    good = encode_pending(Pending(PendingKind.JOIN, PAUSE, _entry()))
    flags = 1 + 32 + ENTRY_BYTES - 1
    wrong = [b"", good[:-1], good + b"\0", b"\0" + good[1:], b"\5" + good[1:]]
    for content in [*wrong, good[:flags] + b"\4" + good[flags + 1 :]]:
        with pytest.raises(Damaged, match=r"vault\.keyring_damaged"):
            decode_pending(content)


@pytest.mark.parametrize(
    ("kind", "invitation", "is_unfinished"),
    [
        (PendingKind.JOIN, b"i" * 32, True),
        (PendingKind.JOIN, ZEROS, False),
        (PendingKind.OPEN, ZEROS, False),
        (PendingKind.LEFT, ZEROS, False),
        (PendingKind.REKEY, ZEROS, True),
    ],
)
def test_unfinished_rows_wait(
    kind: PendingKind,
    invitation: bytes,
    is_unfinished: bool,  # noqa: FBT001 -- expected
) -> None:
    """A join with its invitation's secret, and a rekey, count only once they are finished."""
    pending = Pending(kind, PAUSE, _entry(9), invitation)
    assert pending.is_unfinished is is_unfinished
    merged = with_pending(_keyring(_entry(1)), [pending])
    assert len(merged.entries) == (1 if is_unfinished else 2)


def test_pending_rows_are_merged() -> None:
    """Spaces joined and opened are added; a space left becomes a tombstone and stays one."""
    rows = [
        Pending(PendingKind.LEFT, PAUSE, _entry(1)),
        Pending(PendingKind.JOIN, PAUSE, _entry(1)),
        Pending(PendingKind.JOIN, PAUSE, _entry(2)),
        Pending(PendingKind.OPEN, PAUSE, _entry(3)),
    ]
    left = tombstone(_entry(1))
    assert with_pending(_keyring(_entry(1)), rows) == _keyring(left, _entry(2), _entry(3))


def test_pending_rows_of_another_account_are_refused() -> None:
    """A row with another F is not merged, finished or not."""
    for kind in (PendingKind.JOIN, PendingKind.REKEY):
        with pytest.raises(Damaged, match=r"vault\.keyring_damaged"):
            with_pending(_keyring(), [Pending(kind, bytes(32), _entry())])


def test_tombstones_last_until_the_second_delivery() -> None:
    """Found delivered once, a tombstone is marked and stays; found marked, it is dropped."""
    keyring = _keyring(tombstone(_entry(1)), _entry(2))
    once = after_delivery(keyring)
    assert [one.flags for one in once.entries] == [Flag.LEFT | Flag.LEFT_DELIVERED, NO_FLAGS]
    assert once.entry(SpaceId(1)) is None
    assert after_delivery(once) == _keyring(_entry(2))


def test_a_marked_tombstone_still_wins() -> None:
    """An old session that has the space alive does not bring it back."""
    once = after_delivery(_keyring(tombstone(_entry(1))))
    for merged in (merge(once, _keyring(_entry(1))), merge(_keyring(_entry(1)), once)):
        assert merged == once
