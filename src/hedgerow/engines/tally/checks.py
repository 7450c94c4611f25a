# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check sheets against the relations of their form, all rows at once.

A relation one of whose lines lacks is unknown, which is neither broken nor fulfilled.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hedgerow.engines.tally.forms import Check
from hedgerow.engines.tally.layout import BLOCK, MISSING, Flags, Ints, Layout, Values

HOLDS: Final = 0
BROKEN: Final = 1
UNKNOWN: Final = 2
_SPREAD: Final = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, eq=False)
class Checked:
    """Hold what the checks say of each sheet.

    Args:
        checks: In the order of the rows of `states`.
        states: (checks, sheets) int8: HOLDS, BROKEN or UNKNOWN.
        gaps: (checks, sheets) int64: left less right; 0 where unknown.
    """

    checks: tuple[Check, ...]
    states: NDArray[np.int8]
    gaps: Ints

    @cached_property
    def broken_hard(self) -> Flags:
        """Tell which sheets break a relation that must hold: (sheets,)."""
        return self._any("hard", BROKEN)

    @cached_property
    def broken_soft(self) -> Flags:
        """Tell which sheets somebody should look at: (sheets,)."""
        return self._any("soft", BROKEN)

    @cached_property
    def unchecked(self) -> Flags:
        """Tell of which sheets a hard relation cannot be checked: (sheets,)."""
        return self._any("hard", UNKNOWN)

    def broken(self, sheet: int) -> list[tuple[Check, int]]:
        """List what a sheet breaks, each with its gap."""
        return [
            (check, int(self.gaps[at, sheet]))
            for at, check in enumerate(self.checks)
            if self.states[at, sheet] == BROKEN
        ]

    def _any(self, kind: str, state: int) -> Flags:
        """Tell which sheets have a check of one kind in one state."""
        wanted = [at for at, one in enumerate(self.checks) if one.kind == kind]
        found: Flags = (self.states[wanted] == state).any(axis=0)
        return found


def check_sheets(layout: Layout, values: Values) -> Checked:
    """Check all sheets.

    Args:
        layout: Which column holds what.
        values: (sheets, columns) int32, MISSING where nothing was said.
    """
    checks = layout.checks
    states = np.zeros((len(checks), len(values)), np.int8)
    gaps = np.zeros((len(checks), len(values)), np.int64)
    weights = [layout.coefficients(check.relation.gap) for check in checks]
    for start in range(0, len(values), BLOCK):
        block = slice(start, start + BLOCK)
        columns = np.ascontiguousarray(values[block].T)
        for at, check in enumerate(checks):
            gap, lacks = _gap(columns, weights[at], check.relation.gap.constant)
            broken = {"=": gap != 0, ">=": gap < 0, "<=": gap > 0}[check.relation.sign]
            states[at, block] = np.where(lacks, UNKNOWN, broken)
            gaps[at, block] = np.where(lacks, 0, gap)
    return Checked(checks, states, gaps)


def copied_rows(values: Values, *, fewest: int = 3) -> Flags:
    """Tell which whole sheets stand there more than once, number for number: (sheets,).

    Args:
        values: (sheets, columns) int32.
        fewest: Different counts above 0 that a sheet must have, so that empty and tiny ones,
            which are alike by chance, are left out.
    """
    # Rows are brought together by a sum that hardly two different ones share, then compared.
    factors = _SPREAD ** np.arange(1, values.shape[1] + 1, dtype=np.uint64)
    order = np.argsort(values.astype(np.uint64) @ factors, kind="stable")
    is_next = (values[order[1:]] == values[order[:-1]]).all(axis=1)
    found = np.zeros(len(values), np.bool_)
    found[order[1:]] |= is_next
    found[order[:-1]] |= is_next
    ordered = np.sort(values[found], axis=1)
    steps = np.diff(ordered, axis=1, prepend=0) != 0
    found[found] = (steps & (ordered > 0)).sum(axis=1) >= fewest
    return found


def early_sheets(minutes: Ints, *, closing: Ints | int) -> Flags:
    """Tell which sheets were signed before the station closed: (sheets,); unknown ones are not."""
    found: Flags = (minutes != MISSING) & (minutes < closing)
    return found


def said_of(checked: Checked, *, language: str, sheets: Iterable[int]) -> list[list[str]]:
    """Say what each of some sheets breaks, with the gap, in one language."""
    return [
        [f"{check.title[language]} ({gap:+d})" for check, gap in checked.broken(sheet)]
        for sheet in sheets
    ]


def _gap(columns: Values, weights: Ints, constant: int) -> tuple[Ints, Flags]:
    """Return left less right of columns lying side by side, and where one of them lacks."""
    total = np.full(columns.shape[1], constant, np.int64)
    lacks = np.zeros(columns.shape[1], np.bool_)
    for column in np.flatnonzero(weights).tolist():
        total += weights[column] * columns[column]
        lacks |= columns[column] == MISSING
    return total, lacks
