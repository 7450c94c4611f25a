# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check the acts that take several people: of and to keepers, and the hand-over.

The attack behind them: one keeper of three makes friends keepers and removes the others.
"""

from dataclasses import replace

import pytest

from hedgerow.engines.vault import acts
from hedgerow.engines.vault.primitives import is_signed
from hedgerow.engines.vault.roster_acts import (
    Act,
    Assent,
    Handover,
    Leave,
    NameHeirs,
    Objection,
    Remove,
    Role,
    SetRole,
)
from hedgerow.engines.vault.roster_assents import assent_bytes
from hedgerow.engines.vault.roster_chain import apply
from hedgerow.kernel.canonical import u32, u64
from hedgerow.kernel.errors import Refused
from hedgerow.kernel.ids import InvitationId, MemberId
from tests.engines.vault.roster_world import FOUNDER, SPACE, World

NOBODY = MemberId(999)


class Three(World):
    """Be a space of three keepers, the founder, `second` and `third`, and an editor."""

    def __init__(self) -> None:
        """Found it and add them."""
        super().__init__(seed=8)
        self.second, self.third = self.add_keepers(2)
        self.editor = self.add()

    def agreed(self, act: SetRole | Remove | NameHeirs, *, by: int) -> Assent:
        """Return a keeper's assent to an act."""
        return acts.assent(self.state, act, author=self.author(by))


@pytest.fixture(name="three")
def a_space_of_three() -> Three:
    """Make a space of three keepers."""
    return Three()


def refusal(world: World, act: Act, *, by: int = FOUNDER) -> str:
    """Return the rule by which an entry is refused."""
    with pytest.raises(Refused) as caught:
        apply(world.state, world.forge(act, actor=by, signers=[by]))
    return caught.value.code


def test_what_an_assent_is_over() -> None:
    """Space, act, member, new role and ground, each at its size."""
    ground = (b"g" * 32, 7)
    message = assent_bytes(SPACE, kind=SetRole, member=3, role=1, ground=ground)
    assert message == (
        b"hedgerow assent 1" + u64(SPACE) + b"\5" + u64(3) + b"\1" + b"g" * 32 + u32(7)
    )


def test_a_keepers_assent_names_the_entry_that_gave_the_role(three: Three) -> None:
    """Nothing the member appends changes its ground."""
    act = Remove(three.third)
    given = three.agreed(act, by=three.second)
    ground = (three.state.members[three.third].granted, 0)
    message = assent_bytes(SPACE, kind=Remove, member=three.third, role=0, ground=ground)
    public = three.signing(three.second).public
    assert is_signed(public, signature=given.signature, message=message)


def test_one_keeper_of_three_moves_no_keeper(three: Three) -> None:
    """Neither up nor down nor out; others are moved by one."""
    for act in (
        SetRole(three.editor, Role.KEEPER, 0),
        SetRole(three.second, Role.EDITOR, 0),
        Remove(three.second),
    ):
        assert refusal(three, act) == "roster.needs_two"
    three.do(SetRole(three.editor, Role.READER, 0))
    three.do(Remove(three.editor))


def test_two_keepers_of_three_move_a_keeper(three: Three) -> None:
    """Up, down and out, by the act of one and the assent of the other."""
    raising = SetRole(three.editor, Role.KEEPER, 0)
    three.do(replace(raising, assent=three.agreed(raising, by=three.second)))
    lowering = SetRole(three.third, Role.EDITOR, 0)
    three.do(replace(lowering, assent=three.agreed(lowering, by=three.second)))
    assert [one.id for one in three.state.keepers] == [FOUNDER, three.second, three.editor]
    removing = Remove(three.editor)
    three.do(replace(removing, assent=three.agreed(removing, by=FOUNDER)), by=three.second)
    assert [one.id for one in three.state.keepers] == [FOUNDER, three.second]
    assert three.followed() == three.state


def test_who_is_moved_is_none_of_the_two(three: Three) -> None:
    """A keeper assents neither to the own fall nor acts in it."""
    lowering, removing = SetRole(three.third, Role.EDITOR, 0), Remove(three.third)
    for act in (lowering, removing):
        assert (
            refusal(three, replace(act, assent=three.agreed(act, by=three.third)))
            == "roster.about_oneself"
        )
    own = replace(lowering, assent=three.agreed(lowering, by=three.second))
    assert refusal(three, own, by=three.third) == "roster.about_oneself"


def test_an_assent_comes_from_another_keeper(three: Three) -> None:
    """Not from the actor, an editor, a past member or a stranger, nor unsigned."""
    act = Remove(three.third)
    for maker in (FOUNDER, three.editor):
        given = three.agreed(act, by=maker)
        assert refusal(three, replace(act, assent=given)) == "roster.assent"
    right = three.agreed(act, by=three.second)
    for wrong in (
        Assent(NOBODY, right.signature),
        Assent(three.second, bytes(64)),
        Assent(three.second, three.agreed(act, by=FOUNDER).signature),
    ):
        assert refusal(three, replace(act, assent=wrong)) == "roster.assent"


