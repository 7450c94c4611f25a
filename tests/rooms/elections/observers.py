# SPDX-License-Identifier: AGPL-3.0-or-later
"""Play observers with telephones, at the stations of an election that a group watches."""

from collections.abc import Callable, Iterator
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from hedgerow.kernel.addresses import from_address
from hedgerow.kernel.ids import SpaceId
from hedgerow.rooms.elections.reports import EventReport
from hedgerow.store.accounts import visit_from_cookie
from hedgerow.store.codes_api import spell_code
from hedgerow.store.sessions import COOKIE_NAME
from hedgerow.store.visit import Space
from tests.rooms.elections.watched_election import World, set_up
from tests.rooms.members.browsers import Group, Page, Somebody

#: Registered, issued, invalid, valid, ours, theirs: all relations hold.
GOOD = (1000, 600, 10, 590, 400, 190)
#: The votes are two fewer than the valid ballots.
BROKEN = (1000, 600, 10, 590, 400, 188)


def space_of(group: Group) -> Callable[[], Space]:
    """Return how the coordinator opens the group in the store."""

    def space() -> Space:
        visit = visit_from_cookie(group.keeper.client.cookies[COOKIE_NAME].value)
        assert visit is not None
        return visit.space(SpaceId(from_address(group.path.split("/")[2])))

    return space


def world_in(group: Group, **options: Any) -> World:
    """Let the group set an election up and watch it."""
    return set_up(space_of(group), **options)


def observer(words: str, language: str = "en") -> Somebody:
    """Let somebody type the words of a card."""
    who = Somebody(language)
    page = who.send("/observe/", words=words)
    assert page.path == "/observe/station/", page.text
    return who


def report(who: Somebody, path: str, **typed: Any) -> Page:
    """Open a form, fill it in and send it to where it leads."""
    return send(who, who.open(path), **typed)


def send(who: Somebody, page: Page, **typed: Any) -> Page:
    """Send the form of a page that is open."""
    (action,) = [one for one in page.buttons(end="/") if one.startswith("/observe/")][-1:]
    return who.send_form(page, at=action, **typed)


def figures(*values: int | str) -> dict[str, str]:
    """Return the figures of a sheet as they are typed."""
    return {f"c{place}": str(value) for place, value in enumerate(values)}


#: What is typed on the way; it stands in no word of the pages.
EVENT = {"category": "count-hidden", "text": "7004"}


def walk(world: World, language: str) -> Iterator[tuple[str, Page]]:
    """Yield every page of observers in one language, with a name for each."""
    stranger = Somebody(language)
    yield "words", stranger.open("/observe/")
    yield "words refused", stranger.send("/observe/", words="7 7")
    yield "training", stranger.open("/observe/training/")
    yield "no network", stranger.open("/observe/waiting/")
    who = observer(world.codes(0)[0], language)
    yield from _small_reports(who)
    yield from _sheets(who, f"/observe/sheet/{world.contest.key}/")
    yield from _at_the_end(world, who, language)


def _photograph() -> SimpleUploadedFile:
    """Return a photograph."""
    return SimpleUploadedFile("7001.7002", b"7003", content_type="image/jpeg")


def _small_reports(who: Somebody) -> Iterator[tuple[str, Page]]:
    """Yield the pages of turnout and of what happened."""
    yield "station", who.open("/observe/station/")
    yield "turnout", who.open("/observe/turnout/")
    yield "turnout refused", report(who, "/observe/turnout/", hour="", voted="1О")
    yield "turnout sent", report(who, "/observe/turnout/", hour="12", voted="310")
    yield "turnout doubted", report(who, "/observe/turnout/", hour="15", voted="3100")
    yield "happened", who.open("/observe/happened/")
    yield "happened refused", report(who, "/observe/happened/")
    yield "happened sent", report(who, "/observe/happened/", **EVENT, photographs=_photograph())
    yield "complaint", who.open("/observe/complaint/3/")


def _sheets(who: Somebody, path: str) -> Iterator[tuple[str, Page]]:
    """Yield the pages of a results sheet."""
    yield "sheet", who.open(path)
    page = report(who, path, **figures(*GOOD[:5], 188), photographs=_photograph())
    yield "sheet broken", page
    yield "sheet confirmed", send(who, page, paper="on")
    yield "sheet complaint", who.open("/observe/complaint/4/")
    yield "sheet refused", report(who, path, **figures(*GOOD[:5], "б"))
    yield "sheet sent", report(who, path, **figures(*GOOD))
    yield "sheet again", who.open(path)


def _at_the_end(world: World, who: Somebody, language: str) -> Iterator[tuple[str, Page]]:
    """Yield the pages after a message, a withdrawal, and without a station."""
    address = world.election.address
    world.space().observer(address, 1).answer(EventReport(b"", 0, "", "", 1, "7005"))
    yield "station full", who.open("/observe/station/")
    yield "leave", who.open("/observe/leave/")
    page = who.open("/observe/happened/")
    world.space().observer(address, 1).withdraw()
    yield "withdrawn", send(who, page, **EVENT)
    (drawn,) = world.space().draw_codes(address, [0])
    lost = observer(spell_code(drawn.numbers, kind="observer", language="en"), language)
    yield "no station", lost.open("/observe/station/")
