# SPDX-License-Identifier: AGPL-3.0-or-later
"""Run methods on elections, in turns or by any executor, with the same result each time.

Each method has chance of its own, seeded by the analysis' seed and the method's place, so that
neither the order of work nor the methods that were left out change a figure.
"""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Final

import numpy as np

from hedgerow.engines.forensics.association import association_findings
from hedgerow.engines.forensics.clean_cluster import cluster_findings
from hedgerow.engines.forensics.digits import digit_findings, second_digit_findings
from hedgerow.engines.forensics.findings import Finding, cannot_be_tested, with_holm
from hedgerow.engines.forensics.integer import integer_findings
from hedgerow.engines.forensics.integer_zone import integer_zone_findings
from hedgerow.engines.forensics.klimek import klimek_findings
from hedgerow.engines.forensics.neighbours import neighbour_findings
from hedgerow.engines.forensics.outliers import outlier_findings
from hedgerow.engines.forensics.remote import remote_findings
from hedgerow.engines.forensics.rkd import rkd_findings
from hedgerow.engines.forensics.scanners import scanner_findings
from hedgerow.engines.forensics.shpilkin import shpilkin_findings
from hedgerow.engines.forensics.small_numbers import small_number_findings
from hedgerow.engines.forensics.stations import Stations
from hedgerow.engines.forensics.swaps import ABOUT as SWAPS
from hedgerow.engines.forensics.swaps import swap_findings
from hedgerow.engines.forensics.transition import ABOUT as TRANSITION
from hedgerow.engines.forensics.transition import transition_findings
from hedgerow.kernel.errors import BadInput

QUICK: Final = (
    "integer",
    "integer zone",
    "shpilkin",
    "clean cluster",
    "association",
    "last digits",
    "small numbers",
    "remote",
    "outliers",
    "second digits",
)
SLOW: Final = ("klimek",)
# These take the regions that an election names.
REGIONAL: Final = ("rkd",)
# These compare with the earlier election that an election brings.
COMPARING: Final = ("swaps", "transition")
# This needs stations that a mapping marks.
MARKED: Final = ("scanners",)
# This needs to know where stations lie.
MAPPED: Final = ("neighbours",)


@dataclass(frozen=True, eq=False, kw_only=True)
class Election:
    """Hold what is analysed.

    Args:
        title: What people read.
        stations: Its table.
        options: Whose votes are tested; the leader's where none are named.
        clean_bin: Clean bin of Shpilkin's method where it is chosen by hand.
        regions: Regions for the methods that look at one region.
        earlier: The round or election before, for the methods that compare.
    """

    title: str
    stations: Stations
    options: tuple[str, ...] = ()
    clean_bin: int | None = None
    regions: tuple[str, ...] = ()
    earlier: Stations | None = None

    @property
    def tested(self) -> tuple[str, ...]:
        """Return the options that are tested."""
        return self.options or (self.stations.leader(),)


@dataclass(frozen=True, eq=False, kw_only=True)
class Task:
    """Hold one method on one option of one election."""

    method: str
    election: Election
    option: str
    seed: int


def analyse(
    elections: Sequence[Election],
    *,
    methods: Iterable[str] = QUICK,
    seed: int = 1,
    executor: Executor | None = None,
    advance: Callable[[], None] = lambda: None,
) -> list[list[Finding]]:
    """Run methods on elections; p-values are corrected over all tests of a method.

    Args:
        elections: What is analysed together.
        methods: Names out of QUICK, SLOW, REGIONAL, COMPARING, MARKED and MAPPED.
        seed: Of all chance.
        executor: Any of `concurrent.futures`' kind: threads, processes, a cluster's. Without
            one the work is done in turns. The numbers are identical.
        advance: Called after each task.

    Returns:
        The findings of each election.

    Raises:
        BadInput: "forensics.no_method" or "forensics.no_option".
    """
    tasks = list(tasks_of(elections, methods=methods, seed=seed))
    done = executor.map(run_task, tasks) if executor else map(run_task, tasks)
    found: list[list[Finding]] = [[] for _ in elections]
    places = {id(election): place for place, election in enumerate(elections)}
    for task, findings in zip(tasks, done, strict=True):
        here = found[places[id(task.election)]]
        # Columns that are no option's are tested with each option, and reported once.
        known = {(one.about.method, one.label) for one in here}
        here += [one for one in findings if (one.about.method, one.label) not in known]
        advance()
    return _corrected(found)


