# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check the command from sheets to reports."""

import re
import shlex
from pathlib import Path

import click
import numpy as np
import pytest

from hedgerow.cli.count import count
from hedgerow.cli.count_files import DATA, fitting_map
from tests.cli.counting import (
    HEAD,
    OUT,
    SIZE,
    example,
    facts,
    maps,
    report,
    rows,
    run,
    write,
)
from tests.engines.tally.sheets import made_up

TESTS = Path(__file__).parents[1] / "data" / "elections"


@pytest.fixture(name="place")
def place_of_the_example(tmp_path: Path) -> Path:
    """Return a folder with copies, official sheets and their mappings."""
    return example(tmp_path)


def test_copies_are_compared_with_official_figures(place: Path) -> None:
    """Four altered protocols, two hundred votes; bounds and coverage stand beside."""
    out = place / OUT
    result = run(
        "compare", place / "copies.csv", place / "official.csv", *maps(place), "--out", out
    )
    assert (result.exit_code, result.exception) == (0, None)
    assert "Stations that differ: 4." in result.output
    assert facts(out)["stations compared"] == 20
    figures = {one["figure"]: one for one in rows(out, "figures")}
    assert (figures["option: A"]["net"], figures["option: B"]["net"]) == ("200", "-200")
    assert len(rows(out, "differences")) == 8
    bounds = [one for one in rows(out, "bounds") if one["option"] == "A"]
    spans = [float(one["% at most"]) - float(one["% at least"]) for one in bounds]
    assert spans == sorted(spans)
    assert spans[0] == 0
    assert {one["town"] for one in rows(out, "coverage-by-town")} == {"town 0", "town 1", "town 2"}
    assert [one.role for one in report(out).sources] == [
        "official",
        "mapping of official",
        "form",
        "reports",
        "mapping of reports",
    ]
    other = run(
        "compare",
        place / "copies.csv",
        place / "official.csv",
        *maps(place),
        "--option",
        "B",
        "--out",
        out,
    )
    assert other.exit_code == 0
    assert "B in all, official" in facts(out)


def test_every_byte_repeats_and_the_command_makes_it_again(place: Path) -> None:
    """The report names the command without folders; run in one folder, it does the same."""
    words = ["--hold", "observer 3", "--option", "C"]
    for name in ("one", "two"):
        result = run(
            "compare",
            place / "copies.csv",
            place / "official.csv",
            *maps(place),
            *words,
            "--out",
            place / name,
        )
        assert result.exit_code == 0
    names = sorted(one.name for one in (place / "one").iterdir())
    assert {"report.html", "report.json", "figures.csv", "bounds.csv"} <= set(names)
    for name in names:
        assert (place / "one" / name).read_bytes() == (place / "two" / name).read_bytes()
    assert report(place / "one").command == (
        "./hedgerow count compare copies.csv official.csv --mapping copies.toml"
        " --official-mapping official.toml --option C --hold 'observer 3' --out REPORT"
    )
    assert str(place) not in (place / "one" / "report.html").read_text("utf-8")


def test_reports_are_counted_beside_the_list(place: Path) -> None:
    """Coverage by town, a conflict ruled, an observer held back."""
    with (place / "copies.csv").open("a", encoding="utf-8") as file:
        file.write("s5,,,,7,,,,another,0,1300\ns6,,,,7,,,,another,0,1300\n")
    valid = int(made_up(SIZE)[5, 3])
    ruling = [[1, "s5", "valid", valid, "Ann", "photograph"], [2, "s7", "counts", 1, "Ann", "x"]]
    head = ["number", "station", "figure", "value", "by", "reason"]
    rulings = write(place / "rulings.csv", head, ruling)
    out = place / OUT
    result = run(
        "parallel",
        place / "copies.csv",
        place / "official.csv",
        *maps(place, "--stations-mapping"),
        "--by",
        "town",
        "--rulings",
        rulings,
        "--hold",
        "observer 8",
        "--out",
        out,
    )
    assert (result.exit_code, result.exception) == (0, None)
    assert "18 stations counted" in result.output
    assert {one["station"]: one["ruled"] for one in rows(out, "conflicts")} == {
        "s5": "True",
        "s6": "False",
    }
    assert [one["figure"] for one in rows(out, "rulings")] == ["valid", "counts"]
    assert sum(int(one["held back"]) for one in rows(out, "standing")) == 1
    assert "no sample" in report(out).limits[0]


DESIGN = ("--size", 40, "--by", "town", "--seed", "4/8/15")


