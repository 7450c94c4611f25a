# SPDX-License-Identifier: AGPL-3.0-or-later
"""Say when an entry of a roster is valid, and change a state by it.

Each rule is given the state before the entry, refuses or changes it, and is told whether
signatures are still to be checked: below an anchor the hash of the chain covers them.
"""

from dataclasses import replace
from typing import Any, Protocol

from hedgerow.engines.vault.primitives import is_signed
from hedgerow.engines.vault.roster import Entry
from hedgerow.engines.vault.roster_acts import (
    Act,
    Assent,
    Confirm,
    Genesis,
    Handover,
    Invite,
    Join,
    Leave,
    NameHeirs,
    Objection,
    OpenChapter,
    OpenGeneration,
    Rekey,
    Remove,
    Revoke,
    Role,
    SetRole,
    Settings,
)
from hedgerow.engines.vault.roster_assents import assent_bytes, heirs_ground
from hedgerow.engines.vault.roster_state import (
    ENOUGH_KEEPERS,
    Heirs,
    Invitation,
    Member,
    PastMember,
    RosterState,
)
from hedgerow.engines.vault.tags import LAST_CHAPTER, NO_CHAPTERS
from hedgerow.kernel.errors import Refused
from hedgerow.kernel.ids import ID_BITS, MemberId

MIN_HEIRS = 2
MAX_HEIRS = 5


class Rule(Protocol):
    """Judge an entry and change the state before it into the state after it."""

    def __call__(self, state: RosterState, entry: Entry, act: Any, *, verify: bool) -> None:
        """Raise `Refused` where the entry is not valid."""
        ...


def _demand_signature(entry: Entry, public: bytes, *, verify: bool, place: int = 0) -> None:
    """Demand that an entry bears the signature of a key."""
    if not verify:
        return
    if not is_signed(public, signature=entry.signatures[place], message=entry.signed):
        raise Refused("roster.forged_signature")


def _member(state: RosterState, member: MemberId) -> Member:
    """Return a present member."""
    if member not in state.members:
        raise Refused("roster.not_member")
    return state.members[member]


def _actor(state: RosterState, entry: Entry, *, verify: bool) -> Member:
    """Demand that the actor is a member who signed."""
    actor = _member(state, entry.actor)
    _demand_signature(entry, actor.signing, verify=verify)
    return actor


def _keeper(state: RosterState, entry: Entry, *, verify: bool) -> Member:
    """Demand that the actor is a keeper who signed."""
    if _member(state, entry.actor).role is not Role.KEEPER:
        raise Refused("roster.keepers_only")
    if state.generation < 0 and not isinstance(entry.act, OpenGeneration):
        raise Refused("roster.generation_first")
    return _actor(state, entry, verify=verify)


def _demand_id(number: int) -> None:
    """Demand that a new id is one that can be drawn."""
    if not 0 < number < 1 << ID_BITS:
        raise Refused("roster.id_range")


def _demand_horizon(state: RosterState, role: Role, horizon: int) -> None:
    """Demand that a horizon fits the role: keepers read all, probationers open pages only."""
    if role is Role.KEEPER and horizon:
        raise Refused("roster.keepers_read_all")
    is_open_only = horizon == NO_CHAPTERS
    if is_open_only != (role is Role.PROBATIONER) or state.chapter < horizon < NO_CHAPTERS:
        raise Refused("roster.horizon")


def _demand_few_keepers(state: RosterState, role: Role) -> None:
    """Demand that an invitation makes nobody a keeper where two keepers decide on that."""
    if role is Role.KEEPER and len(state.keepers) >= ENOUGH_KEEPERS:
        raise Refused("roster.too_many_keepers")


def _demand_not_last_keeper(state: RosterState, member: Member) -> None:
    """Demand that somebody else is left who can keep the space."""
    is_last = member.role is Role.KEEPER and len(state.keepers) == 1
    if is_last and len(state.members) > 1:
        raise Refused("roster.last_keeper")


def _end(state: RosterState, member: Member, *, entry: Entry) -> None:
    """End a membership; the keys it knew fit until the next generation."""
    by = None if entry.actor == member.id else entry.actor
    del state.members[member.id]
    state.past[member.id] = PastMember(member, entry.day, by)
    state.is_stale = True


def _demand_assent(
    state: RosterState, assent: Assent, *, actor: MemberId, message: bytes, verify: bool
) -> None:
    """Demand that another keeper than the actor assents."""
    maker = state.members.get(assent.member)
    if maker is None or maker.role is not Role.KEEPER or maker.id == actor:
        raise Refused("roster.assent")
    if verify and not is_signed(maker.signing, signature=assent.signature, message=message):
        raise Refused("roster.assent")


