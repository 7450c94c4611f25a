# SPDX-License-Identifier: AGPL-3.0-or-later
"""Observers take turns at a station, and the headquarters sees when nobody is there."""

from hypothesis import given
from hypothesis import strategies as st

from hedgerow.rooms.elections import counting
from hedgerow.rooms.elections.models import Election
from hedgerow.rooms.elections.shift_forms import HoursForm
from hedgerow.rooms.elections.shifts import Shift, gaps, place_at, stays_for_count
from tests.rooms.elections.coordinator import cells
from tests.rooms.elections.observers import observer
from tests.rooms.elections.watched_election import World, device
from tests.rooms.members.browsers import READER, Group

OPENS, CLOSES = 480, 1200
spans = st.tuples(st.integers(0, 2000), st.integers(1, 800))
some_shifts = st.lists(spans.map(lambda pair: Shift(pair[0], sum(pair), 1)), max_size=6)


@given(some_shifts)
def test_gaps_are_just_the_minutes_in_which_nobody_is_there(shifts: list[Shift]) -> None:
    """Minute by minute; gaps lie apart, in their order."""
    found = gaps(shifts, opens=OPENS, closes=CLOSES)
    in_gaps = {minute for start, end in found for minute in range(start, end)}
    there = {minute for one in shifts for minute in range(one.start, one.end)}
    assert in_gaps == set(range(OPENS, CLOSES)) - there
    assert all(start < end for start, end in found)
    assert all(found[at][1] < found[at + 1][0] for at in range(len(found) - 1))
    assert stays_for_count(shifts, closes=CLOSES) == (CLOSES in there)


def test_where_one_is_to_be() -> None:
    """Where one is now, else where one goes next, else where one was last."""
    shifts = [Shift(480, 840, 1), Shift(900, 1200, 2)]
    assert [place_at(shifts, minute) for minute in (0, 500, 840, 900, 1300)] == [1, 1, 2, 2, 2]
    assert place_at([], 500) == 0


REFUSED = {
    "8:00 Station 1": "Line 1: expected is: 8:00–14:00 and the name of a station.",
    "8-14 Station 1\n14-20 Nowhere": "Line 2: There is no station “Nowhere”.",
    "8-25 Station 1": "Line 1: there is no such time",
    "8:61-9 Station 1": "Line 1: there is no such time",
    "24-2 Station 1": "Line 1: a shift begins before midnight",
    "8-8 Station 1": "Line 1: a shift begins before midnight",
    "8-14 Station 1\n13-20 Station 2": "Two shifts of this card are at the same time.",
    "8-9 Station 1\n" * 13: "At most 12 shifts, please.",
}


def test_hours_that_cannot_be_taken(group: Group, world: World, home: str) -> None:
    """The sentence names the line and what is wrong with it, and what was typed stays."""
    for typed, said in REFUSED.items():
        form = HoursForm({"hours": typed}, stations=world.election.station_set)
        assert said in str(form.errors["hours"])
    world.codes(0)
    page = group.keeper.send(f"{home}cards/1/hours/", hours="8-14 Nowhere")
    assert page.status == 422
    assert "8-14 Nowhere" in page.html


def test_observers_take_turns(group: Group, world: World, home: str) -> None:
    """Hours, gaps and who is there now; the phone shows its own hours."""
    who = group.keeper
    first, _ = world.codes(0, 0)
    Election.objects.update(utc_offset_minutes=60)
    who.send(f"{home}cards/1/holder/", name="Juniper", contact="", note="")
    typed = "15.30–2:00 Station 2\n8-14:00 Station 1"
    card = who.send(f"{home}cards/1/hours/", hours=typed)
    assert "08:00–14:00 Station 1" in card.text
    counting.tick(is_hurried=True)
    assert [row[1:] for row in cells(who.open(f"{home}shifts/"))] == [
        ["15:30–02:00 Juniper", "–", "08:00–15:30"],
        ["08:00–14:00 Juniper; all day Card 2", "Juniper, Card 2", "–"],
    ]
    who.send(f"{home}cards/2/hours/", hours="14:30-20 Station 1")
    counting.tick(is_hurried=True)
    rows = {row[0]: row[2:] for row in cells(who.open(f"{home}shifts/"))}
    assert rows["Station 1"] == ["Juniper", "14:00–14:30, at the count"]
    assert "13:00 (UTC+01:00)" in who.open(f"{home}now/").text
    station = who.open(f"{home}stations/{world.stations[0].pk}/").text
    assert "14:00–14:30, at the count" in station
    own = observer(first).open("/observe/station/")
    assert "08:00–14:00Station 1 · now" in own.text
    assert "15:30–02:00Station 2" in own.text
    assert "Juniper" not in own.text
    assert "Hours of observing" in who.open(f"{home}cards/1/").text
    assert "15:30–02:00 Station 2" in who.open(f"{home}cards/1/hours/").html


def test_a_card_moves_when_it_is_due(group: Group, world: World, home: str) -> None:
    """Somebody of the headquarters sends it on; with a withdrawn card its hours are gone."""
    who = group.keeper
    first, _ = world.codes(0, 0)
    who.send(f"{home}cards/1/hours/", hours="8-14 Station 1\n14-24 Station 2")
    who.send(f"{home}cards/2/hours/", hours="8-9 Station 1")
    counting.tick(is_hurried=True)
    assert "To be sent on now" not in who.open(f"{home}shifts/").text
    group.vault.clock.advance(minutes=150)
    who.enter()
    assert "reports for another station" in observer(first).open("/observe/station/").text
    page = who.open(f"{home}shifts/")
    assert "To be sent on now" in page.text
    reader = group.bring("Birch", role=READER, reads="ALL")
    assert "Send them on" not in reader.open(f"{home}shifts/").text
    page = who.press(page, at=f"{home}shifts/send/")
    assert "To be sent on now" not in page.text
    assert device(first).station == world.stations[1].pk
    who.press(who.open(f"{home}cards/2/"), at=f"{home}cards/2/withdraw/")
    who.send(f"{home}cards/1/hours/", hours="")
    assert "Your hours" not in observer(first).open("/observe/station/").text
    assert "09:00" not in who.open(f"{home}shifts/").text
