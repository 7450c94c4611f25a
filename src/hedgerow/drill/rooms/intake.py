# SPDX-License-Identifier: AGPL-3.0-or-later
"""Plant through the pages of letter-boxes: strangers who write, and the group that answers.

What a box says is public and is no canary. All else is: letters, answers to its questions, files
with their names, answers, notes, titles, and the words to come back.
"""

import base64
import re
from collections.abc import Callable
from typing import Final

from hedgerow.drill.browser import Browser, Shown
from hedgerow.drill.canaries import Canary
from hedgerow.drill.plant import OK, Planting, Refusal, demand, upload
from hedgerow.drill.rooms.members import LEAVER

_ADDRESS: Final = "drill"
_BOX: Final = f"/write/{_ADDRESS}/"
_COOKIE: Final = "__Host-letter"
_PUBLIC: Final = {
    "address": _ADDRESS,
    "title_en": "A letter-box",
    "advice_en": "Keep every paper.",
    "questions_en": "Where?",
    "weeks": "8",
    "day_limit": "500",
}


def plant(planting: Planting) -> None:
    """Carry the planting of this room out.

    Raises:
        Refusal: A page did not do what it must.
    """
    shown = planting.keeper.send(f"{planting.home}letter-boxes/new/", **_PUBLIC)
    demand(shown, "intake:open-box")
    for step in STEPS:
        step(planting)


def _action(page: Shown) -> str:
    """Return where the letter's form on a page leads.

    Raises:
        Refusal: There is no form with a token.
    """
    found = re.findall(r'action="(/(?:write|answer/letter)/[^"]+/)"', page.html)
    if not found:
        raise Refusal("intake:box", "had no form")
    return str(found[0])


def _send(planting: Planting, stranger: Browser) -> tuple[dict[str, str], bytes, str]:
    """Write a letter with a file; return what was typed, the file, and the words."""
    aviary = planting.aviary
    content = aviary.file()
    file = upload(aviary, content)
    typed = {"answer_0": aviary.word(), "text": planting.text()[0]}
    page = stranger.open(_BOX)
    shown = stranger.send_form(page, at=_action(page), file=file, **typed)
    words = shown.words
    if not words:
        raise Refusal("intake:send", f"answered {shown.status}")
    planting.words("words to come back", words, url_name="intake:return")
    return {**typed, "name": str(file.name)}, content, words


def _letters(planting: Planting) -> set[str]:
    """Let the coordinator look at the group's newest letters; return where each is shown."""
    page = planting.keeper.open(f"{planting.home}letters/")
    form = re.compile(re.escape(f"{planting.home}letters/") + r"[\w-]{11}/")
    return {one for one in page.reader.links if form.fullmatch(one)}


def _arrived(planting: Planting, stranger: Browser) -> tuple[str, str]:
    """Let a stranger write a letter, and note it as the coordinator reads it.

    Returns:
        Where the coordinator reads it, and the words to come back.

    Raises:
        Refusal: It is not among the group's letters.
    """
    before = _letters(planting)
    typed, content, words = _send(planting, stranger)
    fresh = _letters(planting) - before
    if not fresh:
        raise Refusal("intake:letters", "shows no new letter")
    letter = fresh.pop()
    for name in ("answer_0", "text"):
        planting.note(letter, ("intake:box", name), typed[name].split(), by="keeper")
    planting.aviary.keep(
        Canary("name of a letter's file", typed["name"], ("", ""), "keeper", letter),
        Canary("a letter's file", content, ("intake:box", "file"), "keeper", f"{letter}0/files/0/"),
    )
    return letter, words


def correspond(planting: Planting) -> None:
    """Let strangers write, be answered, come back and write more."""
    for _ in range(planting.size.files):
        stranger = planting.browser()
        letter, words = _arrived(planting, stranger)
        _answer(planting, letter)
        _more(planting, stranger, words, letter=letter)


