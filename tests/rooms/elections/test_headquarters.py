# SPDX-License-Identifier: AGPL-3.0-or-later
"""The headquarters makes cards, reads what comes, rules, and sees who is silent."""

import io

import pytest
from PIL import Image

from hedgerow.rooms.elections import counting
from hedgerow.rooms.elections.models import ReleasedSheet
from hedgerow.store import observers
from hedgerow.store.counting import Act, Figure
from hedgerow.store.uploads import seal_bytes
from tests.rooms.elections.observers import observer
from tests.rooms.elections.watched_election import NAME, Report, World, device
from tests.rooms.members.browsers import READER, Group, Page, Somebody

GOOD = (1000, 500, 10, 490, 300, 190)
OTHER = (1000, 500, 10, 490, 301, 189)
BROKEN = (1000, 500, 10, 490, 300, 200)


def words_on(page: Page) -> list[str]:
    """Return the words of each card of a page."""
    lists = [one for one in page.main.iter() if one.get("class") == "words"]
    return [" ".join("".join(item.itertext()).strip() for item in one) for one in lists]


def count() -> None:
    """Count now."""
    counting.tick(is_hurried=True)


def test_cards_are_made_and_lead_to_their_stations(group: Group, world: World, home: str) -> None:
    """Each carries seven words, station and day; they are shown once; the next go on from there."""
    who = group.keeper
    page = who.send(f"{home}cards/new/", which="free", count="3")
    cards = words_on(page)
    assert len(cards) == 3
    assert all(len(card.split()) == 7 for card in cards)
    assert [device(card).station for card in cards] == [one.pk for one in world.stations[:3]]
    count()
    listed = who.open(f"{home}cards/")
    assert listed.rows() == ["Card 1", "Card 2", "Card 3"]
    assert not any(card in listed.text for card in cards)
    page = who.send(f"{home}cards/new/", which="free", count="3")
    assert [device(card).station for card in words_on(page)] == [world.stations[3].pk]
    count()
    page = who.send(f"{home}cards/new/", which="free", count="3")
    assert "has a card already" in page.text
    named = who.send(f"{home}cards/new/", which="named", names="Station 2\nStation 2", count="5")
    assert len(words_on(named)) == 2
    loose = who.send(f"{home}cards/new/", which="loose", count="1")
    assert device(words_on(loose)[0]).station == 0


def test_taking_reports_is_ended_and_begun_again(group: Group, world: World, home: str) -> None:
    """Observers are told; what came stays, and the headquarters goes on."""
    who = group.keeper
    (code,) = world.codes(0)
    page = who.press(who.open(home), at=f"{home}watch/stop/")
    assert "Let observers report" in page.text
    phone = observer(code)
    assert "takes no reports just now" in phone.open("/observe/station/").text
    assert who.open(f"{home}now/").status == 200
    who.send(f"{home}watch/", weeks="26")
    assert "takes no reports" not in phone.open("/observe/station/").text


def test_no_card_is_made_after_the_last_day(group: Group, home: str) -> None:
    """It would lead nowhere, and the page says so."""
    group.vault.clock.advance(days=3)
    group.keeper.enter()
    page = group.keeper.send(f"{home}cards/new/", which="loose", count="1")
    assert page.status == 422
    assert "would lead nowhere" in page.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"which": "named", "names": "Station 9"}, "There is no station “Station 9”."),
        ({"which": "named", "names": ""}, "Please name at least one station."),
        ({"which": "free", "count": "101"}, "Please write a number from 1 to 100."),
        ({"which": "free", "part": "Nowhere"}, "has a card already"),
    ],
)
def test_cards_that_cannot_be_made(
    group: Group, home: str, typed: dict[str, str], said: str
) -> None:
    """The page says why, and keeps what was typed."""
    page = group.keeper.send(f"{home}cards/new/", **{"count": "3", "names": "", **typed})
    assert page.status == 422
    assert said in page.text
    assert typed.get("names", "") in page.html


