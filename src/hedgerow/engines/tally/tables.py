# SPDX-License-Identifier: AGPL-3.0-or-later
"""Turn a table of sheets into numbered columns, or refuse it with line and column."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Final

import numpy as np
import polars as pl

from hedgerow.engines.tally.checks import BROKEN, check_sheets
from hedgerow.engines.tally.forms import Form
from hedgerow.engines.tally.frame import Frame
from hedgerow.engines.tally.layout import LARGEST, MISSING, Flags, Ints, Layout, Values
from hedgerow.engines.tally.sheetmap import SheetMap
from hedgerow.kernel.errors import BadInput

# The heading is line 1.
_FIRST_LINE: Final = 2
_WHOLE_NUMBER: Final = "a whole number in the digits 0 to 9, or nothing"
# Single sheets may be defective; a relation broken by more of them means another thing.
SWAPPED_SHARE: Final = 0.02
_FEW: Final = 2
_NUMBERED: Final = ("version", "minute", "quarantine")


@dataclass(frozen=True, eq=False, kw_only=True)
class SheetTable:
    """Hold sheets in the order of their file.

    Args:
        layout: Which column of `values` holds what.
        station: Name of the station of each sheet.
        values: (sheets, columns) int32, MISSING where the field is empty.
        groups: Kind of group → label of each sheet.
        source: Who sent each sheet; empty where the file does not say.
        numbered: "version", "minute" and "quarantine" where the file says them, int64.
        lines: (sheets,) int64, line of each sheet in the file.
        remote_over: Stations with more registered voters are electronic.
    """

    layout: Layout
    station: tuple[str, ...]
    values: Values
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    source: tuple[str, ...]
    numbered: Mapping[str, Ints]
    lines: Ints
    remote_over: int = 0

    def frame(self) -> Frame:
        """Take the sheets as the list of stations, one row each.

        Raises:
            BadInput: "tally.swapped", "tally.station_twice" or "tally.no_voters" with the line.
        """
        _refuse_swapped(self)
        return Frame.of(
            self.station,
            self.layout.role(self.values, of="registered"),
            groups=self.groups,
            remote_over=self.remote_over,
            lines=self.lines,
        )


def sheets_of(table: pl.DataFrame, *, sheet_map: SheetMap, form: Form) -> SheetTable:
    """Read a table by its mapping.

    Args:
        table: All fields as texts, or numbers.
        sheet_map: Which columns hold what.
        form: The form that the mapping names.

    Raises:
        BadInput: "reading.column_missing", "reading.not_a_number", "tally.impossible",
            "sheetmap.unknown_line", "layout.options" or "layout.parts".
    """
    parts = {option: tuple(named) for option, named in sheet_map.parts.items()}
    layout = Layout.of(form, tuple(sheet_map.options), parts)
    _refuse_unknown_lines(sheet_map, form)
    wanted = [*sheet_map.texts, *sheet_map.numbers, *sheet_map.report.values()]
    _refuse_missing(table, wanted)
    table = table.with_row_index("\0line", offset=_FIRST_LINE)
    if sheet_map.drop_empty:
        blank = [pl.col(one).is_null() for one in sheet_map.numbers]
        table = table.filter(~pl.all_horizontal(blank))
    lines = table["\0line"].cast(pl.Int64).to_numpy()
    values = _values(table, sheet_map, layout=layout, lines=lines)
    report = sheet_map.report
    source = _joined(table, (report["source"],)) if "source" in report else ("",) * len(lines)
    return SheetTable(
        layout=layout,
        station=_joined(table, sheet_map.station),
        values=values,
        groups={kind: _joined(table, given) for kind, given in sheet_map.groups.items()},
        source=source,
        numbered={one: _counts(table, (report[one],), lines) for one in _NUMBERED if one in report},
        lines=lines,
        remote_over=sheet_map.remote_over,
    )


def _refuse_swapped(table: SheetTable) -> None:
    """Refuse official sheets so many of which break a relation that columns were swapped."""
    checked = check_sheets(table.layout, table.values)
    for check, state in zip(checked.checks, checked.states, strict=True):
        bad = np.flatnonzero(state == BROKEN)
        if check.kind == "hard" and bad.size > max(_FEW, SWAPPED_SHARE * len(state)):
            line = int(table.lines[bad[0]])
            raise BadInput("tally.swapped", line=line, rule=check.rule, rows=bad.size)


def _values(table: pl.DataFrame, sheet_map: SheetMap, *, layout: Layout, lines: Ints) -> Values:
    """Gather the columns of the layout."""
    named = dict(sheet_map.lines)
    named |= {f"option: {one}": (column,) for one, column in sheet_map.options.items()}
    for option, parts in sheet_map.parts.items():
        named |= {f"part: {option} / {name}": (column,) for name, column in parts.items()}
    values = np.full((len(lines), len(layout.columns)), MISSING, np.int32)
    for place, name in enumerate(layout.columns):
        if name in named:
            values[:, place] = _counts(table, named[name], lines)
    return values


def _counts(table: pl.DataFrame, columns: tuple[str, ...], lines: Ints) -> Ints:
    """Add the columns of one line up; MISSING where one of them is empty."""
    parts = [_numbers(table[one], lines) for one in columns]
    total = np.sum([one for one, _ in parts], axis=0)
    lacks = np.any([empty for _, empty in parts], axis=0)
    bad = np.flatnonzero(~lacks & ((total < 0) | (total > LARGEST)))
    if bad.size:
        raise BadInput(
            "tally.impossible",
            line=int(lines[bad[0]]),
            column=" + ".join(columns),
            value=int(total[bad[0]]),
        )
    found: Ints = np.where(lacks, MISSING, total)
    return found


def _refuse_unknown_lines(sheet_map: SheetMap, form: Form) -> None:
    """Refuse a mapping of a line that the form does not have."""
    known = [one.id for one in form.lines]
    for line in sheet_map.lines:
        if line not in known:
            raise BadInput("sheetmap.unknown_line", line=line, known=", ".join(known))


def _refuse_missing(table: pl.DataFrame, wanted: list[str]) -> None:
    """Refuse a table that lacks a column, and name a similar one that it has."""
    for column in wanted:
        if column not in table.columns:
            near = get_close_matches(column, table.columns, n=1)
            raise BadInput("reading.column_missing", column=column, near=near[0] if near else "-")


def _joined(table: pl.DataFrame, columns: tuple[str, ...]) -> tuple[str, ...]:
    """Join several columns of names into one."""
    parts = [pl.col(one).cast(pl.String).str.strip_chars() for one in columns]
    joined = table.select(pl.concat_str(parts, separator=", ", ignore_nulls=True)).to_series()
    return tuple(joined.to_list())


def _numbers(column: pl.Series, lines: Ints) -> tuple[Ints, Flags]:
    """Read a column as whole numbers, and tell where nothing stands."""
    texts = column.cast(pl.String).str.strip_chars()
    empty = texts.is_null() | (texts == "").fill_null(value=True)
    whole = texts.cast(pl.Int64, strict=False)
    bad = (whole.is_null() & ~empty).arg_true()
    if len(bad):
        at = int(bad[0])
        _refuse_number(column.name, line=int(lines[at]), found=str(column[at]))
    return whole.fill_null(0).to_numpy(), empty.to_numpy()


def _refuse_number(column: str, *, line: int, found: str) -> None:
    """Refuse what is no number, and name the first letter that looks like a digit."""
    strange = [one for one in found if not one.isascii()]
    letter = unicodedata.name(strange[0], "a character without a name") if strange else "-"
    raise BadInput(
        "reading.not_a_number",
        line=line,
        column=column,
        found=found,
        letter=letter,
        expected=_WHOLE_NUMBER,
    )
