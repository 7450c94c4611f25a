# SPDX-License-Identifier: AGPL-3.0-or-later
"""Run the drill in a folder of its own, as `./hedgerow drill` does, with cheap guesses."""

import shutil
from collections.abc import Callable, Iterator

import pytest
from django.db import connections
from pytest_django.plugin import DjangoDbBlocker

from hedgerow.drill.report import Report
from hedgerow.drill.run import HOME, run
from hedgerow.store.instance import Costs
from tests.databases import use_database
from tests.instances import CHEAP

Drill = Callable[[], Report]


@pytest.fixture(scope="module")
def drill(
    tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker
) -> Iterator[Drill]:
    """Return a function that runs a drill in a fresh folder and returns its report."""
    folder = tmp_path_factory.mktemp("seized") / "drill"

    def once() -> Report:
        shutil.rmtree(folder, ignore_errors=True)
        use_database(folder / HOME / "data" / "hedgerow.sqlite3")
        costs = Costs(phrase=CHEAP, code=CHEAP, boot=CHEAP)
        with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
            patch.setenv("HEDGEROW_HOME", str(folder / HOME))
            report = run(folder, costs=costs)
            connections["default"].close()
        return report

    yield once
    shutil.rmtree(folder, ignore_errors=True)
