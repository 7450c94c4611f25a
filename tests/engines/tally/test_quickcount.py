# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check designs, the drawing of samples, and what is estimated from them."""

from functools import cache
from hashlib import sha256

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hedgerow.engines.tally.design import (
    Design,
    sample_size,
    simple_design,
    spread_within,
    stratified_design,
    two_stage_design,
)
from hedgerow.engines.tally.drawing import Sample, draw, published_ranks
from hedgerow.engines.tally.frame import Labels
from hedgerow.engines.tally.quickcount import Estimate, convergence, estimate
from hedgerow.kernel.errors import BadInput
from tests.engines.tally.sheets import shipped

RUNS = 400


def labels(*codes: int) -> Labels:
    """Make groups of codes."""
    return Labels(tuple(f"s{one}" for one in range(max(codes) + 1)), np.array(codes))


def drawn(design: Design, *places: int) -> Sample:
    """Return a sample of stations chosen by hand."""
    is_drawn = np.zeros(len(design.strata.codes), np.bool_)
    is_drawn[list(places)] = True
    return Sample(design=design, is_drawn=is_drawn, is_drawn_cluster=None)


def test_a_worked_example_of_two_strata() -> None:
    """By hand: M = 4 and 3, m = 2 and 2; X = 90, Y = 43.5, p = 29/60, variance to the digit."""
    strata = labels(0, 0, 0, 0, 1, 1, 1)
    sample = drawn(stratified_design(strata, size=4), 0, 1, 4, 5)
    whole = np.array([10, 20, 0, 0, 10, 10, 0])
    part = np.array([5, 10, 0, 0, 4, 5, 0])
    found = estimate(sample, whole=whole, part=part, received=np.ones(7, np.bool_))
    x, y = 2 * 30 + 1.5 * 20, 2 * 15 + 1.5 * 9
    p = y / x
    residuals = part - p * whole
    first, second = np.var(residuals[:2], ddof=1), np.var(residuals[4:6], ddof=1)
    variance = (16 * (1 - 2 / 4) / 2 * first + 9 * (1 - 2 / 3) / 2 * second) / x**2
    assert found.share == pytest.approx(p) == 29 / 60
    assert found.degrees == 2
    # t of 2 degrees at 97.5 %.
    assert found.margin == pytest.approx(4.302652730 * variance**0.5)
    assert found.planned.tolist() == found.received.tolist() == [2, 2]
    margin = found.margin or 0.0
    assert found.interval == (p - margin, p + margin)
    simple = 49 * (1 - 4 / 7) / 4 * np.var(residuals[[0, 1, 4, 5]], ddof=1) / x**2
    assert found.design_effect == pytest.approx(variance / simple)


def test_a_worked_example_of_two_stages() -> None:
    """Commissions of one stratum are compared, stations where all commissions were drawn."""
    strata = labels(0, 0, 0, 0, 0, 0, 1, 1, 1)
    clusters = labels(0, 0, 1, 1, 2, 2, 3, 3, 3)
    design = two_stage_design(strata, clusters, size=3, within=2)
    sample = drawn(design, 0, 2, 3, 6, 7)
    whole = np.array([10, 0, 20, 10, 0, 0, 10, 30, 0])
    part = np.array([5, 0, 8, 7, 0, 0, 4, 9, 0])
    found = estimate(sample, whole=whole, part=part, received=sample.is_drawn)
    weights = np.array([3, 1.5, 1.5, 1.5, 1.5])
    places = [0, 2, 3, 6, 7]
    x, y = weights @ whole[places], weights @ part[places]
    e = part[places] - y / x * whole[places]
    between = 9 / 2 * np.var([2 * e[0], e[1] + e[2]], ddof=1)
    within = 9 * (1 - 2 / 3) / 2 * np.var(e[3:], ddof=1)
    assert found.share == pytest.approx(y / x)
    assert found.degrees == 2
    assert found.margin == pytest.approx(4.302652730 * (between + within) ** 0.5 / x)
    assert design.kind == "stratified, two stages"


