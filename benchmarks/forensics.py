# SPDX-License-Identifier: AGPL-3.0-or-later
"""Measure election forensics: exact against simulated, ten elections, the slow methods apart.

With HEDGEROW_DATA the ten whole files are read, otherwise the columns that are shipped. The exact
computation is measured warm, and the published simulation beside it in the same run.
"""

import os
import resource
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.harness import Figure
from hedgerow.cli.election_files import load_election, tables_in
from hedgerow.cli.progress import show_progress
from hedgerow.engines.forensics.analysis import QUICK, Election, analyse
from hedgerow.engines.forensics.findings import Finding
from hedgerow.engines.forensics.integer import included, integer_anomaly
from hedgerow.engines.forensics.klimek import fit
from hedgerow.engines.forensics.remote import districts
from hedgerow.engines.forensics.rkd import rkd
from hedgerow.engines.forensics.shpilkin import binned, reconstruct, resampled
from hedgerow.engines.forensics.stations import Stations

SHIPPED = Path(__file__).parents[1] / "src" / "hedgerow" / "data" / "elections"
REPETITIONS = 1000
REGION = "Республика Татарстан (Татарстан)"
_ROUNDS = 5
_KIB_A_MIB = 1024
# The published anomaly of 2021, share or turnout, by stations.
PUBLISHED_ANOMALY = 1309.768
_BIN = 0.1
# Half a bin of a tenth of a percent, with room for rounding.
_HALF_BIN = _BIN / 2 + 1e-9
_WORKERS = 2
Ints = NDArray[np.int64]


def run() -> Iterator[Figure]:
    """Yield the figures."""
    whole = Path(os.environ.get("HEDGEROW_DATA", "/nowhere")) / "elections"
    folder = whole if whole.is_dir() else SHIPPED
    yield from _ten(folder)
    one = _election(SHIPPED / "2021.parquet")
    yield from _integer(one)
    yield from _slow(one)
    yield from _executors(one)


def _election(path: Path) -> Election:
    """Read one election."""
    return load_election(path, mapping=None, options=())[0]


def _timed(act: Callable[[], object]) -> float:
    """Return the seconds that something takes."""
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def _cpu_of(act: Callable[[], object]) -> float:
    """Return the processor's seconds that something takes, whatever else the machine does."""
    start = time.process_time()
    act()
    return time.process_time() - start


def _ten(folder: Path) -> Iterator[Figure]:
    """Read ten elections and run every quick method on them."""
    # The remote votes of 2024 lie beside them, in a table of another kind.
    paths = [path for path in tables_in(folder) if path.name.split(".")[0].isdigit()]
    start = time.process_time()
    took = _timed(lambda: analyse([_election(path) for path in paths], methods=QUICK))
    used = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KIB_A_MIB
    yield Figure(figure=f"{len(paths)} elections, read and tested", value=took, unit="s", bound=60)
    yield Figure(figure="the same, processor", value=used, unit="CPU s")
    yield Figure(figure="memory at most", value=peak, unit="MiB", bound=2048)


def _integer(election: Election) -> Iterator[Figure]:
    """Compute the anomaly exactly, and simulate it as published, electronic stations and all."""
    stations, option = _with_electronic(election.stations), election.tested[0]
    cold = _cpu_of(lambda: integer_anomaly(stations, option))
    exact = min(_cpu_of(lambda: integer_anomaly(stations, option)) for _ in range(_ROUNDS))
    start = time.process_time()
    drawn = _simulate(stations, option)
    lean = time.process_time() - start
    _agree(stations, option, drawn)
    start = time.process_time()
    drawn = _simulate_as_published(stations, option)
    published = time.process_time() - start
    _agree(stations, option, drawn)
    assert round(_observed_as_published(stations, option) - drawn[:, 0, 0].mean(), 3) == (
        PUBLISHED_ANOMALY
    )
    yield Figure(figure="whole percentages, exact, cold", value=cold * 1000, unit="CPU ms")
    yield Figure(figure="whole percentages, exact", value=exact * 1000, unit="CPU ms")
    yield Figure(figure="whole percentages, simulated as published", value=published, unit="CPU s")
    yield Figure(figure="the same draws without waste", value=lean, unit="CPU s")
    yield Figure(figure="without waste over exact", value=lean / exact, unit="times")
    yield Figure(
        figure="simulated as published over exact",
        value=published / exact,
        unit="times",
        bound=1000,
        is_bound_a_minimum=True,
    )


def _with_electronic(stations: Stations) -> Stations:
    """Return the table without the marks of electronic stations, as the published run took it."""
    option = stations.leader()
    columns = {
        "registered": stations.registered,
        "issued": stations.issued,
        "found": stations.found,
    }
    return Stations.from_columns(columns, options={option: stations.votes(option)})


def _agree(stations: Stations, option: str, drawn: NDArray[np.float64]) -> None:
    """Stop where the two do not compute the same: means within four errors, spreads within 15 %."""
    exact = integer_anomaly(stations, option)
    away = np.abs(drawn.mean(axis=0) - exact.expected)
    assert (away <= 4 * exact.std / np.sqrt(REPETITIONS)).all()
    ratio = drawn.std(axis=0) / exact.std
    assert ((ratio > 0.85) & (ratio < 1.15)).all()


