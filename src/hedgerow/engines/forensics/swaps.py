# SPDX-License-Identifier: AGPL-3.0-or-later
"""Predict each station from the round before, and see whether two counts were swapped.

The share of an option is regressed on all shares of the earlier round at the same station,
weighted by ballots. The residual scale is robust, and the line is fitted again without stations
far from it, so that they do not draw it to themselves. A station far off, which exchanging the
counts of two options brings back, is worth a look at its paper protocol.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from hedgerow.engines.forensics.findings import About, Finding, cannot_be_tested
from hedgerow.engines.forensics.stations import Floats, Ints, Stations

FEWEST_STATIONS: Final = 100
FAR: Final = 6.0
NEAR: Final = 3.0
_MAD: Final = 1.4826
_LISTED: Final = 50
_REFITS: Final = 4

ABOUT: Final = About(
    method="swaps",
    title="Protocols that may have been swapped",
    model=(
        "A station's share follows from its shares in the round before, as it does elsewhere, with"
        " scatter of one size."
    ),
    inclusion="paper stations of both rounds with the same name and R > 0 in both",
    explanations=(
        "Borders and numbers of stations change between rounds.",
        "Where two options are about as strong, exchanging them changes little.",
        "A list of stations whose paper protocols are worth looking at, not a verdict.",
    ),
    reference="Hoaglin, Mosteller, Tukey: Understanding Robust and Exploratory Data Analysis, 1983",
)


@dataclass(frozen=True, eq=False, kw_only=True)
class Swaps:
    """Hold residuals of stations in robust standard deviations: arrays (stations,).

    Args:
        places: Row of each station in the later round.
        z: Residual of the share as reported.
        z_swapped: Residual after exchanging the two counts.
    """

    places: Ints
    z: Floats
    z_swapped: Floats

    @property
    def far(self) -> Ints:
        """Return where the reported share is far off."""
        return np.flatnonzero(np.abs(self.z) > FAR)

    @property
    def hits(self) -> Ints:
        """Return where it is far off and the exchange brings it back."""
        return np.flatnonzero((np.abs(self.z) > FAR) & (np.abs(self.z_swapped) <= NEAR))


def swaps(later: Stations, option: str, *, earlier: Stations, rival: str) -> Swaps:
    """Predict an option's share from the earlier round, and exchange it with a rival's.

    Args:
        later: The round that is checked.
        option: Whose share is predicted.
        earlier: The round before, or another election.
        rival: The option whose count may have been written into the other line.
    """
    before = {name: place for place, name in enumerate(earlier.station)}
    pairs = [(place, before[name]) for place, name in enumerate(later.station) if name in before]
    rows = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    here, there = rows[:, 0], rows[:, 1]
    usable = (later.found[here] > 0) & (earlier.found[there] > 0) & ~later.is_remote[here]
    here, there = here[usable], there[usable]
    ballots = later.found[here]
    shares = earlier.options[there] / earlier.found[there][:, None]
    predictors = np.column_stack([np.ones(len(here)), shares])
    weight = np.sqrt(ballots)
    share = later.votes(option)[here] / ballots
    predicted, centre, scale = _robust_line(predictors, share, weight)
    residual = (share - predicted) * weight
    swapped = (later.votes(rival)[here] / ballots - predicted) * weight
    return Swaps(
        places=here,
        z=(residual - centre) / scale,
        z_swapped=(swapped - centre) / scale,
    )


def swap_findings(
    later: Stations, option: str, *, earlier: Stations, rival: str = ""
) -> list[Finding]:
    """List the stations that an exchange explains, in both directions.

    Without a rival named, it is the strongest one.
    """
    rival = rival or next(iter(later.rivals(option)), "")
    if not rival:
        reason = "the ballot has no second option to exchange with"
        return [cannot_be_tested(ABOUT, option, units=0, dropped=len(later), reason=reason)]
    result = swaps(later, option, earlier=earlier, rival=rival)
    units, label = len(result.places), f"{option} / {rival}"
    dropped = len(later) - units
    if units < FEWEST_STATIONS:
        reason = f"fewer than {FEWEST_STATIONS} stations in both rounds"
        return [cannot_be_tested(ABOUT, label, units=units, dropped=dropped, reason=reason)]
    hits = result.hits
    return [
        Finding(
            about=ABOUT,
            label=label,
            outcome="described",
            units=units,
            dropped=dropped,
            effect=float(len(hits)),
            effect_unit="stations where exchanging two counts explains the difference",
            details={
                "stations far from the prediction": len(result.far),
                f"to the gain of {option}": int((result.z[hits] > 0).sum()),
                f"to the gain of {rival}": int((result.z[hits] < 0).sum()),
                "stations": [
                    f"{later.station[result.places[one]]} (z {result.z[one]:+.1f},"
                    f" exchanged {result.z_swapped[one]:+.1f})"
                    for one in hits[:_LISTED]
                ],
            },
        )
    ]


def _robust_line(predictors: Floats, share: Floats, weight: Floats) -> tuple[Floats, float, float]:
    """Return the prediction, and centre and scale of weighted residuals."""
    kept = np.ones(len(share), np.bool_)
    predicted, centre, scale = np.zeros(len(share)), 0.0, 1.0
    for _ in range(_REFITS if len(share) else 0):
        weighted = predictors[kept] * weight[kept, None]
        line = np.linalg.lstsq(weighted, share[kept] * weight[kept], rcond=None)[0]
        predicted = predictors @ line
        residual = (share - predicted) * weight
        centre = float(np.median(residual))
        scale = max(_MAD * float(np.median(np.abs(residual - centre))), 1e-12)
        kept = np.abs(residual - centre) <= FAR * scale
    return predicted, centre, scale
