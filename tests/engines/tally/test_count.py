# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check the parallel count, its bounds, the comparison with official figures, and coverage."""

from math import sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from hedgerow.engines.tally.announced import check_announced
from hedgerow.engines.tally.bounds import bounds
from hedgerow.engines.tally.comparison import compare, holm, sign_test
from hedgerow.engines.tally.count import count_votes, over_the_list
from hedgerow.engines.tally.coverage import (
    Official,
    correlation_between,
    coverage_bias,
    coverage_table,
    size_classes,
)
from hedgerow.engines.tally.frame import Frame
from hedgerow.engines.tally.layout import MISSING, Layout, Values
from hedgerow.engines.tally.protocols import Protocols, Ruling, protocols_of
from hedgerow.engines.tally.reports import reports_of
from hedgerow.kernel.errors import BadInput
from tests.engines.tally.sheets import form, made_up, plain, shipped

LAYOUT = plain()
ACCEPTS = Ruling(number=1, station=1, column=None, value=1, by="Ann", reason="as signed")


def election(count: int, *, towns: int = 3) -> tuple[Frame, Values]:
    """Make up a whole election."""
    values = made_up(count)
    labels = [f"town {place % towns}" for place in range(count)]
    names = [f"station {place}" for place in range(count)]
    return Frame.of(names, values[:, 0].astype(np.int64), groups={"town": labels}), values


def seen(values: Values, which: list[int], *rulings: Ruling) -> Protocols:
    """Make protocols of the stations that somebody saw."""
    found = reports_of(LAYOUT, values[which], station=which)
    return protocols_of(found, layout=LAYOUT, stations=len(values), rulings=rulings)


def test_votes_and_coverage_are_counted_by_stratum() -> None:
    """Two of four stations of one town, all of another: sums, voters and shares."""
    frame, values = election(8, towns=2)
    counted = count_votes(seen(values, [0, 2, 1, 3, 5, 7]), frame=frame, strata=frame.group("town"))
    assert counted.strata == ("town 0", "town 1")
    assert counted.stations.tolist() == [4, 4]
    assert counted.counted.tolist() == [2, 4]
    assert counted.registered_counted[1] == counted.registered[1]
    assert counted.votes[0].tolist() == values[[0, 2], 4:].sum(axis=0).tolist()
    assert counted.ballots[0] == values[[0, 2], 2:4].sum()
    assert counted.uncounted_registered == values[[4, 6], 0].sum()
    assert counted.shares() == pytest.approx(counted.totals / counted.all_ballots)


def test_every_standing_is_told() -> None:
    """A station that breaks a relation is not counted; an accepted one is, and is told apart."""
    frame, values = election(6)
    values[[0, 1], 4] += 1
    values[2, 1] = MISSING
    values[3, 5] = MISSING
    counted = count_votes(
        seen(values, [0, 1, 2, 3, 4], ACCEPTS), frame=frame, strata=frame.group("")
    )
    assert counted.by_standing() == {
        "no report": 1,
        "held back": 0,
        "conflict": 0,
        "incomplete": 1,
        "relation broken": 1,
        "accepted": 1,
        "counted": 2,
    }
    assert (counted.accepted, counted.unchecked) == (1, 1)
    assert counted.totals.tolist() == values[[1, 2, 4], 4:].sum(axis=0).tolist()


def test_without_protocols_there_are_no_shares() -> None:
    """Nothing is divided by nothing."""
    frame, values = election(3)
    counted = count_votes(seen(values, []), frame=frame, strata=frame.group(""))
    assert np.isnan(counted.shares()).all()
    assert counted.all_ballots == 0


def test_more_ballots_than_the_list_has_voters_is_shown() -> None:
    """The sheet agrees with itself, but not with the list of stations."""
    frame, values = election(3)
    small = Frame.of(frame.names, np.array([10, 9_999, 9_999]))
    assert over_the_list(seen(values, [0, 1]), frame=small).tolist() == [0]


