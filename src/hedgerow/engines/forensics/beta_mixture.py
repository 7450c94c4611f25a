# SPDX-License-Identifier: AGPL-3.0-or-later
"""Fit mixtures of beta-binomial distributions to counts, and draw counts anew from them.

Source: Rozenas, Political Analysis 25(1), 2017, 41-56, section 3, and what its package "spikes" 1.1
does: components are added until the fitted density stays; each fit begins at random parameters,
moved to where the density of shares is met best, and improves the likelihood only until the density
stays. Where it ends depends on where it begins. Counts are drawn from each station's own posterior.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.optimize import minimize
from scipy.special import betaln, digamma, expit, logsumexp

from hedgerow.engines.forensics.stations import Floats, Ints

MOST_COMPONENTS: Final = 5
_LIKE: Final = 0.99
_MOST_ROUNDS: Final = 50
# Logarithms of the least and the largest shape.
_BOUNDS: Final = (-3.0, 6.0)
# Where densities of shares are compared, and the width at which observed shares are smoothed.
_GRID: Final = np.linspace(0.01, 0.99, 1001)
_LOGS: Final = np.stack([np.log(_GRID), np.log1p(-_GRID)])
_SMOOTHING: Final = 0.001
_REACH: Final = 6


@dataclass(frozen=True, eq=False)
class Mixture:
    """Hold a mixture: weights (components,), shapes (components, 2) alpha and beta."""

    weights: Floats
    shapes: Floats

    def density(self) -> Floats:
        """Return the density of shares at a thousand points."""
        return np.asarray(self.weights @ _densities(self.shapes), dtype=np.float64)

    def posterior(self, counts: Ints, *, of: Ints) -> Floats:
        """Return the chance of each component for each station: (components, stations)."""
        a, b = self.shapes[:, :1], self.shapes[:, 1:]
        logs = np.log(self.weights)[:, None] + betaln(counts + a, of - counts + b) - betaln(a, b)
        return np.asarray(np.exp(logs - logsumexp(logs, axis=0)), dtype=np.float64)


def fit_mixture(counts: Ints, *, of: Ints, rng: np.random.Generator) -> Mixture:
    """Fit a mixture of up to five components.

    Args:
        counts: (stations,) int64, between 0 and `of`.
        of: (stations,) int64, positive.
        rng: Where each number of components begins.
    """
    observed = _smoothed(counts / of)
    best = _expected_maximised(counts, of, _begun(observed, 1, rng))
    for number in range(2, MOST_COMPONENTS + 1):
        found = _expected_maximised(counts, of, _begun(observed, number, rng))
        is_like = _alike(found, best)
        best = found
        if is_like:
            break
    return best


def posterior_draw(
    mixture: Mixture, counts: Ints, *, of: Ints, rng: np.random.Generator
) -> Mixture:
    """Draw other parameters near the fitted ones, given the counts.

    One step of a Gibbs sampler: labels of stations, weights (Dirichlet), and shapes by a
    Metropolis step whose proposal has the inverse Hessian at the fitted ones.
    """
    chances = mixture.posterior(counts, of=of)
    labels = _labels(np.cumsum(chances, axis=0), rng.random(len(counts)))
    sizes = np.bincount(labels, minlength=len(mixture.weights))
    shapes = mixture.shapes.copy()
    for place in range(len(shapes)):
        mine = (labels == place).astype(np.float64)
        here = np.log(shapes[place])
        root = _root_of_inverse_hessian(here, counts, of, mine)
        there = here + root @ rng.standard_normal(2)
        is_inside = (there >= _BOUNDS[0]).all() and (there <= _BOUNDS[1]).all()
        gain = _loss(here, counts, of, mine)[0] - _loss(there, counts, of, mine)[0]
        if is_inside and np.log(rng.random()) < gain:
            shapes[place] = np.exp(there)
    return Mixture(rng.dirichlet(1.0 + sizes), shapes)


@dataclass(frozen=True, eq=False)
class Redrawing:
    """Hold what redrawing counts takes: cumulated chances (components, stations) and counts."""

    mixture: Mixture
    cumulated: Floats
    counts: Ints
    of: Ints

    @classmethod
    def of_counts(cls, mixture: Mixture, counts: Ints, *, of: Ints) -> "Redrawing":
        """Prepare redrawing of counts by a mixture."""
        return cls(mixture, np.cumsum(mixture.posterior(counts, of=of), axis=0), counts, of)

    def shares(self, times: int, rng: np.random.Generator) -> Floats:
        """Draw each station's chance from its posterior: (times, stations)."""
        size = len(self.counts)
        if len(self.mixture.weights) == 1:
            labels = np.zeros((times, size), np.int64)
        else:
            labels = _labels(self.cumulated, rng.random((times, size)))
        alpha, beta = self.mixture.shapes[:, 0][labels], self.mixture.shapes[:, 1][labels]
        return rng.beta(alpha + self.counts, beta + self.of - self.counts)


def _labels(cumulated: Floats, uniforms: Floats) -> Ints:
    """Pick components by cumulated chances (components, stations)."""
    labels = np.zeros(uniforms.shape, np.int64)
    for row in cumulated[:-1]:
        labels += uniforms > row
    return labels


