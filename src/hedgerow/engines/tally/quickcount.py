# SPDX-License-Identifier: AGPL-3.0-or-later
"""Estimate a result from a sample of stations, with the interval of the design that drew it.

The combined ratio estimator: X = Σ (M/m) Σ x and Y likewise over strata, p = Y/X, with residuals
e = y - p x. In one stage Var(p) = Σ M² (1 - m/M)/m · s²(e) / X². In two stages commissions' totals
are weighted up and compared with one another within their stratum; where every commission of a
stratum was drawn, its stations are compared within each commission instead.

Where no interval can be given, none is: a margin is a number above zero, or a reason why not.
What has not come in yet is not missing at random, so it is shown by stratum and bounded.

Source: Cochran, Sampling Techniques, third edition, 1977, sections 2.11, 6.11 and 10.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from scipy.special import stdtrit

from hedgerow.engines.tally.design import strata_of_clusters
from hedgerow.engines.tally.drawing import Sample
from hedgerow.engines.tally.frame import Floats
from hedgerow.engines.tally.layout import Flags, Ints

NoMargin = Literal[
    "",
    "nothing has come in",
    "some strata have sent nothing",
    "a stratum has sent a single unit, which says nothing of how units differ",
    "every station was counted, so there is no sampling error",
    "units that came in do not differ, which says nothing of those that did not",
]
CONFIDENCE: Final = 0.95


@dataclass(frozen=True, eq=False, kw_only=True)
class Estimate:
    """Hold an estimated share.

    Args:
        share: p; None where nothing came in.
        margin: Half of the interval; None where there is none.
        no_margin: Why there is none; empty where there is one.
        degrees: Of freedom.
        design_effect: Variance against a simple random sample of as many stations; None without
            a margin.
        planned: (strata,) stations drawn.
        received: (strata,) of them used.
        silent: Names of strata that have sent nothing.
        worst: Least and most share if stations drawn but silent had any result at all.
    """

    share: float | None
    margin: float | None
    no_margin: NoMargin
    degrees: int
    design_effect: float | None
    planned: Ints
    received: Ints
    silent: tuple[str, ...]
    worst: tuple[float, float] | None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Return the interval, within 0 and 1."""
        if self.share is None or self.margin is None:
            return None
        return max(0.0, self.share - self.margin), min(1.0, self.share + self.margin)


@dataclass(frozen=True, eq=False, kw_only=True)
class _Level:
    """Hold one comparison of units within groups, from which a variance is estimated.

    Args:
        places: Stations used here, among all used.
        unit: (places,) number of the unit each belongs to.
        inner: (places,) weight of a station within its unit.
        group: (units,) number of the group each unit belongs to.
        population: (groups,) units there are.
        is_corrected: Whether units are drawn without a further stage below them.
    """

    places: Ints
    unit: Ints
    inner: Floats
    group: Ints
    population: Ints
    is_corrected: bool

    @property
    def sizes(self) -> Ints:
        """Count the units of each group that came in."""
        return np.bincount(self.group, minlength=len(self.population)).astype(np.int64)

    @property
    def has_single(self) -> bool:
        """Tell whether a group that was not taken whole has a single unit."""
        return bool(((self.sizes == 1) & (self.population > 1)).any())

    def variance(self, residuals: Floats) -> tuple[float, int]:
        """Return Σ N² (1 - n/N)/n · s² over groups not taken whole, and the degrees."""
        weighted = self.inner * residuals[self.places]
        totals = np.bincount(self.unit, weights=weighted, minlength=len(self.group))
        sizes, length = self.sizes, len(self.population)
        safe = np.maximum(sizes, 1)
        means = np.bincount(self.group, weights=totals, minlength=length) / safe
        squares = np.bincount(
            self.group, weights=(totals - means[self.group]) ** 2, minlength=length
        )
        is_open = (sizes > 1) & (sizes < self.population)
        spread = squares / np.maximum(sizes - 1, 1)
        left = 1 - sizes / self.population if self.is_corrected else 1.0
        found = self.population.astype(np.float64) ** 2 * left / safe * spread
        return float(found[is_open].sum()), int((sizes - 1)[is_open].sum())


def estimate(
    sample: Sample,
    *,
    whole: Ints,
    part: Ints,
    received: Flags,
    most: Ints | None = None,
    confidence: float = CONFIDENCE,
) -> Estimate:
    """Estimate part of whole over the whole frame.

    Args:
        sample: What was drawn.
        whole: (stations,) x: ballots, or voters for turnout; read where received.
        part: (stations,) y: votes, or ballots for turnout.
        received: (stations,) whose figures are there and count. Those not drawn are left out.
        most: (stations,) the largest x can be at a silent station, for the worst case.
        confidence: Of the interval.
    """
    used = received & sample.is_drawn
    places = np.flatnonzero(used)
    weight = _weights(sample, used)[places]
    x, y = whole[places].astype(np.float64), part[places].astype(np.float64)
    total = float(weight @ x)
    share = float(weight @ y) / total if total else None
    strata = sample.design.strata
    planned, came = sample.planned_by_stratum(), strata.sums(used)
    silent = tuple(strata.names[at] for at in np.flatnonzero((came == 0) & (planned > 0)))
    residuals = y - (share or 0.0) * x
    levels = _levels(sample, used)
    parts = [level.variance(residuals) for level in levels]
    variance = sum(one for one, _ in parts) / total**2 if total else 0.0
    degrees = sum(one for _, one in parts)
    reason = _reason(levels, silent=silent, share=share, variance=variance)
    if used.all():
        reason = "every station was counted, so there is no sampling error"
    quantile = float(stdtrit(max(degrees, 1), (1 + confidence) / 2))
    return Estimate(
        share=share,
        margin=None if reason else quantile * float(np.sqrt(variance)),
        no_margin=reason,
        degrees=degrees,
        design_effect=None if reason else variance / _simple(residuals, total, stations=len(used)),
        planned=planned,
        received=came,
        silent=silent,
        worst=None if most is None else _worst(sample, used, (whole, part), most),
    )


