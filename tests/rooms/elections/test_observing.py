# SPDX-License-Identifier: AGPL-3.0-or-later
"""An observer types words once, sees the station, reports, is answered, and leaves."""

import re

import pytest

from hedgerow.rooms.elections.models import Election, Station
from hedgerow.rooms.elections.reports import EventReport, SheetReport, TurnoutReport
from hedgerow.store import counting, observers
from hedgerow.store.codes_api import spell_code
from hedgerow.store.counting import Act
from tests.instances import Vault
from tests.rooms.elections.observers import GOOD, figures, observer, report, send
from tests.rooms.elections.watched_election import NAME, World
from tests.rooms.members.browsers import Group, Somebody
from tests.rooms.members.test_shelf import a_file

COOKIE = "__Host-observer"


@pytest.fixture
def words(world: World) -> str:
    """Return the words of a card for the first station."""
    return world.codes(0)[0]


def _acts() -> list[tuple[Act, int, int, tuple[int, ...]]]:
    """Return act, station, contest and values of every figure but those of stations."""
    found = (one.figure for one in counting.all_figures(NAME))
    return [
        (one.act, one.station, one.contest, one.values) for one in found if one.act != Act.PLACED
    ]


SAID = {
    "en": ("Turnout by 12:00: 310", "Draft a complaint", "What to do now", "The paper is hidden."),
    "ru": ("Явка к 12:00: 310", "Составить жалобу", "Что делать сейчас", "Протокол прячут."),
    "uk": ("Явка на 12:00: 310", "Скласти скаргу", "Що робити зараз", "Протокол ховають."),
}


@pytest.mark.parametrize("language", ["en", "ru", "uk"])
def test_a_whole_day(group: Group, world: World, words: str, language: str) -> None:
    """Words, turnout, what happened, the sheet, receipts and complaints, in each language."""
    turnout, complaint, now, happened = SAID[language]
    who = observer(words, language)
    page = who.open("/observe/station/")
    assert now in page.text
    assert "Station 1" in page.text
    assert turnout in report(who, "/observe/turnout/", hour="12", voted="310").text
    got = report(who, "/observe/happened/", category="count-hidden", text=happened)
    assert got.path == "/observe/sent/2/"
    assert complaint in got.text
    assert happened in who.open("/observe/complaint/2/").text
    got = report(who, f"/observe/sheet/{world.contest.key}/", **figures(*GOOD))
    assert got.path == "/observe/sent/3/", got.text
    assert "590" in who.open("/observe/complaint/3/").text
    station, contest = world.stations[0].pk, world.contest.pk
    assert _acts() == [
        (Act.TURNOUT, station, 0, (12, 310)),
        (Act.EVENT, station, 0, (1,)),
        (Act.SHEET, station, contest, GOOD),
    ]
    side = world.space().observer(NAME, 1)
    first, second, third = (one.value for one in side.messages())
    assert isinstance(first, TurnoutReport)
    assert isinstance(second, EventReport)
    assert (second.listed, second.category, second.text) == ("plain", "count-hidden", happened)
    assert isinstance(third, SheetReport)
    assert not third.is_confirmed
    page = who.open("/observe/station/")
    assert len(page.rows()) == 3
    assert world.space().observer(NAME, 1).messages()
    read = group.keeper.open(f"{group.path}elections/{NAME}/cards/1/").text
    for shown in (happened, "Turnout by 12:00: 310", "The count is hidden", "sheet: Council"):
        assert shown in read


def test_the_cookie_ends_with_the_last_day(group: Group, words: str) -> None:
    """It is closed to scripts and other sites, and a later day asks for the words again."""
    who = observer(words)
    cookie = who.client.cookies[COOKIE]
    assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Lax")
    assert cookie["path"] == "/"
    # At noon of the first day: two days and a half until the end of the last one.
    assert cookie["max-age"] == (2 * 24 + 12) * 3600
    assert who.open("/observe/").path == "/observe/station/"
    group.vault.clock.advance(days=3)
    assert who.open("/observe/station/").path == "/observe/"


def test_wrong_words_are_one_page(world: World, words: str) -> None:
    """A mistyped word is said at once; words that lead nowhere or are withdrawn are told alike."""
    who = Somebody()
    typed = words.split()
    wrong = who.send("/observe/", words=" ".join([typed[1], typed[0], *typed[2:]]))
    assert wrong.status == 422
    assert "mistyped" in wrong.text
    assert "There should be 7 words" in who.send("/observe/", words="one two").text
    world.space().observer(NAME, 1).withdraw()
    page = who.send("/observe/", words=words)
    assert page.status == 422
    assert "These words lead nowhere today" in page.text
    assert COOKIE not in who.client.cookies


