# SPDX-License-Identifier: AGPL-3.0-or-later
"""Play a coordinator who sets an election up through its pages."""

from typing import Any

import numpy as np
from django.core.files.uploadedfile import SimpleUploadedFile

from hedgerow.engines.tally.layout import MISSING, Values
from hedgerow.engines.tally.protocols import protocols_of
from hedgerow.engines.tally.reports import reports_of
from hedgerow.rooms.elections import public_count, sheets
from hedgerow.rooms.elections.frames import stations_of
from hedgerow.rooms.elections.models import (
    BY_RULE,
    Contest,
    Count,
    ReleasedSheet,
    Station,
)
from tests.pages.client import HTML, text_of
from tests.rooms.members.browsers import Group, Page, Somebody

ADDRESS = "oak-town"
CONTEST = "mayor"
ELECTION = {
    "address": ADDRESS,
    "title_en": "Mayor of Oak Town",
    "about_en": "# Why\n\nThe old mayor left.",
    "day": "2027-09-19",
    "opens": "8:00",
    "closes": "20:00",
    "utc_offset": "+03:00",
    "hours": "12, 10 20",
}
STATIONS = (
    "station,registered,region,commission,district,place\n"
    "Oak 1,1000,North,N-1,Old town,School 1\n"
    "Oak 2,1200,North,N-1,Old town,School 2\n"
    "Oak 3,900,South,S-1,New town,Library\n"
    "Oak 4,800,South,S-2,New town,\n"
)
OFFICIAL = (
    "station,registered,issued,invalid,valid,Willow,Elder\n"
    "Oak 1,1000,600,10,590,300,290\n"
    "Oak 2,1200,700,10,690,300,390\n"
    "Oak 3,900,500,10,490,190,300\n"
    "Oak 4,800,400,10,390,190,200\n"
)


def set_up(group: Group, **changed: Any) -> str:
    """Let the coordinator set an election up; return its address in the group."""
    fields = {**ELECTION, **changed}
    page = group.keeper.send(f"{group.path}elections/new/", **fields)
    path = f"{group.path}elections/{fields['address']}/"
    assert page.path == path, page.text
    return path


def add_contest(group: Group, path: str, **changed: Any) -> str:
    """Let the coordinator add a ballot paper; return its address in the group."""
    fields = {
        "key": CONTEST,
        "title_en": "Mayor",
        "options_en": "Willow\nElder",
        "keys": "willow\nelder",
        "form": "plain",
        "district": "",
        **changed,
    }
    page = group.keeper.send(f"{path}contests/new/", **fields)
    assert page.path == path, page.text
    return f"{path}contests/{fields['key']}/"


def a_table(text: str | bytes, *, name: str = "list.csv") -> SimpleUploadedFile:
    """Return a file as a browser sends it."""
    content = text.encode() if isinstance(text, str) else text
    return SimpleUploadedFile(name, content, content_type="text/csv")


def look(who: Somebody, path: str, text: str | bytes, *, name: str = "list.csv") -> Page:
    """Send a file, and see what it would do."""
    return who.send(path, file=a_table(text, name=name), step="look")


def take(who: Somebody, path: str, text: str | bytes, *, name: str = "list.csv") -> Page:
    """Send a file, and take it in after looking at it."""
    page = look(who, path, text, name=name)
    return who.send_form(page, step="take")


def whole(group: Group, **changed: Any) -> str:
    """Set an election up with a ballot paper, stations and official figures, and show it."""
    path = set_up(group, **{"is_shown": "on", **changed})
    contest = add_contest(group, path)
    assert take(group.keeper, f"{path}stations/file/", STATIONS).path == f"{path}stations/"
    assert take(group.keeper, f"{contest}official/", OFFICIAL).path == path
    return path


def facts(page: Page) -> dict[str, str]:
    """Return terms and meanings of a page's lists of definitions."""
    terms = [text_of(one) for one in page.main.iter(f"{HTML}dt")]
    meanings = [text_of(one) for one in page.main.iter(f"{HTML}dd")]
    return dict(zip(terms, meanings, strict=True))


def cells(page: Page) -> list[list[str]]:
    """Return the rows of a page's tables, without their heads."""
    bodies = page.main.iter(f"{HTML}tbody")
    rows = [row for body in bodies for row in body.iter(f"{HTML}tr")]
    return [[text_of(cell) for cell in row] for row in rows]


def release(contest: Contest, station: str, figures: list[int], **changed: Any) -> ReleasedSheet:
    """Make a sheet public, as the headquarters' rule would."""
    values = sheets.as_values(sheets.layout_of(contest), figures)
    text = sheets.canonical_text(
        election=contest.election_id, contest=contest.key, station=station, values=values
    )
    fields = {"by": BY_RULE, "versions": 1, "hour": 500_000, **changed}
    return ReleasedSheet.objects.create(
        contest=contest,
        station=Station.objects.get(election_id=contest.election_id, name=station),
        values=values,
        digest=sheets.digest_of(text),
        **fields,
    )


def count(contest: Contest, turnout: dict[int, Values] | None = None) -> None:
    """Write the count of the sheets that are public, as the caretaker would."""
    found = stations_of(contest)
    layout, numbers = sheets.layout_of(contest), found.numbers()
    rows = list(ReleasedSheet.objects.filter(contest=contest))
    values = np.array([[one.values.get(c, MISSING) for c in layout.columns] for one in rows])
    reports = reports_of(
        layout,
        values.reshape(len(rows), len(layout.columns)).astype(np.int64),
        station=[numbers[one.station_id] for one in rows],
        source=range(len(rows)),
    )
    protocols = protocols_of(reports, layout=layout, stations=len(found.ids))
    result = public_count.result_of(protocols, found.frame, turnout=turnout)
    Count.objects.update_or_create(
        contest=contest, defaults={"minute": 30_000_000, "result": public_count.encode(result)}
    )
