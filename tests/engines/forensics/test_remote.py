# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check remote votes against paper in 33 districts, and what happens without any."""

import numpy as np
import pytest

from hedgerow.engines.forensics.remote import districts, mean_difference, remote_findings
from hedgerow.engines.forensics.stations import Stations
from tests.engines.forensics.elections import made_up, published, shipped


def test_33_districts_of_2021_agree_with_the_published_shares() -> None:
    """Both shares, the difference and, to a tenth of its width, its interval."""
    stations = shipped("2021")
    found = districts(stations, stations.leader(), rng=np.random.default_rng(1))
    rows = {f"{row['region']}, {row['oik']}": row for row in published()["remote"]["rows"]}
    assert {one.name for one in found} == set(rows)
    assert len(rows) == 33
    for one in found:
        row = rows[one.name]
        assert 100 * one.paper_share == pytest.approx(row["paper_pct"], abs=6e-5)
        assert 100 * one.remote_share == pytest.approx(row["evote_pct"], abs=6e-5)
        assert 100 * one.difference == pytest.approx(row["diff_pp"], abs=1.2e-4)
        assert (one.paper_found, one.remote_found) == (
            row["paper_received"],
            row["evote_received"],
        )
        interval = 100 * np.array(one.interval)
        assert interval == pytest.approx(np.array(row["boot95_diff"]), abs=0.1 * np.ptp(interval))


def test_moscow_as_a_whole() -> None:
    """29.40 % on paper, 44.77 % remote, every district between +11.8 and +17.7 points."""
    stations = shipped("2021")
    groups = stations.groups["region"]
    moscow = stations.where(groups.codes == groups.names.index("город Москва"))
    found = districts(moscow, moscow.leader(), rng=np.random.default_rng(1), replicates=50)
    assert len(found) == 15
    assert all(0.118 < one.difference < 0.177 for one in found)
    (whole,) = districts(
        moscow, moscow.leader(), rng=np.random.default_rng(1), group="region", replicates=50
    )
    assert 100 * whole.paper_share == pytest.approx(29.40, abs=0.005)
    assert 100 * whole.remote_share == pytest.approx(44.77, abs=0.005)
    assert whole.paper_share < whole.combined_share < whole.remote_share
    assert whole.remote_part == pytest.approx(
        whole.remote_found / (whole.paper_found + whole.remote_found)
    )
    mean, interval = mean_difference(found, rng=np.random.default_rng(2))
    assert interval[0] < mean < interval[1]


def with_remote(votes: int) -> Stations:
    """Make up two districts in which B leads on paper, one with a remote unit."""
    paper = made_up(60, share=0.3)
    columns = {
        "registered": [*paper.registered, 90_000],
        "found": [*paper.found, 80_000],
        "is_remote": [False] * 60 + [True],
    }
    options = {"A": [*paper.votes("A"), votes], "B": [*paper.votes("B"), 80_000 - votes]}
    district = ["one"] * 40 + ["other"] * 20 + ["one"]
    return Stations.from_columns(columns, options=options, groups={"district": district})


def test_who_leads_without_remote_votes_is_told() -> None:
    """A district that turns is named, and so is the mean of districts."""
    first, mean = remote_findings(with_remote(70_000), "A", rng=np.random.default_rng(1))
    assert first.label == "A: one"
    assert (first.details["leads on paper"], first.details["leads with remote votes"]) == ("B", "A")
    assert first.p_value is None
    assert mean.details == {"districts in which another leads without remote votes": ["one"]}
    _, mean = remote_findings(with_remote(8_000), "A", rng=np.random.default_rng(1))
    assert mean.details == {"districts in which another leads without remote votes": []}


def test_without_remote_votes_or_paper_nothing_can_be_tested() -> None:
    """No flags, no groups, or too few paper stations beside the remote unit."""
    whole = with_remote(70_000)
    places = np.arange(61)
    for stations in (made_up(100), whole.where(places > 35), whole.where(places < 60)):
        (only,) = remote_findings(stations, "A", rng=np.random.default_rng(1))
        assert only.outcome == "cannot be tested"
    bare = Stations.from_columns({"registered": [9], "found": [5]}, options={"A": [5]})
    (only,) = remote_findings(bare, "A", rng=np.random.default_rng(1))
    assert only.outcome == "cannot be tested"
