# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whatever happens in whatever order, each member reads exactly what is theirs to read."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from hedgerow.engines.vault.account import AccountKeys
from hedgerow.engines.vault.keyring import KeyringEntry
from hedgerow.kernel.errors import BadInput, NotFound, Refused
from hedgerow.kernel.ids import RecordId, SpaceId
from hedgerow.store import account as accounts
from hedgerow.store import pausing, reading, sessions
from hedgerow.store.accounts import log_in, visit_from_cookie
from hedgerow.store.founding import issue_founder_code
from hedgerow.store.roles import Reads, Role
from tests.instances import Vault
from tests.store.people.actors import Note, Person, bring, id_of, issue, join_with, today, words

_vault: list[Vault] = []


@pytest.fixture(autouse=True)
def present_vault(vault: Vault) -> Iterator[None]:
    """Let all examples live in one instance, each in spaces of its own."""
    _vault[:] = [vault]
    yield
    _vault.clear()


@dataclass
class Life:
    """Hold a member as the model knows them."""

    person: Person
    role: Role
    horizon: int


@dataclass
class Group:
    """Hold a space as the model knows it: records by chapter, members, those who are out."""

    id: SpaceId
    records: dict[RecordId, tuple[int, str]] = field(default_factory=dict)
    chapter: int = 0
    begun: int = -1
    written_in: set[int] = field(default_factory=set)
    lives: list[Life] = field(default_factory=list)
    out: list[KeyringEntry] = field(default_factory=list)

    def from_now(self) -> int:
        """Return the horizon of somebody who is to read from now on."""
        if self.chapter in self.written_in and self.begun != today():
            self.chapter += 1
            self.begun = today()
        return self.chapter

    def visible_to(self, life: Life) -> set[str]:
        """Return the texts somebody is to read."""
        return {text for chapter, text in self.records.values() if chapter >= life.horizon}


def membership(person: Person, space_id: SpaceId) -> KeyringEntry:
    """Return what somebody's keyring holds of a space."""
    session = sessions.read(person.cookie)
    assert session is not None
    account = accounts.read(AccountKeys(session.account_key))
    assert account is not None
    entry = account.entry(space_id)
    assert entry is not None
    return entry


NEVER = 70_000
others = st.integers(min_value=0, max_value=1_000)


