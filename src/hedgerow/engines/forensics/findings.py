# SPDX-License-Identifier: AGPL-3.0-or-later
"""Say what a method found, in the same shape for all, with what speaks against it.

Rule of language: a departure from a model is a "finding", never more. The
size comes first, then its uncertainty, then the p-value; innocent explanations stand beside.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np

from hedgerow.engines.forensics.stations import Floats

Outcome = Literal["finding", "not a finding", "cannot be tested", "described"]

# Below this adjusted p-value a departure is called a finding, where a method has no other rule.
LEVEL = 0.001


@dataclass(frozen=True, kw_only=True)
class About:
    """Describe a method: what everybody must know who reads its figure.

    Args:
        method: Short name, as in `report.json`.
        title: What people read.
        model: What an honest election is assumed to look like.
        inclusion: Which stations are taken.
        explanations: Innocent explanations and known faults.
        reference: Where the method was published.
        is_evidence: Whether it may stand among the findings at all.
    """

    method: str
    title: str
    model: str
    inclusion: str
    explanations: tuple[str, ...]
    reference: str
    is_evidence: bool = True


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Hold one tested or described figure."""

    about: About
    label: str
    outcome: Outcome
    units: int
    dropped: int
    effect: float | None = None
    effect_unit: str = ""
    interval: tuple[float, float] | None = None
    interval_kind: str = ""
    p_value: float | None = None
    p_adjusted: float | None = None
    adjusted_by: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


def cannot_be_tested(about: About, label: str, *, units: int, dropped: int, reason: str) -> Finding:
    """Say that the data do not suffice, and why."""
    return Finding(
        about=about,
        label=label,
        outcome="cannot be tested",
        units=units,
        dropped=dropped,
        details={"reason": reason},
    )


def holm(p_values: Sequence[float] | Floats) -> Floats:
    """Adjust p-values so that the chance of any false finding keeps its level.

    Source: Holm, Scandinavian Journal of Statistics 6, 1979, 65-70.
    """
    given = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(given)
    factors = np.arange(len(given), 0, -1)
    steps = np.maximum.accumulate(given[order] * factors)
    adjusted = np.empty_like(given)
    adjusted[order] = np.minimum(steps, 1.0)
    return adjusted


def benjamini_hochberg(p_values: Sequence[float] | Floats) -> Floats:
    """Adjust p-values so that the expected share of false findings keeps its level.

    Source: Benjamini and Hochberg, JRSS B 57(1), 1995, 289-300.
    """
    given = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(given)[::-1]
    factors = len(given) / np.arange(len(given), 0, -1)
    steps = np.minimum.accumulate(given[order] * factors)
    adjusted = np.empty_like(given)
    adjusted[order] = np.minimum(steps, 1.0)
    return adjusted


def with_holm(findings: Sequence[Finding]) -> list[Finding]:
    """Adjust the p-values of all tests of one method together.

    A method that decides by its p-value is decided anew by the adjusted one; those that have
    a rule of their own (an outcome of "described" or "cannot be tested") keep it.
    """
    tested = [place for place, one in enumerate(findings) if one.p_value is not None]
    adjusted = holm([findings[place].p_value or 0.0 for place in tested])
    done = list(findings)
    for place, p_adjusted in zip(tested, adjusted.tolist(), strict=True):
        one = done[place]
        outcome = one.outcome
        if outcome == "finding" and p_adjusted >= LEVEL:
            outcome = "not a finding"
        kind = f"Holm, {len(tested)} tests"
        done[place] = replace(one, p_adjusted=p_adjusted, adjusted_by=kind, outcome=outcome)
    return done


def decided(p_value: float) -> Outcome:
    """Call a departure a finding below the level."""
    return "finding" if p_value < LEVEL else "not a finding"
