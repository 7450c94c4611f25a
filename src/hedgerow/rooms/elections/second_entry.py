# SPDX-License-Identifier: AGPL-3.0-or-later
"""Let another person type a sheet from its photograph, without having seen what was sent.

Who typed is sealed first, with the photographs that were shown; the figures are handed to the
count second. Who looks at the figures says so before, and does not type that sheet.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from hedgerow.kernel.errors import BadInput, Damaged, NotFound
from hedgerow.rooms.elections import headquarters as seen
from hedgerow.rooms.elections import photographs
from hedgerow.rooms.elections.headquarters import Headquarters
from hedgerow.rooms.elections.models import Contest, Station
from hedgerow.rooms.elections.reports import SheetReport
from hedgerow.rooms.elections.rulings import enter_second, explain
from hedgerow.store import formtokens
from hedgerow.store.formtokens import State

#: What the record says of somebody who typed a sheet, or looked at what was sent.
TYPED, LOOKED = "second", "looked"
#: Why somebody may not type a sheet: it is theirs, they typed it, they looked at the figures.
OWN: Final = "own"
MOST_SHOWN: Final = 4


@dataclass(frozen=True, slots=True)
class SheetPhotograph:
    """Say where a photograph of a sheet lies: code, message, and place among its files."""

    code: int
    number: int
    index: int


def photographs_of(
    headquarters: Headquarters, contest: Contest, station: Station
) -> list[SheetPhotograph]:
    """Return the photographs that came with a sheet of a station, the newest first."""
    side = headquarters.side(contest)
    codes = [one.code for one in seen.voices(side, station.pk) if one.code] if side else []
    found: list[tuple[int, SheetPhotograph]] = []
    for code in codes:
        for letter in headquarters.space.observer(headquarters.election.address, code).messages():
            sheet = letter.value
            if isinstance(sheet, SheetReport) and _is_of(sheet, contest, station):
                found += [
                    (letter.minute, SheetPhotograph(code, letter.number, index))
                    for index in range(len(letter.files))
                ]
    return [one for _minute, one in sorted(found, key=lambda pair: -pair[0])]


def _is_of(sheet: SheetReport, contest: Contest, station: Station) -> bool:
    """Tell whether a report is about a contest at a station."""
    return (sheet.contest, sheet.station) == (contest.pk, station.pk)


def shown_of(
    headquarters: Headquarters, contest: Contest, station: Station
) -> list[SheetPhotograph]:
    """Return the newest photographs of a sheet that can be shown; one that is none is left out."""
    found: list[SheetPhotograph] = []
    for one in photographs_of(headquarters, contest, station):
        if len(found) < MOST_SHOWN and _is_readable(headquarters, one):
            found.append(one)
    return found


def _is_readable(headquarters: Headquarters, one: SheetPhotograph) -> bool:
    """Tell whether a photograph can be drawn anew."""
    side = headquarters.space.observer(headquarters.election.address, one.code)
    try:
        photographs.upright(photographs.whole(side.file(one.number, one.index)))
    except (BadInput, Damaged, NotFound):
        return False
    return True


def hindrance(
    headquarters: Headquarters, contest: Contest, station: Station, *, own_code: int
) -> str:
    """Return why a member may not type a sheet, or nothing.

    Args:
        headquarters: As the member sees it.
        contest: Whose sheet it is.
        station: Of which station.
        own_code: Number of the card whose words this browser knows, 0 for none.

    Returns:
        OWN, TYPED, LOOKED or "".
    """
    me = next(one for one in headquarters.space.members() if one.is_me)
    side = headquarters.side(contest)
    codes = {one.code for one in seen.voices(side, station.pk)} - {0} if side else set()
    names = {headquarters.name_of(code).strip().casefold() for code in codes} - {""}
    if own_code in codes or me.name.strip().casefold() in names:
        return OWN
    done = {
        one.value.act
        for one in headquarters.reasons(station=station.pk)
        if one.entry.author_id == me.id and one.value.detail == contest.key
    }
    return next((act for act in (TYPED, LOOKED) if act in done), "")


def is_veiled(headquarters: Headquarters, contest: Contest, station: Station) -> bool:
    """Tell whether a sheet's figures stay covered until it is typed, or somebody asks for them.

    They do while nobody typed it, there is a photograph of it, and not everybody sees it anyhow.
    """
    side = headquarters.side(contest)
    at = side.place_of(station.pk) if side is not None else None
    if side is None or at is None or side.has_second[at] or side.is_released[at]:
        return False
    if hindrance(headquarters, contest, station, own_code=0) in {TYPED, LOOKED}:
        return False
    return bool(photographs_of(headquarters, contest, station))


def look(headquarters: Headquarters, contest: Contest, station: Station) -> None:
    """Keep that a member looked at what was sent of a sheet."""
    explain(headquarters, station, act=LOOKED, detail=contest.key)


def _name_of_form(
    headquarters: Headquarters,
    contest: Contest,
    station: Station,
    shown: Sequence[SheetPhotograph],
) -> str:
    """Name the form of one member, one sheet, and the photographs that stand beside it."""
    me = next(one for one in headquarters.space.members() if one.is_me)
    places = [f"{one.code}.{one.number}.{one.index}" for one in shown]
    return " ".join(["second", str(me.id), str(contest.pk), str(station.pk), *places])


def token_of(
    headquarters: Headquarters,
    contest: Contest,
    station: Station,
    shown: Sequence[SheetPhotograph],
) -> str:
    """Return what a form carries to say which photographs its page has shown to whom."""
    return formtokens.make_token(_name_of_form(headquarters, contest, station, shown))


def state_of(
    headquarters: Headquarters,
    contest: Contest,
    station: Station,
    shown: Sequence[SheetPhotograph],
    *,
    token: str,
) -> State:
    """Tell whether a form comes from a page that has shown these photographs to this member."""
    return formtokens.state_of(_name_of_form(headquarters, contest, station, shown), token)


def enter(
    headquarters: Headquarters, contest: Contest, station: Station, *, values: Sequence[int]
) -> None:
    """Keep who typed a sheet, and hand its figures to the count."""
    explain(headquarters, station, act=TYPED, detail=contest.key)
    enter_second(headquarters, contest, station, values=values)
