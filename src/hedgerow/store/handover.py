# SPDX-License-Identifier: AGPL-3.0-or-later
"""Let several agree: two keepers on a keeper's role, heirs on who takes over.

An assent waits as an entry of an open page, without a body, until enough have agreed;
then whoever agrees last appends the act with the assents of the others. What an assent is
a signature over ties it to one occasion, so an old one is worth nothing later.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum

import msgspec

from hedgerow.engines.vault import acts
from hedgerow.engines.vault.primitives import is_signed
from hedgerow.engines.vault.roster_acts import (
    Assent,
    Handover,
    NameHeirs,
    Objection,
    Remove,
    SetRole,
)
from hedgerow.engines.vault.roster_acts import Role as RosterRole
from hedgerow.engines.vault.roster_assents import assent_bytes, heirs_ground
from hedgerow.engines.vault.roster_state import RosterState
from hedgerow.engines.vault.tags import OPEN_CHAPTER
from hedgerow.kernel.errors import Refused
from hedgerow.kernel.ids import MemberId
from hedgerow.store import kinds, listing, removing, roster_acts
from hedgerow.store.cards import bare_entry
from hedgerow.store.change import Change
from hedgerow.store.changing import changing
from hedgerow.store.reading import Opened
from hedgerow.store.roles import Role


class ActKind(IntEnum):
    """Name what takes several; the numbers stand in waiting assents."""

    ROLE = 1
    REMOVE = 2
    HEIRS = 3
    HANDOVER = 4


class Act(msgspec.Struct, frozen=True, array_like=True):
    """Hold an act that takes several.

    Args:
        kind: What is to happen.
        member: To whom; 0 for naming heirs.
        role: The new role, for a role.
        heirs: Who is named, for naming heirs.
        needed: How many of them must agree, for naming heirs.
    """

    kind: ActKind
    member: int = 0
    role: int = 0
    heirs: tuple[int, ...] = ()
    needed: int = 0


class _Waiting(msgspec.Struct, frozen=True, array_like=True):
    """Hold an assent as it waits in the title field of its entry."""

    act: Act
    signature: bytes


@dataclass(frozen=True, slots=True)
class WaitingAct:
    """Hold an act that waits for others to agree.

    Attributes:
        act: What is to happen.
        given: Who has agreed.
        needed: How many must agree in all.
    """

    act: Act
    given: tuple[MemberId, ...]
    needed: int


def name_heirs(opened: Opened, *, members: Sequence[MemberId], needed: int) -> None:
    """Name heirs; see `Space.name_heirs`."""
    changing(opened, lambda change: change.act(NameHeirs(tuple(members), needed)))


def object_to(opened: Opened) -> None:
    """End the running round of a hand-over; the assents given so far are void."""

    def act(change: Change) -> None:
        if change.roster.heirs is None:
            raise Refused("roster.heirs_others")
        change.act(Objection(change.roster.heirs.id))
        _clear(change, lambda waiting: waiting.kind is ActKind.HANDOVER)

    changing(opened, act)


def _message(state: RosterState, act: Act) -> bytes | None:
    """Return what an assent to an act is over now, or None where there is no such act."""
    if act.kind is ActKind.HEIRS:
        members = tuple(MemberId(one) for one in act.heirs)
        ground = heirs_ground(state, members=members, threshold=act.needed)
        return assent_bytes(state.space, kind=NameHeirs, member=0, role=0, ground=ground)
    member = state.members.get(MemberId(act.member))
    if member is None:
        return None
    if act.kind is ActKind.HANDOVER:
        if state.heirs is None:
            return None
        ground, role = (state.heirs.id, state.rounds), int(RosterRole.KEEPER)
        kind: type[Handover | SetRole | Remove] = Handover
    else:
        ground, role = (member.granted, 0), act.role
        kind = SetRole if act.kind is ActKind.ROLE else Remove
    return assent_bytes(state.space, kind=kind, member=act.member, role=role, ground=ground)


def _may_assent(state: RosterState, act: Act, member_id: MemberId) -> bool:
    """Tell whether a member's assent to an act counts now."""
    member = state.members.get(member_id)
    if member is None:
        return False
    if act.kind is ActKind.HANDOVER:
        return state.heirs is not None and member_id in state.heirs.members
    return member.role is RosterRole.KEEPER and act.member != member_id


def _needed(state: RosterState, act: Act) -> int:
    """Return how many must agree in all."""
    if act.kind is ActKind.HANDOVER:
        return state.heirs.threshold if state.heirs is not None else 0
    return 2


