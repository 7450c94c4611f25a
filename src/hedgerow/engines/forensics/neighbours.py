# SPDX-License-Identifier: AGPL-3.0-or-later
"""Lay stations on a map: are neighbours alike, where are they, and who is unlike them all?

Sources: Moran, Biometrika 37, 1950, 17-23 (I); Anselin, Geographical Analysis 27, 1995, 93-115
(local I, with permutation); Benjamini and Hochberg 1995 (false discovery rate). Neighbours are
the nearest stations along the surface of the earth, each with the same weight.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import csr_array
from scipy.spatial import cKDTree
from scipy.stats import norm

from hedgerow.engines.forensics.findings import (
    About,
    Finding,
    benjamini_hochberg,
    cannot_be_tested,
)
from hedgerow.engines.forensics.stations import Flags, Floats, Ints, Stations

NEAREST: Final = 20
FEWEST_STATIONS: Final = 100
_SMALLEST_GROUP: Final = 5
_FALSE_RATE: Final = 0.01
_SHUFFLES: Final = 9_999
_AT_ONCE: Final = 2_000_000
_DRAWN: Final = 200_000
_REGROUPINGS: Final = 20
_LISTED: Final = 50

ABOUT: Final = About(
    method="neighbours",
    title="Neighbours on the map",
    model=(
        "What a station's share departs from the others of its commission by is scattered over the"
        " map by chance; and a station has the pooled share of its twenty nearest, with binomial"
        " scatter and a spread that all have in common."
    ),
    inclusion="paper stations with R > 0 and coordinates that are not special",
    explanations=(
        (
            "Neighbours are alike in honest elections: an estate of new blocks, a street of old"
            " houses and a village each vote in a way of their own."
        ),
        "Stations of one building have the same place, and often the same voters' habits.",
        "Where stations lie far apart, the nearest are no neighbours.",
        "A map of where the paper protocols are worth looking at, not a verdict.",
    ),
    reference="Moran, Biometrika 37, 1950; Anselin, Geographical Analysis 27, 1995",
)


@dataclass(frozen=True, eq=False, kw_only=True)
class Map:
    """Hold what a map shows: arrays (stations taken,).

    Args:
        places: Row of each station in the table.
        residual: What its share departs from its group by, in standard deviations.
        around: Mean of its neighbours' residuals.
        p_local: Two-sided chance of such neighbours, corrected for the number of stations.
        moran: I over all stations.
        by_chance: I under shuffling: 2.5 % and 97.5 %.
        p_moran: One-sided chance of such an I or a larger one.
        z: How far its share is from that of its nearest stations.
        p_nearest: Two-sided, corrected for the number of stations.
        unlike_by_chance: How many stations are unlike as many stations drawn by chance.
    """

    places: Ints
    residual: Floats
    around: Floats
    p_local: Floats
    moran: float
    by_chance: tuple[float, float]
    p_moran: float
    z: Floats
    p_nearest: Floats
    unlike_by_chance: float

    @property
    def is_hot(self) -> Flags:
        """Say which stations and their neighbours are high, or low, together."""
        flags: Flags = (self.p_local < _FALSE_RATE) & (self.residual * self.around > 0)
        return flags

    @property
    def is_unlike(self) -> Flags:
        """Say which stations are unlike their nearest at a false discovery rate of 1 %."""
        flags: Flags = self.p_nearest < _FALSE_RATE
        return flags


def usable(stations: Stations) -> Flags:
    """Say which stations are taken: (stations,)."""
    mask: Flags = ~stations.is_remote & ~stations.is_special & (stations.found > 0)
    return mask & ~np.isnan(stations.coordinates[:, 0])


def nearest(coordinates: Floats, *, count: int = NEAREST) -> Ints:
    """Return the places of the nearest stations of each: (stations, count), itself left out.

    Args:
        coordinates: (stations, 2) degrees north and east.
        count: How many, fewer than there are stations.
    """
    north, east = np.radians(coordinates).T
    points = np.column_stack(
        [np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)]
    )
    _, found = cKDTree(points).query(points, k=count + 1)
    own = np.arange(len(points))[:, None]
    # Where several stations have one place, a station need not be the first of its own list.
    is_own = found == own
    is_own[~is_own.any(axis=1), -1] = True
    return np.asarray(found[~is_own].reshape(len(points), count), np.int64)


def on_the_map(
    stations: Stations, option: str, *, rng: np.random.Generator, count: int = NEAREST
) -> Map:
    """Lay one option's shares on the map.

    Args:
        stations: One election.
        option: Whose share is compared.
        rng: Chance of shuffling.
        count: How many of the nearest stations are neighbours.
    """
    mask = usable(stations)
    found = stations.found[mask].astype(np.float64)
    votes = stations.votes(option)[mask].astype(np.float64)
    group = stations.groups.get("commission")
    codes = group.codes[mask] if group is not None else np.zeros(len(found), np.int64)
    residual = _from_group(votes, found, codes)
    close = nearest(stations.coordinates[mask], count=count)
    around = residual[close].mean(axis=1)
    moran, shuffled = _moran(residual, close, rng)
    z = _from_nearest(votes, found, close)
    return Map(
        places=np.flatnonzero(mask),
        residual=residual,
        around=around,
        p_local=benjamini_hochberg(_local_p(residual, around, count=count, rng=rng)),
        moran=moran,
        by_chance=(float(np.percentile(shuffled, 2.5)), float(np.percentile(shuffled, 97.5))),
        p_moran=float((1 + (shuffled >= moran).sum()) / (1 + len(shuffled))),
        z=z,
        p_nearest=benjamini_hochberg(2 * norm.sf(np.abs(z))),
        unlike_by_chance=_unlike_by_chance(votes, found, count=count, rng=rng),
    )


def neighbour_findings(
    stations: Stations, option: str, *, rng: np.random.Generator
) -> list[Finding]:
    """Describe the map of the leader and of the runner-up."""
    # The hot spots of the strongest rival must be shown too.
    both = [option, *stations.rivals(option)[:1]]
    return [_finding(stations, one, rng) for one in both]


def _finding(stations: Stations, option: str, rng: np.random.Generator) -> Finding:
    """Describe one option's map."""
    units = int(usable(stations).sum())
    dropped = len(stations) - units
    if units < FEWEST_STATIONS:
        reason = f"fewer than {FEWEST_STATIONS} stations with coordinates"
        return cannot_be_tested(ABOUT, option, units=units, dropped=dropped, reason=reason)
    found = on_the_map(stations, option, rng=rng)
    hot, unlike = np.flatnonzero(found.is_hot), np.flatnonzero(found.is_unlike)
    strongest = hot[np.argsort(-np.abs(found.around[hot]), kind="stable")][:_LISTED]
    farthest = unlike[np.argsort(-np.abs(found.z[unlike]), kind="stable")][:_LISTED]
    names = stations.station[found.places]
    return Finding(
        about=ABOUT,
        label=option,
        outcome="described",
        units=units,
        dropped=dropped,
        effect=found.moran,
        effect_unit="Moran's I of the residuals",
        interval=found.by_chance,
        interval_kind="95 % of what shuffled stations give",
        p_value=found.p_moran,
        details={
            "neighbours of each": NEAREST,
            "high among high, 1 % of them falsely": int((found.residual[hot] > 0).sum()),
            "low among low, 1 % of them falsely": int((found.residual[hot] < 0).sum()),
            "unlike their nearest, 1 % of them falsely": len(unlike),
            "the same with neighbours by chance": found.unlike_by_chance,
            "among their like": [
                f"{names[one]} (mean of its neighbours {found.around[one]:+.1f})"
                for one in strongest
            ],
            "stations": [f"{names[one]} (z {found.z[one]:+.1f})" for one in farthest],
        },
    )


