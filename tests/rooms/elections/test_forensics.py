# SPDX-License-Identifier: AGPL-3.0-or-later
"""Official results are tested by a press of a button; everybody reads and repeats the report."""

import hashlib
import io
import json
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from hedgerow.cli.main import main
from hedgerow.kernel.clock import minute_now
from hedgerow.rooms.elections import forensics_data, forensics_desk, forensics_names, forensics_rows
from hedgerow.rooms.elections.models import (
    Contest,
    District,
    ForensicsReport,
    OfficialResult,
    Station,
)
from hedgerow.store import machine as machines
from tests.rooms.elections.coordinator import ADDRESS, cells, facts, whole
from tests.rooms.elections.watched_election import make_statistics
from tests.rooms.members.browsers import Group, Page, Somebody

PAPER = f"/elections/{ADDRESS}/mayor/"
STATISTICS = f"{PAPER}statistics/"
MANY = 250
_MOMENT_S = 0.02


@pytest.fixture
def contest(group: Group) -> Contest:
    """Return a contest with four stations and official figures of each."""
    whole(group)
    return Contest.objects.get()


def press(group: Group) -> Page:
    """Let the coordinator press the button, and the caretaker make the report."""
    ask(group)
    make_statistics()
    return group.keeper.open(f"{group.path}elections/{ADDRESS}/")


def ask(group: Group) -> Page:
    """Let the coordinator press the button."""
    path = f"{group.path}elections/{ADDRESS}/"
    return group.keeper.press(group.keeper.open(path), at=f"{path}contests/mayor/statistics/")


def add_many(contest: Contest) -> None:
    """Add stations in a town whose results a seed draws, and one where remote votes are counted."""
    rng = np.random.default_rng(7)
    district = District.objects.filter(election=contest.election).order_by("id")[0]
    for number in range(MANY):
        is_remote = number == 0
        registered = 30_000 if is_remote else int(rng.integers(900, 2500))
        station = Station.objects.create(
            election=contest.election,
            name=f"Town “{number}”, 1",
            region="North",
            commission=f"N-{number // 50}",
            district=district,
            registered=registered,
            is_remote=is_remote,
        )
        issued = int(rng.binomial(registered, 0.5))
        willow, invalid = int(rng.binomial(issued, 0.5)), int(rng.binomial(issued, 0.01))
        invalid = min(invalid, issued - willow)
        figures = {
            "registered": registered,
            "issued": issued,
            "invalid": invalid,
            "valid": issued - invalid,
            "option: willow": willow,
            "option: elder": issued - invalid - willow,
        }
        OfficialResult.objects.create(contest=contest, station=station, values=figures)


def test_too_few_stations_cannot_be_tested(group: Group, contest: Contest) -> None:
    """The page says so, with the reason; and no word says more than a method can."""
    assert "No statistics yet" in Somebody().open(STATISTICS).text
    assert STATISTICS not in Somebody().open(PAPER).links()
    page = press(group)
    assert page.path == f"{group.path}elections/{ADDRESS}/"
    for path in (PAPER, f"/elections/{ADDRESS}/record/"):
        assert STATISTICS in Somebody().open(path).links()
    for language, said in (("en", "cannot be tested"), ("ru", "проверить нельзя")):
        page = Somebody(language).open(STATISTICS)
        assert page.status == 200
        outcomes = {row[0]: row[2] for row in cells(page) if len(row) == 7}
        assert said in outcomes.values()
        assert "proof" not in page.html.lower()
    assert contest.pk == ForensicsReport.objects.get().contest_id
    assert "fewer than" in Somebody().open(STATISTICS).text


