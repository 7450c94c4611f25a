# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check resampled densities against the reference package's figures, and their mixtures."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from hedgerow.engines.forensics import beta_mixture
from hedgerow.engines.forensics.beta_mixture import (
    Mixture,
    Redrawing,
    fit_mixture,
    posterior_draw,
)
from hedgerow.engines.forensics.rkd import _density, _frequencies, rkd, rkd_findings
from hedgerow.engines.forensics.stations import Stations
from tests.engines.forensics.elections import made_up, shipped

# Region, F of the reference package in one run of 1,000 resamples. Its random beginnings scatter.
REGIONS = [
    ("2021", "Республика Татарстан (Татарстан)", 2.17),
    ("2018", "Республика Дагестан", 6.70),
    ("2016", "Саратовская область", 8.18),
    ("2021", "город Москва", 0.60),
]


def region_of(year: str, name: str) -> Stations:
    """Take one region out of an election."""
    stations = shipped(year)
    groups = stations.groups["region"]
    return stations.where(groups.codes == groups.names.index(name))


@pytest.mark.parametrize(
    ("year", "name", "wanted"), REGIONS, ids=["Tatarstan", "Dagestan", "Saratov", "Moscow"]
)
def test_four_regions_are_near_the_reference(year: str, name: str, wanted: float) -> None:
    """F of Tatarstan, Dagestan, Saratov and Moscow, and where Tatarstan's spikes are."""
    part = region_of(year, name)
    found = rkd(part, part.leader(), seed=1)
    assert found.f == pytest.approx(wanted, abs=0.5)
    assert found.f == pytest.approx(np.mean(found.by_start))
    if "Татарстан" in name:
        assert {0.74, 0.79, 0.842} <= set(found.shares)
        assert found.units == 2733


def test_rounded_shares_are_found_and_smooth_ones_are_not() -> None:
    """A fifth of the stations with exactly 75 % lead to F near a fifth."""
    rng = np.random.default_rng(3)
    found = rng.integers(100, 600, 600) * 4
    votes = rng.binomial(found, rng.beta(60, 40, 600))
    columns = {"registered": found + rng.integers(200, 900, 600), "found": found}
    smooth = Stations.from_columns(columns, options={"A": votes})
    assert rkd(smooth, "A", seed=1, resamples=200).f < 1.5
    votes[:120] = found[:120] * 3 // 4
    coarse = Stations.from_columns(columns, options={"A": votes})
    result = rkd(coarse, "A", seed=1, resamples=200)
    assert result.f == pytest.approx(20, abs=2)
    assert result.shares[0] == 0.75


def test_every_executor_gives_the_same_interval() -> None:
    """Draws have seeds of their own; the interval holds F of such draws."""
    stations = made_up(300)
    alone = rkd(stations, "A", seed=4, resamples=30, draws=3)
    with ThreadPoolExecutor(2) as threads:
        again = rkd(stations, "A", seed=4, resamples=30, draws=3, executor=threads)
    assert (alone.f, alone.interval, alone.shares) == (again.f, again.interval, again.shares)
    assert alone.interval is not None
    assert alone.interval[0] <= alone.interval[1]


def test_findings_describe_a_region() -> None:
    """By name; a name that is not there, or a table without regions, cannot be tested."""
    stations = made_up(900)
    (only,) = rkd_findings(stations, "A", region="region 2", seed=1, draws=1)
    assert (only.outcome, only.units) == ("described", 225)
    assert only.interval is not None
    (only,) = rkd_findings(stations, "A", region="Atlantis", seed=1)
    assert only.outcome == "cannot be tested"
    bare = Stations.from_columns({"registered": [9], "found": [5]}, options={"A": [5]})
    (only,) = rkd_findings(bare, "A", region="region 2", seed=1)
    assert only.outcome == "cannot be tested"


def test_the_density_keeps_all_mass_on_two_neighbours() -> None:
    """Linear weights: a share between two grid points is shared by them; bins count every one."""
    shares = np.array([[0.0, 0.5, 0.5, 1.0], [0.1234, 0.1234, 0.1234, 0.1234]])
    density = _density(shares)
    assert density.shape == (2, 1001)
    assert (density[1] > 0).sum() <= 4
    frequencies = _frequencies(shares)
    assert frequencies.sum(axis=1) == pytest.approx([1, 1])
    assert frequencies[0, [0, 500, 1000]] == pytest.approx([0.25, 0.5, 0.25])


