# SPDX-License-Identifier: AGPL-3.0-or-later
"""A stranger writes to a letter-box, keeps the words, comes back, reads the answer, forgets."""

import hashlib
import re
from itertools import count

import pytest

from hedgerow.rooms.intake.models import LetterBox
from hedgerow.store import formtokens
from tests.pages.client import HTML
from tests.rooms.intake.letters import (
    answer,
    come_back,
    letters_of,
    open_box,
    send_letter,
    write_letter,
)
from tests.rooms.members.browsers import Group, Page, Somebody
from tests.rooms.members.test_shelf import a_file

BOMB = b"\x89PNG\r\n\x1a\n" + b"\0\0\x28\x00\0\0\x29\x00" * 1500
POLYGLOT = b"GIF89a/*" + b"\0" * 40 + b"*/=1;alert(1)//<script>alert(1)</script>"
ZIP_BOMB = b"PK\x03\x04" + b"\0" * 3000


@pytest.fixture
def path(group: Group) -> str:
    """Return where strangers write to a letter-box of the group."""
    return open_box(group)


def _token(page: Page) -> str:
    """Return the token of the letter's form on a page."""
    (action,) = page.buttons(end="/")[-1:]
    return action.strip("/").split("/")[-1]


def test_the_front_page_leads_to_the_box(path: str) -> None:
    """Somebody who knows nothing finds the form, with what can be done right now above it."""
    who = Somebody()
    assert path in who.open("/").links()
    page = who.open(path)
    assert "Help with a dismissal" in page.text
    assert page.text.index("Keep every paper.") < page.text.index("Your letter")
    assert page.text.count("Which works is it?") == 1
    assert page.title.startswith("Write to us")
    assert path in who.open("/write/").links()


def test_a_letter_is_written_read_and_answered(group: Group, path: str) -> None:
    """All the way: words, the group's list and page, the answer, more from the stranger."""
    who = Somebody()
    words = write_letter(who, path, file=a_file(content=b"proof"))
    assert len(words.split()) == 7
    (letter,) = letters_of(group)
    page = group.keeper.open(letter)
    for shown in ("The port", "They sacked me on Friday.", "Which works is it?"):
        assert shown in page.text
    (file,) = [one for one in page.links() if "/files/" in one and letter in one]
    got = group.keeper.open(file)
    assert got.body == b"proof"
    assert got.response["Content-Disposition"].startswith("attachment")
    assert answer(group, letter).status == 200
    who.forget_cookies()
    own = come_back(who, words)
    assert own.path == "/answer/letter/"
    assert "Come on Tuesday." in own.text
    (action,) = own.buttons(end="/more/")
    own = who.send_form(own, at=action, text="Thank you, I will.")
    assert "Thank you, I will." in own.text
    assert "Thank you, I will." in group.keeper.open(letter).text
    (file,) = [one for one in own.links() if one.startswith("/answer/files/")]
    assert who.open(file).body == b"proof"


@pytest.mark.parametrize(
    ("language", "sentence"), [("ru", "Нужен ответ"), ("uk", "Потрібна відповідь")]
)
def test_words_are_given_and_taken_in_each_language(
    group: Group, path: str, language: str, sentence: str
) -> None:
    """Seven words of one's own language open the conversation in any other."""
    who = Somebody(language)
    words = write_letter(who, path, text=sentence)
    assert re.fullmatch(r"[\u0400-\u04ff’ʼ'-]+( [\u0400-\u04ff’ʼ'-]+){6}", words)
    (letter,) = letters_of(group)
    assert sentence in group.keeper.open(letter).text
    other = Somebody("en")
    assert sentence in come_back(other, words).text


def test_what_is_missing_is_said_and_nothing_is_lost(path: str) -> None:
    """An empty letter and an unanswered question come back with all else, in one page."""
    who = Somebody()
    page = send_letter(who, path, answer_0="", text="All of my story")
    assert page.status == 422
    assert "This needs an answer" in page.text
    assert page.fields["text"] == "All of my story"
    page = send_letter(who, path, text=" ")
    assert "Please write something first." in page.text
    assert page.fields["answer_0"] == "The port"


