# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check the pages of the notebook: writing, versions, differences, two at once."""

import pytest

from hedgerow.kernel.errors import Refused
from tests.pages.client import HTML, text_of
from tests.rooms.members.browsers import Group, Page, Somebody

TEXT = "# Plan\n\n- tea\n- bread\n\n**Loud** and <b>tame</b>."


def _marked(page: Page, tag: str) -> list[str]:
    """Return the texts of all elements of a kind."""
    return [text_of(one) for one in page.main.iter(f"{HTML}{tag}")]


def _change(who: Somebody, path: str, **fields: str) -> Page:
    return who.send(f"{path}edit/", **fields)


def test_a_page_shows_its_text_as_marked_up(group: Group) -> None:
    """Headings, lists and strong words are made; HTML that was typed stays text."""
    page = group.keeper.open(group.write(group.keeper, title="Plan", text=TEXT))
    assert "Plan" in _marked(page, "h2")
    assert {"tea", "bread"} <= set(_marked(page, "li"))
    assert "Loud" in _marked(page, "strong")
    assert "<b>tame</b>" in page.text
    assert "Willow" in page.text


def test_an_empty_notebook_offers_the_first_step(group: Group) -> None:
    """Writers are offered to write; readers are only told what will be here."""
    page = group.keeper.open(f"{group.path}pages/")
    assert f"{group.path}pages/new/" in page.links()
    reader = group.bring("Rowan", role="3")
    page = reader.open(f"{group.path}pages/")
    assert "No page yet" in page.text
    assert page.links(end="pages/new/") == []


def test_a_page_needs_title_and_text(group: Group) -> None:
    """What is missing is said at its field; what was typed stays."""
    page = group.keeper.send(f"{group.path}pages/new/", title="", text="Glue and paper.")
    assert page.status == 422
    assert "Please give the page a title." in page.text
    assert page.fields["text"] == "Glue and paper."
    assert page.title.startswith("Error:")


def test_too_long_a_text_is_refused_and_kept(group: Group) -> None:
    """150,000 bytes fit, one letter more does not, and none is lost."""
    path = f"{group.path}pages/new/"
    page = group.keeper.send(path, title="Long", text="ж" * 75_001)
    assert page.status == 422
    assert "shorten it by about 1 letter" in page.text
    assert page.fields["text"] == "ж" * 75_001
    assert group.keeper.send(path, title="Long", text="ж" * 75_000).status == 200


def test_every_version_stays_with_its_author(group: Group) -> None:
    """The history names who wrote each version, what was changed, and shows its text."""
    guest = group.bring("Rowan")
    path = group.write(group.keeper, title="Plan", text="tea\nbread")
    _change(guest, path, text="coffee\nbread", change="no tea left")
    page = guest.open(f"{path}history/")
    assert page.rows() == ["Version 2", "Version 1"]
    assert "no tea left" in page.text
    assert page.text.index("Rowan") < page.text.index("Willow")
    first = guest.open(f"{path}history/1/")
    assert "tea bread" in first.text
    assert "coffee" not in first.text
    assert guest.open(path).links(end="/history/") == [f"{path}history/"]


def test_a_version_shows_what_it_changed(group: Group) -> None:
    """Removed and added lines are marked, equal ones are not."""
    path = group.write(group.keeper, title="Plan", text="tea\nbread")
    _change(group.keeper, path, text="coffee\nbread")
    page = group.keeper.open(f"{path}history/2/")
    assert _marked(page, "del") == ["tea"]
    assert _marked(page, "ins") == ["coffee"]


def test_a_version_that_never_was_is_not_found(group: Group) -> None:
    """Numbers below and above are answered like any page that is not there."""
    path = group.write(group.keeper, title="Plan", text="tea")
    assert [group.keeper.open(f"{path}history/{n}/").status for n in (0, 2, 99_999)] == [404] * 3


