# SPDX-License-Identifier: AGPL-3.0-or-later
"""Plan a sample of stations: how many, and how many of them where.

Source: Cochran, Sampling Techniques, third edition, 1977, chapters 4 to 6 and 10.
"""

from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from math import ceil, sqrt

import numpy as np

from hedgerow.engines.tally.frame import Floats, Labels
from hedgerow.engines.tally.layout import Ints
from hedgerow.kernel.errors import BadInput

# A stratum with one station in the sample says nothing of how much its stations differ.
FEWEST_IN_STRATUM = 2


@dataclass(frozen=True, eq=False, kw_only=True)
class Design:
    """Hold a plan; a simple random sample is one of a single stratum.

    Args:
        strata: Where each station of the frame belongs.
        planned: (strata,) stations to draw; in two stages clusters (commissions) to draw.
        clusters: Commission of each station, for two stages; None for one.
        within: In two stages, stations to draw in each commission.
    """

    strata: Labels
    planned: Ints
    clusters: Labels | None = None
    within: int = 0

    @property
    def kind(self) -> str:
        """Name the design as it is published."""
        first = "stratified" if len(self.strata.names) > 1 else "simple random"
        return f"{first}, two stages" if self.clusters is not None else first


def simple_design(stations: int, *, size: int) -> Design:
    """Plan a simple random sample of stations.

    Raises:
        BadInput: "design.size".
    """
    return stratified_design(Labels.all_one(stations), size=size)


def stratified_design(strata: Labels, *, size: int, spread: Floats | None = None) -> Design:
    """Plan a sample from every stratum, at least two stations of each that has two.

    Args:
        strata: Where each station belongs.
        size: How many stations to draw.
        spread: (strata,) standard deviation of the figure within each stratum, from an earlier
            election, for Neyman's allocation; without it a stratum gets its part of stations.

    Raises:
        BadInput: "design.size" where the frame has fewer stations, or the strata need more.
    """
    return Design(strata=strata, planned=_allocated(strata.sizes(), size=size, spread=spread))


def two_stage_design(strata: Labels, clusters: Labels, *, size: int, within: int) -> Design:
    """Plan to draw commissions from every stratum, then stations in each commission.

    Args:
        strata: Where each station belongs.
        clusters: Commission of each station; none may reach over two strata.
        size: How many commissions to draw.
        within: How many stations in each, or all that it has.

    Raises:
        BadInput: "design.size", or "design.torn_cluster" with the commission.
    """
    if within < 1:
        raise BadInput("design.size", size=within, fewest=1, most=len(strata.codes))
    of_cluster = strata_of_clusters(strata, clusters)
    sizes = np.bincount(of_cluster, minlength=len(strata.names))
    planned = _allocated(sizes, size=size, spread=None)
    return Design(strata=strata, planned=planned, clusters=clusters, within=within)


def strata_of_clusters(strata: Labels, clusters: Labels) -> Ints:
    """Return the stratum of each commission: (clusters,) int64.

    Raises:
        BadInput: "design.torn_cluster" where a commission reaches over two strata.
    """
    found = np.zeros(len(clusters.names), np.int64)
    found[clusters.codes] = strata.codes
    torn = np.flatnonzero(found[clusters.codes] != strata.codes)
    if torn.size:
        raise BadInput("design.torn_cluster", cluster=clusters.names[clusters.codes[torn[0]]])
    return found


def sample_size(
    ballots: Ints,
    votes: Ints,
    *,
    margin: float,
    quantile: float = 1.96,
    design_effect: float = 1.0,
) -> int:
    """Return how many stations bring the margin down to what is wanted.

    m = z² S² / (E² x̄²), with the finite population correction and the design effect.

    Args:
        ballots: (stations,) of an earlier election.
        votes: (stations,) of one option then.
        margin: Half of the interval that is wanted, as a share.
        quantile: z of the confidence, 1.96 for 95 %.
        design_effect: Variance of the design against a simple random sample.

    Raises:
        BadInput: "design.no_history" without ballots at two stations.
    """
    stations = len(ballots)
    if stations < FEWEST_IN_STRATUM or not ballots.sum():
        raise BadInput("design.no_history", stations=stations)
    share = votes.sum() / ballots.sum()
    residuals = votes - share * ballots
    relative = float(residuals.std(ddof=1) / ballots.mean())
    needed = (quantile * relative / margin) ** 2 * design_effect
    corrected = needed / (1 + needed / stations)
    return min(stations, max(FEWEST_IN_STRATUM, ceil(corrected)))


def spread_within(strata: Labels, *, ballots: Ints, votes: Ints) -> Floats:
    """Return how much residuals of an earlier election differ within each stratum: (strata,)."""
    share = votes.sum() / max(1, ballots.sum())
    residuals = votes - share * ballots
    sizes = np.maximum(strata.sizes(), 1)
    length = len(strata.names)
    means = np.bincount(strata.codes, weights=residuals, minlength=length) / sizes
    squares = np.bincount(
        strata.codes, weights=(residuals - means[strata.codes]) ** 2, minlength=length
    )
    spread: Floats = np.sqrt(squares / sizes)
    return spread


def _allocated(sizes: Ints, *, size: int, spread: Floats | None) -> Ints:
    """Divide a sample among strata so that the variance becomes as small as it can.

    Each further unit goes where it lowers the variance most, which is exact, unlike rounding.

    Source: Wright, The American Statistician 66(4), 2012, 217-224.
    """
    given = np.minimum(sizes, FEWEST_IN_STRATUM).astype(np.int64)
    if not given.sum() <= size <= sizes.sum():
        raise BadInput("design.size", size=size, fewest=int(given.sum()), most=int(sizes.sum()))
    weights = sizes * (np.ones(len(sizes)) if spread is None else np.maximum(spread, 0.0))
    if not weights.sum():
        weights = sizes.astype(np.float64)
    heap = [
        (_priority(weights[code], int(given[code])), code)
        for code in np.flatnonzero(given < sizes).tolist()
    ]
    heapify(heap)
    for _ in range(size - int(given.sum())):
        _, code = heappop(heap)
        given[code] += 1
        if given[code] < sizes[code]:
            heappush(heap, (_priority(weights[code], int(given[code])), code))
    return given


def _priority(weight: float, given: int) -> float:
    """Return how little a further unit would lower the variance; the lowest comes first."""
    return -float(weight) / sqrt(given * (given + 1))
