# SPDX-License-Identifier: AGPL-3.0-or-later
"""Find coarse shares of votes by a resampled kernel density.

Source: Rozenas, Political Analysis 25(1), 2017, 41-56. Notation: N voters, t ballots, v votes,
F percent of stations with coarse shares beyond chance. The published bandwidth is narrower than
the grid's step, so that the density is a histogram with linear weights on the grid that R's
`density` uses (1,024 points), read off at 1,001 points.
"""

from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Final

import numpy as np

from hedgerow.engines.forensics.beta_mixture import (
    Mixture,
    Redrawing,
    fit_mixture,
    posterior_draw,
)
from hedgerow.engines.forensics.findings import About, Finding, cannot_be_tested
from hedgerow.engines.forensics.stations import Flags, Floats, Ints, Stations

RESAMPLES: Final = 1000
# Random beginnings of the fits, over which F is averaged.
STARTS: Final = 2
FEWEST_STATIONS: Final = 200
_POINTS: Final = 1001
_FFT_POINTS: Final = 1024
_BANDWIDTH: Final = 0.0001
_BATCH: Final = 20
_LEAST_VOTERS: Final = 100

ABOUT: Final = About(
    method="rkd",
    title="Coarse shares by resampled density",
    model=(
        "Turnout and share come from smooth mixtures of beta-binomial distributions; a share is as"
        " frequent as resampled elections make it at most."
    ),
    inclusion="paper stations of one region with N >= 100 and R > 0",
    explanations=(
        "It sees shares only, not turnout; a low F is no clean bill.",
        "The envelope grows with the number of resamples, so F falls with it.",
        "Mixtures have local optima: another random beginning moves F by up to half a point.",
    ),
    reference=(
        "Rozenas: Detecting Election Fraud from Irregularities in Vote-Share Distributions."
        " Political Analysis 25(1), 2017, 41-56"
    ),
)


@dataclass(frozen=True, eq=False, kw_only=True)
class Spikes:
    """Hold F and where the density rises above the envelope.

    Args:
        f: Percent of stations with coarse shares beyond chance, the mean over random beginnings.
        by_start: F of each beginning.
        shares: Shares at which it does, the largest excess first.
        interval: 95 % credible interval of F over posterior draws, if any were asked for.
    """

    units: int
    dropped: int
    f: float
    by_start: tuple[float, ...]
    shares: tuple[float, ...]
    interval: tuple[float, float] | None = None


@dataclass(frozen=True, eq=False, kw_only=True)
class Task:
    """Hold one resampling, for another process maybe."""

    registered: Ints
    found: Ints
    votes: Ints
    fits: tuple[Mixture, Mixture]
    seed: tuple[int, ...]
    resamples: int
    is_drawn: bool


def rkd(
    stations: Stations,
    option: str,
    *,
    seed: int,
    resamples: int = RESAMPLES,
    draws: int = 0,
    executor: Executor | None = None,
) -> Spikes:
    """Compute F for one region.

    Args:
        stations: One region.
        option: Whose share is looked at.
        seed: Of all chance.
        resamples: Elections that are drawn anew, 1,000 as published.
        draws: Draws of the mixtures' parameters for the credible interval, each of which costs as
            much as F itself; 0 for none.
        executor: Runs the draws; the numbers are the same as without.
    """
    mask = _included(stations)
    registered, found = stations.registered[mask], stations.found[mask]
    votes = stations.votes(option)[mask]
    fits = [_fits(registered, found, votes, (seed, start)) for start in range(STARTS)]
    tasks = [
        Task(
            registered=registered,
            found=found,
            votes=votes,
            fits=fits[turn % STARTS],
            seed=(seed, turn),
            resamples=resamples,
            is_drawn=turn >= STARTS,
        )
        for turn in range(STARTS + draws)
    ]
    done = list(executor.map(excess, tasks) if executor else map(excess, tasks))
    values = np.array([100 * one.sum() for one in done])
    beyond = np.mean(done[:STARTS], axis=0)
    order = np.argsort(-beyond, kind="stable")
    low, high = np.percentile(values[-draws:], [2.5, 97.5]).tolist() if draws else (0.0, 0.0)
    return Spikes(
        units=int(mask.sum()),
        dropped=len(stations) - int(mask.sum()),
        f=float(values[:STARTS].mean()),
        by_start=tuple(values[:STARTS].tolist()),
        shares=tuple(float(place / 1000) for place in order[:10] if beyond[place] > 0),
        interval=(low, high) if draws else None,
    )


