# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hold what observers report: the lower of two layers, in which nothing is ever changed.

A later version of the same observer about the same station stands beside the earlier one and
replaces it in the protocol. What is held back (quarantine) stays too; it only stops counting.
"""

from collections.abc import Iterable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from hedgerow.engines.tally.frame import Frame
from hedgerow.engines.tally.layout import LARGEST, MISSING, Ints, Layout
from hedgerow.engines.tally.tables import SheetTable
from hedgerow.kernel.errors import BadInput

Reports = NDArray[np.void]

# How much of a report is held back.
NOTHING_HELD: Final = 0
VOTES_HELD: Final = 1
ALL_HELD: Final = 2
_HEADS: Final = ("station", "source", "version", "minute")
_DIGIT_BITS: Final = 16


def report_dtype(layout: Layout) -> np.dtype[np.void]:
    """Return the type of a report: where, who, which version, when, held back, figures."""
    heads = [(name, "<i4") for name in _HEADS]
    return np.dtype([*heads, ("quarantine", "<i1"), ("values", "<i4", (len(layout.columns),))])


def reports_of(layout: Layout, values: NDArray[np.integer], **heads: Any) -> Reports:
    """Put columns together.

    Args:
        layout: Which column of the values holds what.
        values: (reports, columns), MISSING where nothing was said.
        **heads: `station` (number in the frame), `source` (number of the observer), `version`,
            `minute` (MISSING if unknown) and `quarantine`; what is left out is 0.

    Raises:
        BadInput: "tally.impossible" with the report, counted from 1, and the column;
            "tally.wrong_report" for a head that cannot be.
    """
    rows, columns = np.nonzero((values < MISSING) | (values > LARGEST))
    if rows.size:
        raise BadInput(
            "tally.impossible",
            line=int(rows[0]) + 1,
            column=layout.columns[columns[0]],
            value=int(values[rows[0], columns[0]]),
        )
    reports = np.zeros(len(values), report_dtype(layout))
    reports["values"] = values
    for name, column in heads.items():
        reports[name] = column
    for name in ("station", "source", "version"):
        _refuse_head(name, reports[name], low=0)
    _refuse_head("minute", reports["minute"], low=MISSING)
    _refuse_head("quarantine", reports["quarantine"], low=0, high=ALL_HELD)
    return reports


def reports_in(table: SheetTable, *, frame: Frame) -> tuple[Reports, tuple[str, ...]]:
    """Take a table of reports.

    Returns:
        Reports, and the observers' names by number. Where the table names no observers, each
        line is one of its own.

    Raises:
        BadInput: "layout.options" where the mapping names none, "tally.unknown_station" with the
            line, or as `reports_of`.
    """
    if not table.layout.options:
        raise BadInput("layout.options", form=table.layout.form.id)
    named = [name or f"line {line}" for name, line in zip(table.source, table.lines, strict=True)]
    sources = tuple(sorted(set(named)))
    places = {name: place for place, name in enumerate(sources)}
    heads: dict[str, Any] = {"minute": MISSING, **table.numbered}
    reports = reports_of(
        table.layout,
        table.values,
        station=frame.code_of(table.station, lines=table.lines),
        source=[places[one] for one in named],
        **heads,
    )
    return reports, sources


def held_back(reports: Reports, *, sources: Iterable[int], level: int) -> Reports:
    """Hold back, or let through again, all reports of some observers; others stay as they are."""
    changed = reports.copy()
    changed["quarantine"][np.isin(reports["source"], list(sources))] = level
    return changed


def newest(reports: Reports) -> Reports:
    """Keep the newest version of each observer and station, sorted by station and observer.

    Where somebody sent two different sheets as the same version, both are kept: nobody can say
    which is meant.
    """
    kept: Reports = reports[newest_places(reports)]
    return kept


def newest_places(reports: Reports) -> Ints:
    """Return where the newest versions lie, sorted by station and observer."""
    order = ordered_by(reports["version"], reports["source"], reports["station"])
    is_last = _ends(reports, order)
    # The last of a run has the highest version; others of the run that share it stay too.
    run: Ints = np.cumsum(is_last) - is_last
    highest = reports["version"][order[is_last]]
    found: Ints = order[reports["version"][order] == highest[run]]
    return found


def ordered_by(*keys: NDArray[np.integer]) -> Ints:
    """Sort by several columns of numbers from 0 up, the last one first.

    The sort takes sixteen bits at a time, so that a row costs the same in a heap of any size.
    """
    order = np.arange(len(keys[0]))
    for key in keys:
        whole = key.astype(np.uint64)
        highest = int(whole.max(initial=0))
        for shift in range(0, max(highest.bit_length(), 1), _DIGIT_BITS):
            digit = (whole[order] >> np.uint64(shift)).astype(np.uint16)
            order = order[np.argsort(digit, kind="stable")]
    return order


def _ends(reports: Reports, order: Ints) -> NDArray[np.bool_]:
    """Tell where, in an order, the last report of an observer about a station stands."""
    station, source = reports["station"][order], reports["source"][order]
    is_last = np.ones(len(order), np.bool_)
    is_last[:-1] = (station[1:] != station[:-1]) | (source[1:] != source[:-1])
    return is_last


def _refuse_head(name: str, column: NDArray[np.integer], *, low: int, high: int = LARGEST) -> None:
    """Refuse a head outside of what it can be."""
    bad = np.flatnonzero((column < low) | (column > high))
    if bad.size:
        raise BadInput(
            "tally.wrong_report", line=int(bad[0]) + 1, column=name, value=int(column[bad[0]])
        )
