# SPDX-License-Identifier: AGPL-3.0-or-later
"""Test whether too many stations report whole percentages, exactly instead of by simulation.

Source: Kobak, Shpilkin and Pshenichnikov, Annals of Applied Statistics 10(1), 2016, 54-73.
Their simulation draws V* ~ Binomial(R, V/R) and G* ~ Binomial(N, G/N). The number of hits is
then a weighted sum of independent yes-and-noes, whose cumulants are sums over stations.
"""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from scipy.stats import norm

from hedgerow.engines.forensics.findings import About, Finding, Outcome, cannot_be_tested
from hedgerow.engines.forensics.hits import hit_probabilities, is_hit
from hedgerow.engines.forensics.stations import Flags, Floats, Stations

DIMENSIONS: Final = ("share or turnout", "share", "turnout")
WEIGHTS: Final = ("stations", "registered", "issued", "votes")
Turnout = Literal["issued", "found"]

FEWEST_STATIONS: Final = 100
# Honest elections with low shares reach three, so only more is a finding.
LEAST_Z: Final = 4.0
_POINT: Final = 0.999
_LOW_SHARE: Final = 0.15

ABOUT: Final = About(
    method="integer",
    title="Whole percentages",
    model=(
        "Each station's count is binomial around its own reported percentage; turnout and share"
        " are independent, and so are stations. Whole percentages then are as frequent as their"
        " neighbours."
    ),
    inclusion="paper stations with R > 0, N >= 100, turnout at most 99 %, share at most 99 %",
    explanations=(
        "It sees only crude rounding, not added ballots; it does not say which stations.",
        "The reported values, possibly invented, are the centre: the excess is a lower bound.",
        "With shares below 15 % or very small stations honest elections reach z from -3 to 2.5.",
        "A weighted excess counts votes at stations in excess, not votes that were taken.",
    ),
    reference=(
        "Kobak, Shpilkin, Pshenichnikov: Integer percentages as electoral falsification"
        " fingerprints. Annals of Applied Statistics 10(1), 2016, 54-73"
    ),
)


@dataclass(frozen=True, eq=False, kw_only=True)
class IntegerAnomaly:
    """Hold the test in three dimensions and four weights: arrays (3, 4) float64.

    Rows follow DIMENSIONS, columns WEIGHTS.
    """

    units: int
    dropped: int
    observed: Floats
    expected: Floats
    std: Floats
    skewness: Floats

    @property
    def anomaly(self) -> Floats:
        """Return observed minus expected."""
        return self.observed - self.expected

    @property
    def z(self) -> Floats:
        """Return the anomaly in standard deviations, 0 where nothing can vary."""
        return np.divide(self.anomaly, self.std, out=np.zeros_like(self.std), where=self.std > 0)

    @property
    def upper(self) -> Floats:
        """Return the 99.9 % point minus the mean, by Cornish and Fisher's second term."""
        z = norm.ppf(_POINT)
        result: Floats = self.std * (z + (z**2 - 1) * self.skewness / 6)
        return result

    @property
    def p_value(self) -> Floats:
        """Return two-sided p-values of the normal approximation."""
        result: Floats = 2 * norm.sf(np.abs(self.z))
        return result


def included(stations: Stations, option: str, *, turnout: Turnout = "issued") -> Flags:
    """Say which stations the test takes."""
    given, votes = getattr(stations, turnout), stations.votes(option)
    mask: Flags = (
        ~stations.is_remote
        & (stations.found > 0)
        & (stations.registered >= 100)  # noqa: PLR2004 -- the published rule
        & (100 * given <= 99 * stations.registered)
        & (100 * votes <= 99 * stations.found)
    )
    return mask


def integer_anomaly(
    stations: Stations,
    option: str,
    *,
    turnout: Turnout = "issued",
    period: int = 1,
    mask: Flags | None = None,
) -> IntegerAnomaly:
    """Compute the anomaly with the exact cumulants of its null.

    Args:
        stations: One election.
        option: Whose votes are tested.
        turnout: Ballots that stand for turnout.
        period: 1 for whole percentages, 5 for multiples of five.
        mask: Other stations than `included` says.
    """
    chosen = included(stations, option, turnout=turnout) if mask is None else mask
    number, found = stations.registered[chosen], stations.found[chosen]
    given, votes = getattr(stations, turnout)[chosen], stations.votes(option)[chosen]
    hit_share = is_hit(votes, of=found, period=period)
    hit_turnout = is_hit(given, of=number, period=period)
    both = hit_probabilities(
        np.concatenate([votes, given]), of=np.concatenate([found, number]), period=period
    )
    share, ballots = both[: len(votes)], both[len(votes) :]
    q = np.stack([share + ballots - share * ballots, share, ballots])
    hits = np.stack([hit_share | hit_turnout, hit_share, hit_turnout]).astype(np.float64)
    w = np.stack([np.ones(len(votes)), number, given, votes], axis=1).astype(np.float64)
    spread, squares = q * (1 - q), w * w
    variance = np.maximum(spread @ squares, 0.0)
    third = (spread * (1 - 2 * q)) @ (squares * w)
    std = np.sqrt(variance)
    skewness = np.divide(third, std**3, out=np.zeros_like(std), where=std > 0)
    return IntegerAnomaly(
        units=len(votes),
        dropped=len(stations) - len(votes),
        observed=hits @ w,
        expected=q @ w,
        std=std,
        skewness=skewness,
    )


def integer_findings(
    stations: Stations, option: str, *, turnout: Turnout = "issued"
) -> list[Finding]:
    """Test one option in three dimensions; all weights stand in the details."""
    result = integer_anomaly(stations, option, turnout=turnout)
    if result.units < FEWEST_STATIONS or not (result.std > 0).all():
        reason = f"fewer than {FEWEST_STATIONS} stations whose counts can vary"
        return [
            cannot_be_tested(
                ABOUT, option, units=result.units, dropped=result.dropped, reason=reason
            )
        ]
    return [_finding(result, option, row) for row in range(len(DIMENSIONS))]


def _finding(result: IntegerAnomaly, option: str, row: int) -> Finding:
    """Report one dimension; stations weigh the same in the test."""
    weights = {
        name: {
            "observed": float(result.observed[row, column]),
            "expected": float(result.expected[row, column]),
            "std": float(result.std[row, column]),
            "z": float(result.z[row, column]),
            "upper 99.9 %": float(result.upper[row, column]),
        }
        for column, name in enumerate(WEIGHTS)
    }
    z, excess = float(result.z[row, 0]), float(result.anomaly[row, 0])
    margin = float(norm.ppf(0.975) * result.std[row, 0])
    outcome: Outcome = "finding" if z >= LEAST_Z else "not a finding"
    return Finding(
        about=ABOUT,
        label=f"{option}: {DIMENSIONS[row]}",
        outcome=outcome,
        units=result.units,
        dropped=result.dropped,
        effect=excess,
        effect_unit="stations at whole percentages beyond expectation",
        interval=(excess - margin, excess + margin),
        interval_kind="95 %, by the exact variance under the model",
        p_value=float(result.p_value[row, 0]),
        details={"z": z, "weights": weights},
    )
