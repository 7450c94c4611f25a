# SPDX-License-Identifier: AGPL-3.0-or-later
"""An observer copies a results sheet: relations, odd figures, versions, photographs, its sum."""

import hashlib
import re

import pytest

from hedgerow.engines.tally.layout import MISSING
from hedgerow.rooms.elections.counts import read_count
from hedgerow.rooms.elections.models import ReleasedSheet
from hedgerow.rooms.elections.reports import SheetReport
from hedgerow.rooms.elections.sheets import as_values, canonical_text, digest_of, layout_of
from hedgerow.store import counting
from hedgerow.store.counting import Act
from tests.pages.client import HTML
from tests.rooms.elections.observers import BROKEN, GOOD, figures, report, send
from tests.rooms.elections.watched_election import NAME, World
from tests.rooms.members.browsers import Page, Somebody
from tests.rooms.members.test_shelf import a_file


@pytest.fixture
def path(world: World) -> str:
    """Return where the results sheet is copied."""
    return f"/observe/sheet/{world.contest.key}/"


def _sheets(world: World) -> list[SheetReport]:
    """Return the versions that the group can read."""
    found = (one.value for one in world.space().observer(NAME, 1).messages())
    return [one for one in found if isinstance(one, SheetReport)]


def _counted() -> list[tuple[int, ...]]:
    """Return the figures of every sheet handed over for counting."""
    return [one.figure.values for one in counting.all_figures(NAME) if one.figure.act is Act.SHEET]


def _labels(page: Page) -> list[str]:
    """Return the names of the fields of figures, in their order."""
    inputs = page.main.iter(f"{HTML}input")
    return [name for one in inputs if re.fullmatch(r"c\d+", name := one.get("name", ""))]


def test_lines_stand_in_the_order_of_the_paper(world: World, who: Somebody, path: str) -> None:
    """Each line of the form, with its number where the paper prints one, then each option."""
    page = who.open(path)
    assert _labels(page) == [f"c{place}" for place in range(6)]
    text = page.text
    assert text.index("voters on the list") < text.index("valid ballots") < text.index("Lanterns")
    assert "valid ballots are the votes of all options" in text
    world.contest.form = "ru-federal-2018"
    world.contest.save()
    assert "1. voters on the list" in who.open(path).text


def test_a_broken_relation_is_told_corrected_or_confirmed(
    world: World, who: Somebody, path: str
) -> None:
    """The page says which and by how much; nothing is sent before; what the paper says is kept."""
    page = report(who, path, **figures(*BROKEN))
    assert page.status == 422
    assert "valid ballots are the votes of all options: differs by +2" in page.text
    assert page.fields["c5"] == "188"
    assert _counted() == []
    assert send(who, page, c5="190").path == "/observe/sent/1/"
    got = send(who, who.open(path), **figures(*BROKEN), paper="on")
    assert got.path == "/observe/sent/2/"
    assert "Sent as the paper says, and marked" in got.text
    assert [one.is_confirmed for one in _sheets(world)] == [False, True]
    assert _counted() == [GOOD, BROKEN]
    assert "differs" not in who.open("/observe/sent/1/").text
    assert "– valid ballots are the votes of all options (+2);" in (
        who.open("/observe/complaint/2/").text
    )


def test_what_is_odd_but_can_be_true_is_sent_and_told(who: Somebody, path: str) -> None:
    """More ballots found than issued is soft: the receipt asks to look again."""
    got = report(who, path, **figures(1000, 590, 10, 590, 400, 190))
    assert got.path == "/observe/sent/1/"
    assert "no more ballots found than issued (almost always)" in got.text


def test_lines_may_lack(world: World, who: Somebody, path: str) -> None:
    """What cannot be read stays empty; an empty sheet is none."""
    empty = report(who, path)
    assert empty.status == 422
    assert "Nothing is filled in yet" in empty.text
    got = report(who, path, **figures(1000, "", 10, "", 400, 190))
    assert got.path == "/observe/sent/1/"
    assert _counted() == [(1000, MISSING, 10, MISSING, 400, 190)]
    assert "—" in got.text
    assert world.stations


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("7", 7),
        (" 1 234 ", 1234),
        ("1\u00a0234\u202f567", 1234567),
        ("\uff11\uff12", 12),
        ("007", 7),
    ],
)
def test_whole_numbers_as_people_write_them(typed: str, number: int) -> None:
    """Spaces between thousands and wide figures are taken."""
    assert read_count(typed) == number


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("1O2", "letter “O” where a figure should be. Did you mean 0?"),
        ("\u041e", "Did you mean 0?"),
        ("1\u0417", "Did you mean 3?"),
        ("12 34", "without spaces: 1234?"),
        ("-3", "never below zero"),
        ("3,5", "whole number"),
        ("3.5", "whole number"),
        ("abc", "here stands “a”"),
        ("12<script>", "here stands"),
        ("99999999", "too large"),
        ("\u0967\u0968", "here stands"),
    ],
)
def test_what_is_no_whole_number_is_said(who: Somebody, path: str, typed: str, said: str) -> None:
    """A clear sentence beside the field, everything else still there, nothing sent."""
    page = report(who, path, **figures(*GOOD[:5], typed))
    assert page.status == 422
    assert said in page.text
    assert page.fields["c5"] == typed
    assert page.fields["c0"] == "1000"
    assert _counted() == []


