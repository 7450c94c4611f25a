# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check the exact test of whole percentages against enumeration and published figures."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from hedgerow.engines.forensics.findings import Finding
from hedgerow.engines.forensics.hits import hit_probabilities, is_hit
from hedgerow.engines.forensics.integer import (
    Turnout,
    integer_anomaly,
    integer_findings,
)
from hedgerow.engines.forensics.stations import Stations
from tests.engines.forensics.elections import YEARS, cut, made_up, published, shipped


def hits_by_fractions(count: int, of: int, period: int) -> bool:
    """Say by exact fractions whether a count hits."""
    percent = Fraction(100 * count, of)
    nearest = round(percent / period) * period
    return abs(percent - nearest) <= Fraction(1, 20)


def brute_force(count: int, of: int, period: int) -> float:
    """Add the binomial chances of all hitting counts up."""
    hitting = [k for k in range(of + 1) if hits_by_fractions(k, of, period)]
    return float(binom.pmf(hitting, of, count / of).sum())


@given(data=st.data(), of=st.integers(1, 4100), period=st.sampled_from([1, 5]))
def test_the_chance_of_a_hit_is_that_of_brute_force(
    data: st.DataObject, of: int, period: int
) -> None:
    """For every size and count the sum over a window is the sum over everything."""
    count = data.draw(st.integers(0, of))
    got = hit_probabilities(np.array([count]), of=np.array([of]), period=period)
    assert got[0] == pytest.approx(brute_force(count, of, period), abs=1e-9)


@given(data=st.data(), of=st.integers(1, 10_000), period=st.sampled_from([1, 5]))
def test_a_hit_is_decided_without_rounding(data: st.DataObject, of: int, period: int) -> None:
    """Hits agree with exact fractions, at the edge of the band too."""
    count = data.draw(st.integers(0, of))
    got = is_hit(np.array([count]), of=np.array([of]), period=period)
    assert bool(got[0]) == hits_by_fractions(count, of, period)


def test_the_edge_of_the_band_belongs_to_it() -> None:
    """Of 2,000, 1,001 and 999 are exactly 0.05 points from 50 %, 1,002 is not."""
    counts = np.array([998, 999, 1000, 1001, 1002])
    hits = is_hit(counts, of=np.full(5, 2000))
    assert hits.tolist() == [False, True, True, True, False]


def test_many_sizes_at_once_are_the_same_as_one_by_one() -> None:
    """Rectangles that reach from one size into the next add nothing."""
    rng = np.random.default_rng(5)
    of = rng.integers(1, 3000, 4000)
    counts = rng.binomial(of, rng.uniform(0, 1, 4000))
    together = hit_probabilities(counts, of=of)
    alone = [hit_probabilities(counts[[i]], of=of[[i]])[0] for i in range(0, 4000, 40)]
    assert np.allclose(together[::40], alone, rtol=0, atol=1e-12)
    assert hit_probabilities(counts[:0], of=of[:0]).tolist() == []


def test_a_cut_agrees_with_brute_force_in_all_figures() -> None:
    """Mean and variance of 500 stations are those of full enumeration, to 1e-6."""
    stations = cut("2021")
    option = stations.leader()
    result = integer_anomaly(stations, option)
    mask = (
        (stations.found > 0)
        & (stations.registered >= 100)
        & (stations.issued / stations.registered <= 0.99)
        & (stations.votes(option) / np.maximum(stations.found, 1) <= 0.99)
    )
    rows = np.flatnonzero(mask)
    share = [brute_force(stations.votes(option)[i], stations.found[i], 1) for i in rows]
    ballots = [brute_force(stations.issued[i], stations.registered[i], 1) for i in rows]
    a, b = np.array(share), np.array(ballots)
    q = np.stack([a + b - a * b, a, b])
    w = np.stack(
        [np.ones(len(rows)), *(c[rows] for c in (stations.registered, stations.issued))], axis=1
    )
    assert result.units == len(rows)
    assert result.expected[:, :3] == pytest.approx(q @ w, rel=1e-6)
    assert result.std[:, :3] ** 2 == pytest.approx((q * (1 - q)) @ w**2, rel=1e-6)


