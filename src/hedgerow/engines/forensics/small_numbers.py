# SPDX-License-Identifier: AGPL-3.0-or-later
"""Find commissions in which a party has one vote, or two, at suspiciously many stations.

Source: the rule of D. Kireev for the Duma election of 2021, as applied by D. Kobak: within
one commission and party more than 20 stations with exactly 1 vote, more than 20 with exactly
2, fewer than 10 with none. The rule has no null of its own; the numbers of hits that two
fitted count distributions lead to stand beside it.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import betainc, gammaln, xlog1py, xlogy

from hedgerow.engines.forensics.findings import About, Finding, cannot_be_tested
from hedgerow.engines.forensics.stations import Floats, Ints, Stations

MORE_WITH_ONE: Final = 20
MORE_WITH_TWO: Final = 20
FEWER_WITH_NONE: Final = 10
# A group with fewer stations cannot fulfil the rule.
_FEWEST: Final = MORE_WITH_ONE + MORE_WITH_TWO + 2

ABOUT: Final = About(
    method="small numbers",
    title="Many ones and twos",
    model=(
        "Within a commission the votes of a small party follow one count distribution: Poisson,"
        " or negative binomial with the mean and variance seen there."
    ),
    inclusion=(
        "paper stations with R > 0; a commission and party hit with more than 20 stations of"
        " exactly 1 vote, more than 20 of exactly 2 and fewer than 10 of none"
    ),
    explanations=(
        "Where stations are alike, a party of few votes fulfils the rule by chance.",
        "The thresholds were chosen after looking at the data.",
    ),
    reference="D. Kireev's rule, as in dkobak/elections, duma2021.ipynb (2021)",
)


@dataclass(frozen=True, kw_only=True)
class Hit:
    """Hold a commission and party that fulfil the rule."""

    commission: str
    option: str
    stations: int
    with_none: int
    with_one: int
    with_two: int


@dataclass(frozen=True, eq=False, kw_only=True)
class SmallNumbers:
    """Hold all hits and how many the two fits lead to."""

    units: int
    dropped: int
    hits: tuple[Hit, ...]
    expected_poisson: float
    expected_negative_binomial: float


def small_numbers(stations: Stations, *, group: str = "commission") -> SmallNumbers:
    """Apply the rule to every group and option.

    Args:
        stations: One election.
        group: Kind of group within which stations are compared.
    """
    mask = ~stations.is_remote & (stations.found > 0)
    kept = stations.where(mask)
    groups, votes = kept.groups[group], kept.options
    sizes = groups.sums(np.ones(len(kept)))
    counts = [_sums(groups.codes, votes == number, len(sizes)) for number in range(3)]
    none, one, two = counts
    is_hit = (one > MORE_WITH_ONE) & (two > MORE_WITH_TWO) & (none < FEWER_WITH_NONE)
    hits = tuple(
        Hit(
            commission=groups.names[row],
            option=kept.option_names[column],
            stations=int(sizes[row]),
            with_none=int(none[row, column]),
            with_one=int(one[row, column]),
            with_two=int(two[row, column]),
        )
        for row, column in np.argwhere(is_hit)
    )
    mean = _sums(groups.codes, votes, len(sizes)) / sizes[:, None]
    square = _sums(groups.codes, votes**2, len(sizes)) / sizes[:, None]
    chosen = (sizes[:, None] >= _FEWEST) & (mean > 0)
    size = np.broadcast_to(sizes[:, None], mean.shape)[chosen].astype(np.int64)
    poisson = _poisson(mean[chosen])
    negative = _negative_binomial(mean[chosen], (square - mean**2)[chosen])
    return SmallNumbers(
        units=len(kept),
        dropped=len(stations) - len(kept),
        hits=hits,
        expected_poisson=float(_chance(poisson, size).sum()),
        expected_negative_binomial=float(_chance(negative, size).sum()),
    )


def small_number_findings(stations: Stations) -> list[Finding]:
    """Describe the hits; there is no p-value."""
    if "commission" not in stations.groups:
        reason = "the mapping names no commission"
        return [cannot_be_tested(ABOUT, "all", units=0, dropped=len(stations), reason=reason)]
    result = small_numbers(stations)
    return [
        Finding(
            about=ABOUT,
            label="all options, by commission",
            outcome="described",
            units=result.units,
            dropped=result.dropped,
            effect=float(len(result.hits)),
            effect_unit="pairs of commission and option that fulfil the rule",
            details={
                "expected, Poisson": result.expected_poisson,
                "expected, negative binomial": result.expected_negative_binomial,
                "hits": [f"{one.commission}: {one.option}" for one in result.hits],
            },
        )
    ]


def _sums(codes: Ints, values: np.ndarray, groups: int) -> Floats:
    """Add the columns of a matrix up by group: (groups, columns) float64."""
    columns = [np.bincount(codes, weights=one, minlength=groups) for one in values.T]
    return np.stack(columns, axis=1)


def _poisson(mean: Floats) -> Floats:
    """Return the chances of 0, 1 and 2 votes: (3, n)."""
    none = np.exp(-mean)
    return np.stack([none, none * mean, none * mean**2 / 2])


def _negative_binomial(mean: Floats, variance: Floats) -> Floats:
    """Return the chances of 0, 1 and 2 votes; Poisson's where there is no overdispersion."""
    excess = variance - mean
    is_wide = excess > mean * 1e-6
    shape = np.where(is_wide, mean**2 / np.where(is_wide, excess, 1.0), 1.0)
    none = (shape / (shape + mean)) ** shape
    one = none * shape * mean / (shape + mean)
    two = one * (shape + 1) / 2 * mean / (shape + mean)
    return np.where(is_wide, np.stack([none, one, two]), _poisson(mean))


def _chance(chances: Floats, sizes: Ints) -> Floats:
    """Return the chance that a multinomial sample of each size fulfils the rule.

    Args:
        chances: (3, n), of none, one and two.
        sizes: (n,) stations.
    """
    none, one, two = chances
    result = np.zeros(len(sizes))
    # More than twenty where hardly any is expected does not happen.
    likely = np.flatnonzero((one * sizes > MORE_WITH_ONE / 4) & (two * sizes > MORE_WITH_TWO / 4))
    nones = np.arange(FEWER_WITH_NONE)[:, None]
    for place in likely:
        size, rest = sizes[place], 1.0 - none[place]
        ones = np.arange(MORE_WITH_ONE + 1, size + 1)[None, :]
        first = _binomial(nones, size, none[place])
        second = _binomial(ones, size - nones, one[place] / rest)
        left = size - nones - ones - MORE_WITH_TWO
        third = betainc(
            MORE_WITH_TWO + 1, np.maximum(left, 1), min(two[place] / (rest - one[place]), 1.0)
        )
        result[place] = (first * second * third * (left > 0)).sum()
    return result


def _binomial(count: Ints, of: Ints, chance: float) -> Floats:
    """Return binomial chances, 0 where the count is larger than what it is of."""
    logs = gammaln(of + 1) - gammaln(count + 1) - gammaln(np.maximum(of - count, 0) + 1)
    logs += xlogy(count, chance) + xlog1py(of - count, -chance)
    return np.where(count <= of, np.exp(logs), 0.0)
