# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check that nothing typed is lost when a session ends in the middle of a form."""

from pathlib import Path
from typing import Any

import pytest

from hedgerow.store.sessions import COOKIE_NAME
from tests.rooms.members.browsers import Group, Page, Somebody
from tests.rooms.members.test_shelf import LEAFLET, _bytes, _first, a_file

TEXT = "Kilderkin and heliotrope. " * 40


def _too_late(group: Group, who: Somebody, page: Page, **fields: Any) -> Page:
    """Send a form after the session is over; the page where one enters comes."""
    group.vault.clock.advance(minutes=21)
    return who.send_form(page, **fields)


def _come_in(who: Somebody, page: Page) -> Page:
    """Type one's words on the page that carries the form."""
    return who.send_form(page, words=who.phrase)


def test_a_page_comes_back_filled_in_and_not_sent(group: Group) -> None:
    """After the words the form stands as it was typed; only its author sends it."""
    keeper = group.keeper
    page = _too_late(group, keeper, keeper.open(f"{group.path}pages/new/"), title="P", text=TEXT)
    assert page.status == 403
    assert "Your text is safe" in page.text
    assert "Kilderkin" not in page.html
    page = _come_in(keeper, page)
    assert page.status == 200
    assert page.fields["title"] == "P"
    assert page.fields["text"] == TEXT.strip() or page.fields["text"] == TEXT
    assert keeper.open(f"{group.path}pages/").rows() == []
    page = keeper.send_form(page)
    assert page.status == 200
    assert keeper.open(f"{group.path}pages/").rows() == ["P"]


def test_an_edit_comes_back_at_its_version(group: Group) -> None:
    """An edit carried over a log-in still notices that somebody else was quicker."""
    guest = group.bring("Rowan")
    path = group.write(group.keeper, title="Plan", text="tea")
    late = _too_late(group, guest, guest.open(f"{path}edit/"), text="water")
    group.keeper.enter()
    group.keeper.send(f"{path}edit/", text="coffee")
    page = _come_in(guest, late)
    assert page.fields["text"] == "water"
    page = guest.send_form(page)
    assert page.status == 422
    assert "Somebody else changed this page" in page.text


def test_an_answer_comes_back_in_its_thread(group: Group) -> None:
    """The thread is shown again with the answer in its field."""
    path = group.talk(group.keeper, title="Where to meet", text="The old depot?")
    page = _too_late(group, group.keeper, group.keeper.open(path), text=TEXT)
    page = _come_in(group.keeper, page)
    assert "The old depot?" in page.text
    assert page.fields["text"].strip() == TEXT.strip()
    assert "0 answers" in group.keeper.open(path).text


def test_a_file_comes_back_received(group: Group) -> None:
    """What was uploaded just too late is there after the log-in, and need not be chosen again."""
    keeper = group.keeper
    form = keeper.open(f"{group.path}files/new/")
    page = _too_late(group, keeper, form, file=a_file(), about="For the market")
    page = _come_in(keeper, page)
    assert "Your file is here already" in page.text
    assert page.fields["about"] == "For the market"
    page = keeper.send_form(page)
    assert page.rows() == ["leaflet.pdf"]
    assert _bytes(keeper, _first(group, keeper)).body == LEAFLET


def test_another_browser_gets_nothing(group: Group) -> None:
    """The carried form opens for the browser it came from, not for whoever copies the page."""
    page = _too_late(
        group, group.keeper, group.keeper.open(f"{group.path}pages/new/"), title="P", text=TEXT
    )
    thief = Somebody(phrase=group.keeper.phrase)
    own = thief.open("/enter/")
    shown = thief.send_form(own, words=thief.phrase, **_kept(page))
    assert "Kilderkin" not in shown.html
    assert set(shown.fields.values()) == {""}


def test_another_person_gets_nothing_of_a_group(group: Group) -> None:
    """Whoever enters with other words in the same browser is not shown the group."""
    guest = group.bring("Rowan")
    other = Somebody()
    other.join(_second_invitation(group), name="Stork")
    page = _too_late(group, guest, guest.open(f"{group.path}pages/new/"), title="P", text="x")
    guest.phrase = other.phrase
    assert _come_in(guest, page).status == 404


def _second_invitation(group: Group) -> str:
    """Return an invitation into another group."""
    page = group.keeper.send("/groups/new/", group="Roof garden", name="W")
    return Group(group.vault, page.path, group.keeper).invite()


def _kept(page: Page) -> dict[str, str]:
    return {"kept": page.fields["kept"], "to": page.fields["to"]}


def test_a_mistyped_word_loses_nothing(group: Group) -> None:
    """The form is carried on over a slip in the words."""
    keeper = group.keeper
    page = _too_late(group, keeper, keeper.open(f"{group.path}pages/new/"), title="P", text=TEXT)
    first, second, *rest = keeper.phrase.split()
    page = keeper.send_form(page, words=" ".join([second, first, *rest]))
    assert page.status == 422
    assert _come_in(keeper, page).fields["title"] == "P"


def test_a_second_open_tab_keeps_working(group: Group) -> None:
    """The token is not changed by coming in, so a form open in another tab is taken."""
    keeper = group.keeper
    tab = keeper.open(f"{group.path}threads/new/")
    page = _too_late(group, keeper, keeper.open(f"{group.path}pages/new/"), title="P", text="x")
    _come_in(keeper, page)
    assert keeper.send_form(tab, title="From the other tab", text="x").status == 200
    assert keeper.open(f"{group.path}threads/").rows() == ["From the other tab"]


def test_nothing_is_stored_of_an_interrupted_form(group: Group) -> None:
    """Between the two pages no file at rest or in memory changes."""
    keeper, home = group.keeper, group.vault.home
    form = keeper.open(f"{group.path}pages/new/")
    before = _contents(home)
    _too_late(group, keeper, form, title="P", text=TEXT)
    assert _contents(home) == before


def _contents(home: Path) -> dict[str, bytes]:
    """Return every file of an instance."""
    return {str(one): one.read_bytes() for one in home.rglob("*") if one.is_file()}


def test_a_forged_or_old_form_is_not_restored(group: Group) -> None:
    """What does not open is left out, and one comes to where one was going."""
    keeper = group.keeper
    page = _too_late(group, keeper, keeper.open(f"{group.path}pages/new/"), title="P", text=TEXT)
    fields = {**_kept(page), "kept": "A" * 400}
    page = keeper.send_form(page, words=keeper.phrase, **fields)
    assert page.path == f"{group.path}pages/new/"
    assert page.fields["title"] == ""


@pytest.mark.parametrize("field", ["words"])
def test_words_are_never_carried(group: Group, field: str) -> None:
    """A secret typed just too late is not brought back onto a page."""
    keeper = group.keeper
    page = _too_late(group, keeper, keeper.open("/me/words/"), words=keeper.phrase)
    assert keeper.client.cookies[COOKIE_NAME].value
    page = _come_in(keeper, page)
    assert page.path in {"/me/words/", "/enter/"}
    assert keeper.open("/me/words/").fields[field] == ""
    assert page.fields.get(field, "") == ""