def test_a_cookie_of_another_instance_is_worth_nothing(vault: Vault, words: str) -> None:
    """It opens no page, and breaks none."""
    other = Somebody()
    for value in ("A" * 160, "x", ""):
        other.client.cookies[COOKIE] = value
        assert other.open("/observe/station/").path == "/observe/"
    vault.reopen()
    assert observers.device_of(observer(words).client.cookies[COOKIE].value) is not None


def test_leaving_and_the_quick_exit_end_the_device(words: str) -> None:
    """Whoever takes the telephone afterwards sees nothing; the words open it again."""
    who = observer(words)
    page = who.open("/observe/leave/")
    assert "Let this phone forget?" in page.text
    assert who.send_form(page).path == "/observe/"
    assert who.open("/observe/station/").path == "/observe/"
    who = observer(words)
    response = who.client.get("/away/")
    assert response.cookies[COOKIE].value == ""
    assert who.open("/observe/station/").path == "/observe/"


def test_a_code_without_a_station_reports_only_what_happens(world: World) -> None:
    """The page says so, and turnout and sheets lead back to it."""
    (drawn,) = world.space().draw_codes(NAME, [0])
    who = observer(spell_code(drawn.numbers, kind="observer", language="en"))
    page = who.open("/observe/station/")
    assert "has not given you a station yet" in page.text
    assert who.open("/observe/turnout/").path == "/observe/station/"
    assert who.open(f"/observe/sheet/{world.contest.key}/").path == "/observe/station/"
    assert report(who, "/observe/happened/", category="other", text="A bus").status == 200
    assert _acts() == [(Act.EVENT, 0, 0, (3,))]


def test_a_form_sent_twice_is_one_report(world: World, words: str) -> None:
    """The second sending leads to the same receipt."""
    who = observer(words)
    page = who.open("/observe/happened/")
    typed = {"category": "other", "text": "once"}
    assert send(who, page, **typed).path == "/observe/sent/1/"
    assert send(who, page, **typed).path == "/observe/sent/1/"
    assert len(world.space().observer(NAME, 1).messages()) == 1


def test_a_code_withdrawn_in_the_middle_loses_nothing(world: World, words: str) -> None:
    """The words are asked for; those of a new card bring the form back, filled in, not sent."""
    who = observer(words)
    page = who.open("/observe/happened/")
    world.space().observer(NAME, 1).withdraw()
    asked = send(
        who,
        page,
        category="no-copy",
        text="A long story",
        photographs=a_file("a.jpg", content=b"x"),
    )
    assert asked.status == 403
    assert "What you typed is safe" in asked.text
    assert "A long story" in asked.text
    (new,) = world.codes(1)
    back = who.send_form(asked, at="/observe/", words=new)
    assert back.fields["text"] == "A long story"
    assert back.fields["category"] == "no-copy"
    assert "a.jpg" in back.text
    assert _acts() == []
    assert send(who, back).path == "/observe/sent/1/"
    letter = world.space().observer(NAME, 2).messages()[0]
    assert [one.name for one in letter.files] == ["a.jpg"]
    wrong = who.send_form(asked, at="/observe/", words="x")
    assert wrong.status == 422
    assert wrong.fields["kept"] == asked.fields["kept"]


def test_too_many_reports_a_minute_are_held(group: Group, words: str) -> None:
    """The form comes back with what was typed, and goes a minute later."""
    who = observer(words)
    for number in range(observers.MOST_A_MINUTE):
        report(who, "/observe/turnout/", hour="10", voted=str(number))
    page = report(who, "/observe/turnout/", hour="10", voted="99")
    assert page.status == 429
    assert "Wait a minute" in page.text
    assert page.fields["voted"] == "99"
    group.vault.clock.advance(minutes=1)
    assert send(who, page).status == 200


def test_a_headquarters_that_takes_nothing_is_told(words: str) -> None:
    """Nothing typed is lost, and nothing is written."""
    who = observer(words)
    Election.objects.update(is_taking=False)
    assert "takes no reports just now" in who.open("/observe/station/").text
    page = report(who, "/observe/turnout/", hour="10", voted="5")
    assert page.status == 410
    assert page.fields["voted"] == "5"
    assert _acts() == []


