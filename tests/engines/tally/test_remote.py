# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check remote votes against paper in the districts of 2021, and who leads without them."""

import json
from functools import cache
from typing import Any

import numpy as np
import pytest

from hedgerow.engines.tally.checks import check_sheets
from hedgerow.engines.tally.frame import Frame, Labels
from hedgerow.engines.tally.layout import MISSING
from hedgerow.engines.tally.remote import District, mean_difference, remote_against_paper
from hedgerow.kernel.errors import BadInput
from tests.engines.tally.sheets import (
    DATA,
    TESTS,
    WHOLE,
    made_up,
    needs_whole_files,
    plain,
    read,
    shipped,
)

LEADER = "ЕДИНАЯ РОССИЯ"


@cache
def published() -> dict[str, Any]:
    """Return the published rows by the name of the district."""
    rows = json.loads((TESTS / "published.json").read_text("utf-8"))["remote"]["rows"]
    return {f"{row['region']}, {row['oik']}": row for row in rows}


@cache
def of_2021() -> list[District]:
    """Compare the districts of 2021 on the shipped columns."""
    table = shipped("2021")
    frame = table.frame()
    return remote_against_paper(
        frame,
        (table.layout, table.values),
        option=LEADER,
        districts=frame.group("district"),
        seed=1,
    )


def test_33_districts_of_2021_have_the_published_figures() -> None:
    """Shares, voters and ballots of both kinds; intervals to a tenth of their width."""
    found = {one.name: one for one in of_2021()}
    assert set(found) == set(published())
    assert len(found) == 33
    for name, row in published().items():
        one = found[name]
        paper, remote, whole = one.shares
        assert 100 * paper == pytest.approx(row["paper_pct"], abs=6e-5)
        assert 100 * remote == pytest.approx(row["evote_pct"], abs=6e-5)
        assert 100 * one.difference == pytest.approx(row["diff_pp"], abs=1.2e-4)
        assert paper < whole < remote or remote < whole < paper
        assert (one.paper.ballots, one.remote.ballots) == (
            row["paper_received"],
            row["evote_received"],
        )
        low, high = row["boot95_diff"]
        interval = 100 * np.array(one.interval)
        assert interval == pytest.approx([low, high], abs=0.1 * (high - low))


def test_the_fifteen_districts_of_moscow() -> None:
    """+11.8 to +17.6 points each; district 198 from 24.95 to 42.60 %; the whole 29.40 to 44.77."""
    moscow = [one for one in of_2021() if one.name.startswith("город Москва")]
    assert len(moscow) == 15
    differences = [100 * one.difference for one in moscow]
    assert min(differences) == pytest.approx(11.8, abs=0.05)
    assert max(differences) == pytest.approx(17.6, abs=0.05)
    (one,) = [one for one in moscow if one.name.endswith("198")]
    assert [round(100 * share, 2) for share in one.shares[:2]] == [24.95, 42.60]
    assert 100 * np.array(one.interval) == pytest.approx([17.08, 18.23], abs=0.1)
    paper = sum((one.paper.options[0] for one in moscow), 0) / sum(
        one.paper.ballots for one in moscow
    )
    remote = sum((one.remote.options[0] for one in moscow), 0) / sum(
        one.remote.ballots for one in moscow
    )
    assert [round(100 * float(share), 2) for share in (paper, remote)] == [29.40, 44.77]
    mean, interval = mean_difference(moscow, seed=1)
    assert interval is not None
    assert interval[0] < mean < interval[1]
    # Of one option nobody can say who leads.
    assert {one.leader(one.both) for one in moscow} == {None}


# Where another list leads on paper: votes of the lead there, and of the leader's in all.
TURNED = {
    196: (6_009, 27_898),
    197: (8_169, 23_273),
    198: (3_554, 33_309),
    200: (3_694, 31_536),
    201: (753, 33_056),
    205: (1_176, 29_258),
    206: (3_445, 31_536),
    207: (2_117, 34_509),
    209: (1_437, 34_263),
    210: (1_590, 35_842),
}