def test_an_assent_is_to_one_act_on_one_member(three: Three) -> None:
    """It cannot be used for another member, another role or another act."""
    raising = SetRole(three.editor, Role.KEEPER, 0)
    other = three.add()
    given = three.agreed(raising, by=three.second)
    assert (
        refusal(three, SetRole(other, Role.KEEPER, 0, given))
        == refusal(three, Remove(three.third, given))
        == refusal(three, SetRole(three.third, Role.READER, 0, given))
        == "roster.assent"
    )


def test_an_assent_is_void_after_a_new_role_and_not_before(three: Three) -> None:
    """New keys of the member do not void it; a role given in between does."""
    act = Remove(three.third)
    given = three.agreed(act, by=three.second)
    fresh = 70
    three.seeds[fresh] = three.draw(32)
    step = acts.rekey(
        three.state,
        author=three.author(three.third),
        sealing=three.sealing(fresh),
        new=three.signing(fresh),
    )
    three.take(step)
    removal = three.forge(replace(act, assent=given), actor=FOUNDER, signers=[FOUNDER])
    assert three.third not in apply(three.state, removal).members
    raising = SetRole(three.editor, Role.KEEPER, 0)
    old = three.agreed(raising, by=three.second)
    three.do(SetRole(three.editor, Role.READER, 0))
    assert refusal(three, replace(raising, assent=old)) == "roster.assent"


def test_an_assent_counts_while_its_maker_is_keeper(three: Three) -> None:
    """Who was lowered since has no say."""
    three.add_keepers(1)
    act = Remove(three.third)
    given = three.agreed(act, by=three.second)
    lowering = SetRole(three.second, Role.EDITOR, 0)
    three.do(replace(lowering, assent=three.agreed(lowering, by=three.third)))
    assert refusal(three, replace(act, assent=given)) == "roster.assent"


def test_a_needless_assent_must_be_right_too() -> None:
    """Where one keeper would do, an assent that stands there is still checked."""
    world = World()
    second = world.add(Role.KEEPER)
    editor = world.add()
    act = SetRole(editor, Role.READER, 0)
    wrong = replace(act, assent=Assent(second, bytes(64)))
    assert refusal(world, wrong) == "roster.assent"
    world.do(replace(act, assent=world.assent(act, by=second)))


def test_invitations_make_keepers_only_below_three(three: Three) -> None:
    """A third keeper can be invited, a fourth only raised by two."""
    one = three.new_id()
    three.seeds[one] = three.draw(32)
    assert refusal(three, three.invitation(one, Role.KEEPER)) == "roster.too_many_keepers"


def test_invitations_kept_in_a_drawer_make_no_majority() -> None:
    """Issued while there were few keepers, they are refused once there are three."""
    world = World()
    drawer = [world.invite(Role.KEEPER) for _ in range(4)]
    world.add_keepers(1)
    world.join(drawer[0])
    assert len(world.state.keepers) == 3
    for invitation in drawer[1:]:
        with pytest.raises(Refused, match=r"roster\.too_many_keepers"):
            world.join(invitation)
    with pytest.raises(Refused, match=r"roster\.invitation_unknown"):
        world.joining(InvitationId(drawer[0]), world.state.keepers[0].id)


def test_one_keeper_of_three_names_no_heirs(three: Three) -> None:
    """Heirs make keepers: two friends named by one would be a majority with him."""
    friend = three.add()
    act = NameHeirs((three.editor, friend), 2)
    assert refusal(three, act) == "roster.needs_two"
    given = three.agreed(act, by=three.second)
    other = NameHeirs((friend, three.editor), 2)
    assert refusal(three, replace(other, assent=given)) == "roster.assent"
    entry = three.do(replace(act, assent=given))
    heirs = three.state.heirs
    assert heirs is not None
    assert (heirs.id, heirs.members, heirs.threshold) == (entry.hash, act.members, 2)
    assert (heirs.named_by, heirs.named_day) == (FOUNDER, three.day)
    assert heirs.is_agreed
    # The same assent does not name them again after the heirs were changed.
    assert refusal(three, replace(act, assent=given)) == "roster.assent"
    assert three.followed() == three.state


@pytest.mark.parametrize(
    ("count", "threshold"), [(1, 1), (1, 2), (2, 1), (2, 3), (6, 2), (0, 0), (5, 6)]
)
def test_heirs_are_two_to_five_and_two_at_least_agree(count: int, threshold: int) -> None:
    """Neither too few nor too many, nor more assents than heirs."""
    world = World()
    members = tuple(world.add() for _ in range(count))
    assert refusal(world, NameHeirs(members, threshold)) == "roster.heirs_number"