@given(st.sets(st.integers(0, 39)), st.integers(1, 7))
def test_every_vote_is_counted_once(which: set[int], towns: int) -> None:
    """Whatever the strata, they add up to the votes of the stations seen, each once."""
    frame, values = election(40, towns=towns)
    twice = sorted(which) * 2
    counted = count_votes(seen(values, twice), frame=frame, strata=frame.group("town"))
    assert counted.totals.tolist() == values[sorted(which), 4:].sum(axis=0).tolist()
    assert counted.counted.sum() == len(which)
    assert counted.standings.sum() == 40


@given(st.sets(st.integers(0, 39)), st.floats(0, 1), st.integers(0, 2))
def test_bounds_contain_the_truth(which: set[int], turnout: float, favourite: int) -> None:
    """Whatever unseen stations held, up to their voters, the true shares lie between."""
    frame, values = election(40)
    unseen = [place for place in range(40) if place not in which]
    truth = values[:, 4:].astype(np.int64)
    truth[unseen] = 0
    truth[unseen, favourite] = (values[unseen, 0] * turnout).astype(np.int64)
    ballots = int(values[sorted(which), 2:4].sum()) + int(truth[unseen].sum())
    counted = count_votes(seen(values, sorted(which)), frame=frame, strata=frame.group(""))
    found = bounds(
        LAYOUT.options,
        votes=counted.totals,
        ballots=counted.all_ballots,
        unseen=counted.uncounted_registered,
    )
    if ballots:
        shares = truth.sum(axis=0) / ballots
        assert (found.low <= shares + 1e-12).all()
        assert (shares <= found.high + 1e-12).all()
    if found.certain_leader is not None:
        assert found.certain_leader == LAYOUT.options[int(truth.sum(axis=0).argmax())]


def test_a_leader_is_certain_only_beyond_all_unseen_ballots() -> None:
    """A lead of 60 is certain against 59 unseen ballots and not against 60."""
    votes = np.array([100, 160])
    for unseen, leader in ((59, "B"), (60, None)):
        assert bounds(("A", "B"), votes=votes, ballots=270, unseen=unseen).certain_leader == leader
    assert bounds(("A",), votes=np.array([9]), ballots=9, unseen=0).certain_leader is None
    assert np.isnan(bounds(("A",), votes=np.array([0]), ballots=0, unseen=0).low).all()


def test_altered_protocols_are_found_with_direction_and_votes() -> None:
    """Four of twenty copies differ: votes moved to A, which the sign test weighs."""
    _, values = election(20)
    official = values.copy()
    official[:4, 4] += 50
    official[:4, 5] -= 50
    official[7, 1] = MISSING
    which = np.ones(20, np.bool_)
    found = compare((LAYOUT, values), (LAYOUT, official), which=which)
    assert (found.stations, found.alike, found.differing.tolist()) == (20, 16, [0, 1, 2, 3])
    columns = {one.name: one for one in found.columns}
    gained, lost = columns["option: A"], columns["option: B"]
    assert (gained.equal, gained.raised, gained.lowered, gained.net) == (16, 4, 0, 200)
    assert (lost.raised, lost.lowered, lost.net) == (0, 4, -200)
    assert gained.p_value == pytest.approx(binomtest(4, 4).pvalue)
    assert gained.p_adjusted == pytest.approx(0.25)
    assert (columns["issued"].matched, columns["issued"].p_value) == (19, None)
    assert found.differences[0, found.names.index("option: A")] == 50


def test_only_copies_that_count_and_shared_lines_are_compared() -> None:
    """Other forms are compared by the names of their lines; a line that lacks is left out."""
    _, values = election(5)
    other = Layout.of(form("some-options"), ("B",))
    official = np.stack([values[:, 0], values[:, 1], values[:, 1], values[:, 5]], axis=1)
    official[:, 1] = MISSING
    which = np.array([True, True, False, True, True])
    found = compare((LAYOUT, values), (other, official), which=which)
    assert (found.names, found.stations) == (("registered", "option: B"), 4)
    with pytest.raises(BadInput, match=r"tally\.nothing_shared"):
        compare(
            (Layout.of(form("georgia"), ("A",)), np.zeros((5, 8), np.int32)),
            (Layout.of(form("some-options"), ("Yes",)), official),
            which=which,
        )