def test_what_came_is_shown_and_answered(group: Group, world: World, home: str) -> None:
    """A report with a photograph: drawn anew for the eye, as it came for evidence."""
    who = group.keeper
    (code,) = world.codes(0)
    picture = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "a secret place"
    Image.new("RGB", (40, 20), "red").save(picture, "JPEG", exif=exif)
    upload = seal_bytes(picture.getvalue(), name="../a.jpg", media_type="image/jpeg")
    figure = Figure(Act.EVENT, 0, world.stations[0].pk, 0, (1,))
    device(code).submit(
        Report(b"1" * 16, "They sent us out"),
        figure=figure,
        is_same=lambda _value: False,
        uploads=[upload],
    )
    count()
    now = who.open(f"{home}now/")
    assert now.rows()[0] == "Station 1"
    assert "urgent" in now.text
    page = who.open(f"{home}cards/1/")
    assert "They sent us out" in page.text
    (shown,) = page.links(end="/picture/")
    fresh = who.open(shown)
    assert b"a secret place" not in fresh.body
    assert Image.open(io.BytesIO(fresh.body)).size == (40, 20)
    (kept,) = page.links(end="/original/")
    original = who.open(kept)
    assert original.body == picture.getvalue()
    assert "a.jpg" in original.response["Content-Disposition"]
    assert "/" not in original.response["Content-Disposition"].split("filename=")[1]
    who.send(f"{home}cards/1/", text="Stay, a lawyer is coming")
    assert "a lawyer is coming" in who.open(f"{home}cards/1/").text
    assert [one.side for one in device(code).messages()] == ["stranger", "team"]


def test_a_hostile_photograph_is_not_shown(group: Group, world: World, home: str) -> None:
    """What is no picture, or a huge one, is said to be none; it can be saved as it came."""
    (code,) = world.codes(0)
    huge = io.BytesIO()
    Image.new("1", (9000, 9000)).save(huge, "PNG")
    for place, content in enumerate((b"<svg onload=alert(1)>", huge.getvalue(), b"\xff\xd8\xff")):
        upload = seal_bytes(content, name="a.jpg", media_type="image/jpeg")
        figure = Figure(Act.EVENT, 0, world.stations[0].pk, 0, (3,))
        device(code).submit(
            Report(bytes([place]) * 16, "x"),
            figure=figure,
            is_same=lambda _value: False,
            uploads=[upload],
        )
    for shown in group.keeper.open(f"{home}cards/1/").links(end="/picture/"):
        page = group.keeper.open(shown)
        assert page.status == 422
        assert "no photograph that can be shown" in page.text


def test_who_holds_a_card(group: Group, world: World, home: str) -> None:
    """A name for the group alone; it is changed and erased again."""
    who = group.keeper
    world.codes(0)
    count()
    typed = {"name": "Juniper", "contact": "by the neighbour", "note": "from noon"}
    page = who.send(f"{home}cards/1/holder/", **typed, is_trained="on")
    for text in ("Juniper", "(trained)", "by the neighbour", "from noon"):
        assert text in page.text
    assert "Juniper" in who.open(f"{home}silent/").text
    who.send(f"{home}cards/1/holder/", name="Rowan", contact="", note="")
    assert "Rowan" in who.open(f"{home}cards/").text
    page = who.press(who.open(f"{home}cards/1/holder/"), at=f"{home}cards/1/holder/erase/")
    assert "nobody is named" in page.text
    assert who.send(f"{home}cards/1/holder/", name="").status == 422


def test_a_card_goes_to_another_station_and_is_withdrawn(
    group: Group, world: World, home: str
) -> None:
    """The device learns it at once; a withdrawn card leads nowhere."""
    who = group.keeper
    (code,) = world.codes(0)
    assert "There is no station" in who.send(f"{home}cards/1/place/", station="Station 9").text
    page = who.send(f"{home}cards/1/place/", station="Station 4")
    assert "Station 4" in page.text
    assert device(code).station == world.stations[3].pk
    page = who.press(who.open(f"{home}cards/1/"), at=f"{home}cards/1/withdraw/")
    assert "lead nowhere any more" in page.text
    with pytest.raises(Exception, match=r"observers\.unknown"):
        observers.activate(code)


