# SPDX-License-Identifier: AGPL-3.0-or-later
"""Regress the shares of one election on those of another, by commissions.

Rows of X and Y are commissions, columns shares of registered voters that add up to 1. The
transition matrix B minimises |Y - X B|^2 with B >= 0 and rows that sum to 1 (Goodman,
American Sociological Review 18, 1953, 663-664; constrained least squares as in
dkobak/elections, misc/moscow-regression.ipynb). Solved by accelerated projected gradients
(Beck and Teboulle, SIAM J. Imaging Sciences 2(1), 2009, 183-202).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from hedgerow.engines.forensics.findings import About, Finding, cannot_be_tested
from hedgerow.engines.forensics.stations import Floats, Stations

FEWEST_COMMISSIONS: Final = 30
_STEPS: Final = 4000
_REPLICATES: Final = 200

ABOUT: Final = About(
    method="transition",
    title="Where votes went from the earlier election",
    model=(
        "In all commissions the same share of those who stayed at home, or voted for an option, in"
        " the earlier election stayed at home or voted for each option in this one."
    ),
    inclusion="commissions of both elections with the same name, their paper stations with N > 0",
    explanations=(
        "It is about commissions, not about voters: people behave otherwise from place to place.",
        "People move, die and come of age between elections; borders of commissions change.",
        "Nobody's vote is known by it, and no share of it is an accusation.",
    ),
    reference=(
        "Goodman, American Sociological Review 18, 1953, 663-664; dkobak/elections,"
        " misc/moscow-regression.ipynb"
    ),
)


@dataclass(frozen=True, eq=False, kw_only=True)
class Transition:
    """Hold a transition matrix.

    Args:
        matrix: (from, to) float64, rows add up to 1.
        errors: (from, to) bootstrap standard errors over commissions.
        low: (from, to) least of the bootstrap's 95 %.
        high: (from, to) most of it.
        sum_of_squares: What is left.
    """

    units: int
    matrix: Floats
    errors: Floats
    low: Floats
    high: Floats
    sum_of_squares: float


def unconstrained(before: Floats, after: Floats) -> Floats:
    """Return the plain least-squares matrix, which may leave 0 to 1."""
    return np.asarray(np.linalg.lstsq(before, after, rcond=None)[0], dtype=np.float64)


def transition(
    before: Floats, after: Floats, *, rng: np.random.Generator, replicates: int = _REPLICATES
) -> Transition:
    """Estimate who went where, with bootstrap errors.

    The result is about shares of commissions. That people behave alike in all commissions is an
    assumption that no computation can check.

    Args:
        before: (commissions, from) float64, shares of registered voters.
        after: (commissions, to) float64, the same of the later election.
        rng: Chance of the bootstrap.
        replicates: How often commissions are drawn again.
    """
    size = len(before)
    drawn = rng.integers(0, size, (replicates, size))
    weights = np.stack([np.bincount(one, minlength=size) for one in drawn])
    weights = np.concatenate([np.ones((1, size)), weights])
    squares = np.einsum("rc,ci,cj->rij", weights, before, before)
    products = np.einsum("rc,ci,cj->rij", weights, before, after)
    found = _solved(squares, products)
    rest = after - before @ found[0]
    low, high = np.percentile(found[1:], [2.5, 97.5], axis=0)
    return Transition(
        units=size,
        matrix=found[0],
        errors=found[1:].std(axis=0),
        low=low,
        high=high,
        sum_of_squares=float((rest**2).sum()),
    )


def transition_findings(
    later: Stations, option: str, *, earlier: Stations, rng: np.random.Generator
) -> list[Finding]:
    """Describe what became of the earlier leader's votes, and where an option's came from."""
    first = earlier.leader()
    sources, targets = [first, *earlier.rivals(first)[:1]], [option, *later.rivals(option)[:1]]
    before, after = _shares(earlier, sources), _shares(later, targets)
    common = sorted(before.keys() & after.keys())
    units, dropped = len(common), len(after) - len(common)
    if units < FEWEST_COMMISSIONS:
        reason = f"fewer than {FEWEST_COMMISSIONS} commissions in both elections"
        return [cannot_be_tested(ABOUT, option, units=units, dropped=dropped, reason=reason)]
    result = transition(
        np.array([before[one] for one in common]),
        np.array([after[one] for one in common]),
        rng=rng,
    )
    rows, columns = ([*names, "others", "stayed at home"] for names in (sources, targets))
    # The earlier leader stands first among the sources, the option first among the targets.
    return [
        Finding(
            about=ABOUT,
            label=f"from {sources[0]} to {option}",
            outcome="described",
            units=units,
            dropped=dropped,
            effect=float(result.matrix[0, 0]),
            effect_unit="share of those who voted for the first, commissions, not stations",
            interval=(float(result.low[0, 0]), float(result.high[0, 0])),
            interval_kind="95 %, commissions drawn again",
            details={
                f"from {source}": [
                    f"{target} {result.matrix[row, column]:.3f}"
                    f" ({result.low[row, column]:.3f} to {result.high[row, column]:.3f})"
                    for column, target in enumerate(columns)
                ]
                for row, source in enumerate(rows)
            },
        )
    ]


def _shares(stations: Stations, named: list[str]) -> dict[str, Floats]:
    """Return each commission's shares of registered voters: named options, others, at home."""
    paper = stations.where(~stations.is_remote & (stations.registered > 0))
    groups = paper.groups.get("commission")
    if groups is None:
        return {}
    registered = groups.sums(paper.registered)
    votes = [groups.sums(paper.votes(one)) for one in named]
    found = groups.sums(np.minimum(paper.found, paper.registered))
    rest = [np.maximum(found - sum(votes), 0.0), registered - found]
    shares = np.column_stack([*votes, *rest]) / registered[:, None]
    return dict(zip(groups.names, shares, strict=True))


def _solved(squares: Floats, products: Floats) -> Floats:
    """Minimise tr(B' S B) - 2 tr(B' P) over row-stochastic B, for many S and P at once."""
    length = np.linalg.eigvalsh(squares)[:, -1][:, None, None]
    here = np.full(products.shape, 1 / products.shape[2])
    ahead, pace = here, np.ones_like(length)
    for _ in range(_STEPS):
        there = _onto_simplex(ahead - (squares @ ahead - products) / length)
        # A step uphill begins the acceleration anew (O'Donoghue and Candes, 2015).
        uphill = ((ahead - there) * (there - here)).sum(axis=(1, 2), keepdims=True) > 0
        faster = (1 + np.sqrt(1 + 4 * pace**2)) / 2
        ahead = there + np.where(uphill, 0.0, (pace - 1) / faster) * (there - here)
        pace = np.where(uphill, 1.0, faster)
        here = there
    return here


def _onto_simplex(rows: Floats) -> Floats:
    """Project the last axis onto the non-negative numbers that sum to 1.

    Source: Duchi et al., ICML 2008, figure 1.
    """
    falling = -np.sort(-rows, axis=-1)
    sums = np.cumsum(falling, axis=-1) - 1
    number = np.arange(1, rows.shape[-1] + 1)
    last = (falling - sums / number > 0).sum(axis=-1, keepdims=True)
    shift = np.take_along_axis(sums, last - 1, axis=-1) / last
    projected: Floats = np.maximum(rows - shift, 0.0)
    return projected
