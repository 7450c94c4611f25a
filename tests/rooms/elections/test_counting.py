# SPDX-License-Identifier: AGPL-3.0-or-later
"""What observers report is counted, and shown by the rule that the election says."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection

from hedgerow.engines.tally import protocols
from hedgerow.engines.tally.layout import MISSING
from hedgerow.kernel.ids import SpaceId
from hedgerow.rooms.elections import counting, live
from hedgerow.rooms.elections.models import Count, ReleasedSheet, Station
from hedgerow.rooms.elections.public_count import Result, decode
from hedgerow.rooms.elections.sheets import canonical_text, digest_of
from hedgerow.store import database
from hedgerow.store.counting import Act
from hedgerow.store.machine import close
from hedgerow.store.night import run_night
from hedgerow.store.runtime import lock_file
from tests.rooms.elections.watched_election import NAME, World, set_up
from tests.store.people.actors import Person
from tests.store.people.conftest import founder, founder_words, space_id

__all__ = ["founder", "founder_words", "space_id"]
GOOD = (1000, 500, 10, 490, 300, 190)
BROKEN = (1000, 500, 10, 490, 300, 200)


@pytest.fixture
def world(founder: Person, space_id: SpaceId) -> World:
    """Return an election with its observers' group."""
    return set_up(lambda: founder.space(space_id))


def result() -> Result:
    """Count now and return what everybody sees."""
    counting.tick(is_hurried=True)
    return decode(Count.objects.get().result)


def side() -> live.ContestSide:
    """Return what the headquarters sees."""
    found = live.read(NAME)
    assert found is not None
    (one,) = found.contests.values()
    return one


def sheets() -> dict[str, dict[str, int]]:
    """Return the public sheets by their stations."""
    rows = ReleasedSheet.objects.select_related("station")
    return {row.station.name: row.values for row in rows}


def test_nothing_is_counted_before_anything_came(world: World) -> None:
    """All stations are there, none is counted, and the headquarters sees its codes."""
    world.codes(0, 1)
    first = result()
    assert (first.stations, first.counted, first.registered, first.ballots) == (4, 0, 4000, 0)
    assert sheets() == {}
    there = live.read(NAME)
    assert there is not None
    assert there.codes["station"].tolist() == [world.stations[0].pk, world.stations[1].pk]


def test_a_sheet_is_counted_and_shown_by_the_rule(world: World) -> None:
    """All hard relations hold: the sheet is public, with a digest that anybody can make again."""
    (code,) = world.codes(0)
    world.sheet(code, *GOOD, at=0)
    found = result()
    assert (found.counted, found.ballots, found.valid) == (1, 500, 490)
    assert [(one.key, one.votes) for one in found.options] == [("lanterns", 300), ("harbour", 190)]
    row = ReleasedSheet.objects.get()
    assert row.values["option: lanterns"] == 300
    text = canonical_text(election=NAME, contest="council", station="Station 1", values=row.values)
    assert row.digest == digest_of(text)
    assert (row.by, row.versions) == ("rule", 1)


def test_a_broken_sheet_is_kept_marked_and_not_counted(world: World) -> None:
    """Until somebody accepts it by a ruling; by the rule it is still not shown."""
    (code,) = world.codes(0)
    world.sheet(code, *BROKEN, at=0)
    found = result()
    assert (found.heard, found.counted, found.broken) == (1, 0, 1)
    assert sheets() == {}
    assert side().broken.tolist() == [True, False, False, False]
    world.act(Act.RULING, (counting.ON_SHEET, 0, 1), at=0)
    assert result().counted == 0
    world.act(Act.SHOWN, (counting.SHOWN,), at=0)
    found = result()
    assert (found.counted, found.accepted) == (1, 1)
    assert ReleasedSheet.objects.get().by == "hand"
    world.act(Act.RULING, (counting.ON_SHEET, 0, 0), at=0)
    assert result().counted == 0
    assert sheets() == {}


def test_a_conflict_waits_for_a_ruling(world: World) -> None:
    """Two observers differ on one figure: no number is taken until somebody rules."""
    one, other = world.codes(0, 0)
    world.sheet(one, *GOOD, at=0)
    assert result().counted == 1
    world.sheet(other, 1000, 500, 10, 490, 301, 189, at=0)
    found = result()
    assert (found.conflicts, found.counted) == (1, 0)
    assert sheets() == {}
    assert side().conflicts[0].tolist() == [False, False, False, False, True, True]
    world.act(Act.RULING, (counting.ON_FIGURE, 4, 300), at=0)
    world.act(Act.RULING, (counting.ON_FIGURE, 5, 190), at=0)
    assert result().counted == 1
    assert sheets()["Station 1"]["option: lanterns"] == 300
    world.act(Act.RULING, (counting.ON_FIGURE, 5, MISSING), at=0)
    assert result().counted == 0


def test_a_correction_replaces(world: World) -> None:
    """A later version of the same code stands for it; the public row says how many there were."""
    (code,) = world.codes(0)
    world.sheet(code, *BROKEN, at=0)
    world.sheet(code, *GOOD, at=0)
    assert result().counted == 1
    assert ReleasedSheet.objects.get().versions == 2
    world.sheet(code, 1000, 500, 20, 480, 290, 190, at=0)
    assert result().ballots == 500
    assert sheets()["Station 1"]["invalid"] == 20


def test_a_code_is_held_back_in_two_steps(world: World) -> None:
    """Its votes, or all of it; others go on, and it can be let in again."""
    one, other = world.codes(0, 1)
    world.sheet(one, *GOOD, at=0)
    world.sheet(other, *GOOD, at=1)
    assert result().counted == 2
    world.act(Act.HELD, (1, 2))
    found = result()
    assert (found.counted, found.held) == (1, 1)
    assert list(sheets()) == ["Station 2"]
    world.act(Act.HELD, (1, 1))
    assert result().counted == 1
    world.act(Act.HELD, (1, 0))
    assert result().counted == 2


