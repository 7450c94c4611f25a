# SPDX-License-Identifier: AGPL-3.0-or-later
"""Observe an election on a telephone: words, reports, the sheet, with scripts off and on."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from hedgerow.drill.browser import Browser
from tests.browser.conftest import Demo, Person, Window
from tests.browser.test_newcomer import _fits

pytestmark = [pytest.mark.needs_chromium, pytest.mark.enable_socket]

_WIDTH = 360
_STATIONS = "station,registered\nOak 1,1000\n"
#: Registered, issued, invalid, valid, and two options, of which the last is 2 too few.
_FIGURES = ("1000", "500", "10", "490", "300", "188")
TEXTS = {
    "en": ("A column hides the box.", "This does not fit together", "Complaint"),
    "ru": ("Ящик не видно за колонной.", "Это не сходится", "Жалоба"),
    "uk": ("Скриньку не видно за колоною.", "Це не сходиться", "Скарга"),
}


@dataclass(frozen=True, slots=True)
class Cards:
    """Hold words of cards that nobody has typed yet, and who made them."""

    words: list[str]
    keeper: Browser
    election: str

    def take(self) -> str:
        """Return the words of one."""
        return self.words.pop()


@pytest.fixture(scope="session")
def cards(demo: Demo) -> Cards:
    """Let the demo's coordinator set an election of today up, and make cards for its station."""
    keeper = Browser(demo.address.removeprefix("http://"))
    keeper.send("/enter/", words=demo.keeper)
    group = keeper.send("/groups/new/", group="Lanterns", name="Robin").path
    home = f"{group}elections/"
    keeper.send(
        f"{home}new/",
        address="lanterns",
        title_en="Keeper of lanterns",
        about_en="",
        day=datetime.now(tz=UTC).date().isoformat(),
        opens="00:00",
        closes="23:59",
        utc_offset="+00:00",
        hours="10, 12, 15, 20",
    )
    election = f"{home}lanterns/"
    keeper.send(
        f"{election}contests/new/",
        key="keeper",
        title_en="Keeper",
        options_en="Willow\nElder",
        keys="willow\nelder",
        form="plain",
        district="",
    )
    table = SimpleUploadedFile("list.csv", _STATIONS.encode(), content_type="text/csv")
    path = f"{election}stations/file/"
    keeper.send_form(keeper.send(path, file=table, step="look"), at=path, step="take")
    keeper.send(f"{election}watch/", weeks="4")
    words: list[str] = []
    for _ in range(6):
        found = keeper.send(f"{election}cards/new/", which="named", names="Oak 1", count="1").words
        assert len(found.split()) == 7
        words.append(found)
    return Cards(words, keeper, election)


def _come(person: Person, words: str) -> None:
    """Type the words of a card."""
    person.go("/observe/")
    person.send(words=words)
    assert person.page.url.endswith("/observe/station/")
    assert "Oak 1" in person.text()


def _copy_sheet(person: Person) -> None:
    """Open the sheet and copy its figures."""
    person.press(person.page.locator('main .observe-buttons a[href*="/observe/sheet/"]').first)
    for place, figure in enumerate(_FIGURES):
        person.page.locator(f'main input[name="c{place}"]').fill(figure)


def _report_small_things(person: Person, happened: str, photograph: Path) -> None:
    """Send turnout, and what happened with a photograph."""
    person.click("/observe/turnout/")
    _fits(person, _WIDTH)
    person.send(voted="120")
    assert "120" in person.text()
    person.go("/observe/happened/")
    person.page.locator('main input[value="other"]').check()
    person.page.locator('main input[name="photographs"]').set_input_files(photograph)
    _fits(person, _WIDTH)
    person.send(text=happened)
    assert "sheet.jpg" in person.text()
    _fits(person, _WIDTH)


@pytest.mark.parametrize("language", ["en", "ru", "uk"])
def test_an_observer_reports_without_scripts(
    windows: Window, cards: Cards, tmp_path: Path, language: str
) -> None:
    """Every page on a narrow screen: nothing is wider, nothing needs a script."""
    happened, broken, complaint = TEXTS[language]
    photograph = tmp_path / "sheet.jpg"
    photograph.write_bytes(b"a photograph")
    person = windows.open(width=_WIDTH, language=language)
    _come(person, cards.take())
    _fits(person, _WIDTH)
    _report_small_things(person, happened, photograph)
    person.go("/observe/station/")
    _copy_sheet(person)
    _fits(person, _WIDTH)
    person.send()
    assert broken in person.text()
    _fits(person, _WIDTH)
    person.page.locator('main input[name="paper"]').check()
    person.send()
    assert "/observe/sent/" in person.page.url
    _fits(person, _WIDTH)
    person.press(person.page.locator('main a[href*="/observe/complaint/"]'))
    assert person.page.locator("h1").inner_text() == complaint
    _fits(person, _WIDTH)
    person.go("/observe/training/")
    _fits(person, _WIDTH)


