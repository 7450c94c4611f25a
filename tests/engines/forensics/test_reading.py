# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check that files are read by their mapping, and that bad ones are refused by line and column."""

import io
import zipfile
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from hedgerow.engines.forensics.mapping import parse_mapping
from hedgerow.engines.forensics.reading import (
    heading,
    read_stations,
    stations_of,
    unpacked,
)
from hedgerow.engines.forensics.stations import Stations
from hedgerow.kernel.errors import BadInput
from tests.engines.forensics.elections import SHIPPED, TESTS, YEARS, cut, mapping, shipped

PLAIN = parse_mapping("""
title = "A vote"
[columns]
station = ["town", "number"]
registered = "N"
found = ["valid", "invalid"]
invalid = "invalid"
[options]
"Yes" = "yes"
"No" = "no"
[groups]
region = "town"
[flags]
remote_over = 5000
special = ["ship"]
""")
HEAD = "town,number,N,valid,invalid,yes,no\n"
ROWS = [
    '"Town, north",1,1000,500,5,300,200',
    "Тверь,2, 800 ,400,0,100,300",
    "ship,3,6000,50,1,20,30",
]
TEXT = HEAD + "\n".join(ROWS) + "\n"


def zipped(members: dict[str, bytes]) -> bytes:
    """Pack files into a zip."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def workbook(rows: list[list[str | int]]) -> bytes:
    """Write the smallest workbook that holds rows in its first sheet."""
    cells = []
    for number, row in enumerate(rows, start=1):
        inside = "".join(
            f"<c><v>{one}</v></c>"
            if isinstance(one, int)
            else f'<c t="inlineStr"><is><t>{one}</t></is></c>'
            for one in row
        )
        cells.append(f'<row r="{number}">{inside}</row>')
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    sheet = f'<worksheet xmlns="{main}"><sheetData>{"".join(cells)}</sheetData></worksheet>'
    book = (
        f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
        '<sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>'
    )
    link = '<Relationship Id="{}" Type="' + office + '/{}" Target="{}"/>'
    links = f'<Relationships xmlns="{package}/relationships">{{}}</Relationships>'
    types = (
        f'<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/></Types>'
    )
    files = {
        "[Content_Types].xml": types,
        "_rels/.rels": links.format(link.format("r1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": book,
        "xl/_rels/workbook.xml.rels": links.format(
            link.format("r1", "worksheet", "worksheets/sheet1.xml")
        ),
        "xl/worksheets/sheet1.xml": sheet,
    }
    return zipped({name: text.encode() for name, text in files.items()})


def check(stations: Stations) -> None:
    """Hold that a table is the one of TEXT."""
    assert stations.station.tolist() == ["Town, north, 1", "Тверь, 2", "ship, 3"]
    assert stations.registered.tolist() == [1000, 800, 6000]
    assert stations.found.tolist() == stations.issued.tolist() == [505, 400, 51]
    assert stations.options.tolist() == [[300, 200], [100, 300], [20, 30]]
    assert stations.is_remote.tolist() == stations.is_special.tolist() == [False, False, True]
    assert stations.groups["region"].names == ("Town, north", "ship", "Тверь")


@pytest.mark.parametrize(
    ("encoding", "before"),
    [("utf-8", b""), ("utf-8", b"\xef\xbb\xbf"), ("cp1251", b""), ("utf-16", b""), ("koi8-r", b"")],
)
def test_text_is_read_in_its_encoding(encoding: str, before: bytes) -> None:
    """The same table comes out of every encoding, with a mark of byte order or without."""
    data = before + TEXT.encode(encoding)
    check(read_stations(data, name="a.csv", mapping=replace(PLAIN, encoding=encoding)))


def test_other_separators_are_read() -> None:
    """A semicolon by the mapping, a tabulator by the name."""
    semicolons = TEXT.replace('"Town, north"', "Town# north").replace(",", ";").replace("#", ",")
    check(read_stations(semicolons.encode(), name="a.csv", mapping=replace(PLAIN, delimiter=";")))
    tabs = semicolons.replace(";", "\t")
    check(read_stations(tabs.encode(), name="a.tsv", mapping=PLAIN))
    assert heading(tabs.encode(), name="a.tsv")[:2] == ["town", "number"]


def test_other_kinds_of_files_are_read() -> None:
    """A zip, Parquet and a workbook give what the text gives."""
    table = pl.DataFrame(
        {
            "town": ["Town, north", "Тверь", "ship"],
            "number": [1, 2, 3],
            "N": [1000.0, 800.0, 6000.0],
            "valid": [500, 400, 50],
            "invalid": [5, 0, 1],
            "yes": [300, 100, 20],
            "no": [200, 300, 30],
        }
    )
    buffer = io.BytesIO()
    table.write_parquet(buffer)
    check(read_stations(buffer.getvalue(), name="a.parquet", mapping=PLAIN))
    assert heading(buffer.getvalue(), name="a.parquet") == table.columns
    packed = zipped({"read.me": b"", "in/a.csv": TEXT.encode()})
    check(read_stations(packed, name="a.csv.zip", mapping=PLAIN))
    rows: list[list[str | int]] = [list(table.columns)]
    rows += [[*row[:2], int(row[2]), *row[3:]] for row in table.rows()]
    check(read_stations(workbook(rows), name="a.xlsx", mapping=PLAIN))
    check(stations_of(table, mapping=PLAIN))


@pytest.mark.parametrize("year", YEARS)
def test_every_ready_mapping_reads_its_file(year: str) -> None:
    """500 rows of each whole file are read, with all options and both kinds of ballots."""
    stations = cut(year)
    assert len(stations) == 500
    assert (stations.options.sum(axis=1) + stations.invalid == stations.found).all()
    assert (stations.issued <= stations.registered).all()
    assert heading(
        *unpacked((TESTS / f"cut-{year}.csv.zip").read_bytes(), name="a.zip")[:1], name="a.csv"
    )


@pytest.mark.parametrize("year", YEARS)
def test_shipped_elections_hold_the_published_numbers_of_stations(year: str) -> None:
    """No row was lost on the way into the package, and the leader is the whole file's."""
    counts = {"2004": 95779, "2007": 96193, "2008": 96612, "2011": 95225, "2012": 95415}
    counts |= {"2016": 96871, "2018": 97699, "2020": 96765, "2021": 96325, "2024": 91946}
    voters = {"2004": 108064342, "2007": 109148196, "2008": 107222016, "2011": 109229337}
    voters |= {"2012": 109860331, "2016": 110061200, "2018": 109008428, "2020": 107999611}
    voters |= {"2021": 109204662, "2024": 99764974}
    stations = shipped(year)
    assert (len(stations), int(stations.registered.sum())) == (counts[year], voters[year])
    assert stations.leader() == cut(year).leader()
    assert (SHIPPED / f"{year}.parquet").stat().st_size < 600_000


