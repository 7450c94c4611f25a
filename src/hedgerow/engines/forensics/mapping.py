# SPDX-License-Identifier: AGPL-3.0-or-later
"""Say which columns of a file hold what, in a mapping file of its own."""

import tomllib
from collections.abc import Mapping as Table
from dataclasses import dataclass, field
from typing import Any, Final

from hedgerow.engines.forensics.stations import COORDINATES, COUNTS
from hedgerow.kernel.errors import BadInput

_KEYS: Final = {"title", "encoding", "delimiter", "columns", "options", "groups", "flags"}
_COLUMNS: Final = {"station", *COUNTS, *COORDINATES}
_FLAGS: Final = {
    "remote_over",
    "remote_column",
    "scanner_column",
    "special",
    "drop_empty",
    "clean_bin",
}


@dataclass(frozen=True, kw_only=True)
class Mapping:
    """Hold which columns hold what; several columns of counts are added up.

    Args:
        title: What the election is called in the report.
        encoding: Of a text file, as Python names it.
        delimiter: Between the fields of a text file.
        station: Columns that together name a station.
        counts: "registered", "issued", "found", "invalid" → columns.
        options: Name people read → column.
        coordinates: "latitude", "longitude" → column of degrees; both or none.
        groups: Kind ("region", "commission", "district", ...) → columns that name the group.
        remote_over: Stations with more voters are electronic; 0 for none.
        remote_column: Column that says "true" of electronic stations; "" for none.
        scanner_column: Column that says "true" where a scanner counts the ballots; "" for none.
        special: Text in a station's name → station of another kind.
        drop_empty: Whether rows without any number are left out.
        clean_bin: Percent of turnout chosen by hand for Shpilkin's method; None: found.
    """

    title: str
    encoding: str = "utf-8"
    delimiter: str = ","
    station: tuple[str, ...]
    counts: Table[str, tuple[str, ...]]
    options: Table[str, str]
    coordinates: Table[str, str] = field(default_factory=dict)
    groups: Table[str, tuple[str, ...]] = field(default_factory=dict)
    remote_over: int = 0
    remote_column: str = ""
    scanner_column: str = ""
    special: tuple[str, ...] = ()
    drop_empty: bool = False
    clean_bin: int | None = None

    @property
    def numbers(self) -> list[str]:
        """List the columns that hold counts, each once."""
        counted = [column for columns in self.counts.values() for column in columns]
        return list(dict.fromkeys([*counted, *self.options.values()]))

    @property
    def labels(self) -> list[str]:
        """List the columns that hold names, each once."""
        named = [column for columns in self.groups.values() for column in columns]
        flags = [one for one in (self.remote_column, self.scanner_column) if one]
        return list(dict.fromkeys([*self.station, *named, *flags, *self.coordinates.values()]))


def parse_mapping(text: str) -> Mapping:
    """Read a mapping file.

    Raises:
        BadInput: "mapping.unreadable" with what TOML says, "mapping.unknown_key" or
            "mapping.wrong_value" with the key.
    """
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadInput("mapping.unreadable", reason=str(error)) from error
    _refuse_unknown(found, _KEYS, "")
    columns, flags = _table(found, "columns"), _table(found, "flags")
    _refuse_unknown(columns, _COLUMNS, "columns.")
    _refuse_unknown(flags, _FLAGS, "flags.")
    counts: dict[str, tuple[str, ...]] = {
        name: _names(columns[name], f"columns.{name}") for name in COUNTS if name in columns
    }
    if "registered" not in counts:
        raise BadInput("mapping.wrong_value", key="columns.registered")
    options = {
        name: _text(one, f"options.{name}") for name, one in _table(found, "options").items()
    }
    if not options:
        raise BadInput("mapping.wrong_value", key="options")
    coordinates = {
        name: _text(columns[name], f"columns.{name}") for name in COORDINATES if name in columns
    }
    if len(coordinates) == 1:
        lacks = next(name for name in COORDINATES if name not in coordinates)
        raise BadInput("mapping.wrong_value", key=f"columns.{lacks}")
    groups = {kind: _names(one, f"groups.{kind}") for kind, one in _table(found, "groups").items()}
    return Mapping(
        title=_text(found.get("title"), "title"),
        encoding=_text(found.get("encoding", "utf-8"), "encoding"),
        delimiter=_text(found.get("delimiter", ","), "delimiter"),
        station=_names(columns.get("station"), "columns.station"),
        counts=counts,
        options=options,
        coordinates=coordinates,
        groups=groups,
        remote_over=_number(flags.get("remote_over", 0), "flags.remote_over"),
        remote_column=_column(flags, "remote_column"),
        scanner_column=_column(flags, "scanner_column"),
        special=_names(flags.get("special", []), "flags.special"),
        drop_empty=flags.get("drop_empty", False) is True,
        clean_bin=_number(flags["clean_bin"], "flags.clean_bin") if "clean_bin" in flags else None,
    )


def _refuse_unknown(found: Table[str, Any], known: set[str], above: str) -> None:
    """Refuse a key that would do nothing."""
    for key in sorted(set(found) - known):
        raise BadInput("mapping.unknown_key", key=above + key, known=", ".join(sorted(known)))


def _table(found: Table[str, Any], key: str) -> dict[str, Any]:
    """Take a table, empty where it lacks."""
    value = found.get(key, {})
    if not isinstance(value, dict):
        raise BadInput("mapping.wrong_value", key=key)
    return value


def _text(value: Any, key: str) -> str:
    """Take a text that is not empty."""
    if not isinstance(value, str) or not value:
        raise BadInput("mapping.wrong_value", key=key)
    return value


def _column(flags: Table[str, Any], key: str) -> str:
    """Take the name of a column of flags, empty where none is named."""
    return _text(flags[key], f"flags.{key}") if key in flags else ""


def _names(value: Any, key: str) -> tuple[str, ...]:
    """Take one name or a list of names."""
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise BadInput("mapping.wrong_value", key=key)
    return tuple(value)


def _number(value: Any, key: str) -> int:
    """Take a whole number from zero up."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise BadInput("mapping.wrong_value", key=key)
    return value
