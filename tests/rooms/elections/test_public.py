# SPDX-License-Identifier: AGPL-3.0-or-later
"""What everybody sees: the count with its limits, stations, comparisons, files."""

import csv
import gzip
import hashlib
import io
import json
import re

import numpy as np
import polars as pl
import pytest

from hedgerow.engines.forensics.mapping import parse_mapping
from hedgerow.engines.forensics.reading import read_stations
from hedgerow.engines.tally.layout import MISSING
from hedgerow.rooms.elections import evidence, public_count
from hedgerow.rooms.elections.files import MAPPING, files_of
from hedgerow.rooms.elections.models import Contest, Count, Election, OfficialResult, Station
from hedgerow.rooms.elections.tiles import Tile, shade, tile_grid
from hedgerow.store import machine as machines
from tests.rooms.elections.coordinator import ADDRESS, cells, count, facts, release, whole
from tests.rooms.members.browsers import Group, Page, Somebody

SHOWN = f"/elections/{ADDRESS}/"
PAPER = f"{SHOWN}mayor/"
MOST_BYTES = 30 * 1024


@pytest.fixture
def contest(group: Group) -> Contest:
    """Return a contest with four stations and official figures of each."""
    whole(group, rules=["hard"])
    return Contest.objects.get()


def _released(contest: Contest) -> None:
    """Make three sheets public: one like the official one, two that differ."""
    release(contest, "Oak 1", [1000, 600, 10, 590, 300, 290])
    release(contest, "Oak 2", [1200, 700, 10, 690, 400, 290])
    release(contest, "Oak 3", [900, 500, 10, 490, 240, 250], by="hand")


def _open(path: str, language: str = "en") -> Page:
    """Let a stranger open a page that must come."""
    page = Somebody(language).open(path)
    assert page.status == 200, page.text
    return page


@pytest.mark.usefixtures("contest")
def test_the_page_of_an_election_leads_on() -> None:
    """To its ballot papers, its stations and its record; and says how sheets become public."""
    page = _open(SHOWN)
    assert {PAPER, f"{SHOWN}stations/", f"{SHOWN}record/"} <= set(page.links())
    assert "Willow, Elder" in page.text
    assert "every relation that must hold on a true sheet holds" in page.text
    assert "19 September 2027" in page.text or "Sept" in page.text
    assert "Observers are reporting." not in page.text
    Election.objects.update(is_taking=True, rules=[])
    page = _open(SHOWN)
    assert "Observers are reporting." in page.text
    assert "a person at the headquarters has looked at it" in page.text


@pytest.mark.usefixtures("contest")
def test_there_is_no_count_at_first() -> None:
    """The page says what will be there, and where official figures are compared."""
    page = _open(PAPER)
    assert "No count yet" in page.text
    assert f"{PAPER}comparison/" in page.links()
    assert "Nothing to compare yet" in _open(f"{PAPER}comparison/").text
    assert "Nothing to compare" in _open(f"{PAPER}remote/").text


def test_a_count_says_what_it_covers_and_what_it_cannot(contest: Contest) -> None:
    """Votes and shares, least and most, voters covered, parts, and no word of certainty."""
    _released(contest)
    count(contest)
    page = _open(PAPER)
    assert "Counted are 3 of 4 stations" in page.text
    assert "with 79.5 % of all voters" in page.text
    assert "It is no forecast" in page.text
    assert "can still change who has most votes" in page.text
    willow = next(row for row in cells(page) if row[0] == "Willow")
    assert willow[1:] == [
        "940",
        "52.2 %",
        "36.2 %",
        "66.9 %",
    ]
    assert "Ballots on these sheets: 1,800, of them invalid: 30." in page.text
    assert page.html.count('<svg class="tiles"') == 2
    north = next(row for row in cells(page) if row[0] == "North")
    assert north[1] == "2 / 2"
    assert "New town" in page.text


def test_what_is_not_counted_is_told(contest: Contest) -> None:
    """Each reason with its number; turnout by the hour where it was told."""
    _released(contest)
    hours = {10: np.array([100, MISSING, MISSING, MISSING], np.int32)}
    count(contest, turnout=hours)
    kept = Count.objects.get()
    kept.result |= {"waiting": 1, "broken": 2, "conflicts": 1, "incomplete": 1, "held": 3}
    kept.result |= {"accepted": 1, "unchecked": 2, "certain_leader": "willow"}
    kept.save()
    page = _open(PAPER)
    for said in (
        "1 sheet waits to be made public",
        "2 sheets break a relation that must hold",
        "at 1 station observers differ",
        "1 sheet lacks a figure",
        "3 sheets were put aside by the headquarters",
        "1 sheet is counted although it breaks a relation",
        "2 sheets are counted although a line lacks",
        "Whatever happened there, most votes are for: Willow.",
    ):
        assert said in page.text
    assert ["10:00", "10.0 %", "1", "1,000"] in cells(page)


