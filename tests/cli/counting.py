# SPDX-License-Identifier: AGPL-3.0-or-later
"""Call the command `count` on small files, and read what it wrote."""

import csv
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from hedgerow.cli.main import main
from hedgerow.engines.tally.report import Report, from_json
from tests.engines.tally.sheets import made_up

STATIONS = """
title = "Mayor of Exampleton"
form = "plain"
station = "station"
[lines]
registered = "registered"
issued = "issued"
invalid = "invalid"
valid = "valid"
[options]
"A" = "A"
"B" = "B"
"C" = "C"
[groups]
town = "town"
"""
REPORTS = STATIONS.replace('town = "town"', "").replace(
    "[groups]", '[report]\nsource = "who"\nversion = "version"\nminute = "minute"'
)
HEAD = ["station", "town", "registered", "issued", "invalid", "valid", "A", "B", "C"]
SIZE = 60
OUT = "out"


def run(*words: object) -> Result:
    """Call the command."""
    return CliRunner().invoke(main, ["count", *map(str, words)])


def write(path: Path, head: list[str], rows: list[list[Any]]) -> Path:
    """Write a CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, *rows])
    return path


def maps(place: Path, other: str = "--official-mapping") -> list[str | Path]:
    """Return the options that choose the mappings."""
    return ["--mapping", place / "copies.toml", other, place / "official.toml"]


def report(folder: Path) -> Report:
    """Read a report back, strictly."""
    return from_json((folder / "report.json").read_bytes())


def facts(folder: Path) -> dict[str, Any]:
    """Return its summary."""
    return {one.name: one.value for one in report(folder).facts}


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    """Read one of its tables."""
    with (folder / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def example(tmp_path: Path) -> Path:
    """Write official sheets, copies of twenty stations, and their mappings.

    Four of twenty official sheets have fifty votes more for A and fifty fewer for B.
    """
    values = made_up(SIZE)
    official = values.copy()
    official[:4, 4] += 50
    official[:4, 5] -= 50
    rows = [[f"s{at}", f"town {at % 3}", *row] for at, row in enumerate(official.tolist())]
    write(tmp_path / "official.csv", HEAD, rows)
    copies = [
        [f"s{at}", *values[at].tolist(), f"observer {at}", 0, 1200 + 5 * at] for at in range(20)
    ]
    head = [HEAD[0], *HEAD[2:], "who", "version", "minute"]
    write(tmp_path / "copies.csv", head, copies)
    (tmp_path / "official.toml").write_text(STATIONS, "utf-8")
    (tmp_path / "copies.toml").write_text(REPORTS, "utf-8")
    return tmp_path
