# SPDX-License-Identifier: AGPL-3.0-or-later
"""Walk through every page of the room, empty and full, as a coordinator and a stranger."""

from collections.abc import Iterator

from hedgerow.rooms.elections import import_progress
from hedgerow.rooms.elections.models import Contest, Count, Election, OfficialResult
from tests.instances import Vault
from tests.rooms.elections.coordinator import (
    ADDRESS,
    OFFICIAL,
    STATIONS,
    add_contest,
    count,
    look,
    release,
    set_up,
    take,
)
from tests.rooms.elections.headquarters_pages import watching
from tests.rooms.elections.watched_election import make_statistics
from tests.rooms.members.browsers import Group, Page, Somebody, founder_of, open_group

TITLES = {"title_en": "", "title_ru": "Дубки", "about_en": "", "about_ru": "Старый мэр ушёл."}
PAPER = {"title_en": "", "title_ru": "Дубки", "options_en": "", "options_ru": "Ива\nВяз"}


def _ru(text: str) -> str:
    """Return a table with names in Cyrillic letters."""
    for latin, cyrillic in (("Oak", "Дуб"), ("North", "Север"), ("South", "Юг"), ("N-1", "С-1")):
        text = text.replace(latin, cyrillic)
    for latin in ("S-1", "S-2", "Old town", "New town", "School", "Library"):
        text = text.replace(latin, "Дом")
    return text.replace("Willow", "Ива").replace("Elder", "Вяз")


def walk(vault: Vault, language: str) -> Iterator[tuple[str, Page]]:
    """Yield every page of the room, empty ones and full ones, by a name."""
    who = founder_of(vault, language=language)
    group = open_group(who, vault, name="Кружок", as_name="Ива")
    yield "nothing", who.open("/elections/")
    yield "nothing in a group", who.open(f"{group.path}elections/")
    yield "new", who.open(f"{group.path}elections/new/")
    yield "refused", who.send(f"{group.path}elections/new/", address="Ж", day="x", opens="x")
    path = set_up(group, **TITLES, is_shown="on", rules=["hard", "two", "second"])
    yield "bare", who.open(path)
    yield "bare to everybody", who.open(f"/elections/{ADDRESS}/")
    yield "no stations", who.open(f"{path}stations/")
    yield "no station", who.open(f"/elections/{ADDRESS}/stations/")
    yield "no record", who.open(f"/elections/{ADDRESS}/record/")
    yield from _setting_up(group, path)
    yield from watching(group, path)
    yield from _shown(who)


def _setting_up(group: Group, path: str) -> Iterator[tuple[str, Page]]:
    """Yield the pages on which an election is set up."""
    who = group.keeper
    yield "edit", who.open(f"{path}edit/")
    yield "erase", who.send(f"{path}erase/")
    yield "new contest", who.send(f"{path}contests/new/", key="Ж", options_ru="а", keys="Ж")
    contest = add_contest(group, path, **PAPER)
    yield "contest", who.open(contest)
    yield "erase contest", who.open(f"{contest}erase/")
    yield "districts", who.send(f"{path}districts/", districts="1")
    stations, official = f"{path}stations/file/", f"{contest}official/"
    yield "stations file", who.open(stations)
    yield "no file", who.send(stations, step="look")
    yield "torn file", look(who, stations, "x", name="list.zip")
    yield "wrong lines", look(who, stations, "station,registered\nДуб,-1\nДуб,x\n,1О\n")
    yield "strange columns", look(who, stations, "а,б\n1,2\n")
    yield "what it does", look(who, stations, _ru(STATIONS))
    yield "stations", take(who, stations, _ru(STATIONS))
    yield "official file", look(who, official, _ru(OFFICIAL))
    yield "set up", take(who, official, _ru(OFFICIAL))
    yield from _large_file(who, path)
    yield "statistics asked for", who.press(who.open(path), at=f"{contest}statistics/")
    yield "statistics being made", who.open(f"/elections/{ADDRESS}/mayor/statistics/")
    make_statistics()
    yield "statistics", who.open(path)
    yield "candidates", who.open(f"{contest}candidates/")
    yield "wrong candidate", who.send(f"{contest}candidates/willow/", name="", is_shown="on")
    typed = {"name": "Ива", "page_ru": "Фонари.", "programme_ru": "Свет.", "nominations": "3"}
    needs = {"nominations_needed": "9", "target_amount": "5", "target_currency": "RUB"}
    where = f"{contest}candidates/willow/"
    yield "candidates after", who.send(where, **typed, **needs, is_shown="on")


def _large_file(who: Somebody, path: str) -> Iterator[tuple[str, Page]]:
    """Yield the page that says how far a large file is, without one and with one."""
    yield "no large file", who.open(f"{path}importing/")
    import_progress.begin(Election.objects.get(), lambda advance: advance(3), total=4).join()
    yield "large file", who.open(f"{path}importing/")


def _shown(who: Somebody) -> Iterator[tuple[str, Page]]:
    """Yield the pages that everybody sees."""
    shown = f"/elections/{ADDRESS}/"
    paper, contest = f"{shown}mayor/", Contest.objects.get()
    yield "no count", who.open(paper)
    yield "nothing compared", who.open(f"{paper}comparison/")
    yield "nothing remote", who.open(f"{paper}remote/")
    sheet = release(contest, "Дуб 1", [1000, 600, 10, 590, 310, 280])
    release(contest, "Дуб 2", [1200, 700, 10, 690, 300, 390], by="hand")
    count(contest)
    kept = Count.objects.get()
    kept.result |= {"waiting": 1, "broken": 2, "conflicts": 5, "incomplete": 1, "held": 3}
    kept.result |= {"accepted": 1, "unchecked": 2}
    kept.result["turnout"] = [{"hour": 10, "stations": 1, "registered": 9, "voted": 3}]
    kept.save()
    _remote(contest)
    Election.objects.update(is_taking=True)
    for name in ("", "stations/", f"stations/{sheet.station_id}/", "record/", "stations/?q=жж"):
        yield f"shown {name}", who.open(f"{shown}{name}")
    for name in ("", "comparison/", "remote/", "candidates/willow/", "statistics/"):
        yield f"paper {name}", who.open(f"{paper}{name}")


def _remote(contest: Contest) -> None:
    """Add a district with remote votes."""
    district = contest.election.district_set.create(key="9", title="Гавань")
    for at in range(21):
        station = contest.election.station_set.create(
            name=f"Г {at}", registered=100, district=district, is_remote=at == 0
        )
        values = {"valid": 50, "invalid": 0, "option: willow": 20, "option: elder": 30 + at % 2}
        OfficialResult.objects.create(contest=contest, station=station, values=values)
