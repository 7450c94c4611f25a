# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check that planted outliers and swapped protocols are found, and honest ones are not."""

from dataclasses import replace

import numpy as np
import pytest

from hedgerow.engines.forensics.outliers import (
    _far_by_median,
    _group_medians,
    outlier_findings,
    outliers,
)
from hedgerow.engines.forensics.stations import Stations
from hedgerow.engines.forensics.swaps import swap_findings, swaps
from tests.engines.forensics.elections import made_up


def altered(stations: Stations, places: list[int]) -> Stations:
    """Give all ballots of some stations to A."""
    options = stations.options.copy()
    options[places] = 0
    options[places, 0] = (stations.found - stations.invalid)[places]
    return replace(stations, options=options)


def test_altered_stations_are_found_and_few_others() -> None:
    """Four stations with all ballots for A stand out; the honest election has none."""
    honest, planted = made_up(600), [3, 77, 205, 512]
    result = outliers(altered(honest, planted), "A", rng=np.random.default_rng(1))
    assert set(planted) <= set(result.places[result.is_outlier].tolist())
    assert result.is_outlier.sum() <= 6
    assert result.tau == pytest.approx(0.08, abs=0.02)
    nothing = outliers(honest, "A", rng=np.random.default_rng(1))
    assert nothing.is_outlier.sum() == 0
    leader, rival = outlier_findings(altered(honest, planted), "A", rng=np.random.default_rng(1))
    assert (leader.label, rival.label) == ("A", "B")
    assert leader.details["above the others"] >= 4
    assert rival.details["below the others"] >= 0
    assert len(leader.details["stations"]) == leader.effect


def test_special_and_remote_stations_and_small_groups_are_left_out() -> None:
    """Hospitals are no neighbours of anybody."""
    stations = made_up(300)
    special = np.arange(300) < 20
    groups = stations.groups["commission"]
    small = replace(groups, codes=np.where(np.arange(300) > 297, 19, groups.codes % 19))
    part = replace(stations, is_special=special, groups={"commission": small})
    result = outliers(part, "A", rng=np.random.default_rng(1))
    assert result.places.min() == 20
    assert result.places.max() == 297


def test_where_stations_scatter_less_than_chance_there_is_no_spread() -> None:
    """Identical shares leave no spread between stations."""
    same = Stations.from_columns(
        {"registered": [1000] * 120, "found": [800] * 120},
        options={"A": [400] * 120, "B": [400] * 120},
        groups={"commission": [place % 6 for place in range(120)]},
    )
    result = outliers(same, "A", rng=np.random.default_rng(1))
    assert (result.tau, result.many, result.many_by_chance) == (0.0, 0, 0.0)


def test_too_few_neighbours_cannot_be_tested() -> None:
    """Few stations, groups too small, or no commissions at all."""
    rng = np.random.default_rng(1)
    for stations in (made_up(60), made_up(60, regions=12), made_up(20, regions=4)):
        assert {one.outcome for one in outlier_findings(stations, "A", rng=rng)} == {
            "cannot be tested"
        }
    bare = Stations.from_columns({"registered": [9], "found": [5]}, options={"A": [5]})
    (only,) = outlier_findings(bare, "A", rng=rng)
    assert only.outcome == "cannot be tested"


def test_medians_of_groups_are_numpys() -> None:
    """Groups of odd and even sizes."""
    rng = np.random.default_rng(2)
    values, codes = rng.random(101), np.concatenate([np.arange(7), rng.integers(0, 7, 94)])
    wanted = [np.median(values[codes == code]) for code in range(7)]
    assert _group_medians(values, codes) == pytest.approx(wanted)


@pytest.mark.parametrize(("size", "share"), [(13, 0.014), (50, 0.001)])
def test_median_and_mad_are_noisy_in_small_groups(size: int, share: float) -> None:
    """Of pure Gaussian data |z| > 3.5 flags 1.4 % in groups of 13, which is why it is compared."""
    rng = np.random.default_rng(7)
    groups = 60_000 // size
    codes = np.repeat(np.arange(groups), size)
    far = _far_by_median(rng.normal(size=groups * size), codes) / (groups * size)
    assert far == pytest.approx(share, abs=0.002)


def rounds(swapped: list[int]) -> tuple[Stations, Stations]:
    """Make up two rounds; the second follows the first, and some protocols are swapped."""
    first = made_up(500)
    rng = np.random.default_rng(8)
    drift = np.clip(first.votes("A") / first.found + rng.normal(0.05, 0.001, 500), 0, 1)
    votes = rng.binomial(first.found, drift)
    options = np.stack([votes, first.found - votes], axis=1)
    options[swapped] = options[swapped][:, ::-1]
    second = Stations.from_columns(
        {"registered": first.registered, "found": first.found, "station": first.station},
        options={"A": options[:, 0], "B": options[:, 1]},
    )
    return first, second


def test_swapped_protocols_are_found() -> None:
    """Stations far off, which the exchange brings back, are those that were swapped."""
    first, _ = rounds([])
    share = first.votes("A") / first.found
    planted = np.argsort(-np.abs(share - 0.475))[:8].tolist()
    _, second = rounds(planted)
    result = swaps(second, "A", earlier=first, rival="B")
    assert sorted(result.places[result.hits].tolist()) == sorted(planted)
    (only,) = swap_findings(second, "A", earlier=first, rival="B")
    assert only.effect == 8
    assert only.details["to the gain of A"] + only.details["to the gain of B"] == 8
    _, honest = rounds([])
    (only,) = swap_findings(honest, "A", earlier=first, rival="B")
    assert only.effect == 0


def test_rounds_without_common_stations_cannot_be_compared() -> None:
    """Stations are matched by name."""
    first, second = rounds([])
    other = replace(
        second, station=np.array([f"new {one}" for one in second.station], dtype=object)
    )
    (only,) = swap_findings(other, "A", earlier=first, rival="B")
    assert (only.outcome, only.units, only.dropped) == ("cannot be tested", 0, 500)


def test_the_strongest_rival_is_exchanged_with_unless_one_is_named() -> None:
    """Where nobody else is on the ballot, nothing can be exchanged."""
    first, second = rounds([])
    (only,) = swap_findings(second, "A", earlier=first)
    assert only.label == "A / B"
    alone = replace(second, option_names=("A",), options=second.options[:, :1])
    (only,) = swap_findings(alone, "A", earlier=first)
    assert (only.outcome, only.dropped) == ("cannot be tested", 500)