def test_rulings(group: Group, world: World, home: str) -> None:
    """Observers differ; somebody rules each number with a reason; the sheet counts and is shown."""
    who = group.keeper
    one, other = world.codes(0, 0)
    world.sheet(one, *GOOD, at=0)
    world.sheet(other, *OTHER, at=0)
    count()
    assert "observers differ" in who.open(f"{home}now/").text
    page = who.open(f"{home}stations/{world.stations[0].pk}/")
    assert "301" in page.text
    (address,) = page.links(end="/figures/")
    empty = who.send(address, figure_0="300", figure_1="190", reason="")
    assert empty.status == 422
    nothing = who.send(address, figure_0="", figure_1="", reason="read from the photograph")
    assert nothing.status == 422
    assert "Please rule on at least one number" in nothing.text
    assert "read from the photograph" in nothing.text
    who.send(address, figure_0="300", figure_1="190", reason="read from the photograph")
    count()
    page = who.open(f"{home}stations/{world.stations[0].pk}/")
    assert "Everybody may see this sheet." in page.text
    assert "read from the photograph" in page.text
    assert ReleasedSheet.objects.get().values["option: lanterns"] == 300
    (address,) = page.links(end="/show/")
    who.send(address, act="withhold", reason="the photograph is of another station")
    count()
    assert not ReleasedSheet.objects.exists()


def test_a_sheet_that_does_not_add_up(group: Group, world: World, home: str) -> None:
    """It is kept, marked and not counted, until somebody says that the paper says so."""
    who = group.keeper
    (code,) = world.codes(0)
    world.sheet(code, *BROKEN, at=0)
    count()
    page = who.open(f"{home}stations/{world.stations[0].pk}/")
    assert "the numbers do not add up" in page.text
    (address,) = page.links(end="/accept/")
    page = who.send(address, act="accept", reason="the paper says so")
    count()
    page = who.open(f"{home}stations/{world.stations[0].pk}/")
    assert "accepted as it is" in page.text


def test_a_card_is_held_back(group: Group, world: World, home: str) -> None:
    """Its sheet counts no more; the reason stands on its page."""
    who = group.keeper
    (code,) = world.codes(0)
    world.sheet(code, *GOOD, at=0)
    count()
    page = who.send(f"{home}cards/1/hold/", act="hold", reason="a card was copied")
    assert "a card was copied" in page.text
    count()
    assert not ReleasedSheet.objects.exists()
    assert "held back" in who.open(f"{home}cards/").text
    who.send(f"{home}cards/1/hold/", act="let", reason="it was not")
    count()
    assert ReleasedSheet.objects.exists()


def test_coverage_and_who_is_silent(group: Group, world: World, home: str) -> None:
    """How many stations have a card, from how many a sheet came, what share of the voters."""
    who = group.keeper
    one, _ = world.codes(0, 1)
    world.sheet(one, *GOOD, at=0)
    count()
    table = who.open(f"{home}coverage/").text
    assert "North22150.0 %50.0 %" in table
    assert who.open(f"{home}silent/").rows() == ["Station 2"]


def test_before_the_first_count(group: Group, home: str) -> None:
    """Every page says that nothing has been counted yet."""
    for page in ("now", "cards", "silent", "coverage"):
        assert "Nothing has been counted yet." in group.keeper.open(f"{home}{page}/").text


def test_readers_read_and_do_nothing(group: Group, world: World, home: str) -> None:
    """No button, and no act by its address; another group's election is not there."""
    (code,) = world.codes(0)
    world.sheet(code, *GOOD, at=0)
    count()
    reader = group.bring("Birch", role=READER, reads="ALL")
    assert "Make cards" not in reader.open(f"{home}cards/").text
    assert reader.open(f"{home}cards/1/").status == 200
    assert reader.open(f"{home}cards/new/").status == 403
    assert reader.open(f"{home}cards/2/").status == 404
    assert reader.open(f"{home.replace(NAME, 'elsewhere')}now/").status == 404
    assert Somebody().open(f"{home}now/").path.startswith("/enter/")
    station = world.stations[0].pk
    for what in ("nothing", "show"):
        for contest in ("council", "other"):
            page = group.keeper.open(f"{home}stations/{station}/{contest}/{what}/")
            assert page.status == (200 if (what, contest) == ("show", "council") else 404)
