# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hold the database against the column manifest, as somebody who has seized it would."""

import sqlite3
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hedgerow.site.harness import columns

_BYTE_VALUES: Final = 256
_FEWEST_BYTES: Final = 64 * 1024
#: Of chi squared with 255 degrees of freedom: mean 255, deviation about 22.6; six of them.
_MOST_CHI_SQUARED: Final = 255 + 6 * 22.6
_LEAST_PACKED: Final = 0.999
_ID_BITS: Final = 62
_FEWEST_IDS: Final = 200
_MOST_DEVIATIONS: Final = 6


@dataclass(frozen=True, slots=True)
class Seized:
    """Be a database that was found on a disk, opened for reading.

    Attributes:
        path: Of the file; its log beside it is read with it.
    """

    path: Path

    def rows(self, statement: str) -> list[tuple[object, ...]]:
        """Return what a SELECT finds."""
        connection = sqlite3.connect(self.path)
        try:
            return connection.execute(statement).fetchall()
        finally:
            connection.close()

    def tables(self) -> list[str]:
        """Return the names of all tables."""
        found = self.rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        return [str(row[0]) for row in found]

    def columns(self) -> set[tuple[str, str]]:
        """Return every column of every table."""
        return {
            (table, str(row[1]))
            for table in self.tables()
            for row in self.rows(f'PRAGMA table_xinfo("{table}")')
        }

    def values(self, table: str, column: str) -> list[object]:
        """Return all values of a column."""
        return [row[0] for row in self.rows(f'SELECT "{column}" FROM "{table}"')]  # noqa: S608  # nosec -- a table of ours


def column_faults(seized: Seized) -> list[str]:
    """Return what is in the schema and not declared, declared and not there, or not as declared."""
    there, declared = seized.columns(), columns()
    faults = [f"{table}.{name} is not declared" for table, name in sorted(there - set(declared))]
    faults += [f"{table}.{name} is not there" for table, name in sorted(set(declared) - there)]
    for (table, name), row in sorted(declared.items()):
        if (table, name) in there:
            values = seized.values(table, name)
            faults += [f"{table}.{name}: {fault}" for fault in _value_faults(row.kind, values)]
    return faults


def _value_faults(kind: str, values: list[object]) -> Iterator[str]:
    """Yield what the values of a column give away that its kind does not allow."""
    if kind == "sealed":
        if not all(isinstance(value, bytes) for value in values):
            yield "holds what is no bytes"
        elif fault := randomness_fault(b"".join(bytes(value) for value in values)):  # type: ignore[call-overload]  # bytes, just seen
            yield fault
    elif kind == "random":
        ids = [value for value in values if isinstance(value, int)]
        yield from ["holds what is no number"] if len(ids) != len(values) else []
        yield from [fault] if (fault := id_fault(ids)) else []


def randomness_fault(data: bytes) -> str:
    """Return why sealed bytes do not look random, or nothing; too few tell nothing."""
    if len(data) < _FEWEST_BYTES:
        return ""
    wanted = len(data) / _BYTE_VALUES
    counts = [data.count(bytes([value])) for value in range(_BYTE_VALUES)]
    chi_squared = sum((count - wanted) ** 2 / wanted for count in counts)
    if chi_squared > _MOST_CHI_SQUARED:
        return f"bytes are not even: chi squared {chi_squared:.0f}"
    packed = len(zlib.compress(data, 9)) / len(data)
    return f"packs to {packed:.3f}" if packed < _LEAST_PACKED else ""


def id_fault(ids: list[int]) -> str:
    """Return why ids do not look drawn, or nothing; too few tell nothing."""
    if len(set(ids)) != len(ids):
        return "an id stands twice"
    if len(ids) < _FEWEST_IDS:
        return ""
    deviation = len(ids) ** 0.5 / 2
    for bit in range(_ID_BITS):
        ones = sum(one >> bit & 1 for one in ids)
        if abs(ones - len(ids) / 2) > _MOST_DEVIATIONS * deviation:
            return f"bit {bit} is set {ones} times of {len(ids)}"
    return ""


def learned(seized: Seized, *, files: dict[str, int]) -> dict[str, object]:
    """Return what somebody learns who has the disk and no key: counts, sizes, weeks.

    Args:
        seized: The database.
        files: The length of every file, by its path.
    """
    sizes = seized.rows("SELECT length(box), count(*) FROM body GROUP BY 1 ORDER BY 1")
    weeks = seized.rows("SELECT until, count(*) FROM body GROUP BY 1 ORDER BY 1")
    return {
        "rows": {
            table: seized.rows(f'SELECT count(*) FROM "{table}"')[0][0]  # noqa: S608  # nosec -- a table of ours
            for table in ("small", "large", "body")
        },
        "bodies_by_size": {str(size): count for size, count in sizes},
        "bodies_by_last_week": {str(week or "none"): count for week, count in weeks},
        "changes_of_the_ring": seized.rows("SELECT seq FROM night")[0][0],
        "files": files,
    }
