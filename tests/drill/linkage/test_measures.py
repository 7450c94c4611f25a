# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check the measures on cases whose outcome can be said beforehand."""

import numpy as np
import pytest

from hedgerow.drill.linkage.metrics import (
    auc,
    certain_links,
    first_by_score,
    inside_auc,
    links_by_size,
)
from hedgerow.drill.linkage.trained import Pairs, scored, train

RANDOM_SEED = 5


def _world(number: int, *, leak: float, names: int = 6) -> Pairs:
    """Make up pairs in which one score of several tells a little, and all others nothing."""
    random = np.random.default_rng(RANDOM_SEED + number)
    truth = random.random((60, 10)) < random.uniform(0.05, 0.4, 10)
    scores = {f"noise {n}": random.normal(size=truth.shape) for n in range(names)}
    scores["told"] = random.normal(size=truth.shape) + leak * truth
    return Pairs(scores, truth.sum(axis=0, dtype=np.float64), truth)


def _learned(leak: float) -> float:
    """Return the inside AUC of somebody who learned on five worlds and tries a sixth."""
    worlds = [_world(number, leak=leak) for number in range(6)]
    return inside_auc(scored(worlds[0], train(worlds[1:])), worlds[0].truth)


def test_auc_counts_pairs_in_order() -> None:
    """Three of four pairs in the right order are 0.75; equal scores count half."""
    truth = np.array([True, False, True, False])
    assert auc(np.array([4.0, 3.0, 2.0, 1.0]), truth) == pytest.approx(0.75)
    assert auc(np.ones(4), truth) == pytest.approx(0.5)


def test_size_alone_says_nothing_inside() -> None:
    """Who knows only how large each space is, is right by the plain measure and not inside."""
    pairs = _world(0, leak=0)
    sizes = np.broadcast_to(pairs.sizes, pairs.truth.shape)
    assert auc(sizes.ravel(), pairs.truth.ravel()) > 0.6
    assert inside_auc(sizes, pairs.truth) == pytest.approx(0.5)


def test_activity_alone_says_nothing_inside() -> None:
    """A score that is high for one account in every space does not raise it in any."""
    truth = _world(0, leak=0).truth
    busy = np.broadcast_to(truth.sum(axis=1, dtype=np.float64)[:, None], truth.shape)
    assert inside_auc(busy, truth) == pytest.approx(0.5)


def test_certain_links_are_counted_among_the_best() -> None:
    """Of the best guesses the true ones are counted; of equal ones, as many as chance has."""
    truth = np.array([[True, False], [False, True], [False, False]])
    scores = np.array([[9.0, 8.0], [7.0, 1.0], [1.0, 1.0]])
    assert certain_links(scores, truth, guesses=2) == 1
    assert certain_links(scores, truth, guesses=4) == pytest.approx(1 + 1 / 3)


def test_links_by_size_are_those_of_the_largest_space() -> None:
    """Guessing in the largest space is as right as its share of members."""
    truth = np.zeros((40, 3), dtype=bool)
    truth[:10, 1] = truth[:4, 0] = True
    assert links_by_size(truth) == pytest.approx(20 * 10 / 40)


def test_a_shared_first_place_is_shared() -> None:
    """One of two best is named first half of the time, another one never."""
    scores = np.array([1.0, 3.0, 3.0])
    assert [first_by_score(scores, right) for right in range(3)] == [0, 0.5, 0.5]


def test_a_leak_is_learned() -> None:
    """A score that tells something is found among noise, and used in a world never seen."""
    assert _learned(1.5) > 0.75


def test_nothing_is_learned_from_noise() -> None:
    """Where no score tells anything, the trained attacker is no better than chance."""
    assert abs(_learned(0.0) - 0.5) < 0.06