def test_two_who_edit_at_once_see_both_texts(group: Group) -> None:
    """The slower one keeps what was typed, sees the other text and the differences."""
    guest = group.bring("Rowan")
    path = group.write(group.keeper, title="Plan", text="tea\nbread")
    slow = guest.open(f"{path}edit/")
    _change(group.keeper, path, text="coffee\nbread")
    page = guest.send_form(slow, text="water\nbread", change="no tea left")
    assert page.status == 422
    assert "Somebody else changed this page while you were writing" in page.text
    assert "coffee bread" in page.text
    assert page.fields["text"] == "water\nbread"
    assert page.fields["change"] == "no tea left"
    assert _marked(page, "ins") == ["water"]
    assert _marked(page, "del") == ["coffee"]
    assert "coffee" in guest.open(path).text
    page = guest.send_form(page, at=f"{path}edit/", text="coffee, water\nbread")
    assert page.path == path
    assert "coffee, water" in page.text
    assert guest.open(f"{path}history/").rows() == ["Version 3", "Version 2", "Version 1"]


def test_long_lists_come_in_leaves_of_fifty(group: Group) -> None:
    """The fifty last changed stand on the first leaf, the rest on the next."""
    for number in range(53):
        group.write(group.keeper, title=f"Plan {number}", text="x")
        group.vault.clock.advance(minutes=1)
        group.keeper.open("/me/")
    page = group.keeper.open(f"{group.path}pages/")
    assert page.rows()[0] == "Plan 52"
    assert len(page.rows()) == 50
    assert "Page 1 of 2" in page.text
    assert page.links() == [one for one in page.links() if "leaf=1" not in one]
    second = group.keeper.open(f"{group.path}pages/?leaf=2")
    assert second.rows() == ["Plan 2", "Plan 1", "Plan 0"]
    for odd in ("0", "-1", "9" * 9, "x", "٣"):
        assert group.keeper.open(f"{group.path}pages/?leaf={odd}").status == 200


def test_a_changed_title_stands_everywhere(group: Group) -> None:
    """The list and the page show the title of the last version."""
    path = group.write(group.keeper, title="Plan", text="tea")
    _change(group.keeper, path, title="Plan for March")
    assert group.keeper.open(f"{group.path}pages/").rows() == ["Plan for March"]


def test_too_much_for_one_day_is_refused_and_kept(
    group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the store says that it is enough for today, what was typed stays in the form."""

    def enough(*_arguments: object, **_named: object) -> None:
        raise Refused("quota.records")

    talk = group.talk(group.keeper, title="Talk", text="x")
    plan = group.write(group.keeper, title="Plan", text="tea")
    form = group.keeper.open(f"{plan}edit/")
    monkeypatch.setattr("hedgerow.store.records.write", enough)
    monkeypatch.setattr("hedgerow.store.records.edit", enough)
    pages = [
        group.keeper.send(f"{group.path}pages/new/", title="Plan", text="water"),
        group.keeper.send(f"{group.path}threads/new/", title="Plan", text="water"),
        group.keeper.send(talk, text="water"),
        group.keeper.send_form(form, text="water"),
    ]
    for page in pages:
        assert page.status == 422
        assert "That is very much for one day." in page.text
        assert page.fields["text"] == "water"


def test_a_missing_right_is_no_slip_in_a_form(
    group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever lost the right in the meantime gets the page that says so."""

    def refuse(*_arguments: object, **_named: object) -> None:
        raise Refused("space.may_not")

    monkeypatch.setattr("hedgerow.store.records.write", refuse)
    page = group.keeper.send(f"{group.path}pages/new/", title="Plan", text="water")
    assert page.status == 403
    assert "Your role in this group does not allow this." in page.text


def test_control_characters_reach_no_page(group: Group) -> None:
    """What no page may hold is left out of titles and texts."""
    path = group.write(group.keeper, title="Pl\x1ban\x07", text="wa\x08ter\r\nb")
    page = group.keeper.open(path)
    assert "Plan" in page.text
    assert "water b" in page.text