def tasks_of(elections: Sequence[Election], *, methods: Iterable[str], seed: int) -> Iterable[Task]:
    """Yield all work, election by election."""
    chosen = list(methods)
    for method in chosen:
        if method not in _RUNS:
            raise BadInput("forensics.no_method", method=method, known=", ".join(_RUNS))
    for election in elections:
        for option in election.tested:
            election.stations.votes(option)
            for method in chosen:
                yield Task(method=method, election=election, option=option, seed=seed)


def run_task(task: Task) -> list[Finding]:
    """Run one method; a function of the module, so that other processes find it."""
    return _RUNS[task.method](task)


def _rkd(task: Task) -> list[Finding]:
    """Look at each region that the election names."""
    return [
        one
        for region in task.election.regions
        for one in rkd_findings(task.election.stations, task.option, region=region, seed=task.seed)
    ]


def _compared(task: Task) -> list[Finding]:
    """Compare with the earlier election, where there is one."""
    later, earlier = task.election.stations, task.election.earlier
    if earlier is None:
        about = SWAPS if task.method == "swaps" else TRANSITION
        reason = "no earlier election was given"
        return [cannot_be_tested(about, task.option, units=0, dropped=len(later), reason=reason)]
    if task.method == "transition":
        return transition_findings(later, task.option, earlier=earlier, rng=_rng(task))
    return swap_findings(later, task.option, earlier=earlier)


def _scanners(task: Task) -> list[Finding]:
    """Compare stations with scanners with their commissions."""
    stations = task.election.stations
    return scanner_findings(stations, task.option, has_scanner=stations.has_scanner, rng=_rng(task))


def _rng(task: Task) -> np.random.Generator:
    """Seed the chance of one method."""
    return np.random.default_rng([task.seed, list(_RUNS).index(task.method)])


def _corrected(found: list[list[Finding]]) -> list[list[Finding]]:
    """Correct p-values over all elections, method by method."""
    flat = [(place, one) for place, findings in enumerate(found) for one in findings]
    result: list[list[Finding]] = [[] for _ in found]
    for method in dict.fromkeys(one.about.method for _, one in flat):
        mine = [(place, one) for place, one in flat if one.about.method == method]
        for (place, _), one in zip(mine, with_holm([one for _, one in mine]), strict=True):
            result[place].append(one)
    return result


_RUNS: Final[dict[str, Callable[[Task], list[Finding]]]] = {
    "integer": lambda task: integer_findings(task.election.stations, task.option),
    "integer zone": lambda task: integer_zone_findings(task.election.stations, task.option),
    "shpilkin": lambda task: shpilkin_findings(
        task.election.stations, task.option, rng=_rng(task), at=task.election.clean_bin
    ),
    "association": lambda task: association_findings(task.election.stations, task.option),
    "last digits": lambda task: digit_findings(task.election.stations, task.option),
    "small numbers": lambda task: small_number_findings(task.election.stations),
    "remote": lambda task: remote_findings(task.election.stations, task.option, rng=_rng(task)),
    "outliers": lambda task: outlier_findings(task.election.stations, task.option, rng=_rng(task)),
    "second digits": lambda task: second_digit_findings(task.election.stations, task.option),
    "klimek": lambda task: klimek_findings(task.election.stations, task.option, seed=task.seed),
    "rkd": _rkd,
    "scanners": _scanners,
    "swaps": _compared,
    "transition": _compared,
    "clean cluster": lambda task: cluster_findings(
        task.election.stations, task.option, rng=_rng(task)
    ),
    "neighbours": lambda task: neighbour_findings(
        task.election.stations, task.option, rng=_rng(task)
    ),
}
