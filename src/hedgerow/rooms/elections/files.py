# SPDX-License-Identifier: AGPL-3.0-or-later
"""Make files of released sheets and official results: CSV, JSON and Parquet.

The same rows make the same bytes.
"""

import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import polars as pl

from hedgerow.rooms.elections.evidence import kept
from hedgerow.rooms.elections.models import Contest, OfficialResult, ReleasedSheet
from hedgerow.rooms.elections.sheets import layout_of

SHEETS, OFFICIAL = "sheets", "official"
KINDS: Final = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
}
_HEADS: Final = ("station", "region", "commission", "district", "registered_on_list", "is_remote")


@dataclass(frozen=True)
class PublicFile:
    """Hold a file that everybody can fetch.

    Args:
        name: Such as "sheets.csv".
        content: Its bytes.
        digest: Their SHA-256.
        rows: How many stations are in it.
    """

    name: str
    content: bytes
    digest: str
    rows: int


def files_of(contest: Contest) -> dict[str, PublicFile]:
    """Return the files of a contest by their names; what has no rows has no file."""
    return kept("files", contest, lambda: {one.name: one for one in _made(contest)})


def _made(contest: Contest) -> Iterator[PublicFile]:
    """Make all files of a contest."""
    for what in (SHEETS, OFFICIAL):
        frame = _frame(contest, what)
        if frame.height:
            for kind in KINDS:
                content = _bytes(frame, kind)
                digest = hashlib.sha256(content).hexdigest()
                yield PublicFile(f"{what}.{kind}", content, digest, frame.height)


def _frame(contest: Contest, what: str) -> pl.DataFrame:
    """Return rows of a contest as a table, sorted by the names of the stations."""
    columns = layout_of(contest).columns
    rows: list[tuple[object, ...]] = []
    for one in _rows(contest, what):
        station = one.station
        heads = (station.name, station.region, station.commission)
        key = station.district.key if station.district else ""
        figures = tuple(one.values.get(name) for name in columns)
        marks = (one.digest, one.by, one.versions) if isinstance(one, ReleasedSheet) else ()
        rows.append((*heads, key, station.registered, station.is_remote, *figures, *marks))
    schema: dict[str, type[pl.DataType]] = dict.fromkeys(_HEADS[:4], pl.String)
    schema |= {"registered_on_list": pl.Int64, "is_remote": pl.Boolean}
    schema |= dict.fromkeys(columns, pl.Int64)
    if what == SHEETS:
        schema |= {"digest": pl.String, "released_by": pl.String, "versions": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _rows(contest: Contest, what: str) -> Iterator[ReleasedSheet | OfficialResult]:
    """Read rows with their stations."""
    kind = ReleasedSheet if what == SHEETS else OfficialResult
    found = kind.objects.filter(contest=contest).select_related("station__district")
    yield from found.order_by("station__name").iterator(chunk_size=2000)


def _bytes(frame: pl.DataFrame, kind: str) -> bytes:
    """Write a table as a file."""
    if kind == "json":
        return json.dumps(frame.to_dicts(), ensure_ascii=False, indent=1).encode() + b"\n"
    packed = io.BytesIO()
    if kind == "csv":
        frame.write_csv(packed)
    else:
        frame.write_parquet(packed)
    return packed.getvalue()
