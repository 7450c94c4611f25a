# SPDX-License-Identifier: AGPL-3.0-or-later
"""Plant through the pages of observers: what happened, photographs, sheets, words, a cookie.

Figures go into public tables and are no canaries. All else is: the words of a card, what
is written, photographs with their names, and the cookie by which a telephone knows its card.
"""

import base64
import io
import json
import re
from typing import Final

from PIL import Image

from hedgerow.drill.browser import Browser, Shown
from hedgerow.drill.canaries import Canary
from hedgerow.drill.plant import OK, Planting, Refusal, demand, upload
from hedgerow.drill.rooms.waiting import QUEUE, SEALED_TYPE, sealed_form

_COOKIE: Final = "__Host-observer"
_STATION: Final = "/observe/station/"
_TURNOUT: Final = "/observe/turnout/"
_HAPPENED: Final = "/observe/happened/"
#: A card takes a few reports a minute.
_MOST: Final = 4
#: Where a camera writes what a picture shows, and a size.
_DESCRIPTION: Final = 0x010E
_SIZE: Final = (300, 400)
#: On the plain form: registered, issued, invalid, valid, and two options.
_FIGURES: Final = (900, 500, 10, 490, 300, 190)


def plant_observer(planting: Planting, words: str, *, card: str, contest: str) -> None:
    """Let an observer report, and be refused.

    Args:
        planting: Who plants.
        words: Of a card with a station.
        card: Where the headquarters reads what came by it.
        contest: Key of a contest on the plain form.

    Raises:
        Refusal: A page did not do what it must.
    """
    who = planting.browser()
    planting.count(who.send("/observe/", **_typed(planting, "observe", "words")).status)
    demand(who.send("/observe/", words=words), "elections:observe")
    _note_cookie(planting, who)
    who.open(_STATION)
    for _ in range(min(planting.size.files, _MOST)):
        _happened(planting, who, card=card)
    _waited(planting, who, card=card)
    _sheet(planting, who, card=card, contest=contest)
    shown = _send(who, who.open(_TURNOUT), hour="10", voted="120")
    demand(shown, "elections:observe-turnout")
    _show_photograph(planting, who, card=card)
    _send_what_is_refused(planting, who)


def _typed(planting: Planting, name: str, field: str) -> dict[str, str]:
    """Type a word that nothing takes."""
    return planting.type(f"elections:{name}", **{field: planting.aviary.word()})


def _action(page: Shown) -> str:
    """Return where the form of a page leads.

    Raises:
        Refusal: There is no form with a token.
    """
    found = re.findall(r'action="(/observe/[^"]+/)"', page.html)
    if not found:
        raise Refusal("elections:observe", f"has no form at {page.path}")
    return str(found[-1])


def _send(who: Browser, page: Shown, **typed: object) -> Shown:
    """Send the form of an open page, where there is one for its kind."""
    (form,) = [one for one in page.reader.forms if "station" in one.values][-1:]
    return who.post(_action(page), {**form.values, **typed})


def _last(shown: Shown, name: str) -> str:
    """Return the number of the report whose receipt is shown.

    Raises:
        Refusal: There is no receipt.
    """
    found = re.fullmatch(r"/observe/sent/(\d+)/", shown.path)
    if found is None:
        raise Refusal(name, f"answered {shown.status}")
    return found[1]


def _keep_photograph(planting: Planting, name: str, content: bytes, *, at: str) -> None:
    """Note a photograph that was taken, and where the headquarters saves it."""
    place = (name, "photographs")
    planting.aviary.keep(Canary(f"a photograph of {name}", content, place, "keeper", at))


def _happened(planting: Planting, who: Browser, *, card: str) -> None:
    """Say what happened, with a photograph."""
    aviary, name = planting.aviary, "elections:observe-happened"
    content, (text, words) = aviary.file(), planting.text()
    file = upload(aviary, content, kind="image/jpeg")
    page = who.open(_HAPPENED)
    shown = _send(who, page, category="other", text=text, photographs=file)
    number = _last(shown, name)
    aviary.keep(Canary("name of a photograph", str(file.name)))
    planting.note(card, (name, "text"), words, by="keeper")
    _keep_photograph(planting, name, content, at=f"{card}{number}/0/original/")


