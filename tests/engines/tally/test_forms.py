# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check the shipped forms, and that a form with a fault is refused with its place."""

import numpy as np
import pytest

from hedgerow.engines.tally.checks import BROKEN, HOLDS, UNKNOWN, check_sheets
from hedgerow.engines.tally.forms import LANGUAGES, Form, parse_form
from hedgerow.engines.tally.layout import MISSING, Layout
from hedgerow.kernel.errors import BadInput
from tests.engines.tally.sheets import DATA, form, plain

FORMS = sorted(path.stem for path in (DATA / "forms").glob("*.toml"))
SMALL = """
id = "small"
law = "None"
[title]
en = "Small"
ru = "Малый"
uk = "Малий"
[roles]
registered = "voters"
ballots = "found"
[[lines]]
id = "voters"
en = "voters"
ru = "избиратели"
uk = "виборці"
[[lines]]
id = "found"
number = "2"
en = "found"
ru = "найдено"
uk = "знайдено"
[[hard]]
id = "votes"
rule = "found = options"
en = "votes"
ru = "голоса"
uk = "голоси"
"""


@pytest.mark.parametrize("name", FORMS)
def test_a_shipped_form_is_whole(name: str) -> None:
    """Its name is its file's; it has hard relations and texts in every language."""
    one = form(name)
    assert one.id == name
    assert {check.kind for check in one.checks} == {"hard", "soft"}
    for titles in (one.title, *(line.title for line in one.lines)):
        assert set(titles) == set(LANGUAGES)
    numbers = [line.number for line in one.lines if line.number]
    assert len(numbers) == len(set(numbers))


def test_forms_of_four_kinds_are_shipped() -> None:
    """Russia by law and year, Georgia, Venezuela and a plain sheet."""
    kinds = {"ru-federal-2018", "ru-municipal", "ru-referendum", "georgia", "venezuela", "plain"}
    assert kinds <= set(FORMS)


def test_lines_have_the_numbers_of_their_laws() -> None:
    """Lost ballots stand in another line each time."""
    laws = {"ru-federal-2018": "11", "ru-federal-2011": "17", "ru-federal-2004": "16"}
    for name, number in laws.items():
        (lost,) = [line for line in form(name).lines if line.id == "lost"]
        assert lost.number == number


def test_a_form_without_soft_checks_and_notes_is_read() -> None:
    """Only hard relations, titles, roles and lines are needed."""
    small = parse_form(SMALL)
    assert [(one.id, one.number) for one in small.lines] == [("voters", ""), ("found", "2")]
    assert [(one.id, one.kind) for one in small.checks] == [("votes", "hard")]
    assert (small.note, small.has_parts, set(small.roles)) == ("", False, {"registered", "ballots"})


@pytest.mark.parametrize(
    ("old", "new", "code", "detail"),
    [
        ('id = "small"', 'id = "small', "form.unreadable", "reason"),
        ('id = "small"', "id = 5", "form.wrong_value", "id"),
        ('id = "small"', 'id = "small"\nlaws = 1', "form.unknown_key", "laws"),
        ('law = "None"', "", "form.wrong_value", "law"),
        ('law = "None"', 'law = "None"\nnote = ""', "form.wrong_value", "note"),
        ('uk = "Малий"', "", "form.no_translation", "title.uk"),
        ('uk = "виборці"', 'uk = ""', "form.no_translation", "lines.1.uk"),
        ('ballots = "found"', "", "form.wrong_value", "roles.ballots"),
        ('ballots = "found"', 'ballots = "found"\nlost = "a"', "form.unknown_key", "roles.lost"),
        ('ballots = "found"', 'ballots = "lost"', "form.unknown_line", "lost"),
        ('ballots = "found"', 'ballots = "found -"', "form.bad_rule", "found -"),
        ("found = options", "found = option", "form.unknown_line", "option"),
        ("found = options", "found options", "form.bad_rule", "found options"),
        ('id = "found"', 'id = "voters"', "form.twice", "voters"),
        ('id = "found"', 'id = "options"', "form.twice", "options"),
        ('number = "2"', 'line = "2"', "form.unknown_key", "lines.2.line"),
        ("[title]", "soft = [1]\n[title]", "form.wrong_value", "soft.1"),
        ("[title]", "soft = 1\n[title]", "form.wrong_value", "soft"),
        ("[title]", "[names]", "form.unknown_key", "names"),
        ('rule = "found', 'rules = "found', "form.unknown_key", "hard.1.rules"),
    ],
)
def test_a_fault_in_a_form_is_told_with_its_place(
    old: str, new: str, code: str, detail: str
) -> None:
    """Whoever writes a form is told what is wrong and where."""
    with pytest.raises(BadInput) as refused:
        parse_form(SMALL.replace(old, new, 1))
    assert refused.value.code == code
    assert detail in (*refused.value.details, *refused.value.details.values())


