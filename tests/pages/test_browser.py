# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check in a real browser, with scripts off, what only a browser can show."""

from collections.abc import Iterator
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from hedgerow.site.wsgi import application

pytestmark = [pytest.mark.needs_chromium]

LANGUAGES = {"en": "en-GB", "ru": "ru-RU", "uk": "uk-UA"}
PATHS = ("/", "/about/", "/language/", "/parts/", "/parts/?as=paper", "/nowhere/")
SMALLEST_TARGET_PX = 24
BIG_TARGET_PX = 44


class QuietHandler(WSGIRequestHandler):
    """Answer requests without writing who asked for what."""

    def log_message(self, *_arguments: object) -> None:
        """Write nothing."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return Debian's Chromium."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        yield chromium
        chromium.close()


@pytest.fixture
def address(settings: Any) -> Iterator[str]:
    """Serve the site on a free port of this machine and return its address."""
    settings.HEDGEROW_IS_OPEN = lambda: True
    settings.HEDGEROW_SHOW_PARTS = True
    server: WSGIServer = make_server("127.0.0.1", 0, application, handler_class=QuietHandler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    # The same server under another name is another site to a browser.
    settings.HEDGEROW_EXIT_URL = f"http://localhost:{server.server_port}/robots.txt"
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def context_of(browser: Browser, **options: Any) -> BrowserContext:
    """Return a fresh profile with scripts off."""
    return browser.new_context(java_script_enabled=False, **options)


def width_of(page: Page) -> int:
    """Return the width the page needs, read without running a script of the page."""
    size: dict[str, Any] = page.context.new_cdp_session(page).send("Page.getLayoutMetrics")
    return int(size["cssContentSize"]["width"])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [360, 1280])
def test_no_page_scrolls_sideways(
    browser: Browser, address: str, language: str, width: int
) -> None:
    """Every page fits a small phone and a desk screen in each language."""
    context = context_of(
        browser, viewport={"width": width, "height": 800}, locale=LANGUAGES[language]
    )
    page = context.new_page()
    for path in PATHS:
        page.goto(address + path)
        assert page.locator("html").get_attribute("lang") == language
        assert width_of(page) == width, path
    context.close()


def test_the_language_switch_works_without_scripts(browser: Browser, address: str) -> None:
    """A form with the host's cookie is accepted over plain http on this machine."""
    page = context_of(browser, locale="en-GB").new_page()
    page.goto(f"{address}/about/")
    page.get_by_role("button", name="Українська").click()
    expect(page.locator("h1")).to_have_text("Що тут обіцяють і чого не обіцяють")
    expect(page).to_have_url(f"{address}/about/")
    expect(page.get_by_role("button", name="English")).to_be_visible()
    page.context.close()


def test_leaving_quickly_leaves_nothing_behind(
    browser: Browser, address: str, settings: Any
) -> None:
    """The exit leads elsewhere at one touch, and the browser holds no cookie of the site."""
    context = context_of(browser, locale="en-GB")
    page = context.new_page()
    page.goto(f"{address}/about/")
    page.get_by_role("button", name="Русский").click()
    expect(page.locator("html")).to_have_attribute("lang", "ru")
    assert {one["name"] for one in context.cookies()} == {"__Host-csrf", "__Host-language"}
    page.get_by_role("link", name="Быстро уйти").click()
    expect(page).to_have_url(settings.HEDGEROW_EXIT_URL)
    assert context.cookies() == []
    context.close()


def test_what_one_touches_is_big_enough(browser: Browser, address: str) -> None:
    """Buttons, fields and the ways around are 44 pixels high; every other link at least 24."""
    context = context_of(browser, viewport={"width": 360, "height": 800})
    page = context.new_page()
    page.goto(f"{address}/parts/")
    big = page.locator("button, .button, .exit, .tabs a, select, input[type=text], textarea")
    for element in big.all():
        box = element.bounding_box()
        assert box is not None
        assert box["height"] >= BIG_TARGET_PX, element.inner_text()
    for element in page.locator("nav a, footer a, .row-title").all():
        box = element.bounding_box()
        assert box is not None
        assert box["height"] >= SMALLEST_TARGET_PX, element.inner_text()
    context.close()


def test_the_keyboard_reaches_the_text_first(browser: Browser, address: str) -> None:
    """The first stop of the keyboard is a visible link that skips to the text."""
    context = context_of(browser, locale="en-GB")
    page = context.new_page()
    page.goto(f"{address}/about/")
    page.keyboard.press("Tab")
    link = page.get_by_role("link", name="Skip to the text")
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{address}/about/#main")
    context.close()


def test_nothing_for_the_screen_goes_onto_paper(browser: Browser, address: str) -> None:
    """On paper a card stands alone."""
    context = context_of(browser, locale="en-GB")
    page = context.new_page()
    page.goto(f"{address}/parts/?as=paper")
    page.emulate_media(media="print")
    assert page.locator(".card").is_visible()
    for hidden in (".masthead", ".footer", ".screen-only"):
        assert not page.locator(hidden).first.is_visible()
    context.close()