def _waiting(
    state: RosterState, places: Sequence[listing.Place]
) -> list[tuple[listing.Place, Act, Assent]]:
    """Return the waiting assents that still count, with where they stand."""
    found: list[tuple[listing.Place, Act, Assent]] = []
    for place in places:
        if place.entry.kind != kinds.ASSENT:
            continue
        try:
            waiting = msgspec.msgpack.decode(place.entry.title, type=_Waiting)
        except msgspec.DecodeError:
            continue
        author = MemberId(place.entry.author)
        message = _message(state, waiting.act)
        if message is None or not _may_assent(state, waiting.act, author):
            continue
        public = state.members[author].signing
        if is_signed(public, signature=waiting.signature, message=message):
            found.append((place, waiting.act, Assent(author, waiting.signature)))
    return found


def acts_in(state: RosterState, places: Sequence[listing.Place]) -> list[tuple[Act, MemberId]]:
    """Return the acts that wait, each with one of those who agreed."""
    return [(act, assent.member) for _, act, assent in _waiting(state, places)]


def waiting_acts(opened: Opened) -> list[WaitingAct]:
    """Return the acts that wait for others to agree."""
    contents = listing.load(opened, chapters=lambda chapter: chapter == OPEN_CHAPTER)
    places = list(listing.places(opened, listing.decoded(opened, contents)))
    given: dict[Act, list[MemberId]] = {}
    for act, member in acts_in(opened.roster, places):
        given.setdefault(act, []).append(member)
    return [
        WaitingAct(act, tuple(dict.fromkeys(members)), _needed(opened.roster, act))
        for act, members in given.items()
    ]


def assent(opened: Opened, *, act: Act) -> bool:
    """Agree to an act; see `Space.assent`.

    Raises:
        Refused: "roster.assent" when one's assent counts for nothing; "roster.*".
    """

    def run(change: Change) -> bool:
        if not _may_assent(change.roster, act, change.opened.member_id):
            raise Refused("roster.assent")
        places = change.places(chapter=OPEN_CHAPTER)
        given = {
            one.member: one
            for _, other, one in _waiting(change.roster, places)
            if other == act and one.member != change.opened.member_id
        }
        if len(given) + 1 < _needed(change.roster, act):
            _wait(change, act)
            return False
        _carry_out(change, act, given=list(given.values()))
        _clear(change, lambda other: other == act)
        return True

    return changing(opened, run)


def _own(change: Change, act: Act) -> Assent:
    """Sign one's own assent.

    Raises:
        Refused: "roster.*".
    """
    if act.kind is ActKind.HANDOVER:
        return acts.handover_assent(change.roster, MemberId(act.member), author=change.author)
    return acts.assent(change.roster, _entry_act(change, act), author=change.author)


def _entry_act(
    change: Change, act: Act, *, other: Assent | None = None
) -> SetRole | Remove | NameHeirs:
    """Return the roster's form of a keepers' act."""
    member = MemberId(act.member)
    if act.kind is ActKind.ROLE:
        return roster_acts.role_act(change, member, role=Role(act.role), assent=other)
    if act.kind is ActKind.REMOVE:
        return Remove(member, other)
    return NameHeirs(tuple(MemberId(one) for one in act.heirs), act.needed, other)


def _wait(change: Change, act: Act) -> None:
    """Leave one's assent in an open page, once."""
    _clear(change, lambda other: other == act, only_own=True)
    waiting = _Waiting(act, _own(change, act).signature)
    entry = bare_entry(change, kind=kinds.ASSENT)
    title = msgspec.msgpack.encode(waiting)
    change.add_entry(OPEN_CHAPTER, entry._replace(title=title))


def _carry_out(change: Change, act: Act, *, given: list[Assent]) -> None:
    """Append the act with the assents of the others."""
    member = MemberId(act.member)
    if act.kind is ActKind.HANDOVER:
        heirs = change.roster.heirs
        if heirs is None:
            raise Refused("roster.heirs_others")
        assents = (*given, _own(change, act))
        change.act(Handover(heirs.id, member, tuple(assents)))
        change.write_package()
    elif act.kind is ActKind.ROLE:
        roster_acts.set_role_in(change, member, role=Role(act.role), assent=given[0])
    elif act.kind is ActKind.REMOVE:
        removing.remove_in(change, member, assent=given[0])
    else:
        change.act(_entry_act(change, act, other=given[0]))


def _clear(change: Change, is_over: Callable[[Act], bool], *, only_own: bool = False) -> None:
    """Take waiting assents to some acts out of the open pages."""
    for place in change.places(chapter=OPEN_CHAPTER):
        if place.entry.kind != kinds.ASSENT:
            continue
        if only_own and place.entry.author != change.opened.member_id:
            continue
        try:
            waiting = msgspec.msgpack.decode(place.entry.title, type=_Waiting)
        except msgspec.DecodeError:
            continue
        if is_over(waiting.act):
            change.remove_entry(place.page, place.entry.record)
