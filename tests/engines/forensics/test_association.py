# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check slopes, scanners and the transition regression against published figures."""

import re
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from hedgerow.engines.forensics.association import association, association_findings
from hedgerow.engines.forensics.scanners import extrapolate, scanner_findings
from hedgerow.engines.forensics.stations import Floats, Groups, Stations
from hedgerow.engines.forensics.transition import transition, transition_findings, unconstrained
from tests.engines.forensics.elections import TESTS, YEARS, made_up, published, shipped


@pytest.mark.parametrize("year", YEARS)
def test_slopes_and_correlations_are_those_computed_before(year: str) -> None:
    """Slope and both correlations of ten elections, to four decimals."""
    stations, figures = shipped(year), published()["digits"][year]
    # The vote of 2020 was analysed with ballots found for both.
    issued = stations.found if year == "2020" else stations.issued
    kept = replace(stations, is_remote=np.zeros(len(stations), np.bool_), issued=issued)
    result = association(kept, kept.leader())
    assert result.units == figures["n"]
    assert result.slope == pytest.approx(
        figures["slope_leader_share_of_voters_on_turnout"], abs=6e-5
    )
    assert result.correlation == pytest.approx(figures["corr"], abs=6e-5)
    assert result.weighted_correlation == pytest.approx(figures["wcorr"], abs=6e-5)


def test_a_region_level_takes_the_differences_of_regions_out() -> None:
    """Two regions without any slope inside, far apart: b is large, b within is none."""
    rng = np.random.default_rng(1)
    registered = np.full(2000, 1000)
    far = np.repeat([0, 1], 1000)
    found = rng.integers(300, 400, 2000) + 400 * far
    votes = np.where(far == 1, 600, 100)
    stations = Stations.from_columns(
        {"registered": registered, "found": found},
        options={"A": votes},
        groups={"region": far, "area": np.tile(["town", "country"], 1000)},
    )
    result = association(stations, "A")
    assert result.slope > 1.1
    assert result.slope_within == pytest.approx(0, abs=0.01)
    assert result.slope + result.slope_others == pytest.approx(1)
    found_all = association_findings(stations, "A")
    assert [one.label for one in found_all] == ["A: all stations", "A: country", "A: town"]
    assert {one.outcome for one in found_all} == {"finding"}


def test_an_honest_election_keeps_b_below_one() -> None:
    """No finding, and the p-value is near one."""
    (only,) = association_findings(made_up(2000), "A")
    assert only.outcome == "not a finding"
    assert only.p_value == pytest.approx(1.0)


def test_stations_that_do_not_differ_cannot_be_tested() -> None:
    """One turnout everywhere, or too few stations."""
    same = Stations.from_columns(
        {"registered": [200] * 150, "found": [100] * 150}, options={"A": [50] * 150}
    )
    for stations in (same, made_up(40)):
        (only,) = association_findings(stations, "A")
        assert only.outcome == "cannot be tested"


def test_a_share_that_does_not_vary_has_no_correlation() -> None:
    """Half of the ballots at every station, whatever the turnout."""
    half = Stations.from_columns(
        {"registered": [400] * 150, "found": range(100, 400, 2)}, options={"A": range(50, 200)}
    )
    result = association(half, "A")
    assert result.correlation == 0.0
    assert result.slope == pytest.approx(0.5)


def bashkortostan() -> tuple[Stations, np.ndarray]:
    """Read the region of 2018 with the list of stations with scanners."""
    stations = shipped("2018")
    groups = stations.groups["region"]
    region = stations.where(groups.codes == groups.names.index("Республика Башкортостан"))
    lines = (TESTS / "scanners_bashkortostan_2018.csv").read_text("utf-8").split()
    numbers = {line for line in lines if line.isdigit()}
    has = np.array([name.rsplit(", ", 1)[1] in numbers for name in region.station])
    return region, has


def test_bashkortostan_has_321336_votes_beyond_its_scanners() -> None:
    """69 commissions, 1,784,626 official votes, 321,336 beyond the extrapolation."""
    region, has = bashkortostan()
    figures = published()["scanners"]
    result = extrapolate(
        region, region.leader(), has_scanner=has, rng=np.random.default_rng(1), draws=200
    )
    assert result.commissions == figures["tiks"]
    assert result.official == figures["putin_votes"]
    assert round(result.beyond) == figures["votes_above_koib_extrapolation"] == 321336
    assert result.interval[0] < result.beyond < result.interval[1]
    assert result.p_value == pytest.approx(1 / 201)
    (only,) = scanner_findings(
        region, region.leader(), has_scanner=has, rng=np.random.default_rng(1)
    )
    assert only.outcome == "finding"


def test_scanners_given_by_chance_show_nothing() -> None:
    """In an honest election the official votes lie inside the interval."""
    stations = made_up(2000, regions=12)
    rng = np.random.default_rng(3)
    (only,) = scanner_findings(stations, "A", has_scanner=rng.random(2000) < 0.1, rng=rng)
    assert only.outcome == "not a finding"
    assert only.interval is not None
    assert only.interval[0] < 0 < only.interval[1]
    few = stations.groups["commission"]
    one = replace(stations, groups={"commission": Groups(few.names, few.codes * 0)})
    (only,) = scanner_findings(one, "A", has_scanner=rng.random(2000) < 0.1, rng=rng)
    assert only.outcome == "cannot be tested"