def test_what_was_never_read_on_both_sides_makes_no_comparison() -> None:
    """Without one station in common nothing was compared, and nothing is said to be alike."""
    _, values = election(2)
    found = compare((LAYOUT, values), (LAYOUT, values), which=np.zeros(2, np.bool_))
    assert (found.stations, found.alike, found.columns) == (0, 0, ())


@given(st.integers(0, 60), st.integers(0, 60))
def test_the_sign_test_is_exact(raised: int, lowered: int) -> None:
    """As scipy's two-sided binomial test of a fair coin."""
    if raised + lowered:
        expected = binomtest(raised, raised + lowered).pvalue
        assert sign_test(raised, lowered) == pytest.approx(expected)


def test_holm_adjusts_the_smallest_most() -> None:
    """A worked example of three tests; order is kept."""
    assert holm([0.01, 0.04, 0.03]).tolist() == pytest.approx([0.03, 0.06, 0.06])


def official_of(year: str) -> tuple[Official, Any]:
    """Return paper stations of a shipped election, and their regions and voters."""
    table = shipped(year)
    frame = table.frame()
    which = ~frame.is_remote
    values, layout = table.values[which], table.layout
    found = Official(
        registered=frame.registered[which],
        issued=layout.role(values, of="issued"),
        ballots=layout.role(values, of="ballots"),
        votes=values[:, layout.votes][:, 0].astype(np.int64),
    )
    return found, frame.where(which)


def percent(value: float | None) -> float:
    """Return a share in percent to two decimals."""
    assert value is not None
    return round(100 * value, 2)


def capitals(frame: Frame) -> np.ndarray:
    """Tell which stations lie in the two capitals."""
    regions = frame.group("region")
    names = ("город Москва", "город Санкт-Петербург", "Город Москва", "Город Санкт-Петербург")
    wanted = [place for place, name in enumerate(regions.names) if name in names]
    assert len(wanted) == 2
    return np.isin(regions.codes, wanted)


def test_coverage_of_the_capitals_alone_misleads_in_2021() -> None:
    """5,691 paper stations give 31.80 % against 49.95 % of all, turnout 35.5 against 50.6."""
    official, frame = official_of("2021")
    found = coverage_bias(official, covered=capitals(frame) & (official.ballots > 0))
    assert found.covered.stations == 5_691
    assert (percent(found.covered.share), percent(found.whole.share)) == (31.80, 49.95)
    assert found.covered.turnout == pytest.approx(0.355, abs=0.0005)
    assert found.whole.turnout == pytest.approx(0.506, abs=0.0005)
    large = coverage_bias(official, covered=frame.registered >= 1500)
    assert percent(large.covered.share) == 47.25


def test_coverage_of_the_capitals_alone_misleads_in_2018() -> None:
    """72.27 % in the capitals and 75.59 % at large stations against 76.69 % of all."""
    official, frame = official_of("2018")
    assert percent(coverage_bias(official, covered=capitals(frame)).covered.share) == 72.27
    large = coverage_bias(official, covered=frame.registered >= 1500)
    assert (percent(large.covered.share), percent(large.whole.share)) == (75.59, 76.69)