@pytest.mark.parametrize("year", YEARS)
def test_ten_elections_agree_with_the_published_simulation(year: str) -> None:
    """Three dimensions and four weights lie within the error of 1,000 repetitions."""
    figures = published()["integer"]["years"][year]
    turnout: Turnout = "found" if year == "2020" else "issued"
    stations = shipped(year)
    # The published run kept the electronic stations of 2021.
    kept = Stations.from_columns(
        {
            "registered": stations.registered,
            "issued": stations.issued,
            "found": stations.found,
        },
        options={"leader": stations.votes(stations.leader())},
    )
    result = integer_anomaly(kept, "leader", turnout=turnout)
    std = np.array(figures["std"])
    away = np.abs(result.anomaly - np.array(figures["anomaly"]))
    assert (away <= 4 * std / np.sqrt(1000)).all()
    assert ((result.std / std > 0.95) & (result.std / std < 1.05)).all()
    ratio = np.array(figures["upper"]) / result.upper
    assert ((ratio > 0.78) & (ratio < 1.19)).all()
    assert result.anomaly == pytest.approx(np.array(figures["exact_anomaly"]), rel=1e-6)


def test_leaving_electronic_stations_out_narrows_the_null() -> None:
    """The voter-weighted spread of 2021 falls from 233,556 to below 180,000 by default."""
    stations = shipped("2021")
    result = integer_anomaly(stations, stations.leader())
    assert stations.is_remote.sum() == 33
    assert result.std[0, 1] < 180_000


def test_findings_of_2021_say_all_that_a_reader_needs() -> None:
    """Effect, interval, z and dropped stations stand in each of the three findings."""
    stations = shipped("2021")
    found = integer_findings(stations, stations.leader())
    assert [one.outcome for one in found] == ["finding"] * 3
    first = found[0]
    assert first.effect is not None
    assert first.interval is not None
    assert first.interval[0] < first.effect < first.interval[1]
    assert first.units + first.dropped == len(stations)
    assert first.details["weights"]["stations"]["z"] == first.details["z"]


def test_an_honest_election_is_no_finding() -> None:
    """Made-up binomial results stay below the least z."""
    found = integer_findings(made_up(3000), "A")
    assert {one.outcome for one in found} == {"not a finding"}


def outcome_of(stations: Stations) -> Finding:
    """Return the single finding on too small a table."""
    (only,) = integer_findings(stations, "A")
    return only


def test_too_few_stations_cannot_be_tested() -> None:
    """Below a hundred stations nothing is said."""
    only = outcome_of(made_up(50))
    assert only.outcome == "cannot be tested"
    assert only.units == 50
    assert only.p_value is None


def test_stations_that_cannot_vary_cannot_be_tested() -> None:
    """Where nobody voted for the option, nothing can be seen."""
    columns = {"registered": [200] * 150, "found": [0] * 150}
    only = outcome_of(Stations.from_columns(columns, options={"A": [0] * 150}))
    assert only.outcome == "cannot be tested"
    still = {"registered": [200] * 150, "found": [100] * 150, "issued": [0] * 150}
    with_none = Stations.from_columns({**still, "issued": [100] * 150}, options={"A": [0] * 150})
    result = integer_anomaly(with_none, "A")
    assert result.z[1].tolist() == [0.0] * 4
    assert outcome_of(with_none).outcome == "cannot be tested"


@given(seed=st.integers(0, 2**32 - 1), period=st.sampled_from([1, 5]))
def test_the_order_of_stations_does_not_matter(seed: int, period: int) -> None:
    """Shuffled stations give the same sums."""
    stations = made_up(150, seed=seed)
    order = np.random.default_rng(seed).permutation(len(stations))
    one = integer_anomaly(stations, "A", period=period)
    other = integer_anomaly(stations.where(order), "A", period=period)
    assert np.allclose(one.expected, other.expected, rtol=1e-9)
    assert np.allclose(one.std, other.std, rtol=1e-9)


def test_a_chosen_mask_is_taken_instead_of_the_rule() -> None:
    """Whoever gives a mask decides which stations count."""
    stations = made_up(200)
    mask = np.arange(200) < 120
    assert integer_anomaly(stations, "A", mask=mask).units == 120
