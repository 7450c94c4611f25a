# SPDX-License-Identifier: AGPL-3.0-or-later
"""Let a session end in the middle of a form, in a browser without scripts."""

import pytest

from tests.browser.conftest import Demo, Window

pytestmark = [pytest.mark.needs_chromium, pytest.mark.enable_socket]

TEXTS = {"en": "Harvest, 7 o'clock", "ru": "Ёлка, в семь", "uk": "Ґанок, о сьомій"}


@pytest.mark.parametrize("language", TEXTS)
def test_a_form_comes_back_after_coming_in_again(
    demo: Demo, windows: Window, language: str
) -> None:
    """The words are sent to where one enters, and the form to where it was written."""
    text = TEXTS[language]
    writer = windows.open(width=360, language=language)
    writer.enter(demo.editor)
    writer.press(writer.page.locator('main a[href^="/groups/"].row-title').first)
    writer.click("/pages/")
    writer.click("/pages/new/")
    address = writer.page.url
    writer.page.locator('main [name="title"]').fill(text)
    elsewhere = windows.open(language=language)
    elsewhere.enter(demo.editor)
    elsewhere.go("/me/sessions/")
    elsewhere.press(elsewhere.page.locator("main form button").last)
    writer.send(text=f"{text}!")
    assert text not in writer.text()
    writer.send(words=demo.editor)
    assert writer.page.locator('main [name="title"]').input_value() == text
    assert writer.page.locator('main [name="text"]').input_value() == f"{text}!"
    writer.send()
    assert text in writer.text()
    assert writer.page.url.startswith(address.removesuffix("new/"))
    assert writer.page.url != address