def _demand_two(
    state: RosterState,
    entry: Entry,
    *,
    act: SetRole | Remove,
    role: Role | None,
    verify: bool,
) -> None:
    """Demand two keepers where an act on a member takes two; neither may be the member."""
    if act.assent is None:
        if state.needs_second_keeper(act.member, role=role):
            raise Refused("roster.needs_two")
        return
    if act.member in {entry.actor, act.assent.member}:
        raise Refused("roster.about_oneself")
    message = assent_bytes(
        state.space,
        kind=type(act),
        member=act.member,
        role=role or 0,
        ground=(state.members[act.member].granted, 0),
    )
    _demand_assent(state, act.assent, actor=entry.actor, message=message, verify=verify)


def _genesis(state: RosterState, entry: Entry, act: Genesis, *, verify: bool) -> None:
    """Begin the chain: the founder is the first keeper and reads all."""
    if state.seq:
        raise Refused("roster.genesis_again")
    _demand_id(entry.actor)
    _demand_signature(entry, act.signing, verify=verify)
    state.members[entry.actor] = Member(
        entry.actor, act.sealing, act.signing, Role.KEEPER, 0, entry.hash, entry.day
    )
    state.genesis_hash = entry.hash


def _invite(state: RosterState, entry: Entry, act: Invite, *, verify: bool) -> None:
    """Open an invitation."""
    _keeper(state, entry, verify=verify)
    _demand_id(act.id)
    if act.id in state.known_invitations:
        raise Refused("roster.invitation_known")
    _demand_horizon(state, act.role, act.horizon)
    _demand_few_keepers(state, act.role)
    state.known_invitations.add(act.id)
    state.invitations[act.id] = Invitation(
        act.id,
        act.sealing,
        act.signing,
        act.role,
        act.horizon,
        act.last_day,
        act.row_tag,
        entry.actor,
        entry.day,
    )


def _revoke(state: RosterState, entry: Entry, act: Revoke, *, verify: bool) -> None:
    """Close an invitation."""
    _keeper(state, entry, verify=verify)
    if act.id not in state.invitations:
        raise Refused("roster.invitation_unknown")
    del state.invitations[act.id]


def _join(state: RosterState, entry: Entry, act: Join, *, verify: bool) -> None:
    """Turn an invitation into a membership."""
    invitation = state.invitations.get(act.invitation)
    if invitation is None:
        raise Refused("roster.invitation_unknown")
    if entry.day > invitation.last_day:
        raise Refused("roster.invitation_over")
    if act.member != entry.actor:
        raise Refused("roster.other_actor")
    if act.member in state.members or act.member in state.past:
        raise Refused("roster.id_taken")
    _demand_id(act.member)
    # Invitations issued while there were few keepers, and kept in a drawer until there
    # are three, would otherwise give one keeper a majority.
    _demand_few_keepers(state, invitation.role)
    _demand_signature(entry, invitation.signing, verify=verify)
    _demand_signature(entry, act.signing, verify=verify, place=1)
    del state.invitations[act.invitation]
    state.members[act.member] = Member(
        act.member,
        act.sealing,
        act.signing,
        invitation.role,
        invitation.horizon,
        entry.hash,
        entry.day,
        invited_by=invitation.issued_by,
    )


def _role(state: RosterState, entry: Entry, act: SetRole, *, verify: bool) -> None:
    """Give a member another role or horizon."""
    _keeper(state, entry, verify=verify)
    member = _member(state, act.member)
    _demand_horizon(state, act.role, act.horizon)
    if (member.role, member.horizon) == (act.role, act.horizon):
        # It would void a waiting assent and change nothing else.
        raise Refused("roster.nothing_changes")
    if act.role is not Role.KEEPER:
        _demand_not_last_keeper(state, member)
    _demand_two(state, entry, act=act, role=act.role, verify=verify)
    state.members[act.member] = replace(
        member, role=act.role, horizon=act.horizon, granted=entry.hash
    )


def _remove(state: RosterState, entry: Entry, act: Remove, *, verify: bool) -> None:
    """End another's membership."""
    _keeper(state, entry, verify=verify)
    member = _member(state, act.member)
    if act.member == entry.actor:
        raise Refused("roster.leave_instead")
    _demand_two(state, entry, act=act, role=None, verify=verify)
    _end(state, member, entry=entry)


def _leave(state: RosterState, entry: Entry, act: Leave, *, verify: bool) -> None:
    """End one's own membership; the last keeper only where heirs can take over."""
    del act
    member = _actor(state, entry, verify=verify)
    heirs_left = [one for one in state.heirs_left if one != member.id]
    if state.heirs is None or len(heirs_left) < state.heirs.threshold:
        _demand_not_last_keeper(state, member)
    _end(state, member, entry=entry)


def _rekey(state: RosterState, entry: Entry, act: Rekey, *, verify: bool) -> None:
    """Give a member new keys; the old ones fit until the next generation."""
    member = _actor(state, entry, verify=verify)
    if member.rekeyed_day == entry.day:
        raise Refused("roster.rekeyed_today")
    _demand_signature(entry, act.signing, verify=verify, place=1)
    state.members[member.id] = replace(
        member, sealing=act.sealing, signing=act.signing, rekeyed_day=entry.day
    )
    state.is_stale = True


