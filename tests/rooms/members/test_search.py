# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check the search of a group through its page: forms of words, order, and what is kept."""

import pytest

from tests.pages.client import HTML, text_of
from tests.rooms.members.browsers import Group, Page, Somebody
from tests.rooms.members.test_shelf import a_file


def _search(group: Group, query: str, *, who: Somebody | None = None) -> Page:
    return (who or group.keeper).send(f"{group.path}search/", query=query)


def _marked(page: Page) -> list[str]:
    return [text_of(one) for one in page.main.iter(f"{HTML}mark")]


FOUND = {
    "case": ("Фонарь у моста", "ФОНАРЬ"),
    "yo": ("Зелёная ёлка", "зеленая елка"),
    "yo the other way": ("Зеленая елка", "ёлка"),
    "ge": ("Старий ґанок", "ганок"),
    "apostrophes": ("Нове зв’язування п'ятниці", "звʼязування"),
    "russian forms": ("Газета наших дворов", "газетами"),
    "ukrainian forms": ("Зустріч біля книгарні", "книгарня"),
    "english forms": ("The lanterns were burning", "burn lantern"),
    "a hyphen": ("Юго-западный район", "юго-западный"),
}


@pytest.mark.parametrize("case", FOUND)
def test_words_are_found_in_other_forms(group: Group, case: str) -> None:
    """Case, ё, ґ, apostrophes and endings make no difference."""
    text, query = FOUND[case]
    path = group.write(group.keeper, title="Note", text=f"First line.\n\n{text}, as was said.")
    group.write(group.keeper, title="Other", text="Nothing of the kind.")
    page = _search(group, query)
    assert page.rows() == ["Note"], page.text
    assert path in page.links()
    assert _marked(page)


def test_titles_come_first(group: Group) -> None:
    """A find in a title stands before newer finds in texts."""
    group.write(group.keeper, title="Lanterns", text="x")
    group.vault.clock.advance(minutes=5)
    group.write(group.keeper, title="Shopping", text="paper for lanterns")
    assert _search(group, "lantern").rows() == ["Lanterns", "Shopping"]


def test_more_words_come_before_newer_ones(group: Group) -> None:
    """Who matches both words stands before a newer text with one of them."""
    group.write(group.keeper, title="One", text="glue and paper")
    group.vault.clock.advance(minutes=5)
    group.write(group.keeper, title="Two", text="paper alone")
    assert _search(group, "glue paper").rows() == ["One", "Two"]


def test_every_part_is_searched(group: Group) -> None:
    """Pages, threads, answers, lines about files and names of files are found."""
    group.write(group.keeper, title="A page", text="heliotrope")
    thread = group.talk(group.keeper, title="A thread", text="heliotrope")
    group.keeper.send(thread, text="heliotrope again")
    group.keeper.send(f"{group.path}files/new/", file=a_file("heliotrope.pdf"), about="x")
    page = _search(group, "heliotrope")
    assert len(page.rows()) == 4
    assert "4 found" in page.text


def test_nothing_found_says_what_to_try(group: Group) -> None:
    """No find is no error."""
    page = _search(group, "heliotrope")
    assert page.status == 200
    assert "Try another form of the word" in page.text


def test_the_words_looked_for_reach_no_address(group: Group) -> None:
    """The form posts, the answer stands at the same address, and nothing is redirected."""
    page = _search(group, "heliotrope")
    assert page.statuses == (200,)
    assert not any("heliotrope" in one for one in group.keeper.visited)
    assert "heliotrope" not in page.title


def test_one_finds_what_one_may_read_alone(group: Group) -> None:
    """A newcomer finds nothing from before, and an outsider nothing at all."""
    group.write(group.keeper, title="Note", text="heliotrope")
    late = group.bring("Rowan")
    assert _search(group, "heliotrope", who=late).rows() == []
    newcomer = group.bring("Fern", role="4", reads="ALL")
    assert _search(group, "heliotrope", who=newcomer).rows() == []


@pytest.mark.parametrize("query", ["", "   ", "x" * 201, "***", "%", "\\"])
def test_odd_queries_break_nothing(group: Group, query: str) -> None:
    """Empty, too long, signs only: a sentence or nothing found."""
    group.write(group.keeper, title="Note", text="x")
    assert _search(group, query).status in {200, 422}


def test_an_erased_text_is_not_found(group: Group) -> None:
    """What was erased is in no list and in no find."""
    path = group.write(group.keeper, title="Note", text="heliotrope")
    group.keeper.send(f"{group.path}erase/{path.split('/')[4]}/")
    assert _search(group, "heliotrope").rows() == []