def test_the_error_is_the_three_factors_of_meng() -> None:
    """Correlation, coverage and deviation multiply to the error, computed ballot by ballot."""
    official, frame = official_of("2021")
    covered = capitals(frame)
    found = coverage_bias(official, covered=covered)
    assert found.correlation is not None
    assert found.part is not None
    share, whole = found.covered.share or 0.0, found.whole.share or 0.0
    factors = sqrt((1 - found.part) / found.part) * sqrt(whole * (1 - whole))
    assert found.correlation * factors == pytest.approx(share - whole)
    seen_ballots = np.array([found.covered.votes, found.covered.ballots - found.covered.votes])
    rest = np.array([found.uncovered.votes, found.uncovered.ballots - found.uncovered.votes])
    weights = np.concatenate([seen_ballots, rest])
    matrix = np.cov([1, 1, 0, 0], [1, 0, 1, 0], fweights=weights, ddof=0)
    expected = matrix[0, 1] / sqrt(matrix[0, 0] * matrix[1, 1])
    assert found.correlation == pytest.approx(expected)


def test_a_correlation_needs_something_covered_and_something_not() -> None:
    """All or none covered, one opinion only, or no ballots at all: there is none."""
    three = np.array([10, 10, 10])
    official = Official(registered=three, issued=three, ballots=three, votes=np.array([1, 2, 3]))
    for covered in (np.ones(3, np.bool_), np.zeros(3, np.bool_)):
        assert coverage_bias(official, covered=covered).correlation is None
    assert correlation_between(1.0, 1.0, part=0.5) is None
    none = np.zeros(3, np.int64)
    empty = Official(registered=none, issued=none, ballots=none, votes=none)
    found = coverage_bias(empty, covered=np.ones(3, np.bool_))
    assert (found.part, found.covered.share, found.covered.turnout) == (None, None, None)


def test_coverage_is_shown_by_group_and_size() -> None:
    """Covered and all stations of each class; the classes have no gaps."""
    official, frame = official_of("2018")
    covered = capitals(frame)
    sizes = size_classes(frame.registered)
    assert sizes.names[0] == "0 to 99"
    assert sizes.names[-1] == "2500 and more"
    table = coverage_table(official, covered=covered, groups=sizes)
    assert sum(whole.stations for _, whole in table) == len(frame)
    assert sum(part.votes for part, _ in table) == official.votes[covered].sum()
    edges = size_classes(np.array([0, 99, 100, 2499, 2500])).codes
    assert edges.tolist() == [0, 0, 1, 5, 6]


VENEZUELA = [
    ("Maduro", 5_150_092, "51.2"),
    ("González", 4_445_978, "44.2"),
    ("others", 462_704, "4.6"),
]


def test_the_total_announced_in_venezuela_is_rounded_shares_of_it() -> None:
    """Three counts exact to the vote, two of them independent, each about 1 in 10,059."""
    found = check_announced(10_058_774, VENEZUELA)
    assert all(one.is_exact for one in found.counts)
    assert found.independent == 2
    assert 1 / found.counts[0].chance == pytest.approx(10_058.774)
    assert found.chance == pytest.approx(10_058.774**-2)


def test_other_announcements_are_no_coincidence() -> None:
    """One vote beside the rounded share is as any count; a part of the options is not a whole."""
    none = check_announced(1000, [("A", 501, "50.00"), ("B", 499, "50.00")])
    assert (none.independent, none.chance) == (0, None)
    part = check_announced(10_000, [("A", 5_000, "50"), ("B", 2_000, "20")])
    assert part.independent == 2
    assert part.chance == pytest.approx(1e-4)
    # With 1,000 votes and two decimals every count has a share of its own.
    certain = check_announced(1000, [("A", 500, "50.00")])
    assert (certain.counts[0].chance, certain.independent) == (1.0, 0)
    assert check_announced(0, [("A", 0, "0")]).counts[0].chance == 1.0


@pytest.mark.parametrize(
    "row", [("A", 5, "many"), ("A", 5, "NaN"), ("A", 5, "101"), ("A", 11, "5")]
)
def test_figures_that_are_none_are_refused(row: tuple[str, int, str]) -> None:
    """A share is a number to 100, a count at most the total."""
    with pytest.raises(BadInput, match=r"tally\.announced"):
        check_announced(10, [row])