def test_a_file_is_kept_over_another_try(group: Group, path: str) -> None:
    """It is not asked for again when something else was missing."""
    who = Somebody()
    page = send_letter(who, path, text="", file=a_file(content=b"once"))
    assert "Your file is here already" in page.text
    (action,) = page.buttons(end="/")[-1:]
    page = who.send_form(page, at=action, text="Now with text")
    assert page.words
    (letter,) = letters_of(group)
    (file,) = [one for one in group.keeper.open(letter).links() if f"{letter}0/files/" in one]
    assert group.keeper.open(file).body == b"once"


@pytest.mark.parametrize("content", [BOMB, POLYGLOT, ZIP_BOMB])
def test_hostile_files_stay_what_they_are(group: Group, path: str, content: bytes) -> None:
    """Never decoded, unpacked or shown: sealed as they came, and only to be saved."""
    upload = a_file("../../../etc/\u202egnp.exe<script>", content=content)
    write_letter(Somebody(), path, file=upload)
    (letter,) = letters_of(group)
    page = group.keeper.open(letter)
    assert "<script>" not in page.html.split("</head>")[1]
    (file,) = [one for one in page.links() if f"{letter}0/files/" in one]
    got = group.keeper.open(file)
    assert got.body == content
    assert got.response["Content-Type"] == "application/octet-stream"
    assert got.response["X-Content-Type-Options"] == "nosniff"
    assert got.response["Content-Disposition"].startswith("attachment")
    assert ".." not in got.response["Content-Disposition"]


