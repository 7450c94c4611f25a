# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check what reports say: figures, tables, limits."""

import numpy as np

from hedgerow.engines.tally.announced import check_announced
from hedgerow.engines.tally.bounds import bounds
from hedgerow.engines.tally.checks import check_sheets, copied_rows
from hedgerow.engines.tally.comparison import compare
from hedgerow.engines.tally.comparison_sections import (
    announced_section,
    bounds_section,
    comparison_section,
    coverage_section,
)
from hedgerow.engines.tally.count import count_votes
from hedgerow.engines.tally.coverage import Official, coverage_bias, coverage_table, size_classes
from hedgerow.engines.tally.design import simple_design, stratified_design, two_stage_design
from hedgerow.engines.tally.drawing import draw
from hedgerow.engines.tally.frame import Labels
from hedgerow.engines.tally.protocols import disagreements, protocols_of
from hedgerow.engines.tally.quickcount import Estimate, estimate
from hedgerow.engines.tally.remote import District, Votes
from hedgerow.engines.tally.reports import reports_of
from hedgerow.engines.tally.sample_sections import (
    quick_section,
    remote_section,
    sample_section,
)
from hedgerow.engines.tally.sections import checks_section, count_section, protocols_section
from tests.engines.tally.nights import FRAME, LAYOUT, SIZE, VALUES, facts, night, rows
from tests.engines.tally.sheets import made_up


def test_checks_are_told_with_their_sheets() -> None:
    """Broken relations, sheets alike, and what cannot be checked."""
    values = made_up(20)
    values[3] = values[2]
    values[5, 4] += 2
    values[7, 3] = -1
    checked = check_sheets(LAYOUT, values)
    names = [f"s{place}" for place in range(20)]
    found = checks_section(checked, names, copies=copied_rows(values))
    assert facts(found) == {
        "sheets": 20,
        "sheets that break a hard relation": 1,
        "sheets with a hard relation that cannot be checked": 1,
        "sheets to look at": 0,
        "sheets alike number for number": 2,
    }
    assert rows(found, "broken") == [("s5", "votes", "hard", -2)]
    assert rows(found, "alike") == [("s2",), ("s3",)]
    assert {row[0]: row[4:] for row in rows(found, "relations")}["votes"] == (1, 1)
    # What has no rows is left out.
    clean = checks_section(check_sheets(LAYOUT, VALUES), names, copies=copied_rows(VALUES))
    assert [one.name for one in clean.tables] == ["relations"]


def test_a_count_is_told_with_its_coverage_and_limits() -> None:
    """Votes with bounds, strata, standings, and that it is no sample."""
    _, protocols = night()
    counted = count_votes(protocols, frame=FRAME, strata=FRAME.group("town"))
    found = count_section(counted)
    assert facts(found)["stations counted"] == 6
    assert facts(found)["leads whatever the rest did"] in {"A", "nobody for certain"}
    assert facts(found)["counted although they break a relation, as ruled"] == 1
    assert "no sample" in found.limits[0]
    option, votes, share, low, high = rows(found, "votes")[0]
    assert (option, votes) == ("A", counted.totals[0])
    assert low < share < high
    assert [row[0] for row in rows(found, "coverage")] == ["town 0", "town 1"]
    assert sum(sum(row[1:]) for row in rows(found, "standing")) == SIZE
    certain = count_votes(
        protocols_of(reports_of(LAYOUT, VALUES, station=range(SIZE)), layout=LAYOUT, stations=SIZE),
        frame=FRAME,
        strata=FRAME.group(""),
    )
    assert facts(count_section(certain))["leads whatever the rest did"] == "A"


def test_conflicts_broken_sheets_and_rulings_are_told() -> None:
    """Each observer's figure, each gap, each reason."""
    found_reports, protocols = night()
    said_there = disagreements(found_reports, protocols=protocols)
    found = protocols_section(protocols, FRAME, said=said_there, sources=("ann", "bob"))
    figure = int(VALUES[1, 4])
    assert rows(found, "conflicts") == [
        ("station 1", "option: A", "ann", str(figure), False),
        ("station 1", "option: A", "bob", str(figure + 7), False),
    ]
    # The ruling of 5 ballots issued breaks no hard relation of station 0.
    assert rows(found, "broken") == [
        ("station 6", "votes", -1, True),
        ("station 7", "votes", -1, False),
    ]
    assert rows(found, "rulings") == [
        (2, "station 0", "issued", 5, "Ann", "<photograph>"),
        (1, "station 6", "counts", 1, "Ann", "as signed"),
    ]
    assert facts(found)["stations with figures in conflict"] == 1
    quiet = protocols_of(reports_of(LAYOUT, VALUES[:1]), layout=LAYOUT, stations=SIZE)
    assert protocols_section(quiet, FRAME, said={}, sources=()).tables == ()


def test_a_comparison_is_told_with_both_papers() -> None:
    """Copy, official, difference; the figures with direction and p."""
    official = VALUES.copy()
    official[2, 4] += 30
    official[2, 5] -= 30
    both = ((LAYOUT, VALUES), (LAYOUT, official))
    found = comparison_section(compare(*both, which=np.ones(SIZE, np.bool_)), FRAME, both)
    copy = int(VALUES[2, 4])
    assert rows(found, "differences")[0] == ("station 2", "option: A", copy, copy + 30, 30)
    by_name = {row[0]: row[1:] for row in rows(found, "figures")}
    assert by_name["option: B"] == (SIZE, SIZE - 1, 0, 1, -30, 1.0, 1.0)
    assert facts(found) == {"stations compared": SIZE, "alike in every figure": 11, "differing": 1}
    same = ((LAYOUT, VALUES), (LAYOUT, VALUES))
    alike = comparison_section(compare(*same, which=np.ones(SIZE, np.bool_)), FRAME, same)
    assert [one.name for one in alike.tables] == ["figures"]


