# SPDX-License-Identifier: AGPL-3.0-or-later
"""Measure election forensics: exact against simulated, ten elections, the slow methods apart.

With HEDGEROW_DATA the ten whole files are read, otherwise the columns that are shipped. The exact
computation is measured warm, and the published simulation beside it in the same run.
"""

import os
import resource
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.harness import Figure
from hedgerow.cli.election_files import load_election, tables_in
from hedgerow.engines.forensics.analysis import QUICK, Election, analyse
from hedgerow.engines.forensics.integer import included, integer_anomaly
from hedgerow.engines.forensics.klimek import fit
from hedgerow.engines.forensics.rkd import rkd
from hedgerow.engines.forensics.stations import Stations

SHIPPED = Path(__file__).parents[1] / "src" / "hedgerow" / "data" / "elections"
REPETITIONS = 1000
REGION = "Республика Татарстан (Татарстан)"
_ROUNDS = 9
_HALF_BIN = 0.05
_KIB_A_MIB = 1024


def run() -> Iterator[Figure]:
    """Yield the figures."""
    whole = Path(os.environ.get("HEDGEROW_DATA", "/nowhere")) / "elections"
    folder = whole if whole.is_dir() else SHIPPED
    yield from _ten(folder)
    one = _election(SHIPPED / "2021.parquet")
    yield from _integer(one.stations, one.tested[0])
    yield from _slow(one)


def _election(path: Path) -> Election:
    """Read one election."""
    return load_election(path, mapping=None, options=())[0]


def _timed(act: Callable[[], object]) -> float:
    """Return the seconds that something takes."""
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def _ten(folder: Path) -> Iterator[Figure]:
    """Read ten elections and run every quick method on them."""
    paths = [path for path in tables_in(folder) if path.name[:4].isdigit()]
    paths = [path for path in paths if path.name.split(".")[0].isdigit()]
    took = _timed(lambda: analyse([_election(path) for path in paths], methods=QUICK))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KIB_A_MIB
    yield Figure(figure=f"{len(paths)} elections, read and tested", value=took, unit="s", bound=60)
    yield Figure(figure="memory at most", value=peak, unit="MiB", bound=2048)


def _integer(stations: Stations, option: str) -> Iterator[Figure]:
    """Compute the anomaly exactly, and simulate it as published."""
    cold = _timed(lambda: integer_anomaly(stations, option))
    exact = min(_timed(lambda: integer_anomaly(stations, option)) for _ in range(_ROUNDS))
    simulated = _timed(lambda: _simulate(stations, option))
    yield Figure(figure="whole percentages, exact, cold", value=cold * 1000, unit="ms")
    yield Figure(figure="whole percentages, exact", value=exact * 1000, unit="ms")
    yield Figure(figure="whole percentages, simulated", value=simulated, unit="s")
    yield Figure(
        figure="simulated over exact",
        value=simulated / exact,
        unit="times",
        bound=1000,
        is_bound_a_minimum=True,
    )


def _simulate(stations: Stations, option: str) -> NDArray[np.float64]:
    """Draw elections anew, station by station, as the published procedure does.

    Returns:
        The statistic of each repetition in three dimensions and four weights.
    """
    mask = included(stations, option)
    number, found = stations.registered[mask], stations.found[mask]
    given, votes = stations.issued[mask], stations.votes(option)[mask]
    chance = np.random.RandomState(42)
    share = np.empty((len(votes), REPETITIONS))
    turnout = np.empty((len(votes), REPETITIONS))
    for at in range(len(votes)):
        share[at] = chance.binomial(found[at], votes[at] / found[at], REPETITIONS)
        turnout[at] = chance.binomial(number[at], given[at] / number[at], REPETITIONS)
    share *= 100 / found[:, None]
    turnout *= 100 / number[:, None]
    hits = [np.abs(one - np.round(one)) <= _HALF_BIN for one in (share, turnout)]
    sums = np.empty((3, 4, REPETITIONS))
    for row, hit in enumerate((hits[0] | hits[1], *hits)):
        for column, weight in enumerate((np.ones(len(votes)), number, given, votes)):
            sums[row, column] = (hit * weight[:, None]).sum(axis=0)
    return sums


def _slow(election: Election) -> Iterator[Figure]:
    """Time what is not quick, each by itself."""
    stations, option = election.stations, election.tested[0]
    regions = stations.groups["region"]
    one = stations.where(regions.codes == list(regions.names).index(REGION))
    start = time.process_time()
    spikes = rkd(one, option, seed=1)
    took = time.process_time() - start
    yield Figure(
        figure=f"coarse shares of {spikes.units} stations", value=took, unit="CPU s", bound=10
    )
    took = _timed(lambda: fit(stations, option, seed=1))
    yield Figure(figure="Klimek's fit, five times", value=took, unit="s")