def test_a_file_that_is_too_large_is_refused_with_a_sentence(
    group: Group, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was typed is there; without the file the letter goes."""
    monkeypatch.setattr("hedgerow.store.uploads.MOST_FILE_BYTES", 1000)
    who = Somebody()
    page = send_letter(who, path, file=a_file(content=b"x" * 2000))
    assert page.status == 422
    assert "MB" in page.text
    assert page.fields["text"] == "They sacked me on Friday."
    (action,) = page.buttons(end="/")[-1:]
    assert who.send_form(page, at=action).words
    assert len(letters_of(group)) == 1


def test_a_form_sent_twice_is_one_letter(group: Group, path: str) -> None:
    """The second sending is told that the letter is there."""
    who = Somebody()
    page = who.open(path)
    (action,) = page.buttons(end="/")[-1:]
    typed = {"answer_0": "x", "text": "once"}
    assert who.send_form(page, at=action, **typed).words
    again = who.send_form(page, at=action, **typed)
    assert "Your letter is there already" in again.text
    assert len(letters_of(group)) == 1


def test_a_form_that_is_too_old_or_not_ours_comes_back(group: Group, path: str) -> None:
    """With all that was typed, and a token that is good."""
    who = Somebody()
    page = who.open(path)
    (action,) = page.buttons(end="/")[-1:]
    typed = {"answer_0": "x", "text": "still here"}
    forged = who.send_form(page, at=f"{path}forged/", **typed)
    assert forged.status == 422
    assert forged.fields["text"] == "still here"
    group.vault.clock.advance(days=2)
    late = who.send_form(page, at=action, **typed)
    assert "stood open for a long time" in late.text
    (action,) = late.buttons(end="/")[-1:]
    assert who.send_form(late, at=action).words


def test_a_letter_to_a_box_that_has_closed_gives_the_text_back(group: Group, path: str) -> None:
    """Whoever had the form open is told, and can copy what they typed."""
    who = Somebody()
    page = who.open(path)
    group.keeper.send(f"{group.path}letter-boxes/help/close/")
    (action,) = page.buttons(end="/")[-1:]
    closed = who.send_form(page, at=action, answer_0="x", text="All of my story")
    assert closed.status == 410
    assert "All of my story" in closed.text
    assert who.open(path).status == 410
    assert path not in who.open("/").links()


def test_the_day_has_a_limit_and_loses_nothing(group: Group) -> None:
    """Whoever comes after it is asked to come back tomorrow, with the text in the form."""
    path = open_box(group, day_limit="2")
    for _ in range(2):
        write_letter(Somebody(), path)
    page = send_letter(Somebody(), path, text="All of my story")
    assert page.status == 429
    assert "send it tomorrow" in page.text
    assert page.fields["text"] == "All of my story"


def test_a_form_sent_again_and_again_fills_no_box(group: Group) -> None:
    """It is one letter, and counts once; others still come."""
    path = open_box(group, day_limit="8")
    who = Somebody()
    page = who.open(path)
    (action,) = page.buttons(end="/")[-1:]
    for _ in range(12):
        who.send_form(page, at=action, answer_0="x", text="once")
    assert write_letter(Somebody(), path)
    assert len(letters_of(group)) == 2


def test_in_a_flood_letters_prove_work_or_wait_for_a_look(group: Group, path: str) -> None:
    """Without scripts a letter is taken and held; with a proof it comes as always."""
    for _ in range(12):
        write_letter(Somebody(), path)
    page = Somebody().open(path)
    assert "Very many letters are coming" in page.text
    assert "intake/work" in page.html
    write_letter(Somebody(), path, text="without scripts")
    who = Somebody()
    page = who.open(path)
    token = _token(page)
    work = next(
        str(one)
        for one in count()
        if hashlib.sha256(f"{token}.{one}".encode()).digest()[:2] == b"\0\0"
    )
    assert formtokens.is_work(token, work)
    (action,) = page.buttons(end="/")[-1:]
    assert who.send_form(page, at=action, answer_0="x", text="with a proof", work=work).words
    reader = group.bring("Editor", reads="ALL")
    assert len(letters_of(group)) == 14
    assert len(letters_of(group, reader)) == 13


def test_wrong_words_are_one_page(group: Group, path: str) -> None:
    """A mistyped word is said at once; unknown and forgotten ones are told alike."""
    who = Somebody()
    words = write_letter(who, path)
    typed = words.split()
    wrong = come_back(who, " ".join([*typed[:-1], typed[0]]))
    assert wrong.status == 422
    own = come_back(who, words)
    page = who.send("/answer/forget/")
    assert "Your words are forgotten" in page.text
    assert own.path == "/answer/letter/"
    unknown = come_back(who, words)
    assert unknown.status == 422
    assert "These words open no conversation here" in unknown.text
    (letter,) = letters_of(group)
    assert "They sacked me on Friday." in group.keeper.open(letter).text


def test_more_that_was_typed_too_late_comes_back_after_the_words(group: Group, path: str) -> None:
    """The conversation closes by itself; what was being written comes back, filled in."""
    who = Somebody()
    words = write_letter(who, path)
    own = come_back(who, words)
    (action,) = own.buttons(end="/more/")
    group.vault.clock.advance(minutes=30)
    asked = who.send_form(own, at=action, text="a long story")
    assert asked.status == 403
    assert "Your text is safe" in asked.text
    back = who.send_form(asked, at="/answer/", words=words)
    assert [area.text for area in back.main.iter(f"{HTML}textarea")] == ["a long story"]
    group.keeper.enter()
    (letter,) = letters_of(group)
    assert "a long story" not in group.keeper.open(letter).text


def test_leaving_and_the_quick_exit_close_the_conversation(path: str) -> None:
    """Nobody who takes the telephone afterwards is in it."""
    who = Somebody()
    words = write_letter(who, path)
    own = come_back(who, words)
    who.press(own, at="/answer/close/")
    assert who.open("/answer/letter/").path == "/answer/"
    come_back(who, words)
    who.open("/away/")
    assert who.open("/answer/letter/").path == "/answer/"


def test_nothing_of_a_letter_stands_in_an_address_or_a_title(group: Group, path: str) -> None:
    """Histories and logs of a browser hold random ids and general titles alone."""
    who = Somebody()
    words = write_letter(who, path, text="The secret")
    come_back(who, words)
    (letter,) = letters_of(group)
    group.keeper.open(letter)
    for visited in (*who.visited, *group.keeper.visited):
        assert "secret" not in visited.lower()
        assert not any(word in visited for word in words.split() if len(word) > 4)
    assert group.keeper.open(letter).title in {"A letter", "Letters"}


def test_public_rows_hold_the_form_and_nothing_else(group: Group, path: str) -> None:
    """Neither the group nor any letter can be found by the row of a box."""
    write_letter(Somebody(), path)
    (row,) = LetterBox.objects.all().values()
    assert set(row) == {
        "address",
        "is_open",
        "is_moderated",
        "weeks",
        "day_limit",
        "needed",
        "texts",
    }
    assert group.name not in str(row)
