# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check what must hold for each page of the room, in each language."""

import logging
import re

import pytest

from hedgerow.rooms.members.urls import urlpatterns
from hedgerow.site.middleware import rounded
from tests.instances import Vault
from tests.pages.client import HTML, text_of
from tests.pages.conftest import SOURCE, rendered_templates
from tests.rooms.members.browsers import Page
from tests.rooms.members.walking import GROUP, NAME, OTHER, TEXT, TITLE, walk

TEMPLATES = SOURCE / "hedgerow/rooms/members/templates/members"
MOST_BYTES = 60 * 1024
MOST_ROWS = 50
#: Names that are the same in every language, and codes of languages.
OWN_WORDS = {"Hedgerow", "English", "KB", "MB", "QR", "Markdown", "http", "join", "pause"}
LATIN = re.compile(r"[A-Za-z]{2,}")


def _foreign_words(page: Page) -> set[str]:
    """Return Latin words of a page that are neither names nor words of the code."""
    text = text_of(next(page.tree.iter(f"{HTML}body")))
    for element in page.tree.iter():
        for name in ("aria-label", "placeholder", "title", "alt"):
            text += " " + element.get(name, "")
    text = re.sub(r"[\w-]+\.(?:pdf|org)\b|127\.0\.0\.1", "", text)
    return set(LATIN.findall(text)) - OWN_WORDS


@pytest.mark.parametrize("language", ["ru", "uk"])
def test_no_english_word_is_left(vault: Vault, language: str) -> None:
    """Every page, refusal and empty state speaks the reader's language, and only it."""
    letters = {"ru": re.compile("[іїєґ]"), "uk": re.compile("[ыэъё]")}[language]
    for name, page in walk(vault, language):
        assert page.tree.get("lang") == language, name
        assert not _foreign_words(page), (name, _foreign_words(page))
        spoken = page.text.replace("Українська", "").replace("Русский", "")
        if name not in {"words", "card", "confirm words"}:
            assert not letters.search(spoken), (name, spoken)


def test_every_page_is_neutral_small_and_not_kept(vault: Vault) -> None:
    """No title names a thing, no page is too heavy, stored, or of a telling size."""
    for name, page in walk(vault, "en"):
        for word in (GROUP, NAME, OTHER, TITLE, TEXT, "leaflet"):
            assert word not in page.title, name
        assert len(page.body) <= MOST_BYTES, name
        assert "{#" not in page.html, name
        assert "{%" not in page.html, name
        assert len(page.body) == rounded(len(page.body)), name
        assert page.response["Cache-Control"] == "no-store", name
        assert page.response["X-Robots-Tag"] == "noindex, noarchive", name
        assert len(page.rows()) <= MOST_ROWS, name


def test_every_template_is_rendered(vault: Vault) -> None:
    """A template that no page of the walk shows is dead, or has no test."""
    with rendered_templates() as names:
        for _ in walk(vault, "en"):
            pass
    wanted = {f"members/{path.name}" for path in TEMPLATES.glob("*.html")}
    assert wanted <= names


def test_no_secret_and_no_text_reaches_an_address_or_a_log(
    vault: Vault, caplog: pytest.LogCaptureFixture
) -> None:
    """Words, names, titles and texts are in no redirect, no link and no line of a log."""
    caplog.set_level(logging.DEBUG)
    secrets: set[str] = set()
    pages = list(walk(vault, "en"))
    for _, page in pages:
        if any(one.get("class") == "words" for one in page.main.iter(f"{HTML}ol")):
            secrets |= set(page.words.split())
    # Some words of the lists are words of addresses too: chance may draw them.
    secrets -= {"last"}.union(*(re.findall(r"\w+", str(one.pattern)) for one in urlpatterns))
    assert len(secrets) > 10
    texts = {GROUP, NAME, OTHER, TITLE, TEXT}
    addresses = {link for _, page in pages for link in page.links()}
    addresses |= {page.path for _, page in pages}
    for address in addresses:
        parts = set(re.split(r"[/?=&#-]", address))
        assert not parts & (secrets | texts), address
    lines = [record.getMessage() for record in caplog.records if record.name != "django.request"]
    assert [line for line in lines if any(secret in line.split() for secret in secrets)] == []
    assert [line for line in lines if any(text in line for text in texts)] == []


def test_nothing_warns_while_everything_goes_well(
    vault: Vault, caplog: pytest.LogCaptureFixture
) -> None:
    """The software's own loggers stay silent; Django's say only which status a page had."""
    for _ in walk(vault, "en"):
        pass
    assert {record.name for record in caplog.records} <= {"django.request"}
