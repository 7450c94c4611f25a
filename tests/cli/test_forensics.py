# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check the command from a file to its report, and how it refuses bad files."""

import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from hedgerow.cli.election_files import READY, fitting_mapping
from hedgerow.cli.forensics import METHODS
from hedgerow.cli.forensics_pdf import painted
from hedgerow.cli.main import main
from hedgerow.engines.forensics.analysis import COMPARING, MAPPED, MARKED, QUICK, SLOW
from hedgerow.engines.forensics.report import from_json
from hedgerow.engines.forensics.stations import Stations

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests" / "data" / "elections"
SMALL = """
title = "A small vote"
[columns]
station = "number"
registered = "N"
found = "R"
[options]
"Yes" = "yes"
"No" = "no"
"""


def run(*words: str | Path) -> Result:
    """Call the command."""
    return CliRunner().invoke(main, ["forensics", *map(str, words)])


@pytest.fixture(name="cut")
def cut_of_2021(tmp_path: Path) -> Path:
    """Return 500 rows of 2021 under the whole file's name."""
    path = tmp_path / "2021.csv.zip"
    shutil.copy(TESTS / "cut-2021.csv.zip", path)
    return path


def small(folder: Path, text: str) -> tuple[Path, Path]:
    """Write a small file and its mapping."""
    (folder / "small.csv").write_text(text, "utf-8")
    (folder / "small.toml").write_text(SMALL, "utf-8")
    return folder / "small.csv", folder / "small.toml"


def test_a_file_becomes_the_same_report_twice(cut: Path, tmp_path: Path) -> None:
    """The mapping is found by the columns; every byte of all four files repeats."""
    for name in ("one", "two"):
        result = run(cut, "--out", tmp_path / name, "--pdf")
        assert (result.exit_code, result.exception) == (0, None)
        assert "findings in 1 elections" in result.output
    names = ["findings.csv", "report.html", "report.json", "report.pdf"]
    assert sorted(one.name for one in (tmp_path / "one").iterdir()) == names
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    report = from_json((tmp_path / "one" / "report.json").read_bytes())
    (election,) = report.elections
    assert (election.mapping, election.stations, election.options) == (
        "ru-2021",
        500,
        ("ЕДИНАЯ РОССИЯ",),
    )
    assert report.command == "./hedgerow forensics 2021.csv.zip --seed 1 --out REPORT"
    assert (tmp_path / "one" / "report.pdf").read_bytes().startswith(b"%PDF-")
    assert str(tmp_path) not in (tmp_path / "one" / "report.html").read_text("utf-8")


def test_options_methods_and_seed_are_taken(cut: Path, tmp_path: Path) -> None:
    """What was asked for, and nothing else, stands in the report and its command."""
    words = ("--option", "ЯБЛОКО", "--method", "last digits", "--seed", "7", "--slow")
    assert run(cut, "--mapping", "ru-2021", *words, "--out", tmp_path / "out").exit_code == 0
    report = from_json((tmp_path / "out" / "report.json").read_bytes())
    assert {one.method for one in report.elections[0].findings} == {"last digits"}
    assert report.elections[0].options == ("ЯБЛОКО",)
    assert not any(one.method == "rkd" for one in report.elections[0].findings)
    assert "--mapping ru-2021 --option 'ЯБЛОКО' --method 'last digits' --slow" in report.command


def test_a_region_is_looked_at_by_its_name(cut: Path, tmp_path: Path) -> None:
    """A region of too few stations, or that is not there, cannot be tested."""
    words = ("--rkd", "город Москва", "--rkd", "Atlantis", "--method", "integer")
    assert run(cut, *words, "--out", tmp_path / "out").exit_code == 0
    report = from_json((tmp_path / "out" / "report.json").read_bytes())
    found = [one for one in report.elections[0].findings if one.method == "rkd"]
    assert [one.outcome for one in found] == ["cannot be tested"] * 2
    assert "--rkd Atlantis" in report.command


def test_an_earlier_election_lies_beside_one(cut: Path, tmp_path: Path) -> None:
    """Its methods are added; its hash and mapping stand in the report, its name in the command."""
    words = ("--earlier", cut, "--earlier-mapping", "ru-2021", "--pdf")
    assert run(cut, *words, "--out", tmp_path / "out").exit_code == 0
    report = from_json((tmp_path / "out" / "report.json").read_bytes())
    (one,) = report.elections
    assert one.earlier is not None
    assert (one.earlier.file, one.earlier.sha256) == ("2021.csv.zip", one.sha256)
    assert {"swaps", "transition"} <= {found.method for found in one.findings}
    assert "--earlier 2021.csv.zip --earlier-mapping ru-2021 --seed 1" in report.command
    refused = run(tmp_path, "--earlier", cut, "--out", tmp_path / "no")
    assert refused.exit_code == 2
    assert "name one file, not a folder" in refused.output


