# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files of stations and of official figures: what they would do, what is refused, and why."""

import io
import threading
import zipfile

import polars as pl
import pytest
from django.db import Error

from hedgerow.rooms.elections import import_progress, station_files, table_reading, tables
from hedgerow.rooms.elections.models import District, Election, OfficialResult, Station
from hedgerow.store import machine
from tests.rooms.elections.coordinator import (
    OFFICIAL,
    STATIONS,
    add_contest,
    cells,
    facts,
    look,
    set_up,
    take,
    whole,
)
from tests.rooms.members.browsers import Group


@pytest.fixture
def form(group: Group) -> str:
    """Return where a file of stations is taken in."""
    return f"{set_up(group)}stations/file/"


def test_a_file_is_looked_at_and_then_taken_in(group: Group, form: str) -> None:
    """Nothing is written before; afterwards the stations are there, with their districts."""
    page = look(group.keeper, form, STATIONS)
    assert not Station.objects.exists()
    assert facts(page)["Lines that are new"] == "4"
    assert facts(page)["New districts"] == "2: Old town, New town"
    page = group.keeper.send_form(page, step="take")
    assert page.path.endswith("/stations/")
    assert "Library" in page.text
    assert "1,200" in page.text
    station = Station.objects.get(name="Oak 3")
    assert (station.region, station.commission, station.registered) == ("South", "S-1", 900)
    assert station.district is not None
    assert (station.district.key, station.district.title) == ("d2", "New town")
    assert machine.machine().ephemeral.upload_bytes() == 0


def test_a_second_file_changes_and_erases_nothing(group: Group, form: str) -> None:
    """New, changed and same are counted; what the file does not name stays as it is."""
    take(group.keeper, form, STATIONS)
    rows = Station.objects.values_list("name", "id")
    before = dict(rows)
    text = STATIONS.replace("1200", "1250").replace("Oak 4,800", "Oak 5,700")
    page = look(group.keeper, form, text)
    assert [*facts(page).values()] == ["1", "1", "2", "1"]
    group.keeper.send_form(page, step="take")
    assert Station.objects.get(name="Oak 2").registered == 1250
    assert Station.objects.get(name="Oak 4").registered == 800
    assert before.items() <= dict(rows.all()).items()
    page = look(group.keeper, form, text)
    assert "There is nothing to take in." in page.text
    assert facts(page)["As they are already"] == "4"


@pytest.mark.parametrize(
    ("text", "line", "column", "why"),
    [
        ("station,registered\nA,10\nA,20\n", "3", "station", "“A” stands in line 2 already."),
        ("station,registered\nA,-5\n", "2", "registered", "-5 is below zero."),
        ("station,registered\nA,1О0\n", "2", "registered", "CYRILLIC CAPITAL LETTER O"),
        ("station,registered\nA,१२\n", "2", "registered", "DEVANAGARI DIGIT ONE"),
        ("station,registered\nA,\n", "2", "registered", "Nothing stands here"),
        ("station,registered\nA,12.5\n", "2", "registered", "is no whole number"),
        ("station,registered\nA,99999999999\n", "2", "registered", "is no whole number"),
        (f"station,registered\nA,{'9' * 5000}\n", "2", "registered", "is no whole number"),
        ("station,registered\nA,10\n,20\n", "3", "station", "expected is a name"),
        (f"station,registered\n{'A' * 161},10\n", "2", "station", "longer than 160 letters"),
        ("station,registered,remote\nA,1,maybe\n", "2", "remote", "neither yes nor no"),
        (
            "station,registered,region,commission\nA,1,N-1,North\nB,2,N-2,North\n",
            "–",
            "region",
            "more regions (2) than commissions (1)",
        ),
        ("registered,station\nA,10\n", "2", "registered", "“A” is no whole number"),
    ],
)
def test_a_line_that_cannot_be_is_named(
    group: Group, form: str, text: str, line: str, column: str, why: str
) -> None:
    """With its line, its column and the reason; nothing of the file is taken, also if asked."""
    page = look(group.keeper, form, text)
    assert cells(page)[0][:2] == [line, column]
    assert why in cells(page)[0][2]
    assert "Take it in" not in page.text
    group.keeper.send_form(page, step="take")
    assert not Station.objects.exists()