def test_a_change_of_station_in_between_is_asked_about(world: World, words: str) -> None:
    """Figures typed for one station are not sent for another unseen."""
    who = observer(words)
    page = who.open("/observe/turnout/")
    world.space().observer(NAME, 1).place(world.stations[1].pk)
    again = send(who, page, hour="10", voted="7")
    assert again.status == 422
    assert "changed your station" in again.text
    assert "Station 2" in again.text
    send(who, again)
    assert _acts() == [(Act.TURNOUT, world.stations[1].pk, 0, (10, 7))]


def test_a_form_that_is_too_old_or_not_ours_comes_back(group: Group, words: str) -> None:
    """With all that was typed, and a token that is good."""
    who = observer(words)
    page = who.open("/observe/happened/")
    typed = {"category": "other", "text": "still here"}
    forged = who.send_form(page, at="/observe/happened/forged/", **typed)
    assert forged.status == 422
    assert forged.fields["text"] == "still here"
    group.vault.clock.advance(days=1, minutes=1)
    late = send(who, page, **typed)
    assert "stood open for a day" in late.text
    assert send(who, late).path == "/observe/sent/1/"
    assert who.open("/observe/happened/forged/").path == "/observe/happened/"


def test_messages_of_the_headquarters_are_shown(world: World, words: str) -> None:
    """What it writes stands on the observer's page."""
    who = observer(words)
    world.space().observer(NAME, 1).answer(EventReport(b"", 0, "", "", 1, "Please call."))
    assert "Please call." in who.open("/observe/station/").text


def test_what_to_do_goes_with_the_time_of_day(group: Group, world: World, words: str) -> None:
    """By the station's own clock: before the opening, during the day, at the count, after."""
    who = observer(words)
    assert "During the day" in who.open("/observe/station/").text
    Election.objects.update(utc_offset_minutes=-5 * 60)
    assert "Before the opening" in who.open("/observe/station/").text
    Election.objects.update(utc_offset_minutes=9 * 60)
    assert "At the count" in who.open("/observe/station/").text
    report(who, f"/observe/sheet/{world.contest.key}/", **figures(*GOOD))
    assert "Afterwards" in who.open("/observe/station/").text
    assert group.path


def test_turnout_offers_the_next_hour_and_doubts_what_cannot_be(world: World, words: str) -> None:
    """A sent hour can be corrected; less than before, or more than all, is asked about."""
    who = observer(words)
    report(who, "/observe/turnout/", hour="12", voted="300")
    page = who.open("/observe/turnout/")
    assert page.fields["hour"] == "15"
    assert "which is more" in report(who, "/observe/turnout/", hour="15", voted="200").text
    assert (
        "more than there are voters"
        in report(who, "/observe/turnout/", hour="18", voted="5000").text
    )
    assert who.open("/observe/turnout/?hour=10").fields["hour"] == "10"
    assert "300" in who.open("/observe/station/").text
    refused = report(who, "/observe/turnout/", hour="11", voted="1")
    assert refused.status == 422
    assert world.stations


def test_addresses_of_others_are_not_found(world: World, words: str) -> None:
    """Reports and contests that are not there answer 404; of turnout nobody complains."""
    who = observer(words)
    report(who, "/observe/turnout/", hour="12", voted="300")
    for path in (
        "/observe/sent/7/",
        "/observe/sent/0/",
        "/observe/complaint/1/",
        "/observe/sheet/nobody/",
    ):
        assert who.client.get(path).status_code == 404, path
    elsewhere = Station.objects.get(pk=world.stations[3].pk)
    world.contest.district = elsewhere.district
    world.contest.save()
    assert who.open(f"/observe/sheet/{world.contest.key}/").path == "/observe/station/"


def test_the_training_is_for_everybody(vault: Vault) -> None:
    """Plain steps in three languages, without words; its parts are the same in each."""
    vault.reopen()
    counts = set()
    for language in ("en", "ru", "uk"):
        page = Somebody(language).open("/observe/training/")
        assert page.status == 200
        counts.add(len(re.findall("<h2", page.html)))
        assert len(page.text) > 2_000
    assert len(counts) == 1


def test_what_is_typed_is_never_run(group: Group, world: World, words: str) -> None:
    """Mark-up in a text is text: on receipt, complaint, the asking page and the headquarters'."""
    typed = "<script>alert(1)</script> {{ 7 }} {% now %}"
    who = observer(words)
    got = report(who, "/observe/happened/", category="other", text=typed)
    read = group.keeper.open(f"{group.path}elections/{NAME}/cards/1/")
    for page in (got, who.open("/observe/complaint/1/"), read):
        assert typed in page.text
    page = who.open("/observe/happened/")
    world.space().observer(NAME, 1).withdraw()
    assert typed in send(who, page, category="other", text=typed).text