def moscow(before: str, after: str) -> tuple[Floats, Floats]:
    """Return the shares of home, leader, liberals and others in the common commissions."""
    tables = [pl.read_csv(TESTS / f"moscow-{year}.csv") for year in (before, after, "2012")]
    common = set.intersection(*(set(table["commission"]) for table in tables))
    found = []
    for table in tables[:2]:
        rows = table.filter(pl.col("commission").is_in(common)).sort("commission")
        shares = rows.select(pl.col("home", "leader", "liberals") / pl.col("registered")).to_numpy()
        found.append(np.column_stack([shares, 1 - shares.sum(axis=1)]))
    return found[0], found[1]


def test_the_plain_regression_of_moscow_agrees_to_eight_digits() -> None:
    """Least squares from 2012 to 2018 over 125 commissions."""
    before, after = moscow("2012", "2018")
    figures = published()["moscow"]
    assert len(before) == figures["common_tiks"]
    assert np.abs(unconstrained(before, after) - figures["ols_2012_2018[6]"]).max() < 1e-8


@pytest.mark.parametrize(
    ("year", "key", "squares", "optimum"),
    [
        ("2012", "constrained_2012_2018[6]", 0.0837771, 0.0837767),
        ("2016", "constrained_2016_2018[9]", 0.0807498, 0.0807491),
    ],
)
def test_the_constrained_regression_of_moscow_is_the_optimum(
    year: str, key: str, squares: float, optimum: float
) -> None:
    """Near the published matrices, and its squares no larger than theirs."""
    before, after = moscow(year, "2018")
    result = transition(before, after, rng=np.random.default_rng(5), replicates=100)
    assert np.abs(result.matrix - np.array(published()["moscow"][key])).max() < 0.01
    assert result.sum_of_squares <= squares
    assert result.sum_of_squares == pytest.approx(optimum, abs=6e-8)
    assert result.matrix.sum(axis=1) == pytest.approx(1)
    if year == "2012":
        published_errors = np.array(published()["moscow"]["bootstrap_se_pct[8]"]) / 100
        assert np.abs(result.errors - published_errors).max() < 0.02


@settings(max_examples=20)
@given(seed=st.integers(0, 2**32 - 1))
def test_no_other_solver_finds_less(seed: int) -> None:
    """On random shares the squares are at most those of a general solver."""
    rng = np.random.default_rng(seed)
    before, after = rng.dirichlet(np.ones(3), 40), rng.dirichlet(np.ones(3), 40)
    mine = transition(before, after, rng=rng, replicates=2)

    def squares(flat: Floats) -> float:
        return float(((after - before @ flat.reshape(3, 3)) ** 2).sum())

    rows = [
        {"type": "eq", "fun": lambda flat, r=r: flat[3 * r : 3 * r + 3].sum() - 1} for r in range(3)
    ]
    other = minimize(squares, np.full(9, 1 / 3), bounds=[(0, 1)] * 9, constraints=rows)
    assert mine.sum_of_squares <= other.fun + 1e-7


def flows(moved: float) -> tuple[Stations, Stations]:
    """Make up two elections: a part of A's voters stay at home in the later one, nobody else."""
    earlier = made_up(900, regions=50)
    rng = np.random.default_rng(9)
    lost = rng.binomial(earlier.votes("A"), moved)
    options = earlier.options.copy()
    options[:, 0] -= lost
    later = replace(
        earlier, options=options, issued=earlier.issued - lost, found=earlier.found - lost
    )
    return earlier, later


def test_votes_are_followed_to_where_they_went() -> None:
    """A fifth of A's voters stayed at home; B's and the others' stayed with theirs."""
    earlier, later = flows(0.2)
    rng = np.random.default_rng(1)
    (only,) = transition_findings(later, "A", earlier=earlier, rng=rng)
    assert (only.label, only.outcome, only.dropped) == ("from A to A", "described", 0)
    assert only.effect == pytest.approx(0.8, abs=0.02)
    assert only.effect is not None
    assert only.interval is not None
    assert only.interval[0] <= only.effect <= only.interval[1]
    assert only.units == len(earlier.groups["commission"].names)
    shares = {
        (source, target): float(re.findall(r"\d\.\d+", target_text)[0])
        for source, texts in only.details.items()
        for target_text in texts
        for target in [target_text.rsplit(" ", 4)[0]]
    }
    assert shares["from A", "stayed at home"] == pytest.approx(0.2, abs=0.02)
    assert shares["from B", "B"] == pytest.approx(1, abs=0.02)
    assert shares["from stayed at home", "stayed at home"] == pytest.approx(1, abs=0.02)


def test_too_few_common_commissions_cannot_be_followed() -> None:
    """Other names, or none at all."""
    earlier, later = flows(0.2)
    rng = np.random.default_rng(1)
    for stations in (replace(later, groups={}), made_up(100, regions=2)):
        (only,) = transition_findings(stations, "A", earlier=earlier, rng=rng)
        assert only.outcome == "cannot be tested"


def test_without_scanners_or_commissions_nothing_is_extrapolated() -> None:
    """Whoever marks no station, or names no commission, is told so."""
    stations = made_up(200)
    rng = np.random.default_rng(1)
    marks = np.ones(200, np.bool_)
    for part, has in ((stations, ~marks), (replace(stations, groups={}), marks)):
        (only,) = scanner_findings(part, "A", has_scanner=has, rng=rng)
        assert (only.outcome, only.dropped) == ("cannot be tested", 200)