def test_the_page_says_what_the_files_say(group: Group, contest: Contest) -> None:
    """Each test with its size, uncertainty and chance; what is no evidence stands apart."""
    add_many(contest)
    press(group)
    page = Somebody().open(STATISTICS)
    numbers = json.loads(Somebody().open(f"{STATISTICS}report.json").body)
    (tested,) = numbers["elections"]
    assert tested["stations"] == MANY + 4
    assert tested["remote_stations"] == 1
    assert facts(page)["Stations tested"] == f"{MANY + 4}"
    assert facts(page)["Of them count remote votes"] == "1"
    assert facts(page)["SHA-256 of the data"] == tested["sha256"]
    rows = [row for row in cells(page) if len(row) == 7]
    assert len(rows) == len(tested["findings"])
    kept = {one["method"]: one for one in numbers["methods"]}
    last = [one for one in tested["findings"] if not kept[one["method"]]["is_evidence"]]
    assert [row[0] for row in rows[-len(last) :]] == ["Second digits (Benford)"] * len(last)
    assert {"finding", "no finding", "described", "cannot be tested"} >= {row[2] for row in rows}
    assert page.text.count("What else explains") == 0
    assert all(one["explanations"][0] in page.text for one in numbers["methods"])
    assert len(page.html) < 60_000


def test_anybody_makes_the_same_report(group: Group, contest: Contest, tmp_path: Path) -> None:
    """The command on the page, with the two files on it, writes the same bytes."""
    add_many(contest)
    press(group)
    page = Somebody().open(STATISTICS)
    command = "./hedgerow forensics data.csv --mapping mapping.toml --rkd North --slow --seed 1"
    assert f"{command} --out REPORT" in page.text
    assert {"Coarse shares of a region", "Fingerprint and model of votes added"} <= {
        row[0] for row in cells(page)
    }
    for name in (forensics_names.DATA, forensics_names.MAPPING):
        (tmp_path / name).write_bytes(Somebody().open(f"{STATISTICS}{name}").body)
    files = (tmp_path / forensics_names.DATA, tmp_path / forensics_names.MAPPING)
    arguments = ["forensics", str(files[0]), "--mapping", str(files[1]), "--rkd", "North"]
    arguments += ["--slow", "--seed", "1"]
    done = CliRunner().invoke(main, [*arguments, "--out", str(tmp_path / "REPORT")])
    assert done.exit_code == 0, done.output
    for name in (forensics_names.PAGE, forensics_names.JSON, forensics_names.TABLE):
        served = Somebody().open(f"{STATISTICS}{name}")
        assert served.body == (tmp_path / "REPORT" / name).read_bytes()
        assert served.response["Content-Type"] == "application/octet-stream"
        assert served.response["Content-Disposition"].startswith("attachment")
        assert hashlib.sha256(served.body).hexdigest() in page.text
    assert Somebody().open(f"{STATISTICS}report.zip").status == 404


@pytest.mark.usefixtures("contest")
def test_stations_that_cannot_be_tested_are_told(group: Group) -> None:
    """One without valid ballots, one with more votes than ballots; both are left out, not lost."""
    one, other = OfficialResult.objects.order_by("id")[:2]
    del one.values["valid"]
    one.save()
    other.values |= {"option: willow": 5000}
    other.save()
    press(group)
    page = Somebody().open(STATISTICS)
    assert facts(page)["Stations tested"] == "2"
    assert facts(page)["Left out: a figure lacks, or more votes than ballots"] == "2"
    assert facts(page)["Whose votes are tested"] == "Elder"


def test_lines_that_a_sheet_lacks_are_left_out_of_the_mapping(
    group: Group, contest: Contest
) -> None:
    """Without ballots issued those found stand for them; without voters the list's do."""
    for row in OfficialResult.objects.all():
        row.values = {k: v for k, v in row.values.items() if k not in {"issued", "registered"}}
        row.save()
    tested = forensics_data.tested_of(contest)
    assert b"issued" not in tested.mapping
    assert tested.data.splitlines()[1].startswith(b"Oak 1,North,N-1,Old town,false,1000,600,10,")
    press(group)
    assert facts(Somebody().open(STATISTICS))["Stations tested"] == "4"
    District.objects.update(title="Town")
    tested = forensics_data.tested_of(contest)
    assert tested.data.splitlines()[1].startswith(b"Oak 1,North,N-1,d1,")


