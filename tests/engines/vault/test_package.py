# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check that each member finds the own slot, and nobody more than that."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hedgerow.engines.vault import package
from hedgerow.engines.vault.package import (
    PAGE_BYTES,
    SLOT_BYTES,
    Recipient,
    best_slot,
    build_package,
    open_package,
    recipients,
    slots_of,
    with_slot,
)
from hedgerow.engines.vault.primitives import open_sealed, seal_to
from hedgerow.engines.vault.roster_acts import Leave, Remove, Role
from hedgerow.engines.vault.tags import NO_CHAPTERS, NO_KEY, SpaceKeys, new_keys
from hedgerow.kernel.errors import Damaged, Refused
from tests.engines.vault.roster_world import FOUNDER, World


class Packed(World):
    """Be a space with an editor of a later chapter, a probationer and an open invitation."""

    def __init__(self) -> None:
        """Found it, let them join, and lay the keys out."""
        super().__init__(seed=12)
        self.open_chapter()
        self.editor = self.add(Role.EDITOR, 1)
        self.probationer = self.add_probationer()
        self.invited = self.invite(Role.READER, 1)
        self.pages = self.packed(self.keys)

    def packed(self, keys: SpaceKeys) -> list[bytes]:
        """Return a package for all members and open invitations."""
        people = recipients(self.state, day=self.day)
        return build_package(keys, recipients=people, random=self.draw)

    def found(self, one: int) -> SpaceKeys | None:
        """Return the keys that somebody finds."""
        slot = open_package(self.pages, sealing=self.sealing(one), state=self.state)
        return slot.keys if slot else None


WORLD = Packed()


def test_each_member_finds_keys_from_the_own_horizon_on() -> None:
    """Keeper, editor, probationer and invited each get what their role reads."""
    keys = WORLD.keys
    assert WORLD.found(FOUNDER) == keys
    assert WORLD.found(WORLD.editor) == WORLD.found(WORLD.invited) == keys.limited_to(1)
    probation = WORLD.found(WORLD.probationer)
    assert probation == keys.limited_to(NO_CHAPTERS)
    assert (probation.horizon, probation.chapter_key) == (NO_CHAPTERS, NO_KEY)


def test_layout_of_a_slot() -> None:
    """A slot is a sealed box of generation, horizon, L, chapter key and ten zeros."""
    keys = SpaceKeys(3, 2, b"L" * 32, b"k" * 32)
    slot = package.seal_slot(keys, sealing=WORLD.sealing(FOUNDER).public)
    assert len(slot) == SLOT_BYTES == 128
    plain = open_sealed(WORLD.sealing(FOUNDER), slot)
    assert plain == bytes.fromhex("000000030002") + b"L" * 32 + b"k" * 32 + bytes(10)


def test_a_package_is_full_pages_that_say_how_many_they_are() -> None:
    """63 slots a page, filled up, so that the number of members shows only by pages."""
    many = [Recipient(WORLD.sealing(FOUNDER).public, 0)] * 64
    for people, count in ((many[:1], 1), (many[:63], 1), (many, 2)):
        pages = build_package(WORLD.keys, recipients=people, random=WORLD.draw)
        assert [len(page) for page in pages] == [PAGE_BYTES] * count == [2 + 63 * 128] * count
        assert [package.page_count(page) for page in pages] == [count] * count
        slots = list(slots_of(pages, sealing=WORLD.sealing(FOUNDER)))
        assert len(slots) == len(people)


def test_slots_stand_in_random_order() -> None:
    """A member's slot does not keep its place."""
    places = set()
    for _ in range(20):
        slot = open_package(
            WORLD.packed(WORLD.keys), sealing=WORLD.sealing(FOUNDER), state=WORLD.state
        )
        assert slot is not None
        places.add(slot.place)
    assert len(places) > 5


def test_whoever_is_no_member_finds_nothing() -> None:
    """Not a stranger, nor a removed member in the next generation's package."""
    world = Packed()
    stranger = world.new_id()
    world.seeds[stranger] = world.draw(32)
    assert world.found(stranger) is None
    world.do(Remove(world.editor))
    world.turn()
    world.pages = world.packed(world.keys)
    assert world.found(world.editor) is None
    assert world.found(world.invited) == world.keys.limited_to(1)


def test_used_and_outdated_invitations_get_no_slot() -> None:
    """Only members and invitations that can still be used are recipients."""
    world = Packed()
    assert len(recipients(world.state, day=world.day)) == 4
    assert len(recipients(world.state, day=world.day + 11)) == 3
    world.join(world.invited)
    assert len(recipients(world.state, day=world.day)) == 4


