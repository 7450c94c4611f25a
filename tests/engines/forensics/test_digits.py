# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check tests of digits against figures computed before, and that they know their limits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hedgerow.engines.forensics.digits import (
    digit_findings,
    digit_pairs,
    last_digits,
    second_digit_findings,
    second_digits,
)
from hedgerow.engines.forensics.stations import Stations
from tests.engines.forensics.elections import YEARS, made_up, published, shipped


@pytest.mark.parametrize("year", YEARS)
def test_last_digits_of_ten_elections(year: str) -> None:
    """Chi-square, mean and share of 0 and 5 of leader, ballots found and voters."""
    stations, figures = shipped(year), published()["digits"][year]
    columns = {
        "leader": stations.votes(stations.leader()),
        "received": stations.found,
        "voters": stations.registered,
    }
    for name, counts in columns.items():
        result, wanted = last_digits(counts), figures[f"last_digit_{name}"]
        assert result.units == wanted["n"]
        assert result.statistic == pytest.approx(wanted["chi2"], abs=0.006)
        assert result.p_value == pytest.approx(wanted["p"], rel=1e-9)
        assert result.mean == pytest.approx(wanted["mean"], abs=6e-5)
        assert result.share_of_fives == pytest.approx(wanted["share05"], abs=6e-5)


@pytest.mark.parametrize("year", YEARS)
def test_second_digits_of_ten_elections(year: str) -> None:
    """Chi-square and mean against Benford's law."""
    stations, wanted = shipped(year), published()["digits"][year]["second_digit_leader"]
    result = second_digits(stations.votes(stations.leader()))
    assert result.units == wanted["n"]
    assert result.statistic == pytest.approx(wanted["chi2"], abs=0.006)
    assert result.mean == pytest.approx(wanted["mean"], abs=6e-5)


def test_the_law_of_second_digits() -> None:
    """The ten probabilities and their mean."""
    law = second_digits(np.arange(10, 1000)).expected / 990
    wanted = [0.11968, 0.11389, 0.10882, 0.10433, 0.10031, 0.09668, 0.09337, 0.09035, 0.08757]
    assert law == pytest.approx([*wanted, 0.08500], abs=5e-6)
    assert (law * np.arange(10)).sum() == pytest.approx(4.18739, abs=5e-6)


@given(count=st.integers(10, 10**9))
def test_digits_are_those_one_would_write(count: int) -> None:
    """The second digit of any count, powers of ten among them, and the last one."""
    written = str(count)
    assert second_digits(np.array([count])).observed.argmax() == int(written[1])
    if count >= 100:
        assert last_digits(np.array([count])).observed.argmax() == int(written[-1])


def test_pairs_of_last_digits_by_hand() -> None:
    """11 is equal; 12, 10 and 90 are neighbours; 13 is neither."""
    pairs = digit_pairs(np.array([111, 112, 110, 190, 113, 99]))
    assert pairs["equal"][0] == pytest.approx(1 / 5)
    assert pairs["neighbours"][0] == pytest.approx(3 / 5)
    assert pairs["equal"][1] == pytest.approx(2 * (1 - 0.9**5))
    assert digit_pairs(np.array([5]))["equal"] == (0.0, 1.0)


def test_honest_counts_are_no_finding_and_rounded_ones_are() -> None:
    """Counts made up by rounding to fives are found in all columns."""
    honest = made_up(4000)
    found = digit_findings(honest, "A")
    assert [one.outcome for one in found[:2]] == ["not a finding"] * 2
    rounded = Stations.from_columns(
        {"registered": honest.registered, "found": honest.found // 5 * 5},
        options={"A": honest.votes("A") // 5 * 5},
    )
    ballots = digit_findings(rounded, "A")[1]
    assert ballots.outcome == "finding"
    assert ballots.effect == pytest.approx(0.8)


def test_small_counts_cannot_be_tested() -> None:
    """Few counts, or counts that the cut-off at 100 would bend."""
    assert {one.outcome for one in digit_findings(made_up(50), "A")} == {"cannot be tested"}
    stations = shipped("2021")
    by_name = {one.label: one.outcome for one in digit_findings(stations, stations.leader())}
    assert by_name[f"votes of {stations.leader()}"] == "cannot be tested"
    assert by_name["registered voters"] == "finding" or by_name["registered voters"] == (
        "not a finding"
    )


def test_second_digits_are_never_evidence() -> None:
    """They are described, under a heading of their own, or cannot be tested."""
    (only,) = second_digit_findings(made_up(400), "A")
    assert (only.about.is_evidence, only.outcome, only.p_value) == (False, "described", None)
    (only,) = second_digit_findings(made_up(20), "A")
    assert (only.about.is_evidence, only.outcome) == (False, "cannot be tested")
