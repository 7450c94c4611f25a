# SPDX-License-Identifier: AGPL-3.0-or-later
"""Read a file that a coordinator brought, and say of each cell what is wrong with it.

A file with one line that cannot be taken is taken in no part: whoever brought it mends the line,
and no election runs on a list with holes that nobody remembers.
"""

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import polars as pl
from django.utils.translation import gettext as _

from hedgerow.engines.forensics.reading import (
    refusing_damage,
    refusing_torn_zip,
    table_of,
    unpacked,
)
from hedgerow.kernel.errors import BadInput
from hedgerow.rooms.elections.table_reading import MOST_ROWS, read_apart

_MOST_BYTES: Final = 250 * 1024 * 1024
#: The heading is line 1.
FIRST_LINE: Final = 2
LARGEST: Final = 2**31 - 1
_DIGITS: Final = len(str(LARGEST))
_DELIMITERS: Final = ",;\t|"
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_SHOWN: Final = 60
_LINE_END: Final = re.compile(r"\r\n?")


@dataclass(frozen=True)
class Refusal:
    """Say why a line is not taken.

    Args:
        line: In the file, the heading being 1; 0 for the file as a whole.
        column: As the file calls it; may be empty.
        why: A whole sentence.
    """

    line: int
    column: str
    why: str


@dataclass(frozen=True, eq=False)
class Table:
    """Hold the cells of a file as text.

    Args:
        frame: All columns as text, stripped; empty cells are "".
    """

    frame: pl.DataFrame

    @property
    def columns(self) -> list[str]:
        """Name the columns."""
        return self.frame.columns

    def __len__(self) -> int:
        """Count the lines below the heading."""
        return self.frame.height

    @cached_property
    def lists(self) -> Mapping[str, list[str]]:
        """Return the cells of each column."""
        return {name: self.frame[name].to_list() for name in self.columns}

    def column(self, name: str) -> list[str]:
        """Return the cells of a column; without a name, empty ones."""
        return self.lists[name] if name else [""] * len(self)


def table_in(data: bytes, *, name: str) -> Table:
    """Read a file: CSV in any usual encoding, Parquet or a workbook, plain or in a zip.

    Raises:
        BadInput: "reading.truncated_zip", "reading.zip_members", "reading.kind",
            "reading.damaged", "reading.fields", "reading.encoding", "elections.file_too_large",
            "elections.file_empty", "elections.too_many_rows" or "elections.column_twice".
    """
    _refuse_bomb(data, name)
    inner, inside = unpacked(data, name=name)
    _refuse_bomb(inner, inside)
    if inside.lower().endswith((".parquet", ".xlsx")):
        frame = read_apart(inner, name=inside)
    else:
        text = _decoded(inner, inside)
        if not text.partition("\n")[2].strip():
            raise BadInput("elections.file_empty")
        frame = table_of(text.encode(), name=inside, delimiter=_delimiter(text))
    if not frame.height:
        raise BadInput("elections.file_empty")
    if frame.height > MOST_ROWS:
        raise BadInput("elections.too_many_rows", found=frame.height, most=MOST_ROWS)
    return Table(frame.select(_stripped(frame[column]) for column in frame.columns))