def test_an_interval_ends_at_nothing_and_at_all() -> None:
    """A share below the margin has an interval that begins at 0, one near 1 ends there."""
    sample = drawn(simple_design(9, size=2), 0, 1)
    whole = np.full(9, 100)
    for part in (np.array([0, 1, *[0] * 7]), np.array([100, 99, *[0] * 7])):
        found = estimate(sample, whole=whole, part=part, received=np.ones(9, np.bool_))
        assert found.interval is not None
        assert 0.0 in found.interval or 1.0 in found.interval


@pytest.mark.parametrize(
    ("places", "part", "reason"),
    [
        ((), None, "nothing has come in"),
        ((0, 1), None, "some strata have sent nothing"),
        ((0, 1, 4), None, "a stratum has sent a single unit"),
        ((0, 1, 4, 5), 0, "units that came in do not differ"),
        (range(7), None, "every station was counted"),
    ],
)
def test_where_no_margin_can_be_given_none_is(
    places: tuple[int, ...], part: int | None, reason: str
) -> None:
    """Never ±0: there is a reason instead, and no interval."""
    strata = labels(0, 0, 0, 0, 1, 1, 1)
    sample = drawn(stratified_design(strata, size=7), *range(7))
    received = np.zeros(7, np.bool_)
    received[list(places)] = True
    whole = np.arange(10, 17)
    votes = np.full(7, part) if part is not None else np.array([5, 7, 5, 6, 9, 2, 8])
    found = estimate(sample, whole=whole, part=votes, received=received)
    assert found.no_margin.startswith(reason)
    assert (found.margin, found.interval, found.design_effect) == (None, None, None)
    assert (found.share is None) == (not places)
    assert bool(found.silent) == (len(places) < 3)


def test_what_has_not_come_in_is_bounded_and_shown() -> None:
    """Two of three drawn sent something; the third could have had any result."""
    sample = drawn(simple_design(6, size=3), 0, 1, 2)
    whole, part = np.array([10, 20, 0, 0, 0, 0]), np.array([5, 8, 0, 0, 0, 0])
    received = np.array([True, True, False, True, True, True])
    most = np.full(6, 50)
    found = estimate(sample, whole=whole, part=part, received=received, most=most)
    assert (found.planned.tolist(), found.received.tolist()) == ([3], [2])
    assert found.worst == pytest.approx((13 / 80, 63 / 80))
    silent = estimate(
        sample, whole=whole, part=part, received=~received, most=np.zeros(6, np.int64)
    )
    assert silent.worst is None


def test_the_night_converges() -> None:
    """Each step sees what had come in by then, and the last one all of it."""
    sample = drawn(simple_design(40, size=20), *range(20))
    rng = np.random.default_rng(1)
    whole = rng.integers(100, 900, 40)
    part = rng.binomial(whole, 0.4)
    steps = convergence(
        sample,
        whole=whole,
        part=part,
        minute=np.arange(40),
        counts=np.ones(40, np.bool_),
        steps=[-1, 0, 5, 19],
    )
    assert [int(one.received.sum()) for _, one in steps] == [0, 1, 6, 20]
    assert steps[0][1].share is None
    assert steps[1][1].margin is None
    early, late = steps[2][1].margin, steps[3][1].margin
    assert early is not None
    assert late is not None
    assert late < early


def census(design: Design, whole: np.ndarray, part: np.ndarray) -> Estimate:
    """Estimate from a sample that takes every station."""
    sample = drawn(design, *range(len(whole)))
    return estimate(sample, whole=whole, part=part, received=np.ones(len(whole), np.bool_))


@given(st.lists(st.tuples(st.integers(1, 900), st.integers(0, 2)), min_size=6, max_size=40))
def test_at_full_sample_the_estimate_is_the_census(rows: list[tuple[int, int]]) -> None:
    """In one stage and in two, with any strata: exactly the share of all."""
    rows = [*rows, (9, 0), (9, 1), (9, 2)]
    whole = np.array([ballots for ballots, _ in rows])
    part = whole // 3 + np.arange(len(rows)) % 2
    strata = labels(*(stratum for _, stratum in rows))
    clusters = labels(*(stratum * 2 + place % 2 for place, (_, stratum) in enumerate(rows)))
    clusters = clusters.where(np.ones(len(rows), np.bool_))
    size = len(rows)
    for design in (
        simple_design(size, size=size),
        stratified_design(strata, size=size),
        two_stage_design(strata, clusters, size=len(clusters.names), within=size),
    ):
        found = census(design, whole, part)
        assert found.share == pytest.approx(part.sum() / whole.sum())
        assert found.no_margin == "every station was counted, so there is no sampling error"


