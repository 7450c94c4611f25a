# SPDX-License-Identifier: AGPL-3.0-or-later
"""People offer to observe by a letter: the election's page leads to a letter-box of its group."""

from hedgerow.rooms.elections.models import Election
from hedgerow.rooms.intake.models import LetterBox
from tests.rooms.elections.coordinator import ADDRESS, set_up
from tests.rooms.intake.letters import TITLE, letters_of, open_box, write_letter
from tests.rooms.members.browsers import Group, Somebody, open_group

SHOWN = f"/elections/{ADDRESS}/"
WANT = "I want to observe"


def test_a_stranger_offers_to_observe(group: Group) -> None:
    """By the box that the coordinator chose; the headquarters leads to the letters."""
    box = open_box(group)
    path = set_up(group, is_shown="on", letter_box="help")
    page = Somebody().open(SHOWN)
    assert WANT in page.text
    assert box in page.links()
    assert "Хочу наблюдать" in Somebody("ru").open(SHOWN).text
    write_letter(Somebody(), box, text="I am free all Sunday.")
    group.keeper.send(f"{path}watch/", weeks="4")
    now = group.keeper.open(f"{path}now/")
    assert f"{group.path}letters/" in now.links()
    assert "people who want to observe" in now.text
    (letter,) = letters_of(group)
    assert "I am free all Sunday." in group.keeper.open(letter).text


def test_without_a_box_nobody_is_asked(group: Group) -> None:
    """No button, and no line in the headquarters; the choice can be taken back."""
    open_box(group)
    path = set_up(group, is_shown="on")
    assert WANT not in Somebody().open(SHOWN).text
    group.keeper.send(f"{path}watch/", weeks="4")
    assert "want to observe" not in group.keeper.open(f"{path}now/").text
    form = group.keeper.open(f"{path}edit/")
    assert TITLE in form.text
    assert form.fields["letter_box"] == ""
    group.keeper.send(f"{path}edit/", letter_box="help")
    assert group.keeper.open(f"{path}edit/").fields["letter_box"] == "help"
    assert WANT in Somebody().open(SHOWN).text
    group.keeper.send(f"{path}edit/", letter_box="")
    assert Election.objects.get().letter_box == ""
    assert WANT not in Somebody().open(SHOWN).text


def test_a_closed_box_is_not_offered(group: Group) -> None:
    """Neither to the coordinator nor on the page of the election."""
    open_box(group)
    path = set_up(group, is_shown="on", letter_box="help")
    LetterBox.objects.update(is_open=False)
    page = Somebody().open(SHOWN)
    assert page.status == 200
    assert WANT not in page.text
    assert TITLE not in group.keeper.open(f"{path}edit/").text


def test_a_box_of_others_is_refused(group: Group) -> None:
    """No choice of this group's, and what was typed stays."""
    other = group.bring("Fir")
    open_box(open_group(other, group.vault, name="Roof garden", as_name="Sparrow"), address="roof")
    path = set_up(group, is_shown="on")
    page = group.keeper.send(f"{path}edit/", letter_box="roof", title_en="Mayor, once more")
    assert page.status == 422
    assert "Mayor, once more" in page.html
    assert Election.objects.get().letter_box == ""
