# SPDX-License-Identifier: AGPL-3.0-or-later
"""Train an attacker on other worlds: a logistic regression over all attack programs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from hedgerow.drill.linkage.metrics import centred

Scores = npt.NDArray[np.float64]
Truth = npt.NDArray[np.bool_]

_RIDGE: Final = 10.0
_STEPS: Final = 30
_SMALL: Final = 1e-8
_EDGE: Final = 30.0


@dataclass(frozen=True, slots=True)
class Pairs:
    """Hold all pairs of one world.

    Attributes:
        scores: The result of each attack program, account × space.
        sizes: How many members each space has: a gift.
        truth: Account × space: who is a member.
    """

    scores: dict[str, Scores]
    sizes: Scores
    truth: Truth


def _sigmoid(values: Scores) -> Scores:
    """Return chances; what is all but certain is cut."""
    return np.asarray(1 / (1 + np.exp(-np.clip(values, -_EDGE, _EDGE))), dtype=np.float64)


def fit(features: Scores, truth: Truth, *, ridge: float = _RIDGE) -> Scores:
    """Fit a logistic regression by Newton's method and return its weights, the constant first.

    Args:
        features: Sample × feature.
        truth: One for each sample.
        ridge: Holds weights down, but not the constant.
    """
    columns = np.hstack([np.ones((features.shape[0], 1)), features])
    weights = np.zeros(columns.shape[1])
    held = np.eye(columns.shape[1]) * ridge
    held[0, 0] = _SMALL
    for _ in range(_STEPS):
        chances = _sigmoid(columns @ weights)
        slope = columns.T @ (truth - chances) - held @ weights
        spread = np.maximum(chances * (1 - chances), _SMALL)
        step = np.linalg.solve((columns * spread[:, None]).T @ columns + held, slope)
        weights += step
        if np.abs(step).max() < _SMALL:
            break
    return weights


def _standard(score: Scores) -> Scores:
    """Bring a score to mean 0 and spread 1 within its world."""
    spread = float(score.std())
    standard: Scores = (score - score.mean()) / (spread if spread > 0 else 1.0)
    return standard


def features_of(pairs: Pairs) -> Scores:
    """Return the features of each pair: size, each score as it is, and less the account's mean."""
    columns = [_standard(np.log1p(np.broadcast_to(pairs.sizes, pairs.truth.shape)))]
    for name in sorted(pairs.scores):
        score = pairs.scores[name]
        columns += [_standard(score), _standard(centred(score))]
    return np.stack([column.ravel() for column in columns], axis=1)


def train(others: Sequence[Pairs]) -> Scores:
    """Learn weights from worlds whose truth is known."""
    features = np.vstack([features_of(pairs) for pairs in others])
    return fit(features, np.concatenate([pairs.truth.ravel() for pairs in others]))


def scored(pairs: Pairs, weights: Scores) -> Scores:
    """Score each pair of a world that was not learned from."""
    guesses: Scores = features_of(pairs) @ weights[1:] + weights[0]
    return guesses.reshape(pairs.truth.shape)
