# SPDX-License-Identifier: AGPL-3.0-or-later
"""Play observers with telephones, at the stations of an election that a group watches."""

from collections.abc import Callable
from typing import Any

from hedgerow.kernel.addresses import from_address
from hedgerow.kernel.ids import SpaceId
from hedgerow.store.accounts import visit_from_cookie
from hedgerow.store.sessions import COOKIE_NAME
from hedgerow.store.visit import Space
from tests.rooms.elections.worlds import World, set_up
from tests.rooms.members.browsers import Group, Page, Somebody

#: Registered, issued, invalid, valid, ours, theirs: all relations hold.
GOOD = (1000, 600, 10, 590, 400, 190)


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
