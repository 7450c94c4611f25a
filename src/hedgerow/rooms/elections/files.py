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

from hedgerow.engines.tally.linear import OPTIONS
from hedgerow.rooms.elections.evidence import kept, minute_of_reading
from hedgerow.rooms.elections.models import Contest, OfficialResult, ReleasedSheet
from hedgerow.rooms.elections.sheets import form_named, layout_of

SHEETS, OFFICIAL = "sheets", "official"
#: With this mapping `./hedgerow forensics official.csv` writes its report.
MAPPING: Final = "forensics.toml"
KINDS: Final = {
    "toml": "application/toml",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
}
_TABLES: Final = ("csv", "json", "parquet")
#: Roles of lines → what the forensics engine calls them.
_COUNTS: Final = {
    "registered": "registered",
    "issued": "issued",
    "ballots": "found",
    "invalid": "invalid",
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
    return _kept_files(contest)[1]


def made_at(contest: Contest) -> int:
    """Return the minute in which the files of a contest were made."""
    return _kept_files(contest)[0]


def _kept_files(contest: Contest) -> tuple[int, dict[str, PublicFile]]:
    """Return the files with the minute in which they were made."""
    return kept(
        "files", contest, lambda: (minute_of_reading(), {one.name: one for one in _made(contest)})
    )


def _made(contest: Contest) -> Iterator[PublicFile]:
    """Make all files of a contest."""
    for what in (SHEETS, OFFICIAL):
        frame = _frame(contest, what)
        if frame.height:
            for kind in _TABLES:
                yield _file(f"{what}.{kind}", _bytes(frame, kind), frame.height)
        if frame.height and what == OFFICIAL:
            yield _file(MAPPING, _mapping(contest, frame).encode(), frame.height)


def _file(name: str, content: bytes, rows: int) -> PublicFile:
    """Put a file and the sum of its bytes together."""
    return PublicFile(name, content, hashlib.sha256(content).hexdigest(), rows)


def _mapping(contest: Contest, frame: pl.DataFrame) -> str:
    """Say in the words of the forensics engine which columns of the official file hold what.

    What was not published of every station is left out.
    """
    columns = {"station": ["station"], "registered": ["registered_on_list"]}
    for name, role in form_named(contest.form).roles.items():
        lines = [
            column
            for term in role.terms
            for column in (_option_columns(contest) if term == OPTIONS else [term])
        ]
        if not any(frame[column].null_count() for column in lines):
            columns[_COUNTS[name]] = lines
    titles = contest.option_titles("en")
    groups = [name for name in ("region", "commission", "district") if (frame[name] != "").any()]
    return "\n".join(
        [
            f"title = {_quoted(f'{contest.election_id}, {contest.key}')}",
            *("[columns]", *(f"{name} = {_quoted(lines)}" for name, lines in columns.items())),
            *(
                "[options]",
                *(f"{_quoted(t)} = {_quoted(f'option: {k}')}" for k, t in titles.items()),
            ),
            *("[groups]", *(f"{name} = {_quoted([name])}" for name in groups)),
            *("[flags]", f"remote_over = {_remote_over(frame)}", ""),
        ]
    )


def _option_columns(contest: Contest) -> list[str]:
    """Name the columns of the options."""
    return [f"option: {key}" for key in contest.option_keys]


def _remote_over(frame: pl.DataFrame) -> int:
    """Return a number of voters that only stations with remote votes exceed, or 0."""
    paper = frame.filter(~pl.col("is_remote"))["registered_on_list"].max()
    remote = frame.filter("is_remote")["registered_on_list"].min()
    is_apart = isinstance(paper, int) and isinstance(remote, int) and paper < remote
    return paper if is_apart and isinstance(paper, int) else 0


def _quoted(value: str | list[str]) -> str:
    """Write a text or a list of texts as TOML does."""
    return msgspec.json.encode(value).decode()


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