def test_empty_rows_are_left_out_only_where_the_mapping_says_so() -> None:
    """A row without any number is dropped by `drop_empty`, and else refused."""
    text = HEAD + "a,1,,,,,\n" + ROWS[1] + "\n"
    kept = read_stations(text.encode(), name="a.csv", mapping=replace(PLAIN, drop_empty=True))
    assert kept.station.tolist() == ["Тверь, 2"]
    with pytest.raises(BadInput) as raised:
        read_stations(text.encode(), name="a.csv", mapping=PLAIN)
    assert raised.value.details["found"] == "nothing"
    assert raised.value.details["line"] == 2


def refusal(data: bytes, name: str = "a.csv", encoding: str = "utf-8") -> BadInput:
    """Return the error that a file ends in."""
    with pytest.raises(BadInput) as raised:
        read_stations(data, name=name, mapping=replace(PLAIN, encoding=encoding))
    return raised.value


@pytest.mark.parametrize(
    ("row", "code", "details"),
    [
        (
            "a,1,1О00,500,5,300,200",
            "reading.not_a_number",
            {"column": "N", "found": "1О00", "letter": "CYRILLIC CAPITAL LETTER O"},
        ),
        (
            "a,1,1000,5З0,5,300,200",
            "reading.not_a_number",
            {"column": "valid", "found": "5З0", "letter": "CYRILLIC CAPITAL LETTER ZE"},
        ),
        (
            "a,1,1000,500.5,5,300,200",
            "reading.not_a_number",
            {"column": "valid", "found": "500.5", "letter": "-"},
        ),
        ("a,1,1000,500,5,300", "reading.not_a_number", {"column": "no", "found": "nothing"}),
        ("a,1,1000,500,5,300,-7", "forensics.negative", {"column": "option No", "value": -7}),
        ("a,1,1000,500,5,900,200", "forensics.more_votes", {"column": "Yes"}),
        ("a,1,1000,500,5,300,200,9", "reading.fields", {"found": 8, "expected": 7}),
        ("ship,3,1000,500,5,300,200", "forensics.duplicate", {"station": "ship, 3"}),
    ],
)
def test_a_bad_row_is_refused_with_line_and_column(
    row: str, code: str, details: dict[str, object]
) -> None:
    """The error says where, and what stood there."""
    error = refusal((TEXT + row + "\n").encode())
    assert error.code == code
    assert error.details["line"] == 5
    assert {name: error.details[name] for name in details} == details


