# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check the pages by which a friend pauses an account, and a journey locks it."""

from datetime import date, timedelta

from hedgerow.store.sessions import COOKIE_NAME
from tests.rooms.members.browsers import Group, Somebody
from tests.rooms.members.test_account import _visit
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
