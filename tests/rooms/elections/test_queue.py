# SPDX-License-Identifier: AGPL-3.0-or-later
"""What waited on a phone is taken once, by the same checks, and by the right card alone."""

import json

import pytest

from hedgerow.drill.rooms.waiting import QUEUE, SEALED_TYPE, decoded
from hedgerow.rooms.elections.reports import SheetReport
from hedgerow.store import counting
from hedgerow.store.counting import Act
from tests.rooms.elections.observers import BROKEN, EVENT, GOOD, figures, observer, send
from tests.rooms.elections.phones import deliver, sealed
from tests.rooms.elections.watched_election import NAME, World
from tests.rooms.members.browsers import Group, Page, Somebody

TURNOUT, HAPPENED = "/observe/turnout/", "/observe/happened/"


@pytest.fixture
def page(world: World, who: Somebody) -> Page:
    """Return the open form of a results sheet."""
    return who.open(f"/observe/sheet/{world.contest.key}/")


def _sheets() -> list[tuple[int, ...]]:
    """Return the figures of every sheet handed over for counting."""
    return [one.figure.values for one in counting.all_figures(NAME) if one.figure.act is Act.SHEET]


def test_a_sheet_with_photographs_is_taken_once(world: World, who: Somebody, page: Page) -> None:
    """Killed between accept and answer, sent twice, then by its form: one report, one count."""
    content = b"\xff\xd8" + bytes(70_000) + b"\xff\xd9"
    body = sealed(page, ("a.jpg", content), ("b.jpg", b"small"), **figures(*GOOD))
    assert deliver(who, body) == (200, {"number": 1})
    assert deliver(who, body) == (200, {"number": 1})
    assert send(who, page, **figures(*GOOD)).path == "/observe/sent/1/"
    assert _sheets() == [GOOD]
    side = world.space().observer(NAME, 1)
    (letter,) = side.messages()
    assert isinstance(letter.value, SheetReport)
    assert [one.name for one in letter.files] == ["a.jpg", "b.jpg"]
    assert b"".join(side.file(1, 0).chunks()) == content
    assert who.open("/observe/sent/1/").status == 200


def test_several_wait_in_their_order(who: Somebody) -> None:
    """Each page carries spare numbers, so that one open form makes several reports."""
    page = who.open(TURNOUT)
    form = next(one for one in page.main.iter() if one.get("data-spares"))
    spares = json.loads(form.get("data-spares", ""))
    assert len(spares) == 7
    assert len({slip for _action, slip in spares} | {page.fields["slip"]}) == 8
    (action, slip), *_rest = spares
    assert deliver(who, sealed(page, hour="12", voted="310")) == (200, {"number": 1})
    later = sealed(page, path=action, slip=slip, hour="12", voted="311")
    assert deliver(who, later) == (200, {"number": 2})
    assert "311" in who.open("/observe/station/").text


def test_what_needs_a_look_comes_back_filled_in(who: Somebody, page: Page) -> None:
    """A broken relation: nothing is taken; the form comes back, and its number stays its own."""
    body = sealed(page, ("a.jpg", b"a photograph"), **figures(*BROKEN))
    status, said = deliver(who, body)
    assert (status, _sheets()) == (422, [])
    back = who.press(page, at="/observe/look/", kept=said["kept"])
    assert back.fields["c5"] == "188"
    assert "a.jpg" in back.text
    assert decoded(back.fields["slip"])[:16] == decoded(page.fields["slip"])[:16]
    assert send(who, back, c5="190").path == "/observe/sent/1/"
    assert deliver(who, body) == (200, {"number": 1})
    assert _sheets() == [GOOD]
    assert who.press(page, at="/observe/look/", kept="x").path == "/observe/station/"


def test_a_day_later_it_is_still_taken(group: Group, who: Somebody) -> None:
    """A form that stood open for a day is asked for again; one that waited is not."""
    page = who.open(HAPPENED)
    body = sealed(page, **EVENT)
    group.vault.clock.advance(days=2)
    shown = send(who, page, **EVENT)
    assert "stood open for a day" in shown.text
    assert decoded(shown.fields["slip"])[:16] == decoded(page.fields["slip"])[:16]
    assert deliver(who, body) == (200, {"number": 1})
    group.vault.clock.advance(days=1)
    assert deliver(who, body)[0] == 403


def test_another_card_sends_nothing(world: World, who: Somebody, page: Page) -> None:
    """What was filled in with one card's words goes by no other card, and by none at all."""
    body = sealed(page, **figures(*GOOD))
    other = observer(world.codes(1)[0])
    assert deliver(other, body) == (409, {"why": "arrival.other_card"})
    assert deliver(Somebody(), body) == (403, {})
    for slip in ("", "x", "AAAA", page.fields["slip"][:-4] + "AAAA"):
        assert deliver(who, sealed(page, slip=slip, **figures(*GOOD)))[0] == 409
    assert _sheets() == []
    world.space().observer(NAME, 1).withdraw()
    assert deliver(who, body)[0] == 403