def counts_of(mixture: Mixture, size: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw counts of a mixture."""
    rng = np.random.default_rng(seed)
    of = rng.integers(200, 2000, size)
    labels = rng.choice(len(mixture.weights), size, p=mixture.weights)
    shares = rng.beta(mixture.shapes[labels, 0], mixture.shapes[labels, 1])
    return rng.binomial(of, shares), of


def test_a_mixture_of_two_is_found_again() -> None:
    """The density of a fit is near the truth, although the published rule stops early."""
    truth = Mixture(np.array([0.7, 0.3]), np.array([[20.0, 40.0], [60.0, 15.0]]))
    counts, of = counts_of(truth, 4000, 1)
    found = fit_mixture(counts, of=of, rng=np.random.default_rng(1))
    assert np.corrcoef(found.density(), truth.density())[0, 1] > 0.95
    assert found.posterior(counts, of=of).sum(axis=0) == pytest.approx(1)


def test_parameters_drawn_from_the_posterior_stay_near() -> None:
    """Of one component whose shapes 4,000 stations fix to a few percent."""
    truth = Mixture(np.array([1.0]), np.array([[20.0, 40.0]]))
    counts, of = counts_of(truth, 4000, 2)
    rng = np.random.default_rng(3)
    begun = beta_mixture._begun(beta_mixture._smoothed(counts / of), 1, rng)
    found = beta_mixture._expected_maximised(counts, of, begun)
    drawn = np.array([posterior_draw(found, counts, of=of, rng=rng).shapes[0] for _ in range(60)])
    assert len(np.unique(drawn[:, 0])) > 20
    assert drawn.mean(axis=0) == pytest.approx([20, 40], rel=0.1)
    assert (drawn.std(axis=0) < 4).all()


def test_redrawn_shares_are_each_stations_own() -> None:
    """A large station's share is redrawn close to what it reported, in one component or two."""
    for weights, shapes in (
        ([1.0], [[2.0, 2.0]]),
        ([0.5, 0.5], [[2.0, 2.0], [5.0, 1.0]]),
    ):
        mixture = Mixture(np.array(weights), np.array(shapes))
        counts, of = np.array([500_000, 900_000]), np.array([1_000_000, 1_000_000])
        drawn = Redrawing.of_counts(mixture, counts, of=of).shares(50, np.random.default_rng(1))
        assert drawn.mean(axis=0) == pytest.approx([0.5, 0.9], abs=1e-3)


def test_fits_end_even_where_densities_never_settle(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rounds and components are bounded."""
    monkeypatch.setattr(beta_mixture, "_LIKE", 2.0)
    monkeypatch.setattr(beta_mixture, "_MOST_ROUNDS", 1)
    counts, of = counts_of(Mixture(np.array([1.0]), np.array([[20.0, 40.0]])), 300, 4)
    found = fit_mixture(counts, of=of, rng=np.random.default_rng(1))
    assert len(found.weights) == beta_mixture.MOST_COMPONENTS


@pytest.mark.parametrize("number", [1, 2, 5])
def test_the_gradient_of_a_beginning_is_that_of_differences(number: int) -> None:
    """Logarithms of shapes and weights, at random parameters."""
    rng = np.random.default_rng(number)
    observed = beta_mixture._smoothed(rng.beta(5, 3, 2000))
    place = rng.standard_normal(3 * number - 1)
    _, gradient = beta_mixture._distance(place, observed, number)
    steps = 1e-6 * np.eye(len(place))
    differences = [
        beta_mixture._distance(place + step, observed, number)[0]
        - beta_mixture._distance(place - step, observed, number)[0]
        for step in steps
    ]
    assert gradient == pytest.approx(np.array(differences) / 2e-6, rel=1e-4, abs=1e-6)


def test_weights_fall_and_add_up_to_one() -> None:
    """Each is a logistic part of the one before: 1, 1/2 and 1/4, over their sum."""
    assert beta_mixture._weights(np.zeros(2)) == pytest.approx([4 / 7, 2 / 7, 1 / 7])
    assert beta_mixture._weights(np.zeros(0)) == pytest.approx([1])


def test_smoothed_shares_keep_their_mass_within_the_grid() -> None:
    """A density of shares inside it integrates to 1; shares at 0 and 1 lie outside."""
    shares = np.random.default_rng(1).uniform(0.1, 0.9, 500)
    assert beta_mixture._smoothed(shares).sum() * 0.00098 == pytest.approx(1, abs=0.01)
    assert beta_mixture._smoothed(np.array([0.0, 1.0])).max() == 0
