# SPDX-License-Identifier: AGPL-3.0-or-later
"""Let a space live at random, with forgers in it, and check what must hold at each step."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from hedgerow.engines.vault import acts
from hedgerow.engines.vault.package import build_package, open_package, recipients
from hedgerow.engines.vault.roster import pack_pages, unpack_pages
from hedgerow.engines.vault.roster_acts import (
    Act,
    Assent,
    Leave,
    NameHeirs,
    OpenChapter,
    OpenGeneration,
    Remove,
    Revoke,
    Role,
    SetRole,
)
from hedgerow.engines.vault.roster_chain import apply, follow
from hedgerow.engines.vault.tags import NO_CHAPTERS
from hedgerow.kernel.errors import Damaged, Refused
from hedgerow.kernel.ids import InvitationId, MemberId
from tests.engines.vault.roster_world import SPACE, World

ANY = st.integers(0, 200)
ROLES = st.sampled_from(Role)


class RosterLife(RuleBasedStateMachine):
    """Be a space in which anybody tries anything.

    What the rules allow is done, and each change of keepers is judged.
    """

    def __init__(self) -> None:
        """Found the space."""
        super().__init__()
        self.world = World()
        self.assents: list[tuple[Act, Assent]] = []

    def member(self, number: int) -> MemberId:
        """Return some present member."""
        return sorted(self.world.state.members)[number % len(self.world.state.members)]

    @initialize(keepers=st.integers(0, 3), drawer=st.integers(0, 3))
    def begin(self, keepers: int, drawer: int) -> None:
        """Let the founder issue keepers' invitations for a drawer, then add keepers."""
        for _ in range(drawer):
            self.world.invite(Role.KEEPER)
        self.world.add_keepers(keepers)
        self.world.add()

    def anybody(self, number: int) -> int:
        """Return a keeper mostly, else some member, past member or invitation."""
        keepers = [one.id for one in self.world.state.keepers]
        if number % 3 and keepers:
            return keepers[number // 3 % len(keepers)]
        return sorted(self.world.seeds)[number // 3 % len(self.world.seeds)]

    def tried(self, act: Act, *, by: int) -> bool:
        """Append an act if the rules allow it; tell whether they did."""
        before = self.world.state
        try:
            self.world.do(act, by=by)
        except Refused:
            assert self.world.state is before
            return False
        self.judge_change_of_keepers(before_ids={one.id for one in before.keepers}, act=act)
        return True

    def judge_change_of_keepers(self, *, before_ids: set[MemberId], act: Act) -> None:
        """Demand two keepers behind each change where three or more were."""
        after_ids = {one.id for one in self.world.state.keepers}
        if len(before_ids) >= 3 and after_ids != before_ids and not isinstance(act, Leave):
            assert isinstance(act, SetRole | Remove)
            assert act.assent is not None
            supporters = {self.world.entries[-1].actor, act.assent.member}
            assert len(supporters) == 2
            assert supporters <= before_ids - {act.member}

    @rule(role=ROLES, by=ANY, horizon=st.integers(0, 3))
    def invite(self, role: Role, by: int, horizon: int) -> None:
        """Somebody invites somebody to something."""
        world = self.world
        one = world.new_id()
        world.seeds[one] = world.draw(32)
        fit = {Role.KEEPER: 0, Role.PROBATIONER: NO_CHAPTERS}.get(role, horizon)
        if self.tried(world.invitation(one, role, fit), by=self.anybody(by)):
            assert role is not Role.KEEPER or len(world.state.keepers) < 3

    @precondition(lambda self: self.world.state.invitations)
    @rule(which=ANY)
    def join(self, which: int) -> None:
        """Somebody uses an invitation, which makes nobody a fourth keeper."""
        world, before = self.world, self.world.state
        invitation = sorted(before.invitations)[which % len(before.invitations)]
        try:
            world.join(invitation)
        except Refused:
            return
        if len(before.keepers) >= 3:
            assert world.state.keepers == before.keepers

    @rule(by=ANY, which=ANY, role=ROLES, helper=ANY)
    def set_role(self, by: int, which: int, role: Role, helper: int) -> None:
        """Somebody gives a role, perhaps with an assent from somebody."""
        horizon = NO_CHAPTERS if role is Role.PROBATIONER else 0
        act = SetRole(self.member(which), role, horizon)
        given = acts.assent(self.world.state, act, author=self.world.author(self.anybody(helper)))
        self.assents.append((act, given))
        if not self.tried(act, by=self.anybody(by)):
            both = SetRole(act.member, act.role, act.horizon, given)
            self.tried(both, by=self.anybody(by))

    @rule(by=ANY, which=ANY, helper=ANY)
    def remove(self, by: int, which: int, helper: int) -> None:
        """Somebody removes somebody, perhaps with an assent from somebody."""
        act = Remove(self.member(which))
        given = acts.assent(self.world.state, act, author=self.world.author(self.anybody(helper)))
        self.assents.append((act, given))
        if not self.tried(act, by=self.anybody(by)):
            self.tried(Remove(act.member, given), by=self.anybody(by))

    @precondition(lambda self: self.world.state.keepers)
    @rule(by=ANY, which=ANY)
    def fall_by_the_own_assent(self, by: int, which: int) -> None:
        """Nobody's own assent counts for the own removal."""
        keepers = self.world.state.keepers
        fallen = keepers[which % len(keepers)].id
        author = self.world.author(fallen)
        given = acts.assent(self.world.state, Remove(fallen), author=author)
        assert not self.tried(Remove(fallen, given), by=self.anybody(by))

    @precondition(lambda self: self.assents)
    @rule(which=ANY, by=ANY)
    def use_an_old_assent(self, which: int, by: int) -> None:
        """Somebody tries an assent that was given earlier."""
        act, given = self.assents[which % len(self.assents)]
        if isinstance(act, SetRole):
            again: Act = SetRole(act.member, act.role, act.horizon, given)
        else:
            assert isinstance(act, Remove)
            again = Remove(act.member, given)
        self.tried(again, by=self.anybody(by))

    @precondition(lambda self: len(self.world.state.members) > 1)
    @rule(which=ANY)
    def leave(self, which: int) -> None:
        """Somebody leaves, if others are left to go on."""
        self.tried(Leave(), by=self.member(which))

    @rule(by=ANY, one=ANY, other=ANY)
    def name_heirs(self, by: int, one: int, other: int) -> None:
        """Somebody names two heirs alone, which three keepers do not allow."""
        before = len(self.world.state.keepers)
        act = NameHeirs((self.member(one), self.member(other)), 2)
        if self.tried(act, by=self.anybody(by)):
            assert before < 3

    @precondition(lambda self: self.world.state.heirs)
    @rule(which=ANY, by=ANY)
    def hand_over(self, which: int, by: int) -> None:
        """All heirs who are left make somebody keeper, if they are enough."""
        world, state = self.world, self.world.state
        assert state.heirs is not None
        act = world.handover(self.member(which), state.heirs_left)
        try:
            world.do(act, by=self.member(by))
        except Refused:
            assert len(state.heirs_left) < state.heirs.threshold
        else:
            assert world.state.members[act.member].role is Role.KEEPER

    @rule(by=ANY)
    def open_generation(self, by: int) -> None:
        """Somebody begins a generation; under a wrong number nobody does."""
        state, author = self.world.state, self.anybody(by)
        is_keeper = author in {one.id for one in state.keepers}
        try:
            self.world.turn(by=author)
        except Refused:
            assert not is_keeper
        else:
            assert is_keeper
            assert not self.world.state.is_stale
        number = self.world.state.generation + 2
        assert not self.tried(OpenGeneration(number, bytes(32), bytes(32)), by=author)

    @rule(by=ANY)
    def open_chapter(self, by: int) -> None:
        """Somebody begins a chapter."""
        try:
            self.world.open_chapter(by=self.anybody(by))
        except Refused:
            number = self.world.state.chapter + 2
            assert not self.tried(OpenChapter(number, bytes(32)), by=self.anybody(by))

    @precondition(lambda self: self.world.state.invitations)
    @rule(by=ANY, which=ANY)
    def revoke(self, by: int, which: int) -> None:
        """Somebody takes an invitation back."""
        invitations = sorted(self.world.state.invitations)
        self.tried(Revoke(InvitationId(invitations[which % len(invitations)])), by=self.anybody(by))

    @rule(signer=ANY, which=ANY)
    def forge(self, signer: int, which: int) -> None:
        """Who holds L writes an entry in a keeper's name by another key: always refused."""
        world = self.world
        by = self.anybody(signer)
        for keeper in world.state.keepers:
            if keeper.id != by:
                act = SetRole(self.member(which), Role.READER, 0)
                with pytest.raises(Refused):
                    apply(world.state, world.forge(act, actor=keeper.id, signers=[by]))

    @rule(which=ANY)
    def replay(self, which: int) -> None:
        """An old entry appended again is refused."""
        entries = self.world.entries
        with pytest.raises(Refused, match=r"roster\.not_next"):
            apply(self.world.state, entries[which % len(entries)])

    @rule(cut=ANY)
    def roll_back(self, cut: int) -> None:
        """Pages put back are refused by whoever has seen more."""
        entries = self.world.entries
        kept = entries[: max(1, len(entries) - 1 - cut)]
        with pytest.raises(Damaged, match=r"roster\.rolled_back"):
            follow(
                kept,
                space=SPACE,
                genesis_hash=entries[0].hash,
                head=kept[-1].anchor,
                anchor=entries[-1].anchor,
            )

    @rule()
    def the_package_is_for_members_alone(self) -> None:
        """Present members find keys in a package of today, past members find none."""
        world = self.world
        people = recipients(world.state, day=world.day)
        pages = build_package(world.keys, recipients=people, random=world.draw)
        some = next(iter(world.state.members))
        own = open_package(pages, sealing=world.sealing(some), state=world.state)
        assert own is not None
        assert own.keys.horizon == world.state.members[some].horizon
        for past in list(world.state.past)[-1:]:
            assert open_package(pages, sealing=world.sealing(past), state=world.state) is None

    @invariant()
    def readers_agree_with_writers(self) -> None:
        """Whoever reads the pages comes to the writers' state."""
        entries = unpack_pages(pack_pages(self.world.entries))
        assert entries == self.world.entries
        assert self.world.followed() == self.world.state

    @invariant()
    def present_members_and_past_ones_are_different_people(self) -> None:
        """Nobody is both, keepers read all, and open invitations were never used."""
        state = self.world.state
        assert not set(state.members) & set(state.past)
        assert all(one.horizon == 0 for one in state.keepers)
        assert set(state.invitations) <= state.known_invitations


TestRosterLife = RosterLife.TestCase
TestRosterLife.settings = settings(stateful_step_count=25)
