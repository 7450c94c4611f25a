# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check how somebody comes in by an invitation, and what is said when that fails."""

import re

import pytest

from tests.instances import Vault
from tests.rooms.members.browsers import Group, Page, Somebody, founder_of

DEAD = "This invitation is not good, or no longer."
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')
TYPED = re.compile(r"(<textarea[^>]*>)[^<]*(</textarea>)")
FILL = re.compile(r"<!-- *-->")


def _bare(page: Page) -> str:
    """Return a page without its token, what was typed, and what fills it up."""
    return FILL.sub("", TYPED.sub(r"\1\2", TOKEN.sub("", page.html)))


def _mistyped(words: str) -> str:
    """Return words of which two neighbours were exchanged."""
    first, second, *rest = words.split()
    return " ".join([second, first, *rest])


def test_the_first_coordinator_comes_in_without_a_name(vault: Vault) -> None:
    """The invitation of `init` opens no group, so it asks for none's name."""
    founder = Somebody()
    page = founder.begin_joining(vault.founder_words)
    assert page.path == "/join/words/"
    assert len(page.words.split()) == 8
    assert set(founder.open("/join/finish/").fields) == {"words"}
    page = founder.send("/join/finish/", words=page.words)
    assert page.path == "/me/"
    assert "You are in no group yet" in page.text


def test_a_newcomer_comes_in(group: Group) -> None:
    """Words, words typed back, a name: then the group is on one's own page."""
    guest = Somebody()
    page = guest.begin_joining(group.invite())
    assert guest.open("/join/finish/").text.count(group.name) == 1
    page = guest.send("/join/finish/", words=page.words, name="Rowan")
    assert page.path == "/me/"
    assert group.path in page.links()
    assert "Rowan" in guest.open(f"{group.path}people/").text


def test_a_mistyped_word_is_said_at_once(group: Group) -> None:
    """The check word tells a slip from a dead invitation, before anything is looked up."""
    page = Somebody().send("/join/", words=_mistyped(group.invite()))
    assert page.status == 422
    assert "One of the words was mistyped" in page.text
    page = Somebody().send("/join/", words="zzzz " + group.invite().partition(" ")[2])
    assert page.status == 422
    assert "Word 1 is not in the list" in page.text


def test_the_number_of_words_is_counted(group: Group) -> None:
    """Too few words are counted for whoever typed them."""
    page = Somebody().send("/join/", words=group.invite().rpartition(" ")[0])
    assert page.status == 422
    assert "There should be 7 words; you typed 6." in page.text


def _used(group: Group) -> str:
    invitation = group.invite()
    Somebody().join(invitation, name="Rowan")
    return invitation


def _revoked(group: Group) -> str:
    invitation = group.invite()
    page = group.keeper.open(f"{group.path}people/")
    group.keeper.press(page, at=page.buttons(end="/revoke/")[0])
    return invitation


def _expired(group: Group) -> str:
    invitation = group.invite()
    group.vault.clock.advance(days=8)
    return invitation


def _unknown(group: Group) -> str:
    return group.vault.spell((1, 2, 3, 4, 5, 6))


def test_every_dead_invitation_gives_one_page(group: Group) -> None:
    """Unknown, used, revoked, expired: the pages differ in nothing but what was typed."""
    pages = [
        Somebody().send("/join/", words=dead(group))
        for dead in (_unknown, _used, _revoked, _expired)
    ]
    assert [page.status for page in pages] == [422] * 4
    assert DEAD in pages[0].text
    assert len({_bare(page) for page in pages}) == 1


def test_the_words_are_shown_again(group: Group) -> None:
    """Whoever goes back, or loads the page again, sees the same eight words."""
    guest = Somebody()
    first = guest.begin_joining(group.invite()).words
    assert guest.open("/join/words/").words == first
    guest.send("/join/finish/", words=_mistyped(first), name="Rowan")
    assert guest.open("/join/words/").words == first
    assert guest.send("/join/finish/", words=first, name="Rowan").path == "/me/"


def test_other_words_than_those_shown_are_not_taken(group: Group) -> None:
    """Good words that are somebody else's do not pass, and nothing is lost by trying."""
    guest, other = Somebody(), Somebody()
    guest.begin_joining(group.invite())
    others = other.begin_joining(group.invite()).words
    page = guest.send("/join/finish/", words=others, name="Rowan")
    assert page.status == 422
    assert "These are not the words you were shown" in page.text
    assert page.fields["name"] == "Rowan"


def test_a_name_is_asked_for(group: Group) -> None:
    """Without a name nobody comes into a group, and the words are not used up."""
    guest = Somebody()
    words = guest.begin_joining(group.invite()).words
    page = guest.send("/join/finish/", words=words, name=" ")
    assert page.status == 422
    assert "Please choose a name" in page.text
    assert guest.send("/join/finish/", words=words, name="Rowan").path == "/me/"


@pytest.mark.parametrize(("language", "letters"), [("ru", "[а-яё]+"), ("uk", "[а-щьюяєіїґ'ʼ’]+")])
def test_the_words_come_in_the_readers_language(group: Group, language: str, letters: str) -> None:
    """A Russian browser gets Russian words, a Ukrainian one Ukrainian words."""
    page = Somebody(language).begin_joining(group.invite())
    words = page.words.split()
    assert len(words) == 8
    assert all(re.fullmatch(letters, word) for word in words), words


def test_words_in_another_language_than_the_pages_are_read(group: Group) -> None:
    """Whoever got Russian words enters with them on an English page."""
    guest = group.bring("Рябина", language="ru")
    english = Somebody(phrase=guest.phrase)
    assert english.enter().path == "/me/"


def test_nobody_in_the_middle_of_joining_gets_410(vault: Vault) -> None:
    """Without a joining that lives, its pages say that it is over."""
    guest = Somebody()
    for path in ("/join/words/", "/join/finish/"):
        page = guest.open(path)
        assert page.status == 410
        assert "Begin again with your invitation" in page.text
    guest.begin_joining(vault.founder_words)
    vault.clock.advance(minutes=24 * 60)
    assert guest.open("/join/words/").status == 410


def test_one_browser_at_a_time_uses_an_invitation(group: Group) -> None:
    """A second browser is told to wait, and the first one goes on."""
    invitation = group.invite()
    first, second = Somebody(), Somebody()
    words = first.begin_joining(invitation).words
    page = second.begin_joining(invitation)
    assert page.status == 422
    assert "Somebody is using this invitation just now" in page.text
    assert first.send("/join/finish/", words=words, name="Rowan").path == "/me/"


def test_a_member_is_sent_to_where_members_join(vault: Vault) -> None:
    """Whoever is logged in keeps the words they have."""
    assert founder_of(vault).open("/join/").path == "/groups/join/"
