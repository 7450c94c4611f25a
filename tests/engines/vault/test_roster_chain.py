# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check that a chain is believed only whole, in order, signed, and through the anchor."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hedgerow.engines.vault.roster import Anchor, Entry, decode_entry, pack_pages, unpack_pages
from hedgerow.engines.vault.roster_acts import Leave, Remove, Revoke, Role, SetRole
from hedgerow.engines.vault.roster_chain import apply, are_current, extend, follow
from hedgerow.engines.vault.roster_state import RosterState
from hedgerow.engines.vault.tags import NO_CHAPTERS, SpaceKeys
from hedgerow.kernel.errors import Damaged, Refused
from hedgerow.kernel.ids import InvitationId, SpaceId
from tests.engines.vault.roster_world import FOUNDER, SPACE, World


def lively() -> World:
    """Return a space in which a little of everything happened."""
    world = World(seed=3)
    world.add()
    reader = world.add(Role.READER)
    world.open_chapter()
    world.add(Role.EDITOR, 1)
    world.do(Revoke(InvitationId(world.invite())))
    world.do(Remove(reader))
    world.turn()
    world.add_probationer()
    return world


WORLD = lively()
ENTRIES = WORLD.entries
END = ENTRIES[-1].anchor
GENESIS = ENTRIES[0].hash


def followed(
    entries: list[Entry],
    *,
    head: Anchor | None = None,
    anchor: Anchor | None = None,
    genesis: bytes = GENESIS,
    space: SpaceId = SPACE,
) -> RosterState:
    """Follow entries to their end, or to where a head says."""
    end = head or (entries[-1].anchor if entries else END)
    return follow(entries, space=space, genesis_hash=genesis, head=end, anchor=anchor)


def test_a_reader_comes_to_the_state_of_the_writers() -> None:
    """Following the pages gives what applying the entries one by one gave."""
    assert followed(unpack_pages(pack_pages(ENTRIES))) == WORLD.state


@pytest.mark.parametrize("seq", range(len(ENTRIES) + 1))
def test_any_place_on_the_chain_is_an_anchor(seq: int) -> None:
    """Whoever verified the chain up to a place comes to the same state."""
    anchor = ENTRIES[seq - 1].anchor if seq else Anchor(0, bytes(32))
    assert followed(ENTRIES, anchor=anchor) == WORLD.state


def with_bad_signature(entry: Entry) -> Entry:
    """Return an entry whose first signature is wrong."""
    tail = 64 * len(entry.signatures)
    raw = bytearray(entry.raw)
    raw[-tail] ^= 1
    return decode_entry(bytes(raw))


@pytest.mark.parametrize("place", range(1, len(ENTRIES)))
def test_each_signature_is_checked(place: int) -> None:
    """A chain that ends in an entry with a wrong signature is forged, whatever the entry."""
    chain = [*ENTRIES[:place], with_bad_signature(ENTRIES[place])]
    with pytest.raises(Damaged, match=r"roster\.forged") as caught:
        followed(chain)
    assert caught.value.details == {"seq": place + 1, "rule": "roster.forged_signature"}


def test_the_first_signature_is_checked() -> None:
    """Even the hash that a keyring carries does not make an unsigned founding good."""
    chain = [with_bad_signature(ENTRIES[0])]
    with pytest.raises(Damaged, match=r"roster\.forged"):
        followed(chain, genesis=chain[0].hash)


def test_signatures_below_the_anchor_are_not_checked_again() -> None:
    """The anchor's hash covers them; rules are followed all the same to make the state."""
    chain = [with_bad_signature(ENTRIES[0])]
    state = followed(chain, genesis=chain[0].hash, anchor=chain[0].anchor)
    assert list(state.members) == [FOUNDER]


def test_another_space_is_refused() -> None:
    """A chain with another genesis, or none at all, or of another id, is not this space."""
    for entries, genesis in ((World(seed=4).entries, GENESIS), ([], GENESIS)):
        with pytest.raises(Damaged, match=r"roster\.other_space"):
            followed(entries, genesis=genesis)
    with pytest.raises(Damaged, match=r"roster\.forged"):
        followed(ENTRIES, space=SpaceId(9))


@pytest.mark.parametrize("length", range(1, len(ENTRIES)))
def test_a_chain_cut_short_is_refused(length: int) -> None:
    """It disagrees with the head; with a head put back as well it lies behind the anchor."""
    with pytest.raises(Damaged, match=r"roster\.head_disagrees"):
        followed(ENTRIES[:length], head=END)
    with pytest.raises(Damaged, match=r"roster\.rolled_back"):
        followed(ENTRIES[:length], anchor=END)


def test_a_fork_is_refused() -> None:
    """A chain that is valid in itself but passes the anchor by is a fork."""
    other = World(seed=3)
    other.day += 1
    other.do(Revoke(InvitationId(other.invite())))
    assert other.entries[0].hash == GENESIS
    with pytest.raises(Damaged, match=r"roster\.fork"):
        followed(other.entries, anchor=ENTRIES[2].anchor)