def _smoothed(shares: Floats) -> Floats:
    """Return the density of observed shares on the grid, by a narrow bell curve each."""
    step = _GRID[1] - _GRID[0]
    nearest = np.rint((shares - _GRID[0]) / step)
    total = np.zeros(len(_GRID))
    for offset in range(-_REACH, _REACH + 1):
        places = nearest + offset
        is_inside = (places >= 0) & (places < len(_GRID))
        at = places[is_inside].astype(np.int64)
        away = (_GRID[at] - shares[is_inside]) / _SMOOTHING
        total += np.bincount(at, weights=np.exp(-(away**2) / 2), minlength=len(_GRID))
    density: Floats = total / (len(shares) * _SMOOTHING * np.sqrt(2 * np.pi))
    return density


def _begun(observed: Floats, number: int, rng: np.random.Generator) -> Mixture:
    """Begin at random parameters, moved to where the density of shares is met best."""
    start = np.clip(rng.standard_normal(3 * number - 1), *_BOUNDS)
    found = minimize(
        _distance,
        start,
        args=(observed, number),
        jac=True,
        method="L-BFGS-B",
        bounds=[_BOUNDS] * len(start),
        options={"maxiter": 100},
    )
    shapes = np.exp(found.x[: 2 * number]).reshape(2, number).T
    return Mixture(_weights(found.x[2 * number :]), shapes)


def _distance(parameters: Floats, observed: Floats, number: int) -> tuple[float, Floats]:
    """Return the mean squared distance to a density, and its gradient.

    Args:
        parameters: Logarithms of all alphas, of all betas, then what `_weights` takes.
        observed: (points,) the density.
        number: Of components.
    """
    a, b = np.exp(parameters[: 2 * number]).reshape(2, number)
    weights = _weights(parameters[2 * number :])
    parts = _densities(np.stack([a, b], axis=1))
    rest = weights @ parts - observed
    pull = 2 * parts * rest / len(rest)
    totals = pull.sum(axis=1)
    common = digamma(a + b)
    slope_a = weights * a * (pull @ _LOGS[0] - totals * (digamma(a) - common))
    slope_b = weights * b * (pull @ _LOGS[1] - totals * (digamma(b) - common))
    tails = np.cumsum(weights[::-1])[::-1][1:]
    gains = np.cumsum((weights * totals)[::-1])[::-1][1:]
    falling = 1 - expit(parameters[2 * number :])
    slope_w = falling * (gains - tails * (weights @ totals))
    return float((rest**2).mean()), np.concatenate([slope_a, slope_b, slope_w])


def _weights(parameters: Floats) -> Floats:
    """Return falling weights that add up to 1, each a logistic part of the one before."""
    weights = np.concatenate([[1.0], np.cumprod(expit(parameters))])
    return np.asarray(weights / weights.sum(), dtype=np.float64)


def _densities(shapes: Floats) -> Floats:
    """Return the beta densities on the grid: (components, points)."""
    a, b = shapes[:, :1], shapes[:, 1:]
    logs = (a - 1) * _LOGS[0] + (b - 1) * _LOGS[1] - betaln(a, b)
    return np.asarray(np.exp(logs), dtype=np.float64)


def _expected_maximised(counts: Ints, of: Ints, mixture: Mixture) -> Mixture:
    """Improve a mixture by expectation and maximisation until its density stays."""
    for _ in range(_MOST_ROUNDS):
        chances = mixture.posterior(counts, of=of)
        shapes = [
            np.exp(_maximised(np.log(shape), counts, of, weight))
            for shape, weight in zip(mixture.shapes, chances, strict=True)
        ]
        weights = np.maximum(chances.mean(axis=1), 1e-12)
        found = Mixture(weights / weights.sum(), np.array(shapes))
        is_like = _alike(found, mixture)
        mixture = found
        if is_like:
            break
    return mixture


def _alike(one: Mixture, other: Mixture) -> bool:
    """Say whether two densities correlate as much as the published rule asks."""
    return bool(np.corrcoef(one.density(), other.density())[0, 1] >= _LIKE)


def _maximised(start: Floats, counts: Ints, of: Ints, weight: Floats) -> Floats:
    """Return the logarithms of the shapes that maximise the weighted likelihood."""
    found = minimize(
        _loss, start, args=(counts, of, weight), jac=True, method="L-BFGS-B", bounds=[_BOUNDS] * 2
    )
    return np.asarray(found.x, dtype=np.float64)


def _loss(logs: Floats, counts: Ints, of: Ints, weight: Floats) -> tuple[float, Floats]:
    """Return the negative weighted log-likelihood and its gradient in the logarithms."""
    a, b = np.exp(logs)
    value = weight @ (betaln(counts + a, of - counts + b) - betaln(a, b))
    common = digamma(of + a + b) - digamma(a + b)
    slope_a = weight @ (digamma(counts + a) - digamma(a) - common)
    slope_b = weight @ (digamma(of - counts + b) - digamma(b) - common)
    return -float(value), np.array([-a * slope_a, -b * slope_b])


def _root_of_inverse_hessian(logs: Floats, counts: Ints, of: Ints, weight: Floats) -> Floats:
    """Return L with L L' the inverse Hessian of the loss, kept positive."""
    step = 1e-4
    rows = []
    for place in range(2):
        move = np.zeros(2)
        move[place] = step
        up = _loss(logs + move, counts, of, weight)[1]
        down = _loss(logs - move, counts, of, weight)[1]
        rows.append((up - down) / (2 * step))
    hessian = (np.array(rows) + np.array(rows).T) / 2
    values, vectors = np.linalg.eigh(hessian)
    return np.asarray(vectors / np.sqrt(np.maximum(values, 1e-2)), dtype=np.float64)
