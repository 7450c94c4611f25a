# SPDX-License-Identifier: AGPL-3.0-or-later
"""Let a friend pause an account in a browser, without scripts, and open it again."""

import pytest

from tests.browser.conftest import Demo, Window
from tests.browser.test_newcomer import _fits, _invite

pytestmark = [pytest.mark.needs_chromium, pytest.mark.enable_socket]


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("ru", 360), ("uk", 360)])
def test_a_friend_pauses_and_opens_again_without_scripts(
    demo: Demo, windows: Window, language: str, width: int
) -> None:
    """Words for a friend are printed, close every browser, and with one's own open again."""
    keeper = windows.open()
    keeper.enter(demo.keeper)
    keeper.press(keeper.page.locator('main a[href^="/groups/"].row-title').first)
    member = windows.open(width=width, language=language)
    phrase = member.join(_invite(keeper), "Rowan")
    member.go("/me/friend/")
    _fits(member, width)
    member.send(words=phrase)
    words = member.words()
    assert len(words.split()) == 7
    _fits(member, width)
    friend = windows.open(width=width, language=language)
    friend.go("/pause/")
    _fits(friend, width)
    friend.send(words=words)
    member.go("/me/")
    assert "/enter/" in member.page.url
    member.enter(phrase)
    assert not member.page.url.endswith("/me/")
    friend.go("/pause/end/")
    _fits(friend, width)
    friend.send(friend=words, words=phrase)
    member.enter(phrase)
    assert member.page.url.endswith("/me/")
