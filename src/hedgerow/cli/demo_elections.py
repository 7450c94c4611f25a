# SPDX-License-Identifier: AGPL-3.0-or-later
"""Let the made-up movement watch a council election, beside the real one of Moscow 2021.

In the made-up one paper ballots lead by more than 10,000, remote votes published afterwards reverse
it, twenty observers hold copies of their stations' sheets, and four of the official ones differ.
Every number comes from one seeded row of random numbers, so that it is the same each time.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from hedgerow.cli.demo_moscow import election_fields, show_moscow
from hedgerow.cli.demo_pictures import sheet_picture
from hedgerow.cli.demo_world.model import Moment
from hedgerow.engines.vault.words import Numbers
from hedgerow.kernel.clock import day_of, minute_now
from hedgerow.rooms.elections import counting, rulings, services
from hedgerow.rooms.elections.headquarters import headquarters_of
from hedgerow.rooms.elections.models import Contest, District, Election, OfficialResult, Station
from hedgerow.rooms.elections.records import HeadquartersMessage
from hedgerow.rooms.elections.reports import EventReport, SheetReport, TurnoutReport
from hedgerow.rooms.elections.sheets import canonical_text, digest_of, layout_of
from hedgerow.rooms.elections.shifts import Shift, set_hours
from hedgerow.store import observers
from hedgerow.store.codes_api import spell_code
from hedgerow.store.counting import Act, Figure
from hedgerow.store.kinds import Value
from hedgerow.store.machine import machine
from hedgerow.store.observers import Device
from hedgerow.store.uploads import SealedUpload, seal_bytes
from hedgerow.store.visit import Space

GROUP: Final = "observers"
COUNCIL: Final = "lypohorsk-council"
DAYS_AGO: Final = 19
_STATIONS: Final = 80
_COPIES: Final = 20
#: Places, among the twenty, of the sheets that were altered, and by how many votes.
_ALTERED: Final = {3: 140, 8: 95, 12: 210, 17: 60}
#: Cards whose holders do not stay all day: first minute of the day, and the one after the last.
_HOURS: Final = {1: (480, 1440), 2: (480, 900)}
_SEED: Final = 2026
_REMOTE_VOTERS: Final = 34_000
_TITLES: Final = {
    "en": {
        "title": "Lypohorsk town council, district 4",
        "about": "One seat. For the first time one can also vote from home, over the network.",
    },
    "ru": {
        "title": "Липогорский городской совет, округ 4",
        "about": "Одно место. Впервые можно голосовать и из дома, через сеть.",
    },
    "uk": {
        "title": "Липогорська міська рада, округ 4",
        "about": "Одне місце. Уперше можна голосувати й з дому, через мережу.",
    },
}
_OPTIONS: Final = (
    ("lysenko", {"en": "Darya Lysenko", "ru": "Дарья Лысенко", "uk": "Дарина Лисенко"}),
    ("grachev", {"en": "Oleg Grachev", "ru": "Олег Грачёв", "uk": "Олег Грачов"}),
    ("against", {"en": "Against all", "ru": "Против всех", "uk": "Проти всіх"}),
)
Plan = tuple[Moment, Callable[[], None]]
SpaceOf = Callable[[], Space]


@dataclass(frozen=True, slots=True)
class _Sheet:
    """Hold what a station's paper says: the true sheet, and what was published."""

    name: str
    registered: int
    true: tuple[int, ...]
    official: tuple[int, ...]
    is_remote: bool = False


