# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check whether announced counts are what a total and rounded shares give, to the vote.

Counts that come from ballots have shares with endless decimals. If each announced count is the
whole number nearest to a rounded share of the total, the counts look computed from the shares.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Final

from hedgerow.kernel.errors import BadInput

EXPLANATIONS: Final = (
    "Whoever published may have multiplied rounded shares by the total for want of the counts.",
    "A single coincidence happens; it takes several to be worth a question.",
    "Shares that are given add up to 100, so the last of them follows from the others.",
)
_HUNDRED: Final = Decimal(100)


@dataclass(frozen=True, kw_only=True)
class AnnouncedCount:
    """Hold one announced count.

    Args:
        option: Whose.
        votes: As announced.
        share: In percent, as announced.
        nearest: Whole number nearest to share times total.
        chance: That a count with this rounded share is exactly that number, 1 at most.
    """

    option: str
    votes: int
    share: Decimal
    nearest: int
    chance: float

    @property
    def is_exact(self) -> bool:
        """Tell whether the announced count is that number."""
        return self.votes == self.nearest


@dataclass(frozen=True, kw_only=True)
class Announced:
    """Hold the whole check.

    Args:
        total: As announced.
        counts: Of all options.
        independent: Coincidences that do not follow from the others.
        chance: Of all independent coincidences together; None where there is none.
    """

    total: int
    counts: tuple[AnnouncedCount, ...]
    independent: int
    chance: float | None


def check_announced(total: int, rows: list[tuple[str, int, str]]) -> Announced:
    """Check announced figures.

    Args:
        total: All votes, as announced.
        rows: Option, votes and share in percent with the decimals of the announcement.

    Raises:
        BadInput: "tally.announced" with the option whose figures are none.
    """
    counts = tuple(_count(total, *row) for row in rows)
    # With few votes or many decimals every count is the nearest one, which is no coincidence.
    exact = [one.chance for one in counts if one.is_exact and one.chance < 1]
    is_whole = sum(one.votes for one in counts) == total
    independent = min(len(exact), len(counts) - 1) if is_whole else len(exact)
    chance = None
    if independent:
        chance = 1.0
        # The least likely coincidence is taken to follow from the others, so as not to overstate.
        for one in sorted(exact, reverse=True)[:independent]:
            chance *= one
    return Announced(total=total, counts=counts, independent=independent, chance=chance)


def _count(total: int, option: str, votes: int, text: str) -> AnnouncedCount:
    """Check one row."""
    try:
        share = Decimal(text)
    except InvalidOperation as error:
        raise BadInput("tally.announced", option=option) from error
    if not share.is_finite() or not 0 <= share <= _HUNDRED or not 0 <= votes <= total:
        raise BadInput("tally.announced", option=option)
    nearest = int((share * total / _HUNDRED).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    # So many whole numbers have this share when rounded to its decimals.
    alike = total * Decimal(1).scaleb(int(share.as_tuple().exponent) - 2)
    return AnnouncedCount(
        option=option,
        votes=votes,
        share=share,
        nearest=nearest,
        chance=min(1.0, float(1 / alike)) if alike else 1.0,
    )