def _from_group(votes: Floats, found: Floats, codes: Ints) -> Floats:
    """Return how far each share is from its group's, in standard deviations: (stations,).

    A station of a small group is held against all others. Its own votes are no part of what it
    is compared with; the spread between stations comes from the residuals by moments.
    """
    is_small = np.bincount(codes)[codes] < _SMALLEST_GROUP
    all_votes = np.where(is_small, votes.sum(), np.bincount(codes, weights=votes)[codes])
    all_found = np.where(is_small, found.sum(), np.bincount(codes, weights=found)[codes])
    others = all_found - found
    return _standardised(votes, found, (all_votes - votes) / others, others)


def _from_nearest(votes: Floats, found: Floats, close: Ints) -> Floats:
    """Return how far each share is from the pooled share of its neighbours: (stations,)."""
    others = found[close].sum(axis=1)
    return _standardised(votes, found, votes[close].sum(axis=1) / others, others)


def _standardised(votes: Floats, found: Floats, share: Floats, others: Floats) -> Floats:
    """Divide residuals by their binomial and common scatter."""
    pooled = np.clip((votes + share * others) / (found + others), 1e-6, 1 - 1e-6)
    variance = pooled * (1 - pooled) * (1 / found + 1 / others)
    residual = votes / found - share
    spread = max(float((residual**2 - variance).mean()), 0.0)
    scatter: Floats = residual / np.sqrt(variance + spread)
    return scatter


