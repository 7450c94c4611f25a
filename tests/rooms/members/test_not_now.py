# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check that nothing typed is lost when a form cannot be taken, now or by this person."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import OperationalError, connection

from hedgerow.kernel.addresses import to_address
from hedgerow.site.logs import PlaceFormatter
from hedgerow.store.machine import machine
from tests.pages.test_logs import LINE, QUIET
from tests.rooms.members.browsers import READER, Group, Page, Somebody
from tests.rooms.members.test_interrupted import _contents, _second_invitation
from tests.rooms.members.test_shelf import a_file

TEXT = "Kilderkin & <heliotrope>.\nSecond line. " * 40
FULL, LOCKED = "database or disk is full", "database is locked"
SENTENCES = {
    "en": ("The disk is full", "Too much is being written", "What you typed stands below"),
    "ru": ("Диск заполнен", "Сейчас пишут слишком многие", "Всё, что вы набрали, стоит ниже"),
    "uk": ("Диск заповнено", "Зараз пише забагато", "Усе, що ви набрали, стоїть нижче"),
}


WRITTEN = {
    "en": ("What you had typed", "Choose your file again"),
    "ru": ("Что вы написали", "Выберите файл ещё раз"),
    "uk": ("Що ви написали", "Виберіть файл ще раз"),
}
WRITING = ("INSERT", "UPDATE", "DELETE")


