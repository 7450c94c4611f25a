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

from hedgerow.engines.forensics.stations import Floats

_STEPS: Final = 4000


@dataclass(frozen=True, eq=False, kw_only=True)
class Transition:
    """Hold a transition matrix.

    Args:
        matrix: (from, to) float64, rows add up to 1.
        errors: (from, to) bootstrap standard errors over commissions.
        sum_of_squares: What is left.
    """

    units: int
    matrix: Floats
    errors: Floats
    sum_of_squares: float


def unconstrained(before: Floats, after: Floats) -> Floats:
    """Return the plain least-squares matrix, which may leave 0 to 1."""
    return np.asarray(np.linalg.lstsq(before, after, rcond=None)[0], dtype=np.float64)


def transition(
    before: Floats, after: Floats, *, rng: np.random.Generator, replicates: int = 200
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
    return Transition(
        units=size,
        matrix=found[0],
        errors=found[1:].std(axis=0),
        sum_of_squares=float((rest**2).sum()),
    )


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
