# SPDX-License-Identifier: AGPL-3.0-or-later
"""Make one checked protocol of all reports about a station: the upper of two layers.

The rules:

- A figure is taken where all newest reports that give it agree. Where they differ, it is a
  conflict: no figure is taken, and what each observer said stays to be seen.
- An operator may rule what a figure is. The ruling is recorded with its reason, the conflict
  stays marked, and a later ruling on the same figure replaces the earlier one.
- A protocol counts when every vote and all that makes up its ballots is known, and it breaks no
  hard relation. One that breaks a relation counts only if an operator accepted it, and the count
  says how many such there are.
- The order in which reports come makes no difference.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hedgerow.engines.tally.checks import Checked, check_sheets
from hedgerow.engines.tally.layout import BLOCK, LARGEST, MISSING, Flags, Ints, Layout, Values
from hedgerow.engines.tally.reports import (
    ALL_HELD,
    NOTHING_HELD,
    VOTES_HELD,
    Reports,
    newest,
    newest_places,
)
from hedgerow.kernel.errors import BadInput

# What is known of one figure of a station.
ABSENT: Final = 0
SINGLE: Final = 1
AGREED: Final = 2
CONFLICT: Final = 3

# What becomes of a station's protocol; the names stand in reports.
STANDINGS: Final = (
    "no report",
    "held back",
    "conflict",
    "incomplete",
    "relation broken",
    "accepted",
    "counted",
)
NO_REPORT, HELD_BACK, IN_CONFLICT, INCOMPLETE, RELATION_BROKEN, ACCEPTED, COUNTED = range(7)


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """Record what an operator ruled of one station.

    Args:
        number: Of two rulings on the same matter, the one with the higher number is in force.
        station: Number in the frame.
        column: Whose figure is ruled; None: whether the protocol counts although it breaks a
            relation.
        value: The figure, or None where it cannot be known; for a protocol 1 or 0.
        by: Who ruled.
        reason: Why.
    """

    number: int
    station: int
    column: str | None
    value: int | None
    by: str
    reason: str


@dataclass(frozen=True, eq=False, kw_only=True)
class Protocols:
    """Hold one protocol for each station of the frame.

    Args:
        layout: Which column holds what.
        values: (stations, columns) int32, MISSING where not known or in conflict.
        cells: (stations, columns) uint8: ABSENT, SINGLE, AGREED or CONFLICT, before rulings.
        is_ruled: (stations, columns) figures that an operator ruled.
        is_accepted: (stations,) protocols that count although they break a relation.
        observers: (stations,) how many observers sent something that is not held back.
        held: (stations,) how many have something held back.
        minute: (stations,) when the first report came, LARGEST where none did.
        rulings: In force.
        checked: What the relations say of the values.
    """

    layout: Layout
    values: Values
    cells: NDArray[np.uint8]
    is_ruled: Flags
    is_accepted: Flags
    observers: Ints
    held: Ints
    minute: Ints
    rulings: tuple[Ruling, ...]
    checked: Checked

    def __len__(self) -> int:
        """Count the stations."""
        return len(self.values)

    @cached_property
    def standing(self) -> NDArray[np.int8]:
        """Tell what becomes of each protocol: (stations,) place in STANDINGS."""
        open_conflict = (self.cells == CONFLICT) & ~self.is_ruled
        needed = _needed(self.layout)
        votes = self.layout.votes
        no_votes = (self.values[:, votes] == MISSING) & (self.cells[:, votes] == ABSENT)
        broken = self.checked.broken_hard
        standing = np.select(
            [
                no_votes.all(axis=1) & (self.held > 0),
                (self.observers == 0) & ~self.is_ruled.any(axis=1),
                open_conflict[:, needed].any(axis=1),
                (self.values[:, needed] == MISSING).any(axis=1),
                broken & ~self.is_accepted,
                broken,
            ],
            [HELD_BACK, NO_REPORT, IN_CONFLICT, INCOMPLETE, RELATION_BROKEN, ACCEPTED],
            COUNTED,
        )
        return standing.astype(np.int8)

    @property
    def counts(self) -> Flags:
        """Tell which protocols are counted: (stations,)."""
        return self.standing >= ACCEPTED


def protocols_of(
    reports: Reports, *, layout: Layout, stations: int, rulings: Sequence[Ruling] = ()
) -> Protocols:
    """Make the protocols.

    Args:
        reports: All that ever came, in any order.
        layout: Which column of their values holds what.
        stations: How many stations the frame has.
        rulings: All that were ever made, in any order.

    Raises:
        BadInput: "tally.wrong_report" for a report of a station beyond the frame, or
            "tally.wrong_ruling".
    """
    beyond = np.flatnonzero(reports["station"] >= stations)
    if beyond.size:
        station = int(reports["station"][beyond[0]])
        line = int(beyond[0]) + 1
        raise BadInput("tally.wrong_report", line=line, column="station", value=station)
    places = newest_places(reports)
    values, cells = _merged(reports, places, layout=layout, stations=stations)
    is_ruled = np.zeros(values.shape, np.bool_)
    is_accepted = np.zeros(stations, np.bool_)
    in_force = _in_force(rulings, layout=layout, stations=stations)
    for one in in_force:
        if one.column is None:
            is_accepted[one.station] = one.value == 1
        else:
            column = layout.columns.index(one.column)
            values[one.station, column] = MISSING if one.value is None else one.value
            is_ruled[one.station, column] = True
    quarantine = reports["quarantine"][places]
    heads = np.stack([reports["station"][places], reports["source"][places]])
    return Protocols(
        layout=layout,
        values=values,
        cells=cells,
        is_ruled=is_ruled,
        is_accepted=is_accepted,
        observers=_observers(heads[:, quarantine != ALL_HELD], stations),
        held=_observers(heads[:, quarantine != NOTHING_HELD], stations),
        minute=_first_minutes(reports, stations),
        rulings=in_force,
        checked=check_sheets(layout, values),
    )


def disagreements(
    reports: Reports, *, protocols: Protocols
) -> dict[int, dict[str, dict[int, tuple[int, ...]]]]:
    """Show what each observer said where they differ.

    Returns:
        Station in conflict → column → number of the observer → figures of the newest version,
        mostly one.
    """
    layout = protocols.layout
    is_differing = protocols.cells == CONFLICT
    current = newest(reports[is_differing.any(axis=1)[reports["station"]]])
    figures = _usable(current, layout)
    said: dict[int, dict[str, dict[int, set[int]]]] = {}
    for row, column in np.argwhere(
        is_differing[current["station"]] & (figures != MISSING)
    ).tolist():
        station, source = int(current["station"][row]), int(current["source"][row])
        voices = said.setdefault(station, {}).setdefault(layout.columns[column], {})
        voices.setdefault(source, set()).add(int(figures[row, column]))
    return {
        station: {
            column: {source: tuple(sorted(one)) for source, one in voices.items()}
            for column, voices in differing.items()
        }
        for station, differing in said.items()
    }


def _needed(layout: Layout) -> Ints:
    """List the columns without which a protocol cannot be counted."""
    is_needed = layout.coefficients(layout.form.roles["ballots"]) != 0
    is_needed[layout.votes] = True
    return np.flatnonzero(is_needed)


def _usable(current: Reports, layout: Layout) -> Values:
    """Return the figures of reports without those that are held back."""
    figures: Values = current["values"].copy()
    figures[current["quarantine"] == ALL_HELD] = MISSING
    votes_held = np.flatnonzero(current["quarantine"] == VOTES_HELD)
    figures[votes_held, layout.choices] = MISSING
    return figures


def _merged(
    reports: Reports, places: Ints, *, layout: Layout, stations: int
) -> tuple[Values, NDArray[np.uint8]]:
    """Merge the newest reports of each station: figures and what is known of each.

    The work goes block by block, so that it stays in the processor's cache in any election.
    """
    values = np.full((stations, len(layout.columns)), MISSING, np.int32)
    cells = np.zeros((stations, len(layout.columns)), np.uint8)
    firsts = np.arange(0, stations + BLOCK, BLOCK)
    ends = np.searchsorted(reports["station"][places], firsts)
    for start, end in pairwise(ends.tolist()):
        if start < end:
            current = reports[places[start:end]]
            here, block_values, block_cells = _merged_block(current, layout)
            values[here] = block_values
            cells[here] = block_cells
    return values, cells


def _merged_block(
    current: Reports, layout: Layout
) -> tuple[NDArray[np.int32], Values, NDArray[np.uint8]]:
    """Merge sorted reports of some stations; return which, their figures and cells."""
    figures = _usable(current, layout)
    station, source = current["station"], current["source"]
    new_station = np.concatenate([[True], station[1:] != station[:-1]])
    new_source = new_station | np.concatenate([[True], source[1:] != source[:-1]])
    starts = np.flatnonzero(new_source)
    # Figures are never below zero, so the largest of some that lack is MISSING.
    most = np.maximum.reduceat(figures, starts, axis=0)
    least = np.minimum.reduceat(np.where(figures == MISSING, LARGEST, figures), starts, axis=0)
    starts = np.flatnonzero(new_station[starts])
    voices = np.add.reduceat((most != MISSING).astype(np.int32), starts, axis=0)
    most = np.maximum.reduceat(most, starts, axis=0)
    least = np.minimum.reduceat(least, starts, axis=0)
    differ = (voices > 0) & (least != most)
    merged = np.where(differ, MISSING, most).astype(np.int32)
    known = np.where(differ, CONFLICT, np.minimum(voices, AGREED)).astype(np.uint8)
    return station[new_station], merged, known


def _observers(heads: NDArray[np.int32], stations: int) -> Ints:
    """Count the observers of each station, each once; heads are stations and observers."""
    is_new = np.ones(heads.shape[1], np.bool_)
    is_new[1:] = (heads[:, 1:] != heads[:, :-1]).any(axis=0)
    return np.bincount(heads[0, is_new], minlength=stations).astype(np.int64)


def _first_minutes(reports: Reports, stations: int) -> Ints:
    """Return when the first report about each station came, superseded versions too."""
    minutes = np.full(stations, LARGEST, np.int64)
    when = reports["minute"].astype(np.int64)
    is_known = when != MISSING
    np.minimum.at(minutes, reports["station"][is_known], when[is_known])
    return minutes


def _in_force(rulings: Sequence[Ruling], *, layout: Layout, stations: int) -> tuple[Ruling, ...]:
    """Keep the last ruling on each matter, by number."""
    last: dict[tuple[int, str | None], Ruling] = {}
    for one in sorted(rulings, key=lambda ruling: ruling.number):
        is_figure = one.value is None or MISSING < one.value <= LARGEST
        is_right = is_figure if one.column in layout.columns else one.value in (0, 1)
        is_known = one.column is None or one.column in layout.columns
        if not (is_right and is_known and 0 <= one.station < stations):
            raise BadInput("tally.wrong_ruling", number=one.number)
        last[one.station, one.column] = one
    return tuple(last[key] for key in sorted(last, key=lambda key: (key[0], key[1] or "")))
