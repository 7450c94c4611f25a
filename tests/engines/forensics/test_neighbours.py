# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check neighbours, Moran's I and hot spots against their definitions and planted ones."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hedgerow.engines.forensics.findings import benjamini_hochberg
from hedgerow.engines.forensics.neighbours import (
    _local_p,
    _moran,
    _sets,
    nearest,
    neighbour_findings,
    on_the_map,
    usable,
)
from hedgerow.engines.forensics.stations import Floats, Ints, Stations
from tests.engines.forensics.elections import made_up

PLACES = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


def on_a_map(stations: Stations, *, seed: int = 5) -> Stations:
    """Scatter stations over a town and its country."""
    rng = np.random.default_rng(seed)
    places = np.column_stack(
        [rng.uniform(55, 56, len(stations)), rng.uniform(37, 39, len(stations))]
    )
    return replace(stations, coordinates=places)


def in_a_corner(stations: Stations) -> Ints:
    """Return the places of the forty stations nearest to a corner of the map."""
    north, east = stations.coordinates.T
    return np.argsort((north - 55) ** 2 + (east - 37) ** 2)[:40]


def shifted(stations: Stations, places: Ints, *, by: float) -> Stations:
    """Give A more of the valid ballots of some stations, and B and C less."""
    options = stations.options.copy()
    moved = (options[places, 1] * by).astype(np.int64)
    options[places, 0] += moved
    options[places, 1] -= moved
    return replace(stations, options=options)


def distances(coordinates: Floats) -> Floats:
    """Return how far each place is from each, on a globe of radius one."""
    north, east = np.radians(coordinates).T
    angle = np.sin(north)[:, None] * np.sin(north) + np.cos(north)[:, None] * np.cos(north) * (
        np.cos(east[:, None] - east)
    )
    return np.asarray(np.arccos(np.clip(angle, -1, 1)), np.float64)


@given(st.lists(PLACES, min_size=6, max_size=25), st.integers(1, 5))
def test_neighbours_are_the_nearest(places: list[tuple[float, float]], count: int) -> None:
    """Nobody is their own neighbour, or somebody's twice, and nobody nearer was left out."""
    coordinates = np.array(places)
    close, far = nearest(coordinates, count=count), distances(coordinates)
    for one, mine in enumerate(close.tolist()):
        assert one not in mine
        assert len(set(mine)) == count
        others = np.delete(far[one], one)
        assert np.sort(far[one][mine]) == pytest.approx(np.sort(others)[:count], abs=1e-6)


def test_many_stations_of_one_building() -> None:
    """More stations at one place than neighbours are asked for: each has others than itself."""
    close = nearest(np.array([[55.0, 37.0]] * 30), count=5)
    assert all(one not in mine for one, mine in enumerate(close.tolist()))


def test_moran_is_what_its_definition_says() -> None:
    """I is the sum over pairs of neighbours through the variance, with weights that add up to 1."""
    rng = np.random.default_rng(3)
    values, coordinates = rng.normal(size=60), rng.uniform(0, 1, (60, 2))
    close = nearest(coordinates, count=4)
    centred = values - values.mean()
    pairs = [(one, other) for one, mine in enumerate(close.tolist()) for other in mine]
    wanted = sum(centred[one] * centred[other] for one, other in pairs) / 4 / (centred**2).sum()
    found, shuffled = _moran(values, close, rng)
    assert found == pytest.approx(wanted)
    assert shuffled.mean() == pytest.approx(-1 / 59, abs=0.005)
    assert _moran(np.ones(60), close, rng)[0] == 0.0


def test_sets_hold_nobody_twice() -> None:
    """And each station is in as many sets as any other."""
    sets = _sets(100, count=20, rng=np.random.default_rng(1))
    assert all(len(set(one)) == 20 for one in sets[:2000].tolist())
    assert np.bincount(sets.ravel()) / len(sets) == pytest.approx(np.full(100, 0.2), abs=0.01)


