# SPDX-License-Identifier: AGPL-3.0-or-later
"""Extrapolate what stations with ballot scanners report to their whole commissions.

Source: the computation for Bashkortostan 2018 in dkobak/elections, meduza.ipynb[18]: per
commission, leader / registered at stations with scanners, times registered of all stations.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from hedgerow.engines.forensics.findings import About, Finding, cannot_be_tested, decided
from hedgerow.engines.forensics.stations import Flags, Floats, Ints, Stations

FEWEST_COMMISSIONS: Final = 10
_DRAWS: Final = 2000

ABOUT: Final = About(
    method="scanners",
    title="Stations that count by scanner",
    model=(
        "Within a commission, scanners stand at stations drawn by chance, so that their share of"
        " votes among voters is that of the commission."
    ),
    inclusion="paper stations with N > 0 in commissions that have both kinds of stations",
    explanations=(
        "Scanners are given to large stations in towns, where people vote otherwise.",
        "The permutation within commissions allows for commissions, not for town and country.",
    ),
    reference="dkobak/elections, meduza2018/meduza.ipynb[18]",
)


@dataclass(frozen=True, kw_only=True)
class Extrapolation:
    """Hold the official votes and what the scanners' stations lead to.

    Args:
        interval: 95 % of `beyond`, scanner stations drawn again within commissions.
        p_value: Share of random choices of as many stations that go as far or farther.
    """

    units: int
    dropped: int
    commissions: int
    official: int
    extrapolated: float
    interval: tuple[float, float]
    p_value: float

    @property
    def beyond(self) -> float:
        """Return the official votes beyond the extrapolation."""
        return self.official - self.extrapolated


def extrapolate(
    stations: Stations,
    option: str,
    *,
    has_scanner: Flags,
    rng: np.random.Generator,
    draws: int = _DRAWS,
) -> Extrapolation:
    """Extrapolate within commissions, with a bootstrap and a permutation.

    Args:
        stations: One region, with groups "commission".
        option: Whose votes are extrapolated.
        has_scanner: (stations,) where ballots are scanned.
        rng: Chance for both.
        draws: How often stations are drawn again, and permuted.

    Raises:
        BadInput: There is no such option.
    """
    codes = stations.groups["commission"].codes
    usable = ~stations.is_remote & (stations.registered > 0)
    number = len(stations.groups["commission"].names)
    scanned = np.bincount(codes[usable & has_scanner], minlength=number)
    mask = usable & (scanned[codes] > 0)
    _, codes = np.unique(codes[mask], return_inverse=True)
    registered = stations.registered[mask].astype(np.float64)
    votes = stations.votes(option)[mask].astype(np.float64)
    chosen = has_scanner[mask]
    data = _Commissions(codes.astype(np.int64), registered, votes)
    extrapolated = data.extrapolated(chosen.astype(np.float64))
    drawn = [data.extrapolated(data.drawn_again(chosen, rng)) for _ in range(draws)]
    low, high = np.percentile(votes.sum() - np.array(drawn), [2.5, 97.5])
    permuted = [data.extrapolated(data.permuted(chosen, rng)) for _ in range(draws)]
    away = np.abs(votes.sum() - np.array(permuted)) >= abs(votes.sum() - extrapolated)
    return Extrapolation(
        units=int(mask.sum()),
        dropped=len(stations) - int(mask.sum()),
        commissions=int(codes.max(initial=-1)) + 1,
        official=int(votes.sum()),
        extrapolated=extrapolated,
        interval=(float(low), float(high)),
        p_value=float((1 + away.sum()) / (1 + draws)),
    )


def scanner_findings(
    stations: Stations, option: str, *, has_scanner: Flags, rng: np.random.Generator
) -> list[Finding]:
    """Test whether scanners' stations differ from others of their commissions."""
    if "commission" not in stations.groups or not has_scanner.any():
        reason = "the mapping names no commission, or no station with a scanner"
        return [cannot_be_tested(ABOUT, option, units=0, dropped=len(stations), reason=reason)]
    result = extrapolate(stations, option, has_scanner=has_scanner, rng=rng)
    if result.commissions < FEWEST_COMMISSIONS:
        reason = f"fewer than {FEWEST_COMMISSIONS} commissions with scanners"
        return [
            cannot_be_tested(
                ABOUT, option, units=result.units, dropped=result.dropped, reason=reason
            )
        ]
    return [
        Finding(
            about=ABOUT,
            label=option,
            outcome=decided(result.p_value),
            units=result.units,
            dropped=result.dropped,
            effect=result.beyond,
            effect_unit="official votes beyond the extrapolation",
            interval=result.interval,
            interval_kind="95 %, scanner stations drawn again within commissions",
            p_value=result.p_value,
            details={
                "commissions": result.commissions,
                "official votes": result.official,
                "extrapolated votes": result.extrapolated,
            },
        )
    ]


@dataclass(frozen=True, eq=False)
class _Commissions:
    """Hold stations sorted into commissions: arrays (stations,)."""

    codes: Ints
    registered: Floats
    votes: Floats

    def extrapolated(self, weights: Floats) -> float:
        """Extrapolate weighted stations to the voters of their commissions."""
        whole = np.bincount(self.codes, weights=self.registered)
        votes = np.bincount(self.codes, weights=weights * self.votes)
        voters = np.bincount(self.codes, weights=weights * self.registered)
        return float((votes / np.maximum(voters, 1.0) * whole).sum())

    def drawn_again(self, chosen: Flags, rng: np.random.Generator) -> Floats:
        """Draw as many of the chosen stations of each commission again."""
        places = np.flatnonzero(chosen)
        places = places[np.argsort(self.codes[places], kind="stable")]
        sizes = np.bincount(self.codes[places])
        starts = np.repeat(np.cumsum(sizes) - sizes, sizes)
        drawn = starts + (rng.random(len(places)) * np.repeat(sizes, sizes)).astype(np.int64)
        return np.bincount(places[drawn], minlength=len(chosen)).astype(np.float64)

    def permuted(self, chosen: Flags, rng: np.random.Generator) -> Floats:
        """Choose as many stations of each commission by chance."""
        order = np.lexsort((rng.random(len(chosen)), self.codes))
        before = np.lexsort((~chosen, self.codes))
        result = np.zeros(len(chosen))
        result[order] = chosen[before]
        return result