def test_without_remote_votes_another_list_leads_in_ten_districts_of_moscow() -> None:
    """The communists lead on paper in ten of fifteen; remote votes turn each of these."""
    table = read(DATA / "sheets" / "moscow-2021.parquet", name="moscow-2021")
    frame = table.frame()
    found = remote_against_paper(
        frame,
        (table.layout, table.values),
        option=LEADER,
        districts=frame.group("district"),
        seed=1,
        replicates=50,
    )
    assert len(found) == 15
    turned = {int(one.name[-3:]): one for one in found if one.is_turned}
    assert set(turned) == set(TURNED)
    for number, one in turned.items():
        communists = "КОММУНИСТИЧЕСКАЯ ПАРТИЯ РОССИЙСКОЙ ФЕДЕРАЦИИ"
        on_paper, in_all = TURNED[number]
        assert one.leader(one.paper) == (communists, on_paper)
        assert one.leader(one.both) == (LEADER, in_all)


def test_moscow_s_sheets_hold_all_relations() -> None:
    """The cut is whole: no hard relation is broken, none is unknown."""
    table = read(DATA / "sheets" / "moscow-2021.parquet", name="moscow-2021")
    checked = check_sheets(table.layout, table.values)
    assert not (checked.broken_hard | checked.unchecked).any()


@needs_whole_files
def test_moscow_s_sheets_are_those_of_the_whole_file() -> None:
    """Every option of every station, in order."""
    whole = read(WHOLE / "2021.csv.zip", name="ru-2021")
    part = read(DATA / "sheets" / "moscow-2021.parquet", name="moscow-2021")
    here = np.array(whole.groups["region"]) == "город Москва"
    assert np.array_equal(
        whole.values[here][:, whole.layout.votes], part.values[:, part.layout.votes]
    )


def with_remote(votes: tuple[int, int], *, seed: int = 1) -> list[District]:
    """Make up a district in which A leads on paper, and its remote votes of A and B."""
    values = np.concatenate([made_up(60, options=2), np.zeros((1, 6), np.int32)])
    values[60] = [90_000, 80_000, 80_000 - sum(votes), sum(votes), *votes]
    frame = Frame.of(
        [str(place) for place in range(61)], values[:, 0].astype(np.int64), remote_over=10_000
    )
    sheets = (plain(("A", "B")), values)
    return remote_against_paper(
        frame, sheets, option="B", districts=Labels.all_one(61), seed=seed, replicates=200
    )


def test_who_leads_without_remote_votes_is_told() -> None:
    """A lead on paper that remote votes reverse, one that they do not, and a tie."""
    (turned,) = with_remote((10_000, 70_000))
    on_paper = turned.paper.options
    assert turned.leader(turned.paper) == ("A", on_paper[0] - on_paper[1])
    leads = turned.leader(turned.both)
    assert leads is not None
    assert (leads[0], turned.is_turned) == ("B", True)
    (kept,) = with_remote((70_000, 10_000))
    assert not kept.is_turned
    lead = int(on_paper[0] - on_paper[1])
    (tie,) = with_remote((1_000, 1_000 + lead))
    assert (tie.leader(tie.both), tie.is_turned) == (None, True)
    assert turned.remote_part == 80_000 / (80_000 + turned.paper.ballots)


def test_the_same_seed_draws_the_same_interval() -> None:
    """And another seed another one, near it."""
    (one,), (same,), (other,) = (with_remote((5_000, 9_000), seed=seed) for seed in (1, 1, 2))
    assert one.interval == same.interval != other.interval
    assert one.interval == pytest.approx(other.interval, abs=0.02)
    assert mean_difference([one], seed=1) == (one.difference, None)


def test_a_district_is_compared_only_where_it_can_be() -> None:
    """Too few paper stations, unknown votes or no ballots: no district; no option: refused."""
    values = made_up(30, options=2)
    values[0] = [90_000, 50_000, 0, 50_000, 25_000, 25_000]
    layout = plain(("A", "B"))
    frame = Frame.of(
        [str(place) for place in range(30)], values[:, 0].astype(np.int64), remote_over=10_000
    )
    districts = Labels.all_one(30)

    def found(changed: np.ndarray) -> list[District]:
        return remote_against_paper(
            frame, (layout, changed), option="A", districts=districts, seed=1, replicates=9
        )

    assert [one.paper.stations for one in found(values)] == [29]
    for rows in (slice(0, 1), slice(10, 30)):
        unknown = values.copy()
        unknown[rows, -1] = MISSING
        assert found(unknown) == []
    with pytest.raises(BadInput, match=r"tally\.no_option"):
        remote_against_paper(frame, (layout, values), option="C", districts=districts, seed=1)
