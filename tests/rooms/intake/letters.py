# SPDX-License-Identifier: AGPL-3.0-or-later
"""Play strangers who write to a letter-box through its pages, and the group that answers."""

import re
from typing import Any

from tests.rooms.members.browsers import Group, Page, Somebody

ADDRESS = "help"
TITLE = "Help with a dismissal"
QUESTIONS = "Which works is it? *\nSince when?"


def open_box(group: Group, *, address: str = ADDRESS, **changed: Any) -> str:
    """Let the coordinator open a letter-box, and return where strangers write to it."""
    fields = {
        "address": address,
        "title_en": TITLE,
        "advice_en": "# First\n\nKeep every paper.",
        "questions_en": QUESTIONS,
        "weeks": "8",
        "day_limit": "50",
        **changed,
    }
    path = f"{group.path}letter-boxes/new/"
    page = group.keeper.send(path, **fields)
    assert page.path == f"{group.path}letter-boxes/{address}/poster/", page.text
    return f"/write/{address}/"


def send_letter(who: Somebody, path: str = f"/write/{ADDRESS}/", **changed: Any) -> Page:
    """Open the form of a box, fill it in and send it; the words come, or the form again."""
    page = who.open(path)
    (action,) = page.buttons(end="/")[-1:]
    typed = {"answer_0": "The port", "text": "They sacked me on Friday.", **changed}
    return who.send_form(page, at=action, **typed)


def write_letter(who: Somebody, path: str = f"/write/{ADDRESS}/", **changed: Any) -> str:
    """Write a letter and return the words to come back."""
    page = send_letter(who, path, **changed)
    assert page.words, page.text
    return page.words


def come_back(who: Somebody, words: str) -> Page:
    """Type the words; the conversation comes."""
    return who.send("/answer/", words=words)


def letters_of(group: Group, who: Somebody | None = None) -> list[str]:
    """Let somebody look at the group's letters; return the addresses of the conversations."""
    page = (who or group.keeper).open(f"{group.path}letters/")
    form = re.compile(re.escape(f"{group.path}letters/") + r"[\w-]{11}/")
    return [one for one in page.links() if form.fullmatch(one)]


def answer(group: Group, letter: str, **typed: Any) -> Page:
    """Let the coordinator answer a letter."""
    return group.keeper.send(letter, **{"text": "Come on Tuesday.", **typed})