def test_relations_are_checked_as_one_types(windows: Window, cards: Cards) -> None:
    """With scripts on the broken relation stands beside its field, and goes when it is mended."""
    person = windows.open(width=_WIDTH, scripts=True)
    _come(person, cards.take())
    _copy_sheet(person)
    person.page.locator('main input[name="c0"]').click()
    said = person.page.locator(".observe-line [data-live]")
    assert said.all_inner_texts() == ["valid ballots are the votes of all options: differs by +2"]
    line = person.page.locator(".observe-line", has=person.page.locator("[data-live]"))
    assert line.locator("input").get_attribute("name") == "c5"
    person.page.locator('main input[name="c5"]').fill("190")
    person.page.locator('main input[name="c0"]').click()
    assert said.count() == 0
    # Whoever stays in the field is told, too, once the typing stops.
    person.page.locator('main input[name="c5"]').fill("18")
    said.wait_for()
    assert "+172" in said.inner_text()


#: Everything that a browser keeps for this site, as text: databases, caches, storages.
_KEPT = """async () => {
  const found = [JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage })];
  for (const { name } of await indexedDB.databases()) {
    const opened = await new Promise((done) => {
      const asked = indexedDB.open(name);
      asked.onsuccess = () => done(asked.result);
    });
    for (const store of opened.objectStoreNames) {
      const all = await new Promise((done) => {
        const asked = opened.transaction(store).objectStore(store).getAll();
        asked.onsuccess = () => done(asked.result);
      });
      for (const one of all) {
        const raw = one instanceof Uint8Array ? one : null;
        found.push(raw ? new TextDecoder("latin1").decode(raw) : JSON.stringify(one));
      }
    }
    opened.close();
  }
  for (const name of await caches.keys()) {
    for (const request of await (await caches.open(name)).keys()) {
      found.push(request.url, await (await caches.match(request)).text());
    }
  }
  return found;
}"""


def test_what_cannot_be_sent_waits_sealed_and_goes_once(
    windows: Window, cards: Cards, tmp_path: Path
) -> None:
    """Without network a sheet with a photograph waits as ciphertext; it arrives once, in order."""
    photograph = tmp_path / "heron.jpg"
    photograph.write_bytes(b"a photograph of a heron " * 4_000)
    person = windows.open(width=_WIDTH, scripts=True)
    _come(person, cards.take())
    person.page.locator("[data-queue][data-ready]").wait_for(state="attached")
    _copy_sheet(person)
    person.page.wait_for_function("navigator.serviceWorker.controller !== null")
    person.context.set_offline(True)
    person.page.locator('main input[name="c5"]').fill("190")
    person.page.locator('main input[name="photographs"]').set_input_files(photograph)
    person.page.locator("main form button.button[type=submit]").click()
    box = person.page.locator("[data-queue]")
    box.locator('[data-say="kept"]').wait_for()
    assert "wait on this phone: 1" in box.inner_text()
    kept = person.page.evaluate(_KEPT)
    assert any(len(one) > 96_000 for one in kept)
    for text in ("heron", "Oak 1", '"fields"'):
        assert not any(text in one for one in kept), text
    person.page.goto(person.page.url.replace("/sheet/", "/turnout/"), wait_until="commit")
    assert person.page.locator("h1").inner_text() == "No network just now"
    person.context.set_offline(False)
    box.locator('[data-say="sent"]').wait_for()
    person.go("/observe/station/")
    assert person.page.locator('main a[href^="/observe/sent/"]').count() == 1


def test_a_blocked_observer_makes_a_text(windows: Window, cards: Cards) -> None:
    """What the script makes opens on the headquarters' page; other figures are another text."""
    person = windows.open(width=_WIDTH, scripts=True)
    _come(person, cards.take())
    _copy_sheet(person)
    for last in ("190", "189"):
        person.page.locator('main input[name="c5"]').fill(last)
        # What is said beside the field moves the page once the field is left.
        person.page.locator('main input[name="c0"]').click()
        person.page.locator("[data-make]").click()
        area = person.page.locator("#sealed-text")
        area.wait_for()
        _fits(person, _WIDTH)
        text = area.input_value()
        assert len(text) < 420
        shown = cards.keeper.send(f"{cards.election}text/", text=text, paper="on", newest="on")
        assert "The sheet was taken in." in shown.html
    person.go("/observe/station/")
    assert person.page.locator('main a[href^="/observe/sent/"]').count() == 2
