# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check the fingerprint's parameters against published ones, and that known fraud is fitted."""

from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import numpy as np
import pytest

from hedgerow.engines.forensics.klimek import (
    Core,
    _around,
    cumulative_votes,
    fingerprint,
    fit,
    klimek_findings,
    read_core,
    simulate,
    vote_rates,
)
from hedgerow.engines.forensics.stations import Stations
from tests.engines.forensics.elections import made_up, published, shipped

CORE = Core(tau=0.55, nu=0.4, sigma_tau=0.08, sigma_nu=0.08, theta=0.5)


@pytest.mark.parametrize("year", ["2007", "2011", "2012"])
def test_the_core_is_exactly_the_published_one(year: str) -> None:
    """Peaks on the grid, widths and theta to the printed digit."""
    stations, wanted = shipped(year), published()["klimek"]["params"][year]
    core = read_core(stations, stations.leader())
    assert (core.tau, core.nu) == (wanted["tau"], wanted["nu"])
    found = (core.sigma_tau, core.sigma_nu, core.theta)
    assert found == pytest.approx(
        (wanted["sigma_tau"], wanted["sigma_nu"], wanted["theta"]), abs=5.1e-7
    )


@pytest.mark.parametrize("year", ["2011", "2012"])
def test_the_fit_is_within_its_bounds_of_the_published_one(year: str) -> None:
    """f_i within 0.1, f_e within 0.005, alpha within 0.4: details of the fit are not published."""
    stations, wanted = shipped(year), published()["klimek"]["params"][year]
    found = fit(stations, stations.leader(), seed=1, repeats=2)
    assert found.f_i == pytest.approx(wanted["f_i"], abs=0.1)
    assert found.f_e == pytest.approx(wanted["f_e"], abs=0.005)
    assert found.alpha == pytest.approx(wanted["alpha"], abs=0.4)


def simulated(count: int, *, f_i: float, f_e: float) -> Stations:
    """Make up an election by the model."""
    rng = np.random.default_rng(11)
    turnout, share = simulate(CORE, f_i=f_i, f_e=f_e, alpha=2.0, uniforms=rng.random((4, count)))
    registered = rng.integers(800, 2500, count)
    issued = np.minimum((turnout * registered).astype(np.int64), registered - 1)
    votes = np.minimum((share * issued).astype(np.int64), issued)
    return Stations.from_columns(
        {"registered": registered, "issued": issued},
        options={"A": votes, "B": issued - votes},
    )


def test_known_fraud_comes_back() -> None:
    """At 50,000 stations f_e within 0.005 and f_i within 0.05 of what was simulated."""
    stations = simulated(50_000, f_i=0.3, f_e=0.02)
    found = fit(stations, "A", seed=3, repeats=2, core=CORE)
    assert found.f_e == pytest.approx(0.02, abs=0.005)
    assert found.f_i == pytest.approx(0.3, abs=0.05)


def test_every_executor_gives_the_same_fit() -> None:
    """In turns, in threads and in processes the numbers are identical."""
    stations = simulated(2000, f_i=0.2, f_e=0.02)
    alone = fit(stations, "A", seed=5, repeats=2, core=CORE)
    with ThreadPoolExecutor(2) as threads:
        assert fit(stations, "A", seed=5, repeats=2, core=CORE, executor=threads) == alone
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as processes:
        assert fit(stations, "A", seed=5, repeats=2, core=CORE, executor=processes) == alone


def test_pictures_add_up() -> None:
    """The fingerprint holds every station or voter once; cumulative votes end at one."""
    stations = made_up(500)
    assert fingerprint(stations, "A").sum() == 500
    assert fingerprint(stations, "A", by_voters=True).sum() == stations.registered.sum()
    votes = cumulative_votes(stations, "A")
    assert votes[-1] == pytest.approx(1)
    assert (np.diff(votes) >= 0).all()


def test_the_vote_rate_of_a_symmetric_election_is_not_skewed() -> None:
    """Skewness and excess kurtosis of a nearly normal rate are small."""
    skewness, excess = vote_rates(made_up(4000), "A")
    assert abs(skewness) < 0.5
    assert abs(excess) < 2


def test_steps_stay_within_bounds() -> None:
    """No share below zero, no two shares above one, no alpha of zero."""
    near = _around((0.9, 0.05, 0.5), (0.1, 0.1, 0.5))
    assert all(f_i >= 0 and f_e >= 0 and f_i + f_e <= 1 and alpha > 0 for f_i, f_e, alpha in near)
    assert (0.8, 0.15, 1.0) in near


def test_findings_describe_and_few_stations_cannot_be_tested() -> None:
    """The model has no test; below a thousand stations it is not fitted."""
    stations = simulated(1500, f_i=0.2, f_e=0.02)
    (only,) = klimek_findings(stations, "A", seed=1)
    assert (only.outcome, only.p_value) == ("described", None)
    assert only.details["repeats"] == 5
    (only,) = klimek_findings(made_up(200), "A", seed=1)
    assert only.outcome == "cannot be tested"
