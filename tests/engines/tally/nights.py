# SPDX-License-Identifier: AGPL-3.0-or-later
"""Make up a night of observers, and reports of it."""

from typing import Any

import numpy as np

from hedgerow.engines.tally.frame import Frame
from hedgerow.engines.tally.protocols import Protocols, Ruling, protocols_of
from hedgerow.engines.tally.report import (
    FORMAT,
    Findings,
    Report,
    Source,
)
from hedgerow.engines.tally.reports import Reports, reports_of
from tests.engines.tally.sheets import made_up, plain

LAYOUT = plain()
SIZE = 12
VALUES = made_up(SIZE)
FRAME = Frame.of(
    [f"station {place}" for place in range(SIZE)],
    VALUES[:, 0].astype(np.int64),
    groups={"town": [f"town {place % 2}" for place in range(SIZE)]},
)


def night() -> tuple[Reports, Protocols]:
    """Make a night of two observers: agreement, a conflict, a broken sheet, rulings."""
    copies = np.concatenate([VALUES[:8], VALUES[:4]])
    copies[9, 4] += 7
    copies[[6, 7], 5] += 1
    rulings = [
        Ruling(number=1, station=6, column=None, value=1, by="Ann", reason="as signed"),
        Ruling(number=2, station=0, column="issued", value=5, by="Ann", reason="<photograph>"),
    ]
    found = reports_of(
        LAYOUT,
        copies,
        station=[*range(8), *range(4)],
        source=[0] * 8 + [1] * 4,
        minute=np.arange(12) * 10,
    )
    return found, protocols_of(found, layout=LAYOUT, stations=SIZE, rulings=rulings)


def report(found: Findings, **changed: Any) -> Report:
    """Put a report together."""
    fields: dict[str, Any] = {
        "format": FORMAT,
        "kind": "comparison",
        "title": "Mayor of <Exampleton>",
        "version": "1",
        "seed": "7",
        "command": "./hedgerow count compare copies.csv official.csv --out REPORT",
        "sources": (Source(role="copies", file="copies.csv", sha256="00"),),
        "limits": found.limits,
        "facts": found.facts,
        "tables": found.tables,
    }
    return Report(**{**fields, **changed})


def facts(found: Findings) -> dict[str, Any]:
    """Return the summary by name."""
    return {one.name: one.value for one in found.facts}


def rows(found: Findings, name: str) -> list[tuple[Any, ...]]:
    """Return the rows of a table."""
    (one,) = [one for one in found.tables if one.name == name]
    assert all(len(row) == len(one.columns) for row in one.rows)
    return list(one.rows)
