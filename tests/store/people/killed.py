# SPDX-License-Identifier: AGPL-3.0-or-later
"""Kill a process at random steps of what people do, and demand what must hold afterwards.

Each function kills some times and returns how many of the kills hit the act: some come after
its end. The tests run a few of them, `./hedgerow bench kills` a thousand.
"""

import random
from collections.abc import Callable
from typing import Final

from hedgerow.kernel.clock import minute_now
from hedgerow.kernel.errors import NotFound, Refused
from hedgerow.kernel.ids import MemberId, SpaceId
from hedgerow.store import rosters
from hedgerow.store.accounts import log_in
from hedgerow.store.joining import joining_from_cookie, open_invitation
from hedgerow.store.machine import machine
from hedgerow.store.night import run_night
from hedgerow.store.roles import Reads
from hedgerow.store.uploads import seal_bytes, sweep
from tests.instances import Vault
from tests.store.killing import Outcome, Say, in_child
from tests.store.people.actors import Note, Person, bring, id_of, issue, words

NAME: Final = "Hankivka"
_FILE: Final = b"picture" * 20_000


def texts_in(person: Person, space_id: SpaceId) -> set[str]:
    """Read all notes of a space and demand that nothing is damaged."""
    space = person.space(space_id)
    records = space.read_many(Note, space.entries(Note))
    assert space.damage() == []
    return {record.value.text for record in records}


class Killer:
    """Run acts in children, each killed at a step drawn anew.

    The first is not killed and tells how many steps there are; one that ended before its
    kill tells that there are fewer.
    """

    def __init__(self, vault: Vault) -> None:
        """Begin without knowing the number of steps."""
        self._vault = vault
        self._steps = 0
        self.hits = 0

    def run(self, act: Callable[[Say], None]) -> Outcome:
        """Run an act, killed somewhere but for the first time."""
        die_at = random.randint(1, self._steps) if self._steps else 0
        outcome = in_child(self._vault, act, die_at=die_at)
        self._steps = min(self._steps or outcome.steps, outcome.steps or self._steps)
        self.hits += outcome.was_killed
        rosters.forget_all()
        return outcome


def writes_and_removals(vault: Vault, founder: Person, space_id: SpaceId, *, times: int) -> int:
    """Kill while notes are written and somebody is removed.

    What was acknowledged is read by all who stay; who was removed is out, whole or not.
    """
    stays = bring(founder, space_id, name="S", reads=Reads.ALL)
    acknowledged: set[str] = set()
    killer = Killer(vault)
    for kill in range(times):
        founder.log_in()
        stays.log_in()
        goes = bring(founder, space_id, name="G", reads=Reads.ALL)
        target = id_of(goes, space_id)

        def act(say: Say, kill: int = kill, target: MemberId = target) -> None:
            founder.space(space_id).write(Note(f"{kill}-0"), title="x")
            say(0)
            founder.space(space_id).remove(target)
            say(1)
            founder.space(space_id).write(Note(f"{kill}-2"), title="x")
            say(2)

        outcome = killer.run(act)
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
    return killer.hits


def uploads(vault: Vault, founder: Person, space_id: SpaceId, *, times: int) -> int:
    """Kill while a file is sealed and a record takes it.

    A record that was acknowledged has its whole file; one that is there has it too; pieces that
    no record took are swept.
    """
    killer = Killer(vault)
    acknowledged = 0
    for _ in range(times):
        founder.log_in()

        def act(say: Say) -> None:
            upload = seal_bytes(_FILE, name="picture.png", media_type="image/png")
            founder.space(space_id).write(Note("file"), title="x", uploads=[upload])
            say(0)

        acknowledged += len(killer.run(act).said)
        entries = founder.space(space_id).entries(Note)
        assert acknowledged <= len(entries)
        for entry in entries[2:]:
            founder.space(space_id).erase(entry.id)
        _demand_files(founder, space_id)
        acknowledged = min(2, len(entries))
    sweep(before_minute=minute_now(machine().clock) + 1)
    assert machine().ephemeral.upload_bytes() == 0
    _demand_files(founder, space_id)
    return killer.hits


def _demand_files(founder: Person, space_id: SpaceId) -> None:
    """Demand that every record there is has its whole file."""
    space = founder.space(space_id)
    for entry in space.entries(Note):
        assert b"".join(space.file(entry.id).chunks()) == _FILE


def joins(vault: Vault, founder: Person, space_id: SpaceId, *, times: int) -> int:
    """Kill while somebody joins.

    After a kill the new words open the space, or nothing, and then the code is still good.
    """
    killer = Killer(vault)
    for _ in range(times):
        founder.log_in()
        typed = words(issue(founder, space_id).numbers, code="invitation")
        begun = open_invitation(typed)
        person = Person(begun.phrase)
        before = len(founder.space(space_id).members())

        def act(_say: Say, cookie: str = begun.cookie, typed: str = person.typed) -> None:
            joining = joining_from_cookie(cookie)
            assert joining is not None
            joining.confirm(typed)
            joining.finish(as_name="J")

        outcome = killer.run(act)
        try:
            visit, person.cookie = log_in(person.typed)
        except Refused:
            assert outcome.was_killed
            vault.clock.advance(minutes=16)
            founder.log_in()
            assert open_invitation(typed).space_name == NAME
            assert len(founder.space(space_id).members()) == before
            continue
        assert [line.id for line in visit.spaces()] == [space_id]
        assert person.space(space_id).damage() == []
        assert len(founder.space(space_id).members()) == before + 1
    return killer.hits


def phrases(vault: Vault, founder: Person, space_id: SpaceId, *, times: int) -> int:
    """Kill while a phrase is changed: exactly one of the two opens the account, and all of it."""
    person, killer = founder, Killer(vault)
    for _ in range(times):
        person.log_in()
        change = person.visit().begin_change_of_phrase(person.typed)
        fresh = Person(change.phrase)

        def act(_say: Say, person: Person = person, typed: str = fresh.typed) -> None:
            begun = person.visit().change_of_phrase()
            assert begun is not None
            begun.confirm(typed)

        killer.run(act)
        opens = [_opens(one, space_id) for one in (person, fresh)]
        assert sorted(opens) == [False, True]
        person = fresh if opens[1] else person
    founder.phrase = person.phrase
    return killer.hits


def nights(vault: Vault, founder: Person, space_id: SpaceId, *, times: int) -> int:
    """Kill nights, some of them twice: all is read before the night is finished, and after it."""
    founder.log_in()
    for number in range(3):
        founder.space(space_id).write(Note(f"before {number}"), title="x")
    expected = texts_in(founder, space_id)
    killer = Killer(vault)
    for _ in range(times):
        vault.clock.advance(days=1)
        killer.run(_hold_night)
        founder.log_in()
        assert texts_in(founder, space_id) == expected
        assert run_night().twins == 0
        assert machine().ring.previous is None
        founder.log_in()
        assert texts_in(founder, space_id) == expected
    return killer.hits


def _hold_night(_say: Say) -> None:
    """Hold a night in a child."""
    run_night()


def _opens(person: Person, space_id: SpaceId) -> bool:
    """Tell whether a phrase opens the account and its space."""
    try:
        visit = person.log_in()
    except Refused:
        return False
    try:
        return visit.space(space_id).name == NAME
    except NotFound:
        return False


ACTS: Final = {
    "writing and removing": writes_and_removals,
    "uploading": uploads,
    "joining": joins,
    "changing a phrase": phrases,
    "nights": nights,
}
