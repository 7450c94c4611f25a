# SPDX-License-Identifier: AGPL-3.0-or-later
"""Show how unlike the covered stations are to the rest, by the official figures of both.

Observers go where observers live. What they see is no sample, so it has no interval; what can be
said is how far the official figures of covered stations are from those of all.
"""

from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from typing import Final

import numpy as np

from hedgerow.engines.tally.frame import Labels
from hedgerow.engines.tally.layout import Flags, Ints

SIZES: Final = (100, 500, 1000, 1500, 2000, 2500)


@dataclass(frozen=True, kw_only=True)
class Official:
    """Hold the official figures of all stations that a comparison of coverage needs.

    Args:
        registered: (stations,) voters.
        issued: (stations,) ballots given out.
        ballots: (stations,) ballots found.
        votes: (stations,) of one option.
    """

    registered: Ints
    issued: Ints
    ballots: Ints
    votes: Ints


@dataclass(frozen=True)
class Side:
    """Hold the sums of some stations."""

    name: str
    stations: int
    registered: int
    issued: int
    ballots: int
    votes: int

    @property
    def share(self) -> float | None:
        """Return votes of ballots, None without any."""
        return self.votes / self.ballots if self.ballots else None

    @property
    def turnout(self) -> float | None:
        """Return ballots issued of voters, None without any."""
        return self.issued / self.registered if self.registered else None


@dataclass(frozen=True, kw_only=True)
class CoverageBias:
    """Hold how covered stations differ.

    Args:
        covered: Sums of covered stations.
        uncovered: Sums of the others.
        whole: Sums of all.
        part: Share of all ballots that lies at covered stations, f.
        correlation: Of a ballot's being covered with its being for the option, rho; None where
            all or none are covered, or all ballots say the same.
    """

    covered: Side
    uncovered: Side
    whole: Side
    part: float | None
    correlation: float | None


def coverage_bias(official: Official, *, covered: Flags) -> CoverageBias:
    """Compare covered stations with all by their official figures.

    The error of the covered share is correlation · sqrt((1 - f) / f) · standard deviation, all
    three over ballots.

    Source: Meng, Annals of Applied Statistics 12(2), 2018, 685-726.
    """
    seen, rest = _side("covered", official, covered), _side("not covered", official, ~covered)
    whole = _side("all", official, np.ones(len(covered), np.bool_))
    part = seen.ballots / whole.ballots if whole.ballots else None
    correlation = None
    if seen.share is not None and whole.share is not None and part is not None:
        correlation = correlation_between(seen.share, whole.share, part=part)
    return CoverageBias(
        covered=seen, uncovered=rest, whole=whole, part=part, correlation=correlation
    )


def correlation_between(seen: float, claimed: float, *, part: float) -> float | None:
    """Return the correlation of coverage with the vote that would explain a difference away.

    Args:
        seen: Share at covered stations, by the copies.
        claimed: Share of all, by the official figures.
        part: Share of all ballots that lies at covered stations.
    """
    deviation = sqrt(claimed * (1 - claimed))
    if not 0 < part < 1 or not deviation:
        return None
    return (seen - claimed) * sqrt(part / (1 - part)) / deviation


def coverage_table(
    official: Official, *, covered: Flags, groups: Labels
) -> list[tuple[Side, Side]]:
    """Return covered stations and all stations of each group, in the groups' order."""
    seen = _sides(official, covered, groups)
    whole = _sides(official, np.ones(len(covered), np.bool_), groups)
    return list(zip(seen, whole, strict=True))


def size_classes(registered: Ints, *, edges: tuple[int, ...] = SIZES) -> Labels:
    """Group stations by their number of voters."""
    steps = [f"{low} to {high - 1}" for low, high in pairwise((0, *edges))]
    names = (*steps, f"{edges[-1]} and more")
    codes = np.searchsorted(np.asarray(edges), registered, side="right")
    return Labels(names, codes.astype(np.int64))


def _side(name: str, official: Official, which: Flags) -> Side:
    """Add some stations up."""
    return Side(
        name=name,
        stations=int(which.sum()),
        registered=int(official.registered[which].sum()),
        issued=int(official.issued[which].sum()),
        ballots=int(official.ballots[which].sum()),
        votes=int(official.votes[which].sum()),
    )


def _sides(official: Official, which: Flags, groups: Labels) -> list[Side]:
    """Add some stations up by group."""
    columns = (official.registered, official.issued, official.ballots, official.votes)
    sums = [groups.sums(np.where(which, column, 0)).tolist() for column in columns]
    sizes = groups.sums(which).tolist()
    return [Side(name, *rest) for name, *rest in zip(groups.names, sizes, *sums, strict=True)]
