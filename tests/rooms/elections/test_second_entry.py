# SPDX-License-Identifier: AGPL-3.0-or-later
"""Another person types a sheet from its photograph, and sees what was sent only afterwards."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from hedgerow.rooms.elections import counting
from hedgerow.rooms.elections.models import ReleasedSheet
from tests.rooms.elections.coordinator import cells
from tests.rooms.elections.observers import figures, observer, report, space_of
from tests.rooms.elections.watched_election import World, set_up
from tests.rooms.members.browsers import EDITOR, READER, Group, Page, Somebody

GOOD = (1000, 500, 10, 490, 301, 189)
SECRET_FIGURES = ("301", "189")
SHEET = "/observe/sheet/council/"


def a_photograph() -> SimpleUploadedFile:
    """Return a photograph as a phone sends it."""
    content = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(content, "JPEG")
    return SimpleUploadedFile("1.jpg", content.getvalue(), content_type="image/jpeg")


@pytest.fixture
def world(group: Group) -> World:
    """Return an election of the group whose sheets need a second person."""
    return set_up(space_of(group), rules=("second",))


@pytest.fixture
def station(world: World, home: str) -> str:
    """Let an observer send a sheet with a photograph; return the station's page."""
    phone = observer(world.codes(0)[0])
    report(phone, SHEET, **figures(*GOOD), photographs=a_photograph())
    counting.tick(is_hurried=True)
    return f"{home}stations/{world.stations[0].pk}/"


def typed(*values: int | str) -> dict[str, str]:
    """Return the figures of a sheet as they are typed here."""
    return {f"line_{place}": str(value) for place, value in enumerate(values)}


def is_blind(page: Page) -> bool:
    """Tell whether a page shows none of the figures that were sent."""
    return not any(one in page.text for one in SECRET_FIGURES)


def enter(who: Somebody, station: str, *values: int | str) -> Page:
    """Open the form of the only sheet and send it."""
    return who.send_form(who.open(f"{station}council/second/"), **typed(*values))


def test_one_types_blind_and_sees_the_differences_then(
    group: Group, home: str, station: str
) -> None:
    """No page tells before what was sent; nobody types twice; alike it becomes public."""
    who = group.keeper
    now = who.open(f"{home}now/")
    path = f"{station}council/second/"
    assert now.links(end="/second/") == [path]
    there, page = who.open(station), who.open(path)
    assert is_blind(now)
    assert is_blind(there)
    assert is_blind(page)
    assert "stay covered until then" in there.text
    (picture,) = {one.get("src") for one in page.main.iter() if str(one.tag).endswith("}img")}
    assert Image.open(io.BytesIO(who.open(picture or "").body)).size == (60, 40)
    refused = who.send_form(page, **typed(*GOOD[:4], "3О0", 190))  # a Cyrillic letter
    assert (refused.status, is_blind(refused)) == (422, True)
    assert "Did you mean 0?" in refused.text
    assert "3О0" in refused.html
    done = who.send_form(refused, **typed("1 000", *GOOD[1:4], 300, 190))
    assert "Some lines differ" in done.text
    assert [row[1:] for row in cells(done)[:3]] == [["300", "301"], ["190", "189"], ["1000"] * 2]
    counting.tick(is_hurried=True)
    assert "typed the sheet from its photograph: Council" in who.open(station).text
    assert sorted(cells(who.open(station))[4][1:3]) == ["300", "301"]
    assert not ReleasedSheet.objects.exists()
    assert "You have typed this sheet already" in enter_page(who, station).text
    other = group.bring("Birch", role=EDITOR, reads="ALL")
    assert "the sheet is checked" in enter(other, station, *GOOD).text
    counting.tick(is_hurried=True)
    assert ReleasedSheet.objects.get().by == "rule"


def test_who_has_not_seen_the_photograph_types_nothing(
    group: Group, world: World, station: str
) -> None:
    """No form of nowhere, of somebody else, or of before another photograph is taken."""
    who, path = group.keeper, f"{station}council/second/"
    other = group.bring("Birch", role=EDITOR, reads="ALL")
    page = who.open(path)
    answers = [who.send(path, **typed(*GOOD), shown=""), who.send(path, **typed(*GOOD), shown="x")]
    theirs = other.open(path)
    answers.append(who.send_form(page, **typed(*GOOD), shown=theirs.fields["shown"]))
    phone = observer(world.codes(0)[0])
    report(phone, SHEET, **figures(*GOOD), photographs=a_photograph())
    counting.tick(is_hurried=True)
    answers.append(who.send_form(page, **typed(*GOOD)))
    for answer in answers:
        assert answer.status == 422
        assert "compare it once more" in answer.text
        assert 'value="301"' in answer.html
    group.vault.clock.advance(days=1, minutes=1)
    who.enter()
    late = who.send_form(answers[-1], **typed(*GOOD))
    assert "stood open for a day" in late.text
    assert "Enter these numbers" in late.text
    assert "the sheet is checked" in who.send_form(late, **typed(*GOOD)).text


def enter_page(who: Somebody, station: str) -> Page:
    """Open the page of the only sheet."""
    return who.open(f"{station}council/second/")


def test_who_sent_it_does_not_type_it(group: Group, world: World, home: str, station: str) -> None:
    """Neither the browser that knows the card's words, nor whoever is named as its holder."""
    who = group.keeper
    words = world.codes(0)[0]
    report(observer(words), SHEET, **figures(*GOOD), photographs=a_photograph())
    counting.tick(is_hurried=True)
    assert "Enter these numbers" in enter_page(who, station).html
    who.send("/observe/", words=words)
    assert "came from you" in enter_page(who, station).text
    other = group.bring("Birch", role=EDITOR, reads="ALL")
    assert "Enter these numbers" in enter_page(other, station).html
    who.send(f"{home}cards/1/holder/", name=" birch ", contact="", note="")
    assert "came from you" in enter_page(other, station).text


def test_who_looks_is_noted_and_does_not_type(group: Group, station: str) -> None:
    """The figures stand open for that person alone, whose name stands there; rulings wait too."""
    who, path = group.keeper, f"{station}council/"
    assert who.open(f"{path}figures/").path == station
    page = who.press(who.open(station), at=f"{path}look/")
    assert not is_blind(page)
    assert "looked at what was sent" in page.text
    assert who.open(f"{path}figures/").path == f"{path}figures/"
    assert "You have looked" in enter_page(who, station).text
    who.press(page, at=f"{station}council/look/")
    assert who.open(station).text.count("looked at what was sent") == 1
    reader = group.bring("Birch", role=READER, reads="ALL")
    assert is_blind(reader.open(station))
    assert reader.open(f"{path}second/").status == 403


def test_without_a_photograph_nobody_can(group: Group, world: World, home: str) -> None:
    """None came, or one that is none: the page says so and has no form."""
    hostile = SimpleUploadedFile("1.svg", b"<svg onload=alert(1)>", content_type="image/jpeg")
    for place, more in enumerate(({}, {"photographs": hostile})):
        phone = observer(world.codes(place)[0])
        report(phone, SHEET, **figures(*GOOD), **more)
        counting.tick(is_hurried=True)
        station = f"{home}stations/{world.stations[place].pk}/"
        sent = group.keeper.send(f"{station}council/second/", **typed(*GOOD))
        for page in (enter_page(group.keeper, station), sent):
            assert "No photograph of this sheet came" in page.text
            assert "line_0" not in page.html
        counting.tick(is_hurried=True)
        assert "Entered here" not in group.keeper.open(station).text
        assert group.keeper.open(f"{station}other/second/").status == 404
