# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reconstruct the leader's votes from the ratio to all others at a "clean" turnout.

Source: S. Shpilkin (2009 to 2018); the variant is that of the notebook electoral_statistics by
Cedar (2024), whose figures come out to the printed digit. Notation: L_b and O_b are the leader's
and all other ballots in turnout bin b; k = L_b* / O_b* at the clean bin b*; A = L - k O.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.optimize import OptimizeWarning, curve_fit

from hedgerow.engines.forensics.findings import About, Finding, cannot_be_tested
from hedgerow.engines.forensics.quiet import quietly
from hedgerow.engines.forensics.stations import Flags, Floats, Ints, Stations

BINS: Final = 100
FEWEST_STATIONS: Final = 500
MOVED: Final = 3
_FITTED: Final = 97
_LEAST_VOTERS: Final = 100
_REPLICATES: Final = 1000

ABOUT: Final = About(
    method="shpilkin",
    title="Votes above a constant ratio",
    model=(
        "The leader's votes stand in the same ratio to all other ballots at every turnout. The"
        " ratio is taken from one bin of turnout, in which a bell-shaped core of stations peaks."
    ),
    inclusion="paper stations with N > 100 and 0 < R <= N; turnout is R / N",
    explanations=(
        (
            "Where town and country or peoples differ, turnout and the leader's share rise"
            " together without any fraud; there are examples of honest elections."
        ),
        "The answer depends on the clean bin; the method has no null of its own.",
        "Where nearly all stations are affected there is no clean bin.",
        "A result below zero means that the model does not apply.",
        "These are votes above the model, not ballots that were falsified.",
    ),
    reference=(
        "S. Shpilkin, Troitskiy Variant, 2009-2018; Cedar, electoral_statistics (2024), commit"
        " 30b1b6ae"
    ),
)


@dataclass(frozen=True, eq=False, kw_only=True)
class Reconstruction:
    """Hold a reconstruction at one clean bin.

    Args:
        clean_bin: b*, where turnout lies in (b* / 100, (b* + 1) / 100].
        anomalous_votes: A, votes above the model; may be below zero.
        votes: All votes of the leader.
        clean_share: k / (1 + k).
        clean_turnout: Turnout that the model leaves.
    """

    clean_bin: int
    anomalous_votes: float
    votes: float
    clean_share: float
    clean_turnout: float


@dataclass(frozen=True, eq=False, kw_only=True)
class Binned:
    """Hold what stations add to bins of turnout.

    Args:
        places: (stations,) bin of each station that was taken.
        leader: (stations,) votes.
        others: (stations,) all other ballots found.
        registered: (stations,) voters.
        voters: Registered at these stations and at those where nobody voted.
        dropped: Stations that were left out.
    """

    places: Ints
    leader: Ints
    others: Ints
    registered: Ints
    voters: int
    dropped: int

    def sums(self, values: Ints) -> Floats:
        """Add a column up by bin: (100,) float64."""
        sums = np.bincount(self.places, weights=values.astype(np.float64), minlength=BINS)
        return np.asarray(sums, dtype=np.float64)


def binned(stations: Stations, option: str) -> Binned:
    """Sort stations into bins of turnout, by whole numbers."""
    registered, found = stations.registered, stations.found
    is_large = ~stations.is_remote & (registered > _LEAST_VOTERS)
    mask = is_large & (found > 0) & (found <= registered)
    voters = int(registered[is_large].sum())
    registered, found = registered[mask], found[mask]
    leader = stations.votes(option)[mask]
    return Binned(
        places=(100 * found - 1) // registered,
        leader=leader,
        others=found - leader,
        registered=registered,
        voters=voters,
        dropped=len(stations) - int(mask.sum()),
    )


def clean_bin(others: Floats) -> int:
    """Find the bin at which the honest core peaks.

    The sum of two bell curves is fitted to all other ballots by turnout, smoothed over five
    bins; the one at lower turnout is taken for the core. Without a fit it is the highest bin.

    Args:
        others: (100,) float64, O_b.
    """
    smooth = others.copy()
    for place in range(BINS - 2):
        smooth[place] = others[max(place - 2, 0) : place + 3].mean()
    y = smooth[:_FITTED]
    x = np.arange(1, _FITTED + 1) / BINS
    top = int(y.argmax())
    start = (top / BINS, 0.1, y.max(), (1 + top / BINS) / 2, 0.01, y.max() / 2)
    try:
        with quietly(OptimizeWarning, RuntimeWarning):
            found, _ = curve_fit(_two_bells, x, y, p0=start)
    except RuntimeError:
        return int(others[:_FITTED].argmax())
    mean, width = min((found[0], abs(found[1])), (found[3], abs(found[4])))
    low = max(int((mean - width) * BINS), 0)
    high = min(int((mean + width) * BINS), BINS)
    if low >= high:
        return int(others[:_FITTED].argmax())
    return low + int(smooth[low:high].argmax())