def _generation(state: RosterState, entry: Entry, act: OpenGeneration, *, verify: bool) -> None:
    """Begin a generation: whoever left before it has no keys to it."""
    _keeper(state, entry, verify=verify)
    if act.number != state.generation + 1:
        raise Refused("roster.wrong_number")
    state.chapter_days.setdefault(0, entry.day)
    state.generation = act.number
    state.secret_commit, state.chapter_commit = act.secret_commit, act.chapter_commit
    state.is_stale = False


def _chapter(state: RosterState, entry: Entry, act: OpenChapter, *, verify: bool) -> None:
    """Begin a chapter."""
    _keeper(state, entry, verify=verify)
    if act.number != state.chapter + 1 or act.number > LAST_CHAPTER:
        raise Refused("roster.wrong_number")
    state.chapter, state.chapter_commit = act.number, act.commit
    state.chapter_days[act.number] = entry.day


def _heirs(state: RosterState, entry: Entry, act: NameHeirs, *, verify: bool) -> None:
    """Name those who may make a keeper when there is none."""
    _keeper(state, entry, verify=verify)
    count = len(set(act.members))
    is_right = count == len(act.members) and MIN_HEIRS <= count <= MAX_HEIRS
    if not is_right or not MIN_HEIRS <= act.threshold <= count:
        raise Refused("roster.heirs_number")
    if any(_member(state, one).horizon for one in act.members):
        raise Refused("roster.heirs_horizon")
    if act.assent is not None:
        ground = heirs_ground(state, members=act.members, threshold=act.threshold)
        message = assent_bytes(state.space, kind=NameHeirs, member=0, role=0, ground=ground)
        _demand_assent(state, act.assent, actor=entry.actor, message=message, verify=verify)
    elif len(state.keepers) >= ENOUGH_KEEPERS:
        # One keeper of three could otherwise name two friends, who make each other keepers.
        raise Refused("roster.needs_two")
    is_agreed = act.assent is not None
    state.heirs = Heirs(entry.hash, act.members, act.threshold, entry.actor, entry.day, is_agreed)
    state.heirs_count += 1


def _objection(state: RosterState, entry: Entry, act: Objection, *, verify: bool) -> None:
    """End the running round: the assents given so far are void."""
    _keeper(state, entry, verify=verify)
    if state.heirs is None or state.heirs.id != act.heirs:
        raise Refused("roster.heirs_others")
    state.rounds += 1


def _handover(state: RosterState, entry: Entry, act: Handover, *, verify: bool) -> None:
    """Make a member keeper by the assents of enough heirs."""
    _actor(state, entry, verify=verify)
    heirs = state.heirs
    if heirs is None or heirs.id != act.heirs:
        raise Refused("roster.heirs_others")
    member = _member(state, act.member)
    makers = {one.member for one in act.assents}
    if len(makers) != len(act.assents) or len(makers) < heirs.threshold:
        raise Refused("roster.heirs_few")
    message = assent_bytes(
        state.space,
        kind=Handover,
        member=act.member,
        role=Role.KEEPER,
        ground=(heirs.id, state.rounds),
    )
    for one in act.assents:
        if one.member not in heirs.members:
            raise Refused("roster.assent")
        public = _member(state, one.member).signing
        if verify and not is_signed(public, signature=one.signature, message=message):
            raise Refused("roster.assent")
    state.members[act.member] = replace(member, role=Role.KEEPER, horizon=0, granted=entry.hash)
    state.rounds += 1


def _settings(state: RosterState, entry: Entry, act: Settings, *, verify: bool) -> None:
    """Set what the running server keeps to."""
    _keeper(state, entry, verify=verify)
    state.two_person_export = bool(act.two_person_export)
    state.two_together = bool(act.two_together)
    state.quota = act.quota


def _confirm(state: RosterState, entry: Entry, act: Confirm, *, verify: bool) -> None:
    """Confirm the roster after a restore; codes issued before it are void."""
    _keeper(state, entry, verify=verify)
    if act.minute <= state.confirmed_minute:
        raise Refused("roster.confirmed_already")
    state.confirmed_minute = act.minute
    state.invitations.clear()


RULES: dict[type[Act], Rule] = {
    Genesis: _genesis,
    Invite: _invite,
    Revoke: _revoke,
    Join: _join,
    SetRole: _role,
    Remove: _remove,
    Leave: _leave,
    Rekey: _rekey,
    OpenGeneration: _generation,
    OpenChapter: _chapter,
    NameHeirs: _heirs,
    Objection: _objection,
    Handover: _handover,
    Settings: _settings,
    Confirm: _confirm,
}
"""The rule of each kind."""