def test_marked_scanners_are_tested(tmp_path: Path) -> None:
    """Where the mapping names a column for them; two commissions are too few."""
    text = "number,N,R,yes,no,scanner\n1,100,50,30,20,true\n2,100,60,30,30,false\n"
    file, mapping = small(tmp_path, text)
    mapping.write_text(SMALL + '[flags]\nscanner_column = "scanner"\n', "utf-8")
    assert run(file, "--mapping", mapping, "--out", tmp_path / "out").exit_code == 0
    report = from_json((tmp_path / "out" / "report.json").read_bytes())
    (found,) = [one for one in report.elections[0].findings if one.method == "scanners"]
    assert found.outcome == "cannot be tested"


def test_stations_on_a_map_are_tested(tmp_path: Path) -> None:
    """Where the mapping names columns of degrees; two stations are too few."""
    text = "number,N,R,yes,no,lat,lon\n1,100,50,30,20,55.7,37.6\n2,100,60,30,30,,\n"
    file, mapping = small(tmp_path, text)
    named = 'latitude = "lat"\nlongitude = "lon"\n[options]'
    mapping.write_text(SMALL.replace("[options]", named), "utf-8")
    assert run(file, "--mapping", mapping, "--out", tmp_path / "out").exit_code == 0
    report = from_json((tmp_path / "out" / "report.json").read_bytes())
    found = [one for one in report.elections[0].findings if one.method == "neighbours"]
    assert [one.outcome for one in found] == ["cannot be tested"] * 2
    assert found[0].units == 1


@pytest.mark.parametrize(
    ("language", "said"), [("ru", "Статистика выборов"), ("uk", "Статистика виборів")]
)
def test_a_report_is_read_in_other_languages(
    cut: Path, tmp_path: Path, language: str, said: str
) -> None:
    """The page and the PDF are in the language; what machines read is the same in each."""
    words = (cut, "--method", "outliers", "--pdf", "--out")
    assert run(*words, tmp_path / "en").exit_code == 0
    assert run(*words, tmp_path / language, "--language", language).exit_code == 0
    page = (tmp_path / language / "report.html").read_text("utf-8")
    assert f"<h1>{said}</h1>" in page
    assert f'lang="{language}"' in page
    for name in ("report.json", "findings.csv"):
        assert (tmp_path / language / name).read_bytes() == (tmp_path / "en" / name).read_bytes()
    pdfs = [(tmp_path / one / "report.pdf").read_bytes() for one in ("en", language)]
    assert pdfs[0] != pdfs[1]


def test_a_folder_is_one_report(tmp_path: Path) -> None:
    """All tables of a folder go into one report; what fits no mapping is named."""
    folder = tmp_path / "many"
    folder.mkdir()
    for year in ("2018", "2020"):
        shutil.copy(TESTS / f"cut-{year}.csv.zip", folder / f"{year}.csv.zip")
    (folder / "README.md").write_text("Nothing.", "utf-8")
    (folder / "other.csv").write_text("a,b\n1,2\n", "utf-8")
    result = run(folder, "--out", tmp_path / "out", "--method", "integer")
    assert result.exit_code == 0
    assert "Left out: No ready mapping fits the columns of other.csv" in result.output
    report = from_json((tmp_path / "out" / "report.json").read_bytes())
    assert [one.file for one in report.elections] == ["2018.csv.zip", "2020.csv.zip"]
    assert [one.clean_bin for one in report.elections] == [None, 40]


