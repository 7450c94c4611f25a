# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check how reports become protocols: conflicts, rulings, quarantine, versions, order."""

from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hedgerow.engines.tally.frame import Frame
from hedgerow.engines.tally.layout import LARGEST, MISSING
from hedgerow.engines.tally.protocols import (
    ABSENT,
    AGREED,
    CONFLICT,
    SINGLE,
    STANDINGS,
    Protocols,
    Ruling,
    disagreements,
    protocols_of,
)
from hedgerow.engines.tally.reports import (
    ALL_HELD,
    NOTHING_HELD,
    VOTES_HELD,
    Reports,
    held_back,
    newest,
    ordered_by,
    reports_in,
    reports_of,
)
from hedgerow.engines.tally.sheetmap import parse_sheet_map
from hedgerow.engines.tally.tables import sheets_of
from hedgerow.kernel.errors import BadInput
from tests.engines.tally.sheets import form, made_up, plain

LAYOUT = plain(("A", "B"))
# Registered, issued, invalid, valid, A, B.
GOOD = [100, 60, 2, 58, 30, 28]
STATIONS = 4
RULING = Ruling(number=1, station=0, column="option: A", value=31, by="Ann", reason="photograph")


def reports(*rows: dict[str, Any]) -> Reports:
    """Put reports together; a row that says nothing is the good sheet of observer 0."""
    values = np.array([row.get("values", GOOD) for row in rows]).reshape(len(rows), 6)
    heads = {
        name: [row.get(name, 0) for row in rows]
        for name in ("station", "source", "version", "minute", "quarantine")
    }
    return reports_of(LAYOUT, values, **heads)


def merged(found: Reports, *rulings: Ruling) -> Protocols:
    """Make protocols of four stations."""
    return protocols_of(found, layout=LAYOUT, stations=STATIONS, rulings=rulings)


def standing(found: Reports, *rulings: Ruling) -> str:
    """Tell what becomes of station 0."""
    return STANDINGS[merged(found, *rulings).standing[0]]


def test_two_who_agree_make_a_protocol() -> None:
    """Figures of one observer are single, of two agreed; stations without reports lack all."""
    one = merged(reports({}, {"source": 1, "values": [100, 60, 2, MISSING, 30, 28]}))
    assert one.values[0].tolist() == GOOD
    assert one.cells[0].tolist() == [AGREED, AGREED, AGREED, SINGLE, AGREED, AGREED]
    assert one.observers.tolist() == [2, 0, 0, 0]
    assert (one.cells[1:] == ABSENT).all()
    assert (one.values[1:] == MISSING).all()
    assert [STANDINGS[place] for place in one.standing] == ["counted", *["no report"] * 3]
    assert len(one) == STATIONS


def test_without_reports_there_is_nothing() -> None:
    """No report makes no protocol and no error."""
    nothing = merged(reports())
    assert not nothing.counts.any()
    assert (nothing.minute == LARGEST).all()


def test_a_conflict_takes_no_figure_and_is_shown() -> None:
    """Only the figure in conflict lacks; what everybody said stays to be seen."""
    found = reports({}, {"source": 5, "values": [100, 60, 2, 58, 31, 28]}, {"station": 1})
    one = merged(found)
    assert one.values[0].tolist() == [100, 60, 2, 58, MISSING, 28]
    assert one.cells[0, 4] == CONFLICT
    assert standing(found) == "conflict"
    assert disagreements(found, protocols=one) == {0: {"option: A": {0: (30,), 5: (31,)}}}


def test_a_conflict_beside_the_votes_is_shown_but_does_not_stop_the_count() -> None:
    """Who differs over issued ballots alone agrees on every vote."""
    found = reports({}, {"source": 1, "values": [100, 61, 2, 58, 30, 28]})
    one = merged(found)
    assert one.cells[0, 1] == CONFLICT
    assert standing(found) == "counted"
    assert one.checked.unchecked[0]


def test_an_operator_rules_a_conflict() -> None:
    """The figure is taken, the conflict stays marked, and the ruling with its reason."""
    found = reports({}, {"source": 1, "values": [100, 60, 2, 58, 29, 28]})
    right = replace(RULING, value=30)
    one = merged(found, right)
    assert one.values[0].tolist() == GOOD
    assert (one.cells[0, 4], one.is_ruled[0, 4]) == (CONFLICT, True)
    assert standing(found, right) == "counted"
    assert one.rulings == (right,)
    unknown = replace(RULING, number=2, value=None)
    assert standing(found, right, unknown) == "incomplete"
    assert merged(found, unknown, right).rulings == (unknown,)


def test_a_sheet_that_breaks_a_relation_is_kept_and_not_counted() -> None:
    """Until an operator accepts it, and then it is told apart; a later ruling takes that back."""
    found = reports({"values": [100, 60, 2, 58, 30, 29]})
    accepts = Ruling(number=1, station=0, column=None, value=1, by="Ann", reason="as signed")
    one = merged(found)
    assert one.values[0].tolist() == [100, 60, 2, 58, 30, 29]
    assert [standing(found), standing(found, accepts)] == ["relation broken", "accepted"]
    assert merged(found, accepts).counts.tolist() == [True, False, False, False]
    assert standing(found, replace(accepts, number=2, value=0), accepts) == "relation broken"