@cache
def electorate(year: str) -> tuple[Labels, Labels, np.ndarray, np.ndarray]:
    """Return regions, commissions, ballots and the leader's votes of all paper stations."""
    table = shipped(year)
    frame = table.frame()
    ballots = table.layout.role(table.values, of="ballots")
    which = ~frame.is_remote & (ballots > 0)
    frame = frame.where(which)
    votes = table.values[which][:, table.layout.votes][:, 0].astype(np.int64)
    return frame.group("region"), frame.group("commission"), ballots[which], votes


@pytest.mark.parametrize("year", ["2018", "2021"])
@pytest.mark.parametrize("stages", [1, 2])
def test_intervals_cover_the_truth_as_often_as_they_say(year: str, stages: int) -> None:
    """95 % intervals of 400 samples of real elections contain the result in 92 to 98 %."""
    strata, clusters, ballots, votes = electorate(year)
    if stages == 1:
        design = stratified_design(strata, size=1500)
    else:
        design = two_stage_design(strata, clusters, size=300, within=5)
    rng = np.random.default_rng(20)
    truth = votes.sum() / ballots.sum()
    shares: list[float] = []
    hits = 0
    for _ in range(RUNS):
        sample = draw(
            design, ranks=rng.random(len(ballots)), cluster_ranks=rng.random(len(clusters.names))
        )
        found = estimate(sample, whole=ballots, part=votes, received=sample.is_drawn)
        assert found.interval is not None
        hits += found.interval[0] <= truth <= found.interval[1]
        shares.append(found.share or 0.0)
    assert 0.92 <= hits / RUNS <= 0.98
    # The estimator is centred on the truth: its mean is within four of its standard errors.
    assert np.mean(shares) == pytest.approx(truth, abs=4 * np.std(shares) / RUNS**0.5 + 2e-4)


def test_a_sample_follows_from_the_seed_and_the_names_alone() -> None:
    """The order of the list makes no difference; another seed draws others."""
    names = [f"station {place}" for place in range(200)]
    strata = labels(*(place % 4 for place in range(200)))
    design = stratified_design(strata, size=20)
    first = draw(design, ranks=published_ranks(names, seed="42"))
    order = np.random.default_rng(1).permutation(200)
    moved = stratified_design(strata.where(order), size=20)
    second = draw(moved, ranks=published_ranks([names[one] for one in order], seed="42"))
    assert {names[one] for one in first.places} == {names[order[one]] for one in second.places}
    third = draw(design, ranks=published_ranks(names, seed="43"))
    assert set(third.places.tolist()) != set(first.places.tolist())
    assert first.planned_by_stratum().tolist() == [5, 5, 5, 5]
    assert first.is_drawn_cluster is None


def test_a_rank_is_the_hash_of_seed_and_name() -> None:
    """Anybody can compute it: 52 bits of SHA-256 over seed, line feed and name."""
    digest = sha256("зерно\nУИК 7".encode()).hexdigest()
    (rank,) = published_ranks(["УИК 7"], seed="зерно")
    assert rank == int(digest[:13], 16) / 16**13


