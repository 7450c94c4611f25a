# SPDX-License-Identifier: AGPL-3.0-or-later
"""Plant through the pages of elections.

What a group writes about an election, and the lists it takes in, are public and no canaries. A
file that is refused is one, and so is its name: nothing of it may stay.
"""

from typing import Final

from django.core.files.uploadedfile import SimpleUploadedFile

from hedgerow.drill.plant import OK, Planting, Refusal, demand, upload
from hedgerow.drill.rooms.headquarters import CARD, plant_headquarters, plant_ruling
from hedgerow.drill.rooms.observing import plant_observer

_ADDRESS: Final = "drill"
_ELECTION: Final = {
    "address": _ADDRESS,
    "title_en": "An election",
    "about_en": "Who is to keep the lanterns?",
    "day": "2027-09-19",
    "opens": "08:00",
    "closes": "20:00",
    "utc_offset": "+03:00",
    "hours": "10, 20",
    "is_shown": "on",
}
_CONTEST: Final = {
    "key": "mayor",
    "title_en": "Mayor",
    "options_en": "Willow\nElder",
    "keys": "willow\nelder",
    "form": "plain",
    "district": "",
}
_CANDIDATE: Final = {
    "name": "Willow",
    "page_en": "A lamplighter.",
    "programme_en": "More lanterns.",
    "nominations_needed": "100",
    "nominations": "60",
    "target_amount": "5000",
    "target_currency": "EUR",
    "is_shown": "on",
}
_STATIONS: Final = (
    "station,registered,region,latitude,longitude\nOak 1,1000,North,60,30\nOak 2,900,South,50,30\n"
)
_OFFICIAL: Final = "station,valid,invalid,willow,elder\nOak 1,90,2,50,40\nOak 2,80,1,40,40\n"


def plant(planting: Planting) -> None:
    """Carry the planting of this room out.

    Raises:
        Refusal: A page did not do what it must.
    """
    keeper, home = planting.keeper, f"{planting.home}elections/"
    demand(keeper.send(f"{home}new/", **_ELECTION), "elections:new")
    election = f"{home}{_ADDRESS}/"
    demand(keeper.send(f"{election}contests/new/", **_CONTEST), "elections:new-contest")
    contest = f"{election}contests/{_CONTEST['key']}/"
    candidate = f"{contest}candidates/willow/"
    demand(keeper.send(candidate, **_CANDIDATE), "elections:edit-candidate")
    for path in (f"{election}edit/", f"{election}districts/", contest):
        keeper.open(path)
    for name, path, text in (
        ("elections:import-stations", f"{election}stations/file/", _STATIONS),
        ("elections:import-official", f"{contest}official/", _OFFICIAL),
    ):
        _refuse(planting, name, path)
        _take_in(planting, name, path, text)
    statistics = f"{contest}statistics/"
    demand(keeper.press(election, at=statistics), "elections:make-forensics")
    words = plant_headquarters(planting, election)
    plant_ruling(planting, election, station=_a_station(planting, election), contest="mayor")
    card = f"{election}cards/{CARD}/"
    plant_observer(planting, words, card=card, contest=_CONTEST["key"])
    _look_around(planting)


def _look_around(planting: Planting) -> None:
    """Let a stranger read what is public, and look for a station.

    Raises:
        Refusal: A page did not come.
    """
    stranger, word = planting.browser(), planting.aviary.word()
    stranger.open(f"/elections/{_ADDRESS}/stations/")
    planting.type("elections:station-list", q=word)
    below = ("", "comparison/", "remote/", "statistics/", "candidates/willow/")
    for path in ("", f"stations/?q={word}", *(f"mayor/{one}" for one in below)):
        shown = stranger.open(f"/elections/{_ADDRESS}/{path}")
        if shown.status != OK:
            raise Refusal("elections:election", f"has {path}, which answered {shown.status}")


def _a_station(planting: Planting, election: str) -> str:
    """Return the number of the station of the first card.

    Raises:
        Refusal: The card leads to none.
    """
    page = planting.keeper.open(f"{election}cards/{CARD}/")
    start = f"{election}stations/"
    found = [link.removeprefix(start) for link in page.reader.links if link.startswith(start)]
    if not found:
        raise Refusal("elections:code", "names no station")
    return found[0].strip("/")


def _refuse(planting: Planting, name: str, path: str) -> None:
    """Send a file that is no table, and one with a line that cannot be taken."""
    content = planting.aviary.file()
    planting.type(name, file=content)
    file = upload(planting.aviary, content)
    planting.count(planting.keeper.send(path, file=file, step="look").status)
    word = planting.aviary.word()
    planting.type(name, file=word)
    table = _table(f"station,registered,valid,willow,elder\n{word},none,1,1,1\n")
    planting.count(planting.keeper.send(path, file=table, step="look").status)


def _take_in(planting: Planting, name: str, path: str, text: str) -> None:
    """Send a file, look at what it would do, and take it in.

    Raises:
        Refusal: It was not taken.
    """
    page = planting.keeper.send(path, file=_table(text), step="look")
    demand(planting.keeper.send_form(page, at=path, step="take"), name)


def _table(text: str) -> SimpleUploadedFile:
    """Return a file of text."""
    return SimpleUploadedFile("list.csv", text.encode(), content_type="text/csv")
