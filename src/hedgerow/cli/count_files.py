# SPDX-License-Identifier: AGPL-3.0-or-later
"""Find sheets, forms, mappings and rulings on the disk, and write a report beside them."""

import csv
import hashlib
import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import click

import hedgerow
from hedgerow.cli.progress import show_progress
from hedgerow.engines.forensics.reading import heading, table_of, unpacked
from hedgerow.engines.tally.forms import Form, parse_form
from hedgerow.engines.tally.frame import Frame
from hedgerow.engines.tally.page import page
from hedgerow.engines.tally.protocols import Ruling
from hedgerow.engines.tally.report import (
    FORMAT,
    Findings,
    Kind,
    Report,
    Source,
    as_csv,
    as_json,
)
from hedgerow.engines.tally.sections import COUNTS
from hedgerow.engines.tally.sheetmap import SheetMap, parse_sheet_map
from hedgerow.engines.tally.tables import SheetTable, sheets_of
from hedgerow.kernel.errors import BadInput

DATA: Final = Path(hedgerow.__file__).parent / "data"
RULING_COLUMNS: Final = ("number", "station", "figure", "value", "by", "reason")


@dataclass
class Reading:
    """Read files, and remember all that the report depends on.

    Args:
        sources: What was read.
        advance: To be called after each table, for the person who waits.
    """

    sources: list[Source] = field(default_factory=list)
    advance: Callable[[], None] = lambda: None

    def sheets(self, path: Path, *, mapping: str | None, role: str) -> tuple[SheetTable, str]:
        """Read a table of sheets by a mapping; return it with its title.

        Raises:
            BadInput: The file is not what its mapping and form say.
        """
        data = self._bytes(path, role)
        chosen_path: Path | None
        if mapping:
            chosen_path = _named(mapping, "sheets")
            if chosen_path is None:
                raise BadInput("mapping.missing", mapping=mapping, known=_ready("sheets"))
        else:
            chosen_path = fitting_map(data, name=path.name)
        text = self._bytes(chosen_path, f"mapping of {role}").decode("utf-8", errors="replace")
        chosen = parse_sheet_map(text)
        form = self.form(chosen.form, beside=chosen_path)
        table = table_of(data, name=path.name, encoding=chosen.encoding, delimiter=chosen.delimiter)
        sheets = sheets_of(table, sheet_map=chosen, form=form)
        self.advance()
        return sheets, chosen.title

    def form(self, name: str, *, beside: Path) -> Form:
        """Read a shipped form, or a form file that lies beside its mapping.

        Raises:
            BadInput: "form.missing", or the form has a fault.
        """
        near = beside.parent / name
        path = near if near.is_file() else _named(name, "forms")
        if path is None:
            raise BadInput("form.missing", form=name, known=_ready("forms"))
        return parse_form(self._bytes(path, "form").decode("utf-8", errors="replace"))

    def rulings(self, path: Path | None, *, frame: Frame) -> list[Ruling]:
        """Read what operators ruled: a table of number, station, figure, value, by, reason.

        Raises:
            BadInput: "count.rulings" with the line, or "tally.unknown_station".
        """
        if path is None:
            return []
        text = self._bytes(path, "rulings").decode("utf-8-sig", errors="replace")
        rows = csv.DictReader(text.splitlines())
        if tuple(rows.fieldnames or ()) != RULING_COLUMNS:
            raise BadInput("count.rulings", line=1, columns=", ".join(RULING_COLUMNS))
        return [_ruling(row, rows.line_num, frame) for row in rows]

    def _bytes(self, path: Path, role: str) -> bytes:
        """Read a file and note its hash."""
        data = path.read_bytes()
        source = Source(role=role, file=path.name, sha256=hashlib.sha256(data).hexdigest())
        if source not in self.sources:
            self.sources.append(source)
        return data


@contextmanager
def reading_of(tables: int) -> Iterator[Reading]:
    """Read tables and count, with a bar for the person who waits."""
    with show_progress("Counting", total=tables + 1) as advance:
        yield Reading(advance=advance)
        advance()


