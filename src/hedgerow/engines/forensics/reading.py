# SPDX-License-Identifier: AGPL-3.0-or-later
"""Turn the bytes of a file into stations: CSV, Parquet or xlsx, plain or in a zip.

A file that is not what its mapping says is refused with the line, the column and what was
expected. Nothing is guessed and no row is left out silently.
"""

import csv
import io
import lzma
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import PurePath
from typing import Any

import fastexcel
import numpy as np
import polars as pl

from hedgerow.engines.forensics.mapping import Mapping
from hedgerow.engines.forensics.stations import Floats, Ints, Stations
from hedgerow.kernel.errors import BadInput

# Of these `PanicException` is no `Exception`: code of polars gave up.
_TABLE_FAULTS = (
    pl.exceptions.PolarsError,
    pl.exceptions.PanicException,
    fastexcel.FastExcelError,
    csv.Error,
)
_ZIP_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
)
KINDS = (".csv", ".tsv", ".txt", ".parquet", ".xlsx")
# The heading is line 1.
_FIRST_LINE = 2
_YES = "true"
_WHOLE_NUMBER = "a whole number in the digits 0 to 9"
_DEGREES = "degrees such as 55.75, or nothing"


@contextmanager
def refusing_damage(name: str) -> Iterator[None]:
    """Refuse a file that a reader of tables cannot read, also where its own code gives up.

    Raises:
        BadInput: "reading.damaged".
    """
    try:
        yield
    except _TABLE_FAULTS as error:
        raise BadInput("reading.damaged", file=name) from error


@contextmanager
def refusing_torn_zip(name: str) -> Iterator[None]:
    """Refuse a zip that is torn, shut by a password, or packed in a way that is not known here.

    Raises:
        BadInput: "reading.truncated_zip".
    """
    try:
        yield
    except _ZIP_FAULTS as error:
        raise BadInput("reading.truncated_zip", file=name) from error


def unpacked(data: bytes, *, name: str) -> tuple[bytes, str]:
    """Take the one table out of a zip; other files are returned as they are.

    Returns:
        Bytes and the name inside.

    Raises:
        BadInput: "reading.truncated_zip", "reading.zip_members" or "reading.kind".
    """
    if PurePath(name).suffix.lower() == ".zip":
        with refusing_torn_zip(name), zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [one for one in archive.namelist() if _kind(one) in KINDS]
            if len(members) != 1:
                raise BadInput("reading.zip_members", file=name, found=len(members))
            return archive.read(members[0]), members[0]
    if _kind(name) not in KINDS:
        raise BadInput("reading.kind", file=name, known=", ".join((*KINDS, ".zip")))
    return data, name


def heading(data: bytes, *, name: str, encoding: str = "utf-8", delimiter: str = ",") -> list[str]:
    """List the columns of a table without reading all of it.

    Args:
        data: What `unpacked` returned.
        name: Its name.
        encoding: Of a text file.
        delimiter: Of a text file.
    """
    if _kind(name) in {".parquet", ".xlsx"}:
        return _table(data, name).columns
    first = data.split(b"\n", maxsplit=1)[0]
    text = _decoded(first, name, encoding)
    return _heading(text, "\t" if _kind(name) == ".tsv" else delimiter)


def read_stations(data: bytes, *, name: str, mapping: Mapping) -> Stations:
    """Read a file by its mapping.

    Args:
        data: The whole file.
        name: Its name, whose ending says which kind it is.
        mapping: Which columns hold what.

    Raises:
        BadInput: The file is not what the mapping says; with line, column and what was
            expected.
    """
    table = table_of(data, name=name, encoding=mapping.encoding, delimiter=mapping.delimiter)
    return stations_of(table, mapping=mapping)


def table_of(
    data: bytes, *, name: str, encoding: str = "utf-8", delimiter: str = ","
) -> pl.DataFrame:
    """Read the table of a file as it stands; text files with all fields as text.

    Args:
        data: The whole file.
        name: Its name, whose ending says which kind it is.
        encoding: Of a text file.
        delimiter: Of a text file.

    Raises:
        BadInput: The file is torn or of another kind, or a line has too many fields.
    """
    inner, inside = unpacked(data, name=name)
    if _kind(inside) in {".parquet", ".xlsx"}:
        return _table(inner, inside)
    return _csv(inner, inside, encoding=encoding, delimiter=delimiter)


def stations_of(table: pl.DataFrame, *, mapping: Mapping) -> Stations:
    """Read a frame by a mapping; a pandas frame goes through `polars.from_pandas`.

    Raises:
        BadInput: As `read_stations`.
    """
    _refuse_missing(table, [*mapping.labels, *mapping.numbers])
    table = table.select([*mapping.labels, *mapping.numbers]).with_row_index(
        "\0line", offset=_FIRST_LINE
    )
    if mapping.drop_empty:
        blank = [pl.col(one).is_null() for one in mapping.numbers]
        table = table.filter(~pl.all_horizontal(blank))
    lines = table["\0line"].cast(pl.Int64).to_numpy()
    numbers = {one: _numbers(table[one], lines) for one in mapping.numbers}
    columns: dict[str, Any] = {
        name: sum((numbers[one] for one in given[1:]), numbers[given[0]])
        for name, given in mapping.counts.items()
    }
    station = _joined(table, mapping.station)
    columns["station"] = station
    if mapping.remote_over:
        columns["is_remote"] = np.asarray(columns["registered"]) > mapping.remote_over
    for flag, column in (
        ("is_remote", mapping.remote_column),
        ("has_scanner", mapping.scanner_column),
    ):
        if column:
            said = table[column].cast(pl.String).str.to_lowercase()
            columns[flag] = (said == _YES).fill_null(value=False).to_numpy()
    for name, column in mapping.coordinates.items():
        columns[name] = _degrees(table[column], lines)
    if mapping.special:
        columns["is_special"] = station.str.contains_any(list(mapping.special)).to_numpy()
    return Stations.from_columns(
        columns,
        options={option: numbers[column] for option, column in mapping.options.items()},
        groups={kind: _joined(table, given) for kind, given in mapping.groups.items()},
        lines=lines,
    )


