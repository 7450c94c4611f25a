# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hold what follows from a roster: members, invitations, heirs, generation, settings.

A state is a value. `roster_rules` says when an entry is valid and what it changes,
`roster_chain` verifies entries and makes states from them.
"""

from dataclasses import dataclass, field, replace

from hedgerow.engines.vault.roster import NO_HASH, Anchor
from hedgerow.engines.vault.roster_acts import Role
from hedgerow.kernel.ids import InvitationId, MemberId, SpaceId

ENOUGH_KEEPERS = 3
"""From so many keepers on, two of them decide on keepers."""


@dataclass(frozen=True, slots=True)
class Member:
    """Hold a member as the roster knows it.

    Attributes:
        id: The member's id in this space.
        sealing: X, to which the slot in the package is sealed.
        signing: E, which signs the member's entries.
        role: What the member may do.
        horizon: The first chapter the member reads.
        granted: The hash of the entry that gave the present role.
        joined_day: The day of the entry by which the member came.
        rekeyed_day: The day of the last new keys, None where there were none.
        invited_by: Who issued the invitation, None for the founder.
    """

    id: MemberId
    sealing: bytes
    signing: bytes
    role: Role
    horizon: int
    granted: bytes
    joined_day: int
    rekeyed_day: int | None = None
    invited_by: MemberId | None = None


@dataclass(frozen=True, slots=True)
class PastMember:
    """Hold somebody who is no longer a member.

    Attributes:
        member: The last state of the membership.
        day: The day it ended.
        removed_by: Who removed the member, None for one who left.
    """

    member: Member
    day: int
    removed_by: MemberId | None


@dataclass(frozen=True, slots=True)
class Invitation:
    """Hold an open invitation."""

    id: InvitationId
    sealing: bytes
    signing: bytes
    role: Role
    horizon: int
    last_day: int
    row_tag: bytes
    issued_by: MemberId
    issued_day: int


@dataclass(frozen=True, slots=True)
class Heirs:
    """Hold the latest heirs.

    Attributes:
        id: The hash of the entry that named them.
        members: The heirs, some of whom may have left.
        threshold: How many of them must agree.
        named_by: The keeper who named them.
        named_day: The day of it.
        is_agreed: Whether a second keeper assented. Heirs named by one keeper while there
            were fewer than three stay good when there are more; keepers should be told.
    """

    id: bytes
    members: tuple[MemberId, ...]
    threshold: int
    named_by: MemberId
    named_day: int
    is_agreed: bool


@dataclass(slots=True)
class RosterState:
    """Hold what follows from a chain; a value, which only its maker ever changes.

    Attributes:
        space: The space.
        seq: The number of the last entry; 0 before the first.
        hash: The hash of the last entry; zeros before the first.
        genesis_hash: The hash of the first entry.
        members: The present members.
        past: Those who were members.
        invitations: Open invitations, also those past their last day.
        known_invitations: The ids of all invitations there ever were.
        heirs: The latest heirs, if any were named.
        heirs_count: How many entries named heirs so far.
        rounds: How many hand-over and objection entries there are so far.
        generation: The present generation; -1 before the first.
        secret_commit: Commitment of its L.
        chapter: The current chapter.
        chapter_commit: Commitment of its key in the present generation.
        chapter_days: The day each chapter was begun.
        is_stale: Whether somebody knows keys who should not, until the next generation.
        two_person_export: Whether it takes two to export.
        two_together: Whether it takes two to open the space.
        quota: Records a member may open in a day, 0 for no limit.
        confirmed_minute: The minute of the last restore that a keeper confirmed, or 0.
    """

    space: SpaceId
    seq: int = 0
    hash: bytes = NO_HASH
    genesis_hash: bytes = NO_HASH
    members: dict[MemberId, Member] = field(default_factory=dict)
    past: dict[MemberId, PastMember] = field(default_factory=dict)
    invitations: dict[InvitationId, Invitation] = field(default_factory=dict)
    known_invitations: set[InvitationId] = field(default_factory=set)
    heirs: Heirs | None = None
    heirs_count: int = 0
    rounds: int = 0
    generation: int = -1
    secret_commit: bytes = NO_HASH
    chapter: int = 0
    chapter_commit: bytes = NO_HASH
    chapter_days: dict[int, int] = field(default_factory=dict)
    is_stale: bool = False
    two_person_export: bool = False
    two_together: bool = False
    quota: int = 0
    confirmed_minute: int = 0

    @property
    def anchor(self) -> Anchor:
        """Return the place on the chain that this state stands for."""
        return Anchor(self.seq, self.hash)

    @property
    def keepers(self) -> list[Member]:
        """Return the present keepers."""
        return [one for one in self.members.values() if one.role is Role.KEEPER]

    @property
    def heirs_left(self) -> list[MemberId]:
        """Return the heirs who are members now."""
        named = self.heirs.members if self.heirs else ()
        return [one for one in named if one in self.members]

    def needs_second_keeper(self, member: MemberId, *, role: Role | None) -> bool:
        """Tell whether an act on a member takes the assent of another keeper.

        Args:
            member: Whom the act is about.
            role: The new role, None for a removal.
        """
        concerns_keepers = role is Role.KEEPER or self.members[member].role is Role.KEEPER
        return concerns_keepers and len(self.keepers) >= ENOUGH_KEEPERS

    def open_invitations(self, day: int) -> list[Invitation]:
        """Return the invitations that can still be used on a day."""
        return [one for one in self.invitations.values() if one.last_day >= day]

    def awaits_confirm(self, restored_minute: int) -> bool:
        """Tell whether a keeper must confirm the roster before anybody joins.

        Args:
            restored_minute: The minute of the instance's last restore, 0 for none.
        """
        return self.confirmed_minute < restored_minute

    def copy(self) -> "RosterState":
        """Return a state of its own that can be changed."""
        return replace(
            self,
            members=dict(self.members),
            past=dict(self.past),
            invitations=dict(self.invitations),
            known_invitations=set(self.known_invitations),
            chapter_days=dict(self.chapter_days),
        )