def _included(stations: Stations) -> Flags:
    """Say which stations are taken."""
    mask = ~stations.is_remote & (stations.registered >= _LEAST_VOTERS) & (stations.found > 0)
    return mask & (stations.found <= stations.registered)


def _fits(
    registered: Ints, found: Ints, votes: Ints, seed: tuple[int, ...]
) -> tuple[Mixture, Mixture]:
    """Fit turnout and share from one random beginning."""
    rng = np.random.default_rng(seed)
    turnout = fit_mixture(found, of=registered, rng=rng)
    return turnout, fit_mixture(votes, of=found, rng=rng)


def excess(task: Task) -> Floats:
    """Return the observed excess over resampled elections by share: (1001,), shares of stations."""
    rng = np.random.default_rng(list(task.seed))
    turnout, share = task.fits
    if task.is_drawn:
        turnout = posterior_draw(turnout, task.found, of=task.registered, rng=rng)
        share = posterior_draw(share, task.votes, of=task.found, rng=rng)
    ballots = Redrawing.of_counts(turnout, task.found, of=task.registered)
    options = Redrawing.of_counts(share, task.votes, of=task.found)
    envelope, mean = np.zeros(_POINTS), np.zeros(_POINTS)
    for begin in range(0, task.resamples, _BATCH):
        times = min(_BATCH, task.resamples - begin)
        drawn = rng.binomial(task.registered, ballots.shares(times, rng))
        won = rng.binomial(drawn, options.shares(times, rng))
        shares = won / np.maximum(drawn, 1)
        envelope = np.maximum(envelope, _density(shares).max(axis=0))
        mean += _frequencies(shares).sum(axis=0)
    observed = (task.votes / task.found)[None, :]
    above = _density(observed)[0] > envelope
    # Stations without a vote for the option are no round share.
    above[0] = False
    beyond = _frequencies(observed)[0] - mean / task.resamples
    return np.where(above, np.maximum(beyond, 0.0), 0.0)


def rkd_findings(
    stations: Stations, option: str, *, region: str, seed: int, draws: int = 0
) -> list[Finding]:
    """Describe F of one region."""
    label = f"{option}: {region}"
    groups = stations.groups.get("region")
    place = groups.names.index(region) if groups and region in groups.names else -1
    part = stations.where(groups.codes == place) if groups else stations.where(np.zeros(0, int))
    if len(part) < FEWEST_STATIONS:
        reason = f"fewer than {FEWEST_STATIONS} stations in a region of that name"
        return [cannot_be_tested(ABOUT, label, units=len(part), dropped=0, reason=reason)]
    result = rkd(part, option, seed=seed, draws=draws)
    return [
        Finding(
            about=ABOUT,
            label=label,
            outcome="described",
            units=result.units,
            dropped=result.dropped,
            effect=result.f,
            effect_unit="% of stations with coarse shares beyond chance, F",
            interval=result.interval,
            interval_kind=f"95 % credible, {draws} draws of the mixtures" if draws else "",
            details={
                "resamples": RESAMPLES,
                "F by random beginning": list(result.by_start),
                "shares": list(result.shares),
            },
        )
    ]


def _density(shares: Floats) -> Floats:
    """Return the density of shares by rows: (rows, 1001), up to a common factor."""
    rows, stations = shares.shape
    low, high = -4 * _BANDWIDTH, 1 + 4 * _BANDWIDTH
    places = (shares - low) * ((_FFT_POINTS - 1) / (high - low))
    left = places.astype(np.int64)
    part = (places - left).ravel()
    flat = (left + np.arange(rows)[:, None] * _FFT_POINTS).ravel()
    size = rows * _FFT_POINTS
    masses = np.bincount(flat, weights=1 - part, minlength=size)
    masses += np.bincount(flat + 1, weights=part, minlength=size + 1)[:size]
    masses = masses.reshape(rows, _FFT_POINTS) / stations
    at = (np.arange(_POINTS) / (_POINTS - 1) - low) * ((_FFT_POINTS - 1) / (high - low))
    before = at.astype(np.int64)
    between = at - before
    read = masses[:, before] * (1 - between) + masses[:, before + 1] * between
    return np.asarray(read, dtype=np.float64)


def _frequencies(shares: Floats) -> Floats:
    """Return how often each tenth of a percent is nearest, by rows: (rows, 1001)."""
    rows, stations = shares.shape
    places = np.rint(shares * (_POINTS - 1)).astype(np.int64)
    flat = (places + np.arange(rows)[:, None] * _POINTS).ravel()
    numbers = np.bincount(flat, minlength=rows * _POINTS).reshape(rows, _POINTS)
    return np.asarray(numbers / stations, dtype=np.float64)