def _kind(name: str) -> str:
    """Return the ending of a name."""
    return PurePath(name).suffix.lower()


def _table(data: bytes, name: str) -> pl.DataFrame:
    """Read Parquet or the first sheet of a workbook."""
    with refusing_damage(name):
        if _kind(name) == ".parquet":
            return pl.read_parquet(io.BytesIO(data))
        sheet = fastexcel.read_excel(data).load_sheet(0, dtypes="string")
        return sheet.to_polars()


def _decoded(data: bytes, name: str, encoding: str) -> str:
    """Decode a text; a mark of the byte order is no part of the first column's name."""
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except LookupError as error:
        raise BadInput("reading.encoding_unknown", encoding=encoding) from error
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BadInput("reading.encoding", file=name, encoding=encoding, line=line) from error


def _heading(text: str, separator: str) -> list[str]:
    """Read the names of the columns."""
    return next(csv.reader(io.StringIO(text), delimiter=separator), [])


def _csv(data: bytes, name: str, *, encoding: str, delimiter: str) -> pl.DataFrame:
    """Read a text file, all fields as text."""
    text = _decoded(data, name, encoding)
    separator = "\t" if _kind(name) == ".tsv" else delimiter
    with refusing_damage(name):
        columns = _heading(text, separator)
        try:
            return pl.read_csv(
                text.encode(),
                separator=separator,
                has_header=False,
                skip_rows=1,
                schema=dict.fromkeys(columns, pl.String()),
            )
        except pl.exceptions.PolarsError:
            _refuse_fields(text, separator, expected=len(columns))
            raise


def _refuse_fields(text: str, separator: str, *, expected: int) -> None:
    """Refuse a file one of whose lines has more fields than its heading."""
    rows = csv.reader(io.StringIO(text), delimiter=separator)
    for row in rows:
        if len(row) > expected:
            line, found = rows.line_num, len(row)
            raise BadInput("reading.fields", line=line, found=found, expected=expected)


def _refuse_missing(table: pl.DataFrame, wanted: Iterable[str]) -> None:
    """Refuse a table that lacks a column, and name a similar one that it has."""
    for column in wanted:
        if column not in table.columns:
            near = get_close_matches(column, table.columns, n=1)
            raise BadInput("reading.column_missing", column=column, near=near[0] if near else "-")


def _joined(table: pl.DataFrame, columns: Iterable[str]) -> pl.Series:
    """Join several columns of names into one."""
    parts = [pl.col(one).cast(pl.String).str.strip_chars() for one in columns]
    return table.select(pl.concat_str(parts, separator=", ", ignore_nulls=True)).to_series()


def _numbers(column: pl.Series, lines: Ints) -> Ints:
    """Read a column as whole numbers."""
    if column.dtype == pl.String:
        column = column.str.strip_chars()
        whole = column.cast(pl.Int64, strict=False)
    elif column.dtype.is_integer():
        whole = column.cast(pl.Int64)
    else:
        whole = column.cast(pl.Int64, strict=False)
        whole = whole.set(column.cast(pl.Float64, strict=False) != whole, None)
    bad = whole.is_null().arg_true()
    if len(bad):
        at = int(bad[0])
        found = "nothing" if column[at] is None or column[at] == "" else str(column[at])
        _refuse_number(column.name, line=int(lines[at]), found=found)
    return whole.to_numpy()


def _degrees(column: pl.Series, lines: Ints) -> Floats:
    """Read a column of degrees; nothing stands for not known."""
    said = column.cast(pl.String).str.strip_chars().fill_null("")
    found = said.cast(pl.Float64, strict=False)
    bad = ((said != "") & (found.is_null() | ~found.is_finite())).arg_true()
    if len(bad):
        at = int(bad[0])
        _refuse_number(column.name, line=int(lines[at]), found=said[at], expected=_DEGREES)
    return found.fill_null(np.nan).to_numpy()


def _refuse_number(column: str, *, line: int, found: str, expected: str = _WHOLE_NUMBER) -> None:
    """Refuse what is no number, and name the first letter that looks like a digit."""
    strange = [one for one in found if not one.isascii()] if found != "nothing" else []
    letter = unicodedata.name(strange[0], "a character without a name") if strange else "-"
    raise BadInput(
        "reading.not_a_number",
        line=line,
        column=column,
        found=found,
        letter=letter,
        expected=expected,
    )
