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


class Newcomer:
    """Be somebody who comes in for the first time and does everything once."""

    def __init__(self, person: Person, address: str, *, language: str) -> None:
        """Take the words of one language."""
        self.person = person
        self.name, self.group, self.title, self.word = NAMES[language]
        self._address = address
        self.home = ""

    def open_group(self) -> None:
        """Open a group of one's own."""
        self.person.click("/groups/new/")
        self.person.send(group=self.group, name=self.name)
        assert self.group in self.person.text()
        self.home = self.person.page.url.removeprefix(self._address)

    def write(self) -> None:
        """Write a page, change it, look at what changed."""
        self.person.click("/pages/new/")
        self.person.send(title=self.title, text=f"# {self.title}\n\n- tea\n- {self.word}\n")
        assert self.title in self.person.text()
        self.person.click("/edit/")
        self.person.send(text=f"# {self.title}\n\n- coffee\n- {self.word}\n", change="no tea")
        self.person.click("/history/")
        self.person.click("/history/2/")
        assert self.person.page.locator(".diff ins").count() >= 1

    def talk(self) -> None:
        """Begin a thread and answer in it."""
        self.person.go(self.home)
        self.person.click("/threads/new/")
        self.person.send(title=self.title, text=self.word)
        self.person.send(text=f"{self.word}!")
        assert f"{self.word}!" in self.person.text()

    def attach(self, leaflet: Path) -> None:
        """Put a file on the shelf and save it again, the same to the byte."""
        leaflet.write_text(f"{self.word} " * 2000, encoding="utf-8")
        self.person.go(self.home)
        self.person.click("/files/new/")
        self.person.page.locator('main input[type="file"]').set_input_files(leaflet)
        self.person.send(about=self.word)
        self.person.press(self.person.page.locator("main a.row-title").first)
        with self.person.page.expect_download() as download:
            self.person.page.locator('main a[href$="/open/"]').first.click()
        assert download.value.path().read_bytes() == leaflet.read_bytes()

    def search(self) -> None:
        """Find the word in titles and texts, whatever its case."""
        self.person.go(self.home)
        self.person.press(self.person.page.locator('main nav a[href$="/search/"]'))
        self.person.send(query=self.word.upper())
        assert self.person.page.locator("mark").count() >= 2

    def invite(self, guest: Person) -> str:
        """Invite a guest, who comes in and sees the group; return the guest's words."""
        self.person.go(self.home)
        phrase = guest.join(_invite(self.person), "guest")
        guest.press(guest.page.locator('main a[href^="/groups/"].row-title').first)
        assert self.group in guest.text()
        return phrase

    def remove(self) -> None:
        """Remove the only other person of the group."""
        self.person.go(self.home)
        self.person.click("/people/")
        assert "guest" in self.person.text()
        self.person.click("/remove/")
        self.person.send()
        assert "guest" not in self.person.page.locator("main ul.rows").first.inner_text()

    def leave(self) -> None:
        """Leave the group, which then is nobody's."""
        self.person.go(self.home)
        self.person.click("/leave/")
        self.person.send()
        assert self.person.page.url.endswith("/me/")


def _is_shut_out(guest: Person, phrase: str, *, group_url: str) -> None:
    """Check that a removed guest finds nothing, in the old window or after coming in again."""
    response = guest.page.goto(group_url)
    assert response is not None
    assert response.status == 404
    guest.context.clear_cookies()
    guest.enter(phrase)
    response = guest.page.goto(group_url)
    assert response is not None
    assert response.status == 404


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("language", ["en", "ru", "uk"])
def test_a_newcomer_joins_works_and_leaves_without_scripts(
    demo: Demo, windows: Window, tmp_path: Path, language: str, width: int
) -> None:
    """Join by invitation, write, attach, open a group, invite, search, remove, leave."""
    keeper = windows.open()
    keeper.enter(demo.keeper)
    keeper.press(keeper.page.locator('main a[href^="/groups/"].row-title').first)
    invitation = _invite(keeper)

    person = windows.open(width=width, language=language)
    person.go("/")
    assert person.page.locator("html").get_attribute("lang") == language
    _fits(person, width)
    newcomer = Newcomer(person, demo.address, language=language)
    phrase = person.join(invitation, newcomer.name)
    assert person.page.url.endswith("/me/")
    newcomer.open_group()
    newcomer.write()
    _fits(person, width)
    newcomer.talk()
    newcomer.attach(tmp_path / "leaflet.txt")
    newcomer.search()
    guest = windows.open(width=width, language=language)
    guest_phrase = newcomer.invite(guest)
    group_url = guest.page.url
    newcomer.remove()
    _fits(person, width)
    _is_shut_out(guest, guest_phrase, group_url=group_url)
    newcomer.leave()
    _comes_back(person, phrase)


def _comes_back(person: Person, phrase: str) -> None:
    """Close one's page, find it closed, and open it again with one's words."""
    person.press(person.page.locator('form[action="/exit/"] button'))
    person.go("/me/")
    assert "/enter/" in person.page.url
    person.send(words=phrase)
    assert person.page.url.endswith("/me/")
