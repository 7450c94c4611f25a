# SPDX-License-Identifier: AGPL-3.0-or-later
"""Read the shipped elections, and make up small ones, for all tests of the engine."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

import hedgerow
from hedgerow.engines.forensics.mapping import Mapping, parse_mapping
from hedgerow.engines.forensics.reading import read_stations
from hedgerow.engines.forensics.stations import Stations

SHIPPED = Path(hedgerow.__file__).parent / "data" / "elections"
TESTS = Path(__file__).parents[2] / "data" / "elections"
YEARS = ("2004", "2007", "2008", "2011", "2012", "2016", "2018", "2020", "2021", "2024")


@cache
def published() -> dict[str, Any]:
    """Return the published figures."""
    figures: dict[str, Any] = json.loads((TESTS / "published.json").read_text("utf-8"))
    return figures


def mapping(name: str) -> Mapping:
    """Read a ready mapping."""
    return parse_mapping((SHIPPED / "mappings" / f"{name}.toml").read_text("utf-8"))


@cache
def shipped(year: str) -> Stations:
    """Read a shipped election."""
    data = (SHIPPED / f"{year}.parquet").read_bytes()
    return read_stations(data, name=f"{year}.parquet", mapping=mapping(f"shipped-{year}"))


@cache
def cut(year: str) -> Stations:
    """Read 500 rows of an election, all columns of the protocol, by the mapping of whole files."""
    data = (TESTS / f"cut-{year}.csv.zip").read_bytes()
    return read_stations(data, name=f"{year}.csv.zip", mapping=mapping(f"ru-{year}"))


def made_up(
    count: int, *, seed: int = 1, share: float = 0.5, turnout: float = 0.6, regions: int = 4
) -> Stations:
    """Make up an honest election of stations that differ a little."""
    rng = np.random.default_rng(seed)
    registered = rng.integers(300, 2500, count)
    shares = np.clip(rng.normal(share, 0.08, count), 0.01, 0.99)
    issued = rng.binomial(registered, np.clip(rng.normal(turnout, 0.08, count), 0.01, 0.99))
    invalid = rng.binomial(issued, 0.01)
    first = rng.binomial(issued - invalid, shares)
    second = rng.binomial(issued - invalid - first, 0.7)
    return Stations.from_columns(
        {"registered": registered, "issued": issued, "found": issued, "invalid": invalid},
        options={"A": first, "B": second, "C": issued - invalid - first - second},
        groups={
            "region": [f"region {place % regions}" for place in range(count)],
            "commission": [f"commission {place % (regions * 5)}" for place in range(count)],
        },
    )
