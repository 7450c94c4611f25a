# SPDX-License-Identifier: AGPL-3.0-or-later
"""Make files of released sheets and official results: CSV, JSON and Parquet.

The same rows make the same bytes.
"""

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import msgspec
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
_HEADS: Final = ("station", "region", "commission", "district")
_STATION: Final = ("name", "region", "commission", "district__key", "registered", "is_remote")
_MARKS: Final = ("digest", "by", "versions")


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
    kind, marks = (ReleasedSheet, _MARKS) if what == SHEETS else (OfficialResult, ())
    rows = (
        kind.objects.filter(contest=contest)
        .order_by("station__name")
        .values_list("values", *(f"station__{one}" for one in _STATION), *marks)
    )
    cut = 1 + len(_STATION)
    found = [
        (*one[1:cut], *(one[0].get(name) for name in columns), *one[cut:])
        for one in rows.iterator(chunk_size=5000)
    ]
    schema: dict[str, type[pl.DataType]] = dict.fromkeys(_HEADS, pl.String)
    schema |= {"registered_on_list": pl.Int64, "is_remote": pl.Boolean}
    schema |= dict.fromkeys(columns, pl.Int64)
    if what == SHEETS:
        schema |= {"digest": pl.String, "released_by": pl.String, "versions": pl.Int64}
    return pl.DataFrame(found, schema=schema, orient="row").with_columns(
        pl.col("district").fill_null("")
    )


def _bytes(frame: pl.DataFrame, kind: str) -> bytes:
    """Write a table as a file."""
    if kind == "json":
        lines = b",\n".join(map(msgspec.json.encode, frame.iter_rows(named=True)))
        return b"[\n" + lines + b"\n]\n"
    packed = io.BytesIO()
    if kind == "csv":
        frame.write_csv(packed)
    else:
        frame.write_parquet(packed)
    return packed.getvalue()
