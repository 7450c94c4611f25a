# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check the way from a table to numbered sheets, and every refusal on it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from hedgerow.engines.tally.frame import Frame, Labels
from hedgerow.engines.tally.layout import MISSING
from hedgerow.engines.tally.sheetmap import parse_sheet_map
from hedgerow.engines.tally.tables import SheetTable, sheets_of
from hedgerow.kernel.errors import BadInput
from tests.engines.tally.sheets import DATA, cut, form, sheet_map

MAP = """
title = "Small"
form = "plain"
station = ["town", "number"]
[lines]
registered = "N"
issued = ["early", "late"]
[options]
"A" = "a"
[groups]
town = "town"
[report]
source = "who"
minute = "when"
[flags]
remote_over = 900
drop_empty = true
"""
HEAD = ("town", "number", "N", "early", "late", "a", "who", "when")


def table(*rows: tuple[str | None, ...]) -> SheetTable:
    """Read rows by the small mapping."""
    frame = pl.DataFrame(rows, schema=dict.fromkeys(HEAD, pl.String()), orient="row")
    return sheets_of(frame, sheet_map=parse_sheet_map(MAP), form=form("plain"))


def test_lines_are_added_up_and_gaps_stay_gaps() -> None:
    """Empty fields lack; a row without any number is left out where the mapping says so."""
    found = table(
        ("North", "1", "950", "3", "4", "5", "ann", "7"),
        ("North", "2", None, None, None, None, "bob", ""),
        ("South", " 1 ", "90", "", "4", "", None, "8"),
    )
    assert found.station == ("North, 1", "South, 1")
    assert found.values[:, [0, 1, 4]].tolist() == [[950, 7, 5], [90, MISSING, MISSING]]
    assert (found.values[:, [2, 3]] == MISSING).all()
    assert (found.source, found.numbered["minute"].tolist()) == (("ann", ""), [7, 8])
    assert found.lines.tolist() == [2, 4]
    frame = found.frame()
    assert (frame.is_remote.tolist(), frame.groups["town"].names) == (
        [True, False],
        ("North", "South"),
    )


@pytest.mark.parametrize("path", sorted((DATA / "sheets").glob("*.toml")), ids=lambda one: one.stem)
def test_a_ready_mapping_names_lines_of_its_form(path: Path) -> None:
    """Every mapping of a whole file names all lines of its form, in the sheet's order."""
    chosen = sheet_map(path.stem)
    assert list(chosen.lines) == [one.id for one in form(chosen.form).lines]


def test_every_column_of_a_cut_finds_its_place() -> None:
    """The two totals of 2021 are where the form says: voters and votes of the first row."""
    found = cut("2021")
    assert found.layout.columns[:2] == ("registered", "received")
    assert len(found.layout.options) == 14
    assert (found.values >= 0).all()
    assert len(found.frame()) == 500


@pytest.mark.parametrize(
    ("cells", "code", "column"),
    [
        (("1О0", "1", "1", "1"), "reading.not_a_number", "N"),
        (("1.5", "1", "1", "1"), "reading.not_a_number", "N"),
        (("-4", "1", "1", "1"), "tally.impossible", "N"),
        (("9", "1", "-2", "1"), "tally.impossible", "early + late"),
        (("9", "1", "1", "3000000000"), "tally.impossible", "a"),
    ],
)
def test_a_count_that_no_sheet_holds_is_refused(
    cells: tuple[str, str, str, str], code: str, column: str
) -> None:
    """With the line and the column of the file."""
    good = ("North", "1", "9", "1", "1", "1", "ann", "1")
    with pytest.raises(BadInput) as refused:
        table(good, ("North", "2", *cells, "ann", "1"))
    assert (refused.value.code, refused.value.details["line"]) == (code, 3)
    assert refused.value.details["column"] == column


def test_a_cyrillic_letter_among_digits_is_named() -> None:
    """The letter is told by its name, since it looks like a nought."""
    with pytest.raises(BadInput) as refused:
        table(("North", "1", "1О0", "1", "1", "1", "ann", "1"))
    assert refused.value.details["letter"] == "CYRILLIC CAPITAL LETTER O"


def test_a_table_without_a_mapped_column_is_refused() -> None:
    """The nearest column is named, or none."""
    text = MAP.replace('"who"', '"whom"').replace('"when"', '"zzzzzz"')
    for changed, near in ((text, "who"), (text.replace('"whom"', '"who"'), "-")):
        frame = pl.DataFrame(schema=dict.fromkeys(HEAD, pl.String()))
        with pytest.raises(BadInput, match=r"reading\.column_missing") as refused:
            sheets_of(frame, sheet_map=parse_sheet_map(changed), form=form("plain"))
        assert refused.value.details["near"] == near


def test_a_line_that_the_form_has_not_is_refused() -> None:
    """The known ones are named."""
    chosen = parse_sheet_map(MAP.replace("issued =", "given ="))
    with pytest.raises(BadInput, match=r"sheetmap\.unknown_line") as refused:
        sheets_of(pl.DataFrame(), sheet_map=chosen, form=form("plain"))
    assert "issued" in str(refused.value.details["known"])