def test_the_head_must_name_the_last_entry() -> None:
    """Neither a longer chain nor another hash agrees with the head."""
    with pytest.raises(Damaged, match=r"roster\.head_disagrees"):
        followed(ENTRIES, head=ENTRIES[-2].anchor)
    with pytest.raises(Damaged, match=r"roster\.head_disagrees"):
        followed(ENTRIES, head=Anchor(END.seq, bytes(32)))


@given(st.permutations(range(len(ENTRIES))))
def test_entries_in_another_order_are_refused(order: list[int]) -> None:
    """Only the order of writing is a chain."""
    chain = [ENTRIES[place] for place in order]
    if chain == ENTRIES:
        return
    with pytest.raises(Damaged):
        followed(chain)


@given(st.integers(0, len(ENTRIES) - 1), st.integers(0, len(ENTRIES)))
def test_replayed_and_dropped_entries_are_refused(taken: int, put: int) -> None:
    """An entry stands once, at its place, and none may lack."""
    with pytest.raises(Damaged):
        followed([*ENTRIES[:put], ENTRIES[taken], *ENTRIES[put:]])
    without = [*ENTRIES[:taken], *ENTRIES[taken + 1 :]]
    with pytest.raises(Damaged):
        followed(without, head=END)


@given(st.data())
def test_a_flipped_bit_anywhere_is_refused(data: st.DataObject) -> None:
    """Pages with one other bit never verify, also when the head is altered to fit."""
    pages = [bytearray(page) for page in pack_pages(ENTRIES)]
    page = data.draw(st.sampled_from(pages))
    page[data.draw(st.integers(0, len(page) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(Damaged):
        followed(unpack_pages(bytes(one) for one in pages))


def test_what_was_appended_extends_a_state() -> None:
    """A session that keeps a state needs only the entries after it."""
    early = followed(ENTRIES[:4])
    for entries in (ENTRIES, ENTRIES[3:], ENTRIES[4:]):
        assert extend(early, entries, head=END) == WORLD.state
    assert early == followed(ENTRIES[:4])
    assert extend(WORLD.state, [], head=END) == WORLD.state


def test_only_the_right_entries_extend_a_state() -> None:
    """Gaps, forks, cuts, forged entries and other heads are refused as in a whole chain."""
    early = followed(ENTRIES[:4])
    with pytest.raises(Damaged, match=r"roster\.rolled_back"):
        extend(WORLD.state, ENTRIES[:4], head=ENTRIES[3].anchor)
    with pytest.raises(Damaged, match=r"roster\.fork"):
        extend(early, ENTRIES[5:], head=END)
    with pytest.raises(Damaged, match=r"roster\.fork"):
        extend(WORLD.state, [], head=Anchor(END.seq, bytes(32)))
    with pytest.raises(Damaged, match=r"roster\.head_disagrees"):
        extend(early, ENTRIES[4:-1], head=END)
    forged = with_bad_signature(ENTRIES[4])
    with pytest.raises(Damaged, match=r"roster\.forged"):
        extend(early, [forged], head=forged.anchor)


def test_a_state_is_not_changed_by_judging_an_entry() -> None:
    """Neither a valid nor a refused entry touches the state it is judged by."""
    world = lively()
    before = world.followed()
    member = next(one for one in world.state.members if one != FOUNDER)
    apply(world.state, world.forge(Leave(), actor=member, signers=[member]))
    with pytest.raises(Refused):
        apply(world.state, world.forge(Leave(), actor=FOUNDER, signers=[FOUNDER]))
    assert world.state == before


def test_each_entry_names_the_one_before_it() -> None:
    """The chain is held together by hashes, from zeros on."""
    assert ENTRIES[0].prev == bytes(32)
    assert all(later.prev == earlier.hash for earlier, later in pairwise(ENTRIES))


def test_only_the_keys_the_roster_commits_to_are_current() -> None:
    """A slot with another L, another chapter key, generation or horizon is not believed."""
    keys, state = WORLD.keys, WORLD.state
    assert are_current(keys, state=state)
    assert are_current(keys.limited_to(1), state=state)
    assert are_current(keys.limited_to(NO_CHAPTERS), state=state)
    wrong: list[SpaceKeys] = [
        replace(keys, generation=0),
        replace(keys, secret=bytes(32)),
        replace(keys, chapter_key=bytes(32)),
        replace(keys, horizon=1),
        replace(keys, horizon=2),
        replace(keys, horizon=NO_CHAPTERS),
    ]
    for one in wrong:
        assert not are_current(one, state=state)


def test_a_role_given_to_oneself_by_hand_is_refused() -> None:
    """Who holds L can write roster pages, but not another's signature."""
    world = lively()
    member = next(one for one in world.state.members if one != FOUNDER)
    act = SetRole(member, Role.KEEPER, 0)
    for actor, rule in ((member, "roster.keepers_only"), (FOUNDER, "roster.forged_signature")):
        forged = world.forge(act, actor=actor, signers=[member])
        with pytest.raises(Damaged, match=r"roster\.forged") as caught:
            followed([*world.entries, forged])
        assert caught.value.details["rule"] == rule
