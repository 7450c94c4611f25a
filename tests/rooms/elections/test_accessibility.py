# SPDX-License-Identifier: AGPL-3.0-or-later
"""Let axe-core look at every page of the room, on two screens, light and dark."""

from collections.abc import Iterator
from typing import Final

import pytest
from playwright.sync_api import Browser, sync_playwright
from pytest_django.plugin import DjangoDbBlocker

from tests.instances import open_vault
from tests.rooms.elections.every_page import walk
from tests.rooms.members.browsers import Page
from tests.rooms.members.test_accessibility import LANGUAGES, LOOKS, Server, broken, width_of

pytestmark = [pytest.mark.needs_chromium, pytest.mark.enable_socket]
_PHONE: Final = 360


@pytest.fixture(scope="module")
def walks(
    tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker
) -> dict[str, dict[str, Page]]:
    """Return every page in each language, made before the browser starts."""
    made: dict[str, dict[str, Page]] = {}
    for language in LANGUAGES:
        home = tmp_path_factory.mktemp("walk") / "home"
        with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
            patch.setenv("HEDGEROW_HOME", str(home))
            with open_vault(home) as vault:
                made[language] = dict(walk(vault, language))
    return made


@pytest.fixture(scope="module")
def browser(walks: dict[str, dict[str, Page]]) -> Iterator[Browser]:
    """Return Debian's Chromium; while it runs, nothing here may ask the database."""
    assert walks
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        yield chromium
        chromium.close()


def test_axe_finds_nothing(browser: Browser, walks: dict[str, dict[str, Page]]) -> None:
    """No rule of WCAG 2.2 AA that axe can check is broken on any page."""
    tab = browser.new_page()
    server = Server(tab)
    wrong: list[str] = []
    for number, (name, page) in enumerate(walks["en"].items()):
        server.show(tab, page)
        for width, scheme in LOOKS[:2] if number % 2 else LOOKS[2:]:
            tab.set_viewport_size({"width": width, "height": 800})
            tab.emulate_media(color_scheme=scheme)
            wrong += [f"{name}, {width}, {scheme}: {rule}" for rule in broken(tab)]
    tab.close()
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_is_wider_than_a_phone(
    browser: Browser, walks: dict[str, dict[str, Page]], language: str
) -> None:
    """Tables scroll in frames of their own; the page does not scroll sideways."""
    tab = browser.new_page(viewport={"width": _PHONE, "height": 800})
    server = Server(tab)
    wide: list[str] = []
    for name, page in walks[language].items():
        server.show(tab, page)
        if width_of(tab) > _PHONE:
            wide.append(name)
    tab.close()
    assert wide == []
