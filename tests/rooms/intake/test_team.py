# SPDX-License-Identifier: AGPL-3.0-or-later
"""A group works with its letters: boxes, roles, notes, people, copies, other groups, erasing."""

import re

from hedgerow.store import machine as machines
from tests.instances import Vault
from tests.rooms.intake.letters import (
    ADDRESS,
    answer,
    come_back,
    letters_of,
    open_box,
    write_letter,
)
from tests.rooms.members.browsers import PROBATIONER, READER, Group, Somebody, open_group
from tests.rooms.members.test_shelf import a_file


def _one(group: Group, **typed: str) -> tuple[str, str]:
    """Write one letter to an open box; return its address in the group and its words."""
    words = write_letter(Somebody(), **typed)
    return letters_of(group)[0], words


def test_a_box_says_what_its_coordinator_wrote(group: Group) -> None:
    """In each language it was written for, and otherwise in the first it has."""
    path = open_box(group, title_ru="Помощь", advice_ru="", questions_ru="Где? *\nС каких пор?")
    assert "Помощь" in Somebody("ru").open(path).text
    assert "Help with a dismissal" in Somebody("uk").open(path).text
    group.keeper.send(f"{group.path}letter-boxes/{ADDRESS}/", title_en="Help at work", weeks="3")
    page = Somebody().open(path)
    assert "Help at work" in page.text
    assert "It is kept for 3 weeks at most" in page.text
    poster = group.keeper.open(f"{group.path}letter-boxes/{ADDRESS}/poster/")
    assert f"/write/{ADDRESS}/" in poster.text
    assert "<svg" in poster.html


def test_a_box_needs_an_address_a_title_and_equal_questions(group: Group) -> None:
    """Each fault is said in the form, and what was typed stays."""
    form = f"{group.path}letter-boxes/new/"
    base = {"address": "x", "title_en": "T", "weeks": "8", "day_limit": "50"}
    for changed, sentence in (
        ({"address": "Ж"}, "Only small Latin letters"),
        ({"address": "answer"}, "Only small Latin letters"),
        ({"title_en": ""}, "Please write a title"),
        ({"weeks": "0"}, "At least 1"),
        ({"weeks": "99"}, "At most 52"),
        ({"day_limit": "x"}, "Please write a number."),
        ({"questions_en": "a\n" * 9}, "At most 8 questions"),
        ({"advice_ru": "x"}, "A title is needed in this language"),
        ({"questions_en": "a *", "title_ru": "т", "questions_ru": "б"}, "The same questions"),
    ):
        page = group.keeper.send(form, **{**base, **changed})
        assert (page.status, sentence in page.text) == (422, True), changed
    open_box(group, address="taken")
    page = group.keeper.send(form, **{**base, "address": "taken"})
    assert "This address is taken" in page.text


def test_readers_read_and_new_members_do_not(group: Group) -> None:
    """Who reads sees letters and cannot answer; a new member sees neither letter nor button."""
    open_box(group)
    letter, _ = _one(group)
    reader = group.bring("R", role=READER, reads="ALL")
    page = reader.open(letter)
    assert "They sacked me on Friday." in page.text
    assert not page.buttons(end="/state/")
    assert "textarea" not in page.html.split("<main")[1].split("</main")[0]
    new = group.bring("P", role=PROBATIONER)
    assert letters_of(group, new) == []
    assert new.open(letter).status == 404


def test_my_page_tells_of_letters(group: Group) -> None:
    """New letters by box, then conversations with something new, until somebody deals with it."""
    open_box(group)
    who = Somebody()
    words = write_letter(who)
    page = group.keeper.open("/me/")
    assert "New letters" in page.text
    assert "1 new letter" in page.text
    (letter,) = letters_of(group)
    assert letter in group.keeper.open("/me/").links()
    answer(group, letter)
    assert "New letters" not in group.keeper.open("/me/").text
    own = come_back(who, words)
    (action,) = own.buttons(end="/more/")
    who.send_form(own, at=action, text="more")
    assert letter in group.keeper.open("/me/").links()
    assert letter in group.keeper.open("/letters/").links()


def test_a_letter_is_named_noted_and_given_to_somebody(group: Group) -> None:
    """The group's title, notes and carer show on its page; the stranger sees none of them."""
    open_box(group)
    who = Somebody()
    words = write_letter(who)
    (letter,) = letters_of(group)
    group.keeper.send(f"{letter}title/", title="The port, Friday")
    group.keeper.send(f"{letter}note/", text="Ask the *lawyer* first")
    (member, *_) = re.findall(
        r'name="member" value="([^"]+)"', group.keeper.open(f"{letter}person/").html
    )
    page = group.keeper.send(f"{letter}person/", member=member)
    assert "The port, Friday" in page.text
    assert "Ask the lawyer first" in page.text
    assert "Willow takes care of it" in page.text
    assert "The port, Friday" in group.keeper.open("/me/").text
    own = come_back(who, words)
    for hidden in ("The port, Friday", "lawyer", "Willow"):
        assert hidden not in own.text
    group.keeper.press(page, at=f"{letter}person/none/")
    assert "Willow takes care of it" not in group.keeper.open(letter).text


