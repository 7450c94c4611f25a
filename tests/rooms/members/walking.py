# SPDX-License-Identifier: AGPL-3.0-or-later
"""Walk through every page of the room once, in every state that has words of its own."""

from collections.abc import Iterator
from unittest.mock import patch

from hedgerow.store import quotas
from tests.instances import Vault
from tests.rooms.members.browsers import (
    PROBATIONER,
    READER,
    Group,
    Page,
    Somebody,
    open_group,
)
from tests.rooms.members.test_not_now import FULL, refusing
from tests.rooms.members.test_shelf import a_file
from tests.rooms.members.test_told import restored

#: They stand in no word of the pages, so that what is left over is the page's own.
GROUP, NAME, OTHER, TITLE, TEXT = "7001", "7002", "7003", "7004", "7005"


def at_the_door(vault: Vault, founder: Somebody) -> Iterator[tuple[str, Page]]:
    """Yield the pages of whoever is not inside, and of the first who comes in."""
    yield "join", founder.open("/join/")
    yield "join refused", founder.send("/join/", words="")
    yield "join too long", founder.send("/join/", words="x " * 300)
    yield "enter", founder.open("/enter/")
    yield "enter refused", founder.send("/enter/", words="7 7 7")
    yield "over", founder.open("/join/words/")
    yield "words", founder.begin_joining(vault.founder_words)
    yield "finish for a founder", founder.open("/join/finish/")


def of_ones_own(group: Group) -> Iterator[tuple[str, Page]]:
    """Yield the pages of somebody's own."""
    who = group.keeper
    yield "me", who.open("/me/")
    yield "sessions", who.open("/me/sessions/")
    yield "change words", who.open("/me/words/")
    yield "confirm words", who.send("/me/words/", words=who.phrase)
    yield "open group", who.open("/groups/new/")
    yield "open group refused", who.send("/groups/new/", group="", name="")
    yield "accept", who.open("/groups/join/")
    yield "accept refused", who.send("/groups/join/", words="7", name="")


def of_an_empty_group(group: Group, reader: Somebody) -> Iterator[tuple[str, Page]]:
    """Yield the pages of a group in which nothing was written."""
    for part in ("", "pages/", "threads/", "files/", "search/", "people/"):
        yield f"empty {part}", group.keeper.open(f"{group.path}{part}")
        yield f"empty {part} for a reader", reader.open(f"{group.path}{part}")


def of_forms(group: Group) -> Iterator[tuple[str, Page]]:
    """Yield every form of a group, empty and refused."""
    who = group.keeper
    for path in ("welcome/", "pages/new/", "threads/new/", "files/new/", "name/", "people/me/"):
        yield path, who.open(f"{group.path}{path}")
        page = who.send(f"{group.path}{path}", text="", title="", group="", name="")
        yield f"{path} refused", page
    yield "nobody wrote much", who.open(f"{group.path}people/much/")
    yield "nothing to confirm", who.open(f"{group.path}people/confirm/")
    yield "invite", who.open(f"{group.path}people/invite/")
    yield "invite refused", who.send(f"{group.path}people/invite/", role="1", last_day="7")
    yield "card", who.send(f"{group.path}people/invite/")
    yield "leave", who.open(f"{group.path}leave/")
    yield "leave refused", who.send(f"{group.path}leave/")
    for end in ("/role/", "/remove/"):
        yield end, who.open(group.link_of(who, OTHER, end=end))


def of_records(group: Group, other: Somebody) -> Iterator[tuple[str, Page]]:
    """Yield the pages of what was written."""
    who = group.keeper
    page = group.write(who, title=TITLE, text=TEXT)
    slow = other.open(f"{page}edit/")
    yield "edit", who.send(f"{page}edit/", text=f"{TEXT}\n{TITLE}", change=TITLE)
    yield "conflict", other.send_form(slow, text=GROUP)
    for end in ("", "edit/", "history/", "history/1/", "history/2/"):
        yield f"page {end}", who.open(f"{page}{end}")
    thread = group.talk(who, title=TITLE, text=TEXT)
    yield "thread", other.send(thread, text=TEXT)
    yield "thread refused", other.send(thread, text="")
    shelf = who.send(f"{group.path}attach/{page.split('/')[4]}/", file=a_file(TITLE), about=TEXT)
    yield "attached", shelf
    file = next(
        one
        for one in shelf.links()
        if one.startswith(f"{group.path}files/") and one != f"{group.path}files/"
    )
    yield "file", who.open(file)
    yield "erase", who.open(f"{group.path}erase/{page.split('/')[4]}/")
    yield "found", who.send(f"{group.path}search/", query=TITLE)
    yield "not found", who.send(f"{group.path}search/", query="7777")
    yield "no query", who.send(f"{group.path}search/", query="")
    for part in ("", "pages/", "threads/", "files/", "people/"):
        yield f"full {part}", who.open(f"{group.path}{part}")
        yield f"full {part} for another", other.open(f"{group.path}{part}")
    yield "news", other.open("/me/")


