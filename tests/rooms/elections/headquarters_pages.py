# SPDX-License-Identifier: AGPL-3.0-or-later
"""Walk through the pages of a headquarters, empty ones and full ones."""

import io
from collections.abc import Iterator

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from hedgerow.rooms.elections import counting
from hedgerow.rooms.elections.models import Station
from tests.rooms.elections.observers import figures, observer, report
from tests.rooms.elections.phones import as_text
from tests.rooms.members.browsers import Group, Page, Somebody

GOOD = (1000, 600, 10, 590, 400, 190)
OTHER = (1000, 600, 10, 590, 401, 189)
BROKEN = (900, 600, 10, 590, 400, 200)


def words_on(page: Page) -> list[str]:
    """Return the words of each card of a page."""
    lists = [one for one in page.main.iter() if one.get("class") == "words"]
    return [" ".join("".join(item.itertext()).strip() for item in one) for one in lists]


def watching(group: Group, path: str) -> Iterator[tuple[str, Page]]:
    """Yield the headquarters' pages of an election with stations."""
    who = group.keeper
    yield "begin", who.send(f"{path}watch/", weeks="0")
    yield "nothing now", who.send(f"{path}watch/", weeks="26")
    for name in ("cards/", "cards/new/", "shifts/", "silent/", "coverage/"):
        yield f"nothing in {name}", who.open(f"{path}{name}")
    names = "\n".join(Station.objects.order_by("id").values_list("name", flat=True)[:2])
    yield "wrong cards", who.send(f"{path}cards/new/", which="named", names="", count="0")
    page = who.send(f"{path}cards/new/", which="named", names=f"{names}\n{names}", count="9")
    yield "cards to print", page
    phones = _report(words_on(page), language=who.language)
    yield from _cards(group, f"{path}cards/1/")
    counting.tick(is_hurried=True)
    for name in ("now/", "cards/", "shifts/", "silent/", "coverage/"):
        yield name, who.open(f"{path}{name}")
    yield from _sheets(group, path)
    yield from _pasted(group, path, phones[2])
    counting.forget()


def _report(words: list[str], *, language: str) -> list[Somebody]:
    """Let two observers differ on the first station, and one send a sheet that does not add up."""
    phones = [observer(typed, language) for typed in words[:3]]
    for phone, values in zip(phones, (GOOD, BROKEN, OTHER), strict=True):
        typed = {**figures(*values), "paper": "on", "photographs": _photograph()}
        report(phone, "/observe/sheet/mayor/", **typed)
    report(phones[0], "/observe/happened/", category="other", text="...", photographs=_photograph())
    return phones


def _pasted(group: Group, path: str, phone: Somebody) -> Iterator[tuple[str, Page]]:
    """Yield what comes of texts that are pasted: nothing, a question, a sheet, the same again."""
    who, there = group.keeper, f"{path}text/"
    yield "nothing pasted", who.send(there, text="")
    yield "no locked text", who.send(there, text="...")
    text = as_text(phone.open("/observe/sheet/mayor/"), *BROKEN)
    asked = who.send(there, text=text)
    yield "asked before it is taken", asked
    yield "pasted", who.send_form(asked, paper="on", newest="on")
    yield "pasted again", who.send(there, text=text)


def _photograph() -> SimpleUploadedFile:
    """Return a photograph as a phone sends it."""
    content = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(content, "JPEG")
    return SimpleUploadedFile("1.jpg", content.getvalue(), content_type="image/jpeg")


def _cards(group: Group, card: str) -> Iterator[tuple[str, Page]]:
    """Yield the pages of one card."""
    who = group.keeper
    yield "no holder", who.open(f"{card}holder/")
    yield "holder", who.send(f"{card}holder/", name="...", contact="...", note="...")
    yield "holder again", who.open(f"{card}holder/")
    yield "no hours", who.send(f"{card}hours/", hours="8-14")
    yield "hours", who.send(f"{card}hours/", hours=f"8-24 {Station.objects.order_by('id')[0].name}")
    yield "no place", who.send(f"{card}place/", station="...")
    yield "held without a reason", who.send(f"{card}hold/", reason="")
    yield "held", who.send(f"{card}hold/", act="let", reason="...")
    yield "card", who.send(card, text="...")
    shown, *_more = who.open(card).links(end="/show/")
    yield "photograph to cover", who.open(shown)
    yield "photograph not looked at", who.send(shown)
    withdrawn = f"{card.removesuffix('1/')}4/"
    yield "withdrawn", who.press(who.open(withdrawn), at=f"{withdrawn}withdraw/")


def _sheets(group: Group, path: str) -> Iterator[tuple[str, Page]]:
    """Yield the pages of two stations' sheets, and of every act about them."""
    who = group.keeper
    for station in Station.objects.order_by("id")[:2]:
        there = f"{path}stations/{station.pk}/"
        yield f"covered station {station.pk}", who.open(there)
        second = f"{there}mayor/second/"
        page = who.send(second)
        yield f"second {station.pk}", page
        values = {f"line_{place}": str(value) for place, value in enumerate(GOOD)}
        yield f"second done {station.pk}", who.send_form(page, **values)
        yield f"second again {station.pk}", who.open(second)
        yield f"station {station.pk}", who.open(there)
        for act in ("figures", "accept", "show"):
            yield f"{act} {station.pk}", who.send(f"{there}mayor/{act}/")
