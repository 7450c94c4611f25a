# SPDX-License-Identifier: AGPL-3.0-or-later
"""Read the shipped forms and cuts of real elections, and make up small ones."""

import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import hedgerow
from hedgerow.engines.forensics.reading import table_of
from hedgerow.engines.tally.forms import Form, parse_form
from hedgerow.engines.tally.layout import Layout, Values
from hedgerow.engines.tally.sheetmap import SheetMap, parse_sheet_map
from hedgerow.engines.tally.tables import SheetTable, sheets_of

DATA = Path(hedgerow.__file__).parent / "data"
TESTS = Path(__file__).parents[2] / "data" / "elections"
WHOLE = Path(os.environ.get("HEDGEROW_DATA", "/nowhere")) / "elections"
# 2020 has no relations but one.
YEARS = ("2004", "2007", "2008", "2011", "2012", "2016", "2018", "2021", "2024")
needs_whole_files = pytest.mark.skipif(
    not WHOLE.is_dir(), reason="HEDGEROW_DATA names no whole files"
)


def form(name: str) -> Form:
    """Read a shipped form."""
    return parse_form((DATA / "forms" / f"{name}.toml").read_text("utf-8"))


def sheet_map(name: str) -> SheetMap:
    """Read a ready mapping of sheets."""
    return parse_sheet_map((DATA / "sheets" / f"{name}.toml").read_text("utf-8"))


def read(path: Path, *, name: str) -> SheetTable:
    """Read a file of sheets by a ready mapping."""
    chosen = sheet_map(name)
    table = table_of(path.read_bytes(), name=path.name)
    return sheets_of(table, sheet_map=chosen, form=form(chosen.form))


@cache
def cut(year: str) -> SheetTable:
    """Read 500 rows of an election with all lines."""
    return read(TESTS / f"cut-{year}.csv.zip", name=f"ru-{year}")


@cache
def shipped(year: str) -> SheetTable:
    """Read the totals and the leader's votes of all stations of an election."""
    return read(DATA / "elections" / f"{year}.parquet", name=f"shipped-{year}")


def plain(options: Sequence[str] = ("A", "B", "C")) -> Layout:
    """Return the plain sheet for some options."""
    return Layout.of(form("plain"), options)


def made_up(count: int, *, seed: int = 1, options: int = 3) -> Values:
    """Make up plain sheets that keep every relation: (count, 4 + options)."""
    rng = np.random.default_rng(seed)
    registered = rng.integers(200, 2500, count)
    issued = rng.binomial(registered, rng.uniform(0.3, 0.8, count))
    invalid = rng.binomial(issued, 0.01)
    shares = rng.dirichlet(np.arange(options, 0, -1) * 20.0, count)
    votes = rng.multinomial(issued - invalid, shares)
    head = np.stack([registered, issued, invalid, issued - invalid], axis=1)
    return np.concatenate([head, votes], axis=1).astype(np.int32)
