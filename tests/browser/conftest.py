# SPDX-License-Identifier: AGPL-3.0-or-later
"""Start the demo once, as a person would, and open browsers on it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, sync_playwright

from tests import demo_words

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Demo:
    """Hold what `./hedgerow demo` prints."""

    address: str
    keeper: str
    editor: str
    invitation: str


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Serve the demo from a folder of its own on a free port until the tests are done."""
    folder = tmp_path_factory.mktemp("demo")
    command = [sys.executable, "-m", "hedgerow", "demo", "--port", "0", "--folder", str(folder)]
    process = subprocess.Popen([*command, "--json"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        line = next((line for line in process.stdout if line.startswith("{")), "")
        assert line, "the demo ended before it printed its address"
        demo = Demo(**json.loads(line))
        shown = (demo.keeper, demo.editor, demo.invitation)
        assert shown == (demo_words.KEEPER, demo_words.EDITOR, demo_words.INVITATION)
        yield demo
    finally:
        process.terminate()
        process.communicate(timeout=60)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Debian's Chromium once a module; while it runs, Django refuses the database."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", "--disable-background-networking", "--disable-component-update"],
        )
        yield chromium
        chromium.close()


class Window:
    """Open browser windows of one size, language and habit of running scripts."""

    def __init__(self, browser: Browser, demo: Demo) -> None:
        """Keep the browser, and every window to close it."""
        self._browser = browser
        self._demo = demo
        self._open: list[BrowserContext] = []

    def open(self, *, width: int = 1280, language: str = "en", scripts: bool = False) -> "Person":
        """Open a fresh window with nothing in it, in a language."""
        context = self._browser.new_context(
            viewport={"width": width, "height": 800},
            java_script_enabled=scripts,
            locale={"en": "en-GB", "ru": "ru-RU", "uk": "uk-UA"}[language],
        )
        context.set_default_timeout(30_000)
        self._open.append(context)
        return Person(context, self._demo)

    def close(self) -> None:
        """Close every window."""
        for context in self._open:
            context.close()


class Person:
    """Be somebody in front of a browser."""

    def __init__(self, context: BrowserContext, demo: Demo) -> None:
        """Begin on an empty page."""
        self.page = context.new_page()
        self.context = context
        self._demo = demo

    def go(self, path: str) -> None:
        """Type an address."""
        response = self.page.goto(self._demo.address + path)
        assert response is not None

    def press(self, found: Locator) -> None:
        """Press a link or a button, and wait for the page that comes."""
        with self.page.expect_navigation():
            found.click()

    def click(self, href_end: str) -> None:
        """Follow the first link in the text whose address ends so."""
        self.press(self.page.locator(f'main a[href$="{href_end}"]').first)

    def send(self, **fields: str) -> None:
        """Fill in the form of the page, send it, and wait for the page that comes."""
        for name, value in fields.items():
            self.page.locator(f'main [name="{name}"]').fill(value)
        self.press(self.page.locator("main form button.button[type=submit]").last)

    def words(self) -> str:
        """Read the words that the page shows."""
        self.page.locator("ol.words li").first.wait_for()
        return " ".join(self.page.locator("ol.words li").all_inner_texts())

    def text(self) -> str:
        """Read the page."""
        return self.page.locator("main").inner_text()

    def enter(self, phrase: str) -> None:
        """Come in with one's words."""
        self.go("/enter/")
        self.send(words=phrase)

    def join(self, invitation: str, name: str) -> str:
        """Come in by an invitation and return the new words."""
        self.go("/join/")
        self.send(words=invitation)
        phrase = self.words()
        assert len(phrase.split()) == 8
        self.click("/join/finish/")
        self.send(words=phrase, name=name)
        return phrase


@pytest.fixture
def windows(browser: Browser, demo: Demo) -> Iterator[Window]:
    """Offer windows that are closed when the test ends."""
    window = Window(browser, demo)
    yield window
    window.close()