def test_long_lists_of_faults_are_cut(group: Group, form: str) -> None:
    """At most fifty are shown, and how many more there are."""
    rows = "".join(f"S{number},x\n" for number in range(60))
    page = look(group.keeper, form, f"station,registered\n{rows}")
    assert "60 lines cannot be taken" in page.text
    assert "and 10 more" in page.text


def _zip(**files: str) -> bytes:
    """Return an archive."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name.replace("_", "."), text)
    return packed.getvalue()


def _parquet(**columns: list[object]) -> bytes:
    """Return a file of Parquet."""
    packed = io.BytesIO()
    pl.DataFrame(columns).write_parquet(packed, compression="uncompressed", statistics=False)
    return packed.getvalue()


def _with_byte(content: bytes, place: int, value: int) -> bytes:
    """Return bytes one of which is another."""
    return content[:place] + bytes([value]) + content[place + 1 :]


def _of_another_method(archive: bytes) -> bytes:
    """Return an archive that is packed in a way which nobody knows here."""
    return _with_byte(archive, archive.index(b"PK\x01\x02") + 10, 77)


GREEDY = _with_byte(_parquet(station=["A", "B"], registered=[1, 2]), 35, 1)


@pytest.mark.parametrize(
    ("content", "name", "why"),
    [
        # One of whose bytes makes a reader ask for all the memory there is, and end its process.
        (GREEDY, "a.parquet", "a.parquet is torn"),
        (_of_another_method(_zip(a_csv=STATIONS)), "a.zip", "a.zip is torn"),
        (_zip(a_csv=STATIONS)[:-30], "a.zip", "a.zip is torn: it does not end as a zip does."),
        (_zip(a_csv=STATIONS, b_csv="x"), "a.zip", "a.zip holds 2 tables; expected is one."),
        (b"x", "a.pdf", "a.pdf is of no kind that is read."),
        (b"PAR1 and then nothing", "a.parquet", "a.parquet is torn"),
        (b"station,registered\nA,1,2\n", "a.csv", "Line 2 has 3 cells; expected are 2"),
        (b"station,registered\n", "a.csv", "There is no line below the heading"),
        (b"station,station\nA,1\n", "a.csv", "Two columns of this file are called “station”."),
        (b"station\x98,registered\nA,1\n", "a.csv", "The letters of a.csv cannot be read."),
    ],
)
def test_a_file_that_cannot_be_read_says_why(
    group: Group, form: str, content: bytes, name: str, why: str
) -> None:
    """In a sentence by the field, and the form can be sent again."""
    page = look(group.keeper, form, content, name=name)
    assert (page.status, why in page.text) == (422, True), page.text


def test_a_file_that_takes_too_long_is_refused(
    group: Group, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits for ever for a process that reads a file."""
    monkeypatch.setattr(table_reading, "_PATIENCE_S", 0.001)
    page = look(group.keeper, form, _parquet(station=["A"], registered=[1]), name="a.parquet")
    assert "a.parquet is torn" in page.text


@pytest.mark.parametrize("end", ["\r", "\r\n", "\n"])
def test_lines_may_end_in_any_way(group: Group, form: str, end: str) -> None:
    """As old Macintoshes, Windows and everybody else end them."""
    page = look(group.keeper, form, STATIONS.replace("\n", end))
    assert facts(page)["Lines that are new"] == "4"


