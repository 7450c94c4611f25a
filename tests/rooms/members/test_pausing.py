# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check the pages by which a friend pauses an account, and a journey locks it."""

from datetime import date, timedelta

import pytest
from django.conf import settings
from django.utils.formats import date_format

from hedgerow.rooms.members.cards import qr_svg
from hedgerow.store.sessions import COOKIE_NAME
from tests.pages.client import HTML, text_of
from tests.rooms.members.browsers import KEEPER, Group, Somebody
from tests.rooms.members.test_account import _visit, space_id
from tests.rooms.members.test_joining import _mistyped


def test_a_friend_without_a_page_shuts_every_browser(group: Group) -> None:
    """Open pages close, the words open nothing, and the cookie is worth nothing."""
    who = group.bring("Rowan")
    other = Somebody(phrase=who.phrase)
    other.enter()
    who.pause_by_friend()
    for browser in (who, other):
        assert browser.open("/me/").path == "/enter/"
    assert who.enter().status == 422
    assert group.keeper.open("/me/").path == "/me/"


def test_a_paused_page_answers_as_a_slip_does(group: Group) -> None:
    """To the byte: whoever asks for the words cannot tell whether they are good."""
    who = group.bring("Rowan")
    who.pause_by_friend()
    fresh = Somebody()
    right = fresh.send("/enter/", words=who.phrase)
    slip = fresh.send("/enter/", words=_mistyped(who.phrase))
    assert (right.status, slip.status) == (422, 422)
    assert "was mistyped" in right.text
    assert right.text.replace(who.phrase, "") == slip.text.replace(_mistyped(who.phrase), "")


def test_both_words_together_open_it_again(group: Group) -> None:
    """Neither alone does, and the answer does not say which was wrong."""
    who, friend = group.bring("Rowan"), Somebody()
    words = who.pause_by_friend()
    others = group.keeper.friends_words()
    wrong = [
        friend.send("/pause/end/", friend=words, words=group.keeper.phrase),
        friend.send("/pause/end/", friend=others, words=who.phrase),
    ]
    assert [page.status for page in wrong] == [422, 422]
    assert all("Nothing was opened" in page.text for page in wrong)
    assert who.enter().status == 422
    assert friend.send("/pause/end/", friend=words, words=who.phrase).status == 200
    assert who.enter().path == "/me/"


def test_coordinators_see_it_and_others_do_not(group: Group) -> None:
    """Since when access is paused, and when it was opened again, stands beside the name."""
    who, other = group.bring("Rowan"), group.bring("Elm")
    words = who.friends_words()
    people = f"{group.path}people/"
    assert "access paused" not in group.keeper.open(people).text
    Somebody().send("/pause/", words=words)
    assert "access paused since" in group.keeper.open(people).text
    assert "access paused" not in other.open(people).text
    Somebody().send("/pause/end/", friend=words, words=who.phrase)
    assert "opened again on" in group.keeper.open(people).text
    assert "access paused" not in group.keeper.open(people).text


def test_words_for_a_friend_take_ones_own(group: Group) -> None:
    """An open browser alone neither prints words nor locks the page."""
    who = group.bring("Rowan")
    wrong = _mistyped(who.phrase)
    assert who.send("/me/friend/", words=wrong, days="0").status == 422
    assert who.send("/me/journey/", words=group.keeper.phrase).status == 422
    assert who.open("/me/").path == "/me/"


def test_a_journey_closes_the_page_until_its_last_day(group: Group) -> None:
    """Every browser is out, the words open nothing, and afterwards they do again."""
    who = group.bring("Rowan")
    first = date(1970, 1, 1) + timedelta(days=_visit(who).today())
    for days in (-1, 61):
        day = (first + timedelta(days=days)).isoformat()
        assert who.send("/me/journey/", words=who.phrase, last_day=day).status == 422
    day = (first + timedelta(days=3)).isoformat()
    cookie = who.client.cookies[COOKIE_NAME].value
    assert who.send("/me/journey/", words=who.phrase, last_day=day).path == "/"
    who.client.cookies[COOKIE_NAME] = cookie
    assert who.open("/me/").path == "/enter/"
    assert who.enter().status == 422
    group.vault.clock.advance(days=3)
    assert who.enter().status == 422
    group.vault.clock.advance(days=1)
    assert who.enter().path == "/me/"


def test_words_that_pause_nothing_get_one_answer(group: Group) -> None:
    """A slip is said at once; words of another kind pause nothing."""
    who = group.bring("Rowan")
    page = Somebody().send("/pause/", words=_mistyped(who.friends_words()))
    assert (page.status, "was mistyped" in page.text) == (422, True)
    page = Somebody().send("/pause/", words=group.invite())
    assert (page.status, "These words pause nothing" in page.text) == (422, True)


@pytest.mark.parametrize(
    ("language", "title", "endless"),
    [
        ("en", "The seven words for your friend", "without end"),
        ("ru", "Семь слов для друга или подруги", "без срока"),
        ("uk", "Сім слів для друга чи подруги", "без строку"),
    ],
)
def test_words_for_a_friend_come_on_a_card_to_print(
    group: Group, language: str, title: str, endless: str
) -> None:
    """The card has the words, where they are typed, as a drawing too, and for how long."""
    who = group.bring("Rowan", language=language)
    page = who.send("/me/friend/", words=who.phrase, days="0")
    (card,) = [one for one in page.main.iter(f"{HTML}article") if one.get("class") == "card"]
    text = text_of(card)
    assert title in text
    assert endless in text
    assert "/pause/" in text
    assert "Lantern makers" not in page.html
    assert len(page.words.split()) == 7
    drawing = next(one for one in card.iter() if one.tag.endswith("svg"))
    assert {"class": "qr"}.items() <= drawing.attrib.items()
    assert qr_svg(settings.HEDGEROW_INSTANCE.addresses[0] + "/pause/") in page.html
    assert Somebody().send("/pause/", words=page.words).status == 200


def test_the_card_says_until_when_the_words_are_good(group: Group) -> None:
    """Words for thirty days name their last day."""
    who = group.bring("Rowan")
    last = date(1970, 1, 1) + timedelta(days=_visit(who).today() + 30)
    page = who.send("/me/friend/", words=who.phrase, days="30")
    assert f"until {date_format(last)}" in page.text


def test_heirs_see_on_the_page_since_when_a_coordinator_is_paused(group: Group) -> None:
    """Those named to take over see it beside the name; another member does not."""
    heirs = [group.bring(name, reads="ALL") for name in ("Rowan", "Elm")]
    other = group.bring("Ash", reads="ALL")
    space, people = space_id(group), f"{group.path}people/"
    ids = [_visit(heir).space(space).my_id for heir in heirs]
    _visit(group.keeper).space(space).name_heirs(ids, needed=2)
    words = group.keeper.pause_by_friend()
    for heir in heirs:
        assert "access paused since" in heir.open(people).text
    assert "access paused" not in other.open(people).text
    Somebody().send("/pause/end/", friend=words, words=group.keeper.phrase)
    assert "opened again on" in heirs[0].open(people).text


def test_another_coordinator_sees_a_coordinators_pause(group: Group) -> None:
    """Where two coordinate, each sees the other's pause."""
    other = group.bring("Elm", role=KEEPER, reads="ALL")
    group.keeper.pause_by_friend()
    assert "access paused since" in other.open(f"{group.path}people/").text
