# SPDX-License-Identifier: AGPL-3.0-or-later
"""Measure how well scores tell members from others."""

from typing import Final

import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.float64]
Truth = npt.NDArray[np.bool_]

GUESSES: Final = 20


def ranks_of(values: Scores) -> Scores:
    """Return ranks from 1, equal values sharing the middle of theirs."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    middles = ends - (counts - 1) / 2
    return np.asarray(middles[inverse], dtype=np.float64)


def auc(scores: Scores, truth: Truth) -> float:
    """Return how often a member is scored above somebody who is none; equal counts half."""
    members = int(truth.sum())
    others = truth.size - members
    above = float(ranks_of(scores)[truth].sum()) - members * (members + 1) / 2
    return above / (members * others)


def centred(scores: Scores) -> Scores:
    """Take out each account's mean over spaces: how active somebody is says nothing of where."""
    rest: Scores = np.subtract(scores, scores.mean(axis=1, keepdims=True))
    return rest


def inside_auc(scores: Scores, truth: Truth) -> float:
    """Return the mean over spaces of the AUC among accounts, scored less their own mean.

    Args:
        scores: Account × space.
        truth: The same: who is a member.
    """
    rest = centred(scores)
    found = [
        auc(rest[:, space], truth[:, space])
        for space in range(truth.shape[1])
        if 0 < truth[:, space].sum() < truth.shape[0]
    ]
    return float(np.mean(found))


def certain_links(scores: Scores, truth: Truth, *, guesses: int = GUESSES) -> float:
    """Return how many of the best guesses are true; among equal ones, the mean of all draws."""
    flat, true = scores.ravel(), truth.ravel()
    edge = np.sort(flat)[-guesses]
    above, on = flat > edge, flat == edge
    left = guesses - int(above.sum())
    return float(true[above].sum() + left * true[on].mean())


def links_by_size(truth: Truth, *, guesses: int = GUESSES) -> float:
    """Return how many of the guesses are true for somebody who knows only sizes of spaces."""
    sizes = np.broadcast_to(truth.sum(axis=0, dtype=np.float64), truth.shape)
    return certain_links(sizes, truth, guesses=guesses)


def first_by_score(scores: Scores, right: int) -> float:
    """Return the chance that the right one is named first, drawing among the best."""
    best = np.flatnonzero(scores == scores.max())
    return 1 / best.size if right in best else 0.0