def convergence(
    sample: Sample,
    *,
    whole: Ints,
    part: Ints,
    minute: Ints,
    counts: Flags,
    steps: Sequence[int],
) -> list[tuple[int, Estimate]]:
    """Estimate again at every step of the night, from the stations that had come in by then.

    Their figures are those that stand in the end, corrections and rulings included.

    Args:
        sample: What was drawn.
        whole: (stations,) x.
        part: (stations,) y.
        minute: (stations,) when each first sent something.
        counts: (stations,) whose figures count.
        steps: Minutes at which to look.
    """
    return [
        (step, estimate(sample, whole=whole, part=part, received=counts & (minute <= step)))
        for step in steps
    ]


def _weights(sample: Sample, used: Flags) -> Floats:
    """Return for how many stations each one used stands: (stations,), 0 for the others."""
    design = sample.design
    strata, clusters = design.strata, design.clusters
    if clusters is None:
        came = np.maximum(strata.sums(used), 1)
        return np.where(used, (strata.sizes() / came)[strata.codes], 0.0)
    of_cluster = strata_of_clusters(strata, clusters)
    stations = clusters.sums(used)
    in_stratum = np.bincount(of_cluster, minlength=len(strata.names))
    came = np.bincount(of_cluster[stations > 0], minlength=len(strata.names))
    first = (in_stratum / np.maximum(came, 1))[strata.codes]
    second = (clusters.sizes() / np.maximum(stations, 1))[clusters.codes]
    return np.where(used, first * second, 0.0)


def _levels(sample: Sample, used: Flags) -> list[_Level]:
    """Say which units are compared with which."""
    design = sample.design
    strata, clusters = design.strata, design.clusters
    places = np.flatnonzero(used)
    if clusters is None:
        return [_stations(np.arange(len(places)), strata.codes[places], strata.sizes())]
    of_cluster = strata_of_clusters(strata, clusters)
    stations = clusters.sums(used)
    in_stratum = np.bincount(of_cluster, minlength=len(strata.names)).astype(np.int64)
    came = np.bincount(of_cluster[stations > 0], minlength=len(strata.names))
    # Where every commission was taken, chance had its say within commissions only.
    is_whole = (came == in_stratum)[strata.codes[places]]
    below = np.flatnonzero(is_whole)
    above = np.flatnonzero(~is_whole)
    taken, unit = np.unique(clusters.codes[places[above]], return_inverse=True)
    inner = (clusters.sizes() / np.maximum(stations, 1))[clusters.codes[places[above]]]
    first = _Level(
        places=above,
        unit=unit.astype(np.int64),
        inner=inner,
        group=of_cluster[taken],
        population=in_stratum,
        is_corrected=False,
    )
    return [first, _stations(below, clusters.codes[places[below]], clusters.sizes())]


def _stations(which: Ints, group: Ints, population: Ints) -> _Level:
    """Compare stations within groups."""
    return _Level(
        places=which,
        unit=np.arange(len(which)),
        inner=np.ones(len(which)),
        group=group,
        population=population,
        is_corrected=True,
    )


def _reason(
    levels: list[_Level], *, silent: tuple[str, ...], share: float | None, variance: float
) -> NoMargin:
    """Say why no margin can be given; empty where one can."""
    if share is None:
        return "nothing has come in"
    if silent:
        return "some strata have sent nothing"
    if any(level.has_single for level in levels):
        return "a stratum has sent a single unit, which says nothing of how units differ"
    if variance <= 0:
        return "units that came in do not differ, which says nothing of those that did not"
    return ""


def _simple(residuals: Floats, total: float, *, stations: int) -> float:
    """Return the variance of a simple random sample of as many stations."""
    size = len(residuals)
    spread = float(np.var(residuals, ddof=1))
    return stations**2 * (1 - size / stations) / size * spread / total**2


def _worst(
    sample: Sample, used: Flags, figures: tuple[Ints, Ints], most: Ints
) -> tuple[float, float] | None:
    """Return the least and the most share that silent stations could have led to."""
    weight = _weights(sample, sample.is_drawn)
    whole, part = figures
    silent = sample.is_drawn & ~used
    unseen = float(weight[silent] @ most[silent])
    ballots = float(weight[used] @ whole[used]) + unseen
    votes = float(weight[used] @ part[used])
    return (votes / ballots, (votes + unseen) / ballots) if ballots else None