def _numbers() -> list[_Sheet]:
    """Draw the sheets of the made-up district: the lines of the plain form, then the options."""
    draw = random.Random(_SEED)  # noqa: S311  # nosec -- made-up numbers
    sheets: list[_Sheet] = []
    for place in range(_STATIONS):
        registered = draw.randint(1_250, 2_300)
        issued = round(registered * draw.uniform(0.33, 0.47))
        invalid = round(issued * draw.uniform(0.006, 0.02))
        valid = issued - invalid
        ours = round(valid * draw.uniform(0.53, 0.64))
        against = round(valid * draw.uniform(0.03, 0.06))
        true = (registered, issued, invalid, valid, ours, valid - ours - against, against)
        moved = _ALTERED.get(place, 0)
        official = (*true[:4], true[4] - moved, true[5] + moved, true[6])
        sheets.append(_Sheet(f"№ {401 + place}", registered, true, official))
    issued = round(_REMOTE_VOTERS * 0.94)
    ours = round(issued * 0.21)
    against = round(issued * 0.02)
    figures = (_REMOTE_VOTERS, issued, 0, issued, ours, issued - ours - against, against)
    sheets.append(_Sheet("№ 8000", _REMOTE_VOTERS, figures, figures, is_remote=True))
    return sheets


@dataclass(slots=True)
class _Story:
    """Hold the made-up election while it is played."""

    sheets: list[_Sheet]
    words: list[Numbers]
    contest: Contest | None = None


def plan(space: SpaceOf) -> Iterator[Plan]:
    """Yield what happens around the two elections, each with its moment.

    Args:
        space: Opens the observers' group as its founder has it.
    """
    story = _Story(_numbers(), [])
    yield Moment(60, 700), lambda: show_moscow(space())
    yield Moment(45, 640), lambda: _set_up(space(), story)
    yield Moment(30, 900), lambda: _draw(space(), story)
    for hour in (10, 12, 15, 18):
        yield Moment(DAYS_AGO, hour * 60 + 8), lambda h=hour: _turnouts(story, h)  # type: ignore[misc]  # a default binds the loop's value
    yield Moment(DAYS_AGO, 14 * 60 + 20), lambda: _happen(story)
    yield Moment(DAYS_AGO, 22 * 60 + 40), lambda: _report(story)
    yield Moment(DAYS_AGO - 1, 9 * 60), lambda: _answer(space())
    yield Moment(DAYS_AGO - 2, 11 * 60), lambda: _publish_official(story)
    yield Moment(0, 10), lambda: counting.tick(is_hurried=True)


def _today() -> date:
    """Return the day that is played."""
    day = day_of(minute_now(machine().clock))
    return datetime.fromtimestamp(day * 86_400, tz=UTC).date()


def _set_up(space: Space, story: _Story) -> None:
    """Open the made-up election with its stations and its ballot paper."""
    day = date.fromordinal(_today().toordinal() + 45 - DAYS_AGO)
    services.open_election(
        space, address=COUNCIL, fields=election_fields(day, _TITLES, rules=["hard"])
    )
    election = Election.objects.get(address=COUNCIL)
    district = District.objects.create(election=election, key="4", title="4", region="Lypohorsk")
    story.contest = Contest.objects.create(
        election=election,
        key="council",
        titles={language: text["title"] for language, text in _TITLES.items()},
        form="plain",
        options=[{"key": key, "titles": titles} for key, titles in _OPTIONS],
        district=district,
    )
    Station.objects.bulk_create(
        Station(
            election=election,
            name=sheet.name,
            region="Lypohorsk",
            commission="Lypohorsk 4",
            district=district,
            registered=sheet.registered,
            is_remote=sheet.is_remote,
        )
        for sheet in story.sheets
    )
    services.begin_watching(space, election, weeks=26)


def _draw(space: Space, story: _Story) -> None:
    """Make a card for each of twenty stations; say who holds some, and who stays how long."""
    headquarters = headquarters_of(space, COUNCIL)
    ids = list(_stations().values())
    issued = rulings.draw_cards(headquarters, ids[:_COPIES])
    story.words = [one.numbers for one in issued]
    for code, name in enumerate(("Рита", "Илья", "Ксения", "Фаина Львовна", "Дарка"), start=1):
        rulings.note_observer(headquarters, code, name=name, contact="", note="", is_trained=True)
    for code, (start, end) in _HOURS.items():
        set_hours(headquarters, code, shifts=[Shift(start, end, ids[code - 1])])