def test_lines_must_be_tables_and_roles_must_be_there() -> None:
    """A list of names is no list of lines; a form without roles says nothing."""
    head = SMALL[: SMALL.index("[roles]")]
    for text, key in ((head, "lines"), ('lines = ["a"]' + head, "lines.1")):
        with pytest.raises(BadInput) as refused:
            parse_form(text)
        assert (refused.value.code, refused.value.details["key"]) == ("form.wrong_value", key)
    lines = SMALL[SMALL.index("[[lines]]") :]
    with pytest.raises(BadInput) as refused:
        parse_form(head + lines)
    assert refused.value.details["key"] == "roles"


def one_sheet(layout: Layout, **cells: int) -> np.ndarray:
    """Return one sheet whose other cells lack; names with _ stand for what has signs."""
    values = np.full((1, len(layout.columns)), MISSING, np.int32)
    for name, value in cells.items():
        values[0, layout.columns.index(name.replace("__", ": "))] = value
    return values


def states(layout: Layout, values: np.ndarray) -> dict[str, int]:
    """Return the state of each check of one sheet."""
    checked = check_sheets(layout, values)
    return {check.id: int(checked.states[at, 0]) for at, check in enumerate(checked.checks)}


def test_an_act_of_venezuela_adds_up_through_its_cards() -> None:
    """A candidate has the sum of the cards; a card typed wrongly breaks that relation alone."""
    layout = Layout.of(form("venezuela"), ("G", "M"), {"G": ("1", "2"), "M": ("3",)})
    assert layout.columns[-3:] == ("part: G / 1", "part: G / 2", "part: M / 3")
    sheet = np.array([[500, 400, 400, 396, 4, 260, 136, 200, 60, 136]], np.int32)
    assert set(states(layout, sheet).values()) == {HOLDS}
    sheet[0, -2] = 61
    found = states(layout, sheet)
    assert [name for name, state in found.items() if state == BROKEN] == ["parts of G"]
    assert layout.choices == slice(5, 10)


def test_both_imbalances_of_georgia_are_told_apart() -> None:
    """More ballots than signatures is another thing than fewer."""
    layout = Layout.of(form("georgia"), ("A", "B"))
    sheet = np.array([[1000, 20, 200, 500, 700, 900, 10, 400, 290]], np.int32)
    assert set(states(layout, sheet).values()) == {HOLDS}
    for votes, broken in ((300, "more ballots"), (280, "fewer ballots")):
        sheet[0, -1] = votes
        found = states(layout, sheet)
        assert [name for name, state in found.items() if state == BROKEN] == [broken]


def test_a_relation_with_a_missing_line_is_unknown() -> None:
    """It is neither broken nor fulfilled, and the other relations are checked."""
    layout = plain(("A", "B"))
    values = one_sheet(layout, registered=100, issued=120)
    assert states(layout, values) == {
        "votes": UNKNOWN,
        "list": BROKEN,
        "carried away": UNKNOWN,
        "somebody registered": HOLDS,
    }
    assert layout.role(values, of="ballots").tolist() == [MISSING]
    assert layout.role(values, of="issued").tolist() == [120]


def test_a_role_that_a_form_has_not_lacks_everywhere() -> None:
    """Sheets with some of the options say nothing of invalid ballots."""
    layout = Layout.of(form("some-options"), ("A",))
    assert layout.role(np.array([[9, 8, 7, 6]], np.int32), of="invalid").tolist() == [MISSING]


def test_a_ballot_has_different_options() -> None:
    """The same name twice is refused."""
    with pytest.raises(BadInput, match=r"layout\.options"):
        plain(("A", "A"))


def test_a_list_of_stations_has_no_options_yet() -> None:
    """Nothing is said of their sum, and the other relations are checked."""
    layout = plain(())
    sheet = np.array([[100, 120, 2, 118]], np.int32)
    assert states(layout, sheet) == {
        "list": BROKEN,
        "carried away": HOLDS,
        "somebody registered": HOLDS,
    }


@pytest.mark.parametrize(
    ("one", "parts"), [(form("plain"), {"A": ("1",)}), (form("venezuela"), {"B": ("1",)})]
)
def test_parts_belong_to_options_of_forms_that_have_them(
    one: Form, parts: dict[str, tuple[str, ...]]
) -> None:
    """Parts of what is not on the ballot, or on a sheet without cards, are refused."""
    with pytest.raises(BadInput, match=r"layout\.parts"):
        Layout.of(one, ("A",), parts)