def test_a_joiner_takes_the_place_of_the_invitation() -> None:
    """One slot is exchanged, no other is touched, and the invitation opens nothing more."""
    world = Packed()
    slot = open_package(world.pages, sealing=world.sealing(world.invited), state=world.state)
    assert slot is not None
    member = world.join(world.invited)
    own = package.seal_slot(slot.keys, sealing=world.sealing(member).public)
    before = world.pages[slot.page]
    page = world.pages[slot.page] = with_slot(before, place=slot.place, slot=own)
    start = 2 + 128 * slot.place
    assert page[:start] + page[start + 128 :] == before[:start] + before[start + 128 :]
    assert world.found(member) == slot.keys
    assert world.found(world.invited) is None


def test_who_leaves_puts_a_filler_in_the_own_place() -> None:
    """It looks like a slot and opens for nobody."""
    world = Packed()
    slot = open_package(world.pages, sealing=world.sealing(world.editor), state=world.state)
    assert slot is not None
    filler = package.filler_slot(world.draw)
    assert len(filler) == SLOT_BYTES
    world.pages[slot.page] = with_slot(world.pages[slot.page], place=slot.place, slot=filler)
    world.do(Leave(), by=world.editor)
    assert world.found(world.editor) is None


def test_slots_with_other_keys_than_the_rosters_are_refused() -> None:
    """A slot is believed only if the newest entries commit to its keys."""
    people = recipients(WORLD.state, day=WORLD.day)
    forged = new_keys(0, random=WORLD.draw)
    for keys in (forged, replace(WORLD.keys, generation=1)):
        pages = build_package(keys, recipients=people, random=WORLD.draw)
        sealing = WORLD.sealing(FOUNDER)
        assert open_package(pages, sealing=sealing, state=WORLD.state) is None
        assert len(list(slots_of(pages, sealing=sealing))) == 1


def test_of_several_slots_the_one_that_reads_furthest_back_counts() -> None:
    """A second slot that gives less cannot shut a member out of the past."""
    public = WORLD.sealing(FOUNDER).public
    people = [Recipient(public, horizon) for horizon in (1, 0, NO_CHAPTERS)]
    pages = build_package(WORLD.keys, recipients=people, random=WORLD.draw)
    slots = list(slots_of(pages, sealing=WORLD.sealing(FOUNDER)))
    best = best_slot(slots, state=WORLD.state)
    assert best is not None
    assert best.keys == WORLD.keys


def test_a_slot_of_another_size_is_no_slot() -> None:
    """A sealed box that opens but holds something else is passed over."""
    short = seal_to(WORLD.sealing(FOUNDER).public, bytes(79)) + b"\0"
    page = with_slot(WORLD.pages[0], place=0, slot=short)
    assert all(slot.place for slot in slots_of([page], sealing=WORLD.sealing(FOUNDER)))


def test_keys_that_begin_late_make_no_package() -> None:
    """Whoever cannot read all cannot lay out keys for one who can."""
    people = recipients(WORLD.state, day=WORLD.day)
    with pytest.raises(Refused, match=r"vault\.before_horizon"):
        build_package(WORLD.keys.limited_to(1), recipients=people, random=WORLD.draw)


@pytest.mark.parametrize(
    "pages",
    [
        [],
        [b""],
        [WORLD.pages[0][:-1]],
        [WORLD.pages[0] + b"\0"],
        [b"\0\0" + WORLD.pages[0][2:]],
        [b"\0\2" + WORLD.pages[0][2:]],
        [WORLD.pages[0], WORLD.pages[0]],
    ],
)
def test_what_is_no_package_is_damage(pages: list[bytes]) -> None:
    """Pages of another size, and more or fewer than they say, are damage."""
    with pytest.raises(Damaged, match=r"vault\.package_damaged"):
        open_package(pages, sealing=WORLD.sealing(FOUNDER), state=WORLD.state)


@given(st.integers(16, PAGE_BYTES * 8 - 1))
def test_a_flipped_bit_gives_no_other_keys(bit: int) -> None:
    """A damaged slot does not open; all others still do."""
    raw = bytearray(WORLD.pages[0])
    raw[bit // 8] ^= 1 << bit % 8
    slot = open_package([bytes(raw)], sealing=WORLD.sealing(FOUNDER), state=WORLD.state)
    assert slot is None or slot.keys == WORLD.keys


@given(st.binary(max_size=300))
def test_random_bytes_are_no_package(page: bytes) -> None:
    """Random bytes are damage, never another error."""
    with pytest.raises(Damaged):
        open_package([page], sealing=WORLD.sealing(FOUNDER), state=WORLD.state)