def test_local_chances_are_even_where_nothing_is() -> None:
    """Of means of neighbours drawn by chance a twentieth is below 0.05."""
    rng = np.random.default_rng(4)
    residual = rng.standard_t(4, 3000)
    around = residual[_sets(3000, count=20, rng=rng)[:3000]].mean(axis=1)
    chances = _local_p(residual, around, count=20, rng=rng)
    assert (chances < 0.05).mean() == pytest.approx(0.05, abs=0.015)
    assert benjamini_hochberg(chances).min() > 0.01


def test_an_honest_map_shows_nothing() -> None:
    """Shares that are scattered by chance: no hot spot, hardly anybody unlike their nearest."""
    found = on_the_map(on_a_map(made_up(800)), "A", rng=np.random.default_rng(1))
    assert found.p_moran > 0.001
    assert found.by_chance[0] < found.moran < found.by_chance[1]
    assert found.is_hot.sum() == 0
    assert found.is_unlike.sum() <= 2
    assert found.unlike_by_chance <= 2


def test_a_corner_that_votes_otherwise_is_a_hot_spot() -> None:
    """Forty neighbours of all commissions with more for A: I rises, and they are named."""
    stations = on_a_map(made_up(800))
    corner = in_a_corner(stations)
    leader, rival = neighbour_findings(
        shifted(stations, corner, by=0.8), "A", rng=np.random.default_rng(1)
    )
    assert (leader.label, rival.label) == ("A", "B")
    assert leader.p_value is not None
    assert leader.p_value <= 0.0002
    assert leader.outcome == "described"
    assert leader.details["high among high, 1 % of them falsely"] >= 20
    assert leader.details["low among low, 1 % of them falsely"] <= 2
    assert rival.details["low among low, 1 % of them falsely"] >= 20
    named = {text.split(" (")[0] for text in leader.details["among their like"]}
    assert len(named & set(stations.station[corner].tolist())) >= 0.8 * len(named)


def test_one_station_unlike_its_nearest_is_named() -> None:
    """All its ballots for A, in the middle of honest ones."""
    stations = on_a_map(made_up(800))
    options = stations.options.copy()
    options[123] = [options[123].sum(), 0, 0]
    planted = replace(stations, options=options)
    leader, _ = neighbour_findings(planted, "A", rng=np.random.default_rng(1))
    assert leader.details["unlike their nearest, 1 % of them falsely"] >= 1
    assert leader.details["stations"][0].startswith(f"{stations.station[123]} (z +")


def test_who_is_taken_and_what_a_small_group_is_held_against() -> None:
    """Remote and special stations and those of nowhere are left out; small groups stand by all."""
    stations = on_a_map(made_up(400))
    places = stations.coordinates.copy()
    places[:50] = np.nan
    part = replace(stations, coordinates=places, is_special=np.arange(400) >= 390)
    assert np.flatnonzero(usable(part)).tolist() == list(range(50, 390))
    groups = stations.groups["commission"]
    lonely = replace(groups, codes=np.where(np.arange(400) == 60, 19, groups.codes % 19))
    alone = replace(part, groups={"commission": lonely})
    bare = replace(part, groups={})
    rng = np.random.default_rng
    one = on_the_map(alone, "A", rng=rng(1)).residual[10]
    assert one == pytest.approx(on_the_map(bare, "A", rng=rng(1)).residual[10], abs=0.1)


def test_few_stations_with_a_place_cannot_be_tested() -> None:
    """Three hundred stations, of which fifty are somewhere."""
    stations = on_a_map(made_up(300))
    places = stations.coordinates.copy()
    places[50:] = np.nan
    part = replace(stations, coordinates=places)
    found = neighbour_findings(part, "A", rng=np.random.default_rng(1))
    assert {one.outcome for one in found} == {"cannot be tested"}
    assert found[0].units == 50
