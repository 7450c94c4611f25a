# SPDX-License-Identifier: AGPL-3.0-or-later
"""Do in a browser, without scripts, what somebody does who knows nothing of Hedgerow."""

from pathlib import Path

import pytest

from tests.browser.conftest import Demo, Person, Window

pytestmark = [pytest.mark.needs_chromium, pytest.mark.enable_socket]

NAMES = {
    "en": ("Robin", "Rosemary's kitchen", "Minutes of the first evening", "harvest"),
    "ru": ("Зоя", "Кухня Розы", "Запись первого вечера", "ёлка"),
    "uk": ("Ґанна", "Кухня Соломії", "Запис першого вечора", "ґанок"),
}


def _invite(keeper: Person) -> str:
    """Let a coordinator make an invitation and read its words from the card."""
    keeper.click("/people/")
    keeper.click("/people/invite/")
    keeper.send()
    words = keeper.words()
    assert len(words.split()) == 7
    return words


def _fits(person: Person, width: int) -> None:
    """Check that nothing makes the page wider than the screen."""
    box = person.page.locator("body").bounding_box()
    assert box is not None
    assert box["width"] <= width
    wide = person.page.locator("main").bounding_box()
    assert wide is not None
    assert wide["x"] >= 0
    assert wide["x"] + wide["width"] <= width


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("language", ["en", "ru", "uk"])
def test_a_newcomer_joins_works_and_leaves_without_scripts(
    demo: Demo, windows: Window, tmp_path: Path, language: str, width: int
) -> None:
    """Join by invitation, write, attach, open a group, invite, search, remove, leave."""
    name, group, title, word = NAMES[language]
    keeper = windows.open()
    keeper.enter(demo.keeper)
    keeper.page.locator('main a[href^="/groups/"]').first.click()
    invitation = _invite(keeper)

    newcomer = windows.open(width=width, language=language)
    newcomer.go("/")
    assert newcomer.page.locator("html").get_attribute("lang") == language
    _fits(newcomer, width)
    phrase = newcomer.join(invitation, name)
    assert newcomer.page.url.endswith("/me/")
    _fits(newcomer, width)

    newcomer.click("/groups/new/")
    newcomer.send(group=group, name=name)
    assert group in newcomer.text()
    home = newcomer.page.url.removeprefix(demo.address)

    newcomer.click("/pages/new/")
    newcomer.send(title=title, text=f"# {title}\n\n- tea\n- {word}\n")
    assert title in newcomer.text()
    _fits(newcomer, width)
    newcomer.click("/edit/")
    newcomer.send(text=f"# {title}\n\n- coffee\n- {word}\n", change="tea is out")
    newcomer.click("/history/")
    newcomer.click("/history/2/")
    assert newcomer.page.locator(".diff ins").count() >= 1

    newcomer.go(home)
    newcomer.click("/threads/new/")
    newcomer.send(title=title, text=word)
    newcomer.send(text=f"{word}!")
    assert f"{word}!" in newcomer.text()

    newcomer.go(home)
    newcomer.click("/files/new/")
    leaflet = tmp_path / "leaflet.txt"
    leaflet.write_text(f"{word} " * 2000, encoding="utf-8")
    newcomer.page.locator('main input[type="file"]').set_input_files(leaflet)
    newcomer.send(about=word)
    newcomer.page.locator("main a.row-title").first.click()
    with newcomer.page.expect_download() as download:
        newcomer.click("/open/")
    assert download.value.path().read_bytes() == leaflet.read_bytes()

    newcomer.go(home)
    newcomer.page.locator('main nav a[href$="/search/"]').click()
    newcomer.send(query=word.upper())
    assert newcomer.page.locator("mark").count() >= 2
    _fits(newcomer, width)

    newcomer.go(home)
    guest = windows.open(width=width, language=language)
    guest_phrase = guest.join(_invite(newcomer), "guest")
    guest.page.locator('main a[href^="/groups/"]').first.click()
    assert group in guest.text()
    seen_by_guest = guest.page.url

    newcomer.go(home)
    newcomer.click("/people/")
    assert "guest" in newcomer.text()
    newcomer.click("/remove/")
    newcomer.send()
    assert "guest" not in newcomer.page.locator("main ul.rows").first.inner_text()
    response = guest.page.goto(seen_by_guest)
    assert response is not None
    assert response.status == 404
    guest.enter(guest_phrase)
    assert guest.page.locator('main a[href^="/groups/"][href$="/"].row-title').count() == 0

    newcomer.go(home)
    newcomer.click("/leave/")
    newcomer.send()
    assert newcomer.page.url.endswith("/me/")

    newcomer.page.locator('form[action="/exit/"] button').click()
    newcomer.go("/me/")
    assert "/enter/" in newcomer.page.url
    newcomer.send(words=phrase)
    assert newcomer.page.url.endswith("/me/")
