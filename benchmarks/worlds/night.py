# SPDX-License-Identifier: AGPL-3.0-or-later
"""Set up a country's election night: stations, observers' devices, and the forms they send."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

NAME: Final = "night"
CONTEST: Final = "lists"
_OPTIONS: Final = 8
_REGIONS: Final = 80
_AT_ONCE: Final = 100
_WEEKS: Final = 26
#: Registered, issued, invalid, valid, and the votes of eight options: every relation holds.
SHEET: Final = (1_900, 900, 12, 888, 400, 300, 100, 50, 20, 10, 5, 3)


@dataclass(frozen=True, slots=True)
class Night:
    """Hold an election night that is ready.

    Attributes:
        cookies: Of devices that are known already.
        stations: Row of the station of each device.
        words: Of codes that nobody has typed yet.
        tokens: Of forms, each to be used once.
    """

    cookies: list[str]
    stations: list[int]
    words: list[str]
    tokens: list[str]


def set_up(space: Any, *, stations: int, devices: int, spare: int, forms: int) -> Night:
    """Set an election of today up, and draw the codes.

    Args:
        space: The group that watches it, as a coordinator has it open.
        stations: How many polling stations there are.
        devices: How many codes were typed on a phone already.
        spare: How many were not.
        forms: How many forms will be sent.
    """
    from hedgerow.rooms.elections import services  # noqa: PLC0415 -- needs Django
    from hedgerow.rooms.elections.models import (  # noqa: PLC0415 -- as above
        Contest,
        Election,
        Station,
    )
    from hedgerow.store import formtokens, observers  # noqa: PLC0415 -- as above

    fields = {
        "day": datetime.now(UTC).date() + timedelta(days=1),
        "opens": 0,
        "closes": 24 * 60,
        "utc_offset": 0,
        "hours": [10, 12, 15, 18],
        "texts": {"en": {"title": "Election night", "about": ""}},
        "rules": ["hard"],
        "is_shown": True,
        "letter_box": "",
    }
    services.open_election(space, address=NAME, fields=fields)
    election = Election.objects.get(address=NAME)
    Contest.objects.create(
        election=election,
        key=CONTEST,
        titles={"en": "Lists"},
        form="plain",
        options=[
            {"key": f"list-{number}", "titles": {"en": f"List {number}"}}
            for number in range(1, _OPTIONS + 1)
        ],
    )
    _add_stations(election, count=stations)
    services.begin_watching(space, election, weeks=_WEEKS)
    words = _draw(space, count=devices + spare)
    cookies = [observers.activate(one)[0] for one in words[:devices]]
    tokens = [formtokens.make_token("observe:") for _ in range(forms)]
    ids = list(Station.objects.order_by("id").values_list("id", flat=True)[:devices])
    return Night(cookies, ids, words[devices:], tokens)


def _add_stations(election: Any, *, count: int) -> None:
    """Write the stations, in eighty regions."""
    from hedgerow.rooms.elections.models import Station  # noqa: PLC0415 -- needs Django

    Station.objects.bulk_create(
        (
            Station(
                election=election,
                name=f"Station {number}",
                region=f"Region {number % _REGIONS}",
                commission=f"Commission {number % (_REGIONS * 10)}",
                registered=SHEET[0],
            )
            for number in range(count)
        ),
        batch_size=2_000,
    )


def _draw(space: Any, *, count: int) -> list[str]:
    """Draw codes for the first stations; return their words as typed."""
    from hedgerow.rooms.elections.models import Station  # noqa: PLC0415 -- needs Django
    from hedgerow.store.codes_api import spell_code  # noqa: PLC0415 -- as above

    ids = list(Station.objects.order_by("id").values_list("id", flat=True)[:count])
    words: list[str] = []
    for start in range(0, count, _AT_ONCE):
        drawn = space.draw_codes(NAME, ids[start : start + _AT_ONCE])
        words += [spell_code(one.numbers, kind="observer", language="en") for one in drawn]
    return words


def load_figures(*, codes: int, each: int) -> None:
    """Write figures of many codes straight into the store, as if they had come in before.

    Args:
        codes: Their numbers begin at 1; the newest version of each is a sheet of its station.
        each: How many figures each code has besides the one that places it.
    """
    from hedgerow.rooms.elections.models import Contest, Station  # noqa: PLC0415 -- needs Django
    from hedgerow.store import counting  # noqa: PLC0415 -- as above
    from hedgerow.store.counting import Act, Counted, Figure  # noqa: PLC0415 -- as above
    from hedgerow.store.writing import Transaction, in_writing  # noqa: PLC0415 -- as above

    part = counting.part_of(NAME)
    assert part is not None
    contest = Contest.objects.get(election_id=NAME).pk
    ids = list(Station.objects.order_by("id").values_list("id", flat=True)[:codes])

    def write(tx: Transaction, numbers: Sequence[int]) -> None:
        for number in numbers:
            station = ids[number - 1]
            placed = Figure(Act.PLACED, 1, station, 0, ())
            counting.put(tx, NAME, Counted(number, 0, placed), until=part.until)
            for version in range(1, each + 1):
                is_sheet = version == each
                figure = (
                    Figure(Act.SHEET, version, station, contest, SHEET)
                    if is_sheet
                    else Figure(Act.TURNOUT, version, station, 0, (9 + version, 100 * version))
                )
                counting.put(tx, NAME, Counted(number, version, figure), until=part.until)

    first = part.codes + 1
    for start in range(first, codes + 1, _AT_ONCE):
        numbers = range(start, min(start + _AT_ONCE, codes + 1))
        in_writing(lambda tx, some=numbers: write(tx, some))  # type: ignore[misc]  # a default binds the loop's value

    def finish(tx: Transaction) -> None:
        counting.put_part(tx, NAME, part._replace(codes=max(codes, part.codes)))

    in_writing(finish)
    _forget_notes()


def _forget_notes() -> None:
    """Forget that figures arrived: a machine that was off has no notes in memory."""
    from hedgerow.store.machine import machine  # noqa: PLC0415 -- needs Django

    ephemeral = machine().ephemeral
    while notes := ephemeral.arrivals(most=10_000):
        ephemeral.forget_arrivals(number for number, _, _ in notes)


def photograph() -> bytes:
    """Return a small photograph, such as a phone sends over a bad line."""
    from PIL import Image  # noqa: PLC0415 -- only here

    out = io.BytesIO()
    Image.effect_noise((320, 240), 60).save(out, "JPEG", quality=40)
    return out.getvalue()
