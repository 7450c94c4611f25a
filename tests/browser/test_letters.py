# SPDX-License-Identifier: AGPL-3.0-or-later
"""Write to a letter-box in a browser, come back, be answered: without scripts, but for a proof."""

import hashlib
from pathlib import Path

import pytest

from tests.browser.conftest import ROOT, Demo, Person, Window
from tests.browser.test_newcomer import _fits

pytestmark = [pytest.mark.needs_chromium, pytest.mark.enable_socket]

_COURIERS = "Спиця"
TEXTS = {
    "en": ("They cut my hours after I asked for gloves.", "Write down the dates.", "I have."),
    "ru": ("Урезали часы, когда спросила про перчатки.", "Запишите даты.", "Записала."),
    "uk": ("Зрізали години, коли спитала про рукавиці.", "Запишіть дати.", "Записала."),
}


def _read_and_answer(member: Person, letter: str, *, answer: str) -> None:
    """Find a letter among those of one's groups, and answer it."""
    member.go("/letters/")
    member.press(member.page.locator("main a.row-title", has_text=_COURIERS).last)
    rows = member.page.locator('main a[href*="/letters/"].row-title').all()
    for address in [row.get_attribute("href") for row in rows]:
        member.go(str(address))
        if letter in member.text():
            break
    assert letter in member.text()
    member.page.locator("main textarea[name=text]").fill(answer)
    member.press(member.page.locator("main form.form button[type=submit]"))
    assert answer in member.text()


def _write(stranger: Person, text: str, *, paper: Path) -> str:
    """Go from the front page to the form, write a letter with a file, and return the words."""
    stranger.go("/")
    stranger.press(stranger.page.locator('main a[href="/write/couriers/"]'))
    stranger.page.locator("main input[type=file]").set_input_files(paper)
    stranger.page.locator("main textarea[name=text]").fill(text)
    stranger.press(stranger.page.locator("main form.form button[type=submit]"))
    words = stranger.words()
    assert len(words.split()) == 7
    return words


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("language", ["en", "ru", "uk"])
def test_a_stranger_writes_returns_and_is_answered_without_scripts(
    demo: Demo, windows: Window, tmp_path: Path, language: str, width: int
) -> None:
    """From the front page to the form, the words, the answer, more, and a file of one's own."""
    letter, answer, more = TEXTS[language]
    letter = f"{letter} ({width})"
    paper = tmp_path / "paper.txt"
    paper.write_text("gloves", encoding="utf-8")
    stranger = windows.open(width=width, language=language)
    words = _write(stranger, letter, paper=paper)
    _fits(stranger, width)
    member = windows.open(width=width, language=language)
    member.enter(demo.editor)
    _read_and_answer(member, letter, answer=answer)
    _fits(member, width)
    back = windows.open(width=width, language=language)
    back.go("/answer/")
    back.send(words=words)
    assert answer in back.text()
    _fits(back, width)
    with back.page.expect_download() as download:
        back.page.locator('main a[href^="/answer/files/"]').first.click()
    assert download.value.path().read_text(encoding="utf-8") == "gloves"
    back.page.locator("main textarea[name=text]").fill(more)
    back.press(back.page.locator("main form.form button[type=submit]").first)
    assert more in back.text()
    member.page.reload()
    assert more in member.text()


def test_the_script_finds_the_proof(windows: Window) -> None:
    """With scripts on, a form that asks for work gets it without anybody's doing."""
    stranger = windows.open(scripts=True)
    stranger.go("/write/couriers/")
    page = stranger.page
    page.evaluate("document.querySelector('main').innerHTML = '<input data-work=\"token\">'")
    script = (ROOT / "src/hedgerow/rooms/intake/static/intake/work.js").read_text("utf-8")
    page.evaluate(script)
    page.wait_for_function("document.querySelector('[data-work]').value !== ''")
    answer = page.locator("[data-work]").input_value()
    assert hashlib.sha256(f"token.{answer}".encode()).digest()[:2] == b"\0\0"


def test_a_mistyped_word_is_said_and_the_rest_stays(demo: Demo, windows: Window) -> None:
    """Whoever types one word wrong finds the others still in the field."""
    stranger = windows.open()
    stranger.go("/answer/")
    typed = demo.editor.split()[:7]
    stranger.send(words=" ".join(typed))
    assert stranger.page.locator("main textarea[name=words]").input_value().split() == typed
    assert stranger.page.locator("main .error, main .errorlist, main [role=alert]").count() >= 1