def fitting_map(data: bytes, *, name: str) -> Path:
    """Choose the ready mapping whose columns a file has; one of the file's own name first.

    Raises:
        BadInput: "mapping.none_fits".
    """
    inner, inside = unpacked(data, name=name)
    stem = Path(name).name.split(".", maxsplit=1)[0]
    ready = sorted((DATA / "sheets").glob("*.toml"))
    for path in sorted(ready, key=lambda one: (not one.stem.endswith(stem), one.stem)):
        chosen = parse_sheet_map(path.read_text("utf-8"))
        columns = heading(inner, name=inside, encoding=chosen.encoding, delimiter=chosen.delimiter)
        if _columns_of(chosen) <= set(columns):
            return path
    raise BadInput("mapping.none_fits", file=name)


def command_of(context: click.Context) -> str:
    """Return the command that makes the report again; folders are left out of it."""
    words = ["./hedgerow", "count", context.info_name or ""]
    for one in context.command.params:
        name = one.name or ""
        value = context.params[name]
        if isinstance(one, click.Argument):
            words.append(value.name)
        elif (
            isinstance(one, click.Option)
            and name != "out"
            and value not in ((), None, one.get_default(context))
        ):
            for each in value if one.multiple else [value]:
                words += [one.opts[0], *_words(name, each)]
    return shlex.join([*words, "--out", "REPORT"])


def write_report(
    out: Path, *, kind: Kind, title: str, found: Findings, reading: Reading, seed: str = ""
) -> Report:
    """Write report.json, report.html and one CSV for each table."""
    report = Report(
        format=FORMAT,
        kind=kind,
        title=title,
        version=hedgerow.__version__,
        seed=seed,
        command=command_of(click.get_current_context()),
        sources=tuple(reading.sources),
        limits=found.limits,
        facts=found.facts,
        tables=found.tables,
    )
    out.mkdir(parents=True, exist_ok=True)
    (out / "report.json").write_bytes(as_json(report))
    (out / "report.html").write_text(page(report), "utf-8")
    for one in report.tables:
        (out / f"{one.name}.csv").write_text(as_csv(one), "utf-8")
    return report


def _words(name: str, value: Any) -> list[str]:
    """Write the value of an option, a file without its folder."""
    if isinstance(value, tuple):
        return [str(one) for one in value]
    is_path = isinstance(value, Path) or name.endswith("mapping")
    return [Path(value).name if is_path else str(value)]


def _named(name: str, kind: str) -> Path | None:
    """Find a ready file by its name, or any by its path."""
    places = (DATA / kind / f"{name}.toml", Path(name))
    return next((path for path in places if path.is_file()), None)


def _ready(kind: str) -> str:
    """List the ready files of a kind."""
    return ", ".join(sorted(one.stem for one in (DATA / kind).glob("*.toml")))


def _columns_of(chosen: SheetMap) -> set[str]:
    """Return every column that a mapping names."""
    return {*chosen.numbers, *chosen.texts, *chosen.report.values()}


def _ruling(row: dict[str, Any], line: int, frame: Frame) -> Ruling:
    """Read one ruling."""
    cells = [row[name] for name in RULING_COLUMNS]
    number, station, figure, value, by, reason = cells
    # A row of another length has a cell of None, or a key of None for what is too much.
    is_whole = None not in cells and None not in row
    if not (is_whole and _is_count(number) and (not value or _is_count(value))):
        raise BadInput("count.rulings", line=line, columns=", ".join(RULING_COLUMNS))
    if station not in frame.codes:
        raise BadInput("tally.unknown_station", line=line, station=station)
    return Ruling(
        number=int(number),
        station=frame.codes[station],
        column=None if figure == COUNTS else figure,
        value=int(value) if value else None,
        by=by,
        reason=reason,
    )


def _is_count(text: str) -> bool:
    """Tell whether a text is a whole number in plain digits."""
    return text.isascii() and text.isdigit()
