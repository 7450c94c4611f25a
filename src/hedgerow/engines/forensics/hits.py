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
WIDTH_SDS = 6.5
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
    result: Floats = ((counts == 0) | (counts == of)).astype(np.float64)
    first, length = _windows(counts, of, period, table)
    steps = np.where(result > 0, 0, -(-length // _STEP))
    # Numbers of one or two bytes are sorted by counting.
    order = np.argsort(steps.astype(np.min_scalar_type(int(steps.max()))), kind="stable")
    share = counts[order] / of[order]
    with np.errstate(divide="ignore"):
        rest = np.log1p(-share)
        logit = np.log(share) - rest
    none, first = rest * of[order], first[order]
    ends = np.searchsorted(steps[order], np.arange(1, steps.max() + 2))
    for step, (begin, end) in enumerate(pairwise(ends), start=1):
        width = step * _STEP
        hitting = sliding_window_view(table.counts, width)
        coefficients = sliding_window_view(table.coefficients, width)
        rows = max(1, _BLOCK // width)
        for at in range(begin, end, rows):
            block = slice(at, min(at + rows, end))
            powers = hitting[first[block]]
            powers *= logit[block, None]
            powers += none[block, None]
            powers += coefficients[first[block]]
            np.exp(powers, out=powers)
            result[order[block]] = np.einsum("ij->i", powers)
    return result


def _windows(counts: Ints, of: Ints, period: int, table: _Table) -> tuple[Ints, Ints]:
    """Return the first entry and the number of entries that matter to each count."""
    spread = WIDTH_SDS * np.sqrt(counts - counts * (counts / of)) + WIDTH_COUNTS
    scale = 100.0 / (of * period)
    marks = table.starts.shape[1] - 1
    low = np.maximum((counts - spread) * scale, 0).astype(np.int64)
    high = np.minimum((counts + spread) * scale + 2, marks).astype(np.int64)
    at = table.rows[of] * (marks + 1)
    starts = table.starts.ravel()
    first = starts[at + low]
    return first, starts[at + high] - first


def _table(of: Ints, period: int) -> _Table:
    """List the hitting counts of every size in `of`."""
    largest = int(of.max())
    occurs = np.zeros(largest + 1, np.bool_)
    occurs[of] = True
    sizes = np.flatnonzero(occurs)
    rows = np.cumsum(occurs) - 1
    marks = np.arange(0, 101, period)
    low = np.zeros((len(sizes), len(marks) + 1), np.int64)
    high = np.empty_like(low)
    low[:, :-1] = np.ceil(sizes[:, None] * (20 * marks - 1.0) / 2000)
    high[:, :-1] = np.floor(sizes[:, None] * (20 * marks + 1.0) / 2000)
    low[:, 0], high[:, -2] = 0, sizes
    # A gap after each size, as wide as a rectangle may reach over.
    high[:, -1] = 2 * _STEP - 1
    number = high - low + 1
    ends = np.cumsum(number.ravel())
    starts = ends.reshape(number.shape) - number
    counts = np.repeat((low - starts).ravel(), number.ravel())
    counts += np.arange(ends[-1])
    gap = (starts[:, -1:] + np.arange(2 * _STEP)).ravel()
    counts[gap] = 0
    entries = number.sum(axis=1)
    logs = gammaln(np.arange(largest + 1) + 1.0)
    coefficients = np.repeat(logs[sizes], entries)
    coefficients -= logs.take(counts)
    coefficients -= logs.take(np.repeat(sizes, entries) - counts)
    coefficients[gap] = _NEVER
    return _Table(counts.astype(np.float64), coefficients, starts, rows)
