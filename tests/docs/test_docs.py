# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check that what the documents say exists: links, commands, settings, labels of pages."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from hedgerow.cli.main import COMMANDS
from tests.docs.reading import HIDDEN, ROOT, documents, text_of
from tools.catalogues import all_owners, forms_of, read_catalogue

FENCE = re.compile(r"^( *)```.*?^\1```", re.MULTILINE | re.DOTALL)
INDENTED = re.compile(r"^    .*$", re.MULTILINE)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)
COMMAND = re.compile(r"\./hedgerow +([a-z][a-z-]*)")
SETTING = re.compile(r"\bHEDGEROW_[A-Z0-9_]+\b")
PLACE = re.compile(r"`((?:src|tests|tools|docs|benchmarks)/[^`\s]*)`")
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
LABEL = re.compile(r"\*\*([^*]+)\*\*")
MAPPED = (
    "kernel",
    "engines/vault",
    "engines/forensics",
    "engines/tally",
    "store",
    "rooms",
    "rooms/members",
    "drill",
    "cli",
)
LANGUAGES = ("en", "ru", "uk")
GUIDES = ("guide-member", "guide-keeper", "guide-observer", "guide-headquarters", "guide-letters")
STEWARD = "guide-steward"
ELSEWHERE = ("http:", "https:", "mailto:")
SOURCES = {".py", ".sh", ".toml", ".html", ""}


def prose_of(path: Path | str) -> str:
    """Read a document without its examples of code, where brackets mean other things."""
    return INDENTED.sub("", FENCE.sub("", text_of(path)))


def anchors_of(path: Path) -> set[str]:
    """Return the names by which the headings of a document can be linked to."""
    words = (title.strip().lower() for _, title in HEADING.findall(prose_of(path)))
    return {re.sub(r"[^\w\- ]", "", title).replace(" ", "-") for title in words}


def broken_links(path: Path) -> Iterator[str]:
    """Yield the links of a document that lead nowhere in this tree."""
    for target in LINK.findall(prose_of(path)):
        if target.startswith(ELSEWHERE):
            continue
        name, _, anchor = target.partition("#")
        goal = (ROOT / path).parent / name if name else ROOT / path
        if not goal.exists() or (
            anchor and anchor not in anchors_of(goal.resolve().relative_to(ROOT))
        ):
            yield target


@pytest.mark.parametrize("path", documents(), ids=str)
def test_every_link_of_a_document_leads_somewhere(path: Path) -> None:
    """A relative link names a file of the tree, and a heading of it where it has an anchor."""
    assert list(broken_links(path)) == []


@pytest.mark.parametrize("path", documents(), ids=str)
def test_every_place_a_document_names_exists(path: Path) -> None:
    """A path of this tree in a document leads to a file or folder; NAME stands for any."""
    found = (place.partition("::")[0] for place in PLACE.findall(prose_of(path)))
    places = {place for place in found if "NAME" not in place}
    assert sorted(place for place in places if not (ROOT / place).exists()) == []


@pytest.mark.parametrize("path", documents(), ids=str)
def test_every_command_in_a_document_exists(path: Path) -> None:
    """Whoever copies `./hedgerow NAME` out of a document gets no "no such command"."""
    assert sorted(set(COMMAND.findall(text_of(path))) - set(COMMANDS)) == []


@pytest.mark.parametrize("folder", MAPPED)
def test_the_map_names_every_module(folder: str) -> None:
    """ARCHITECTURE.md says of each module below the site, and of its command line, what it does."""
    modules = {path.stem for path in (ROOT / "src" / "hedgerow" / folder).glob("*.py")}
    named = set(re.findall(r"`(\w+)`", text_of("ARCHITECTURE.md")))
    assert sorted(modules - named - {"__init__", "apps"}) == []


def test_the_map_names_nothing_else() -> None:
    """No module in the map of ARCHITECTURE.md has gone or got another name since."""
    _, _, rest = text_of("ARCHITECTURE.md").partition("## Map of the source\n")
    there = {path.stem for path in (ROOT / "src").rglob("*.py")}
    named = re.findall(r"`(\w+)`", rest.partition("\n## ")[0])
    assert len(named) > 50
    assert sorted(set(named) - there - {"hedgerow"}) == []