def test_a_list_whose_columns_were_swapped_is_refused() -> None:
    """Two defective sheets are a matter of two sheets; voters and ballots changed over are not."""
    table_of_2021 = cut("2021")
    values = table_of_2021.values.copy()
    values[:2, table_of_2021.layout.votes.start] += 1
    assert len(replace(table_of_2021, values=values).frame()) == 500
    values = table_of_2021.values.copy()
    columns = [table_of_2021.layout.columns.index(one) for one in ("registered", "inside")]
    values[:, columns] = values[:, columns[::-1]]
    with pytest.raises(BadInput, match=r"tally\.swapped") as refused:
        replace(table_of_2021, values=values).frame()
    assert refused.value.details["rule"] == "registered >= early + inside + outside"
    assert refused.value.details["line"] == 2
    # Three stations of three are few, but all of them are too many.
    few = [("North", str(at), "9", "5", "5", "1", "ann", "1") for at in range(3)]
    with pytest.raises(BadInput, match=r"tally\.swapped"):
        table(*few).frame()


def test_parts_have_columns_of_their_own() -> None:
    """Votes of party cards are read beside those of the candidate."""
    text = (
        MAP.replace('"plain"', '"venezuela"')
        .replace("issued", "signed")
        .replace("[groups]", '[parts]\n"A" = { "card" = "early" }\n[groups]')
    )
    frame = pl.DataFrame([("N", "1", "9", "3", "4", "3", "x", "1")], schema=HEAD, orient="row")
    found = sheets_of(frame, sheet_map=parse_sheet_map(text), form=form("venezuela"))
    assert found.values[0].tolist() == [9, 7, MISSING, MISSING, MISSING, 3, 3]


@pytest.mark.parametrize(
    ("old", "new", "code", "key"),
    [
        ('title = "Small"', "title = ", "sheetmap.unreadable", "reason"),
        ('title = "Small"', 'title = ""', "sheetmap.wrong_value", "title"),
        ("[lines]", "line = 1\n[lines]", "sheetmap.unknown_key", "line"),
        ("minute", "hour", "sheetmap.unknown_key", "report.hour"),
        ("drop_empty", "drop", "sheetmap.unknown_key", "flags.drop"),
        ('"A" = "a"', '"A" = 1', "sheetmap.wrong_value", "options.A"),
        ('["town", "number"]', "[]", "sheetmap.wrong_value", "station"),
        ("900", '"many"', "sheetmap.wrong_value", "flags.remote_over"),
        ("900", "-1", "sheetmap.wrong_value", "flags.remote_over"),
        ("900", "true", "sheetmap.wrong_value", "flags.remote_over"),
        ("[groups]", "[parts]\nA = 1\n[groups]", "sheetmap.wrong_value", "parts.A"),
        ("[lines]", "groups = 1\n[lines]", "sheetmap.unreadable", "reason"),
        ("[groups]\n", "[parts]\n", "sheetmap.wrong_value", "parts.town"),
    ],
)
def test_a_fault_in_a_mapping_is_told_with_its_key(old: str, new: str, code: str, key: str) -> None:
    """Whoever writes a mapping is told what is wrong and where."""
    with pytest.raises(BadInput) as refused:
        parse_sheet_map(MAP.replace(old, new, 1))
    assert refused.value.code == code
    assert key in (*refused.value.details, *refused.value.details.values())


def test_a_list_of_stations_is_unlike_and_has_voters() -> None:
    """A station that stands there twice is refused, and one without its number of voters."""
    with pytest.raises(BadInput, match=r"tally\.station_twice") as refused:
        Frame.of(["a", "b", "a"], np.array([1, 2, 3]), lines=np.array([2, 3, 4]))
    assert refused.value.details == {"line": 4, "station": "a"}
    with pytest.raises(BadInput, match=r"tally\.no_voters") as refused:
        Frame.of(["a", "b"], np.array([1, MISSING]))
    assert refused.value.details == {"line": 2}


def test_stations_are_found_by_name_and_grouped_by_kind() -> None:
    """An unknown name or kind is refused with what was asked for."""
    frame = Frame.of(["a", "b", "c"], np.array([1, 2, 3]), groups={"town": ["y", "x", "y"]})
    assert frame.code_of(["c", "a"], lines=np.array([2, 3])).tolist() == [2, 0]
    with pytest.raises(BadInput, match=r"tally\.unknown_station") as refused:
        frame.code_of(["c", "d"], lines=np.array([2, 3]))
    assert refused.value.details == {"line": 3, "station": "d"}
    assert frame.group("town").sums(frame.registered).tolist() == [2, 4]
    assert frame.group("").sizes().tolist() == [3]
    with pytest.raises(BadInput, match=r"tally\.no_group") as refused:
        frame.group("region")
    assert refused.value.details == {"group": "region", "known": "town"}
    some = frame.where(np.array([False, True, False]))
    assert (some.names, some.group("town").names, len(some)) == (("b",), ("x",), 1)


def test_labels_are_sorted_whatever_their_order() -> None:
    """The number of a group does not depend on which station comes first."""
    assert Labels.of(["b", "a", "b"]).names == Labels.of(["a", "b", "b"]).names == ("a", "b")