def _stations() -> dict[str, int]:
    """Return the rows of the made-up stations by their names, in their order."""
    found = Station.objects.filter(election_id=COUNCIL).order_by("id")
    return dict(found.values_list("name", "id"))


def _device(words: Numbers) -> Device:
    """Type the words of a card, and make a request with the cookie."""
    cookie, _ = observers.activate(spell_code(words, kind="observer", language="ru"))
    device = observers.device_of(cookie)
    assert device is not None  # noqa: S101  # nosec -- it was drawn for this day
    return device


def _send(
    words: Numbers,
    value: Callable[[bytes, int], Value],
    figure: Callable[[int], Figure],
    *,
    uploads: tuple[SealedUpload, ...] = (),
) -> None:
    """Report something by a card."""
    device = _device(words)
    form = machine().random(16)
    device.submit(
        value(form, device.station),
        figure=figure(device.station),
        is_same=lambda _value: False,
        uploads=uploads,
    )


def _turnouts(story: _Story, hour: int) -> None:
    """Report how many had voted by an hour, at most of the stations."""
    for place, words in enumerate(story.words):
        if (place + hour) % 7 == 0:
            continue
        voted = round(story.sheets[place].true[1] * (hour - 8) / 12)

        def value(form: bytes, station: int, voted: int = voted) -> Value:
            return TurnoutReport(form, station, hour, voted)

        def figure(station: int, voted: int = voted) -> Figure:
            return Figure(Act.TURNOUT, 0, station, 0, (hour, voted))

        _send(words, value, figure)


def _happen(story: _Story) -> None:
    """Say that something happened at one station."""
    text = "Наблюдательницу отсадили за колонну, урны оттуда не видно. Попросила вернуть место."

    def value(form: bytes, station: int) -> Value:
        return EventReport(form, station, "plain", "observer-kept-out", 1, text, "ru")

    def figure(station: int) -> Figure:
        return Figure(Act.EVENT, 0, station, 0, (1,))

    _send(story.words[2], value, figure)


def _report(story: _Story) -> None:
    """Report the twenty sheets, each with a photograph."""
    contest = story.contest
    assert contest is not None  # noqa: S101  # nosec -- set up before
    columns = layout_of(contest).columns
    for place, words in enumerate(story.words):
        sheet = story.sheets[place]
        values = dict(zip(columns, sheet.true, strict=True))
        text = canonical_text(
            election=COUNCIL, contest=contest.key, station=sheet.name, values=values
        )
        picture = sheet_picture(sheet.name, sheet.true)
        upload = seal_bytes(picture, name="sheet.jpg", media_type="image/jpeg")

        def value(
            form: bytes,
            station: int,
            sheet: _Sheet = sheet,
            digest: str = digest_of(text),
            summed: str = upload.note.digest.hex(),
        ) -> Value:
            return SheetReport(
                form,
                station,
                contest.pk,
                list(sheet.true),
                is_confirmed=False,
                digest=digest,
                sums=[summed],
            )

        def figure(station: int, sheet: _Sheet = sheet) -> Figure:
            return Figure(Act.SHEET, 0, station, contest.pk, sheet.true)

        _send(words, value, figure, uploads=(upload,))


def _answer(space: Space) -> None:
    """Write to the observer who was sent behind the column."""
    side = space.observer(COUNCIL, 3)
    side.answer(HeadquartersMessage("Спасибо. Жалоба подана, копию положили в папку участка."))


def _publish_official(story: _Story) -> None:
    """Take in what the commission published, remote votes included."""
    ids, contest = _stations(), story.contest
    assert contest is not None  # noqa: S101  # nosec -- set up before
    columns = layout_of(contest).columns
    OfficialResult.objects.bulk_create(
        OfficialResult(
            contest=contest,
            station_id=ids[sheet.name],
            values=dict(zip(columns, sheet.official, strict=True)),
        )
        for sheet in story.sheets
    )