def test_heirs_are_different_members_who_read_all() -> None:
    """They must be able to seal everything again."""
    world = World()
    world.open_chapter()
    one, late = world.add(), world.add(Role.EDITOR, 1)
    assert refusal(world, NameHeirs((one, one), 2)) == "roster.heirs_number"
    assert refusal(world, NameHeirs((one, late), 2)) == "roster.heirs_horizon"
    assert refusal(world, NameHeirs((one, NOBODY), 2)) == "roster.not_member"


class Orphans(World):
    """Be a space of three heirs, of whom two must agree, without a keeper."""

    def __init__(self) -> None:
        """Found it, name the heirs, and let the keeper leave."""
        super().__init__(seed=9)
        self.heirs = [self.add() for _ in range(3)]
        self.reader = self.add(Role.READER)
        self.do(NameHeirs(tuple(self.heirs), 2))
        self.do(Leave())


def test_enough_heirs_make_a_keeper() -> None:
    """Any member appends their assents; then the space has a keeper who ends its staleness."""
    world = Orphans()
    one, other, _ = world.heirs
    entry = world.do(world.handover(one, [one, other]), by=world.reader)
    found = world.state.members[one]
    assert (found.role, found.horizon, found.granted) == (Role.KEEPER, 0, entry.hash)
    world.turn(by=one)
    assert not world.state.is_stale
    assert world.followed() == world.state


def test_fewer_heirs_make_no_keeper() -> None:
    """One assent, the same twice, or one by a member who is no heir do not do."""
    world = Orphans()
    one, other, third = world.heirs
    single = world.handover(one, [one])
    assert refusal(world, single, by=one) == "roster.heirs_few"
    assert refusal(world, world.handover(one, [one, one]), by=one) == "roster.heirs_few"
    assert refusal(world, world.handover(one, [one, other, other]), by=one) == "roster.heirs_few"
    stranger = world.handover(one, [one, world.reader])
    assert refusal(world, stranger, by=one) == "roster.assent"
    right = world.handover(one, [one, other])
    wrong = replace(right, assents=(right.assents[0], Assent(other, bytes(64))))
    assert refusal(world, wrong, by=one) == "roster.assent"
    assert refusal(world, replace(right, member=third), by=one) == "roster.assent"
    assert refusal(world, replace(right, member=NOBODY), by=one) == "roster.not_member"


def test_heirs_who_left_have_no_say() -> None:
    """Only heirs who are members now count."""
    world = Orphans()
    one, other, third = world.heirs
    late = world.handover(one, [one, other])
    world.do(Leave(), by=other)
    assert refusal(world, late, by=one) == "roster.not_member"
    world.do(world.handover(one, [one, third]), by=one)


def test_a_round_ends_with_its_hand_over() -> None:
    """Assents are good once; the next hand-over takes new ones."""
    world = Orphans()
    one, other, _ = world.heirs
    act = world.handover(one, [one, other])
    world.do(act, by=one)
    assert refusal(world, act, by=one) == "roster.assent"
    world.do(world.handover(other, [one, other]), by=one)


def test_an_objection_ends_the_round() -> None:
    """A keeper who is still there voids the assents given so far."""
    world = World()
    heirs = [world.add(), world.add()]
    world.do(NameHeirs((heirs[0], heirs[1]), 2))
    named = world.state.heirs
    assert named is not None
    assert not named.is_agreed
    act = world.handover(heirs[0], heirs)
    world.do(Objection(named.id))
    assert world.state.rounds == 1
    assert refusal(world, act, by=heirs[0]) == "roster.assent"
    assert refusal(world, Objection(bytes(32))) == "roster.heirs_others"


def test_only_the_latest_heirs_hand_over() -> None:
    """Assents under earlier heirs are void; without heirs there is no hand-over."""
    world = World()
    one, other = world.add(), world.add()
    nothing = Handover(bytes(32), one, ())
    assert refusal(world, nothing, by=one) == "roster.heirs_others"
    assert refusal(world, Objection(bytes(32))) == "roster.heirs_others"
    with pytest.raises(Refused, match=r"roster\.heirs_others"):
        acts.handover_assent(world.state, one, author=world.author(one))
    world.do(NameHeirs((one, other), 2))
    act = world.handover(one, [one, other])
    world.do(NameHeirs((other, one), 2))
    assert refusal(world, act, by=one) == "roster.heirs_others"


def test_nobody_assents_to_an_act_on_a_stranger(three: Three) -> None:
    """There is no role whose entry could be the ground."""
    with pytest.raises(Refused, match=r"roster\.not_member"):
        three.agreed(Remove(NOBODY), by=three.second)