def test_too_much_is_refused(group: Group, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Too many lines, and what would unpack to more than there is memory for."""
    monkeypatch.setattr(tables, "MOST_ROWS", 3)
    assert "This file has 4 lines; at most 3" in look(group.keeper, form, STATIONS).text
    packed = io.BytesIO()
    pl.DataFrame({"station": ["A"] * 4, "registered": [1] * 4}).write_parquet(packed)
    page = look(group.keeper, form, packed.getvalue(), name="a.parquet")
    assert "This file has 4 lines; at most 3" in page.text
    monkeypatch.setattr(tables, "_MOST_BYTES", 100)
    page = look(group.keeper, form, _zip(a_csv=STATIONS), name="a.zip")
    assert "Please take it apart." in page.text


def test_a_form_without_a_file_asks_for_one(group: Group, form: str) -> None:
    """So does one that says it has one which is not this browser's."""
    assert "Please choose a file." in group.keeper.send(form, step="look").text
    page = group.keeper.send(form, step="take", received="forged")
    assert "Please choose a file." in page.text


@pytest.mark.parametrize("kind", ["cp1251", "utf-16", "zip", "parquet"])
def test_other_kinds_of_files_say_the_same(group: Group, form: str, kind: str) -> None:
    """Cyrillic Windows with semicolons, UTF-16, a zip and Parquet with real numbers."""
    text = "УИК;Избирателей;ДЭГ\nДуб 1;100;нет\nДуб 2;200;да\n"
    content, name = text.encode(kind) if kind.startswith(("cp", "utf")) else b"", "list.csv"
    if kind == "zip":
        content, name = _zip(a_csv=text), "list.zip"
    if kind == "parquet":
        columns = {"УИК": ["Дуб 1", "Дуб 2"], "Избирателей": [100.0, 200.0], "ДЭГ": [False, True]}
        packed = io.BytesIO()
        pl.DataFrame(columns).write_parquet(packed)
        content, name = packed.getvalue(), "list.parquet"
    take(group.keeper, form, content, name=name)
    assert list(Station.objects.order_by("id").values_list("name", "registered", "is_remote")) == [
        ("Дуб 1", 100, False),
        ("Дуб 2", 200, True),
    ]


def test_columns_are_chosen_by_hand_where_names_are_strange(group: Group, form: str) -> None:
    """The page asks which column is which, says what lacks, and keeps the file meanwhile."""
    page = look(group.keeper, form, "a,b,c\nOak,10,N\n")
    assert "Which column is it? The file must have it." in page.text
    assert "Your file is here already" in page.text
    wrong = group.keeper.send_form(page, column_0="a", column_1="a", column_2="z", step="look")
    assert "This column is chosen twice." in wrong.text
    assert "The file has no column of this name." in wrong.text
    right = group.keeper.send_form(wrong, column_1="b", column_2="c", step="look")
    assert facts(right)["Lines that are new"] == "1"
    group.keeper.send_form(right, step="take")
    assert Station.objects.get().region == "N"


def test_control_characters_are_taken_out_of_names(group: Group, form: str) -> None:
    """No database chokes on them, and no name hides a line."""
    take(group.keeper, form, 'station,registered\n"A\x00\nB\t",10\n')
    assert Station.objects.get().name == "A B"


def test_names_that_repeat_between_regions_are_joined(group: Group, form: str) -> None:
    """The region stands before the name where that is ticked."""
    text = "station,registered,region\n1,10,North\n1,20,South\n"
    page = look(group.keeper, form, text)
    assert "stands in line 2 already" in page.text
    page = group.keeper.send_form(page, is_joined="on", step="look")
    group.keeper.send_form(page, step="take")
    assert set(Station.objects.values_list("name", flat=True)) == {"North 1", "South 1"}


def test_districts_are_known_by_key_or_title(group: Group, form: str) -> None:
    """A district that is there is used; a plain word or number becomes its own key."""
    election = Election.objects.get()
    District.objects.create(election=election, key="7", title="Harbour")
    text = "station,registered,district\nA,1,7\nB,2,Harbour\nC,3,9\nD,4,Дом\nE,5,\n"
    take(group.keeper, form, text)
    found = dict(Station.objects.values_list("name", "district__key"))
    assert found == {"A": "7", "B": "7", "C": "9", "D": "d3", "E": None}
    assert District.objects.count() == 3


def test_official_figures_are_taken_in_by_the_lines_of_the_sheet(group: Group) -> None:
    """By the ids or titles of lines and options; a second file changes what differs."""
    path = whole(group)
    result = OfficialResult.objects.get(station__name="Oak 1")
    assert result.values == {
        "registered": 1000,
        "issued": 600,
        "invalid": 10,
        "valid": 590,
        "option: willow": 300,
        "option: elder": 290,
    }
    assert "Official figures: 4." in group.keeper.open(path).text
    page = look(
        group.keeper, f"{path}contests/mayor/official/", OFFICIAL.replace("190,300", "200,290")
    )
    assert [*facts(page).values()] == ["0", "1", "3", "0"]
    group.keeper.send_form(page, step="take")
    assert OfficialResult.objects.get(station__name="Oak 3").values["option: elder"] == 290


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (OFFICIAL.replace("Oak 4", "Oak 9"), "There is no station “Oak 9” in the list."),
        (OFFICIAL.replace("Oak 4", "Oak 3"), "“Oak 3” stands in line 4 already."),
        (OFFICIAL.replace("300,290", "300,"), "Nothing stands here"),
        (
            OFFICIAL.replace("invalid,valid", "valid,invalid"),
            "In 4 lines of 4 this does not hold: valid ballots are the votes of all options.",
        ),
    ],
)
def test_official_figures_that_cannot_be_are_refused(group: Group, text: str, why: str) -> None:
    """Unknown and repeated stations, empty cells, columns taken for each other."""
    path = set_up(group)
    contest = add_contest(group, path)
    take(group.keeper, f"{path}stations/file/", STATIONS)
    page = look(group.keeper, f"{contest}official/", text)
    assert why in page.text
    group.keeper.send_form(page, step="take")
    assert not OfficialResult.objects.exists()


