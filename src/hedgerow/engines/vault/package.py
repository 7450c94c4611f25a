# SPDX-License-Identifier: AGPL-3.0-or-later
"""Lay the keys of a generation out for each member and each open invitation.

A package is pages of 63 slots of 128 bytes: a sealed box to X of generation u32, horizon
u16, L 32, key(g,horizon) 32 and ten zeros. Slots stand in random order and bear no tag: the
door never changes, so that a removed member could tie a tag to every X he knew. Members
find theirs by trying all, once a generation. What is over is filled up with boxes to
throw-away keys, which look like slots.

Content of a page: number of pages u16, then the slots.
"""

import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from hedgerow.engines.vault.primitives import (
    KEY_BYTES,
    SEALED_BOX_OVERHEAD,
    SealingKeys,
    open_sealed,
    seal_to,
    sealing_keys,
)
from hedgerow.engines.vault.roster_chain import are_current
from hedgerow.engines.vault.roster_state import RosterState
from hedgerow.engines.vault.tags import SpaceKeys
from hedgerow.kernel.canonical import u16
from hedgerow.kernel.errors import Damaged
from hedgerow.kernel.randomness import Randomness, shuffled

SLOTS_A_PAGE = 63
_DAMAGED = "vault.package_damaged"
_SLOT = struct.Struct(">IH32s32s10s")
SLOT_BYTES = _SLOT.size + SEALED_BOX_OVERHEAD
_COUNT_BYTES = 2
PAGE_BYTES = _COUNT_BYTES + SLOTS_A_PAGE * SLOT_BYTES


class Recipient(NamedTuple):
    """Name whom a slot is for: the public key X and the first chapter to read."""

    sealing: bytes
    horizon: int


@dataclass(frozen=True, slots=True)
class FoundSlot:
    """Hold a slot that opened, and where it stands."""

    page: int
    place: int
    keys: SpaceKeys


def recipients(state: RosterState, *, day: int) -> list[Recipient]:
    """Return whom the package is for: members and invitations still good on a day."""
    members = [Recipient(one.sealing, one.horizon) for one in state.members.values()]
    invited = [Recipient(one.sealing, one.horizon) for one in state.open_invitations(day)]
    return members + invited


def seal_slot(keys: SpaceKeys, *, sealing: bytes) -> bytes:
    """Seal keys to a public key; the box's throw-away pair is libsodium's own randomness."""
    plain = _SLOT.pack(keys.generation, keys.horizon, keys.secret, keys.chapter_key, bytes(10))
    return seal_to(sealing, plain)


def filler_slot(random: Randomness) -> bytes:
    """Return what looks like a slot and opens for nobody."""
    return seal_to(sealing_keys(random(KEY_BYTES)).public, bytes(_SLOT.size))


def build_package(
    keys: SpaceKeys, *, recipients: Sequence[Recipient], random: Randomness
) -> list[bytes]:
    """Return the contents of a package's pages.

    Args:
        keys: The generation's keys from chapter 0 on.
        recipients: Members and open invitations.
        random: Orders the slots and makes the fillers.

    Raises:
        Refused: "vault.before_horizon" when the keys begin later than a recipient.
    """
    horizons = {one.horizon for one in recipients}
    views = {horizon: keys.limited_to(horizon) for horizon in horizons}
    slots = [seal_slot(views[one.horizon], sealing=one.sealing) for one in recipients]
    slots += [filler_slot(random) for _ in range(-len(slots) % SLOTS_A_PAGE)]
    slots = shuffled(slots, random)
    pages = [slots[at : at + SLOTS_A_PAGE] for at in range(0, len(slots), SLOTS_A_PAGE)]
    return [u16(len(pages)) + b"".join(page) for page in pages]


def page_count(content: bytes) -> int:
    """Return how many pages a package has, from any of them.

    Raises:
        Damaged: "vault.package_damaged" when the bytes are not a page of one.
    """
    count = int.from_bytes(content[:_COUNT_BYTES], "big")
    if len(content) != PAGE_BYTES or not count:
        raise Damaged(_DAMAGED)
    return count


def open_package(
    pages: Sequence[bytes],
    *,
    sealing: SealingKeys,
    state: RosterState,
) -> FoundSlot | None:
    """Find the slot of a member or an invitation.

    A slot counts only if its keys are those to which the roster commits; of several the
    one that reads furthest back.

    Args:
        pages: The contents of all pages.
        sealing: The pair of the member or of the invitation.
        state: What follows from the roster.

    Returns:
        None when there is no such slot.

    Raises:
        Damaged: "vault.package_damaged" when a page is none or there are more or fewer
            than they say.
    """
    slots = slots_of(pages, sealing=sealing)
    return best_slot(slots, state=state)


def slots_of(pages: Sequence[bytes], *, sealing: SealingKeys) -> Iterator[FoundSlot]:
    """Yield every slot that opens, right or wrong.

    The first thing a member away for long can open is the package, and the roster lies
    under the L that stands in it: so slots are opened first and judged afterwards.

    Raises:
        Damaged: As `open_package`.
    """
    if not pages or any(page_count(page) != len(pages) for page in pages):
        raise Damaged(_DAMAGED)
    for number, page in enumerate(pages):
        for place in range(SLOTS_A_PAGE):
            plain = open_sealed(sealing, _slot(page, place))
            if plain is not None and len(plain) == _SLOT.size:
                yield FoundSlot(number, place, SpaceKeys(*_SLOT.unpack(plain)[:4]))


def _slot(page: bytes, place: int) -> bytes:
    """Return one slot of a page."""
    start = _COUNT_BYTES + place * SLOT_BYTES
    return page[start : start + SLOT_BYTES]


def with_slot(page: bytes, *, place: int, slot: bytes) -> bytes:
    """Return a page with another slot at a place.

    A joiner puts the own slot in place of the invitation's, new keys replace the own one,
    and who leaves puts a filler there; nobody touches another's.
    """
    start = _COUNT_BYTES + place * SLOT_BYTES
    return page[:start] + slot + page[start + SLOT_BYTES :]


def best_slot(slots: Iterable[FoundSlot], *, state: RosterState) -> FoundSlot | None:
    """Return the slot that counts: right keys, and the earliest horizon among them."""
    current = [one for one in slots if are_current(one.keys, state=state)]
    return min(current, key=lambda one: one.keys.horizon, default=None)
