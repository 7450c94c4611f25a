# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check how the command `count` refuses bad files, and what it takes although it looks odd."""

from pathlib import Path

import pytest

from hedgerow.cli.count_files import DATA
from tests.cli.counting import (
    OUT,
    REPORTS,
    STATIONS,
    example,
    facts,
    maps,
    report,
    run,
)

TESTS = Path(__file__).parents[1] / "data" / "elections"


@pytest.fixture(name="place")
def place_of_the_example(tmp_path: Path) -> Path:
    """Return a folder with copies, official sheets and their mappings."""
    return example(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("s1,town 1", "s0,town 1", "Line 3: the station “s0” stands there a second time"),
        ("s1,town 1", "s1,town 1,9", "Line 3 has 10 fields; expected are 9"),
        ("registered,issued", "voters,issued", "The file has no column “registered”"),
        ("registered,issued", "issued,registered", "Line 2: “registered >= issued” is broken"),
    ],
)
def test_a_bad_list_is_told_in_one_sentence(place: Path, old: str, new: str, sentence: str) -> None:
    """Line, column and what was expected; status 1, and no report."""
    path = place / "official.csv"
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    result = run("compare", place / "copies.csv", path, *maps(place), "--out", place / OUT)
    assert (result.exit_code, sentence in result.output) == (1, True)
    assert not (place / OUT).exists()


def test_a_torn_zip_is_told_in_one_sentence(tmp_path: Path) -> None:
    """With or without a mapping."""
    path = tmp_path / "2021.csv.zip"
    path.write_bytes((TESTS / "cut-2021.csv.zip").read_bytes()[:9000])
    for words in ((), ("--mapping", "ru-2021")):
        result = run("check", path, *words, "--out", tmp_path / OUT)
        assert (result.exit_code, "2021.csv.zip is torn" in result.output) == (1, True)


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("s1,1О0,5,0,5,5,0,0,me,0,0", "(letter: CYRILLIC CAPITAL LETTER O)"),
        ("s1,100,5,0,5,-5,0,0,me,0,0", "Line 22, column “A”: no sheet can hold -5"),
        ("s99,100,5,0,5,5,0,0,me,0,0", "Line 22: the list of stations has no “s99”"),
        ("s1,100,5,0,5,5,0,0,me,-1,0", "no sheet can hold -1"),
    ],
)
def test_a_bad_report_is_told_in_one_sentence(place: Path, row: str, sentence: str) -> None:
    """Nothing is guessed, and nothing is left out silently."""
    with (place / "copies.csv").open("a", encoding="utf-8") as file:
        file.write(f"{row}\n")
    words = ["parallel", place / "copies.csv", place / "official.csv"]
    result = run(*words, *maps(place, "--stations-mapping"), "--out", place / OUT)
    assert (result.exit_code, sentence in result.output) == (1, True)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("number,station\n", "Line 1 of the rulings"),
        ("{head}x,s1,valid,5,Ann,y\n", "Line 2 of the rulings"),
        ("{head}1,s1,valid,many,Ann,y\n", "Line 2 of the rulings"),
        ("{head}1,s1,valid\n", "Line 2 of the rulings"),
        ("{head}1,s1,valid,5,Ann,y,z\n", "Line 2 of the rulings"),
        ("{head}1,s99,valid,5,Ann,y\n", "Line 2: the list of stations has no “s99”"),
        ("{head}1,s1,validity,5,Ann,y\n", "Ruling 1 is about no station or figure"),
    ],
)
def test_a_bad_ruling_is_told_in_one_sentence(place: Path, text: str, sentence: str) -> None:
    """With its line or its number."""
    head = "number,station,figure,value,by,reason\n"
    (place / "rulings.csv").write_text(text.format(head=head), "utf-8")
    words = ["parallel", place / "copies.csv", place / "official.csv"]
    more = ["--rulings", place / "rulings.csv", "--out", place / OUT]
    result = run(*words, *maps(place, "--stations-mapping"), *more)
    assert (result.exit_code, sentence in result.output) == (1, True)


def test_a_ruling_of_what_cannot_be_known_is_read(place: Path) -> None:
    """An empty value says that the figure cannot be known: the station is incomplete."""
    text = "number,station,figure,value,by,reason\n1,s1,option: A,,Ann,illegible\n"
    (place / "rulings.csv").write_text(text, "utf-8")
    words = ["parallel", place / "copies.csv", place / "official.csv"]
    more = ["--rulings", place / "rulings.csv", "--out", place / OUT]
    result = run(*words, *maps(place, "--stations-mapping"), *more)
    assert (result.exit_code, "19 stations counted" in result.output) == (0, True)


def test_what_is_not_there_is_told(place: Path) -> None:
    """Mapping, form, fitting mapping, observer, option and group."""
    copies, official = place / "copies.csv", place / "official.csv"
    out = ["--out", place / OUT]
    assert "There is no mapping x" in run("check", official, "--mapping", "x", *out).output
    assert "No ready mapping fits" in run("check", official, *out).output
    (place / "bad.toml").write_text(STATIONS.replace('"plain"', '"fancy"'), "utf-8")
    bad = run("check", official, "--mapping", place / "bad.toml", *out)
    assert "There is no form fancy. Shipped are: georgia" in bad.output
    both = [*maps(place), *out]
    assert "No report is by “x”" in run("compare", copies, official, *both, "--hold", "x").output
    assert "no option “D”" in run("compare", copies, official, *both, "--option", "D").output
    words = ["parallel", copies, official, *maps(place, "--stations-mapping"), *out]
    assert "not grouped by “region”" in run(*words, "--by", "region").output
    small = ["--mapping", place / "official.toml", "--seed", "x", *out]
    assert "A sample of 1 cannot be drawn" in run("sample", official, "--size", 1, *small).output
    assert run("check", place / "none.csv", *out).exit_code == 2


def test_a_form_may_lie_beside_its_mapping(place: Path) -> None:
    """Whoever observes elsewhere writes a form of their own."""
    own = (DATA / "forms" / "plain.toml").read_text("utf-8").replace('id = "plain"', 'id = "own"')
    (place / "own.toml").write_text(own, "utf-8")
    (place / "official.toml").write_text(STATIONS.replace('"plain"', '"own.toml"'), "utf-8")
    result = run(
        "check", place / "official.csv", "--mapping", place / "official.toml", "--out", place / OUT
    )
    assert (result.exit_code, "0 of 60 sheets" in result.output) == (0, True)
    assert "own.toml" in {one.file for one in report(place / OUT).sources}


def test_a_comparison_without_the_option_on_the_copies_still_bounds(place: Path) -> None:
    """The official leader may stand on no copy; then nothing explains nothing away."""
    path = place / "copies.toml"
    path.write_text(REPORTS.replace('"A" = "A"\n', "").replace('valid = "valid"\n', ""), "utf-8")
    result = run(
        "compare", place / "copies.csv", place / "official.csv", *maps(place), "--out", place / OUT
    )
    assert (result.exit_code, result.exception) == (0, None)
    assert facts(place / OUT)["stations compared"] == 0
    assert facts(place / OUT)["A at covered stations, copies"] is None
