# SPDX-License-Identifier: AGPL-3.0-or-later
"""Put a count into a report's one shape, and write it as JSON and as tables of CSV.

The structures are the schema: docs/count-report.schema.json is made from them. No date stands in
it, so that the same data, version and seed make the same bytes.
"""

import csv
import io
import math
from collections.abc import Sequence
from typing import Any, Literal

import msgspec
import numpy as np

FORMAT: Literal[1] = 1
Cell = str | int | float | bool | None
Kind = Literal[
    "check", "parallel count", "comparison", "sample", "quick count", "remote votes", "announced"
]


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Name a file that the report depends on.

    Args:
        role: What it was read as.
        file: Its name, without its folder.
        sha256: Of its bytes.
    """

    role: str
    file: str
    sha256: str


class Fact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Hold one figure of the summary.

    Args:
        name: What it is.
        value: The figure; null where there is none.
        unit: Of the figure.
        low: Lower end of its interval or bounds, if it has any.
        high: Upper end.
        note: What the interval is, or why there is none.
    """

    name: str
    value: Cell
    unit: str = ""
    low: float | None = None
    high: float | None = None
    note: str = ""


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Hold a table, which is also written as NAME.csv.

    Args:
        name: Of the file.
        title: What people read above it.
        note: What they must know about it.
        columns: Heads.
        rows: As wide as the heads.
    """

    name: str
    title: str
    note: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


class Report(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Hold a whole report.

    Args:
        format: Of this shape.
        kind: What was done.
        title: Of the election.
        version: Of this program.
        seed: Of all chance; empty where there was none.
        command: What makes the same report again.
        sources: Everything that was read.
        limits: What the figures cannot say.
        facts: The summary.
        tables: Everything else.
    """

    format: Literal[1]
    kind: Kind
    title: str
    version: str
    seed: str
    command: str
    sources: tuple[Source, ...]
    limits: tuple[str, ...]
    facts: tuple[Fact, ...]
    tables: tuple[Table, ...]


class Findings(msgspec.Struct, frozen=True):
    """Hold what one part of a count has to say."""

    facts: tuple[Fact, ...] = ()
    tables: tuple[Table, ...] = ()
    limits: tuple[str, ...] = ()


def table(
    name: str, title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], *, note: str = ""
) -> Table:
    """Make a table out of values of any plain or numpy kind."""
    plain = tuple(tuple(plain_cell(one) for one in row) for row in rows)
    return Table(name=name, title=title, note=note, columns=tuple(columns), rows=plain)


def plain_cell(value: Any) -> Cell:
    """Turn a value of numpy into a plain one, and what is no number into nothing."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if value is None or isinstance(value, bool | int) else str(value)


def put_together(parts: Sequence[Findings]) -> Findings:
    """Join what several parts have to say; what several say alike is said once."""
    limits = dict.fromkeys(limit for part in parts for limit in part.limits)
    return Findings(
        facts=tuple(fact for part in parts for fact in part.facts),
        tables=tuple(one for part in parts for one in part.tables),
        limits=tuple(limits),
    )


def as_json(report: Report) -> bytes:
    """Write a report as JSON that people can read too."""
    return msgspec.json.format(msgspec.json.encode(report), indent=1) + b"\n"


def from_json(data: bytes) -> Report:
    """Read a report back.

    Raises:
        msgspec.ValidationError: It is not of this format.
    """
    return msgspec.json.decode(data, type=Report)


def schema() -> bytes:
    """Return the JSON Schema of a report."""
    return msgspec.json.format(msgspec.json.encode(msgspec.json.schema(Report)), indent=1) + b"\n"


def as_csv(one: Table) -> str:
    """Write a table as CSV."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(one.columns)
    writer.writerows(one.rows)
    return buffer.getvalue()
