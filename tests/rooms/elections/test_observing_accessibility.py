# SPDX-License-Identifier: AGPL-3.0-or-later
"""Let axe-core look at observers' pages on a telephone, light and dark."""

from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright
from pytest_django.plugin import DjangoDbBlocker

from tests.instances import open_vault
from tests.rooms.elections.observers import walk, world_in
from tests.rooms.members.browsers import Page, founder_of, open_group
from tests.rooms.members.test_accessibility import Server, broken

pytestmark = [pytest.mark.needs_chromium, pytest.mark.enable_socket]


@pytest.fixture
def pages(
    tmp_path: Path, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch
) -> list[tuple[str, Page]]:
    """Return every page of observers, made before the browser starts."""
    monkeypatch.setenv("HEDGEROW_HOME", str(tmp_path))
    with django_db_blocker.unblock(), open_vault(tmp_path / "home") as vault:
        group = open_group(founder_of(vault), vault, name="Lanterns", as_name="Willow")
        return list(walk(world_in(group), "en"))


def test_axe_finds_nothing_on_observers_pages(pages: list[tuple[str, Page]]) -> None:
    """No rule of WCAG 2.2 AA that axe can check is broken, in either scheme."""
    wrong: list[str] = []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        tab = chromium.new_page(viewport={"width": 360, "height": 800})
        server = Server(tab)
        for number, (name, page) in enumerate(pages):
            server.show(tab, page)
            tab.emulate_media(color_scheme="dark" if number % 2 else "light")
            wrong += [f"{name}: {rule}" for rule in broken(tab)]
        chromium.close()
    assert not wrong, "\n".join(wrong)