def test_a_correction_is_a_new_version(world: World, who: Somebody, path: str) -> None:
    """The form begins with the figures that were sent; both versions are kept."""
    report(who, path, **figures(*GOOD))
    page = who.open(path)
    assert "You have sent this sheet already" in page.text
    assert page.fields["c4"] == "400"
    send(who, page, c4="401", c5="189")
    assert _counted() == [GOOD, (1000, 600, 10, 590, 401, 189)]
    assert len(_sheets(world)) == 2


def test_the_sum_is_the_one_anybody_can_make(world: World, who: Somebody, path: str) -> None:
    """Short and whole on the receipt, with its text; found again in the public table."""
    got = report(who, path, **figures(*GOOD))
    values = as_values(layout_of(world.contest), GOOD)
    text = canonical_text(election=NAME, contest="council", station="Station 1", values=values)
    digest = hashlib.sha256(text.encode()).hexdigest()
    assert digest in got.text
    assert " ".join(digest[at : at + 4] for at in (0, 4, 8, 12)) in got.text
    assert "does not stand in the public table yet" in got.text
    row = ReleasedSheet.objects.create(
        contest=world.contest,
        station=world.stations[0],
        values=values,
        digest=digest_of(text),
        by="rule",
        versions=1,
        hour=1,
    )
    assert "figure for figure" in who.open("/observe/sent/1/").text
    row.digest = "0" * 64
    row.save()
    assert "has other figures" in who.open("/observe/sent/1/").text


HOSTILE = "../../../etc/\u202egnp.exe<script>"


def test_photographs_are_kept_as_they_came(world: World, who: Somebody, path: str) -> None:
    """Several at once, whatever their names; the observer sees names, sizes and sums alone."""
    polyglot = b"GIF89a/*" + b"\0" * 40 + b"*/=1;alert(1)//<script>"
    photographs = [a_file(HOSTILE, content=polyglot), a_file("b.jpg", content=b"second")]
    got = report(who, path, **figures(*GOOD), photographs=photographs)
    assert got.path == "/observe/sent/1/", got.text
    assert "<script>" not in got.html.split("</head>")[1]
    assert ".." not in got.text.replace("...", "")
    assert "b.jpg" in got.text
    side = world.space().observer(NAME, 1)
    (sheet,) = _sheets(world)
    contents = [b"".join(side.file(1, index).chunks()) for index in range(2)]
    assert contents == [polyglot, b"second"]
    assert sheet.sums == [hashlib.sha256(one).hexdigest() for one in contents]
    assert not [one for one in got.links() if "file" in one]


def test_too_many_photographs_lose_nothing(world: World, who: Somebody, path: str) -> None:
    """Ten are here and wait for another press, with every figure; the eleventh is not."""
    photographs = [a_file(f"{number}.jpg", content=b"%d" % number) for number in range(11)]
    page = report(who, path, **figures(*GOOD), photographs=photographs)
    assert page.status == 422
    assert "At most 10 files come with one form." in page.text
    assert page.fields["c4"] == str(GOOD[4])
    held = [one.get("value") for one in page.main.iter() if one.get("name") == "received"]
    got = send(who, page, received=held)
    assert got.path == "/observe/sent/1/"
    assert len(_sheets(world)[0].sums) == 10


def test_photographs_are_kept_over_another_try(world: World, who: Somebody, path: str) -> None:
    """They are not asked for again when something else was wrong, and more may be added."""
    page = report(who, path, **figures(*BROKEN), photographs=a_file("a.jpg", content=b"one"))
    assert "These photographs are here already" in page.text
    got = send(who, page, c5="190", photographs=a_file("b.jpg", content=b"two"))
    assert got.path == "/observe/sent/1/"
    side = world.space().observer(NAME, 1)
    assert [b"".join(side.file(1, index).chunks()) for index in range(2)] == [b"one", b"two"]


def test_a_photograph_that_is_not_taken_is_said(
    world: World, who: Somebody, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Too large, or empty: a sentence beside it, and all figures are still there."""
    monkeypatch.setattr("hedgerow.store.uploads.MOST_FILE_BYTES", 1000)
    page = report(who, path, **figures(*GOOD), photographs=a_file("a.jpg", content=b"x" * 2000))
    assert page.status == 422
    assert "larger than" in page.text
    assert page.fields["c0"] == "1000"
    empty = report(who, path, **figures(*GOOD), photographs=a_file("a.jpg", content=b""))
    assert "A photograph is empty" in empty.text
    assert send(who, page).path == "/observe/sent/1/"
    assert len(_sheets(world)) == 1


def test_relations_are_told_to_the_script_as_data(who: Somebody, path: str) -> None:
    """Weights, sign and constant of each, so that it checks as one types what the server checks."""
    items = [one for one in who.open(path).main.iter(f"{HTML}li") if one.get("data-sign")]
    told = [(one.get("data-weights"), one.get("data-sign")) for one in items]
    assert told[0] == ('{"c3": 1, "c4": -1, "c5": -1}', "=")
    assert ('{"c0": 1, "c1": -1}', ">=") in told
    assert "observing." in who.open(path).html


def test_a_sheet_of_another_form_than_now_is_still_shown(
    world: World, who: Somebody, path: str
) -> None:
    """Where the form was changed afterwards, nothing breaks, and nothing is claimed."""
    report(who, path, **figures(*BROKEN), paper="on")
    world.contest.form = "ru-federal-2018"
    world.contest.save()
    assert "differs" not in who.open("/observe/sent/1/").text
    assert who.open("/observe/complaint/1/").status == 200
    assert who.open(path).fields["c0"] == ""
