# SPDX-License-Identifier: AGPL-3.0-or-later
"""Play the people of one space: each has a seed, and everything they append is kept."""

import random
from collections.abc import Sequence

from hedgerow.engines.vault import acts
from hedgerow.engines.vault.acts import Author
from hedgerow.engines.vault.primitives import (
    SealingKeys,
    SigningKeys,
    sealing_keys,
    sign,
    signing_keys,
)
from hedgerow.engines.vault.roster import Entry, bytes_to_sign, finish_entry, unsigned_bytes
from hedgerow.engines.vault.roster_acts import Act, Assent, Handover, Invite, Role, SetRole
from hedgerow.engines.vault.roster_chain import follow
from hedgerow.engines.vault.roster_state import RosterState
from hedgerow.engines.vault.tags import NO_CHAPTERS, SpaceKeys, new_keys
from hedgerow.kernel.ids import InvitationId, MemberId, SpaceId

SPACE = SpaceId(0x1234_5678_9ABC)
FOUNDER = MemberId(1)


class World:
    """Be a space with its people.

    Attributes:
        entries: The chain so far.
        state: What follows from it.
        keys: The keys of the present generation, from chapter 0 on.
        seeds: The seed of each member and invitation, by id.
        day: Today.
    """

    def __init__(self, seed: int = 1) -> None:
        """Found the space."""
        self.draw = random.Random(seed).randbytes
        self.day = 20_000
        self.next_id = 1
        self.seeds: dict[int, bytes] = {}
        self.keys: SpaceKeys = new_keys(0, random=self.draw)
        self.seeds[self.new_id()] = self.draw(32)
        self.entries, self.state = acts.found(
            SPACE, author=self.author(FOUNDER), sealing=self.sealing(FOUNDER), keys=self.keys
        )

    def new_id(self) -> int:
        """Return an id nobody had."""
        self.next_id += 1
        return self.next_id - 1

    def signing(self, one: int) -> SigningKeys:
        """Return the signing pair of a member or an invitation."""
        return signing_keys(self.seeds[one])

    def sealing(self, one: int) -> SealingKeys:
        """Return the sealing pair of a member or an invitation."""
        return sealing_keys(self.seeds[one])

    def author(self, member: int) -> Author:
        """Return a member as the writer of an entry today."""
        return Author(MemberId(member), self.signing(member), self.day)

    def take(self, step: tuple[Entry, RosterState]) -> Entry:
        """Keep an entry and the state after it."""
        entry, self.state = step
        self.entries.append(entry)
        return entry

    def do(self, act: Act, *, by: int = FOUNDER) -> Entry:
        """Append an act of one member."""
        return self.take(acts.append(self.state, act, author=self.author(by)))

    def invite(self, role: Role = Role.EDITOR, horizon: int = 0, *, by: int = FOUNDER) -> int:
        """Invite somebody until ten days from now."""
        one = self.new_id()
        self.seeds[one] = self.draw(32)
        self.do(self.invitation(one, role, horizon), by=by)
        return one

    def invitation(self, one: int, role: Role = Role.EDITOR, horizon: int = 0) -> Invite:
        """Return the act by which somebody is invited."""
        keys = (self.sealing(one).public, self.signing(one).public)
        tag = self.seeds[one]
        return Invite(InvitationId(one), *keys, role, horizon, self.day + 10, tag)

    def join(self, invitation: int) -> MemberId:
        """Use an invitation."""
        member = MemberId(self.new_id())
        self.seeds[member] = self.draw(32)
        self.take(self.joining(invitation, member))
        return member

    def joining(self, invitation: int, member: int) -> tuple[Entry, RosterState]:
        """Return a join without keeping it."""
        return acts.join(
            self.state,
            InvitationId(invitation),
            author=self.author(member),
            sealing=self.sealing(member),
            invited=self.signing(invitation),
        )

    def add(self, role: Role = Role.EDITOR, horizon: int = 0) -> MemberId:
        """Invite somebody and let the invitation be used."""
        return self.join(self.invite(role, horizon))

    def add_keepers(self, count: int) -> list[MemberId]:
        """Add keepers, by the founder's role entries and assents where two are needed."""
        members = [self.add() for _ in range(count)]
        for member in members:
            act = SetRole(member, Role.KEEPER, 0)
            if self.state.needs_second_keeper(member, role=Role.KEEPER):
                helper = next(one.id for one in self.state.keepers if one.id != FOUNDER)
                act = SetRole(member, Role.KEEPER, 0, self.assent(act, by=helper))
            self.do(act)
        return members

    def add_probationer(self) -> MemberId:
        """Add somebody who reads open pages only."""
        return self.add(Role.PROBATIONER, NO_CHAPTERS)

    def assent(self, act: SetRole, *, by: int) -> Assent:
        """Return a keeper's assent to a new role."""
        return acts.assent(self.state, act, author=self.author(by))

    def handover(self, member: MemberId, makers: Sequence[int]) -> Handover:
        """Return the hand-over of this round with assents of some heirs."""
        heirs = self.state.heirs
        assert heirs is not None
        given = [
            acts.handover_assent(self.state, member, author=self.author(one)) for one in makers
        ]
        return Handover(heirs.id, member, tuple(given))

    def turn(self, *, by: int = FOUNDER) -> None:
        """Begin a generation."""
        keys = new_keys(self.state.generation + 1, random=self.draw)
        self.take(acts.open_generation(self.state, author=self.author(by), keys=keys))
        self.keys = keys

    def open_chapter(self, *, by: int = FOUNDER) -> None:
        """Begin a chapter."""
        self.take(acts.open_chapter(self.state, author=self.author(by), keys=self.keys))

    def forge(
        self, act: Act, *, actor: int, signers: Sequence[int], previous: Entry | None = None
    ) -> Entry:
        """Return an entry without judging it, signed by whomever."""
        anchor = (previous or self.entries[-1]).anchor
        unsigned = unsigned_bytes(
            act, space=SPACE, previous=anchor, actor=MemberId(actor), day=self.day
        )
        message = bytes_to_sign(unsigned)
        return finish_entry(
            unsigned, signatures=[sign(self.signing(one), message) for one in signers]
        )

    def followed(self) -> RosterState:
        """Return what a reader makes of the whole chain."""
        return follow(
            self.entries,
            space=SPACE,
            genesis_hash=self.entries[0].hash,
            head=self.entries[-1].anchor,
        )