def test_every_attack_names_tests_that_exist() -> None:
    """Each row of the threat model's attacks names tests of the tree, or the next release."""
    _, _, rest = text_of("THREAT_MODEL.md").partition("| attack | answer | tried by |\n")
    rows = [line for line in rest.partition("\n\n")[0].splitlines() if "---" not in line]
    assert len(rows) > 20
    assert [row for row in rows if "::test_" not in row and "next release" not in row] == []
    named = [name for row in rows for name in TEST.findall(row)]
    assert [
        f"{path}::{name}"
        for path, name in named
        if not (ROOT / path).exists() or f"def {name}(" not in text_of(path)
    ] == []


def test_every_decision_is_listed() -> None:
    """The list of decisions leads to each record, and to nothing else in its folder."""
    folder = ROOT / "docs" / "decisions"
    records = {path.name for path in folder.glob("*.md")} - {"README.md"}
    links = LINK.findall(text_of("docs/decisions/README.md"))
    assert sorted(link for link in links if "/" not in link) == sorted(records)


def test_the_readme_names_the_two_commands() -> None:
    """The README gives the command that shows Hedgerow and the one that tests it."""
    assert {"demo", "test"} <= set(COMMAND.findall(text_of("README.md")))


def settings_in_sources() -> set[str]:
    """Return every HEDGEROW_ name that the code, its tools and tests use."""
    places = [ROOT / "hedgerow", ROOT / ".ci" / "run"]
    for folder in ("src", "tests", "tools", "benchmarks"):
        places += (path for path in (ROOT / folder).rglob("*") if path.suffix in SOURCES)
    here = Path(__file__).resolve()
    found: set[str] = set()
    for path in places:
        if path.is_file() and path != here and not HIDDEN & set(path.parts):
            found |= set(SETTING.findall(path.read_text("utf-8")))
    return found


def test_every_setting_is_documented() -> None:
    """A HEDGEROW_ name that the source uses stands in docs/settings.md, and no other does."""
    assert set(SETTING.findall(text_of("docs/settings.md"))) == settings_in_sources()


def outline_of(path: str) -> list[int]:
    """Return the depths of a document's headings in their order."""
    return [len(marks) for marks, _ in HEADING.findall(prose_of(path))]


@pytest.mark.parametrize("guide", [*GUIDES, STEWARD])
@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_guides_have_the_same_parts_in_each_language(guide: str, language: str) -> None:
    """A part added to the English guide is missed in the others."""
    assert outline_of(f"docs/{guide}.{language}.md") == outline_of(f"docs/{guide}.en.md")


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_whoever_runs_the_machine_types_the_same_in_each_language(language: str) -> None:
    """Commands and emphasis of the guide, which a test follows in English, stand in each."""
    found = text_of(f"docs/{STEWARD}.{language}.md")
    english = text_of(f"docs/{STEWARD}.en.md")
    assert INDENTED.findall(found) == INDENTED.findall(english) != []
    assert len(LABEL.findall(found)) == len(LABEL.findall(english))


def page_labels(language: str) -> set[str]:
    """Return every text that the pages can show in a language; English is the msgids'."""
    labels: set[str] = set()
    for owner in all_owners():
        catalogue = "ru" if language == "en" else language
        path = owner.path_for(catalogue)
        for message in read_catalogue(path, language=catalogue):
            labels |= set(forms_of(message.id if language == "en" else message.string))
    return labels


@pytest.mark.parametrize("guide", GUIDES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_guides_quote_the_pages_as_they_are(guide: str, language: str) -> None:
    """What a guide prints in bold is a heading, link or button that a page really shows."""
    labels = LABEL.findall(text_of(f"docs/{guide}.{language}.md"))
    assert labels
    assert sorted({" ".join(label.split()) for label in labels} - page_labels(language)) == []
