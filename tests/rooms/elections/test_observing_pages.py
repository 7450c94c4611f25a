# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check what must hold for each page of observers, in each language."""

import re

import pytest

from hedgerow.rooms.elections import incidents
from hedgerow.site.middleware import rounded
from tests.pages.client import HTML
from tests.pages.conftest import SOURCE, rendered_templates
from tests.rooms.elections.observers import walk, world_in
from tests.rooms.members.browsers import Group, Page, Somebody

TEMPLATES = SOURCE / "hedgerow/rooms/elections/templates/elections/observing"
#: What stands in the made-up rows, names of sums, and parts of file names and addresses.
OWN_WORDS = {"Reservoir", "council", "Council", "Station", "School", "Town", "commission"} | {
    *("Lanterns", "Harbour", "SHA", "MB", "KB", "UTF", "jpg"),
}
LATIN = re.compile(r"[A-Za-z]{2,}")


def _foreign_words(page: Page) -> set[str]:
    """Return Latin words of a page that are neither names nor in a sum."""
    codes = "".join("".join(one.itertext()) for one in page.main.iter(f"{HTML}pre"))
    text = page.text
    for element in page.main.iter():
        for name in ("aria-label", "placeholder", "title", "alt", "data-differs"):
            text += " " + element.get(name, "")
    words = set(LATIN.findall(text)) - OWN_WORDS - set(LATIN.findall(codes))
    return {one for one in words if not re.fullmatch(r"[a-f]+", one)}


@pytest.mark.parametrize("language", ["ru", "uk"])
def test_no_english_word_is_left(group: Group, language: str) -> None:
    """Every page and refusal speaks the reader's language, and only it."""
    letters = {"ru": re.compile("[іїєґ]"), "uk": re.compile("[ыэъё]")}[language]
    for name, page in walk(world_in(group), language):
        assert page.tree.get("lang") == language, name
        assert not _foreign_words(page), (name, _foreign_words(page))
        assert not letters.search(page.text), (name, letters.findall(page.text))


def test_every_page_is_small_neutral_and_not_kept(group: Group) -> None:
    """No title names a thing; closed pages are stored nowhere and of no telling size."""
    for name, page in walk(world_in(group), "en"):
        assert not re.search(r"700\d|Station 1|Council", page.title), name
        assert len(page.body) <= 40 * 1024, name
        assert "{#" not in page.html, name
        assert "{%" not in page.html, name
        assert page.response["Cache-Control"] == "no-store", name
        if name not in {"training", "no network"}:
            assert len(page.body) == rounded(len(page.body)), name


def test_every_page_takes_few_requests(group: Group) -> None:
    """Style and icon, which all pages share, and one script: what a thin network carries."""
    for name, page in walk(world_in(group), "en"):
        fetched = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page.html))
        assert len(fetched) <= 3, (name, fetched)


def test_every_template_is_rendered(group: Group) -> None:
    """A template that no page of the walk shows is dead, or has no test."""
    with rendered_templates() as names:
        for _ in walk(world_in(group), "en"):
            pass
    wanted = {f"elections/observing/{path.name}" for path in TEMPLATES.glob("*.html")}
    assert wanted <= names


def test_addresses_tell_nothing(group: Group) -> None:
    """Neither words nor texts nor figures stand in an address of the way."""
    world = world_in(group)
    (words,) = world.codes(0)
    who = Somebody()
    who.send("/observe/", words=words)
    for path in who.visited:
        assert not any(word in path for word in words.split() if len(word) > 4), path
    for _name, page in walk(world, "en"):
        assert not re.search(r"700\d|310", page.path)


@pytest.mark.parametrize("name", incidents.list_names())
def test_lists_of_incidents_are_whole(name: str) -> None:
    """Every text in three languages, a priority, and a last line for all else."""
    listed = incidents.list_named(name)
    assert listed.id == name
    assert len({one.id for one in listed.categories}) == len(listed.categories) > 8
    assert listed.categories[-1].id == "other"
    for one in listed.categories:
        assert one.priority in {1, 2, 3}
        assert one.breach in {"yes", "perhaps", "no"}
        for texts in (one.title, one.explanation):
            assert set(texts) == {"en", "ru", "uk"}
            assert all(texts.values())
        assert set(one.law) in ({"en"}, {"en", "ru", "uk"})


def test_the_list_goes_with_the_ballot_papers(group: Group) -> None:
    """Russian forms bring Russian law; where there is none of a name, the plain list comes."""
    world = world_in(group)
    assert incidents.list_for([world.contest]).id == incidents.PLAIN
    world.contest.form = "ru-municipal"
    russian = incidents.list_for([world.contest])
    assert russian.id == incidents.RUSSIAN
    assert "67-FZ" in russian.sheet_law["en"]
    assert incidents.list_named("../plain").id == incidents.PLAIN
    assert russian.named("nothing") is None