def _refuse_bomb(data: bytes, name: str) -> None:
    """Refuse what would unpack to more than there is memory for."""
    if data[:2] != b"PK":
        return
    with refusing_torn_zip(name), zipfile.ZipFile(io.BytesIO(data)) as archive:
        size = sum(one.file_size for one in archive.infolist())
    if size > _MOST_BYTES:
        raise BadInput("elections.file_too_large", most=_MOST_BYTES // 1024 // 1024)


def _decoded(data: bytes, name: str) -> str:
    """Decode a text: UTF-16 by its mark, else UTF-8, else the one of Cyrillic Windows.

    Raises:
        BadInput: "reading.encoding", or "elections.column_twice" for a heading that repeats.
    """
    codec = "utf-16" if data[:2] in _UTF16 else "utf-8"
    for one in (codec, "cp1251"):
        try:
            text = _LINE_END.sub("\n", data.decode(one).removeprefix("\ufeff"))
        except UnicodeDecodeError:
            continue
        with refusing_damage(name):
            heading = next(csv.reader(io.StringIO(text), delimiter=_delimiter(text)), [])
        for column in heading:
            if heading.count(column) > 1:
                raise BadInput("elections.column_twice", column=column)
        return text
    raise BadInput("reading.encoding", file=name, encoding="utf-8", line=1)


def _delimiter(text: str) -> str:
    """Guess what stands between cells, by the heading."""
    heading = text.split("\n", maxsplit=1)[0]
    return max(_DELIMITERS, key=heading.count)


def _stripped(column: pl.Series) -> pl.Series:
    """Return a column stripped and without control characters."""
    return column.str.replace_all(r"\p{Cc}+", " ").str.strip_chars().fill_null("")


def numbers_in(cells: Sequence[str], *, column: str) -> tuple[list[int], list[Refusal]]:
    """Read cells as whole numbers from nought up.

    Returns:
        Numbers, -1 where a cell is none, and why it is not.
    """
    numbers, refused = [-1] * len(cells), []
    for at, cell in enumerate(cells):
        if cell.isascii() and cell.isdigit() and len(cell) <= _DIGITS and int(cell) <= LARGEST:
            numbers[at] = int(cell)
        else:
            refused.append(Refusal(at + FIRST_LINE, column, _why_no_number(cell)))
    return numbers, refused


def _why_no_number(cell: str) -> str:
    """Say why a cell is no whole number."""
    found = cell[:_SHOWN]
    if not cell:
        return _("Nothing stands here; expected is a whole number.")
    if cell[0] in "-−" and cell[1:].isdigit():
        return _("%(found)s is below zero.") % {"found": found}
    strange = next((one for one in cell if not one.isascii() and not one.isspace()), "")
    if strange:
        return _("“%(found)s” holds %(letter)s; expected are the figures 0 to 9.") % {
            "found": found,
            "letter": unicodedata.name(strange, f"U+{ord(strange):04X}"),
        }
    return _("“%(found)s” is no whole number; expected are the figures 0 to 9.") % {"found": found}


def twice(names: Sequence[str], *, column: str) -> Iterator[Refusal]:
    """Yield what stands there a second time, with the line of the first."""
    first: dict[str, int] = {}
    for line, name in enumerate(names, FIRST_LINE):
        if name in first:
            why = _("“%(name)s” stands in line %(line)s already.")
            yield Refusal(line, column, why % {"name": name[:_SHOWN], "line": first[name]})
        first.setdefault(name, line)


def too_long(cells: Sequence[str], *, column: str, most: int) -> Iterator[Refusal]:
    """Yield cells that are longer than there is room for."""
    for line, cell in enumerate(cells, FIRST_LINE):
        if len(cell) > most:
            why = _("“%(found)s…” is longer than %(most)s letters.")
            yield Refusal(line, column, why % {"found": cell[:_SHOWN], "most": most})


def guessed(
    columns: Sequence[str], wanted: Mapping[str, Sequence[str]], *, plain: Callable[[str], str]
) -> dict[str, str]:
    """Guess which column holds what, by names that are usual.

    Args:
        columns: Of the file.
        wanted: What is needed → names that are usual for it, the best first.
        plain: Makes names comparable.

    Returns:
        What is needed → column, empty where none was found; no column is taken twice.
    """
    free = {plain(column): column for column in reversed(columns)}
    found = dict.fromkeys(wanted, "")
    for field, names in wanted.items():
        for name in map(plain, names):
            if name in free:
                found[field] = free.pop(name)
                break
    for field, names in wanted.items():
        starts = [one for one in free if not found[field] and one.startswith(plain(names[0]))]
        if starts:
            found[field] = free.pop(starts[0])
    return found


def plain_name(name: str) -> str:
    """Make names of columns comparable: small letters and figures alone."""
    return "".join(one for one in name.casefold() if one.isalnum())
