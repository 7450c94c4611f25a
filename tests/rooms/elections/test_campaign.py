# SPDX-License-Identifier: AGPL-3.0-or-later
"""A candidate's page: who it is, the programme, nominations, what the campaign needs."""

import pytest

from hedgerow.rooms.elections.models import Candidate, Election
from tests.pages.client import HTML
from tests.rooms.elections.coordinator import ADDRESS, add_contest, set_up
from tests.rooms.members.browsers import Group, Somebody

PAGE = {
    "name": "Willow Marsh",
    "page_en": "# Who\n\nA lamplighter.",
    "programme_en": "# Light\n\nMore **lanterns**.",
    "page_ru": "Фонарщица.",
    "nominations_needed": "1000",
    "nominations": "312",
    "target_amount": "50000",
    "target_currency": "eur",
    "is_shown": "on",
}
SHOWN = f"/elections/{ADDRESS}/mayor/candidates/willow/"


@pytest.fixture
def form(group: Group) -> str:
    """Return where the page of a candidate is written."""
    contest = add_contest(group, set_up(group, is_shown="on"))
    return f"{contest}candidates/willow/"


def test_a_page_is_written_and_shown(group: Group, form: str) -> None:
    """With its programme, its progress and its need; the election's page leads to it."""
    below = form.removesuffix("willow/")
    assert "Has no page yet" in group.keeper.open(below).text
    page = group.keeper.send(form, **PAGE)
    assert page.path == below
    assert "Willow Marsh shown" in page.text
    assert SHOWN in Somebody().open(f"/elections/{ADDRESS}/").links()
    shown = Somebody().open(SHOWN)
    assert shown.title.startswith("Willow Marsh")
    assert "A lamplighter." in shown.text
    assert "<strong>lanterns</strong>" in shown.html
    assert "312 of 1,000 nominations" in shown.text
    assert "The campaign needs 50,000 EUR." in shown.text
    (bar,) = shown.main.iter(f"{HTML}progress")
    assert (bar.get("value"), bar.get("max")) == ("312", "1000")
    assert "Фонарщица." in Somebody("ru").open(SHOWN).text
    assert "A lamplighter." in Somebody("uk").open(SHOWN).text


def test_nothing_is_shown_before_it_is_wanted(group: Group, form: str) -> None:
    """A page that is not shown, one that never was, and one of a hidden election."""
    assert Somebody().open(SHOWN).status == 404
    group.keeper.send(form, **PAGE)
    page = group.keeper.open(form)
    values = {name: value for name, value in page.fields.items() if name != "is_shown"}
    group.keeper.press(page, at=form, **values)
    assert Candidate.objects.get().nominations == 312
    assert Somebody().open(SHOWN).status == 404
    assert SHOWN not in Somebody().open(f"/elections/{ADDRESS}/").links()
    Candidate.objects.update(is_shown=True)
    assert Somebody().open(SHOWN).status == 200
    Election.objects.update(is_shown=False)
    assert Somebody().open(SHOWN).status == 404


def test_a_page_needs_no_money_and_no_nominations(group: Group, form: str) -> None:
    """Then nothing is said of a campaign."""
    needs = {"nominations_needed": "", "nominations": "", "target_amount": ""}
    group.keeper.send(form, **{**PAGE, **needs})
    assert "The campaign" not in Somebody().open(SHOWN).text


def test_what_cannot_be_is_said(group: Group, form: str) -> None:
    """Each fault stands by its field."""
    for changed, sentence in (
        ({"name": ""}, "Please write the name."),
        ({"nominations": "x"}, "Please write a number."),
        ({"nominations": "-1"}, "At least 0"),
        ({"target_currency": ""}, "In which currency?"),
        ({"target_currency": "e1"}, "Three letters, such as"),
        ({"page_en": "", "page_ru": "", "programme_en": ""}, "There is no text yet"),
    ):
        page = group.keeper.send(form, **{**PAGE, **changed})
        assert (page.status, sentence in page.text) == (422, True), changed
    assert group.keeper.open(form.replace("willow", "oak")).status == 404