def test_swapped_columns_are_refused() -> None:
    """Where most stations found more ballots than they have voters, a column is another's."""
    error = refusal(TEXT.replace("N,valid", "valid,N").encode())
    assert error.code == "forensics.swapped"
    assert (error.details["line"], error.details["column"]) == (2, "issued")


def test_a_column_that_lacks_is_named_with_a_similar_one() -> None:
    """The error helps to mend the mapping."""
    error = refusal(TEXT.replace("invalid", "invalit").encode())
    assert error.code == "reading.column_missing"
    assert error.details == {"column": "invalid", "near": "invalit"}
    assert refusal(b"x\n1\n").details["near"] == "-"


def test_a_torn_zip_is_refused() -> None:
    """A zip that ends too early, at any place, is no data."""
    rows = "".join(f"b,{i},1000,500,{i % 9},300,200\n" for i in range(10, 900))
    whole = zipped({"a.csv": (TEXT + rows).encode()})
    for part in (whole[: len(whole) // 2], whole[:-30], b""):
        assert refusal(part, "a.zip").code == "reading.truncated_zip"
    broken = bytearray(whole)
    broken[200:260] = bytes(60)
    assert refusal(bytes(broken), "a.zip").code == "reading.truncated_zip"


@pytest.mark.parametrize(
    ("data", "name", "encoding", "code"),
    [
        (b"PAR1 torn", "a.parquet", "utf-8", "reading.damaged"),
        (b"no book", "a.xlsx", "utf-8", "reading.damaged"),
        (TEXT.encode("cp1251"), "a.csv", "utf-8", "reading.encoding"),
        (TEXT.encode(), "a.csv", "klingon", "reading.encoding_unknown"),
        (TEXT.encode(), "a.ods", "utf-8", "reading.kind"),
        (zipped({"a.csv": b"", "b.csv": b""}), "a.zip", "utf-8", "reading.zip_members"),
        (zipped({"a.txt.exe": b""}), "a.zip", "utf-8", "reading.zip_members"),
        (b"", "a.csv", "utf-8", "reading.damaged"),
    ],
)
def test_a_file_of_another_kind_is_refused(
    data: bytes, name: str, encoding: str, code: str
) -> None:
    """Each way in which a file is not what it should be has a code of its own."""
    assert refusal(data, name, encoding).code == code


def test_an_encoding_error_names_the_line() -> None:
    """The first bytes that do not decode are found."""
    data = TEXT.encode()[:-1] + b"\nx,\xff,1,1,1,1,1\n"
    assert refusal(data).details["line"] == 5


def test_numbers_with_fractions_in_parquet_are_refused() -> None:
    """A float column is taken when all its values are whole."""
    table = pl.read_csv(io.BytesIO(TEXT.encode())).with_columns(
        N=pl.Series([1000.0, 800.5, 6000.0])
    )
    with pytest.raises(BadInput) as raised:
        stations_of(table, mapping=PLAIN)
    assert (raised.value.details["line"], raised.value.details["found"]) == (3, "800.5")


def test_a_mapping_may_name_a_column_twice() -> None:
    """The invalid ballots are a column of their own and a part of those found."""
    assert PLAIN.numbers.count("invalid") == 1
    assert np.array_equal(cut("2021").invalid, cut("2021").found - cut("2021").options.sum(axis=1))
    assert mapping("ru-2020").counts["issued"] != mapping("ru-2020").counts["found"]


def test_a_column_marks_stations_with_scanners() -> None:
    """As one marks electronic stations."""
    given = replace(PLAIN, scanner_column="scanner")
    text = f"{HEAD.strip()},scanner\nOak,1,100,50,1,30,20,true\nOak,2,100,50,1,30,20,no\n"
    found = read_stations(text.encode(), name="a.csv", mapping=given)
    assert found.has_scanner.tolist() == [True, False]
    assert found.where(np.array([1])).has_scanner.tolist() == [False]


def test_columns_of_degrees_say_where_stations_lie() -> None:
    """Decimal fractions, nothing where it is not known; anything else is refused by its line."""
    given = replace(PLAIN, coordinates={"latitude": "north", "longitude": "east"})
    head = f"{HEAD.strip()},north,east\n"
    text = f"{head}Oak,1,100,50,1,30,20, 55.75 ,37.6\nOak,2,100,50,1,30,20,,\n"
    found = read_stations(text.encode(), name="a.csv", mapping=given)
    assert found.coordinates[0].tolist() == [55.75, 37.6]
    assert np.isnan(found.coordinates[1]).all()
    for wrong in ("55,75".replace(",", "٫"), "north", "nan", "inf"):
        bad = f"{text}Oak,3,100,50,1,30,20,{wrong},37\n"
        with pytest.raises(BadInput) as raised:
            read_stations(bad.encode(), name="a.csv", mapping=given)
        assert raised.value.code == "reading.not_a_number"
        assert raised.value.details["line"] == 4
        assert raised.value.details["column"] == "north"
        assert "55.75" in str(raised.value.details["expected"])


def test_a_column_marks_electronic_stations() -> None:
    """Whatever its letters, in text and in Parquet; nothing, and any other word, is no."""
    given = replace(PLAIN, remote_over=0, remote_column="remote")
    marks = ["true", "TRUE", "false", "", "yes"]
    lines = [f"Oak,{at},100,50,1,30,20,{mark}" for at, mark in enumerate(marks)]
    text = "\n".join([f"{HEAD.strip()},remote", *lines])
    found = read_stations(text.encode(), name="a.csv", mapping=given)
    assert found.is_remote.tolist() == [True, True, False, False, False]
    table = pl.read_csv(io.StringIO(text)).with_columns(
        remote=pl.Series([True, False, None, True, False])
    )
    packed = io.BytesIO()
    table.write_parquet(packed)
    found = read_stations(packed.getvalue(), name="a.parquet", mapping=given)
    assert found.is_remote.tolist() == [True, False, False, True, False]
    with pytest.raises(BadInput, match=r"reading\.column_missing"):
        read_stations(f"{HEAD}Oak,1,9,5,1,3,2".encode(), name="a.csv", mapping=given)
