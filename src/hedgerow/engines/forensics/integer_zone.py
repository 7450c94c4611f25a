# SPDX-License-Identifier: AGPL-3.0-or-later
"""Compare stations near whole percentages with all others, a coarse variant of the test.

Source: Cedar, electoral_statistics (2024). Two bands of 30 % of each percent, for turnout and
for share, leave a square of 0.7 x 0.7 = 0.49 outside.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from hedgerow.engines.forensics.findings import About, Finding, cannot_be_tested
from hedgerow.engines.forensics.stations import Stations

FEWEST_STATIONS: Final = 100
_OUTSIDE: Final = 0.49
_LEAST_VOTERS: Final = 100

ABOUT: Final = About(
    method="integer zone",
    title="Whole percentages, by neighbouring windows",
    model=(
        "The fractions of turnout and of share within a percent are evenly spread, so that 51 % of"
        " stations and votes lie in the bands around whole percentages."
    ),
    inclusion="paper stations with N > 100, R > 0, R / N < 99 % and V / R < 99 %",
    explanations=(
        (
            "Small denominators put fractions onto few values; unlike the exact test, this one does"
            " not allow for it."
        ),
        "The bands are wide, so that real differences between stations weigh in.",
    ),
    reference="Cedar, electoral_statistics (2024), commit 30b1b6ae",
)


@dataclass(frozen=True, kw_only=True)
class IntegerZone:
    """Hold the excess of votes and of stations (of those with N > 100) in the bands."""

    units: int
    dropped: int
    excess_votes: float
    excess_stations: float
    stations_share: float


def integer_zone(stations: Stations, option: str) -> IntegerZone:
    """Compute the excess in the bands around whole percentages."""
    is_large = ~stations.is_remote & (stations.registered > _LEAST_VOTERS)
    chosen = stations.where(is_large & (stations.found > 0))
    votes = chosen.votes(option)
    turnout, share = chosen.found / chosen.registered, votes / chosen.found
    is_taken = (turnout < 0.99) & (share < 0.99)  # noqa: PLR2004 -- the published rule
    # Published figures depend on how float64 rounds this remainder.
    parts = np.stack([turnout % 0.01, share % 0.01]) * 100
    near = ((parts > 0.9) | (parts < 0.2)).any(axis=0)  # noqa: PLR2004 -- the published rule
    zone, rest = is_taken & near, is_taken & ~near
    factor = (1 - _OUTSIDE) / _OUTSIDE
    excess_stations = float(zone.sum() - rest.sum() * factor)
    return IntegerZone(
        units=int(is_taken.sum()),
        dropped=len(stations) - int(is_taken.sum()),
        excess_votes=float(votes[zone].sum() - votes[rest].sum() * factor),
        excess_stations=excess_stations,
        stations_share=excess_stations / max(int(is_large.sum()), 1),
    )


def integer_zone_findings(stations: Stations, option: str) -> list[Finding]:
    """Describe the excess; its null is too coarse for a p-value."""
    result = integer_zone(stations, option)
    if result.units < FEWEST_STATIONS:
        reason = f"fewer than {FEWEST_STATIONS} stations"
        return [
            cannot_be_tested(
                ABOUT, option, units=result.units, dropped=result.dropped, reason=reason
            )
        ]
    return [
        Finding(
            about=ABOUT,
            label=option,
            outcome="described",
            units=result.units,
            dropped=result.dropped,
            effect=result.excess_votes,
            effect_unit="the option's votes in the bands beyond expectation",
            details={
                "stations in excess": result.excess_stations,
                "of all stations": result.stations_share,
            },
        )
    ]
