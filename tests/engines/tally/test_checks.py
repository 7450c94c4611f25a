# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check the control relations on real elections, and the softer signs on made-up sheets."""

import numpy as np
import pytest

from hedgerow.engines.tally.checks import check_sheets, copied_rows, early_sheets, said_of
from hedgerow.engines.tally.layout import MISSING
from tests.engines.tally.sheets import (
    WHOLE,
    YEARS,
    cut,
    made_up,
    needs_whole_files,
    plain,
    read,
    shipped,
)

# Rows in which soft checks are broken, in whole files: found <= issued, then portable boxes.
SOFT = {
    "2004": (2, 6),
    "2007": (15, 12),
    "2008": (7, 2),
    "2011": (18, 10),
    "2012": (13, 24),
    "2016": (4, 5),
    "2018": (6, 26),
    "2021": (7, 13),
    "2024": (1, 2),
}
ROWS = {"2004": 95_779, "2011": 95_225, "2018": 97_699, "2021": 96_325, "2024": 91_946}


@pytest.mark.parametrize("year", [*YEARS, "2020"])
def test_hard_relations_hold_in_every_row_of_a_cut(year: str) -> None:
    """500 stations of each election, all lines: nothing broken, nothing unknown."""
    table = cut(year)
    checked = check_sheets(table.layout, table.values)
    assert len(table.station) == 500
    assert not checked.broken_hard.any()
    assert not checked.unchecked.any()


@needs_whole_files
@pytest.mark.parametrize("year", [*YEARS, "2020"])
def test_hard_relations_hold_in_every_row_of_a_whole_file(year: str) -> None:
    """100 % of the rows; soft checks are broken in as many rows as was counted before."""
    table = read(WHOLE / f"{year}.csv.zip", name=f"ru-{year}")
    checked = check_sheets(table.layout, table.values)
    assert not checked.broken_hard.any()
    assert not checked.unchecked.any()
    assert len(table.station) == ROWS.get(year, len(table.station))
    broken = {one.id: int(checked.states[at].sum()) for at, one in enumerate(checked.checks)}
    if year in SOFT:
        assert (broken["carried away"], broken["portable boxes"]) == SOFT[year]


def test_the_totals_that_are_shipped_hold_too() -> None:
    """No station of 2021 issued more than its voters, or counted more than it found."""
    table = shipped("2021")
    checked = check_sheets(table.layout, table.values)
    assert not checked.broken_hard.any()
    assert int(checked.broken_soft.sum()) == 24


@pytest.mark.parametrize("year", YEARS)
def test_a_typing_error_in_any_vote_breaks_a_relation(year: str) -> None:
    """One more vote for anybody, at any station, is seen, and told with its gap."""
    table = cut(year)
    values = table.values.copy()
    columns = table.layout.votes.start + np.arange(len(values)) % len(table.layout.options)
    values[np.arange(len(values)), columns] += 1
    checked = check_sheets(table.layout, values)
    assert checked.broken_hard.all()
    ((check, gap),) = checked.broken(3)
    assert (check.id, gap) == ("votes", -1)
    ((sentence,),) = said_of(checked, language="uk", sheets=[3])
    assert sentence == "дійсні бюлетені — голоси за всі варіанти (-1)"


def test_sheets_that_are_alike_number_for_number_are_found() -> None:
    """Copies are found wherever they stand; empty and tiny sheets are no copies."""
    values = made_up(3_000)
    assert not copied_rows(values).any()
    values[2_900] = values[7]
    values[1_000] = values[7]
    values[[5, 6]] = [9, 9, 0, 9, 9, 0, 0]
    values[[8, 9]] = 0
    assert np.flatnonzero(copied_rows(values)).tolist() == [7, 1_000, 2_900]
    assert np.flatnonzero(copied_rows(values, fewest=1)).tolist() == [5, 6, 7, 1_000, 2_900]


def test_a_sheet_signed_before_closing_is_early() -> None:
    """An unknown minute is not early."""
    minutes = np.array([1_190, 1_200, 1_260, MISSING])
    assert early_sheets(minutes, closing=1_200).tolist() == [True, False, False, False]


def test_made_up_sheets_keep_their_relations() -> None:
    """What other tests are built on is honest."""
    checked = check_sheets(plain(), made_up(500))
    assert not checked.broken_hard.any()
    assert not checked.broken_soft.any()