def test_a_sheet_with_a_gap_is_incomplete() -> None:
    """Without one option's votes nothing is counted; without another line it may be."""
    assert standing(reports({"values": [100, 60, 2, 58, 30, MISSING]})) == "incomplete"
    assert standing(reports({"values": [100, MISSING, 2, 58, 30, 28]})) == "counted"


def test_a_ruling_without_any_report_makes_a_protocol() -> None:
    """An operator who holds the paper may type all of it."""
    names = LAYOUT.columns
    rulings = [
        replace(RULING, number=at, column=name, value=value)
        for at, (name, value) in enumerate(zip(names, GOOD, strict=True))
    ]
    assert standing(reports(), *rulings) == "counted"


@pytest.mark.parametrize(
    "wrong",
    [
        {"station": STATIONS},
        {"station": -1},
        {"column": "option: C"},
        {"column": "option: C", "value": 1},
        {"value": -1},
        {"value": LARGEST + 1},
        {"column": None, "value": 2},
        {"column": None, "value": None},
    ],
)
def test_a_ruling_about_nothing_is_refused(wrong: dict[str, Any]) -> None:
    """Its number is told."""
    with pytest.raises(BadInput, match=r"tally\.wrong_ruling") as refused:
        merged(reports({}), replace(RULING, **wrong))
    assert refused.value.details == {"number": 1}


def test_votes_held_back_leave_the_turnout() -> None:
    """What is not a vote still counts for the station; the whole report does not."""
    votes = merged(reports({"quarantine": VOTES_HELD}))
    assert votes.values[0].tolist() == [100, 60, 2, 58, MISSING, MISSING]
    assert (votes.observers[0], votes.held[0]) == (1, 1)
    whole = merged(reports({"quarantine": ALL_HELD}))
    assert (whole.values == MISSING).all()
    assert (whole.observers[0], whole.held[0]) == (0, 1)
    assert STANDINGS[votes.standing[0]] == "held back"
    assert STANDINGS[whole.standing[0]] == "held back"
    other = reports({"quarantine": ALL_HELD}, {"source": 1})
    assert standing(other) == "counted"


def test_the_newest_version_of_an_observer_is_taken() -> None:
    """A correction replaces what the same observer said, and nobody else's."""
    wrong = {"values": [100, 60, 2, 58, 40, 18], "minute": 7}
    found = reports({"version": 1, "minute": 9}, wrong, {"source": 3, "version": 0, "minute": 8})
    one = merged(found)
    assert one.values[0].tolist() == GOOD
    assert one.cells[0].tolist() == [AGREED] * 6
    assert len(newest(found)) == 2
    # The station was first heard of when the wrong sheet came.
    assert one.minute[0] == 7


def test_a_correction_that_is_held_back_does_not_bring_back_the_earlier_one() -> None:
    """Who corrected a sheet no longer stands by it."""
    found = reports({}, {"version": 1, "quarantine": ALL_HELD})
    assert standing(found) == "held back"


def test_the_same_version_twice_is_one_voice_or_a_conflict() -> None:
    """A sheet sent twice is not agreed; two different ones under one version are in conflict."""
    twice = merged(reports({}, {}))
    assert twice.cells[0].tolist() == [SINGLE] * 6
    assert twice.observers[0] == 1
    other = reports({}, {"values": [100, 60, 2, 58, 28, 30]})
    assert standing(other) == "conflict"
    shown = disagreements(other, protocols=merged(other))
    assert shown == {0: {"option: A": {0: (28, 30)}, "option: B": {0: (28, 30)}}}


def test_a_disagreement_leaves_out_who_said_nothing() -> None:
    """An observer who could not read the figure takes no side."""
    found = reports(
        {},
        {"source": 1, "values": [100, 60, 2, 58, 31, 28]},
        {"source": 2, "values": [MISSING] * 6},
    )
    shown = disagreements(found, protocols=merged(found))
    assert shown == {0: {"option: A": {0: (30,), 1: (31,)}}}


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ({"station": -1}, "station"),
        ({"source": -1}, "source"),
        ({"version": -1}, "version"),
        ({"minute": -2}, "minute"),
        ({"quarantine": 3}, "quarantine"),
    ],
)
def test_a_head_that_cannot_be_is_refused(row: dict[str, int], column: str) -> None:
    """With the report and what is wrong of it."""
    with pytest.raises(BadInput, match=r"tally\.wrong_report") as refused:
        reports({}, row)
    assert (refused.value.details["line"], refused.value.details["column"]) == (2, column)