def test_two_stages_draw_commissions_and_then_stations() -> None:
    """Only stations of commissions drawn, as many in each as were planned or there are."""
    clusters = labels(*(place // 5 for place in range(40)), 8)
    strata = labels(*(place // 20 for place in range(40)), 1)
    design = two_stage_design(strata, clusters, size=5, within=3)
    names = [str(place) for place in range(41)]
    ranks = published_ranks(names, seed="a")
    sample = draw(design, ranks=ranks, cluster_ranks=published_ranks(clusters.names, seed="a"))
    assert sample.is_drawn_cluster is not None
    assert sample.is_drawn_cluster.sum() == 5
    by_cluster = np.bincount(clusters.codes[sample.places], minlength=9)
    expected = np.where(sample.is_drawn_cluster, np.minimum(clusters.sizes(), 3), 0)
    assert by_cluster.tolist() == expected.tolist()


def test_a_commission_reaches_over_one_stratum_only() -> None:
    """Otherwise nobody could say from which stratum it was drawn."""
    with pytest.raises(BadInput, match=r"design\.torn_cluster") as refused:
        two_stage_design(labels(0, 0, 1, 1), labels(0, 1, 1, 2), size=3, within=2)
    assert refused.value.details == {"cluster": "s1"}


def test_strata_get_their_part_and_at_least_two() -> None:
    """By size, by spread within, never more than there are."""
    strata = Labels(("a", "b", "c", "d"), np.repeat([0, 1, 2, 3], [600, 300, 97, 3]))
    assert stratified_design(strata, size=100).planned.tolist() == [59, 29, 10, 2]
    spread = np.array([0.0, 3.0, 3.0, 1.0])
    assert stratified_design(strata, size=100, spread=spread).planned.tolist() == [2, 73, 23, 2]
    level = np.zeros(4)
    assert stratified_design(strata, size=100, spread=level).planned.tolist() == [59, 29, 10, 2]
    assert stratified_design(strata, size=1000).planned.tolist() == [600, 300, 97, 3]
    assert simple_design(9, size=4).kind == "simple random"
    assert stratified_design(strata, size=9).kind == "stratified"


@given(
    st.lists(st.integers(1, 60), min_size=1, max_size=8),
    st.lists(st.floats(0, 9), min_size=8, max_size=8),
    st.floats(0, 1),
)
def test_an_allocation_is_whole(sizes: list[int], spread: list[float], part: float) -> None:
    """Any sizes and spreads: the sample is as large as asked, each stratum within its bounds."""
    strata = Labels(tuple(map(str, range(len(sizes)))), np.repeat(np.arange(len(sizes)), sizes))
    least = sum(min(2, one) for one in sizes)
    size = least + int(part * (sum(sizes) - least))
    given_spread = np.array(spread[: len(sizes)])
    planned = stratified_design(strata, size=size, spread=given_spread).planned
    assert planned.sum() == size
    assert (planned <= sizes).all()
    assert (planned >= np.minimum(sizes, 2)).all()


@pytest.mark.parametrize(("size", "within"), [(3, 1), (11, 1), (4, 0)])
def test_a_sample_that_cannot_be_is_refused(size: int, within: int) -> None:
    """Fewer than two of each stratum, more than there are, or none in a commission."""
    strata = labels(*([0] * 5 + [1] * 5))
    with pytest.raises(BadInput, match=r"design\.size") as refused:
        two_stage_design(strata, labels(*range(10)), size=size, within=within)
    assert set(refused.value.details) == {"size", "fewest", "most"}


def test_the_size_of_a_sample_follows_from_an_earlier_election() -> None:
    """A sample of the computed size has about the margin asked for; halving it takes four."""
    _, _, ballots, votes = electorate("2018")
    size = sample_size(ballots, votes, margin=0.005)
    sample = draw(
        simple_design(len(ballots), size=size), ranks=np.random.default_rng(3).random(len(ballots))
    )
    found = estimate(sample, whole=ballots, part=votes, received=sample.is_drawn)
    assert found.margin == pytest.approx(0.005, rel=0.15)
    assert sample_size(ballots, votes, margin=0.0025) == pytest.approx(4 * size, rel=0.05)
    doubled = sample_size(ballots, votes, margin=0.005, design_effect=2)
    assert doubled == pytest.approx(2 * size, rel=0.02)
    assert sample_size(np.array([9, 9]), np.array([1, 8]), margin=1e-9) == 2
    with pytest.raises(BadInput, match=r"design\.no_history"):
        sample_size(np.array([0, 0]), np.array([0, 0]), margin=0.1)


def test_neyman_needs_no_larger_a_margin() -> None:
    """Allocated by the spread of 2018, a sample of 2018 is at least as sharp."""
    strata, _, ballots, votes = electorate("2018")
    spread = spread_within(strata, ballots=ballots, votes=votes)
    margins = []
    for one in (None, spread):
        design = stratified_design(strata, size=1500, spread=one)
        rng = np.random.default_rng(5)
        found = [
            estimate(sample, whole=ballots, part=votes, received=sample.is_drawn).margin
            for sample in (draw(design, ranks=rng.random(len(ballots))) for _ in range(20))
        ]
        margins.append(np.mean([margin or 0.0 for margin in found]))
    assert margins[1] < margins[0]