@pytest.mark.parametrize("rules", [("hard", "two"), ("two",)])
def test_two_observers(founder: Person, space_id: SpaceId, rules: tuple[str, ...]) -> None:
    """A sheet is shown once two codes agree; a second entry is no second observer."""
    world = set_up(lambda: founder.space(space_id), rules=rules)
    one, other = world.codes(0, 0)
    world.sheet(one, *GOOD, at=0)
    world.act(Act.SECOND, GOOD, at=0)
    found = result()
    assert (found.counted, found.waiting) == (0, 1)
    world.sheet(other, *GOOD, at=0)
    assert result().counted == 1


def test_second_entry(founder: Person, space_id: SpaceId) -> None:
    """A sheet is shown once another person typed it alike; a different one is a conflict."""
    world = set_up(lambda: founder.space(space_id), rules=("second",))
    one, other = world.codes(0, 1)
    world.sheet(one, *GOOD, at=0)
    world.sheet(other, *GOOD, at=1)
    assert result().counted == 0
    world.act(Act.SECOND, GOOD, at=0)
    world.act(Act.SECOND, BROKEN, at=1)
    found = result()
    assert (found.counted, found.conflicts) == (1, 1)
    assert list(sheets()) == ["Station 1"]


def test_by_hand_alone(founder: Person, space_id: SpaceId) -> None:
    """Without a rule nothing is shown by itself; what is shown can be withheld again."""
    world = set_up(lambda: founder.space(space_id), rules=())
    (code,) = world.codes(0)
    world.sheet(code, *GOOD, at=0)
    assert (result().counted, result().waiting) == (0, 1)
    world.act(Act.SHOWN, (counting.SHOWN,), at=0)
    assert result().counted == 1
    world.act(Act.SHOWN, (counting.WITHHELD,), at=0)
    assert result().counted == 0


def test_turnout_by_the_hour(world: World) -> None:
    """The newest word of each station counts."""
    one, other = world.codes(0, 1)
    world.figure(one, Act.TURNOUT, 10, 80, at=0)
    world.figure(other, Act.TURNOUT, 10, 100, at=1)
    world.figure(other, Act.TURNOUT, 12, 200, at=1)
    world.figure(one, Act.TURNOUT, 10, 90, at=0)
    found = result().turnout
    assert [(one.hour, one.stations, one.voted) for one in found] == [(10, 2, 190), (12, 1, 200)]


def test_events_say_that_and_not_what(world: World) -> None:
    """The headquarters sees code, number and priority; nothing else left the conversation."""
    (code,) = world.codes(2)
    world.figure(code, Act.EVENT, 1, at=2)
    result()
    there = live.read(NAME)
    assert there is not None
    assert there.events[["code", "version", "priority"]].tolist() == [(1, 1, 1)]
    assert there.codes["events"].tolist() == [1]


def test_everything_is_made_again_at_a_start(world: World) -> None:
    """After a kill, and after a night, the count is what it was, and nothing counts twice."""
    codes = world.codes(0, 1, 2)
    for place, code in enumerate(codes):
        world.sheet(code, *GOOD, at=place)
    world.act(Act.HELD, (3, 2))
    before = result()
    assert before.counted == 2
    counting.forget()
    run_night(is_confirmed=True)
    assert result() == before
    counting.tick(is_hurried=True)
    assert ReleasedSheet.objects.count() == 2


def test_a_changed_set_up_is_counted_anew(world: World) -> None:
    """A station that is added later is on the list; reports of before are there still."""
    (code,) = world.codes(0)
    world.sheet(code, *GOOD, at=0)
    assert result().stations == 4
    Station.objects.create(election=world.election, name="Late", registered=50)
    found = result()
    assert (found.stations, found.counted, found.registered) == (5, 1, 4050)


def test_what_fits_nothing_is_passed_by(world: World) -> None:
    """A sheet of another length, an unknown station, a ruling on no column: nothing breaks."""
    (code,) = world.codes(0)
    world.sheet(code, 1, 2, 3, at=0)
    world.figure(code, Act.TURNOUT, 10, at=0)
    for values in ((), (0, 99, 1), (1, 0, 7)):
        world.act(Act.RULING, values, at=0)
    world.act(Act.SHOWN, (), at=0)
    world.act(Act.HELD, (1,))
    found = result()
    assert (found.counted, found.heard) == (0, 0)
    assert side().standing.tolist() == [protocols.NO_REPORT] * 4


def test_a_closed_instance_counts_nothing(world: World) -> None:
    """The caretaker forgets what it counted when the boot key goes."""
    world.codes(0)
    result()
    close()
    counting.tick()
    assert counting._counts.by_name == {}


@pytest.mark.sqlite_only("PostgreSQL has many writers")
def test_the_count_waits_for_its_turn_among_writers(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What becomes public is written in the queue of all writers, not whenever the file is free."""
    waited: list[bool] = []

    @contextmanager
    def noted(path: Path, *, wait: bool) -> Iterator[bool]:
        with lock_file(path, wait=wait) as is_held:
            waited.append(connection.in_atomic_block)
            yield is_held

    world.sheet(world.codes(0)[0], *GOOD, at=0)
    monkeypatch.setattr(f"{database.__name__}.lock_file", noted)
    counting.tick(is_hurried=True)
    assert waited == [False, False]
    assert Count.objects.get().result["counted"] == 1