def _answer(planting: Planting, letter: str) -> None:
    """Answer a letter with a file, note something about it, and name it."""
    aviary, keeper = planting.aviary, planting.keeper
    content, (text, words) = aviary.file(), planting.text()
    file = upload(aviary, content)
    shown = keeper.send(letter, text=text, file=file)
    if shown.status != OK or text not in shown.html:
        raise Refusal("intake:letter", "took no answer")
    planting.note(letter, ("intake:letter", "text"), words, by="keeper")
    aviary.keep(
        Canary("name of an answer's file", str(file.name), ("", ""), "keeper", letter),
        Canary(
            "an answer's file", content, ("intake:letter", "file"), "keeper", f"{letter}1/files/0/"
        ),
    )
    note, noted = planting.text()
    demand(keeper.send(f"{letter}note/", text=note), "intake:note")
    planting.note(letter, ("intake:note", "text"), noted, by="keeper")
    title = aviary.word()
    demand(keeper.send(f"{letter}title/", title=title), "intake:rename")
    planting.note(letter, ("intake:rename", "title"), [title], by="keeper")


def _more(planting: Planting, stranger: Browser, words: str, *, letter: str) -> None:
    """Come back by the words and write more, with a file."""
    aviary = planting.aviary
    demand(stranger.send("/answer/", words=words), "intake:return")
    _note_cookie(planting, stranger)
    content, (text, typed) = aviary.file(), planting.text()
    page = stranger.open("/answer/letter/")
    form = {**page.reader.forms[0].values, "text": text, "file": upload(aviary, content)}
    shown = stranger.post(_action(page), form)
    if text not in shown.html:
        raise Refusal("intake:add", f"answered {shown.status}")
    planting.note(letter, ("intake:own", "text"), typed, by="keeper")
    aviary.keep(
        Canary("more of a file", content, ("intake:own", "file"), "keeper", f"{letter}2/files/0/")
    )


def _note_cookie(planting: Planting, stranger: Browser) -> None:
    """Note the cookie of a conversation and the secret in it."""
    value = stranger.cookie(_COOKIE)
    planting.aviary.keep(
        Canary("cookie of a conversation", value.rstrip("=")),
        Canary("secret of a conversation's cookie", base64.urlsafe_b64decode(value)),
    )


def send_what_is_refused(planting: Planting) -> None:
    """Send letters that are refused, to nowhere, twice, with wrong words and an old cookie."""
    aviary, word = planting.aviary, planting.aviary.word
    stranger = planting.browser()
    page, content = stranger.open(_BOX), aviary.file()
    typed = planting.type("intake:send", answer_0=word(), file=content)
    file = upload(aviary, content)
    shown = stranger.send_form(page, at=_action(page), file=file, text="", **typed)
    planting.count(shown.status)
    typed = planting.type("intake:send", answer_0=word(), text=word())
    for at in (f"{_BOX}forged/", "/write/nowhere/forged/"):
        planting.count(stranger.send_form(page, at=at, **typed).status)
    for _ in range(2):
        planting.count(stranger.send_form(page, at=_action(page), **typed).status)
    typed = planting.type("intake:return", words=word())
    planting.count(stranger.send("/answer/", **typed).status)
    _, _, words = _send(planting, stranger)
    stranger.send("/answer/", words=words)
    _note_cookie(planting, stranger)
    own = stranger.open("/answer/letter/")
    planting.count(stranger.post(_action(own), {**own.reader.forms[0].values, "text": " "}).status)
    typed = planting.type("intake:add", text=word())
    stranger.set_cookie(_COOKIE, "")
    asked = stranger.post(_action(own), {**own.reader.forms[0].values, **typed})
    planting.count(asked.status)


def write_what_is_to_go(planting: Planting) -> None:
    """Write letters that are to be erased, and let the member who is to go read them."""
    for _ in range(planting.size.lost_letters):
        letter, _words = _arrived(planting, planting.browser())
        planting.people[LEAVER].open(letter)
        _answer(planting, letter)
        planting.lost.append(letter)


STEPS: Final[tuple[Callable[[Planting], None], ...]] = (
    correspond,
    send_what_is_refused,
    write_what_is_to_go,
)
