# SPDX-License-Identifier: AGPL-3.0-or-later
"""Find stations that differ from their neighbours more than stations do.

Sources: leave-one-out z with overdispersion: DerSimonian and Laird, Controlled Clinical Trials
7, 1986, 177-188 (tau^2 by moments); false discovery rate: Benjamini and Hochberg 1995. Median
and MAD: Iglewicz and Hoaglin, How to Detect and Handle Outliers, 1993.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.stats import norm

from hedgerow.engines.forensics.findings import (
    About,
    Finding,
    benjamini_hochberg,
    cannot_be_tested,
)
from hedgerow.engines.forensics.stations import Flags, Floats, Ints, Stations

SMALLEST_GROUP: Final = 5
FEWEST_STATIONS: Final = 100
_FALSE_RATE: Final = 0.01
_LARGE_Z: Final = 3.5
_MAD: Final = 1.4826
_LISTED: Final = 50

ABOUT: Final = About(
    method="outliers",
    title="Stations unlike their neighbours",
    model=(
        "Within a group (building or commission) stations have the pooled share of the others, with"
        " binomial scatter and a spread between stations that all groups have in common."
    ),
    inclusion="paper stations with R > 0 that are not special, in groups of five or more",
    explanations=(
        "Barracks, dormitories, hospitals, villages and new blocks vote unlike their neighbours.",
        "The spread between stations is not the same in town and country.",
        "A list of stations whose paper protocols are worth looking at, not a verdict.",
    ),
    reference=(
        "Benjamini, Hochberg, JRSS B 57(1), 1995; Iglewicz, Hoaglin: How to Detect and Handle"
        " Outliers, 1993"
    ),
)


@dataclass(frozen=True, eq=False, kw_only=True)
class Outliers:
    """Hold the test of every station: arrays (stations taken,).

    Args:
        places: Row of each in the table.
        z: How far from the others of its group.
        p_adjusted: By Benjamini and Hochberg over all stations.
        tau: Standard deviation between stations beyond the binomial one.
        many: Stations beyond 3.5 by median and MAD.
        many_by_chance: The same under a random regrouping of the same stations.
    """

    places: Ints
    z: Floats
    p_adjusted: Floats
    tau: float
    many: int
    many_by_chance: float

    @property
    def is_outlier(self) -> Flags:
        """Say which stations are outliers at a false discovery rate of 1 %."""
        flags: Flags = self.p_adjusted < _FALSE_RATE
        return flags


def outliers(
    stations: Stations,
    option: str,
    *,
    rng: np.random.Generator,
    group: str = "commission",
    regroupings: int = 20,
) -> Outliers:
    """Test each station against the others of its group.

    Args:
        stations: One election.
        option: Whose share is compared.
        rng: Chance of regrouping.
        group: Kind of group that holds neighbours.
        regroupings: How often stations are regrouped to see how many differ by chance.
    """
    codes = stations.groups[group].codes
    mask = ~stations.is_remote & ~stations.is_special & (stations.found > 0)
    sizes = np.bincount(codes[mask], minlength=len(stations.groups[group].names))
    mask &= sizes[codes] >= SMALLEST_GROUP
    _, codes = np.unique(codes[mask], return_inverse=True)
    found = stations.found[mask].astype(np.float64)
    votes = stations.votes(option)[mask].astype(np.float64)
    share = votes / found
    all_votes, all_found = np.bincount(codes, weights=votes), np.bincount(codes, weights=found)
    others = (all_votes[codes] - votes) / (all_found[codes] - found)
    pooled = np.clip((all_votes / all_found)[codes], 1e-6, 1 - 1e-6)
    variance = pooled * (1 - pooled) * (1 / found + 1 / (all_found[codes] - found))
    residual = share - others
    tau2 = max(float((residual**2 - variance).mean()), 0.0) if len(share) else 0.0
    z = residual / np.sqrt(variance + tau2)
    regrouped = [
        _far_by_median(share, codes[rng.permutation(len(codes))]) for _ in range(regroupings)
    ]
    return Outliers(
        places=np.flatnonzero(mask),
        z=z,
        p_adjusted=benjamini_hochberg(2 * norm.sf(np.abs(z))),
        tau=float(np.sqrt(tau2)),
        many=_far_by_median(share, codes),
        many_by_chance=float(np.mean(regrouped)),
    )


def outlier_findings(stations: Stations, option: str, *, rng: np.random.Generator) -> list[Finding]:
    """List the outliers of the leader and of the runner-up."""
    if "commission" not in stations.groups:
        reason = "the mapping names no commission"
        return [cannot_be_tested(ABOUT, option, units=0, dropped=len(stations), reason=reason)]
    # The anomalies of the strongest rival must be shown too.
    both = [option, *stations.rivals(option)[:1]]
    return [_finding(stations, one, rng) for one in both]


def _finding(stations: Stations, option: str, rng: np.random.Generator) -> Finding:
    """Report how many stations are outliers, and name them."""
    result = outliers(stations, option, rng=rng)
    units = len(result.places)
    if units < FEWEST_STATIONS:
        reason = f"fewer than {FEWEST_STATIONS} stations in groups of {SMALLEST_GROUP}"
        return cannot_be_tested(
            ABOUT, option, units=units, dropped=len(stations) - units, reason=reason
        )
    flagged = np.flatnonzero(result.is_outlier)
    order = flagged[np.argsort(-np.abs(result.z[flagged]), kind="stable")][:_LISTED]
    return Finding(
        about=ABOUT,
        label=option,
        outcome="described",
        units=units,
        dropped=len(stations) - units,
        effect=float(len(flagged)),
        effect_unit="stations unlike their neighbours, 1 % of them falsely",
        details={
            "above the others": int((result.z[flagged] > 0).sum()),
            "below the others": int((result.z[flagged] < 0).sum()),
            "spread between stations": result.tau,
            "beyond 3.5 by median and MAD": result.many,
            "the same when regrouped by chance": result.many_by_chance,
            "stations": [
                f"{stations.station[result.places[one]]} (z {result.z[one]:+.1f})" for one in order
            ],
        },
    )


def _far_by_median(share: Floats, codes: Ints) -> int:
    """Count stations whose share is beyond 3.5 by median and MAD of their group."""
    centre = _group_medians(share, codes)[codes]
    spread = _group_medians(np.abs(share - centre), codes)[codes]
    return int((np.abs(share - centre) > _LARGE_Z * _MAD * np.maximum(spread, 1e-9)).sum())


def _group_medians(values: Floats, codes: Ints) -> Floats:
    """Return the median of each group; no group is empty."""
    sizes = np.bincount(codes)
    order = np.argsort(values)
    # Codes of two bytes are sorted by counting, which keeps values in order within groups.
    small = codes[order].astype(np.min_scalar_type(len(sizes)))
    sorted_values = values[order[np.argsort(small, kind="stable")]]
    starts = np.cumsum(sizes) - sizes
    low = sorted_values[starts + (sizes - 1) // 2]
    high = sorted_values[starts + sizes // 2]
    return np.asarray((low + high) / 2, dtype=np.float64)
