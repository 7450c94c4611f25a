# SPDX-License-Identifier: AGPL-3.0-or-later
"""Say which columns of a file hold which lines of a sheet, in a mapping file of its own.

    title = "Mayor of Exampleton, copies"
    form = "plain"
    station = ["town", "number"]

    [lines]
    registered = "voters"
    [options]
    "Ivanova" = "Ivanova"
    [groups]
    district = "town"
    [report]
    source = "observer"

A line that the mapping does not name lacks on every sheet. A list of stations before the election
needs no options.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from hedgerow.kernel.errors import BadInput

_KEYS: Final = {
    "title",
    "form",
    "encoding",
    "delimiter",
    "station",
    "lines",
    "options",
    "parts",
    "groups",
    "report",
    "flags",
}
# What a report says beside its figures: who sent it, which version, when, and what is held back.
REPORT_COLUMNS: Final = ("source", "version", "minute", "quarantine")
_FLAGS: Final = {"remote_over", "drop_empty"}


@dataclass(frozen=True, kw_only=True)
class SheetMap:
    """Hold which columns hold what; several columns under one line are added up.

    Args:
        title: What the file is called in the report.
        form: Name of a shipped form, or path of a form file.
        encoding: Of a text file, as Python names it.
        delimiter: Between the fields of a text file.
        station: Columns that together name a station.
        lines: Line of the form → columns.
        options: Name on the ballot → column.
        parts: Option → name of a part → column.
        groups: Kind of group ("district", "commission", ...) → columns that name it.
        report: What of REPORT_COLUMNS the file has → column.
        remote_over: Stations with more registered voters are electronic; 0 for none.
        drop_empty: Whether rows without any number are left out.
    """

    title: str
    form: str
    encoding: str = "utf-8"
    delimiter: str = ","
    station: tuple[str, ...]
    lines: Mapping[str, tuple[str, ...]]
    options: Mapping[str, str]
    parts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    report: Mapping[str, str] = field(default_factory=dict)
    remote_over: int = 0
    drop_empty: bool = False

    @property
    def numbers(self) -> list[str]:
        """List the columns that hold counts, each once."""
        counted = [column for columns in self.lines.values() for column in columns]
        parts = [column for named in self.parts.values() for column in named.values()]
        return list(dict.fromkeys([*counted, *self.options.values(), *parts]))

    @property
    def texts(self) -> list[str]:
        """List the columns that hold names, each once."""
        named = [column for columns in self.groups.values() for column in columns]
        return list(dict.fromkeys([*self.station, *named]))


def parse_sheet_map(text: str) -> SheetMap:
    """Read a mapping file.

    Raises:
        BadInput: "sheetmap.unreadable" with what TOML says, "sheetmap.unknown_key" or
            "sheetmap.wrong_value" with the key.
    """
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadInput("sheetmap.unreadable", reason=str(error)) from error
    _refuse_unknown(found, _KEYS, "")
    report, flags = _table(found, "report"), _table(found, "flags")
    _refuse_unknown(report, set(REPORT_COLUMNS), "report.")
    _refuse_unknown(flags, _FLAGS, "flags.")
    options = _texts(_table(found, "options"), "options.")
    parts = {
        option: _texts(one, f"parts.{option}.")
        for option, one in _table(found, "parts").items()
        if _is_table(one, f"parts.{option}")
    }
    return SheetMap(
        title=_text(found.get("title"), "title"),
        form=_text(found.get("form"), "form"),
        encoding=_text(found.get("encoding", "utf-8"), "encoding"),
        delimiter=_text(found.get("delimiter", ","), "delimiter"),
        station=_names(found.get("station"), "station"),
        lines=_lists(_table(found, "lines"), "lines."),
        options=options,
        parts=parts,
        groups=_lists(_table(found, "groups"), "groups."),
        report=_texts(report, "report."),
        remote_over=_number(flags.get("remote_over", 0), "flags.remote_over"),
        drop_empty=flags.get("drop_empty", False) is True,
    )


def _refuse_unknown(found: Mapping[str, Any], known: set[str], above: str) -> None:
    """Refuse a key that would do nothing."""
    for key in sorted(set(found) - known):
        raise BadInput("sheetmap.unknown_key", key=above + key, known=", ".join(sorted(known)))


def _table(found: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Take a table, empty where it lacks."""
    value = found.get(key, {})
    _is_table(value, key)
    return dict(value)


def _is_table(value: Any, key: str) -> bool:
    """Refuse what is no table."""
    if not isinstance(value, dict):
        raise BadInput("sheetmap.wrong_value", key=key)
    return True


def _text(value: Any, key: str) -> str:
    """Take a text that is not empty."""
    if not isinstance(value, str) or not value:
        raise BadInput("sheetmap.wrong_value", key=key)
    return value


def _texts(found: Mapping[str, Any], above: str) -> dict[str, str]:
    """Take a table of texts."""
    return {name: _text(one, above + name) for name, one in found.items()}


def _lists(found: Mapping[str, Any], above: str) -> dict[str, tuple[str, ...]]:
    """Take a table of names or lists of names."""
    return {name: _names(one, above + name) for name, one in found.items()}


def _names(value: Any, key: str) -> tuple[str, ...]:
    """Take one name or a list of names."""
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, list) or not value or not all(isinstance(one, str) for one in value):
        raise BadInput("sheetmap.wrong_value", key=key)
    return tuple(value)


def _number(value: Any, key: str) -> int:
    """Take a whole number from zero up."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise BadInput("sheetmap.wrong_value", key=key)
    return value
