# SPDX-License-Identifier: AGPL-3.0-or-later
"""Do what the headquarters does; each act is one named function.

The reason is sealed first, the act handed to the count second: whatever fails in between, nothing
is done without its reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from hedgerow.engines.tally.layout import MISSING
from hedgerow.rooms.elections.counting import (
    AS_RULED,
    ON_FIGURE,
    ON_SHEET,
    SHOWN,
    WITHHELD,
)
from hedgerow.rooms.elections.headquarters import Headquarters
from hedgerow.rooms.elections.models import Contest, Station
from hedgerow.rooms.elections.records import Observer, Reason
from hedgerow.rooms.elections.sheets import layout_of
from hedgerow.store.counting import Act, Figure
from hedgerow.store.watching import IssuedCode

#: How much of a code is held back, by the name of the act.
LET: Final = "let"
LEVELS: Final = {LET: 0, "hold-votes": 1, "hold": 2}
SHOWING: Final = {"show": SHOWN, "withhold": WITHHELD, "rule": AS_RULED}
MOST_CARDS: Final = 100


def draw_cards(headquarters: Headquarters, stations: Sequence[int]) -> list[IssuedCode]:
    """Draw a code for each of some stations; 0 stands for a card without a station yet."""
    return headquarters.space.draw_codes(headquarters.election.address, stations)


@dataclass(frozen=True, slots=True)
class _About:
    """Say what an act is about: a station's sheet, or a code."""

    title: str
    station: int = 0
    code: int = 0


def _of(station: Station) -> _About:
    """Say that an act is about a station's sheet."""
    return _About(str(station.name), station=station.pk)


def _explain(
    headquarters: Headquarters, about: _About, *, act: str, text: str, detail: str = ""
) -> None:
    """Keep the reason of an act, for the group alone."""
    address = str(headquarters.election.address)
    value = Reason(address, about.station, about.code, act, detail, text)
    headquarters.space.write(value, title=about.title)


def explain(headquarters: Headquarters, station: Station, *, act: str, detail: str) -> None:
    """Keep that somebody did what needs no reason."""
    _explain(headquarters, _of(station), act=act, text="", detail=detail)


def _put(
    headquarters: Headquarters,
    act: Act,
    values: Sequence[int],
    *,
    station: int = 0,
    contest: int = 0,
) -> None:
    """Hand an act to the count."""
    figure = Figure(act, 0, station, contest, tuple(values))
    headquarters.space.put_act(headquarters.election.address, figure)


def rule_figure(
    headquarters: Headquarters,
    contest: Contest,
    station: Station,
    *,
    column: str,
    value: int | None,
    text: str,
) -> None:
    """Rule what a figure is, or that it cannot be known."""
    said = "?" if value is None else str(value)
    _explain(headquarters, _of(station), act="figure", text=text, detail=f"{column} = {said}")
    place = layout_of(contest).columns.index(column)
    figure = MISSING if value is None else value
    values = (ON_FIGURE, place, figure)
    _put(headquarters, Act.RULING, values, station=station.pk, contest=contest.pk)


def rule_sheet(
    headquarters: Headquarters,
    contest: Contest,
    station: Station,
    *,
    is_accepted: bool,
    text: str,
) -> None:
    """Rule whether a sheet counts although a relation is broken."""
    act = "accept" if is_accepted else "refuse"
    _explain(headquarters, _of(station), act=act, text=text)
    values = (ON_SHEET, 0, int(is_accepted))
    _put(headquarters, Act.RULING, values, station=station.pk, contest=contest.pk)


def enter_second(
    headquarters: Headquarters, contest: Contest, station: Station, *, values: Sequence[int]
) -> None:
    """Enter a sheet a second time, from its photograph."""
    _put(headquarters, Act.SECOND, values, station=station.pk, contest=contest.pk)


def show_sheet(
    headquarters: Headquarters, contest: Contest, station: Station, *, act: str, text: str
) -> None:
    """Show a sheet by hand, withhold it, or leave it to the rule."""
    _explain(headquarters, _of(station), act=act, text=text)
    values = (SHOWING[act],)
    _put(headquarters, Act.SHOWN, values, station=station.pk, contest=contest.pk)


def hold_code(headquarters: Headquarters, code: int, *, act: str, text: str) -> None:
    """Hold back all that a code reports, its votes only, or nothing of it any more."""
    about = _About(headquarters.name_of(code), code=code)
    _explain(headquarters, about, act=act, text=text)
    _put(headquarters, Act.HELD, (code, LEVELS[act]))


def is_held(headquarters: Headquarters, code: int) -> bool:
    """Tell whether what a code reports is held back, all of it or its votes.

    What was sealed last decides, at once: the count that pages show is some seconds old.
    """
    acts = (one.value.act for one in headquarters.reasons(code=code))
    return next((act for act in acts if act in LEVELS), LET) != LET


def note_observer(
    headquarters: Headquarters,
    code: int,
    *,
    name: str,
    contact: str,
    note: str,
    is_trained: bool,
) -> None:
    """Say who holds a code."""
    value = Observer(headquarters.election.address, code, contact, note, is_trained)
    there = headquarters.observers.get(code)
    if there is None:
        headquarters.space.write(value, title=name)
        return
    entry = there.entry
    headquarters.space.edit(entry.id, value, title=name, base_version=entry.version)


def forget_observer(headquarters: Headquarters, code: int) -> None:
    """Erase who holds a code."""
    there = headquarters.observers.get(code)
    if there is not None:
        headquarters.space.erase(there.entry.id)
