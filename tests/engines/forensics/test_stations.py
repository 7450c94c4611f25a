# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check what columns the engine takes, and which it refuses with their line."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl
import pytest

from hedgerow.engines.forensics.stations import Groups, Stations
from hedgerow.kernel.errors import BadInput

GOOD: dict[str, Any] = {
    "registered": [100, 200, 300],
    "issued": [50, 60, 70],
    "found": [50, 60, 69],
}
VOTES: dict[str, Any] = {"A": [30, 30, 30], "B": [20, 30, 39]}


def refusal(columns: Mapping[str, Any], options: Mapping[str, Any] | None = None) -> BadInput:
    """Return the error that columns end in."""
    chosen = VOTES if options is None else options
    with pytest.raises(BadInput) as raised:
        Stations.from_columns(columns, options=chosen, lines=[2, 3, 4])
    return raised.value


def test_columns_of_every_kind_are_the_same_stations() -> None:
    """Lists, numpy arrays and polars columns lead to the same table."""
    kinds = (list, np.asarray, pl.Series)
    found = [
        Stations.from_columns(
            {name: kind(values) for name, values in GOOD.items()},
            options={name: kind(values) for name, values in VOTES.items()},
            groups={"region": kind(["north", "south", "north"])},
        )
        for kind in kinds
    ]
    for one in found:
        assert one.issued.tolist() == GOOD["issued"]
        assert one.options.tolist() == [[30, 20], [30, 30], [30, 39]]
        assert one.groups["region"].names == ("north", "south")
        assert one.groups["region"].sums(one.found).tolist() == [119.0, 60.0]
        assert one.leader() == "A"
        assert len(one) == 3


def test_found_and_issued_stand_for_one_another() -> None:
    """A file with one of the two columns of ballots is taken."""
    only = Stations.from_columns({"registered": [9], "found": [5]}, options={"A": [5]})
    other = Stations.from_columns({"registered": [9], "issued": [5]}, options={"A": [5]})
    assert only.issued.tolist() == other.found.tolist() == [5]
    assert only.invalid.tolist() == [0]


def test_a_part_keeps_its_groups_and_flags() -> None:
    """Choosing stations drops the groups that have none left, and paper drops the remote."""
    columns = {**GOOD, "is_remote": [False, True, False], "is_special": [True, False, False]}
    whole = Stations.from_columns(columns, options=VOTES, groups={"g": ["x", "y", "z"]})
    part = whole.paper()
    assert part.groups["g"].names == ("x", "z")
    assert part.groups["g"].codes.tolist() == [0, 1]
    assert part.is_special.tolist() == [True, False]
    assert part.votes("B").tolist() == [20, 39]


def test_a_missing_label_is_an_empty_name() -> None:
    """A station without a group is in the group without a name."""
    assert Groups.of(pl.Series(["a", None])).names == ("", "a")


@pytest.mark.parametrize(
    ("columns", "options", "code", "details"),
    [
        ({"issued": [1]}, None, "forensics.column_missing", {"column": "registered"}),
        ({"registered": [1]}, None, "forensics.column_missing", {"column": "issued"}),
        (GOOD, {}, "forensics.no_options", {}),
        (GOOD, {"A": [1, 2]}, "forensics.not_counts", {"column": "option A", "rows": 3}),
        (
            {**GOOD, "found": [1.5, 2.0, 3.0]},
            None,
            "forensics.not_counts",
            {"column": "found", "rows": 3},
        ),
        (
            {**GOOD, "invalid": [0, -4, 0]},
            None,
            "forensics.negative",
            {"column": "invalid", "line": 3, "value": -4},
        ),
        (GOOD, {"A": [1, 2, 70]}, "forensics.more_votes", {"line": 4, "column": "A"}),
        (
            {**GOOD, "registered": [50, 20, 70], "issued": [100, 200, 300]},
            None,
            "forensics.swapped",
            {"line": 2, "column": "issued", "other": "registered", "rows": 3},
        ),
        (
            {**GOOD, "station": ["a", "b", "a"]},
            None,
            "forensics.duplicate",
            {"line": 4, "station": "a"},
        ),
        (
            {**GOOD, "latitude": [55.0, 91.0, np.nan], "longitude": [37.0, 37.0, 37.0]},
            None,
            "forensics.coordinates",
            {"line": 3, "column": "latitude", "value": 91.0},
        ),
    ],
)
def test_impossible_columns_are_refused_with_their_line(
    columns: dict[str, Any], options: dict[str, Any] | None, code: str, details: dict[str, Any]
) -> None:
    """Each kind of bad input has a code and says where it stands."""
    error = refusal(columns, options)
    assert (error.code, error.details) == (code, details)


def test_an_option_that_is_not_on_the_ballot_is_refused() -> None:
    """The error names the options there are."""
    with pytest.raises(BadInput) as raised:
        Stations.from_columns(GOOD, options=VOTES).votes("D")
    assert raised.value.details == {"option": "D", "known": "A, B"}


def test_a_station_lies_where_both_figures_say() -> None:
    """Of one figure alone nothing is known; a part keeps where its stations lie."""
    where = {"latitude": [55.0, np.nan, 56.0], "longitude": [37.0, 38.0, np.nan]}
    found = Stations.from_columns({**GOOD, **where}, options={"A": [1, 2, 3]})
    assert found.coordinates[0].tolist() == [55.0, 37.0]
    assert np.isnan(found.coordinates[1:]).all()
    assert found.has_coordinates
    assert not found.where(np.array([1, 2])).has_coordinates
    assert not Stations.from_columns(GOOD, options={"A": [1, 2, 3]}).has_coordinates