def test_a_whole_count_has_no_bounds_to_explain(contest: Contest) -> None:
    """With every station counted nothing is left to be said of the others."""
    _released(contest)
    release(contest, "Oak 4", [800, 400, 10, 390, 190, 200])
    count(contest)
    assert "whatever happened at stations" not in _open(PAPER).text


def test_the_page_comes_anew_only_while_observers_report(contest: Contest) -> None:
    """Each minute, unless somebody wants it still."""
    count(contest)
    assert "Refresh" not in _open(PAPER).response
    Election.objects.update(is_taking=True)
    page = _open(PAPER)
    assert page.response["Refresh"] == "60"
    assert "?still=1" in page.links()
    assert "Refresh" not in _open(f"{PAPER}?still=1").response


def test_stations_are_listed_and_found(contest: Contest) -> None:
    """Fifty on a page, by their rows, with a search by name."""
    rows = [Station(election_id=ADDRESS, name=f"Elm {n}", registered=n) for n in range(60)]
    Station.objects.bulk_create(rows)
    _released(contest)
    page = _open(f"{SHOWN}stations/")
    assert len(cells(page)) == 50
    assert cells(page)[0] == ["Oak 1", "1,000", "yes", "Old town", "North"]
    assert cells(page)[3][2] == "–"
    assert "?leaf=2" in page.links()
    assert len(cells(_open(f"{SHOWN}stations/?leaf=2"))) == 14
    found = _open(f"{SHOWN}stations/?q=oak")
    assert [row[0] for row in cells(found)] == ["Oak 1", "Oak 2", "Oak 3", "Oak 4"]
    assert "No such station" in _open(f"{SHOWN}stations/?q=nowhere").text


def test_a_station_shows_both_papers_line_by_line(contest: Contest) -> None:
    """With the digest of the copy, the text it is made of, and the difference."""
    sheet = release(contest, "Oak 3", [900, 500, 10, 490, 240, 250])
    page = _open(f"{SHOWN}stations/{sheet.station_id}/")
    assert ["Willow", "240", "190", "−50"] in cells(page)
    assert ["Elder", "250", "300", "+50"] in cells(page)
    assert facts(page)["Region"] == "South"
    assert "by the rule of this election" in page.text
    text = re.search(r"<pre>(.*?)</pre>", page.html, re.DOTALL)
    assert text is not None
    assert hashlib.sha256(text[1].encode()).hexdigest() == sheet.digest
    assert sheet.digest in page.text
    other = Station.objects.get(name="Oak 4")
    bare = _open(f"{SHOWN}stations/{other.pk}/")
    assert ["Willow", "–", "190", "–"] in cells(bare)
    OfficialResult.objects.all().delete()
    assert "Nothing is known of this station yet." in _open(f"{SHOWN}stations/{other.pk}/").text


def test_a_sheet_released_by_hand_says_so(contest: Contest) -> None:
    """Whoever reads it learns that a person looked at it."""
    sheet = release(contest, "Oak 1", [1000, 600, 10, 590, 300, 290], by="hand")
    assert "A person at the headquarters" in _open(f"{SHOWN}stations/{sheet.station_id}/").text


def test_sheets_are_compared_with_official_figures(contest: Contest) -> None:
    """Station by station and line by line, with what it can say of the whole."""
    _released(contest)
    page = _open(f"{PAPER}comparison/")
    assert facts(page) == {
        "Stations compared": "3",
        "Alike in every figure": "1",
        "Different": "2",
    }
    rows = {row[0]: row for row in cells(page)[:2]}
    assert rows["Willow"][1] == "940"
    assert (rows["Willow"][3], rows["Willow"][5]) == ("790", "−150")
    assert ["Oak 2", "Willow: −100; Elder: +100"] in cells(page)
    assert "It does not say which of them is right." in page.text
    between = next(row for row in cells(page) if row[0] == "Willow" and len(row) == 4)
    assert between[1:] == [
        "51.4 %",
        "42.7–60.9 %",
        "36.2–66.9 %",
    ]


