# SPDX-License-Identifier: AGPL-3.0-or-later
"""Draw the sample of a design, so that anybody can draw the same one again.

A station's rank is the SHA-256 of the published seed, a line feed and the station's name, in
UTF-8. In each stratum those with the lowest ranks are drawn; in two stages commissions by their
names first, then stations in each. The order of the list makes no difference, no library is
needed to check it, and whoever publishes the list before the seed cannot choose the sample.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np

from hedgerow.engines.tally.design import Design, strata_of_clusters
from hedgerow.engines.tally.frame import Floats
from hedgerow.engines.tally.layout import Flags, Ints


@dataclass(frozen=True, eq=False, kw_only=True)
class Sample:
    """Hold a sample that was drawn.

    Args:
        design: Whose.
        is_drawn: (stations,) of the frame.
        is_drawn_cluster: (clusters,) commissions drawn; None in one stage.
    """

    design: Design
    is_drawn: Flags
    is_drawn_cluster: Flags | None

    @property
    def places(self) -> Ints:
        """List the numbers of the stations drawn."""
        return np.flatnonzero(self.is_drawn)

    def planned_by_stratum(self) -> Ints:
        """Count the stations drawn in each stratum: (strata,)."""
        return self.design.strata.sums(self.is_drawn)


def published_ranks(names: Sequence[str], *, seed: str) -> Floats:
    """Return ranks between 0 and 1 that follow from names and a published seed: (names,).

    The first 52 bits of the hash make the rank, so that a double holds it exactly.
    """
    start = sha256(f"{seed}\n".encode())
    ranks = np.empty(len(names), np.float64)
    for place, name in enumerate(names):
        one = start.copy()
        one.update(name.encode())
        ranks[place] = int.from_bytes(one.digest()[:8], "big") >> 12
    return ranks / 2.0**52


def draw(design: Design, *, ranks: Floats, cluster_ranks: Floats | None = None) -> Sample:
    """Draw a sample: the lowest ranks of every stratum.

    Args:
        design: How many, and where.
        ranks: (stations,) published ones, or those of a generator in simulations.
        cluster_ranks: (clusters,) for two stages.
    """
    if design.clusters is None or cluster_ranks is None:
        is_drawn = _lowest(ranks, groups=design.strata.codes, wanted=design.planned)
        return Sample(design=design, is_drawn=is_drawn, is_drawn_cluster=None)
    of_cluster = strata_of_clusters(design.strata, design.clusters)
    first = _lowest(cluster_ranks, groups=of_cluster, wanted=design.planned)
    wanted = np.where(first, design.within, 0)
    is_drawn = _lowest(ranks, groups=design.clusters.codes, wanted=wanted)
    return Sample(design=design, is_drawn=is_drawn, is_drawn_cluster=first)


def _lowest(ranks: Floats, *, groups: Ints, wanted: Ints) -> Flags:
    """Flag as many of each group as are wanted, those with the lowest ranks."""
    order = np.lexsort((ranks, groups))
    sizes = np.bincount(groups, minlength=len(wanted))
    starts = np.cumsum(sizes) - sizes
    place = np.arange(len(ranks)) - starts[groups[order]]
    is_drawn = np.zeros(len(ranks), np.bool_)
    is_drawn[order] = place < wanted[groups[order]]
    return is_drawn