def _moran(residual: Floats, close: Ints, rng: np.random.Generator) -> tuple[float, Floats]:
    """Return I, and I of shuffled residuals: (shuffles,)."""
    centred = residual - residual.mean()
    size, count = close.shape
    rows = np.arange(0, size * count + 1, count)
    weights = csr_array((np.full(size * count, 1 / count), close.ravel(), rows), (size, size))
    total = float((centred**2).sum()) or 1.0
    shuffled = np.empty(_SHUFFLES)
    block = max(_AT_ONCE // size, 1)
    for start in range(0, _SHUFFLES, block):
        width = min(block, _SHUFFLES - start)
        drawn = rng.permuted(np.tile(centred, (width, 1)), axis=1).T
        shuffled[start : start + width] = (drawn * (weights @ drawn)).sum(axis=0) / total
    return float(centred @ (weights @ centred) / total), shuffled


def _local_p(residual: Floats, around: Floats, *, count: int, rng: np.random.Generator) -> Floats:
    """Return the two-sided chance of each station's neighbours: (stations,).

    All are held against the same many sets of neighbours drawn by chance, without putting back.
    """
    drawn = np.sort(residual[_sets(len(residual), count=count, rng=rng)].mean(axis=1))
    above = len(drawn) - np.searchsorted(drawn, around, side="left")
    below = np.searchsorted(drawn, around, side="right")
    least: Floats = (1 + np.minimum(above, below)) / (1 + len(drawn))
    return np.minimum(2 * least, 1.0)


def _sets(size: int, *, count: int, rng: np.random.Generator) -> Ints:
    """Draw sets of stations, none twice in a set: (sets, count)."""
    sets = rng.integers(0, size, (_DRAWN, count))
    while True:
        ordered = np.sort(sets, axis=1)
        again = np.flatnonzero((ordered[:, 1:] == ordered[:, :-1]).any(axis=1))
        if not again.size:
            return np.asarray(sets, np.int64)
        sets[again] = rng.integers(0, size, (len(again), count))


def _unlike_by_chance(
    votes: Floats, found: Floats, *, count: int, rng: np.random.Generator
) -> float:
    """Return how many stations are unlike neighbours drawn by chance, on average."""
    size = len(votes)
    several = []
    for _ in range(_REGROUPINGS):
        # Steps along one shuffled ring: nobody is their own neighbour, or somebody's twice.
        ring = rng.permutation(size)
        place = np.argsort(ring)
        steps = rng.choice(size - 1, count, replace=False) + 1
        close = ring[(place[:, None] + steps[None, :]) % size]
        z = _from_nearest(votes, found, close)
        several.append((benjamini_hochberg(2 * norm.sf(np.abs(z))) < _FALSE_RATE).sum())
    return float(np.mean(several))
