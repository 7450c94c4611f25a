# SPDX-License-Identifier: AGPL-3.0-or-later
"""Write new entries of a roster and judge them, so that none is signed in vain.

Each function returns the entry and the state after it: whoever appends several entries in
one transaction passes the state on, and packs the entries at the end.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from hedgerow.engines.vault.primitives import SealingKeys, SigningKeys, sign
from hedgerow.engines.vault.roster import Entry, bytes_to_sign, finish_entry, unsigned_bytes
from hedgerow.engines.vault.roster_acts import (
    Act,
    Assent,
    Genesis,
    Handover,
    Join,
    NameHeirs,
    OpenChapter,
    OpenGeneration,
    Rekey,
    Remove,
    Role,
    SetRole,
)
from hedgerow.engines.vault.roster_assents import assent_bytes, heirs_ground
from hedgerow.engines.vault.roster_chain import apply
from hedgerow.engines.vault.roster_state import RosterState
from hedgerow.engines.vault.tags import SpaceKeys, commitment
from hedgerow.kernel.errors import Refused
from hedgerow.kernel.ids import InvitationId, MemberId, SpaceId

Step = tuple[Entry, RosterState]
"""An entry and the state after it."""


@dataclass(frozen=True, slots=True)
class Author:
    """Hold who writes an entry, with which key, and when.

    Attributes:
        member: The member's id in the space.
        signing: The member's Ed25519 pair there.
        day: The day of the act.
    """

    member: MemberId
    signing: SigningKeys
    day: int


def append(state: RosterState, act: Act, *, author: Author) -> Step:
    """Write an entry that its actor alone signs: all but genesis, joins and new keys.

    Args:
        state: The state before.
        act: What is done.
        author: Who acts.

    Raises:
        Refused: "roster.*", the rule that forbids it.
    """
    return _append(state, act, author=author, signers=(author.signing,))


def found(
    space: SpaceId, *, author: Author, sealing: SealingKeys, keys: SpaceKeys
) -> tuple[list[Entry], RosterState]:
    """Write the first two entries of a space: genesis and generation 0.

    Args:
        space: The new space.
        author: The founder.
        sealing: The founder's X25519 pair.
        keys: The keys of generation 0.
    """
    genesis = Genesis(sealing.public, author.signing.public)
    first, state = append(RosterState(space), genesis, author=author)
    second, state = open_generation(state, author=author, keys=keys)
    return [first, second], state


def join(
    state: RosterState,
    invitation: InvitationId,
    *,
    author: Author,
    sealing: SealingKeys,
    invited: SigningKeys,
) -> Step:
    """Write a join, signed by the invitation's key and the new member's.

    Args:
        state: The state before.
        invitation: The invitation that is used.
        author: The new member.
        sealing: The new member's X25519 pair.
        invited: The invitation's Ed25519 pair.

    Raises:
        Refused: "roster.*", the rule that forbids it.
    """
    act = Join(invitation, author.member, sealing.public, author.signing.public)
    return _append(state, act, author=author, signers=(invited, author.signing))


def rekey(state: RosterState, *, author: Author, sealing: SealingKeys, new: SigningKeys) -> Step:
    """Write new keys of a member, signed by the old and the new key.

    Args:
        state: The state before.
        author: The member, with the old key.
        sealing: The new X25519 pair.
        new: The new Ed25519 pair.

    Raises:
        Refused: "roster.*", the rule that forbids it.
    """
    act = Rekey(sealing.public, new.public)
    return _append(state, act, author=author, signers=(author.signing, new))


def open_generation(state: RosterState, *, author: Author, keys: SpaceKeys) -> Step:
    """Write the beginning of the generation to which keys belong.

    Args:
        state: The state before.
        author: A keeper.
        keys: The new keys, from chapter 0 on.

    Raises:
        Refused: "roster.*", the rule that forbids it.
    """
    commit = commitment(keys.key_of(state.chapter))
    act = OpenGeneration(keys.generation, commitment(keys.secret), commit)
    return append(state, act, author=author)


def open_chapter(state: RosterState, *, author: Author, keys: SpaceKeys) -> Step:
    """Write the beginning of the next chapter.

    Args:
        state: The state before.
        author: A keeper.
        keys: The keeper's keys of the present generation.

    Raises:
        Refused: "roster.*", the rule that forbids it.
    """
    number = state.chapter + 1
    act = OpenChapter(number, commitment(keys.key_of(number)))
    return append(state, act, author=author)


def assent(state: RosterState, act: SetRole | Remove | NameHeirs, *, author: Author) -> Assent:
    """Sign a keeper's assent to another keeper's act.

    Args:
        state: The present state.
        act: What is assented to; an assent in it is not looked at.
        author: The keeper who assents.

    Raises:
        Refused: "roster.not_member" when the act is about somebody who is none.
    """
    if isinstance(act, NameHeirs):
        ground = heirs_ground(state, members=act.members, threshold=act.threshold)
        return _assent(state, NameHeirs, member=0, role=0, ground=ground, author=author)
    if act.member not in state.members:
        raise Refused("roster.not_member")
    role = act.role if isinstance(act, SetRole) else 0
    ground = (state.members[act.member].granted, 0)
    return _assent(state, type(act), member=act.member, role=role, ground=ground, author=author)


def handover_assent(state: RosterState, member: MemberId, *, author: Author) -> Assent:
    """Sign an heir's assent to a hand-over of this round.

    Args:
        state: The present state.
        member: Who is to become keeper.
        author: The heir.

    Raises:
        Refused: "roster.heirs_others" when no heirs were named.
    """
    if state.heirs is None:
        raise Refused("roster.heirs_others")
    ground = (state.heirs.id, state.rounds)
    return _assent(state, Handover, member=member, role=Role.KEEPER, ground=ground, author=author)


def _assent(
    state: RosterState,
    kind: type[Act],
    *,
    member: int,
    role: int,
    ground: tuple[bytes, int],
    author: Author,
) -> Assent:
    """Sign an assent."""
    message = assent_bytes(state.space, kind=kind, member=member, role=role, ground=ground)
    return Assent(author.member, sign(author.signing, message))


def _append(
    state: RosterState, act: Act, *, author: Author, signers: Sequence[SigningKeys]
) -> Step:
    """Write, sign and judge an entry."""
    unsigned = unsigned_bytes(
        act, space=state.space, previous=state.anchor, actor=author.member, day=author.day
    )
    message = bytes_to_sign(unsigned)
    entry = finish_entry(unsigned, signatures=[sign(one, message) for one in signers])
    return entry, apply(state, entry)