def test_single_lines_that_break_a_relation_are_taken_and_told(group: Group) -> None:
    """They are what was published; only very many of them mean that columns were swapped."""
    path = set_up(group)
    contest = add_contest(group, path)
    rows = "".join(f"S{number},100\n" for number in range(10))
    take(group.keeper, f"{path}stations/file/", f"station,registered\n{rows}")
    lines = [f"S{number},1,9,5,4\n" for number in range(9)]
    text = "station,invalid,valid,willow,elder\n" + "".join([*lines, "S9,1,9,5,5\n"])
    page = look(group.keeper, f"{contest}official/", text)
    assert [*facts(page).values()][-1] == "1"
    group.keeper.send_form(page, step="take")
    assert OfficialResult.objects.count() == 10


def test_many_stations_are_written_in_batches(
    group: Group, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each batch by itself, so that others may write between; all are there in the end."""
    monkeypatch.setattr(station_files, "_BATCH", 3)
    rows = "".join(f"S{number},{number}\n" for number in range(60))
    page = take(group.keeper, form, f"station,registered\n{rows}")
    assert Station.objects.count() == 60
    assert "Page 1 of 2" in page.text
    assert "S59" in group.keeper.open(f"{form.removesuffix('file/')}?leaf=2").text


def test_a_large_file_comes_in_beside_the_request(
    group: Group, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page says how far it is, and comes anew until it is over."""
    monkeypatch.setattr(import_progress, "MANY", 4)
    who, page_of = group.keeper, form.replace("stations/file/", "importing/")
    assert "No large file was taken in lately." in who.open(page_of).text
    assert take(who, form, STATIONS).path == page_of
    while who.open(page_of).response.get("Refresh"):
        pass
    page = who.open(page_of)
    assert "4 of 4 lines are taken in." in page.text
    assert "The whole file is taken in." in page.text
    assert Station.objects.count() == 4


def test_a_large_file_that_is_interrupted_says_so(group: Group, form: str) -> None:
    """Another file waits while it comes in; whoever says nothing for a minute was ended."""
    who, page_of = group.keeper, form.replace("stations/file/", "importing/")
    begun, going_on = threading.Event(), threading.Event()

    def half(advance: import_progress.Advance) -> None:
        advance(2)
        begun.set()
        going_on.wait()
        raise Error

    election = Election.objects.get()
    work = import_progress.begin(election, half, total=4)
    begun.wait()
    page = who.open(page_of)
    assert page.response["Refresh"] == "2"
    assert "2 of 4 lines are taken in." in page.text
    waiting = take(who, form, STATIONS.replace("1000", "1001"))
    assert waiting.status == 422
    assert "Another file is being taken in." in waiting.text
    group.vault.clock.advance(minutes=2)
    assert "It was interrupted." in who.open(page_of).text
    going_on.set()
    work.join()
    assert "It was interrupted." in who.open(page_of).text
