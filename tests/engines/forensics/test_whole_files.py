# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where the whole files lie on this machine, check what was cut out of them."""

import os
from pathlib import Path

import numpy as np
import pytest

from hedgerow.engines.forensics.reading import read_stations
from tests.engines.forensics.elections import YEARS, mapping, shipped

FOLDER = Path(os.environ.get("HEDGEROW_DATA", "/nowhere")) / "elections"
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="HEDGEROW_DATA names no whole files")


@pytest.mark.parametrize("year", YEARS)
def test_the_shipped_columns_are_those_of_the_whole_file(year: str) -> None:
    """Every station, in order, with the same counts and the same leader."""
    data = (FOLDER / f"{year}.csv.zip").read_bytes()
    whole = read_stations(data, name=f"{year}.csv.zip", mapping=mapping(f"ru-{year}"))
    part = shipped(year)
    for name in ("registered", "issued", "found"):
        assert np.array_equal(getattr(whole, name), getattr(part, name))
    assert whole.leader() == part.leader()
    assert np.array_equal(whole.votes(whole.leader()), part.votes(part.leader()))
    assert (whole.options.sum(axis=1) + whole.invalid == whole.found).all()
