# SPDX-License-Identifier: AGPL-3.0-or-later
"""Newcomers' keyrings come to the disk in one week of four; their words open all before, too."""

import random

import pytest

from hedgerow.engines.vault.account import AccountKeys, account_of
from hedgerow.kernel.ids import SpaceId
from hedgerow.store import night
from hedgerow.store.codeworks import phrase_root
from hedgerow.store.machine import machine
from hedgerow.store.tables import look_up
from tests.instances import Vault
from tests.store.killing import Say, in_child
from tests.store.people.actors import Note, Person, bring

KILLS = 4


@pytest.fixture
def week_after(vault: Vault, founder: Person) -> Vault:
    """Return an instance in the week after one in which first keyrings were written."""
    vault.nights_to_monday()
    assert _stands(founder)
    founder.log_in()
    return vault


def _keys(person: Person) -> AccountKeys:
    """Return somebody's keys."""
    return account_of(phrase_root(person.phrase))


def _stands(person: Person) -> bool:
    """Tell whether somebody's keyring is in the tables."""
    return bool(look_up(large=[_keys(person).locator(0)]).large)


def _pending(person: Person) -> int:
    """Return how many pending rows somebody has."""
    return len(look_up(small=_keys(person).pending_tags()).small)


def _hold_night(_say: Say) -> None:
    """Hold a night in a child."""
    night.run_night()


def test_newcomers_of_several_weeks_appear_in_one(
    week_after: Vault, founder: Person, space_id: SpaceId
) -> None:
    """Who came in the first week and who came in the third cannot be told apart afterwards."""
    came = [bring(founder, space_id, name="Olha")]
    for name in ("Taras", "Ihor"):
        week_after.week()
        founder.log_in()
        came.append(bring(founder, space_id, name=name))
        assert [_stands(one) for one in came] == [False] * len(came)
    week_after.week()
    assert [(_stands(one), _pending(one)) for one in came] == [(False, 1)] * 3
    for one in came:
        assert one.log_in().space(space_id).name
    assert week_after.week().delivered >= len(came)
    assert [(_stands(one), _pending(one)) for one in came] == [(True, 0)] * 3
    for one in came:
        assert one.log_in().space(space_id).name


def test_power_lost_while_a_first_keyring_waits_loses_no_membership(
    week_after: Vault, founder: Person, space_id: SpaceId
) -> None:
    """The pending row stays for as long as it takes, and the words find it."""
    newcomer = bring(founder, space_id, name="Olha")
    written = newcomer.space(space_id).write(Note("x"), title="x")
    week_after.week()
    for table in ("veil", "post", "session"):
        machine().ephemeral.run(f"DELETE FROM {table}")  # noqa: S608 -- names of ours
    week_after.reopen()
    for _ in range(4):
        week_after.week()
    assert (_stands(newcomer), _pending(newcomer)) == (False, 1)
    assert newcomer.log_in().space(space_id).read(Note, written).value.text == "x"
    for _ in range(4):
        week_after.week()
    assert (_stands(newcomer), _pending(newcomer)) == (True, 0)
    assert newcomer.log_in().space(space_id).read(Note, written).value.text == "x"


def test_who_leaves_before_the_first_keyring_has_left(
    week_after: Vault, founder: Person, space_id: SpaceId
) -> None:
    """A space joined and left within the weeks of waiting stays left when they are over."""
    newcomer = bring(founder, space_id, name="Olha")
    newcomer.space(space_id).leave()
    for _ in range(4):
        week_after.week()
        assert [line.left for line in newcomer.log_in().spaces()] == [True]
    assert _stands(newcomer)


def test_a_night_killed_while_it_writes_first_keyrings_loses_none(
    week_after: Vault, founder: Person, space_id: SpaceId
) -> None:
    """Killed anywhere in it, everybody's words open the space, then and when it was finished."""
    came: list[Person] = []
    kills = 0
    for number in range(KILLS):
        came += [bring(founder, space_id, name=f"N{number}{place}") for place in range(2)]
        for _ in range(3):
            week_after.week()
            founder.log_in()
        assert [_stands(one) for one in came[-2:]] == [False, False]
        week_after.clock.advance(days=7)
        outcome = in_child(week_after, _hold_night, die_at=random.randint(1, 60))
        kills += outcome.was_killed
        assert all(one.log_in().space(space_id).name for one in came)
        night.run_night()
        assert machine().ring.previous is None
        assert all(one.log_in().space(space_id).name for one in (founder, *came))
        assert [(_stands(one), _pending(one)) for one in came[-2:]] == [(True, 0)] * 2
    assert kills >= KILLS // 2
