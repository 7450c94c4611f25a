# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check what must hold for each page of the room, in each language."""

import re

import pytest

from tests.instances import Vault
from tests.pages.client import HTML, text_of
from tests.pages.conftest import SOURCE, rendered_templates
from tests.rooms.elections.every_page import walk
from tests.rooms.members.browsers import Page

TEMPLATES = SOURCE / "hedgerow/rooms/elections/templates/elections"
MOST_BYTES = 60 * 1024
#: Names that are the same in every language, what was typed, and words of files.
OWN_WORDS = {
    *("Hedgerow", "English", "Markdown", "CSV", "Excel", "Parquet", "zip", "UTC", "SHA", "RUB"),
    *("UAH", "EUR", "elections", "oak", "town", "mayor", "csv", "json", "parquet", "sheets"),
    *("forensics", "toml", "UHU", "ru", "uk"),
    *("willow", "elder", "CYRILLIC", "CAPITAL", "LETTER", "issued", "invalid", "valid"),
    *(
        "official",
        "list",
        "txt",
        "tsv",
        "xlsx",
        "pdf",
        "http",
        "observe",
        *("data", "findings", "html", "mapping", "report"),
        "station",
        "registered",
        "MB",
        "UTF",
    ),
}
LEFT_OUT = {f"{HTML}{tag}" for tag in ("pre", "code", "datalist", "textarea")}
LATIN = re.compile(r"[A-Za-z]{2,}")


def _foreign_words(page: Page) -> set[str]:
    """Return Latin words of a page that are neither names nor words of files."""
    body = next(page.tree.iter(f"{HTML}body"))
    for digest in body.iter():
        if digest.get("class") == "digest" or digest.tag in LEFT_OUT:
            digest.text = ""
        # What says of itself that it is in English may be: names of papers, the engine's notes.
        for inner in digest.iter() if digest.get("lang") == "en" else ():
            inner.text = inner.tail = ""
    return set(LATIN.findall(text_of(body))) - OWN_WORDS


@pytest.mark.parametrize("language", ["ru", "uk"])
def test_no_english_word_is_left(vault: Vault, language: str) -> None:
    """Every page, refusal and empty state speaks the reader's language, and only it."""
    for name, page in walk(vault, language):
        assert page.status in {200, 422}, name
        assert page.tree.get("lang") == language, name
        assert not _foreign_words(page), (
            name,
            _foreign_words(page),
        )


def test_every_page_is_whole_and_small(vault: Vault) -> None:
    """Every template is rendered, closed pages are small, not kept, and name no election."""
    with rendered_templates() as names:
        for name, page in walk(vault, "en"):
            assert "{%" not in page.html, name
            if page.path.startswith("/groups/"):
                assert "Дубки" not in page.title, name
                assert len(page.body) <= MOST_BYTES, name
                assert page.response["Cache-Control"] == "no-store", name
    assert {f"elections/{path.name}" for path in TEMPLATES.glob("*.html")} <= names