def test_only_the_largest_differences_are_listed(
    contest: Contest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And how many more there are."""
    monkeypatch.setattr("hedgerow.rooms.elections.evidence_rows.MOST_ROWS", 1)
    _released(contest)
    page = _open(f"{PAPER}comparison/")
    assert "Oak 2" in page.text
    assert "Oak 3" not in page.text
    assert "1 more station is in the files." in page.text


def _remote_district(election: Election, contest: Contest) -> None:
    """Add a district whose paper votes and remote votes differ."""
    district = election.district_set.create(key="9", title="Harbour")
    for at in range(22):
        station = election.station_set.create(
            name=f"H {at}", registered=100, district=district, is_remote=at == 0
        )
        votes = (200, 900) if at == 0 else (30, 20 + at % 3)
        values = {"valid": sum(votes), "invalid": 0, "registered": 2000}
        values |= {"option: willow": votes[0], "option: elder": votes[1]}
        OfficialResult.objects.create(contest=contest, station=station, values=values)


def test_paper_and_remote_votes_are_set_side_by_side(contest: Contest) -> None:
    """By district, with an interval, and who leads without the remote ones."""
    _remote_district(contest.election, contest)
    assert f"{PAPER}remote/" in _open(PAPER).links()
    page = _open(f"{PAPER}remote/?option=willow")
    assert "In 1 district another option leads without the remote votes." in page.text
    (row,) = cells(page)
    assert (row[0], row[1], row[3]) == ("Harbour", "58.8 %", "18.2 %")
    assert row[6:] == ["Elder (+511)", "Willow (+189)"]
    assert f"<title>Harbour: {row[5]}</title>".replace(" %", "\u202f%") in page.html
    assert "Remote less paper share of “Willow”" in page.text
    assert f"{PAPER}remote/?option=elder" in page.links()
    leading = _open(f"{PAPER}remote/")
    assert "“Elder”" in leading.text
    assert leading.text == _open(f"{PAPER}remote/?option=elder").text


def test_files_are_what_their_sums_say(contest: Contest) -> None:
    """CSV, JSON and Parquet hold the same rows, and the record lists their sums."""
    assert "official.csv" in _open(f"{SHOWN}record/").text
    _released(contest)
    page = _open(f"{SHOWN}record/")
    sums = {row[0]: row[3] for row in cells(page)}
    assert set(sums) == {"forensics.toml"} | {
        f"{what}.{kind}" for what in ("sheets", "official") for kind in ("csv", "json", "parquet")
    }
    who, found = Somebody(), {}
    for name, digest in sums.items():
        response = who.client.get(f"{PAPER}files/{name}")
        assert hashlib.sha256(response.content).hexdigest() == digest
        assert f"oak-town-mayor-{name}" in response["Content-Disposition"]
        found[name] = response.content
    rows = list(csv.DictReader(io.StringIO(found["sheets.csv"].decode())))
    assert [one["station"] for one in rows] == ["Oak 1", "Oak 2", "Oak 3"]
    assert rows[1]["option: willow"] == "400"
    assert rows[0]["digest"] == contest.releasedsheet_set.get(station__name="Oak 1").digest
    same = json.loads(found["sheets.json"])
    assert same == pl.read_parquet(io.BytesIO(found["sheets.parquet"])).to_dicts()
    assert same[1]["option: willow"] == 400
    assert who.client.get(f"{PAPER}files/other.csv").status_code == 404


def test_official_figures_go_into_the_forensics_engine(contest: Contest) -> None:
    """The mapping beside the file is one that the engine reads it by."""
    _remote_district(contest.election, contest)
    Station.objects.filter(is_remote=True).update(registered=5000)
    found = files_of(contest)
    mapping = parse_mapping(found[MAPPING].content.decode())
    assert (mapping.remote_over, mapping.counts["found"]) == (1200, ("invalid", "valid"))
    assert set(mapping.groups) == {"region", "commission", "district"}
    # Of the district that was added nobody published how many ballots were issued.
    assert "issued" not in mapping.counts
    OfficialResult.objects.filter(station__name__startswith="H").delete()
    found = files_of(contest)
    mapping = parse_mapping(found[MAPPING].content.decode())
    stations = read_stations(found["official.csv"].content, name="official.csv", mapping=mapping)
    assert stations.votes("Willow").sum() == 980
    assert stations.found.tolist() == [600, 700, 500, 400]
    assert "--mapping forensics.toml" in _open(f"{SHOWN}record/").text


def test_what_was_made_is_kept_for_a_minute(
    contest: Contest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same is handed out until rows are added or the minute is over."""
    monkeypatch.setattr(evidence, "_age", lambda: 10)
    found = evidence.evidence_of(contest)
    assert evidence.evidence_of(contest) is found
    release(contest, "Oak 1", [1000, 600, 10, 590, 300, 290])
    newer = evidence.evidence_of(contest)
    assert newer is not found
    assert int(newer.is_known.sum()) == 1
    monkeypatch.setattr(evidence, "_age", lambda: 11)
    assert evidence.evidence_of(contest) is not newer


def test_only_few_things_are_kept(contest: Contest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was asked for longest ago goes first."""
    monkeypatch.setattr(evidence, "_age", lambda: 10)
    monkeypatch.setattr(evidence, "_MOST_KEPT", 2)
    for kind in ("a", "b", "a", "c"):
        assert evidence.kept(kind, contest, lambda: kind) == kind  # noqa: B023 -- called at once
    kept = [key[1] for key in evidence._kept]
    assert kept == ["a", "c"]


@pytest.mark.usefixtures("contest")
def test_nothing_is_shown_of_an_election_that_is_not() -> None:
    """Every page below it is as one that never was."""
    station = Station.objects.values_list("pk", flat=True)[0]
    Election.objects.update(is_shown=False)
    for path in (
        "",
        "stations/",
        f"stations/{station}/",
        "record/",
        "mayor/",
        "mayor/comparison/",
        "mayor/remote/",
        "mayor/files/official.csv",
    ):
        assert Somebody().open(f"{SHOWN}{path}").status == 404, path


@pytest.mark.usefixtures("contest")
def test_what_is_not_there_is_not_found() -> None:
    """A station of no or another election, a contest that is none."""
    for path in (
        "stations/999999/",
        f"stations/{'9' * 30}/",
        f"stations/{'9' * 5000}/",
        "governor/",
        "governor/comparison/",
    ):
        assert Somebody().open(f"{SHOWN}{path}").status == 404, path


def test_public_pages_come_while_all_is_closed(contest: Contest) -> None:
    """They need no key: what everybody may read is served before the boot words are typed."""
    _released(contest)
    count(contest)
    machines.close()
    for path in ("", "stations/", "record/", "mayor/", "mayor/comparison/", "mayor/remote/"):
        page = Somebody().open(f"{SHOWN}{path}")
        assert page.status == 200, path
        if path.endswith(("record/", "comparison/")):
            assert "As of:" in page.text


@pytest.mark.parametrize("language", ["en", "ru", "uk"])
def test_pages_of_a_whole_country_are_small(contest: Contest, language: str) -> None:
    """Ninety regions, 225 districts and fourteen options stay below 30 KB, compressed."""
    _released(contest)
    count(contest)
    kept = Count.objects.get()
    part = kept.result["regions"][0]
    votes = [123_456] * 14
    kept.result["options"] = [
        {"key": f"o{n}", "votes": 123_456 + n, "low": 0.1234, "high": 0.5678} for n in range(14)
    ]
    kept.result["regions"] = [
        part | {"name": f"Область № {n}", "registered": 100_000 + 37 * n, "votes": votes}
        for n in range(90)
    ]
    kept.result["districts"] = [
        part | {"name": f"{n}", "registered": 500_000 + 37 * n, "votes": votes} for n in range(225)
    ]
    assert public_count.decode(kept.result).districts[7].name == "7"
    kept.save()
    page = _open(PAPER, language)
    assert len(gzip.compress(page.body)) <= MOST_BYTES
    for path in ("", "stations/", "record/", "mayor/comparison/", "mayor/remote/"):
        assert len(gzip.compress(_open(f"{SHOWN}{path}", language).body)) <= MOST_BYTES


def test_tiles_are_darker_for_more() -> None:
    """Six shades, nothing written into them that a browser could run, names cut short."""
    assert [shade(one) for one in (0.0, 0.01, 0.2, 0.5, 0.99, 1.0)] == [0, 1, 2, 3, 5, 5]
    svg = tile_grid("T", [Tile("A<b>", "1", 0.5, "50 %"), Tile("A very long name", "2", 0, "0")])
    assert "A&lt;b&gt;" in svg
    assert "A very l…" in svg
    assert "style" not in svg
    assert tile_grid("T", []).count("<rect") == 0


def test_very_many_tiles_say_short_names() -> None:
    """They are smaller, and their names can still be heard."""
    svg = tile_grid("T", [Tile(f"District {n}", f"{n}", 0.5, "50 %") for n in range(61)])
    assert ">60</text>" in svg
    assert "<title>District 60: 50 %</title>" in svg
