# SPDX-License-Identifier: AGPL-3.0-or-later
"""Test the last digits of counts, and show second digits, which are no evidence.

Sources: Beber and Scacco, Political Analysis 20(2), 2012, 211-234; for second digits Deckert,
Myagkov and Ordeshook, Political Analysis 19(3), 2011, 245-268, and Mebane's reply.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.stats import binom, chi2

from hedgerow.engines.forensics.findings import About, Finding, Outcome, cannot_be_tested, decided
from hedgerow.engines.forensics.stations import Floats, Ints, Stations

FEWEST_COUNTS: Final = 200
# Where the small counts lie lower, the cut-off at 100 itself makes an excess of low digits.
LEAST_FIFTH: Final = 150.0
_THREE_DIGITS: Final = 100
_TWO_DIGITS: Final = 10
_FIVES: Final = 0.2
# With tens of thousands of stations everything is significant; less than this is no finding.
LEAST_EXCESS: Final = 0.01

ABOUT: Final = About(
    method="last digits",
    title="Last digits",
    model="The last digit of a count of three digits or more is each of 0 to 9 equally often.",
    inclusion=(
        "paper stations whose count is 100 or more; not where a twentieth of these counts lies"
        " below 150"
    ),
    explanations=(
        "Lists of voters are rounded by officials without any fraud.",
        "With 90,000 stations trivial departures are significant: look at the size.",
        (
            "It is weak against added ballots, and evaluations found that it tells no honest"
            " election from others."
        ),
    ),
    reference=("Beber, Scacco: What the Numbers Say. Political Analysis 20(2), 2012, 211-234"),
)

ABOUT_SECOND: Final = About(
    method="second digits",
    title="Second digits (Benford)",
    model="Second digits follow Benford's law.",
    inclusion="paper stations whose count is 10 or more",
    explanations=(
        (
            "Stations span little more than one decade of sizes and are capped: the law has no"
            " reason to hold."
        ),
        "It rejects honest elections, and suspicious ones nearly pass.",
    ),
    reference=(
        "Deckert, Myagkov, Ordeshook: Benford's Law and the Detection of Election Fraud."
        " Political Analysis 19(3), 2011, 245-268"
    ),
    is_evidence=False,
)


@dataclass(frozen=True, eq=False, kw_only=True)
class Digits:
    """Hold how often each digit occurs, against what is expected: arrays (10,)."""

    units: int
    observed: Ints
    expected: Floats

    @property
    def statistic(self) -> float:
        """Return chi-square with 9 degrees of freedom."""
        return float(((self.observed - self.expected) ** 2 / self.expected).sum())

    @property
    def p_value(self) -> float:
        """Return the chance of a larger chi-square."""
        return float(chi2.sf(self.statistic, 9))

    @property
    def mean(self) -> float:
        """Return the mean digit."""
        return float((self.observed * np.arange(10)).sum() / max(self.units, 1))

    @property
    def share_of_fives(self) -> float:
        """Return the share of 0 and 5 among the digits."""
        return float((self.observed[0] + self.observed[5]) / max(self.units, 1))


def last_digits(counts: Ints) -> Digits:
    """Count the last digits of counts of three digits or more."""
    kept = counts[counts >= _THREE_DIGITS]
    observed = np.bincount(kept % 10, minlength=10)
    return Digits(units=len(kept), observed=observed, expected=np.full(10, len(kept) / 10))


def second_digits(counts: Ints) -> Digits:
    """Count the second digits from the left of counts of two digits or more."""
    kept = counts[counts >= _TWO_DIGITS]
    powers = 10 ** (np.floor(np.log10(kept + 0.5)).astype(np.int64) - 1)
    observed = np.bincount(kept // powers % 10, minlength=10)
    first = np.arange(1, 10)[:, None]
    law = np.log10(1 + 1 / (10 * first + np.arange(10)[None, :])).sum(axis=0)
    return Digits(units=len(kept), observed=observed, expected=law * len(kept))


def digit_pairs(counts: Ints) -> dict[str, tuple[float, float]]:
    """Return of the last two digits how often they are equal or neighbours, with p-values.

    Returns:
        "equal" (expected 0.1) and "neighbours" (0.2, differing by 1, 0 beside 9) → share and
        two-sided binomial p-value.
    """
    kept = counts[counts >= _THREE_DIGITS]
    apart = (kept // 10 - kept) % 10
    found = {"equal": (apart == 0, 0.1), "neighbours": ((apart == 1) | (apart == 9), 0.2)}  # noqa: PLR2004 -- digits
    result = {}
    for name, (is_pair, chance) in found.items():
        number, size = int(is_pair.sum()), len(kept)
        tail = min(binom.cdf(number, size, chance), binom.sf(number - 1, size, chance))
        result[name] = (number / max(size, 1), float(min(2 * tail, 1.0)))
    return result


def digit_findings(stations: Stations, option: str) -> list[Finding]:
    """Test the last digits of voters, of ballots found and of an option's votes."""
    paper = stations.paper()
    columns = {
        "registered voters": paper.registered,
        "ballots found": paper.found,
        f"votes of {option}": paper.votes(option),
    }
    dropped = len(stations) - len(paper)
    return [_last(name, counts, dropped) for name, counts in columns.items()]


def second_digit_findings(stations: Stations, option: str) -> list[Finding]:
    """Describe second digits, as something that is no evidence."""
    counts = stations.paper().votes(option)
    result = second_digits(counts)
    dropped = len(stations) - result.units
    label = f"votes of {option}"
    if result.units < FEWEST_COUNTS:
        reason = f"fewer than {FEWEST_COUNTS} counts"
        return [
            cannot_be_tested(
                ABOUT_SECOND, label, units=result.units, dropped=dropped, reason=reason
            )
        ]
    details = {"chi-square": result.statistic, "mean": result.mean}
    return [
        Finding(
            about=ABOUT_SECOND,
            label=label,
            outcome="described",
            units=result.units,
            dropped=dropped,
            effect=result.mean - float((result.expected * np.arange(10)).sum() / result.units),
            effect_unit="mean second digit beyond Benford's",
            details=details,
        )
    ]


def _last(name: str, counts: Ints, dropped: int) -> Finding:
    """Test one column."""
    result = last_digits(counts)
    kept = counts[counts >= _THREE_DIGITS]
    left_out = dropped + len(counts) - result.units
    if result.units < FEWEST_COUNTS or np.percentile(kept, 5) < LEAST_FIFTH:
        few = "fewer than 200 counts, or a twentieth of them below 150"
        return cannot_be_tested(ABOUT, name, units=result.units, dropped=left_out, reason=few)
    excess = result.share_of_fives - _FIVES
    margin = 1.959964 * float(np.sqrt(_FIVES * (1 - _FIVES) / result.units))
    outcome: Outcome = decided(result.p_value)
    if abs(excess) < LEAST_EXCESS:
        outcome = "not a finding"
    return Finding(
        about=ABOUT,
        label=name,
        outcome=outcome,
        units=result.units,
        dropped=left_out,
        effect=excess,
        effect_unit="share of 0 and 5 beyond a fifth",
        interval=(excess - margin, excess + margin),
        interval_kind="95 %, binomial",
        p_value=result.p_value,
        details={
            "chi-square": result.statistic,
            "mean": result.mean,
            "digits": result.observed.tolist(),
            "pairs": {pair: list(found) for pair, found in digit_pairs(counts).items()},
        },
    )