def test_a_sample_is_drawn_again_from_its_seed(place: Path) -> None:
    """Forty stations by town, listed with their strata; the seed stands in the report."""
    words = ["sample", place / "official.csv", "--mapping", place / "official.toml", *DESIGN]
    for name in ("one", "two"):
        drawn = run(*words, "--out", place / name)
        assert (drawn.exit_code, "40 stations drawn" in drawn.output) == (0, True)
    assert len({one["station"] for one in rows(place / "one", "sample")}) == 40
    assert rows(place / "one", "sample") == rows(place / "two", "sample")
    assert report(place / "one").seed == "4/8/15"
    assert "--seed 4/8/15" in report(place / "one").command


def test_a_sample_is_drawn_before_there_are_any_votes(tmp_path: Path) -> None:
    """A list of stations with their voters is enough; nothing else can be done with it."""
    path = write(tmp_path / "stations.csv", ["n", "N"], [[at, 100 + at] for at in range(30)])
    text = 'title = "List"\nform = "plain"\nstation = "n"\n[lines]\nregistered = "N"\n'
    (tmp_path / "list.toml").write_text(text, "utf-8")
    words = [path, "--mapping", tmp_path / "list.toml", "--out", tmp_path / OUT]
    drawn = run("sample", *words, "--size", 5, "--seed", "x")
    assert (drawn.exit_code, len(rows(tmp_path / OUT, "sample"))) == (0, 5)
    compared = run("remote", *words)
    assert (compared.exit_code, "has no options" in compared.output) == (1, True)


def test_a_sample_is_estimated_from(place: Path) -> None:
    """All reports of the sample in: the truth lies near, and the night is drawn."""
    values = made_up(SIZE)
    copies = [[f"s{at}", *row, f"o{at}", 0, 1200 + at] for at, row in enumerate(values.tolist())]
    write(place / "copies.csv", [HEAD[0], *HEAD[2:], "who", "version", "minute"], copies)
    words = ["quick", place / "copies.csv", place / "official.csv"]
    words = [*words, *maps(place, "--stations-mapping"), *DESIGN]
    result = run(*words, "--step", 20, "--out", place / OUT)
    assert (result.exit_code, result.exception) == (0, None)
    estimates = {one["figure"]: one for one in rows(place / OUT, "estimates")}
    assert set(estimates) == {"A", "B", "C", "turnout"}
    truth = 100 * values[:, 4].sum() / values[:, 2:4].sum()
    margin = float(estimates["A"]["± points"])
    assert abs(float(estimates["A"]["%"]) - truth) < 2 * margin
    assert int(rows(place / OUT, "convergence")[-1]["stations"]) == 40
    assert "<svg" in (place / OUT / "report.html").read_text("utf-8")
    assert run(*words, "--option", "B", "--out", place / "b").exit_code == 0
    assert {row["figure"] for row in rows(place / "b", "estimates")} == {"B", "turnout"}
    assert not (place / "b" / "convergence.csv").exists()


def test_two_stages_are_drawn_from_a_shipped_election(tmp_path: Path) -> None:
    """Commissions within regions, stations within commissions; the mapping is found."""
    result = run(
        "sample",
        DATA / "elections" / "2018.parquet",
        "--size",
        200,
        "--by",
        "region",
        "--clusters",
        "commission",
        "--within",
        3,
        "--seed",
        "x",
        "--out",
        tmp_path,
    )
    assert (result.exit_code, result.exception) == (0, None)
    commissions = {one["commission"] for one in rows(tmp_path, "sample")}
    assert len(commissions) == 200
    assert facts(tmp_path)["design"] == "stratified, two stages"


def test_remote_votes_turn_ten_districts_of_moscow(tmp_path: Path) -> None:
    """The shipped sheets of Moscow, their mapping found by the columns."""
    path = DATA / "sheets" / "moscow-2021.parquet"
    result = run("remote", path, "--out", tmp_path)
    assert (result.exit_code, result.exception) == (0, None)
    assert "15 districts" in result.output
    assert facts(tmp_path)["districts in which another leads without remote votes"] == 10
    named = run("remote", path, "--option", "ЯБЛОКО", "--seed", 2, "--out", tmp_path)
    assert named.exit_code == 0
    assert report(tmp_path).command.endswith("--option 'ЯБЛОКО' --seed 2 --out REPORT")