def _waited(planting: Planting, who: Browser, *, card: str) -> None:
    """Send what happened as it waits on a telephone, and once more torn.

    Raises:
        Refusal: It was not taken.
    """
    aviary, name = planting.aviary, "elections:observe-happened"
    content, (text, words) = aviary.file(), planting.text()
    file = upload(aviary, content, kind="image/jpeg")
    page = who.open(_HAPPENED)
    values = {**page.reader.form.values, "category": "other", "text": text}
    body = sealed_form(_action(page), values, [(str(file.name), content)])
    planting.count(who.send_bytes(QUEUE, body[:-1], kind=SEALED_TYPE).status)
    shown = who.send_bytes(QUEUE, body, kind=SEALED_TYPE)
    if shown.status != OK:
        raise Refusal("elections:observe-queue", f"answered {shown.status}")
    aviary.keep(Canary("name of a photograph", str(file.name)))
    planting.note(card, (name, "text"), words, by="keeper")
    number = json.loads(shown.body)["number"]
    _keep_photograph(planting, name, content, at=f"{card}{number}/0/original/")


def _show_photograph(planting: Planting, who: Browser, *, card: str) -> None:
    """Send a real photograph with words beside it, and let everybody see it with a cell covered."""
    word, name, out = planting.aviary.word(), "elections:publish", io.BytesIO()
    planting.aviary.keep(Canary("words that a camera writes beside a photograph", word))
    beside = Image.Exif()
    beside[_DESCRIPTION] = word
    Image.new("RGB", _SIZE, "white").save(out, "JPEG", exif=beside)
    file = upload(planting.aviary, out.getvalue(), kind="image/jpeg")
    page = who.open(_HAPPENED)
    shown = _send(who, page, category="other", text="A photograph.", photographs=file)
    path = f"{card}{_last(shown, name)}/0/show/"
    looked = planting.keeper.send(path, cells="A1")
    chosen = {"cells": "A1", "is_covered": "on", "step": "publish"}
    demand(planting.keeper.send_form(looked, at=path, **chosen), name)


def _sheet(planting: Planting, who: Browser, *, card: str, contest: str) -> None:
    """Copy a results sheet, with a photograph."""
    name, content = "elections:observe-sheet", planting.aviary.file()
    file = upload(planting.aviary, content, kind="image/jpeg")
    figures = {f"c{place}": str(figure) for place, figure in enumerate(_FIGURES)}
    page = who.open(f"/observe/sheet/{contest}/")
    number = _last(_send(who, page, **figures, photographs=file), name)
    _keep_photograph(planting, name, content, at=f"{card}{number}/0/original/")


def _note_cookie(planting: Planting, who: Browser) -> None:
    """Note the cookie of a device and the box in it."""
    value = who.cookie(_COOKIE)
    planting.aviary.keep(
        Canary("cookie of an observer's device", value.rstrip("=")),
        Canary("box in a device's cookie", base64.urlsafe_b64decode(value)),
    )


def _send_what_is_refused(planting: Planting, who: Browser) -> None:
    """Send reports that are refused: with a forged token, unfinished, from a phone that forgot."""
    aviary, page = planting.aviary, who.open(_HAPPENED)
    content = aviary.file()
    planting.type("elections:observe-happened-send", photographs=content)
    typed = _typed(planting, "observe-happened-send", "text")
    file = upload(aviary, content, kind="image/jpeg")
    planting.count(_send(who, page, photographs=file, **typed).status)
    form = {**page.reader.form.values, **_typed(planting, "observe-happened-send", "text")}
    planting.count(who.post(f"{_HAPPENED}forged/", form).status)
    who.open("/observe/leave/")
    who.set_cookie(_COOKIE, "")
    planting.count(_send(who, page, **_typed(planting, "observe-happened-send", "text")).status)