def reconstruct(bins: Binned, *, at: int | None = None) -> Reconstruction:
    """Take the ratio at the clean bin for all.

    Args:
        bins: What `binned` returned.
        at: The clean bin, where it is chosen by hand.
    """
    leader, others = bins.sums(bins.leader), bins.sums(bins.others)
    chosen = clean_bin(others) if at is None else at
    ratio = leader[chosen] / others[chosen] if others[chosen] else np.nan
    all_others = others.sum()
    return Reconstruction(
        clean_bin=chosen,
        anomalous_votes=float(leader.sum() - ratio * all_others),
        votes=float(leader.sum()),
        clean_share=float(ratio / (1 + ratio)),
        clean_turnout=float((1 + ratio) * all_others / bins.voters),
    )


def moved_bins(bins: Binned, *, at: int) -> tuple[float, float]:
    """Return the least and the most anomalous votes with the clean bin moved by up to three."""
    places = [one for one in range(at - MOVED, at + MOVED + 1) if 0 <= one < BINS]
    found = [reconstruct(bins, at=one).anomalous_votes for one in places]
    return float(np.nanmin(found)), float(np.nanmax(found))


def resampled(
    bins: Binned, *, here: Flags, rng: np.random.Generator, replicates: int = _REPLICATES
) -> tuple[float, float]:
    """Return the 95 % bootstrap interval over stations, the ratio taken from the same of them.

    Args:
        bins: What `binned` returned.
        here: (stations,) whether a station's votes make the ratio.
        rng: Chance of drawing.
        replicates: How often stations are drawn.
    """
    columns = np.stack(
        [bins.leader, bins.others, bins.leader * here, bins.others * here], axis=1
    ).astype(np.float64)
    size = len(here)
    found = np.empty(replicates)
    for turn in range(replicates):
        weights = np.bincount(rng.integers(0, size, size), minlength=size)
        leader, others, leader_here, others_here = weights @ columns
        found[turn] = leader - leader_here / max(others_here, 1.0) * others
    low, high = np.percentile(found, [2.5, 97.5])
    return float(low), float(high)


def by_region(stations: Stations, option: str) -> dict[str, Reconstruction]:
    """Reconstruct each region with a clean bin of its own; small ones are left out."""
    groups = stations.groups["region"]
    found = {}
    for place, name in enumerate(groups.names):
        bins = binned(stations.where(groups.codes == place), option)
        if len(bins.places) >= FEWEST_STATIONS:
            found[name] = reconstruct(bins)
    return found


def shpilkin_findings(
    stations: Stations, option: str, *, rng: np.random.Generator, at: int | None = None
) -> list[Finding]:
    """Describe the reconstruction with the three uncertainties that must be shown."""
    bins = binned(stations, option)
    units = len(bins.places)
    if units < FEWEST_STATIONS:
        reason = f"fewer than {FEWEST_STATIONS} stations"
        return [cannot_be_tested(ABOUT, option, units=units, dropped=bins.dropped, reason=reason)]
    result = reconstruct(bins, at=at)
    regions = by_region(stations, option) if "region" in stations.groups else {}
    moved = moved_bins(bins, at=result.clean_bin)
    return [
        Finding(
            about=ABOUT,
            label=option,
            outcome="described",
            units=units,
            dropped=bins.dropped,
            effect=result.anomalous_votes,
            effect_unit="votes above the constant-ratio model",
            interval=resampled(bins, here=bins.places == result.clean_bin, rng=rng),
            interval_kind="95 %, stations drawn again at the same clean bin",
            details={
                "clean bin, % turnout": result.clean_bin,
                "moved by 3 bins, least": moved[0],
                "moved by 3 bins, most": moved[1],
                "share of the leader's votes": result.anomalous_votes / max(result.votes, 1.0),
                "clean share": result.clean_share,
                "clean turnout": result.clean_turnout,
                "sum of regions": float(sum(one.anomalous_votes for one in regions.values())),
                "regions of 500 stations or more": len(regions),
                "applies": result.anomalous_votes >= 0,
            },
        )
    ]


def _two_bells(  # noqa: PLR0913, PLR0917 -- curve_fit passes parameters one by one
    x: Floats, m1: float, s1: float, h1: float, m2: float, s2: float, h2: float
) -> Floats:
    """Add two bell curves of mean m, width s and height h up."""
    first = h1 * np.exp(-((x - m1) ** 2) / (2 * s1**2))
    second: Floats = h2 * np.exp(-((x - m2) ** 2) / (2 * s2**2))
    return first + second
