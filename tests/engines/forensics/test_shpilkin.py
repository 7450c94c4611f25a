# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check the reconstruction and the integer zone against published figures, to the digit."""

from dataclasses import replace

import numpy as np
import pytest

from hedgerow.engines.forensics import shpilkin
from hedgerow.engines.forensics.integer_zone import integer_zone, integer_zone_findings
from hedgerow.engines.forensics.shpilkin import (
    binned,
    by_region,
    clean_bin,
    moved_bins,
    reconstruct,
    resampled,
    shpilkin_findings,
)
from hedgerow.engines.forensics.stations import Stations
from tests.engines.forensics.elections import YEARS, made_up, mapping, published, shipped


def as_published(year: str) -> Stations:
    """Read an election with its electronic stations, as the published runs had them."""
    stations = shipped(year)
    return replace(stations, is_remote=np.zeros(len(stations), np.bool_))


@pytest.mark.parametrize("year", [year for year in YEARS if year != "2024"])
def test_nine_elections_agree_to_the_printed_digit(year: str) -> None:
    """Anomalous votes, clean share and clean turnout are the published ones."""
    figures, stations = published()["shpilkin"], as_published(year)
    bins = binned(stations, stations.leader())
    result = reconstruct(bins, at=mapping(f"shipped-{year}").clean_bin)
    assert result.clean_bin == figures["clean_bin_recomputed"][year]
    assert result.anomalous_votes == pytest.approx(figures["anomalous_votes"][year], abs=0.01)
    found = (round(100 * result.clean_share, 2), round(100 * result.clean_turnout, 2))
    assert list(found) == figures["recomputed_clean_result_turnout_pct"][year]


def test_2024_differs_as_much_as_its_other_source() -> None:
    """The published figure is of another scrape with 1,596 stations more: 0.25 % away."""
    stations = as_published("2024")
    result = reconstruct(binned(stations, stations.leader()), at=60)
    there = published()["shpilkin"]["anomalous_votes"]["2024"]
    assert result.anomalous_votes / there == pytest.approx(1.00255, abs=1e-4)


@pytest.mark.parametrize(
    ("year", "least", "most"), [("2021", 13.17e6, 14.79e6), ("2018", 8.94e6, 11.03e6)]
)
def test_moving_the_clean_bin_gives_the_known_range(year: str, least: float, most: float) -> None:
    """Three bins to either side."""
    stations = as_published(year)
    bins = binned(stations, stations.leader())
    assert moved_bins(bins, at=clean_bin(bins.sums(bins.others))) == pytest.approx(
        (least, most), abs=0.006e6
    )


def test_stations_drawn_again_give_the_known_interval() -> None:
    """95 % of 2021 lie between 13.80 and 14.53 million, to the error of 300 replicates."""
    stations = as_published("2021")
    bins = binned(stations, stations.leader())
    found = resampled(bins, here=bins.places == 38, rng=np.random.default_rng(1), replicates=300)
    assert found == pytest.approx((13.80e6, 14.53e6), abs=0.08e6)


@pytest.mark.parametrize("year", [year for year in YEARS if year != "2024"])
def test_the_integer_zone_agrees_to_the_printed_digit(year: str) -> None:
    """Excess votes and excess stations are the published ones."""
    figures, stations = published()["shpilkin"], as_published(year)
    result = integer_zone(stations, stations.leader())
    votes, share = "integer_excess_leader_votes", "integer_excess_stations_pct"
    assert result.excess_votes == pytest.approx(figures[votes][year], abs=0.01)
    assert 100 * result.stations_share == pytest.approx(figures[share][year], abs=1e-9)


def test_a_finding_shows_all_three_uncertainties() -> None:
    """Moved bins, stations drawn again and the sum of regions stand beside the figure."""
    stations = shipped("2018")
    (only,) = shpilkin_findings(stations, stations.leader(), rng=np.random.default_rng(3))
    assert only.outcome == "described"
    assert only.effect is not None
    assert only.interval is not None
    assert only.interval[0] < only.effect < only.interval[1]
    assert only.details["moved by 3 bins, least"] < only.effect
    assert only.details["regions of 500 stations or more"] == len(
        by_region(stations, stations.leader())
    )
    assert only.details["applies"]
    assert only.units + only.dropped == len(stations)


def test_added_ballots_are_found_again() -> None:
    """Of a made-up election to which 10 % of stations added, the added votes come back."""
    honest = made_up(20_000, seed=4, turnout=0.45)
    rng = np.random.default_rng(9)
    room = honest.registered - honest.found
    added = np.where(rng.random(len(honest)) < 0.1, (room * 0.6).astype(np.int64), 0)
    stuffed = Stations.from_columns(
        {"registered": honest.registered, "found": honest.found + added},
        options={"A": honest.votes("A") + added, "B": honest.found - honest.votes("A")},
    )
    found = reconstruct(binned(stuffed, "A")).anomalous_votes
    assert found == pytest.approx(added.sum(), rel=0.1)
    (only,) = shpilkin_findings(stuffed, "A", rng=rng)
    assert only.details["sum of regions"] == 0


def test_too_few_stations_cannot_be_tested() -> None:
    """Below 500 stations there is no core; below 100 no bands."""
    few = made_up(90)
    (only,) = shpilkin_findings(few, "A", rng=np.random.default_rng(1))
    assert only.outcome == "cannot be tested"
    (only,) = integer_zone_findings(few, "A")
    assert only.outcome == "cannot be tested"
    (only,) = integer_zone_findings(made_up(200), "A")
    assert only.outcome == "described"


def test_without_a_fit_the_highest_bin_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fit that fails, or whose core lies nowhere, leads to the argmax without the last bins."""
    others = np.zeros(100)
    others[[30, 99]] = 5.0, 9.0

    def fails(*_given: object, **_named: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(shpilkin, "curve_fit", fails)
    assert clean_bin(others) == 30
    monkeypatch.setattr(
        shpilkin, "curve_fit", lambda *_a, **_k: (np.array([2.0, 0.1, 1, 3.0, 0.1, 1]), None)
    )
    assert clean_bin(others) == 30


def test_a_bin_without_others_has_no_ratio() -> None:
    """The result is not a number, rather than infinite, and the least and most leave it out."""
    stations = made_up(800)
    bins = binned(stations, "A")
    empty = int(np.flatnonzero(bins.sums(bins.others) == 0)[0])
    assert np.isnan(reconstruct(bins, at=empty).anomalous_votes)