def test_an_own_mapping_reads_an_own_file(tmp_path: Path) -> None:
    """A mapping file is named by its path; too few stations cannot be tested."""
    file, mapping = small(tmp_path, "number,N,R,yes,no\n1,100,50,30,20\n2,100,60,30,30\n")
    result = run(file, "--mapping", mapping, "--out", tmp_path / "out")
    assert (result.exit_code, result.output.split(":")[0]) == (0, "0 findings in 1 elections")
    report = from_json((tmp_path / "out" / "report.json").read_bytes())
    assert report.elections[0].title == "A small vote"
    assert {one.outcome for one in report.elections[0].findings} == {"cannot be tested"}


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ("1,1О0,50,30,20", "Line 2, column “N”: “1О0” (letter: CYRILLIC CAPITAL LETTER O)"),
        ("1,100,50,-30,20", "Line 2, column “option Yes”: -30 is below zero"),
        ("1,100,50,30,20\n1,100,50,30,20", "Line 3: the station “1” stands there a second"),
        ("1,50,100,30,20", "Line 2: issued is larger than registered, as in 1 rows"),
        ("1,100,50,60,20", "Line 2, column “Yes”: more votes than ballots were found"),
        ("1,100,50,30,20,9", "Line 2 has 6 fields; expected are 5"),
    ],
)
def test_a_bad_row_is_told_in_one_sentence(tmp_path: Path, rows: str, sentence: str) -> None:
    """Line, column and what was expected; status 1, and no report."""
    file, mapping = small(tmp_path, f"number,N,R,yes,no\n{rows}\n")
    result = run(file, "--mapping", mapping, "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert f"Error: {sentence}" in result.output
    assert not (tmp_path / "out").exists()


def test_a_torn_zip_is_told_in_one_sentence(cut: Path, tmp_path: Path) -> None:
    """With or without a mapping."""
    cut.write_bytes(cut.read_bytes()[:9000])
    for words in ((), ("--mapping", "ru-2021")):
        result = run(cut, *words, "--out", tmp_path / "out")
        assert (result.exit_code, "2021.csv.zip is torn" in result.output) == (1, True)


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    """No such mapping, none that fits, no tables at all, or none that fits in a folder."""
    file, _ = small(tmp_path, "number,N,R,yes,no\n1,100,50,30,20\n")
    empty = tmp_path / "empty"
    empty.mkdir()
    out = ("--out", tmp_path / "out")
    missing = run(tmp_path / "none.csv", *out)
    assert (missing.exit_code, "There is no" in missing.output) == (2, True)
    assert "There is no mapping ru-1917" in run(file, "--mapping", "ru-1917", *out).output
    assert "No ready mapping fits" in run(file, *out).output
    assert "There is no table in" in run(empty, *out).output
    assert "There is no table in" in run(tmp_path, *out).output
    assert (
        "There is no option “D”"
        in run(file, "--mapping", tmp_path / "small.toml", "--option", "D", *out).output
    )


def test_every_ready_mapping_is_found_by_its_file() -> None:
    """Shipped files and cuts of whole ones lead to the mapping of their year."""
    shipped = sorted(READY.parent.glob("*.parquet"))
    assert len(shipped) == 10
    for path in shipped:
        assert fitting_mapping(path.read_bytes(), name=path.name).name == f"shipped-{path.stem}"
    for path in sorted(TESTS.glob("cut-*.zip")):
        year = path.name[4:8]
        assert fitting_mapping(path.read_bytes(), name=f"{year}.csv.zip").name == f"ru-{year}"


def test_the_command_offers_every_method() -> None:
    """Its choices are those of the engine, which it does not import to say so."""
    assert list(METHODS) == [*QUICK, *SLOW, *COMPARING, *MARKED, *MAPPED]


def test_pictures_alone_have_their_colours() -> None:
    """Every class of a picture is painted for the PDF."""
    assert "class=" not in painted('<svg x=""><path class="axis"/><g class="heat"></g></svg>')


def blocks_of_the_guide() -> dict[str, str]:
    """Return the guide's example of each language by the name of the language."""
    text = (ROOT / "docs" / "guide-analyst.md").read_text("utf-8")
    return dict(re.findall(r"```(\w+)\n(.*?)```", text, re.DOTALL))


def test_the_guide_goes_from_its_table_to_a_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Table, mapping, command and notebook of the guide work as they stand there."""
    blocks = blocks_of_the_guide()
    (tmp_path / "results.csv").write_text(blocks["csv"], "utf-8")
    (tmp_path / "results.toml").write_text(blocks["toml"], "utf-8")
    monkeypatch.chdir(tmp_path)
    result = run("results.csv", "--mapping", "results.toml", "--out", "report")
    assert (result.exit_code, result.output.split(":")[0]) == (0, "0 findings in 1 elections")
    exec(compile(blocks["python"], "guide", "exec"), {})  # noqa: S102 -- the guide's own lines
    assert "('integer', 'cannot be tested')" in capsys.readouterr().out


def test_columns_of_pandas_are_taken_where_pandas_is() -> None:
    """A column is anything that numpy reads; a stand-in has what a pandas column has."""

    class Column:
        def __init__(self, values: list[int]) -> None:
            self.values = values

        def __array__(self, dtype: object = None, copy: object = None) -> np.ndarray:
            return np.asarray(self.values)

    stations = Stations.from_columns(
        {"registered": Column([9, 8]), "found": Column([5, 4])}, options={"A": Column([1, 2])}
    )
    assert stations.votes("A").tolist() == [1, 2]
