# SPDX-License-Identifier: AGPL-3.0-or-later
"""Set an election up in a group, and report from its stations as observers' devices do."""

import io
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from PIL import Image

from hedgerow.kernel.clock import day_of, minute_now
from hedgerow.rooms.elections import counting, forensics_desk, forensics_run
from hedgerow.rooms.elections.models import (
    Candidate,
    Contest,
    District,
    Election,
    OfficialResult,
    PublishedPhotograph,
    Station,
)
from hedgerow.rooms.elections.records import Running
from hedgerow.store import observers
from hedgerow.store.codes_api import spell_code
from hedgerow.store.counting import Act, Figure
from hedgerow.store.kinds import Value, kind
from hedgerow.store.machine import machine
from hedgerow.store.observers import Device
from hedgerow.store.uploads import seal_bytes
from hedgerow.store.visit import Space

NAME = "reservoir-2026"
OURS, THEIRS = "lanterns", "harbour"


@kind(number=0xFE41, version=1)
@dataclass(frozen=True, slots=True)
class Report:
    """Be what a device sends in these tests."""

    form: bytes
    text: str

    def search_text(self) -> str:
        """Return the text."""
        return self.text


def _same(form: bytes) -> Callable[[Value], bool]:
    """Tell whether a report came by a form."""
    return lambda value: isinstance(value, Report) and value.form == form


@dataclass
class World:
    """Be an election with stations of 1,000 voters in two districts, and its observers."""

    space: Callable[[], Space]
    election: Election
    contest: Contest
    stations: list[Station]

    def codes(self, *stations: int) -> list[str]:
        """Draw codes for stations by their places, and return the words as typed."""
        ids = [self.stations[place].pk for place in stations]
        drawn = self.space().draw_codes(self.election.address, ids)
        return [spell_code(one.numbers, kind="observer", language="en") for one in drawn]

    def sheet(self, code: str, *values: int, at: int) -> int:
        """Send a sheet: registered, issued, invalid, valid, ours, theirs."""
        return self.figure(code, Act.SHEET, *values, at=at)

    def figure(self, code: str, act: Act, *values: int, at: int) -> int:
        """Send a figure by a device."""
        there = device(code)
        contest = self.contest.pk if act is Act.SHEET else 0
        figure = Figure(act, 0, self.stations[at].pk, contest, values)
        form = os.urandom(16)
        return there.submit(Report(form, "x"), figure=figure, is_same=_same(form))

    def photograph(self, code: str, *, at: int) -> int:
        """Say that something happened, with a photograph of four pixels."""
        content = io.BytesIO()
        Image.new("RGB", (2, 2), "red").save(content, "JPEG")
        upload = seal_bytes(content.getvalue(), name="a.jpg", media_type="image/jpeg")
        figure = Figure(Act.EVENT, 0, self.stations[at].pk, 0, (1,))
        form = os.urandom(16)
        return device(code).submit(
            Report(form, "x"), figure=figure, is_same=_same(form), uploads=[upload]
        )

    def shown_photograph(self, *, at: int) -> int:
        """Let everybody see a photograph of a station; return its number."""
        found = PublishedPhotograph.objects.create(
            station=self.stations[at],
            content=b"x",
            digest="0" * 64,
            original_digest="1" * 64,
            hour=500_000,
        )
        return int(found.pk)

    def official(self, *, at: int) -> None:
        """Let the commission publish something of a station."""
        station = self.stations[at]
        OfficialResult.objects.create(
            contest=self.contest, station=station, values={"registered": 1}
        )

    def forensics(self, *, at: int) -> None:
        """Let the commission publish all of a station, and test it."""
        names = ("registered", "issued", "invalid", "valid", f"option: {OURS}", f"option: {THEIRS}")
        values = dict(zip(names, (1000, 500, 10, 490, 300, 190), strict=True))
        OfficialResult.objects.create(
            contest=self.contest, station=self.stations[at], values=values
        )
        forensics_desk.order(self.contest)
        make_statistics()

    def candidate(self) -> None:
        """Show a page of one of the candidates."""
        texts = {"en": {"page": "x", "programme": ""}}
        Candidate.objects.create(
            contest=self.contest, option=OURS, name="Lanterns", texts=texts, is_shown=True
        )

    def act(self, act: Act, values: Sequence[int], *, at: int = -1) -> None:
        """Do something as the headquarters."""
        station = self.stations[at].pk if at >= 0 else 0
        figure = Figure(act, 0, station, self.contest.pk, tuple(values))
        self.space().put_act(self.election.address, figure)


def make_statistics() -> None:
    """Make the report that is asked for, as the caretaker does, without waiting for a process."""

    def at_once(question: bytes) -> forensics_desk.Answering:
        content = forensics_run.answer(question)
        return lambda: content

    forensics_desk.forget()
    for _begin_then_take in range(2):
        forensics_desk.tick(start=at_once)


def device(code: str) -> Device:
    """Type the words of a code, and make a request with the cookie."""
    cookie, _ = observers.activate(code)
    found = observers.device_of(cookie)
    assert found is not None
    return found


def set_up(
    space: Callable[[], Space],
    *,
    rules: Sequence[str] = ("hard",),
    name: str = NAME,
    key: str = "council",
) -> World:
    """Set an election up: four stations in two districts, one contest on the plain form."""
    counting.forget()
    today = day_of(minute_now(machine().clock))
    election = Election.objects.create(
        address=name,
        day=datetime.fromtimestamp(today * 86_400, tz=UTC).date(),
        opens_minute=480,
        closes_minute=1200,
        utc_offset_minutes=0,
        hours=[10, 12, 15, 18],
        texts={"en": {"title": "Reservoir council", "about": ""}},
        is_shown=True,
        is_taking=True,
        rules=list(rules),
    )
    districts = [
        District.objects.create(election=election, key=key, title=key.title(), region="")
        for key in ("north", "south")
    ]
    titles = {OURS: "Lanterns", THEIRS: "Harbour"}
    contest = Contest.objects.create(
        election=election,
        key=key,
        titles={"en": "Council"},
        form="plain",
        options=[{"key": key, "titles": {"en": title}} for key, title in titles.items()],
    )
    stations = [
        Station.objects.create(
            election=election,
            name=f"Station {number}",
            region="Town",
            commission="Town commission",
            district=districts[number // 3],
            registered=1000,
            place="School",
        )
        for number in range(1, 5)
    ]
    group = space()
    group.write(Running(name), title="Reservoir council")
    group.open_watch(name, last_day=today + 2, until_day=today + 100)
    return World(space, election, contest, stations)
