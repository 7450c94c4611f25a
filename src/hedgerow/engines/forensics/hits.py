# SPDX-License-Identifier: AGPL-3.0-or-later
"""Find counts at whole percentages, and the exact chance of one under binomial scatter.

A count k of n hits when 100 k / n lies within 0.05 of a multiple of the period. All
decisions are made on whole numbers or on quotients that float64 rounds the right way: a
numerator below 2**53 over 2000 is whole exactly when it is, and else 1/2000 away from whole.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy.special import gammaln

from hedgerow.engines.forensics.stations import Flags, Floats, Ints

# Standard deviations and counts beside the centre beyond which nothing that matters lies.
WIDTH_SDS = 7.0
WIDTH_COUNTS = 6.0
# Numbers of counts that are summed in one rectangle, and their step.
_STEP = 4
# Elements of one rectangle, so that it stays in the processor's cache.
_BLOCK = 24_576
_NEVER = -np.inf


def is_hit(counts: Ints, *, of: Ints, period: int = 1) -> Flags:
    """Say which counts lie at a whole percentage (a multiple of the period).

    Args:
        counts: (n,) int64.
        of: (n,) int64, what the counts are counts of; 0 never hits.
        period: 1 for whole percentages, 5 for multiples of five.
    """
    nearest = np.rint(100.0 * counts / np.maximum(of, 1) / period).astype(np.int64) * period
    hits: Flags = (20 * np.abs(100 * counts - nearest * of) <= of) & (of > 0)
    return hits


@dataclass(frozen=True, eq=False)
class _Table:
    """Hold the hitting counts of every size that occurs, one after another.

    Around each size's counts lie entries that never happen, so that a rectangle may reach
    over the edge.
    """

    # (entries,) the hitting count, and the logarithm of its binomial coefficient.
    counts: Floats
    coefficients: Floats
    # (sizes, marks + 1) place of the first entry of each mark.
    starts: Ints
    # (largest size + 1,) row of a size in `starts`.
    rows: Ints


def hit_probabilities(counts: Ints, *, of: Ints, period: int = 1) -> Floats:
    """Return P(k* hits) for k* ~ Binomial(of, counts / of), to about 1e-10.

    Args:
        counts: (n,) int64, between 0 and `of`.
        of: (n,) int64, positive.
        period: As in `is_hit`.
    """
    if len(counts) == 0:
        return np.zeros(0)
    table = _table(of, period)
    share = counts / of
    spread = WIDTH_SDS * np.sqrt(counts * (1.0 - share)) + WIDTH_COUNTS
    scale = 100.0 / (of * period)
    marks = table.starts.shape[1] - 1
    low = np.clip(np.floor((counts - spread) * scale), 0, marks - 1).astype(np.int64)
    high = np.clip(np.ceil((counts + spread) * scale), 0, marks - 1).astype(np.int64)
    row = table.rows[of]
    first = table.starts[row, low]
    length = table.starts[row, high + 1] - first
    is_certain = (counts == 0) | (counts == of)
    result = is_hit(counts, of=of, period=period).astype(np.float64)
    steps = np.where(is_certain, 0, -(-length // _STEP))
    order = np.argsort(steps, kind="stable")
    with np.errstate(divide="ignore"):
        logit, none = np.log(share / (1.0 - share + is_certain)), np.log1p(-share) * of
    ends = np.searchsorted(steps[order], np.arange(1, steps.max() + 2))
    for step, (begin, end) in enumerate(pairwise(ends), start=1):
        width = step * _STEP
        views = (
            sliding_window_view(table.counts, width),
            sliding_window_view(table.coefficients, width),
        )
        rows = max(1, _BLOCK // width)
        for at in range(begin, end, rows):
            chosen = order[at : min(at + rows, end)]
            powers = views[0][first[chosen]]
            powers *= logit[chosen, None]
            powers += views[1][first[chosen]]
            powers += none[chosen, None]
            np.exp(powers, out=powers)
            result[chosen] = powers.sum(axis=1)
    return result


def _table(of: Ints, period: int) -> _Table:
    """List the hitting counts of every size in `of`."""
    largest = int(of.max())
    occurs = np.zeros(largest + 1, np.bool_)
    occurs[of] = True
    sizes = np.flatnonzero(occurs)
    rows = np.cumsum(occurs) - 1
    marks = np.arange(0, 101, period)
    low = np.ceil(sizes[:, None] * (20 * marks - 1.0)[None, :] / 2000)
    high = np.floor(sizes[:, None] * (20 * marks + 1.0)[None, :] / 2000)
    np.clip(low, 0, None, out=low)
    np.clip(high, None, sizes[:, None], out=high)
    number = (high - low + 1).astype(np.int64)
    # A gap after each size, as wide as a rectangle may reach over.
    number = np.concatenate([number, np.full((len(sizes), 1), 2 * _STEP)], axis=1)
    ends = np.cumsum(number.ravel())
    starts = (ends - number.ravel()).reshape(number.shape)
    low = np.concatenate([low, np.zeros((len(sizes), 1))], axis=1)
    counts = np.arange(ends[-1]) + np.repeat(low.ravel() - starts.ravel(), number.ravel())
    gap = (starts[:, -1:] + np.arange(2 * _STEP)[None, :]).ravel()
    counts[gap] = 0.0
    size = np.repeat(sizes, number.sum(axis=1))
    logs = gammaln(np.arange(largest + 1) + 1.0)
    whole = counts.astype(np.int64)
    coefficients = logs[size] - logs[whole] - logs[size - whole]
    coefficients[gap] = _NEVER
    return _Table(counts, coefficients, starts, rows)