class Lives(RuleBasedStateMachine):
    """Play one space from its founding on."""

    @initialize()
    def found(self) -> None:
        """Found a space by an account of its own."""
        founder = join_with(words(issue_founder_code(), code="invitation"), name="")
        space = founder.visit().open_space("Space", as_name="F")
        self.group = Group(space.id)
        self.keeper = Life(founder, Role.KEEPER, 0)
        self.group.lives = [self.keeper]
        self.count = 0
        self.paused: list[tuple[Life, str]] = []
        self.gone: list[Person] = []

    def one_of(self, number: int) -> Life:
        """Choose a member."""
        return self.group.lives[number % len(self.group.lives)]

    def one_but_the_keeper(self, number: int) -> Life:
        """Choose a member who is not the founder."""
        return self.group.lives[1 + number % (len(self.group.lives) - 1)]

    def has_others(self) -> bool:
        """Tell whether there is anybody but the founder."""
        return hasattr(self, "group") and len(self.group.lives) > 1

    def put_out(self, life: Life) -> None:
        """Take somebody out of the model, keeping their keys."""
        self.group.lives.remove(life)
        self.gone.append(life.person)

    @rule(who=others)
    def write(self, who: int) -> None:
        """Write a record, as far as the role allows."""
        life = self.one_of(who)
        self.count += 1
        text = str(self.count)
        try:
            record = life.person.space(self.group.id).write(Note(text), title=text)
        except Refused:
            assert not life.role.can_write
            return
        assert life.role.can_write
        self.group.records[record] = (self.group.chapter, text)
        self.group.written_in.add(self.group.chapter)

    @rule(role=st.sampled_from(list(Role)[1:]), reads=st.sampled_from(list(Reads)))
    def join(self, role: Role, reads: Reads) -> None:
        """Invite somebody, who joins at once."""
        if len(self.group.lives) > 5:
            return
        if role is Role.PROBATIONER:
            horizon = NEVER
        else:
            horizon = 0 if reads is Reads.ALL else self.group.from_now()
        person = bring(self.keeper.person, self.group.id, name="N", role=role, reads=reads)
        self.group.lives.append(Life(person, role, horizon))

    @precondition(has_others)
    @rule(who=others)
    def remove(self, who: int) -> None:
        """Remove somebody who has the space open in another request."""
        life = self.one_but_the_keeper(who)
        held = life.person.space(self.group.id)
        keys = membership(life.person, self.group.id)
        self.keeper.person.space(self.group.id).remove(id_of(life.person, self.group.id))
        self.put_out(life)
        self.group.out.append(keys)
        if life.role.can_write:
            with pytest.raises(NotFound):
                held.write(Note("late"), title="late")
        with pytest.raises(NotFound):
            life.person.space(self.group.id)

    @precondition(has_others)
    @rule(who=others)
    def leave(self, who: int) -> None:
        """Leave; the keeper's coming changes the keys."""
        life = self.one_but_the_keeper(who)
        life.person.space(self.group.id)
        keys = membership(life.person, self.group.id)
        life.person.space(self.group.id).leave()
        self.put_out(life)
        self.keeper.person.space(self.group.id)
        self.group.out.append(keys)

    @rule(who=others)
    def rekey(self, who: int) -> None:
        """Take new keys, at most once a day."""
        life = self.one_of(who)
        member = life.person.space(self.group.id)._opened.roster.members
        mine = id_of(life.person, self.group.id)
        if member[mine].rekeyed_day == today():
            with pytest.raises(Refused, match=r"roster\.rekeyed_today"):
                life.person.visit().rekey(self.group.id)
        else:
            life.person.visit().rekey(self.group.id)

    @precondition(has_others)
    @rule(who=others, role=st.sampled_from([Role.EDITOR, Role.READER, Role.PROBATIONER]))
    def change_role(self, who: int, role: Role) -> None:
        """Give somebody another role."""
        life = self.one_but_the_keeper(who)
        if role is life.role:
            return
        if role is Role.PROBATIONER:
            life.horizon = NEVER
        elif life.horizon == NEVER:
            life.horizon = self.group.from_now()
        space = self.keeper.person.space(self.group.id)
        space.set_role(id_of(life.person, self.group.id), role)
        life.role = role

    @rule(who=others)
    def erase(self, who: int) -> None:
        """Let the keeper erase a record."""
        if self.group.records:
            record = list(self.group.records)[who % len(self.group.records)]
            self.keeper.person.space(self.group.id).erase(record)
            del self.group.records[record]

    @rule(who=others)
    def come_back(self, who: int) -> None:
        """Log in again."""
        self.one_of(who).person.log_in()

    @rule()
    def night(self) -> None:
        """Hold a night; everybody logs in the next day."""
        _vault[0].night()
        for life in self.group.lives:
            life.person.log_in()

    @rule()
    def week(self) -> None:
        """Hold nights until all keyrings were delivered; everybody logs in again."""
        _vault[0].nights_to_monday()
        for life in self.group.lives:
            life.person.log_in()

    @precondition(has_others)
    @rule(who=others)
    def pause(self, who: int) -> None:
        """Let a friend pause somebody, who is a member all the while."""
        life = self.one_but_the_keeper(who)
        drawn = life.person.visit().print_freeze_words(life.person.typed)
        typed = words(drawn, code="freeze")
        pausing.pause_account(typed)
        self.group.lives.remove(life)
        self.paused.append((life, typed))

    @precondition(lambda self: bool(getattr(self, "paused", [])))
    @rule(who=others)
    def lift(self, who: int) -> None:
        """Open a paused account again by both sets of words."""
        life, typed = self.paused.pop(who % len(self.paused))
        pausing.lift(freeze_text=typed, phrase_text=life.person.typed)
        life.person.log_in()
        self.group.lives.append(life)

    @rule(who=others)
    def change_words(self, who: int) -> None:
        """Take new words; the old ones open nothing from then on."""
        person = self.one_of(who).person
        old = person.typed
        change = person.visit().begin_change_of_phrase(old)
        change.confirm(words(change.phrase, code="phrase"))
        person.phrase = change.phrase
        with pytest.raises(Refused, match=r"account\.unknown"):
            log_in(old)
        person.log_in()

    @precondition(lambda self: bool(getattr(self, "gone", [])))
    @rule(who=others)
    def come_again(self, who: int) -> None:
        """Join again, with the same account, after leaving or being removed."""
        if len(self.group.lives) > 5:
            return
        person = self.gone.pop(who % len(self.gone))
        person.log_in()
        horizon = self.group.from_now()
        issued = issue(self.keeper.person, self.group.id)
        typed = words(issued.numbers, code="invitation")
        person.visit().accept_invitation(typed, as_name="N")
        self.group.lives.append(Life(person, Role.EDITOR, horizon))

    @invariant()
    def who_is_paused_opens_nothing(self) -> None:
        """Demand that neither cookie nor words open a paused account."""
        for life, _ in getattr(self, "paused", []):
            assert visit_from_cookie(life.person.cookie) is None
            with pytest.raises(BadInput, match=r"words\.mistyped"):
                log_in(life.person.typed)

    @invariant()
    def everybody_reads_what_is_theirs(self) -> None:
        """Demand exactly the model's texts for each, and nothing damaged."""
        if not hasattr(self, "group"):
            return
        for life in self.group.lives:
            space = life.person.space(self.group.id)
            assert space.role is life.role
            records = space.read_many(Note, space.entries(Note))
            assert {record.value.text for record in records} == self.group.visible_to(life)
            assert space.damage() == []

    @invariant()
    def who_is_out_opens_nothing(self) -> None:
        """Demand that the keys of those who are out find no head and no slot."""
        for entry in getattr(self, "group", Group(SpaceId(0))).out:
            assert reading.read_head(entry) is None
            assert reading.slots_for(entry) == []


LivesCase = Lives.TestCase


@pytest.mark.usefixtures("present_vault")
class TestLives(LivesCase):  # type: ignore[misc, valid-type]  # Hypothesis makes the class at run time
    """Run the machine in the instance of the test."""

    settings = settings(
        max_examples=6,
        stateful_step_count=25,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


del LivesCase
