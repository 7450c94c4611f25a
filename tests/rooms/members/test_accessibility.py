# SPDX-License-Identifier: AGPL-3.0-or-later
"""Let axe-core look at every kind of page of the room, on two screens, light and dark.

The pages are those of the walk; Chromium asks for them as from a server and is answered by the
test's own client, with all their headers, so that style and policy are as in life.
"""

from collections.abc import Iterable, Iterator
from typing import Final, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Route, sync_playwright
from playwright.sync_api import Page as Tab
from pytest_django.plugin import DjangoDbBlocker

from hedgerow.site.assets import assets_by_url
from tests.instances import open_vault
from tests.rooms.members.browsers import Page
from tests.rooms.members.walking import walk

pytestmark = [pytest.mark.needs_chromium, pytest.mark.enable_socket]

LANGUAGES: Final = ("en", "ru", "uk")
SITE: Final = "http://127.0.0.1"
LOOKS: Final[tuple[tuple[int, Literal["light", "dark"]], ...]] = (
    (360, "light"),
    (1280, "dark"),
    (1280, "light"),
    (360, "dark"),
)
Walks = dict[str, dict[str, Page]]
RULES: Final = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],
}


@pytest.fixture(scope="module")
def walks(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker) -> Walks:
    """Return a page of each kind in each language, made before the browser starts."""
    made: Walks = {}
    for language in LANGUAGES:
        home = tmp_path_factory.mktemp("walk") / "home"
        with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
            patch.setenv("HEDGEROW_HOME", str(home))
            with open_vault(home) as vault:
                made[language] = _kinds(walk(vault, language))
    return made


def _kinds(pages: Iterable[tuple[str, Page]]) -> dict[str, Page]:
    """Return one page of each kind: the fullest with its heading, with errors and without."""
    kinds: dict[str, Page] = {}
    for _, page in pages:
        before = kinds.get(page.title)
        if before is None or len(page.text) > len(before.text):
            kinds[page.title] = page
    return kinds


@pytest.fixture(scope="module")
def browser(walks: Walks) -> Iterator[Browser]:
    """Return Debian's Chromium; while it runs, nothing here may ask the database."""
    assert walks
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        yield chromium
        chromium.close()


class Server:
    """Answer a tab with pages that were made before, and with the site's static files."""

    def __init__(self, tab: Tab) -> None:
        """Take every request of a tab."""
        self._shown: Page | None = None
        tab.route("**/*", self._answer)

    def show(self, tab: Tab, page: Page) -> None:
        """Let a tab load a page."""
        self._shown = page
        tab.goto(f"{SITE}{page.path}")

    def _answer(self, route: Route) -> None:
        asset = assets_by_url().get(route.request.url.removeprefix(SITE))
        if asset is not None:
            route.fulfill(body=asset.body, content_type=asset.content_type)
            return
        assert self._shown is not None
        response = self._shown.response
        headers = {name.lower(): value for name, value in response.headers.items()}
        route.fulfill(status=response.status_code, headers=headers, body=self._shown.body)


def width_of(tab: Tab) -> int:
    """Return the width that a page needs."""
    return int(tab.evaluate("document.documentElement.scrollWidth"))


def broken(tab: Tab) -> list[str]:
    """Return the rules that axe finds broken on a page, which takes it in once."""
    if not tab.evaluate("'axe' in window"):
        tab.evaluate(Axe().axe_script)
    answer = "async rules => (await axe.run(rules)).violations.map(one => one.id)"
    return list(tab.evaluate(answer, RULES))


def test_axe_finds_nothing_on_any_kind_of_page(browser: Browser, walks: Walks) -> None:
    """Names, roles, contrast, order: no rule of WCAG 2.2 AA that axe can check is broken."""
    tab = browser.new_page()
    server = Server(tab)
    kinds = walks["en"]
    assert len(kinds) >= 40
    wrong: list[str] = []
    for number, (title, page) in enumerate(kinds.items()):
        server.show(tab, page)
        # Both screens and both schemes for each page, one pair of them in full each time.
        for width, scheme in LOOKS[:2] if number % 2 else LOOKS[2:]:
            tab.set_viewport_size({"width": width, "height": 800})
            tab.emulate_media(color_scheme=scheme)
            wrong += [f"{title}, {width}, {scheme}: {rule}" for rule in broken(tab)]
    tab.close()
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("language", ["en", "ru", "uk"])
def test_no_page_is_wider_than_a_phone(browser: Browser, walks: Walks, language: str) -> None:
    """Long words of no language make a page scroll sideways at 360 pixels."""
    tab = browser.new_page(viewport={"width": 360, "height": 800})
    server = Server(tab)
    wide: list[str] = []
    for title, page in walks[language].items():
        server.show(tab, page)
        if width_of(tab) > 360:
            wide.append(title)
    tab.close()
    assert wide == []


def test_axe_would_find_something(browser: Browser, walks: Walks) -> None:
    """The check is able to fail: a field without a name is reported."""
    tab = browser.new_page()
    Server(tab).show(tab, next(iter(walks["en"].values())))
    tab.evaluate("document.querySelector('main form').append(document.createElement('input'))")
    found = broken(tab)
    tab.close()
    assert found == ["label"]