def test_a_letter_is_closed_and_opened_by_more(group: Group) -> None:
    """Closed by the group, it is new again when the stranger writes."""
    open_box(group)
    who = Somebody()
    words = write_letter(who)
    (letter,) = letters_of(group)
    page = group.keeper.open(letter)
    group.keeper.press(page, at=f"{letter}state/", state="closed")
    assert letter in group.keeper.open(f"{group.path}letters/?show=closed").links()
    group.keeper.press(page, at=f"{letter}state/", state="open")
    assert letter in group.keeper.open(f"{group.path}letters/?show=open").links()
    group.keeper.press(page, at=f"{letter}state/", state="closed")
    own = come_back(who, words)
    (action,) = own.buttons(end="/more/")
    who.send_form(own, at=action, text="not over")
    assert letter in group.keeper.open(f"{group.path}letters/?show=new").links()


def test_a_moderated_box_shows_letters_to_coordinators_first(group: Group) -> None:
    """Others see a letter once a coordinator has let it in."""
    open_box(group, is_moderated="on")
    editor = group.bring("E", reads="ALL")
    write_letter(Somebody())
    assert letters_of(group, editor) == []
    (letter,) = letters_of(group)
    assert editor.open(letter).status == 404
    page = group.keeper.open(letter)
    group.keeper.press(page, at=f"{letter}state/")
    assert editor.open(letter).status == 200


def test_a_blocked_text_is_put_aside_when_it_comes_again(group: Group) -> None:
    """The letter goes; the same text, in whatever case and spacing, is closed on arrival."""
    open_box(group)
    letter, _ = _one(group, text="Buy my watches")
    group.keeper.send(f"{letter}block/")
    assert group.keeper.open(letter).status == 404
    write_letter(Somebody(), text="BUY  my watches")
    write_letter(Somebody(), text="Another thing")
    assert len(letters_of(group)) == 2
    for status in ("closed", "new"):
        page = group.keeper.open(f"{group.path}letters/?show={status}")
        assert page.rows().count("A letter") == 1


def test_a_blocked_text_is_put_aside_whoever_looks_first(group: Group) -> None:
    """Also in a box whose letters wait for a coordinator, and when an editor opens the list."""
    open_box(group, is_moderated="on")
    letter, _ = _one(group, text="Buy my watches")
    group.keeper.send(f"{letter}block/")
    editor = group.bring("E", reads="ALL")
    write_letter(Somebody(), text="Buy my watches")
    letters_of(group, editor)
    page = group.keeper.open(f"{group.path}letters/?show=waiting")
    assert page.rows().count("A letter") == 0
    assert len(letters_of(group)) == 1


def test_messages_and_conversations_are_erased(group: Group) -> None:
    """One message on both sides; then all of it, and the words open nothing."""
    open_box(group)
    letter, words = _one(group, file=a_file(content=b"x"))  # type: ignore[arg-type]  # a file
    answer(group, letter)
    group.keeper.send(f"{letter}0/erase/")
    page = group.keeper.open(letter)
    assert "This message was erased." in page.text
    assert "They sacked me on Friday." not in page.text
    own = come_back(Somebody(), words)
    assert "This message was erased." in own.text
    assert "Come on Tuesday." in own.text
    group.keeper.send(f"{letter}erase/")
    assert letters_of(group) == []
    assert come_back(Somebody(), words).status == 422


def test_a_letter_goes_to_another_group(group: Group, vault: Vault) -> None:
    """As a copy, or whole; who is in no other group is told so."""
    open_box(group)
    letter, words = _one(group, file=a_file(content=b"paper"))  # type: ignore[arg-type]  # a file
    assert "You are in no other group" in group.keeper.open(f"{letter}forward/").text
    other = open_group(group.keeper, vault, name="Lawyers", as_name="Willow")
    space = other.path.strip("/").split("/")[1]
    copy = group.keeper.send(f"{letter}forward/", group=space, how="copy")
    assert "They sacked me on Friday." in copy.text
    assert copy.path in group.keeper.open(f"{other.path}letters/").links()
    (file,) = [one for one in copy.links() if "/files/" in one and copy.path in one]
    assert group.keeper.open(file).body == b"paper"
    there = group.keeper.send(f"{letter}forward/", group=space, how="whole")
    assert "They sacked me on Friday." in there.text
    assert letters_of(group) == []
    (moved,) = letters_of(other)
    assert moved == there.path
    answer(other, moved, text="We are lawyers.")
    assert "We are lawyers." in come_back(Somebody(), words).text


def test_a_box_of_another_group_cannot_be_touched(group: Group, vault: Vault) -> None:
    """Its address is taken, and its pages for coordinators are not there."""
    open_box(group)
    guest = group.bring("Fir")
    other = open_group(guest, vault, name="Roof garden", as_name="Sparrow")
    for end in ("", "close/", "poster/"):
        assert guest.open(f"{other.path}letter-boxes/{ADDRESS}/{end}").status == 404


def test_a_closed_service_says_that_nothing_can_be_sent(group: Group) -> None:
    """The box's page stands, without its form; the way back asks to come later."""
    path = open_box(group)
    machines.close()
    page = Somebody().open(path)
    assert "Nothing can be sent just now" in page.text
    assert "Keep every paper." in page.text