def test_impossible_figures_and_stations_are_refused() -> None:
    """A figure below zero, and a report about a station beyond the frame."""
    with pytest.raises(BadInput, match=r"tally\.impossible") as refused:
        reports({}, {"values": [100, 60, 2, 58, -30, 28]})
    assert refused.value.details == {"line": 2, "column": "option: A", "value": -30}
    with pytest.raises(BadInput, match=r"tally\.wrong_report") as refused:
        merged(reports({"station": STATIONS}))
    assert refused.value.details == {"line": 1, "column": "station", "value": STATIONS}


def test_reports_are_read_from_a_table() -> None:
    """Observers are numbered by name; who gives no name is one of their own."""
    text = (
        'title = "R"\nform = "plain"\nstation = "s"\n[options]\n"A" = "a"\n[lines]\nvalid = "v"\n'
        '[report]\nsource = "who"\nversion = "n"\n'
    )
    rows = [("x", "5", "5", "bob", "0"), ("y", "6", "6", "ann", "1"), ("y", "6", "6", None, "0")]
    table = pl.DataFrame(rows, schema=("s", "a", "v", "who", "n"), orient="row")
    sheets = sheets_of(table, sheet_map=parse_sheet_map(text), form=form("plain"))
    frame = Frame.of(["y", "x"], np.array([10, 10]))
    found, sources = reports_in(sheets, frame=frame)
    assert sources == ("ann", "bob", "line 4")
    assert found["station"].tolist() == [1, 0, 0]
    assert found["source"].tolist() == [1, 0, 2]
    assert found["version"].tolist() == [0, 1, 0]
    assert (found["minute"] == MISSING).all()
    bare = sheets_of(
        table, sheet_map=parse_sheet_map(text.replace('"A" = "a"', "")), form=form("plain")
    )
    with pytest.raises(BadInput, match=r"layout\.options"):
        reports_in(bare, frame=frame)


def test_the_sort_is_that_of_numpy() -> None:
    """Several keys with more than sixteen bits, the last one first."""
    rng = np.random.default_rng(1)
    keys = [rng.integers(0, top, 5000) for top in (3, 200_000, 2**31)]
    assert ordered_by(*keys).tolist() == np.lexsort(keys).tolist()
    assert ordered_by(np.array([], np.int32)).tolist() == []


SOME: st.SearchStrategy[list[dict[str, Any]]] = st.lists(
    st.builds(
        dict,
        station=st.integers(0, STATIONS - 1),
        source=st.integers(0, 2),
        version=st.integers(0, 2),
        minute=st.integers(-1, 5),
        quarantine=st.sampled_from([NOTHING_HELD, NOTHING_HELD, VOTES_HELD, ALL_HELD]),
        values=st.sampled_from(
            [
                GOOD,
                [100, 60, 2, 58, 31, 27],
                [100, 60, 2, 58, 31, 28],
                [100, 60, 2, 58, 30, MISSING],
            ]
        ),
    ),
    max_size=12,
)


def same(one: Protocols, other: Protocols) -> bool:
    """Tell whether two sets of protocols are equal in everything."""
    names = ("values", "cells", "observers", "held", "minute", "standing")
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in names)


@given(SOME, st.randoms(use_true_random=False))
def test_the_order_of_reports_never_matters(rows: list[dict[str, Any]], chance: Any) -> None:
    """Any shuffle makes the same protocols."""
    shuffled = list(rows)
    chance.shuffle(shuffled)
    assert same(merged(reports(*rows)), merged(reports(*shuffled)))


@given(SOME, st.integers(0, 2), st.sampled_from([VOTES_HELD, ALL_HELD]))
def test_holding_back_removes_and_letting_through_restores(
    rows: list[dict[str, Any]], source: int, level: int
) -> None:
    """Held back wholly is as if never sent; let through again is as before."""
    before = reports(*({**row, "quarantine": NOTHING_HELD} for row in rows))
    held = held_back(before, sources=[source], level=level)
    restored = held_back(held, sources=[source], level=NOTHING_HELD)
    assert same(merged(restored), merged(before))
    without = merged(before[before["source"] != source])
    now = merged(held)
    columns = slice(None) if level == ALL_HELD else LAYOUT.choices
    assert np.array_equal(now.values[:, columns], without.values[:, columns])
    assert np.array_equal(now.counts, without.counts)


@given(SOME)
def test_a_counted_protocol_is_what_some_observer_sent(rows: list[dict[str, Any]]) -> None:
    """No sheet is put together that breaks a relation, and none counts with a gap."""
    one = merged(reports(*rows))
    assert not (one.counts & one.checked.broken_hard).any()
    assert (one.values[one.counts] != MISSING).all()


def test_many_stations_keep_their_own_figures() -> None:
    """A thousand stations in random order, two observers each."""
    layout = plain()
    values = made_up(1000)
    order = np.random.default_rng(2).permutation(2000)
    found = reports_of(
        layout,
        np.tile(values, (2, 1))[order],
        station=np.tile(np.arange(1000), 2)[order],
        source=np.repeat([0, 1], 1000)[order],
    )
    one = protocols_of(found, layout=layout, stations=1000)
    assert np.array_equal(one.values, values)
    assert (one.cells == AGREED).all()
    assert one.counts.all()
