# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check the rule of ones and twos against the published hits and enumeration."""

import numpy as np
import pytest

from hedgerow.engines.forensics.reading import read_stations
from hedgerow.engines.forensics.small_numbers import (
    _chance,
    _negative_binomial,
    _poisson,
    small_number_findings,
    small_numbers,
)
from hedgerow.engines.forensics.stations import Stations
from tests.engines.forensics.elections import TESTS, made_up, mapping, published, shipped


def test_the_eleven_hits_of_2021_are_found() -> None:
    """All eleven pairs of commission and party come out of the shipped commissions."""
    data = (TESTS / "ones-and-twos-2021.csv.zip").read_bytes()
    stations = read_stations(data, name="a.csv.zip", mapping=mapping("ru-2021"))
    result = small_numbers(stations)
    assert len(result.hits) == published()["kireev"]["hits"] == 11
    ufa = [one for one in result.hits if "Октябрьская" in one.commission]
    assert len(ufa) == 4
    assert all(one.with_one > 20 and one.with_two > 20 > 2 * one.with_none for one in ufa)
    assert 0 <= result.expected_negative_binomial < result.expected_poisson < 11
    (only,) = small_number_findings(stations)
    assert (only.effect, only.outcome, len(only.details["hits"])) == (11.0, "described", 11)


def test_the_leader_alone_never_fulfils_the_rule() -> None:
    """A party with hundreds of votes a station has hardly a station with one."""
    assert small_numbers(shipped("2018")).hits == ()


def test_without_commissions_nothing_can_be_tested() -> None:
    """The rule needs groups."""
    bare = Stations.from_columns({"registered": [9], "found": [5]}, options={"A": [5]})
    (only,) = small_number_findings(bare)
    assert only.outcome == "cannot be tested"


def test_chances_of_small_counts_by_hand() -> None:
    """Poisson of mean 1.5, and a negative binomial of mean 2 and variance 4 (shape 2)."""
    assert _poisson(np.array([1.5]))[:, 0] == pytest.approx([0.22313, 0.33470, 0.25102], abs=1e-5)
    wide = _negative_binomial(np.array([2.0, 1.5]), np.array([4.0, 1.0]))
    assert wide[:, 0] == pytest.approx([0.25, 0.25, 0.1875])
    assert wide[:, 1] == pytest.approx(_poisson(np.array([1.5]))[:, 0])


def test_the_chance_of_a_hit_is_that_of_many_draws() -> None:
    """The sum over multinomial samples agrees with simulated ones."""
    chances = np.array([[0.05], [0.4], [0.35]])
    draws = np.random.default_rng(2).multinomial(60, [0.05, 0.4, 0.35, 0.2], 40_000)
    hits = (draws[:, 0] < 10) & (draws[:, 1] > 20) & (draws[:, 2] > 20)
    got = _chance(chances, np.array([60]))[0]
    assert got == pytest.approx(hits.mean(), abs=4 * np.sqrt(got * (1 - got) / 40_000))


def test_an_honest_election_has_no_hits() -> None:
    """Made-up parties of many votes give none, and none are expected."""
    result = small_numbers(made_up(400))
    assert (result.hits, result.expected_poisson) == ((), 0.0)