def test_coverage_is_told_with_what_would_explain_it() -> None:
    """Two correlations side by side; without copies there is one."""
    official = Official(
        registered=FRAME.registered,
        issued=VALUES[:, 1].astype(np.int64),
        ballots=VALUES[:, 2:4].sum(axis=1).astype(np.int64),
        votes=VALUES[:, 4].astype(np.int64),
    )
    covered = np.arange(SIZE) < 5
    bias = coverage_bias(official, covered=covered)
    sizes = size_classes(FRAME.registered)
    by = {"voters": coverage_table(official, covered=covered, groups=sizes)}
    found = coverage_section(bias, "A", seen=0.2, by=by)
    needed = "correlation that would explain copies and official result together"
    assert facts(found)[needed] < (facts(found)["correlation of coverage with the vote"] or 0)
    assert len(rows(found, "coverage-by-voters")) == len(sizes.names)
    assert facts(coverage_section(bias, "A", seen=None, by={}))[needed] is None


def test_bounds_and_announcements_are_told() -> None:
    """Each assumption with every option; each count with its chance."""
    one = bounds(("A", "B"), votes=np.array([30, 20]), ballots=50, unseen=50)
    found = bounds_section([("nothing is known", one)])
    assert rows(found, "bounds")[0] == ("nothing is known", "A", 30.0, 80.0, 50)
    announced = announced_section(check_announced(1000, [("A", 501, "50.1")]))
    assert rows(announced, "counts")[0][:5] == ("A", 501, "50.1", 501, True)
    assert facts(announced)["independent coincidences"] == 0


def estimates() -> dict[str, Estimate]:
    """Estimate from whole, partial and absent samples."""
    design = stratified_design(Labels.of([f"s{place % 2}" for place in range(SIZE)]), size=8)
    sample = draw(design, ranks=np.arange(SIZE) / SIZE)
    ballots = VALUES[:, 2:4].sum(axis=1).astype(np.int64)
    votes = VALUES[:, 4].astype(np.int64)
    all_in, none = np.ones(SIZE, np.bool_), np.zeros(SIZE, np.bool_)
    most = FRAME.registered
    return {
        "A": estimate(sample, whole=ballots, part=votes, received=all_in, most=most),
        "silent": estimate(sample, whole=ballots, part=votes, received=none),
    }


def test_a_quick_count_is_told_with_its_margin_or_the_reason() -> None:
    """Never ±0: a figure without a margin says why."""
    design = stratified_design(Labels.of([f"s{place % 2}" for place in range(SIZE)]), size=8)
    sample = draw(design, ranks=np.arange(SIZE) / SIZE)
    found = quick_section(sample, estimates())
    by_name = {one.name: one for one in found.facts}
    assert by_name["A"].note.startswith("95 %, ±")
    assert by_name["silent"].note == "no margin: nothing has come in"
    assert (by_name["silent"].value, by_name["silent"].low) == (None, None)
    with_margin, without = rows(found, "estimates")
    assert with_margin[2] > 0
    assert without[2] is None
    assert rows(found, "received") == [("s0", 6, 4, 4), ("s1", 6, 4, 4)]


def test_a_sample_is_told_station_by_station() -> None:
    """With commissions where they were drawn first."""
    simple = draw(simple_design(SIZE, size=3), ranks=np.arange(SIZE) / SIZE)
    found = sample_section(simple, FRAME)
    assert [row[0] for row in rows(found, "sample")] == ["station 0", "station 1", "station 2"]
    assert "commissions drawn" not in facts(found)
    towns = FRAME.group("town")
    design = two_stage_design(Labels.all_one(SIZE), towns, size=2, within=2)
    staged = sample_section(
        draw(design, ranks=np.arange(SIZE) / SIZE, cluster_ranks=np.array([0.5, 0.1])), FRAME
    )
    assert facts(staged)["commissions drawn"] == 2
    assert rows(staged, "sample")[0][2] == "town 0"


def district(name: str, paper: list[int], remote: list[int]) -> District:
    """Make up a district."""
    names = ("A", "B")[: len(paper)]
    sides = [
        Votes(stations=20, registered=900, ballots=400, options=np.array(one))
        for one in (paper, remote)
    ]
    return District(
        name=name,
        names=names,
        option=0,
        paper=sides[0],
        remote=sides[1],
        paper_interval=(0.2, 0.3),
    )


def test_districts_are_told_with_who_leads_without() -> None:
    """Turned districts by name; of one option nobody can tell; without districts nothing is."""
    found = remote_section(
        [district("north", [100, 200], [300, 50]), district("south", [200, 100], [200, 100])],
        "A",
        seed=1,
    )
    turned = "districts in which another leads without remote votes"
    assert facts(found)[turned] == 1
    assert rows(found, "districts")[0][-4:] == ("B", 100, "A", 150)
    none_turned = remote_section([district("south", [200, 100], [200, 100])], "A", seed=1)
    assert (facts(none_turned)[turned], none_turned.facts[2].note) == (0, "none")
    assert none_turned.facts[1].note == "no interval: one district"
    single = remote_section([district("north", [100], [300])], "A", seed=1)
    assert (facts(single)[turned], single.facts[2].note) == (None, "one option is known")
    assert rows(single, "districts")[0][-2:] == (None, None)
    assert facts(remote_section([], "A", seed=1)) == {"districts with both kinds of votes": 0}
