# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check the rule of each kind of entry: what it does, and when it is refused."""

from collections.abc import Callable, Sequence

import pytest

from hedgerow.engines.vault.primitives import sealing_keys, signing_keys
from hedgerow.engines.vault.roster_acts import (
    Act,
    Confirm,
    Genesis,
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
from hedgerow.engines.vault.roster_chain import apply
from hedgerow.engines.vault.roster_state import RosterState
from hedgerow.engines.vault.tags import LAST_CHAPTER, NO_CHAPTERS
from hedgerow.kernel.errors import Refused
from hedgerow.kernel.ids import InvitationId, MemberId
from tests.engines.vault.roster_world import FOUNDER, SPACE, World

NOBODY = MemberId(999)
K = b"k" * 32


@pytest.fixture(name="world")
def a_world() -> World:
    """Found a space."""
    return World()


def refusal(
    world: World, act: Act, *, by: int = FOUNDER, signers: Sequence[int] | None = None
) -> str:
    """Return the rule by which an entry is refused."""
    entry = world.forge(act, actor=by, signers=signers or [by])
    before = world.followed()
    with pytest.raises(Refused) as caught:
        apply(world.state, entry)
    assert world.state == before
    return caught.value.code


def test_the_founder_is_the_first_keeper(world: World) -> None:
    """Genesis and generation 0 make a space of one keeper who reads all."""
    founder = world.state.members[FOUNDER]
    assert (founder.role, founder.horizon, founder.granted) == (
        Role.KEEPER,
        0,
        world.entries[0].hash,
    )
    assert founder.sealing == world.sealing(FOUNDER).public
    assert (world.state.generation, world.state.chapter, world.state.is_stale) == (0, 0, False)
    assert world.state.genesis_hash == world.entries[0].hash
    assert world.state.chapter_days == {0: world.day}


def test_a_space_is_founded_once(world: World) -> None:
    """No second genesis follows."""
    assert refusal(world, Genesis(K, world.signing(FOUNDER).public)) == "roster.genesis_again"


def test_nothing_but_generation_0_follows_genesis(world: World) -> None:
    """Without keys committed to there is nothing a member could be given."""
    genesis = world.entries[0]
    state = apply(RosterState(SPACE), genesis)
    entry = world.forge(Revoke(InvitationId(3)), actor=1, signers=[1], previous=genesis)
    with pytest.raises(Refused, match=r"roster\.generation_first"):
        apply(state, entry)


def test_an_entry_must_follow_the_last_one(world: World) -> None:
    """Another space, number or hash before it: not next."""
    entry = world.forge(Confirm(1), actor=1, signers=[1], previous=world.entries[0])
    with pytest.raises(Refused, match=r"roster\.not_next"):
        apply(world.state, entry)
    with pytest.raises(Refused, match=r"roster\.not_next"):
        apply(RosterState(SPACE), world.entries[1])
    fork = World(seed=2)
    later = fork.do(Confirm(1))
    assert later.seq == world.state.seq + 1
    with pytest.raises(Refused, match=r"roster\.not_next"):
        apply(world.state, later)


KEEPERS_ACTS: list[Callable[[World], Act]] = [
    lambda world: world.invitation(FOUNDER),
    lambda _: Revoke(InvitationId(1)),
    lambda _: SetRole(FOUNDER, Role.READER, 0),
    lambda _: Remove(FOUNDER),
    lambda world: OpenGeneration(world.state.generation + 1, K, K),
    lambda world: OpenChapter(world.state.chapter + 1, K),
    lambda _: NameHeirs((FOUNDER, NOBODY), 2),
    lambda _: Objection(K),
    lambda _: Settings(0, 0, 1),
    lambda _: Confirm(1),
]


@pytest.mark.parametrize("act", KEEPERS_ACTS)
def test_keepers_acts_take_a_keeper(world: World, act: Callable[[World], Act]) -> None:
    """No other member, no past member and no stranger appends them, nor for a keeper."""
    editor, gone = world.add(), world.add()
    world.do(Remove(gone))
    assert refusal(world, act(world), by=editor) == "roster.keepers_only"
    assert refusal(world, act(world), by=gone) == "roster.not_member"
    world.seeds[NOBODY] = world.draw(32)
    assert refusal(world, act(world), by=NOBODY) == "roster.not_member"
    assert refusal(world, act(world), by=FOUNDER, signers=[editor]) == "roster.forged_signature"


def test_an_invitation_becomes_a_membership(world: World) -> None:
    """The invited joins with the role and horizon of the invitation, by keys of the own."""
    world.open_chapter()
    invitation = world.invite(Role.READER, 1)
    opened = world.state.invitations[InvitationId(invitation)]
    assert (opened.role, opened.horizon, opened.issued_by) == (Role.READER, 1, FOUNDER)
    assert opened.row_tag == world.seeds[invitation]
    member = world.join(invitation)
    found = world.state.members[member]
    assert (found.role, found.horizon, found.invited_by) == (Role.READER, 1, FOUNDER)
    assert (found.granted, found.joined_day) == (world.entries[-1].hash, world.day)
    assert found.signing == world.signing(member).public
    assert not world.state.invitations


def test_an_invitation_is_used_once_and_never_named_again(world: World) -> None:
    """Neither a second join nor a second invitation of the same id."""
    invitation = world.invite()
    world.join(invitation)
    late = world.new_id()
    world.seeds[late] = world.draw(32)
    with pytest.raises(Refused, match=r"roster\.invitation_unknown"):
        world.joining(invitation, late)
    assert refusal(world, world.invitation(invitation)) == "roster.invitation_known"


def test_an_invitation_ends_with_its_last_day(world: World) -> None:
    """It is good on the last day, and over on the next."""
    one, other = world.invite(), world.invite()
    world.day += 10
    world.join(one)
    assert [inv.id for inv in world.state.open_invitations(world.day)] == [other]
    world.day += 1
    assert world.state.open_invitations(world.day) == []
    with pytest.raises(Refused, match=r"roster\.invitation_over"):
        world.join(other)


def test_a_revoked_invitation_is_closed(world: World) -> None:
    """It can neither be used nor revoked again."""
    invitation = world.invite()
    world.do(Revoke(InvitationId(invitation)))
    assert refusal(world, Revoke(InvitationId(invitation))) == "roster.invitation_unknown"
    with pytest.raises(Refused, match=r"roster\.invitation_unknown"):
        world.join(invitation)


def joining(world: World, member: int, invitation: int) -> Join:
    """Return a join by hand."""
    keys = (world.sealing(member).public, world.signing(member).public)
    return Join(InvitationId(invitation), MemberId(member), *keys)


def test_a_join_is_signed_by_invitation_and_newcomer(world: World) -> None:
    """Either signature alone is not enough: neither a thief's of keys nor a keeper's."""
    invitation, member, thief = world.invite(), 50, 51
    world.seeds |= {member: world.draw(32), thief: world.draw(32)}
    act = joining(world, member, invitation)
    for signers in ([thief, member], [invitation, thief], [member, invitation]):
        found = refusal(world, act, by=member, signers=signers)
        assert found == "roster.forged_signature"


def test_a_newcomers_id_is_new_and_the_own(world: World) -> None:
    """No id of a present or past member, none outside the range, none for another."""
    gone, invitation = world.add(), world.invite()
    world.do(Remove(gone))
    for member, rule in (
        (FOUNDER, "roster.id_taken"),
        (gone, "roster.id_taken"),
        (0, "roster.id_range"),
        (1 << 62, "roster.id_range"),
    ):
        world.seeds.setdefault(member, world.draw(32))
        act = joining(world, member, invitation)
        assert refusal(world, act, by=member, signers=[invitation, member]) == rule
    act = joining(world, gone, invitation)
    assert refusal(world, act, by=0, signers=[invitation, gone]) == "roster.other_actor"


@pytest.mark.parametrize(
    ("role", "horizon", "rule"),
    [
        (Role.KEEPER, 1, "roster.keepers_read_all"),
        (Role.KEEPER, NO_CHAPTERS, "roster.keepers_read_all"),
        (Role.PROBATIONER, 0, "roster.horizon"),
        (Role.EDITOR, NO_CHAPTERS, "roster.horizon"),
        (Role.EDITOR, 2, "roster.horizon"),
        (Role.READER, LAST_CHAPTER + 1, "roster.horizon"),
    ],
)
def test_horizons_fit_roles(world: World, role: Role, horizon: int, rule: str) -> None:
    """Keepers read all, probationers open pages only, others from a chapter there is."""
    world.open_chapter()
    member = world.add()
    one = world.new_id()
    world.seeds[one] = world.draw(32)
    assert refusal(world, world.invitation(one, role, horizon)) == rule
    assert refusal(world, SetRole(member, role, horizon)) == rule


def test_roles_and_horizons_change(world: World) -> None:
    """A role entry gives both and is the ground of later assents; no change is refused."""
    member = world.add_probationer()
    entry = world.do(SetRole(member, Role.EDITOR, 0))
    found = world.state.members[member]
    assert (found.role, found.horizon, found.granted) == (Role.EDITOR, 0, entry.hash)
    assert refusal(world, SetRole(member, Role.EDITOR, 0)) == "roster.nothing_changes"
    assert refusal(world, SetRole(NOBODY, Role.EDITOR, 0)) == "roster.not_member"


def test_two_keepers_can_lower_each_other(world: World) -> None:
    """Below three keepers one decides; the last one stays while there are others."""
    member = world.add(Role.KEEPER)
    world.do(SetRole(FOUNDER, Role.EDITOR, 0), by=member)
    act = SetRole(member, Role.EDITOR, 0)
    assert refusal(world, act, by=member) == "roster.last_keeper"
    world.do(Remove(FOUNDER), by=member)
    world.do(act, by=member)
    assert not world.state.keepers


def test_a_removed_member_is_past_and_the_space_stale(world: World) -> None:
    """Until the next generation somebody knows keys who should not."""
    member = world.add()
    world.do(Remove(member))
    past = world.state.past[member]
    assert (past.member.id, past.day, past.removed_by) == (member, world.day, FOUNDER)
    assert member not in world.state.members
    assert world.state.is_stale
    world.turn()
    assert not world.state.is_stale
    assert refusal(world, Remove(member)) == "roster.not_member"


def test_nobody_removes_oneself(world: World) -> None:
    """Leaving has conditions that removing has not."""
    world.add()
    assert refusal(world, Remove(FOUNDER)) == "roster.leave_instead"


def test_members_leave_by_themselves(world: World) -> None:
    """Nobody leaves for another; who left is past, and the space is stale."""
    member = world.add(Role.READER)
    assert refusal(world, Leave(), by=member, signers=[FOUNDER]) == "roster.forged_signature"
    world.do(Leave(), by=member)
    assert world.state.past[member].removed_by is None
    assert world.state.is_stale
    assert refusal(world, Leave(), by=member) == "roster.not_member"


def test_the_last_keeper_leaves_only_alone_or_where_heirs_can_follow(world: World) -> None:
    """Neither too few heirs nor an heir who is the leaver make it possible."""
    assert world.state.heirs_left == []
    one, other = world.add(), world.add()
    assert refusal(world, Leave()) == "roster.last_keeper"
    world.do(NameHeirs((FOUNDER, one), 2))
    assert refusal(world, Leave()) == "roster.last_keeper"
    world.do(NameHeirs((one, other), 2))
    assert world.state.heirs_left == [one, other]
    world.do(Leave())
    assert not world.state.keepers
    lonely = World()
    lonely.do(Leave())
    assert not lonely.state.members


def rekeying(seed: bytes) -> Rekey:
    """Return new keys from a seed."""
    return Rekey(sealing_keys(seed).public, signing_keys(seed).public)


def test_new_keys_are_signed_by_old_and_new(world: World) -> None:
    """Then the new ones count; once a day, and the space is stale."""
    member, fresh = world.add(), 60
    world.seeds[fresh] = world.draw(32)
    act = rekeying(world.seeds[fresh])
    for signers in ([fresh, fresh], [member, member], [fresh, member]):
        assert refusal(world, act, by=member, signers=signers) == "roster.forged_signature"
    entry = world.forge(act, actor=member, signers=[member, fresh])
    world.take((entry, apply(world.state, entry)))
    world.seeds[member] = world.seeds[fresh]
    found = world.state.members[member]
    assert (found.signing, found.sealing) == (act.signing, act.sealing)
    assert found.rekeyed_day == world.day
    assert world.state.is_stale
    again = rekeying(world.draw(32))
    assert refusal(world, again, by=member, signers=[member, member]) == "roster.rekeyed_today"
    world.day += 1
    world.do(Leave(), by=member)


def test_generations_and_chapters_go_up_by_one(world: World) -> None:
    """Each names the next number and commits to its keys; chapters remember their day."""
    world.day += 1
    world.open_chapter()
    assert (world.state.chapter, world.state.chapter_days[1]) == (1, world.day)
    for number in (1, 3):
        assert refusal(world, OpenChapter(number, K)) == "roster.wrong_number"
    world.turn()
    assert (world.state.generation, world.state.chapter) == (1, 1)
    for number in (0, 1, 3):
        assert refusal(world, OpenGeneration(number, K, K)) == "roster.wrong_number"


def test_there_is_a_last_chapter(world: World) -> None:
    """The two numbers above it mean open and agenda pages."""
    world.state.chapter = LAST_CHAPTER - 1
    state = apply(world.state, world.forge(OpenChapter(LAST_CHAPTER, K), actor=1, signers=[1]))
    assert state.chapter == LAST_CHAPTER
    world.state.chapter = LAST_CHAPTER
    entry = world.forge(OpenChapter(LAST_CHAPTER + 1, K), actor=1, signers=[1])
    with pytest.raises(Refused, match=r"roster\.wrong_number"):
        apply(world.state, entry)


def test_settings_are_set_by_a_keeper(world: World) -> None:
    """The latest ones hold."""
    world.do(Settings(1, 1, 30))
    world.do(Settings(1, 0, 20))
    state = world.state
    assert (state.two_person_export, state.two_together, state.quota) == (True, False, 20)


def test_a_confirmed_roster_has_no_open_invitations(world: World) -> None:
    """After a restore codes that were used in between must not be good again."""
    world.invite()
    assert world.state.awaits_confirm(5_000)
    world.do(Confirm(5_000))
    assert not world.state.awaits_confirm(5_000)
    assert not world.state.invitations
    assert refusal(world, Confirm(5_000)) == "roster.confirmed_already"
    assert refusal(world, world.invitation(2)) == "roster.invitation_known"