def test_sheets_of_a_cut_are_checked(tmp_path: Path) -> None:
    """500 sheets of 2021 by the mapping of whole files; none breaks a hard relation."""
    result = run("check", TESTS / "cut-2021.csv.zip", "--mapping", "ru-2021", "--out", tmp_path)
    assert (result.exit_code, result.exception) == (0, None)
    assert "0 of 500 sheets break a hard relation" in result.output
    assert facts(tmp_path)["sheets"] == 500


def test_announced_shares_are_checked(tmp_path: Path) -> None:
    """The example of 2024: two independent coincidences; the command repeats it."""
    words = [
        "announced",
        "--total",
        10_058_774,
        "--share",
        "M",
        5_150_092,
        "51.2",
        "--share",
        "G",
        4_445_978,
        "44.2",
        "--share",
        "others",
        462_704,
        "4.6",
    ]
    result = run(*words, "--out", tmp_path)
    assert (result.exit_code, "2 independent coincidences" in result.output) == (0, True)
    assert report(tmp_path).command == " ".join(
        ["./hedgerow", "count", *map(str, words), "--out REPORT"]
    )


def test_every_ready_mapping_is_found_by_its_file() -> None:
    """Shipped tables and cuts of whole files lead to the mapping of their year."""
    for path in sorted((DATA / "elections").glob("*.parquet")):
        assert fitting_map(path.read_bytes(), name=path.name).stem == f"shipped-{path.stem}"
    for path in sorted(TESTS.glob("cut-*.zip")):
        year = path.name[4:8]
        assert fitting_map(path.read_bytes(), name=f"{year}.csv.zip").stem == f"ru-{year}"
    moscow = DATA / "sheets" / "moscow-2021.parquet"
    assert fitting_map(moscow.read_bytes(), name=moscow.name).stem == "moscow-2021"


def test_made_up_sheets_add_up() -> None:
    """What the tests are built on: A leads and every option has votes."""
    votes = made_up(SIZE)[:, 4:].sum(axis=0)
    assert votes.argmax() == 0
    assert np.all(votes > 0)


ROOT = Path(__file__).parents[2]


def blocks_of_the_guide() -> dict[str, list[str]]:
    """Return the guide's examples by their language."""
    text = (ROOT / "docs" / "guide-count.md").read_text("utf-8")
    found: dict[str, list[str]] = {}
    for language, block in re.findall(r"```(\w+)\n(.*?)```", text, re.DOTALL):
        found.setdefault(language, []).append(block)
    return found


def test_the_guide_goes_from_copies_to_a_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Tables, mappings, rulings, command and notebook of the guide work as they stand there."""
    blocks = blocks_of_the_guide()
    names = ("copies.csv", "official.csv", "rulings.csv", "copies.toml", "official.toml")
    for name, block in zip(names, [*blocks["csv"], *blocks["toml"]], strict=True):
        (tmp_path / name).write_text(block, "utf-8")
    monkeypatch.chdir(tmp_path)
    words = ["compare", "copies.csv", "official.csv", *maps(Path(), "--official-mapping")]
    assert "Stations that differ: 1." in run(*words, "--out", "report").output
    assert facts(Path("report"))["stations compared"] == 3
    (broken,) = rows(Path("report"), "broken")
    assert (broken["station"], broken["left less right"]) == ("South, 4", "-20")
    nets = {one["figure"]: one["net"] for one in rows(Path("report"), "figures")}
    assert (nets["option: Ivanova"], nets["option: Petrov"]) == ("-12", "12")
    assert run(*words, "--rulings", "rulings.csv", "--out", "report").exit_code == 0
    assert facts(Path("report"))["stations compared"] == 4
    exec(compile(blocks["python"][0], "guide", "exec"), {})  # noqa: S102 -- the guide's own lines
    assert capsys.readouterr().out.startswith("0.4")


@pytest.mark.parametrize("name", sorted(count.commands))
def test_every_example_of_a_part_is_taken(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the help of each part shows can be typed as it stands, given its files."""
    command = count.commands[name]
    (line,) = re.findall(r"\./hedgerow count (?:.*\\\n)*.*", command.help or "")
    _, _, called, *words = shlex.split(line.replace("\\\n", " "))
    monkeypatch.chdir(tmp_path)
    for word in words:
        if Path(word).suffix in {".csv", ".parquet"}:
            Path(word).parent.mkdir(parents=True, exist_ok=True)
            Path(word).write_text("", "utf-8")
    assert called == name
    with click.Context(count, info_name="count") as above:
        command.make_context(name, words, parent=above)
