# SPDX-License-Identifier: AGPL-3.0-or-later
"""Take the clean ratio of Shpilkin's method from a cluster of stations instead of a bin.

Stations stand in a plane of turnout and leader's share. Other ballots, which nobody adds by the
method's own assumption, are heaped up over it; of the high hills the one at the lowest turnout is
the cluster, and the ratio of the leader to all others within it is taken for all. Source: S.
Shpilkin, Troitskiy Variant, 2009 to 2018, who reads the cluster off the same picture by eye; here
the hill is found by a rule.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import ndimage

from hedgerow.engines.forensics.findings import About, Finding, cannot_be_tested
from hedgerow.engines.forensics.shpilkin import BINS, FEWEST_STATIONS, Binned, binned, resampled
from hedgerow.engines.forensics.stations import Flags, Floats, Ints, Stations

_WINDOW: Final = 5
_HEIGHT: Final = 0.5
_SIZE: Final = 0.25

ABOUT: Final = About(
    method="clean cluster",
    title="Votes above the ratio of a cluster",
    model=(
        "The leader's votes stand in the same ratio to all other ballots at every turnout. The"
        " ratio is taken from the cluster of stations, by turnout and leader's share, in which"
        " other ballots are dense and turnout is lowest."
    ),
    inclusion="paper stations with N > 100 and 0 < R <= N; turnout is R / N, share is V / R",
    explanations=(
        (
            "Where town and country or peoples differ, there are several honest clusters; one of"
            " them says nothing of the others."
        ),
        "The cluster is found by its density, and the method has no null of its own.",
        "A result below zero means that the model does not apply.",
        "These are votes above the model, not ballots that were falsified.",
    ),
    reference="S. Shpilkin, Troitskiy Variant, 2009-2018, variant with a cluster in two dimensions",
)


@dataclass(frozen=True, eq=False, kw_only=True)
class Cluster:
    """Hold the cluster and what its ratio leaves.

    Args:
        is_inside: (stations,) whether a station lies in the cluster.
        turnout: Ballots of the cluster through its voters.
        anomalous_votes: A, votes above the ratio of the cluster; may be below zero.
        clean_share: The leader's share of the cluster's ballots.
    """

    is_inside: Flags
    turnout: float
    anomalous_votes: float
    clean_share: float


def clean_cluster(bins: Binned) -> Cluster:
    """Find the hill of other ballots at the lowest turnout, down to half the greatest height.

    Heights are means over five bins by five, a bin being one point of turnout and of share. A hill
    with less than a quarter of the ballots of the largest is none. There must be other ballots.
    """
    shares = (BINS * bins.leader) // (bins.leader + bins.others)
    cells = bins.places * BINS + np.minimum(shares, BINS - 1)
    is_inside = _hill(cells, bins.others.astype(np.float64))[cells]
    leader, others = bins.leader[is_inside].sum(), bins.others[is_inside].sum()
    ratio = leader / others
    return Cluster(
        is_inside=is_inside,
        turnout=float((leader + others) / bins.registered[is_inside].sum()),
        anomalous_votes=float(bins.leader.sum() - ratio * bins.others.sum()),
        clean_share=float(ratio / (1 + ratio)),
    )


def _hill(cells: Ints, weights: Floats) -> Flags:
    """Say which cells of the plane, row by row, belong to the cluster: (10,000,)."""
    plane = np.bincount(cells, weights=weights, minlength=BINS * BINS).reshape(BINS, BINS)
    heights = ndimage.uniform_filter(plane, _WINDOW, mode="constant")
    hills, count = ndimage.label(heights >= _HEIGHT * heights.max())
    sizes = ndimage.sum_labels(plane, hills, np.arange(1, count + 1))
    high = 1 + np.flatnonzero(sizes >= _SIZE * sizes.max())
    turnouts = ndimage.center_of_mass(plane, hills, high)
    lowest = high[int(np.argmin([turnout for turnout, _ in turnouts]))]
    return np.asarray((hills == lowest).ravel(), np.bool_)


def cluster_findings(stations: Stations, option: str, *, rng: np.random.Generator) -> list[Finding]:
    """Describe the reconstruction from a cluster, with the stations drawn again."""
    bins = binned(stations, option)
    units, dropped = len(bins.places), bins.dropped
    if units < FEWEST_STATIONS or not (bins.others.any() and bins.leader.any()):
        few = f"fewer than {FEWEST_STATIONS} stations"
        reason = few if units < FEWEST_STATIONS else "all ballots are for one"
        return [cannot_be_tested(ABOUT, option, units=units, dropped=dropped, reason=reason)]
    found = clean_cluster(bins)
    return [
        Finding(
            about=ABOUT,
            label=option,
            outcome="described",
            units=units,
            dropped=dropped,
            effect=found.anomalous_votes,
            effect_unit="votes above the ratio of the cluster",
            interval=resampled(bins, here=found.is_inside, rng=rng),
            interval_kind="95 %, stations drawn again in the same cluster",
            details={
                "stations of the cluster": int(found.is_inside.sum()),
                "turnout of the cluster": found.turnout,
                "share of the leader's votes": found.anomalous_votes / int(bins.leader.sum()),
                "clean share": found.clean_share,
                "applies": found.anomalous_votes >= 0,
            },
        )
    ]
