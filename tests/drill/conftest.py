# SPDX-License-Identifier: AGPL-3.0-or-later
"""Run the drill as `./hedgerow drill --quick` does, once for all tests that look at its report."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from hedgerow.drill.plant import QUICK
from hedgerow.drill.prove import CHEAP
from hedgerow.drill.report import Report
from hedgerow.drill.run import Plan, run


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Report]:
    """Return the report of a quick drill on the software as it is."""
    folder = tmp_path_factory.mktemp("seized")
    plan = Plan(size=QUICK, costs=CHEAP, linkage=None)
    yield run(folder / "drill", plan, progress=lambda _what: None)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    """Return a folder that is removed at once, since instances are large."""
    yield tmp_path / "place"
    shutil.rmtree(tmp_path / "place", ignore_errors=True)
