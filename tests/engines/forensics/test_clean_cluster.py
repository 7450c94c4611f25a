# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check that the ratio of a cluster finds the votes that were added, and none where none were."""

from dataclasses import replace

import numpy as np
import pytest

from hedgerow.engines.forensics.clean_cluster import clean_cluster, cluster_findings
from hedgerow.engines.forensics.shpilkin import binned
from hedgerow.engines.forensics.stations import Stations
from tests.engines.forensics.elections import YEARS, made_up, published, shipped


def stuffed(stations: Stations, *, every: int) -> tuple[Stations, int]:
    """Add ballots for A at every n-th station, half of those who stayed at home."""
    registered, found = stations.registered, stations.found.copy()
    chosen = np.arange(len(stations)) % every == 0
    added = np.where(chosen, (registered - found) // 2, 0)
    options = stations.options.copy()
    options[:, 0] += added
    found += added
    return replace(stations, options=options, found=found, issued=found), int(added.sum())


def test_added_votes_are_found() -> None:
    """A third of the stations got ballots; the cluster is that of the others."""
    honest = made_up(3000, share=0.35, turnout=0.4)
    dirty, added = stuffed(honest, every=3)
    found = clean_cluster(binned(dirty, "A"))
    assert found.anomalous_votes == pytest.approx(added, rel=0.1)
    assert found.turnout == pytest.approx(0.4, abs=0.03)
    assert found.clean_share == pytest.approx(0.35, abs=0.03)
    assert np.mean(np.flatnonzero(found.is_inside) % 3 == 0) < 0.02


def test_an_honest_election_has_few_votes_above_the_model() -> None:
    """Nothing was added: what the model leaves is a small part of the votes."""
    honest = made_up(3000, share=0.35, turnout=0.4)
    (only,) = cluster_findings(honest, "A", rng=np.random.default_rng(1))
    assert only.outcome == "described"
    assert only.effect is not None
    assert abs(only.effect) < 0.1 * honest.votes("A").sum()
    assert only.interval is not None
    assert only.interval[0] < only.effect < only.interval[1]


@pytest.mark.parametrize("year", [year for year in YEARS if year not in {"2020", "2024"}])
def test_the_cluster_stands_where_the_clean_bin_is(year: str) -> None:
    """Of eight elections their turnouts are within three points; the others have no such bin."""
    stations = shipped(year)
    bins = binned(stations, stations.leader())
    bin_found = published()["shpilkin"]["clean_bin_recomputed"][year]
    assert 100 * clean_cluster(bins).turnout == pytest.approx(bin_found, abs=3)


def test_what_cannot_be_tested() -> None:
    """Few stations, and an election in which all ballots are for one option, or none."""
    rng = np.random.default_rng(1)
    (few,) = cluster_findings(made_up(60), "A", rng=rng)
    one = Stations.from_columns(
        {"registered": [1000] * 600, "found": [800] * 600}, options={"A": [800] * 600}
    )
    (all_for_one,) = cluster_findings(one, "A", rng=rng)
    none = Stations.from_columns(
        {"registered": [1000] * 600, "found": [800] * 600}, options={"A": [0] * 600}
    )
    (none_for_one,) = cluster_findings(none, "A", rng=rng)
    assert {few.outcome, all_for_one.outcome, none_for_one.outcome} == {"cannot be tested"}
    assert all_for_one.details["reason"] != few.details["reason"]
