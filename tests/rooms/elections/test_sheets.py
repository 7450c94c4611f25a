# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sheets beside the engine's forms: columns, titles, and the digest that anybody can make."""

import hashlib

import pytest

from hedgerow.engines.tally.layout import MISSING
from hedgerow.kernel.errors import NotFound
from hedgerow.rooms.elections import sheets
from hedgerow.rooms.elections.models import Contest

CONTEST = Contest(
    key="mayor",
    titles={"ru": "Мэр", "en": "Mayor"},
    form="plain",
    options=[
        {"key": "oak", "titles": {"en": "Oak"}},
        {"key": "elm", "titles": {"en": "Elm", "ru": "Вяз"}},
    ],
)


def test_every_shipped_form_is_read_by_its_name() -> None:
    """The plain form comes first, and a form that is not shipped is not found."""
    assert sheets.form_names()[0] == "plain"
    assert {sheets.form_named(name).id for name in sheets.form_names()} >= {"plain"}
    with pytest.raises(NotFound):
        sheets.form_named("../pyproject")


def test_columns_are_called_as_the_reader_speaks() -> None:
    """Lines by the form, options by the ballot; what lacks in a language comes in the first."""
    titles = sheets.column_titles(CONTEST, "ru")
    assert titles["registered"] == "избирателей в списке"
    assert (titles["option: oak"], titles["option: elm"]) == ("Oak", "Вяз")
    assert tuple(titles) == sheets.layout_of(CONTEST).columns
    assert sheets.column_titles(CONTEST, "de")["issued"] == "ballots issued"
    assert (CONTEST.title_in("en"), CONTEST.title_in("uk")) == ("Mayor", "Мэр")


def test_rows_and_mappings_are_the_same() -> None:
    """A figure that lacks is left out of a mapping and MISSING in a row."""
    layout = sheets.layout_of(CONTEST)
    row = [100, 60, MISSING, 58, 40, 18]
    values = sheets.as_values(layout, row)
    assert "invalid" not in values
    rows = sheets.as_rows(layout, {1: values}, stations=2)
    assert rows.tolist() == [[MISSING] * 6, row]


def test_the_digest_is_that_of_a_text_anybody_can_write() -> None:
    """Heads, then figures by the names of their columns, whatever order they came in."""
    values = {"valid": 58, "option: oak": 40}
    text = sheets.canonical_text(election="e", contest="mayor", station="№ 1", values=values)
    assert text == ("election: e\ncontest: mayor\nstation: № 1\noption: oak = 40\nvalid = 58\n")
    assert sheets.digest_of(text) == hashlib.sha256(text.encode()).hexdigest()