def of_much(group: Group, other: Somebody) -> Iterator[tuple[str, Page]]:
    """Yield what one is told who writes too much, and what the coordinator then sees."""
    with patch.object(quotas, "RECORDS", 0):
        yield "too much", other.send(f"{group.path}pages/new/", title=TITLE, text=TEXT)
    yield "told of much", group.keeper.open("/me/")
    yield "much", group.keeper.open(f"{group.path}people/much/")
    form = group.keeper.open(f"{group.path}files/new/")
    with refusing(FULL, only=("INSERT INTO large", "DELETE")):
        yield "not now", group.keeper.send_form(form, file=a_file(TITLE), about=TEXT)


def of_a_copy(group: Group) -> Iterator[tuple[str, Page]]:
    """Yield what a coordinator sees when all was put back from a copy."""
    restored(group)
    yield "told of a copy", group.keeper.enter()
    yield "to confirm", group.keeper.open(f"{group.path}people/confirm/")


def interrupted(group: Group, who: Somebody) -> Iterator[tuple[str, Page]]:
    """Yield the page that carries a form over the log-in, and what comes after."""
    form = who.open(f"{group.path}files/new/")
    group.vault.clock.advance(minutes=21)
    page = who.send_form(form, file=a_file(TITLE), about=TEXT)
    yield "carried", page
    yield "received", who.send_form(page, words=who.phrase)


def of_pauses(group: Group, language: str) -> Iterator[tuple[str, Page]]:
    """Yield the pages that pause an account, open it again, and lock one for a journey."""
    who, friend = group.bring("7008", language=language), Somebody(language)
    for path in ("/me/friend/", "/me/journey/"):
        yield path, who.open(path)
        yield f"{path} refused", who.send(path, words="7")
    card = who.send("/me/friend/", words=who.phrase, days="0")
    yield "friend card", card
    for path in ("/pause/", "/pause/end/"):
        yield path, friend.open(path)
        yield f"{path} refused", friend.send(path, words="7", friend="7")
    yield "paused", friend.send("/pause/", words=card.words)
    yield "people with a pause", group.keeper.open(f"{group.path}people/")
    yield "not opened", friend.send("/pause/end/", words=group.keeper.phrase, friend=card.words)
    yield "opened", friend.send("/pause/end/", words=who.phrase, friend=card.words)
    yield "people after a pause", group.keeper.open(f"{group.path}people/")


def walk(vault: Vault, language: str) -> Iterator[tuple[str, Page]]:
    """Yield every page of the room in one language, with a name for each."""
    keeper = Somebody(language)
    yield from at_the_door(vault, keeper)
    keeper.phrase = keeper.open("/join/words/").words
    yield "nowhere yet", keeper.send("/join/finish/", words=keeper.phrase)
    group = open_group(keeper, vault, name=GROUP, as_name=NAME)
    other = group.bring(OTHER, language=language)
    reader = group.bring("7006", role=READER, language=language)
    newcomer = group.bring("7007", role=PROBATIONER, language=language)
    guest = Somebody(language)
    guest.begin_joining(group.invite())
    yield "finish", guest.open("/join/finish/")
    yield "finish refused", guest.send("/join/finish/", words="7", name="")
    yield from of_ones_own(group)
    yield from of_an_empty_group(group, reader)
    yield from of_forms(group)
    yield from of_records(group, other)
    yield "new member", newcomer.open(group.path)
    yield "refused", reader.open(f"{group.path}pages/new/")
    yield from of_pauses(group, language)
    yield from of_much(group, other)
    yield from interrupted(group, other)
    yield from of_a_copy(group)