def _simulate_as_published(stations: Stations, option: str) -> NDArray[np.float64]:
    """Draw elections anew step by step as the published notebook does, its seed included.

    Two tables of repetitions by stations are filled station by station, the included ones chosen
    out of the whole columns for each draw; hits are found anew in each dimension and weight. Its
    draws are the published ones: the anomaly comes out to the printed digit.

    Returns:
        The statistic of each repetition in three dimensions and four weights.
    """
    mask = included(stations, option)
    number, found = stations.registered, stations.found
    given, votes = stations.issued, stations.votes(option)
    chance = np.random.RandomState(42)
    won, went = np.zeros((REPETITIONS, mask.sum())), np.zeros((REPETITIONS, mask.sum()))
    with show_progress("Simulating", total=won.shape[1]) as advance:
        for at in range(won.shape[1]):
            share = votes[mask][at] / found[mask][at]
            won[:, at] = chance.binomial(found[mask][at], share, REPETITIONS)
            turnout = given[mask][at] / number[mask][at]
            went[:, at] = chance.binomial(number[mask][at], turnout, REPETITIONS)
            advance()
    share, turnout = 100 * won / found[mask], 100 * went / number[mask]
    sums = []
    for weight in (np.ones_like(number), number, given, votes):
        w = weight[mask]
        sums.append(
            [
                np.sum(w * (_published_hits(share) | _published_hits(turnout)), axis=1),
                np.sum(w * _published_hits(share), axis=1),
                np.sum(w * _published_hits(turnout), axis=1),
            ]
        )
    return np.array(sums, dtype=np.float64).transpose(2, 1, 0)


def _observed_as_published(stations: Stations, option: str) -> int:
    """Count stations at a whole share or turnout by the published rule."""
    mask = included(stations, option)
    share = 100 * stations.votes(option)[mask] / stations.found[mask]
    turnout = 100 * stations.issued[mask] / stations.registered[mask]
    return int((_published_hits(share) | _published_hits(turnout)).sum())


def _published_hits(percent: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which percentages are whole by the published rule, rounding and all."""
    hits: NDArray[np.bool_] = np.abs(percent - np.round(percent)) <= _BIN / 2
    return hits


def _simulate(stations: Stations, option: str) -> NDArray[np.float64]:
    """Draw the same with as little work as numpy takes: a station's draws at a time.

    Returns:
        The statistic of each repetition in three dimensions and four weights.
    """
    mask = included(stations, option)
    number, found = stations.registered[mask], stations.found[mask]
    given, votes = stations.issued[mask], stations.votes(option)[mask]
    weights = np.stack([np.ones(len(votes)), number, given, votes], axis=1).astype(np.float64)
    chance = np.random.RandomState(42)
    sums = np.zeros((3, 4, REPETITIONS))
    with show_progress("Simulating", total=len(votes)) as advance:
        for at, weight in enumerate(weights):
            drawn = chance.binomial(found[at], votes[at] / found[at], REPETITIONS)
            share = _hits(drawn, int(found[at]))
            drawn = chance.binomial(number[at], given[at] / number[at], REPETITIONS)
            turnout = _hits(drawn, int(number[at]))
            for row, hits in enumerate((share | turnout, share, turnout)):
                sums[row] += weight[:, None] * hits
            advance()
    return sums.transpose(2, 0, 1)


def _hits(counts: Ints, of: int) -> NDArray[np.bool_]:
    """Tell which counts are whole percentages of one number, in as little numpy as it takes."""
    percent = counts * (100.0 / of)
    hits: NDArray[np.bool_] = np.abs(percent - np.rint(percent)) <= _HALF_BIN
    return hits


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
    bins, rng = binned(stations, option), np.random.default_rng(1)
    at = reconstruct(bins).clean_bin
    took = _timed(lambda: resampled(bins, here=bins.places == at, rng=rng))
    yield Figure(figure="stations drawn again 1,000 times", value=took, unit="s")
    took = _timed(lambda: districts(stations, option, rng=rng))
    yield Figure(figure="33 districts drawn again 2,000 times", value=took, unit="s")
    took = _timed(lambda: fit(stations, option, seed=1))
    yield Figure(figure="Klimek's fit, five times", value=took, unit="s")


def _executors(election: Election) -> Iterator[Figure]:
    """Count the findings that come out otherwise in processes or on a cluster than in turns."""
    alone = analyse([election], methods=QUICK)[0]
    with ProcessPoolExecutor(_WORKERS, mp_context=get_context("spawn")) as pool:
        again = analyse([election], methods=QUICK, executor=pool)[0]
    differ = sum(one != other for one, other in zip(alone, again, strict=True))
    yield Figure(figure="findings that differ in processes", value=differ, unit="findings", bound=0)
    # The cluster is a library of the tests: `./hedgerow test --help` installs it.
    if find_spec("distributed"):
        again = _on_a_cluster(election)
        differ = sum(one != other for one, other in zip(alone, again, strict=True))
        yield Figure(
            figure="findings that differ on a dask cluster", value=differ, unit="findings", bound=0
        )


def _on_a_cluster(election: Election) -> list[Finding]:
    """Analyse on a cluster of two processes on this machine, through its executor."""
    from distributed import Client, LocalCluster  # noqa: PLC0415 -- not always installed

    options = {"n_workers": _WORKERS, "threads_per_worker": 1, "dashboard_address": None}
    with (
        LocalCluster(host="127.0.0.1", **options) as cluster,
        Client(cluster) as client,
        client.get_executor() as executor,
    ):
        return analyse([election], methods=QUICK, executor=executor)[0]
