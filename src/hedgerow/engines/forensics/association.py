# SPDX-License-Identifier: AGPL-3.0-or-later
"""Describe how an option's votes rise with turnout.

Sources: Sobyanin and Sukhovolsky (1995); Myagkov, Ordeshook and Shakin, The Forensics of
Election Fraud, Cambridge 2009. b is the slope of V/N on turnout, weighted by voters; errors are
robust within commissions (Liang and Zeger, Biometrika 73(1), 1986, 13-22).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.stats import norm

from hedgerow.engines.forensics.findings import About, Finding, cannot_be_tested, decided
from hedgerow.engines.forensics.stations import Floats, Ints, Stations

FEWEST_STATIONS: Final = 100
_LEAST_VOTERS: Final = 100

ABOUT: Final = About(
    method="association",
    title="Votes and turnout",
    model=(
        "More turnout brings votes to several options: as turnout rises by a voter, an option gains"
        " at most a vote, b <= 1, and nobody loses votes absolutely."
    ),
    inclusion="paper stations with N >= 100 and R > 0; turnout is G / N",
    explanations=(
        (
            "Stations differ: town and country, peoples, incomes. That alone ties turnout to share,"
            " in either sign."
        ),
        "It is about stations, not about voters.",
        "A slope above the national share is usual and says little; only b > 1 is tested.",
    ),
    reference=(
        "Myagkov, Ordeshook, Shakin: The Forensics of Election Fraud. Cambridge University Press,"
        " 2009"
    ),
)


@dataclass(frozen=True, kw_only=True)
class Association:
    """Hold slopes and correlations.

    Args:
        slope: b, of V / N on turnout.
        slope_error: Its robust standard error.
        slope_others: The same of (R - V) / N.
        slope_within: b with an own level for each region.
        share_slope: Slope of V / R on turnout, less the mean share.
        correlation: Of turnout and share.
        weighted_correlation: The same, stations weighing as many voters as they have.
    """

    units: int
    dropped: int
    slope: float
    slope_error: float
    slope_others: float
    slope_within: float
    share_slope: float
    correlation: float
    weighted_correlation: float


def association(stations: Stations, option: str) -> Association:
    """Compute slopes and correlations of one option."""
    mask = ~stations.is_remote & (stations.registered >= _LEAST_VOTERS) & (stations.found > 0)
    chosen = stations.where(mask)
    votes, weight = chosen.votes(option), chosen.registered.astype(np.float64)
    turnout, share = chosen.issued / weight, votes / chosen.found
    clusters = chosen.groups.get("commission")
    codes = np.arange(len(chosen)) if clusters is None else clusters.codes
    regions = chosen.groups.get("region")
    within = np.zeros(len(chosen), np.int64) if regions is None else regions.codes
    slope, error = _slope(turnout, votes / weight, weight, codes)
    centred = [_centred(one, weight, within) for one in (turnout, votes / weight)]
    spread = (weight * centred[0] ** 2).sum()
    mean = votes.sum() / chosen.found.sum()
    return Association(
        units=len(chosen),
        dropped=len(stations) - len(chosen),
        slope=slope,
        slope_error=error,
        slope_others=_slope(turnout, (chosen.found - votes) / weight, weight, codes)[0],
        slope_within=float((weight * centred[0] * centred[1]).sum() / spread),
        share_slope=float(_slope(turnout, share, weight, codes)[0] - mean),
        correlation=_correlation(turnout, share, np.ones(len(chosen))),
        weighted_correlation=_correlation(turnout, share, weight),
    )


def association_findings(stations: Stations, option: str) -> list[Finding]:
    """Test b <= 1, for all stations and for each area where the mapping names areas."""
    parts = {"all stations": stations}
    areas = stations.groups.get("area")
    if areas is not None:
        for place, name in enumerate(areas.names):
            parts[name] = stations.where(areas.codes == place)
    return [_finding(part, option, f"{option}: {name}") for name, part in parts.items()]


def _finding(stations: Stations, option: str, label: str) -> Finding:
    """Test one part of the country."""
    mask = ~stations.is_remote & (stations.registered >= _LEAST_VOTERS) & (stations.found > 0)
    units = int(mask.sum())
    turnout = stations.issued[mask] / stations.registered[mask]
    if units < FEWEST_STATIONS or np.ptp(turnout) == 0:
        reason = f"fewer than {FEWEST_STATIONS} stations of different turnout"
        return cannot_be_tested(
            ABOUT, label, units=units, dropped=len(stations) - units, reason=reason
        )
    result = association(stations, option)
    margin = float(norm.ppf(0.975) * result.slope_error)
    p_value = float(norm.sf((result.slope - 1) / result.slope_error))
    return Finding(
        about=ABOUT,
        label=label,
        outcome=decided(p_value),
        units=result.units,
        dropped=result.dropped,
        effect=result.slope,
        effect_unit="votes for the option with each further voter, b",
        interval=(result.slope - margin, result.slope + margin),
        interval_kind="95 %, robust within commissions",
        p_value=p_value,
        details={
            "b with a level for each region": result.slope_within,
            "b of all others": result.slope_others,
            "slope of share less mean share": result.share_slope,
            "correlation": result.correlation,
            "correlation weighted by voters": result.weighted_correlation,
        },
    )


def _centred(values: Floats, weight: Floats, codes: Ints) -> Floats:
    """Take the weighted mean of its group off each value."""
    totals = np.bincount(codes, weights=weight)
    means = np.bincount(codes, weights=weight * values) / np.maximum(totals, 1e-300)
    centred: Floats = values - means[codes]
    return centred


def _slope(x: Floats, y: Floats, weight: Floats, clusters: Ints) -> tuple[float, float]:
    """Return a weighted least-squares slope and its cluster-robust standard error."""
    none = np.zeros(len(x), np.int64)
    x, y = _centred(x, weight, none), _centred(y, weight, none)
    spread = float((weight * x**2).sum())
    slope = float((weight * x * y).sum() / spread)
    scores = np.bincount(clusters, weights=weight * x * (y - slope * x))
    number = len(np.unique(clusters))
    factor = number / max(number - 1, 1)
    return slope, float(np.sqrt(factor * (scores**2).sum()) / spread)


def _correlation(x: Floats, y: Floats, weight: Floats) -> float:
    """Return a weighted correlation, 0 where one of the two does not vary."""
    none = np.zeros(len(x), np.int64)
    x, y = _centred(x, weight, none), _centred(y, weight, none)
    spread = np.sqrt((weight * x**2).sum() * (weight * y**2).sum())
    return float((weight * x * y).sum() / spread) if spread else 0.0