def test_options_of_one_title_keep_their_keys(contest: Contest) -> None:
    """So that the mapping says which is which; quotation marks come through."""
    contest.options = [{"key": key, "titles": {"en": 'A “B" \\ C'}} for key in ("willow", "elder")]
    assert b'"willow" = "option: willow"' in forensics_data.tested_of(contest).mapping
    contest.options[0]["titles"] = {"en": 'D "E" \\'}
    mapping = forensics_data.tested_of(contest).mapping.decode()
    assert '"D \\"E\\" \\\\" = "option: willow"' in mapping


def test_what_cannot_be_made_is_said(group: Group, contest: Contest) -> None:
    """Nothing whole to test, or columns that were swapped; the earlier report stays."""
    press(group)
    kept = ForensicsReport.objects.get().digest
    for row in OfficialResult.objects.all():
        row.values |= {"issued": row.values["registered"] + 1}
        row.save()
    page = press(group)
    assert "seem to be swapped" in page.text
    OfficialResult.objects.update(values={"registered": 5})
    page = press(group)
    assert "No station has all official figures" in page.text
    assert ForensicsReport.objects.get().digest == kept
    assert contest.pk


def test_it_is_made_beside_everything_else(
    group: Group, contest: Contest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pages say that it is being made and come anew; a process of its own makes it."""
    page = ask(group)
    assert page.response["Refresh"] == "15"
    assert "are being made" in page.text
    assert "being made just now" in Somebody().open(STATISTICS).text
    forensics_desk.forget()
    started: list[forensics_desk.Answering] = []

    def start(question: bytes) -> forensics_desk.Answering:
        started.append(forensics_desk.start_process(question))
        return started[-1]

    while not ForensicsReport.objects.exists():
        forensics_desk.tick(start=start)
        time.sleep(_MOMENT_S)
    assert len(started) == 1
    made = "The last one was made in the hour that began: "
    page = group.keeper.open(f"{group.path}elections/{ADDRESS}/")
    assert made in page.text
    assert "Refresh" not in page.response
    assert "Made in the hour that began:" in Somebody().open(STATISTICS).text
    monkeypatch.setattr(forensics_desk, "_MODULE", "hedgerow.nowhere")
    ask(group)
    while forensics_desk.state_of(contest) is True:
        forensics_desk.tick()
        time.sleep(_MOMENT_S)
    page = group.keeper.open(f"{group.path}elections/{ADDRESS}/")
    assert "The statistics could not be made." in page.text
    assert made in page.text


def test_an_older_report_says_so(group: Group, contest: Contest) -> None:
    """Once an official figure changes; a new report is about the new figures."""
    press(group)
    said = "have changed since this report was made"
    assert said not in Somebody().open(STATISTICS).text
    station = Station.objects.create(election=contest.election, name="Oak 5", registered=100)
    values = dict(OfficialResult.objects.order_by("id")[0].values)
    OfficialResult.objects.create(contest=contest, station=station, values=values)
    assert said in Somebody().open(STATISTICS).text
    press(group)
    assert said not in Somebody().open(STATISTICS).text


def test_the_archive_repeats_and_dates_nothing(group: Group, contest: Contest) -> None:
    """The same official results make the same bytes; the day alone is kept."""
    press(group)
    first = ForensicsReport.objects.get()
    press(group)
    again = ForensicsReport.objects.get()
    assert bytes(first.archive) == bytes(again.archive)
    with zipfile.ZipFile(io.BytesIO(bytes(first.archive))) as archive:
        assert archive.namelist() == list(forensics_names.FILES)
        assert {one.date_time[0] for one in archive.infolist()} == {1980}
    assert first.hour == minute_now(machines.machine().clock) // 60
    assert contest.pk == first.contest_id


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0, "0"),
        (0.25, "0.250"),
        (12.345, "12.3"),
        (-3, "−3"),
        (0.00012, "1.2e−04"),
        (1e6, "1,000,000"),
    ],
)
def test_figures_are_short(value: float, said: str) -> None:
    """So many figures as count."""
    assert forensics_rows.figure(value) == said
