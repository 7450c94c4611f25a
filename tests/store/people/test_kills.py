# SPDX-License-Identifier: AGPL-3.0-or-later
"""Processes killed anywhere in an act leave a space or an account before or after it."""

import random

from hedgerow.kernel.errors import NotFound, Refused
from hedgerow.kernel.ids import SpaceId
from hedgerow.store import rosters
from hedgerow.store.accounts import log_in
from hedgerow.store.joining import open_invitation
from hedgerow.store.roles import Reads
from tests.instances import Vault
from tests.store.killing import Say, in_child
from tests.store.people.actors import Note, Person, bring, id_of, issue, words

WRITES_AND_REMOVALS = 30
JOINS = 12
PHRASES = 8


def texts_in(person: Person, space_id: SpaceId) -> set[str]:
    """Read all notes of a space and demand that nothing is damaged."""
    space = person.space(space_id)
    records = space.read_many(Note, space.entries(Note))
    assert space.damage() == []
    return {record.value.text for record in records}


def test_writes_and_removals_killed_anywhere(
    vault: Vault, founder: Person, space_id: SpaceId
) -> None:
    """What was acknowledged is read by all who stay; who was removed is out, whole or not."""
    stays = bring(founder, space_id, name="S", reads=Reads.ALL)
    acknowledged: set[str] = set()
    steps = 0
    for kill in range(WRITES_AND_REMOVALS):
        founder.log_in()
        stays.log_in()
        goes = bring(founder, space_id, name="G", reads=Reads.ALL)
        target = id_of(goes, space_id)

        def act(say: Say, kill: int = kill, target: int = target) -> None:
            founder.space(space_id).write(Note(f"{kill}-0"), title="x")
            say(0)
            founder.space(space_id).remove(target)  # type: ignore[arg-type]
            say(1)
            founder.space(space_id).write(Note(f"{kill}-2"), title="x")
            say(2)

        outcome = in_child(vault, act, die_at=random.randint(1, steps) if steps else 0)
        steps = steps or outcome.steps
        rosters.forget_all()
        acknowledged |= {f"{kill}-{number}" for number in outcome.said if number != 1}
        seen = texts_in(founder, space_id)
        assert acknowledged <= seen
        assert texts_in(stays, space_id) == seen
        assert not founder.space(space_id).is_stale
        is_member = target in {member.id for member in founder.space(space_id).members()}
        assert not (is_member and 1 in outcome.said)
        if is_member:
            assert texts_in(goes, space_id) == seen
            founder.space(space_id).remove(target)


def test_joins_killed_anywhere_are_finished_or_never_were(
    vault: Vault, founder: Person, space_id: SpaceId
) -> None:
    """After a kill the new words open the space, or nothing, and then the code is still good."""
    steps = 0
    for _ in range(JOINS):
        founder.log_in()
        typed = words(issue(founder, space_id).numbers, code="invitation")
        begun = open_invitation(typed)
        person = Person(begun.phrase)
        before = len(founder.space(space_id).members())

        def act(_say: Say, cookie: str = begun.cookie, typed: str = person.typed) -> None:
            from hedgerow.store.joining import joining_from_cookie  # noqa: PLC0415

            joining = joining_from_cookie(cookie)
            assert joining is not None
            joining.confirm(typed)
            joining.finish(as_name="J")

        outcome = in_child(vault, act, die_at=random.randint(1, steps) if steps else 0)
        steps = steps or outcome.steps
        rosters.forget_all()
        try:
            visit, person.cookie = log_in(person.typed)
        except Refused:
            assert outcome.was_killed
            vault.clock.advance(minutes=16)
            founder.log_in()
            assert open_invitation(typed).space_name == "Hankivka"
            assert len(founder.space(space_id).members()) == before
            continue
        assert [line.id for line in visit.spaces()] == [space_id]
        assert person.space(space_id).damage() == []
        assert len(founder.space(space_id).members()) == before + 1


def test_a_phrase_killed_in_its_change_is_one_or_the_other(
    vault: Vault, founder: Person, space_id: SpaceId
) -> None:
    """Exactly one of the two phrases opens the account, and it opens all of it."""
    person, steps = founder, 0
    for _ in range(PHRASES):
        person.log_in()
        change = person.visit().begin_change_of_phrase(person.typed)
        fresh = Person(change.phrase)

        def act(_say: Say, person: Person = person, typed: str = fresh.typed) -> None:
            begun = person.visit().change_of_phrase()
            assert begun is not None
            begun.confirm(typed)

        outcome = in_child(vault, act, die_at=random.randint(1, steps) if steps else 0)
        steps = steps or outcome.steps
        opens = [_opens(one, space_id) for one in (person, fresh)]
        assert sorted(opens) == [False, True]
        person = fresh if opens[1] else person


def _opens(person: Person, space_id: SpaceId) -> bool:
    """Tell whether a phrase opens the account and its space."""
    try:
        visit = person.log_in()
    except Refused:
        return False
    try:
        return visit.space(space_id).name == "Hankivka"
    except NotFound:
        return False