def test_the_key_is_of_the_last_day(world: World, who: Somebody, page: Page) -> None:
    """Another day gives another key, and what waits opens all the same; far off there is none."""
    body, space = sealed(page, **figures(*GOOD)), world.space()
    (watch,) = space.watches()
    space.set_watch_day(NAME, last_day=watch.last_day + 14)
    moved = who.open(TURNOUT)
    assert moved.fields["arrival"] != page.fields["arrival"]
    assert deliver(who, body) == (200, {"number": 1})
    assert deliver(who, sealed(moved, hour="12", voted="310")) == (200, {"number": 2})
    space.set_watch_day(NAME, last_day=watch.last_day + 7 * 300)
    assert who.open(TURNOUT).fields["arrival"] == ""


def test_an_early_answer_is_not_lost(world: World, page: Page) -> None:
    """All is read before the answer: a browser in the middle of sending would see a torn line."""
    body = sealed(page, ("a.jpg", bytes(300_000)), **figures(*GOOD))
    for sender in (observer(world.codes(1)[0]), Somebody()):
        response = sender.client.post(QUEUE, body, content_type=SEALED_TYPE)
        assert response.status_code in {403, 409}
        assert response.wsgi_request.read() == b""


def test_no_other_site_sends_anything(who: Somebody, page: Page) -> None:
    """A form cannot be sent as the type that is asked for; browsers say where a script is from."""
    body = sealed(page, **figures(*GOOD))
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        assert deliver(who, body, kind=kind) == (403, {})
    who.client.defaults["HTTP_SEC_FETCH_SITE"] = "cross-site"
    assert deliver(who, body) == (403, {})
    who.client.defaults["HTTP_SEC_FETCH_SITE"] = "same-origin"
    assert deliver(who, body)[0] == 200


def test_what_cannot_be_opened_is_gone(who: Somebody, page: Page) -> None:
    """Altered, cut, of another kind, or leading nowhere: it can only be thrown away."""
    good = sealed(page, ("a.jpg", bytes(70_000)), **figures(*GOOD))
    bad = [
        b"x",
        good[:-1],
        good[:200],
        good[: 35 + 65_552],
        good[:400] + bytes([good[400] ^ 1]) + good[401:],
        sealed(page, ("a.jpg", b"x"), sizes=(9_000,), **figures(*GOOD)),
        sealed(page, ("a.jpg", b"xy"), sizes=(1,), **figures(*GOOD)),
        sealed(page, *[("a.jpg", b"")] * 11, **figures(*GOOD)),
        sealed(page, **figures(*GOOD), more="x" * 300_000),
        sealed(page, path="/nowhere/"),
        sealed(page, path="/observe/station/"),
        sealed(page, path="/observe/sheet/nowhere/x/"),
    ]
    for place, body in enumerate(bad):
        assert deliver(who, body)[0] == 410, place
    assert deliver(who, b"\1\0\1" + good[3:]) == (410, {"why": "arrival.too_old"})
    assert _sheets() == []
    assert deliver(who, good)[0] == 200


def test_a_photograph_that_is_refused_is_told(
    who: Somebody, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Too large, or empty: the rest of the form comes back to be looked at."""
    monkeypatch.setattr("hedgerow.store.uploads.MOST_FILE_BYTES", 1_000)
    for content in (bytes(1_001), b""):
        status, said = deliver(who, sealed(page, ("a.jpg", content), **figures(*GOOD)))
        assert status == 422
        back = who.press(page, at="/observe/look/", kept=said["kept"])
        assert back.fields["c0"] == "1000"
    assert _sheets() == []


def test_it_waits_on_while_nothing_is_taken(world: World, who: Somebody, page: Page) -> None:
    """The headquarters has stopped, or too much came in a minute: later it goes."""
    body = sealed(page, **figures(*GOOD))
    world.election.is_taking = False
    world.election.save()
    assert deliver(who, body) == (503, {"why": "observers.closed"})
    world.election.is_taking = True
    world.election.save()
    for _ in range(12):
        (action, slip), *_ = json.loads(
            next(one for one in who.open(TURNOUT).main.iter() if one.get("data-spares")).get(
                "data-spares", ""
            )
        )
        assert deliver(who, sealed(page, path=action, slip=slip, hour="12", voted="1"))[0] == 200
    assert deliver(who, body) == (429, {"why": "observers.too_fast"})


def test_the_worker_and_its_page_are_the_same_for_everybody(who: Somebody) -> None:
    """No token, no station, no cookie: what a browser keeps says nothing of who has it."""
    stranger = Somebody()
    for path in ("/observe/worker.js", "/observe/waiting/"):
        assert who.client.get(path).content == stranger.client.get(path).content
        assert not stranger.client.cookies
    script = stranger.client.get("/observe/worker.js")
    assert script["Content-Type"] == "text/javascript"
    assert "worker-src 'self'" in script["Content-Security-Policy"]
    assert "csrfmiddlewaretoken" not in stranger.open("/observe/waiting/").html


def test_forgetting_clears_the_phone(who: Somebody) -> None:
    """What waits goes with the words, and the page has said so."""
    page = who.open("/observe/leave/")
    assert "erased unsent" in page.text
    values = {"csrfmiddlewaretoken": who._token(page)}
    assert who.client.post("/observe/leave/", values)["Clear-Site-Data"] == '"storage"'
