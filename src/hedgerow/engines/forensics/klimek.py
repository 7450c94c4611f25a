# SPDX-License-Identifier: AGPL-3.0-or-later
"""Read the fingerprint of Klimek et al. and fit their model of added ballots.

Source: Klimek, Yegorov, Hanel and Thurner, PNAS 109(41), 2012, 16469-16473. Notation is theirs:
tau, sigma_tau honest turnout; nu, sigma_nu honest share; theta width of incremental fraud;
alpha its exponent; f_i and f_e the shares of stations with incremental and extreme fraud.
"""

from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import ndtr, ndtri
from scipy.stats import kurtosis, skew

from hedgerow.engines.forensics.findings import About, Finding, cannot_be_tested
from hedgerow.engines.forensics.stations import Flags, Floats, Stations

FEWEST_STATIONS: Final = 1000
_GRID: Final = np.arange(1001) / 1000
_EXTREME_WIDTH: Final = 0.075
_HALF_ABOVE: Final = 300
_BINS: Final = 100
# f_i, f_e and alpha where the search begins, and how wide its steps are at first.
_START: Final = (0.3, 0.02, 2.0)
_STEPS: Final = (0.16, 0.016, 0.8)
_HALVINGS: Final = 6
_MOST_DRAWN: Final = 100_000

ABOUT: Final = About(
    method="klimek",
    title="A model of added and taken votes",
    model=(
        "Turnout and share of honest stations are normal, with one centre for the country;"
        " at some stations ballots were added or moved."
    ),
    inclusion="paper stations with R > 0; the fit takes those with N >= 100 and G < N",
    explanations=(
        "An honest core of one bell shape does not exist where the country is not uniform.",
        (
            "f_i stands for differences within the country as well; another team's fit of the same"
            " model to the same election gave .121 instead of .64."
        ),
        "This is not a count of stolen votes.",
    ),
    reference=(
        "Klimek, Yegorov, Hanel, Thurner: Statistical detection of systematic election"
        " irregularities. PNAS 109(41), 2012, 16469-16473"
    ),
)


@dataclass(frozen=True, kw_only=True)
class Core:
    """Hold the parameters that are read from the data."""

    tau: float
    nu: float
    sigma_tau: float
    sigma_nu: float
    theta: float


@dataclass(frozen=True, kw_only=True)
class Fit:
    """Hold fitted parameters: mean and spread over random repeats."""

    f_i: float
    f_e: float
    alpha: float
    spread: tuple[float, float, float]
    repeats: int


def read_core(stations: Stations, option: str) -> Core:
    """Read the honest core from the densities of turnout and share."""
    turnout, share = _shares(stations, option)
    tau, nu = _first_fall(turnout), _first_fall(share)
    low_share, high_share = share[share < nu], share[share > nu]
    both = turnout[(turnout < tau) & (share < nu)]
    return Core(
        tau=tau,
        nu=nu,
        sigma_tau=_rms(both - tau),
        sigma_nu=_rms(low_share - nu),
        theta=float(np.sqrt(_rms(high_share - nu))),
    )


