# SPDX-License-Identifier: AGPL-3.0-or-later
"""The headquarters pastes a locked text: it becomes the observer's report, once."""

import pytest

from hedgerow.drill.rooms.waiting import decoded
from hedgerow.engines.tally.layout import MISSING
from hedgerow.rooms.elections.reports import SheetReport
from hedgerow.store import counting
from hedgerow.store.counting import Act
from tests.rooms.elections.observers import BROKEN, GOOD, figures, report, send, world_in
from tests.rooms.elections.phones import as_text, deliver, sealed
from tests.rooms.elections.watched_election import NAME, World
from tests.rooms.members.browsers import Group, Page, Somebody


@pytest.fixture
def page(world: World, who: Somebody) -> Page:
    """Return the open form of a results sheet."""
    return who.open(f"/observe/sheet/{world.contest.key}/")


def _paste(group: Group, text: str, **typed: str) -> Page:
    """Paste a text."""
    return group.keeper.send(f"{group.path}elections/{NAME}/text/", text=text, **typed)


def _sheets() -> list[tuple[int, ...]]:
    """Return the figures of every sheet handed over for counting."""
    return [one.figure.values for one in counting.all_figures(NAME) if one.figure.act is Act.SHEET]


def test_a_text_becomes_the_observers_report_once(
    group: Group, world: World, who: Somebody, page: Page
) -> None:
    """However often it is pasted, and by whichever way the same form comes besides."""
    text = f"Иван: вот\n{as_text(page, *GOOD).lower()}\nok?"
    shown = _paste(group, text)
    assert "The sheet was taken in. Card 1, report 1" in shown.text
    assert "Station 1 · Council" in shown.text
    assert "was here already" in _paste(group, text.replace(" ", "\n")).text
    assert deliver(who, sealed(page, **figures(*GOOD))) == (200, {"number": 1})
    assert send(who, page, **figures(*GOOD)).path == "/observe/sent/1/"
    assert _sheets() == [GOOD]
    (letter,) = world.space().observer(NAME, 1).messages()
    assert letter.side == "stranger"
    assert isinstance(letter.value, SheetReport)
    assert letter.value.station == world.stations[0].pk
    assert "590" in who.open("/observe/sent/1/").text


def test_a_text_is_of_the_station_where_it_was_made(group: Group, world: World, page: Page) -> None:
    """An observer who was sent elsewhere since reported on the first station all the same."""
    world.space().observer(NAME, 1).place(world.stations[1].pk)
    assert "Station 1 · Council" in _paste(group, as_text(page, *GOOD[:5], MISSING)).text
    assert _sheets() == [(*GOOD[:5], MISSING)]


def test_what_does_not_fit_together_is_asked(group: Group, page: Page) -> None:
    """Unless the observer had said so, the member must."""
    text = as_text(page, *BROKEN)
    shown = _paste(group, text)
    assert shown.status == 422
    assert "differs by +2" in shown.text
    assert _sheets() == []
    shown = group.keeper.send_form(shown, paper="on")
    assert "taken in" in shown.text
    assert "paper" not in shown.fields
    assert _sheets() == [BROKEN]


def test_what_the_observer_confirmed_is_not_asked(group: Group, page: Page) -> None:
    """The mark travels within the text."""
    assert "taken in" in _paste(group, as_text(page, *BROKEN, is_confirmed=True)).text


def test_a_late_text_does_not_silently_become_the_newest(
    group: Group, world: World, who: Somebody, page: Page
) -> None:
    """Another version came after its form was opened: the member says which is newer."""
    text = as_text(page, *GOOD)
    report(who, f"/observe/sheet/{world.contest.key}/", **figures(*GOOD[:4], 401, 189))
    shown = _paste(group, text)
    assert shown.status == 422
    assert "A version of this sheet came by this card at" in shown.text
    assert "taken in" in group.keeper.send_form(shown, newest="on").text
    assert len(_sheets()) == 2


def test_what_is_wrong_with_a_text_is_said(
    group: Group, world: World, who: Somebody, page: Page
) -> None:
    """Each has its sentence, and what was pasted stays."""
    good, slip = as_text(page, *GOOD), decoded(page.fields["slip"])
    turnout = who.open("/observe/turnout/")
    for text, said in (
        ("Good evening!", "There is no locked text in this"),
        (good[:200], "missing or was changed on the way"),
        (f"{good} {as_text(page, *BROKEN)}", "more than one locked text"),
        (as_text(page, *GOOD, slip=slip[:-1] + bytes([slip[-1] ^ 1])), "was not made here"),
        (as_text(turnout, *GOOD), "lines of the sheet were changed"),
        (as_text(page, *GOOD, 7), "lines of the sheet were changed"),
        (as_text(page, *[MISSING] * 6), "nothing of it is filled in"),
    ):
        shown = _paste(group, text)
        assert shown.status == 422, said
        assert said in shown.text
        assert shown.fields["text"] == text
    world.space().observer(NAME, 1).withdraw()
    assert "has been withdrawn" in _paste(group, good).text
    assert _sheets() == []


def test_an_old_text_is_told(group: Group, page: Page) -> None:
    """After the last day nothing is taken; after its week nothing opens."""
    text = as_text(page, *GOOD)
    for days in (3, 14):
        group.vault.clock.advance(days=days)
        group.keeper.enter()
        assert "too old" in _paste(group, text).text


def test_a_text_of_another_election_is_foreign(group: Group, world: World, page: Page) -> None:
    """Its slip is of its own election alone."""
    other = world_in(group, name="harbour-2026", key="mayor")
    text = as_text(page, *GOOD)
    path = f"{group.path}elections/{other.election.address}/text/"
    assert "was not made here" in group.keeper.send(path, text=text).text
    assert world.election.address == NAME
