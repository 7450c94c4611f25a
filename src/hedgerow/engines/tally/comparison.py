# SPDX-License-Identifier: AGPL-3.0-or-later
"""Compare observers' copies with official figures, station by station.

The comparison is about the very same sheets, so it needs no sample and has no sampling error: a
difference is a fact about two papers. What it does not say is which of the two is right.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import bdtr

from hedgerow.engines.tally.frame import Floats
from hedgerow.engines.tally.layout import MISSING, Flags, Ints, Layout, Values
from hedgerow.kernel.errors import BadInput


@dataclass(frozen=True, kw_only=True)
class ColumnComparison:
    """Hold the comparison of one figure over all stations where both are known.

    Args:
        name: Of the line or option.
        matched: Stations.
        equal: Of them with equal figures.
        raised: Official higher than the copy.
        lowered: Official lower than the copy.
        net: Official less copy, summed.
        p_value: Chance of so one-sided a split if every difference were as likely up as down;
            None without differences.
        p_adjusted: After Holm, over all figures compared.
    """

    name: str
    matched: int
    equal: int
    raised: int
    lowered: int
    net: int
    p_value: float | None
    p_adjusted: float | None


@dataclass(frozen=True, eq=False, kw_only=True)
class Comparison:
    """Hold a whole comparison.

    Args:
        stations: Compared.
        alike: Of them alike in every figure known on both sides.
        columns: Figure by figure.
        differing: (differing,) numbers of the stations that differ, in the frame.
        names: Figures compared, in the order of the columns of `differences`.
        differences: (differing, figures) int64, official less copy; 0 where one side lacks.
    """

    stations: int
    alike: int
    columns: tuple[ColumnComparison, ...]
    differing: Ints
    names: tuple[str, ...]
    differences: Ints


def compare(
    copies: tuple[Layout, Values], official: tuple[Layout, Values], *, which: Flags
) -> Comparison:
    """Compare all figures that both sides have.

    Args:
        copies: Layout and (stations, columns) of observers' protocols.
        official: Layout and (stations, columns) of the same stations; other forms may be used,
            lines of the same name are compared.
        which: (stations,) whose copies may be compared: those that count.

    Raises:
        BadInput: "tally.nothing_shared" where the two forms have no figure in common.
    """
    ours, theirs = copies[0].columns, official[0].columns
    names = tuple(name for name in ours if name in theirs)
    if not names:
        raise BadInput("tally.nothing_shared", ours=copies[0].form.id, official=official[0].form.id)
    left = copies[1][:, [ours.index(name) for name in names]].astype(np.int64)
    right = official[1][:, [theirs.index(name) for name in names]].astype(np.int64)
    known = (left != MISSING) & (right != MISSING) & which[:, None]
    # A line that one side leaves out everywhere is not compared at all.
    is_used = known.any(axis=0)
    names = tuple(name for name, used in zip(names, is_used, strict=True) if used)
    known, gaps = known[:, is_used], np.where(known, right - left, 0)[:, is_used]
    columns = _columns(names, known=known, gaps=gaps)
    differing = np.flatnonzero((gaps != 0).any(axis=1))
    stations = int(known.any(axis=1).sum())
    return Comparison(
        stations=stations,
        alike=stations - len(differing),
        columns=columns,
        differing=differing,
        names=names,
        differences=gaps[differing],
    )


def sign_test(raised: int, lowered: int) -> float:
    """Return the two-sided chance of so one-sided a split of fair coins."""
    fewer, tosses = min(raised, lowered), raised + lowered
    return min(1.0, 2 * float(bdtr(fewer, tosses, 0.5)))


def holm(p_values: Sequence[float]) -> Floats:
    """Adjust p-values so that the chance of any false finding keeps its level.

    Source: Holm, Scandinavian Journal of Statistics 6, 1979, 65-70.
    """
    given = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(given, kind="stable")
    steps = np.maximum.accumulate(given[order] * np.arange(len(given), 0, -1))
    adjusted = np.empty_like(given)
    adjusted[order] = np.minimum(steps, 1.0)
    return adjusted


def _columns(names: tuple[str, ...], *, known: Flags, gaps: Ints) -> tuple[ColumnComparison, ...]:
    """Compare figure by figure."""
    raised, lowered = (gaps > 0).sum(axis=0), (gaps < 0).sum(axis=0)
    tested = np.flatnonzero(raised + lowered)
    chances = [sign_test(int(raised[at]), int(lowered[at])) for at in tested]
    adjusted = dict(zip(tested.tolist(), holm(chances).tolist(), strict=True))
    raw = dict(zip(tested.tolist(), chances, strict=True))
    return tuple(
        ColumnComparison(
            name=name,
            matched=int(known[:, at].sum()),
            equal=int(known[:, at].sum() - raised[at] - lowered[at]),
            raised=int(raised[at]),
            lowered=int(lowered[at]),
            net=int(gaps[:, at].sum()),
            p_value=raw.get(at),
            p_adjusted=adjusted.get(at),
        )
        for at, name in enumerate(names)
    )