def fingerprint(stations: Stations, option: str, *, by_voters: bool = False) -> Floats:
    """Return the histogram of turnout (rows) against share (columns): (100, 100) float64."""
    kept = stations.where(_has_ballots(stations))
    turnout = np.minimum(100 * kept.issued // kept.registered, _BINS - 1)
    share = np.minimum(100 * kept.votes(option) // kept.found, _BINS - 1)
    weight = kept.registered if by_voters else np.ones(len(kept))
    flat = np.bincount(turnout * _BINS + share, weights=weight, minlength=_BINS**2)
    return np.asarray(flat.reshape(_BINS, _BINS), dtype=np.float64)


def cumulative_votes(stations: Stations, option: str) -> Floats:
    """Return the option's votes at stations up to each percent of turnout: (100,), share of all."""
    kept = stations.where(_has_ballots(stations))
    turnout = np.minimum(100 * kept.issued // kept.registered, _BINS - 1)
    votes = np.bincount(turnout, weights=kept.votes(option), minlength=_BINS)
    return np.asarray(np.cumsum(votes) / max(votes.sum(), 1.0), dtype=np.float64)


def vote_rates(stations: Stations, option: str) -> tuple[float, float]:
    """Return skewness and excess kurtosis of ln((N - V) / V), stations with votes of both kinds."""
    votes, registered = stations.votes(option), stations.registered
    mask = ~stations.is_remote & (votes > 0) & (votes < registered)
    rates = np.log((registered[mask] - votes[mask]) / votes[mask])
    return float(skew(rates)), float(kurtosis(rates))


def simulate(
    core: Core, *, f_i: float, f_e: float, alpha: float, uniforms: Floats
) -> tuple[Floats, Floats]:
    """Return turnout and share of made-up stations.

    Args:
        core: The honest core and theta.
        f_i: Chance of incremental fraud.
        f_e: Chance of extreme fraud.
        alpha: Exponent.
        uniforms: (4, stations) float64 in [0, 1): turnout, share, kind, size.
    """
    honest_turnout = _truncated(core.tau, core.sigma_tau, uniforms[0])
    honest_share = _truncated(core.nu, core.sigma_nu, uniforms[1])
    extreme = 1 - _truncated(0.0, _EXTREME_WIDTH, uniforms[3])
    added = _truncated(0.0, core.theta, uniforms[3])
    kind = uniforms[2]
    xi = np.where(kind < f_e, extreme, np.where(kind < f_e + f_i, added, 0.0))
    moved = np.where(xi > 0, xi, 0.0) ** alpha
    turnout = 1 - (1 - xi) * (1 - honest_turnout)
    won = honest_turnout * honest_share + xi * (1 - honest_turnout)
    won = won + np.where(xi > 0, moved, 0.0) * (1 - honest_share) * honest_turnout
    return turnout, won / np.maximum(turnout, 1e-12)


def fit(
    stations: Stations,
    option: str,
    *,
    seed: int,
    repeats: int = 5,
    executor: Executor | None = None,
    core: Core | None = None,
) -> Fit:
    """Fit f_i, f_e and alpha to the histogram of shares, several times.

    Args:
        stations: One election.
        option: The winner.
        seed: Of the first repeat; the others count on from it.
        repeats: How many fits are averaged.
        executor: Runs the repeats; in turns without one. The result is the same.
        core: The honest core, where it is known; else it is read from the data.
    """
    core = core or read_core(stations, option)
    mask = _has_ballots(stations) & (stations.registered >= _BINS)
    kept = stations.where(mask & (stations.issued < stations.registered))
    observed = _histogram(kept.votes(option) / kept.found)
    work = [(core, observed, len(kept), seed + turn) for turn in range(repeats)]
    mapped = executor.map(_fit_once, work) if executor else map(_fit_once, work)
    found = np.array(list(mapped))
    mean, spread = found.mean(axis=0).tolist(), found.std(axis=0).tolist()
    return Fit(
        f_i=mean[0],
        f_e=mean[1],
        alpha=mean[2],
        spread=(spread[0], spread[1], spread[2]),
        repeats=repeats,
    )


def klimek_findings(
    stations: Stations, option: str, *, seed: int, executor: Executor | None = None
) -> list[Finding]:
    """Describe core and fit."""
    units = int(_has_ballots(stations).sum())
    if units < FEWEST_STATIONS:
        reason = f"fewer than {FEWEST_STATIONS} stations"
        dropped = len(stations) - units
        return [cannot_be_tested(ABOUT, option, units=units, dropped=dropped, reason=reason)]
    core, fitted = read_core(stations, option), fit(stations, option, seed=seed, executor=executor)
    skewness, excess = vote_rates(stations, option)
    return [
        Finding(
            about=ABOUT,
            label=option,
            outcome="described",
            units=units,
            dropped=len(stations) - units,
            effect=fitted.f_i,
            effect_unit="share of stations with votes added, f_i, if the model held",
            details={
                "f_i, f_e, alpha": [fitted.f_i, fitted.f_e, fitted.alpha],
                "their spread over repeats": list(fitted.spread),
                "repeats": fitted.repeats,
                "tau, nu": [core.tau, core.nu],
                "sigma_tau, sigma_nu, theta": [core.sigma_tau, core.sigma_nu, core.theta],
                "skewness of the logarithmic vote rate": skewness,
                "its excess kurtosis": excess,
            },
        )
    ]


def _has_ballots(stations: Stations) -> Flags:
    """Say which stations have voters and ballots and are on paper."""
    flags: Flags = ~stations.is_remote & (stations.found > 0) & (stations.registered > 0)
    return flags


def _shares(stations: Stations, option: str) -> tuple[Floats, Floats]:
    """Return turnout and share of the stations that are taken."""
    kept = stations.where(_has_ballots(stations))
    return kept.issued / kept.registered, kept.votes(option) / kept.found


def _rms(values: Floats) -> float:
    """Return the root mean square."""
    return float(np.sqrt((values**2).mean()))


def _first_fall(values: Floats) -> float:
    """Return the first grid point above 0.3 where the density of values begins to fall.

    The Gaussian kernel with Scott's bandwidth is summed over exact values, each once with the
    number of times it occurs.
    """
    unique, counts = np.unique(values, return_counts=True)
    width = values.std(ddof=1) * len(values) ** -0.2
    density = np.empty(len(_GRID))
    for place, point in enumerate(_GRID):
        # Farther than nine widths nothing is left in float64 beside the peak.
        low, high = np.searchsorted(unique, [point - 9 * width, point + 9 * width])
        steps = (unique[low:high] - point) / width
        density[place] = np.exp(-0.5 * steps**2) @ counts[low:high]
    falls = np.flatnonzero(np.diff(density[_HALF_ABOVE:]) < 0)
    return float(_GRID[_HALF_ABOVE + falls[0]])


def _truncated(mean: float, width: float, uniforms: Floats) -> Floats:
    """Draw from a normal distribution cut off outside of 0 to 1, by its quantiles."""
    low, high = ndtr(-mean / width), ndtr((1 - mean) / width)
    drawn = mean + width * ndtri(low + uniforms * (high - low))
    return np.asarray(np.clip(drawn, 0.0, 1.0), dtype=np.float64)


def _histogram(share: Floats) -> Floats:
    """Return the histogram of shares: (100,), adds up to 1."""
    places = np.minimum((share * _BINS).astype(np.int64), _BINS - 1)
    return np.bincount(places, minlength=_BINS) / len(share)


def _hypercube(size: int, rng: np.random.Generator) -> Floats:
    """Draw (4, size) uniforms, each row spread evenly: a Latin hypercube is less noisy."""
    rows = [rng.permutation(size) + rng.random(size) for _ in range(4)]
    return np.stack(rows) / size


def _fit_once(work: tuple[Core, Floats, int, int]) -> tuple[float, float, float]:
    """Search a grid around the best point, then finer ones; the draws stay the same."""
    core, observed, size, seed = work
    uniforms = _hypercube(min(size, _MOST_DRAWN), np.random.default_rng(seed))

    def loss(point: tuple[float, float, float]) -> float:
        f_i, f_e, alpha = point
        _, share = simulate(core, f_i=f_i, f_e=f_e, alpha=alpha, uniforms=uniforms)
        return float(((_histogram(share) - observed) ** 2).sum())

    best, steps = _START, _STEPS
    least, known = loss(best), {best}
    for _ in range(_HALVINGS):
        is_moving = True
        while is_moving:
            is_moving = False
            for near in _around(best, steps):
                if near not in known:
                    known.add(near)
                    here = loss(near)
                    if here < least:
                        best, least, is_moving = near, here, True
        steps = (steps[0] / 2, steps[1] / 2, steps[2] / 2)
    return best


def _around(
    point: tuple[float, float, float], steps: tuple[float, float, float]
) -> list[tuple[float, float, float]]:
    """List the points one step away in any of the three, within their bounds."""
    found = []
    for moves in np.ndindex(3, 3, 3):
        f_i, f_e, alpha = (
            round(value + (move - 1) * step, 9)
            for value, move, step in zip(point, moves, steps, strict=True)
        )
        if f_i >= 0 and f_e >= 0 and f_i + f_e <= 1 and alpha > 0:
            found.append((f_i, f_e, alpha))
    return found