@contextmanager
def refusing(message: str, *, only: tuple[str, ...] = WRITING) -> Iterator[None]:
    """Let the database refuse statements that begin so, as it does with such a message."""

    def refuse(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if sql.startswith(only):
            raise OperationalError(message)
        return execute(sql, *rest)

    with connection.execute_wrapper(refuse):
        yield


def _refused(who: Somebody, path: str, *, message: str = FULL, **typed: Any) -> Page:
    """Send a form of a page while nothing can be written."""
    page = who.open(path)
    with refusing(message):
        return who.send_form(page, **typed)


@pytest.mark.parametrize("message", [FULL, LOCKED])
@pytest.mark.parametrize("language", SENTENCES)
def test_a_page_stands_in_the_answer_and_is_sent_again(
    group: Group, language: str, message: str
) -> None:
    """The answer says why and what to do, holds all that was typed, and sends it once more."""
    who = group.bring("Rowan", language=language)
    path = f"{group.path}pages/new/"
    page = _refused(who, path, message=message, title="Depot", text=TEXT)
    assert page.status == 503
    assert page.response["Retry-After"] == "30"
    full, locked, below = SENTENCES[language]
    assert (full if message == FULL else locked) in page.text
    assert below in page.text
    assert page.fields["title"] == "Depot"
    assert page.fields["text"].strip() == TEXT.strip()
    assert who.open(f"{group.path}pages/").rows() == []
    with refusing(message):
        page = who.send_form(page)
    assert page.status == 503
    assert who.send_form(page).status == 200
    assert who.open(f"{group.path}pages/").rows() == ["Depot"]


def test_an_edit_is_sent_again_at_its_version(group: Group) -> None:
    """Hidden fields come back too, so that somebody who was quicker is still noticed."""
    guest = group.bring("Rowan")
    path = group.write(group.keeper, title="Plan", text="tea")
    late = _refused(guest, f"{path}edit/", text="water")
    assert late.status == 503
    group.keeper.send(f"{path}edit/", text="coffee")
    page = guest.send_form(late)
    assert page.status == 422
    assert "Somebody else changed this page" in page.text


def test_an_answer_says_who_will_read_it(group: Group) -> None:
    """The form of a thread's answer comes back with the line on who can read it."""
    path = group.talk(group.keeper, title="Where to meet", text="The old depot?")
    page = _refused(group.keeper, path, text=TEXT)
    assert "Everybody in this group can read this." in page.text
    assert "1 answer" in group.keeper.send_form(page).text


def test_a_file_must_be_chosen_again(group: Group) -> None:
    """What was written about the file is there; the page asks for the file once more."""
    keeper, path = group.keeper, f"{group.path}files/new/"
    form = keeper.open(path)
    # The file itself has arrived; there is no room left to list it.
    with refusing(FULL, only=("INSERT INTO large", "DELETE")):
        page = keeper.send_form(form, file=a_file(), about="For the market")
    assert page.status == 503
    assert "Choose your file again" in page.text
    assert page.fields["about"] == "For the market"
    assert "File (may stay empty)" not in page.text
    assert keeper.send_form(page, file=a_file()).rows() == ["leaflet.pdf"]


def test_words_are_not_shown_again(group: Group) -> None:
    """Somebody's words come back to nobody: the page asks to type them once more."""
    guest = group.bring("Rowan")
    invitation = _second_invitation(group)
    page = _refused(guest, "/groups/join/", words=invitation, name="Heron")
    assert page.status == 503
    assert invitation not in page.html
    assert page.fields["name"] == "Heron"
    assert page.fields["words"] == ""
    assert "Type your words again" in page.text


def test_a_button_is_pressed_again(group: Group) -> None:
    """Where there was no field to fill in, the answer holds the same button."""
    group.invite()
    keeper = group.keeper
    page = keeper.open(f"{group.path}people/")
    path = page.buttons(end="/revoke/")[0]
    with refusing(FULL):
        refused = keeper.press(page, at=path)
    assert refused.status == 503
    assert refused.action == path
    assert "No invitation is open." in keeper.send_form(refused).text


def test_a_text_comes_back_when_the_session_cannot_be_read(
    group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where not even the visit is found for now, the text can be read, and is sent again."""
    keeper = group.keeper
    page = keeper.open(f"{group.path}pages/new/")
    with monkeypatch.context() as patched:
        patched.setattr("hedgerow.store.tables.connection.cursor", _busy_cursor)
        refused = keeper.send_form(page, title="Depot", text=TEXT)
    assert refused.status == 503
    assert refused.fields == {"title": "Depot", "text": TEXT} | {"base": refused.fields["base"]}
    assert "Kilderkin & <heliotrope>" in refused.text
    assert keeper.send_form(refused).status == 200


def _busy_cursor() -> Any:
    raise OperationalError(LOCKED)


def test_nothing_is_stored_of_what_could_not_be_taken(group: Group) -> None:
    """The page holds the text, and neither the disk nor the memory does."""
    keeper, home = group.keeper, group.vault.home
    form = keeper.open(f"{group.path}pages/new/")
    before = _contents(home)
    with refusing(FULL):
        assert keeper.send_form(form, title="P", text=TEXT).status == 503
    assert _contents(home) == before
    assert machine().ephemeral.rows("SELECT count(*) FROM state") == [(0,)]


def test_a_group_of_others_gives_back_as_one_that_never_was(group: Group) -> None:
    """What is not for somebody answers a form byte for byte as what is not there at all."""
    guest = group.bring("Rowan")
    theirs = Group(group.vault, _second_group(group), group.keeper)
    page = guest.open(f"{group.path}pages/new/")
    paths = [f"{theirs.path}pages/new/", f"/groups/{to_address(1)}/pages/new/"]
    answers = [guest.send_form(page, at=path, title="Depot", text=TEXT) for path in paths]
    assert [one.status for one in answers] == [404, 404]
    assert "Kilderkin & <heliotrope>" in answers[0].text
    assert answers[0].body == answers[1].body


def _second_group(group: Group) -> str:
    """Open another group and return its address."""
    return group.keeper.send("/groups/new/", group="Roof garden", name="W").path


@pytest.mark.parametrize("language", WRITTEN)
def test_whoever_may_not_write_any_more_gets_the_text_back(group: Group, language: str) -> None:
    """Made a reader meanwhile, and then removed: the page says no and shows what was written."""
    guest = group.bring("Rowan", language=language)
    form = guest.open(f"{group.path}files/new/")
    page = guest.open(f"{group.path}pages/new/")
    keeper = group.keeper
    keeper.send(group.link_of(keeper, "Rowan", end="/role/"), role=READER)
    refused = guest.send_form(page, title="Old depot", text=TEXT)
    shelf = guest.send_form(form, file=a_file(), about="For the market")
    keeper.send(group.link_of(keeper, "Rowan", end="/remove/"))
    gone = guest.send_form(page, title="Old depot", text=TEXT)
    assert [one.status for one in (refused, shelf, gone)] == [403, 403, 404]
    heading, files = WRITTEN[language]
    for one in (refused, gone):
        assert heading in one.text
        assert "Old depot" in one.text
        assert "Kilderkin & <heliotrope>" in one.text
        assert files not in one.text
    assert files in shelf.text
    assert "For the market" in shelf.text


def _crash(*_arguments: object, **_named: object) -> None:
    message = "Kilderkin"
    raise RuntimeError(message)


def test_a_fault_of_the_code_gives_the_text_back(
    group: Group, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The text stands on the page and nowhere else; the plain page comes where that fails too."""
    keeper, home = group.keeper, group.vault.home
    keeper.client.raise_request_exception = False
    page = keeper.open(f"{group.path}pages/new/")
    before = _contents(home)
    monkeypatch.setattr("hedgerow.store.visit.Space.write", _crash)
    refused = keeper.send_form(page, title="Depot", text=TEXT)
    assert refused.status == 500
    assert "Kilderkin & <heliotrope>" in refused.text
    assert _contents(home) == before
    assert not any("Kilderkin" in PlaceFormatter().format(one) for one in caplog.records)
    monkeypatch.setattr("hedgerow.site.views.written_in", _crash)
    plain = keeper.send_form(page, title="Depot", text=TEXT)
    assert plain.status == 500
    assert "The fault is ours" in plain.text
    assert "Kilderkin" not in plain.html


def test_words_never_stand_on_an_error_page(group: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes secrets is left out of what is given back, as are choices and ids."""
    guest = group.bring("Rowan")
    guest.client.raise_request_exception = False
    page = guest.open("/groups/join/")
    monkeypatch.setattr("hedgerow.store.visit.Visit.accept_invitation", _crash)
    invitation = _second_invitation(group)
    refused = guest.send_form(page, words=invitation, name="Grey heron", role="4")
    assert refused.status == 500
    assert invitation not in refused.html
    assert "Grey heron" in refused.text
    assert refused.html.count('class="kept"') == 1


def test_the_log_names_no_group_and_no_text(group: Group, caplog: pytest.LogCaptureFixture) -> None:
    """What could not be taken, or not by this person, leaves a status and places in the code."""
    keeper = group.keeper
    for name in QUIET:
        caplog.set_level("WARNING", logger=name)
    caplog.clear()
    _refused(keeper, f"{group.path}pages/new/", title="Depot", text=TEXT)
    keeper.send(f"{group.path}pages/new/", title="", text=TEXT)
    group.bring("Hazel", role=READER).open(f"{group.path}pages/new/")
    keeper.open(f"{group.path}pages/AAAAAAAAAAA/")
    Somebody().open("/join/words/")
    lines = [PlaceFormatter().format(record) for record in caplog.records]
    assert [line.split()[2] for line in lines] == ["503", "422", "403", "404", "410"]
    assert all(LINE.fullmatch(line) for line in lines), lines
