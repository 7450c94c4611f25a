# SPDX-License-Identifier: AGPL-3.0-or-later
"""Plant canaries through the pages, as people would: two of them, in two groups.

Each step types words that stand nowhere else, and notes whether the page took them and where
they can be read back. A room that comes later adds a module with steps of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import resolve

from hedgerow.drill.browser import Browser, Shown
from hedgerow.drill.canaries import Aviary, Canary
from hedgerow.store.codes_api import read_code
from hedgerow.store.sessions import COOKIE_NAME

OK: Final = 200
_PAGES: Final = 8
_THREADS: Final = 4
_FILES: Final = 4
_SEARCHES: Final = 4
_TOO_LONG: Final = 20
_TOO_MANY: Final = 500
_VAST: Final = 200_000
_FIRST_WORDS: Final = 3


class Refusal(RuntimeError):
    """Say that a page did not do what the drill must rely on."""

    def __init__(self, url_name: str, what: str) -> None:
        """Say which page, and what it did."""
        super().__init__(f"{url_name} {what}")


@dataclass
class Planting:
    """Hold the people of the drill, and what they planted.

    Attributes:
        aviary: Gives and keeps canaries.
        people: Browsers by name.
        phrases: The words of each person, to come in again.
        home: Address of the first group.
    """

    aviary: Aviary
    people: dict[str, Browser] = field(default_factory=dict)
    phrases: dict[str, str] = field(default_factory=dict)
    home: str = ""

    @property
    def keeper(self) -> Browser:
        """Return the coordinator's browser."""
        return self.people["keeper"]

    @property
    def seen_fields(self) -> set[tuple[str, str]]:
        """Return every field of every page that anybody saw."""
        return {one for browser in self.people.values() for one in browser.seen_fields}

    def type(self, url_name: str, **typed: str | bytes) -> dict[str, str]:
        """Note words typed into the fields of a page that takes nothing of them.

        Returns:
            The texts among them, as a form sends them.
        """
        for name, value in typed.items():
            self.aviary.keep(Canary(f"{url_name} {name}", value, (url_name, name)))
        return {name: value for name, value in typed.items() if isinstance(value, str)}

    def accept(self, shown: Shown, url_name: str, *, by: str = "keeper", **typed: str) -> None:
        """Note words that a page took; they can be read back where it led to.

        Raises:
            Refusal: The page did not take them.
        """
        demand(shown, url_name)
        for name, value in typed.items():
            place = (url_name, name)
            self.aviary.keep(Canary(f"{url_name} {name}", value, place, by, shown.path))

    def words(self, name: str, words: str, *, url_name: str = "", kind: str = "phrase") -> None:
        """Note words from the list: as they are spelled, and as the numbers behind them."""
        spelled = " ".join(words.split()[:_FIRST_WORDS])
        numbers = read_code(words, kind="phrase" if kind == "phrase" else "invitation")
        place = (url_name, "words") if url_name else ("", "")
        self.aviary.keep(
            Canary(name, spelled, place),
            Canary(f"{name}, big-endian", b"".join(one.to_bytes(2, "big") for one in numbers)),
            Canary(
                f"{name}, little-endian", b"".join(one.to_bytes(2, "little") for one in numbers)
            ),
        )

    def cookies(self, person: str) -> None:
        """Note what a browser was given to come back with."""
        for cookie in (COOKIE_NAME, settings.CSRF_COOKIE_NAME):
            value = self.people[person].cookie(cookie)
            if value:
                self.aviary.keep(Canary(f"cookie {cookie} of {person}", value.rstrip("=")))


def demand(shown: Shown, url_name: str) -> None:
    """Demand that a form was taken: the page it leads to is another one.

    Raises:
        Refusal: It was not.
    """
    if shown.status != OK or resolve(shown.path).view_name == url_name:
        raise Refusal(url_name, f"answered {shown.status}")


def plant(founder_words: str, aviary: Aviary) -> Planting:
    """Carry the whole planting out on an open instance.

    Args:
        founder_words: The first coordinator's invitation.
        aviary: Gives and keeps canaries.

    Raises:
        Refusal: A page did not do what it must.
    """
    planting = Planting(aviary)
    for step in STEPS:
        if step is found_group:
            found_group(planting, founder_words)
        else:
            step(planting)
    return planting


def found_group(planting: Planting, founder_words: str = "") -> None:
    """Let the first coordinator come in, open a group and name it and themselves twice."""
    aviary = planting.aviary
    keeper = planting.people["keeper"] = Browser()
    planting.words("founder's invitation", founder_words, kind="code", url_name="members:join")
    words = keeper.send("/join/", words=founder_words).words
    join_cookie = keeper.cookie("__Host-join").rstrip("=")
    aviary.keep(Canary("cookie __Host-join", join_cookie))
    planting.words("keeper's words", words, url_name="members:join-finish")
    demand(keeper.send("/join/finish/", words=words), "members:join-finish")
    planting.phrases["keeper"] = words
    planting.cookies("keeper")
    first = planting.type("members:open-group", group=aviary.word(), name=aviary.word())
    shown = keeper.send("/groups/new/", **first)
    demand(shown, "members:open-group")
    planting.home = shown.path
    group, name = aviary.word(), aviary.word()
    shown = keeper.send(f"{shown.path}name/", group=group)
    planting.accept(shown, "members:rename-group", group=group)
    shown = keeper.send(f"{planting.home}people/me/", name=name)
    planting.accept(shown, "members:own-name", name=name)


def invite(planting: Planting, home: str) -> str:
    """Let the coordinator of a group make an invitation, and note its words."""
    words = planting.keeper.send(f"{home}people/invite/", role="2", reads="ALL").words
    planting.words("invitation", words, kind="code", url_name="members:join")
    return words


def bring_writer(planting: Planting) -> None:
    """Let somebody join, and come in once more with their words."""
    aviary, invitation = planting.aviary, invite(planting, planting.home)
    writer = planting.people["writer"] = Browser()
    words = writer.send("/join/", words=invitation).words
    planting.words("writer's words", words, url_name="members:join-finish")
    name = aviary.word()
    shown = writer.send("/join/finish/", words=words, name=name)
    demand(shown, "members:join-finish")
    at = writer.open(f"{planting.home}people/")
    planting.accept(at, "members:join-finish", by="writer", name=name)
    planting.cookies("writer")
    planting.phrases["writer"] = words
    writer.set_cookie(COOKIE_NAME, "")
    planting.words("writer's words at the door", words, url_name="members:enter")
    demand(writer.send("/enter/", words=words), "members:enter")
    planting.cookies("writer")


def join_second_group(planting: Planting) -> None:
    """Let the writer join a further group of the coordinator's by its invitation."""
    aviary = planting.aviary
    named = {"group": aviary.word(), "name": aviary.word()}
    shown = planting.keeper.send("/groups/new/", **named)
    planting.accept(shown, "members:open-group", group=named["group"])
    people = planting.keeper.open(f"{shown.path}people/")
    planting.accept(people, "members:open-group", name=named["name"])
    invitation, name = invite(planting, shown.path), aviary.word()
    writer = planting.people["writer"]
    demand(writer.send("/groups/join/", words=invitation, name=name), "members:accept")
    planting.words("invitation of the second", invitation, kind="c", url_name="members:accept")
    people = writer.open(f"{shown.path}people/")
    planting.accept(people, "members:accept", by="writer", name=name)


def write_pages(planting: Planting) -> None:
    """Write a welcome and pages, and change half of the pages."""
    aviary, home = planting.aviary, planting.home
    text = aviary.word()
    shown = planting.keeper.send(f"{home}welcome/", text=text)
    planting.accept(shown, "members:welcome", text=text)
    for number in range(_PAGES):
        by = ("keeper", "writer")[number % 2]
        typed = {"title": aviary.word(), "text": aviary.word()}
        shown = planting.people[by].send(f"{home}pages/new/", **typed)
        if number % 2:
            planting.accept(shown, "members:new-page", by=by, **typed)
            continue
        # What is replaced stays as a version.
        demand(shown, "members:new-page")
        first = planting.people[by].open(f"{shown.path}history/1/")
        planting.accept(first, "members:new-page", by=by, **typed)
        changed = {"title": aviary.word(), "text": aviary.word(), "change": aviary.word()}
        shown = planting.people[by].send(f"{shown.path}edit/", **changed)
        note = changed.pop("change")
        planting.accept(shown, "members:edit-page", by=by, **changed)
        shown = planting.people[by].open(f"{shown.path}history/")
        planting.accept(shown, "members:edit-page", by=by, change=note)


def talk(planting: Planting) -> None:
    """Begin threads and answer in them."""
    aviary = planting.aviary
    for _ in range(_THREADS):
        typed = {"title": aviary.word(), "text": aviary.word()}
        shown = planting.keeper.send(f"{planting.home}threads/new/", **typed)
        planting.accept(shown, "members:new-thread", **typed)
        for by in ("writer", "keeper"):
            text = aviary.word()
            shown = planting.people[by].send(shown.path, text=text)
            if text not in shown.html:
                raise Refusal("members:thread", "showed no answer")
            place = ("members:thread", "text")
            aviary.keep(Canary("members:thread text", text, place, by, shown.path))


def upload(aviary: Aviary, content: bytes) -> SimpleUploadedFile:
    """Return a file with a name that never was."""
    return SimpleUploadedFile(f"{aviary.word()}.txt", content, content_type="text/plain")


def put_files(planting: Planting) -> None:
    """Put files on the shelf and hang one on a page."""
    aviary, home = planting.aviary, planting.home
    page = next(
        one.path for one in aviary.canaries if one.planted_in == ("members:new-page", "title")
    )
    record = page.split("/")[4]
    places = [("members:new-file", f"{home}files/new/")] * _FILES
    for url_name, path in [*places, ("members:attach", f"{home}attach/{record}/")]:
        content, about = aviary.file(), aviary.word()
        file = upload(aviary, content)
        shown = planting.keeper.send(path, file=file, about=about)
        demand(shown, url_name)
        newest = next(
            one
            for one in planting.keeper.open(f"{home}files/").reader.links
            if one.startswith(f"{home}files/") and not one.endswith(("/new/", "/files/"))
        )
        shown = planting.keeper.open(newest)
        planting.accept(shown, url_name, about=about)
        aviary.keep(Canary("name of a file", str(file.name), ("", ""), "keeper", newest))
        place = (url_name, "file")
        aviary.keep(Canary("a file", content, place, "keeper", f"{newest}open/"))


def search_words(planting: Planting) -> None:
    """Look for words that are there and for words that are not."""
    for _ in range(_SEARCHES):
        typed = planting.type("members:search", query=planting.aviary.word())
        planting.keeper.send(f"{planting.home}search/", **typed)


def _refused(planting: Planting, url_name: str, path: str, **typed: str) -> None:
    """Send a form that the page must refuse.

    Raises:
        Refusal: The page took it.
    """
    shown = planting.keeper.send(path, **typed)
    if shown.status == OK and shown.path != path:
        raise Refusal(url_name, "took what it must refuse")


def send_what_is_refused(planting: Planting) -> None:
    """Send forms that must be refused, and what belongs to no form."""
    aviary, home, word = planting.aviary, planting.home, planting.aviary.word
    _refused(
        planting,
        "members:new-page",
        f"{home}pages/new/",
        **planting.type("members:new-page", text=word()),
    )
    long = word() * _TOO_LONG
    _refused(planting, "members:new-thread", f"{home}threads/new/", title=long, text=word())
    planting.type("members:new-thread", title=long)
    for url_name, path in (
        ("members:enter", "/enter/"),
        ("members:change-words", "/me/words/"),
        ("members:accept", "/groups/join/"),
    ):
        _refused(planting, url_name, path, **planting.type(url_name, words=word()))
    content = aviary.file()
    about = word() * 6 * _TOO_LONG
    planting.type("members:new-file", file=content, about=about)
    planting.keeper.send(f"{home}files/new/", file=upload(aviary, content), about=about)


def send_what_breaks(planting: Planting) -> None:
    """Send what is no form of any page: odd headers and addresses, forged and broken requests."""
    word = planting.aviary.word
    agent, referer = planting.type("a header", agent=word(), referer=word()).values()
    stray = Browser({"User-Agent": agent, "Referer": f"http://127.0.0.1/{referer}"})
    path, query = planting.type("an address", path=word(), query=word()).values()
    stray.open(f"/{path}/?q={query}")
    stray.open(f"/enter/?to=/{planting.type('an address', to=word())['to']}/")
    host = planting.type("a header", host=word())["host"]
    Browser({"Host": f"{host}.example"}).open("/")
    forged = planting.type("members:new-page", title=word(), text=word())
    stray.post(f"{planting.home}pages/new/", forged)
    name, value = planting.type("too many fields", name=word(), value=word()).values()
    stray.post("/enter/", {f"{name}{number}": value for number in range(_TOO_MANY)})
    vast = planting.type("too long a form", text=word())["text"]
    stray.post("/enter/", {"words": vast * _VAST})


def interrupt(planting: Planting) -> None:
    """Send a page when the session is over, come in again, and leave the page unsent."""
    writer, url_name = planting.people["writer"], "members:new-page"
    page = writer.open(f"{planting.home}pages/new/")
    keep = writer.cookie(COOKIE_NAME)
    token = writer.open("/me/").reader.form.values
    writer.post("/exit/", token)
    writer.set_cookie(COOKIE_NAME, keep)
    typed = planting.type(url_name, title=planting.aviary.word(), text=planting.aviary.word())
    carrying = writer.send_form(page, at=page.path, **typed)
    shown = writer.send_form(carrying, at="/enter/", words=planting.phrases["writer"])
    if typed["text"] not in shown.html:
        raise Refusal(url_name, "did not come back after coming in")


def erase(planting: Planting) -> None:
    """Write a page and a thread, and erase them."""
    aviary, home = planting.aviary, planting.home
    for kind, url_name in (("pages", "members:new-page"), ("threads", "members:new-thread")):
        typed = planting.type(url_name, title=aviary.word(), text=aviary.word())
        shown = planting.keeper.send(f"{home}{kind}/new/", **typed)
        demand(shown, url_name)
        record = shown.path.split("/")[4]
        planting.keeper.send(f"{home}erase/{record}/")


def change_words(planting: Planting) -> None:
    """Change the coordinator's words, and come in with the new ones."""
    keeper, old = planting.keeper, planting.phrases["keeper"]
    planting.words("keeper's present words", old, url_name="members:change-words")
    new = keeper.send("/me/words/", words=old).words
    planting.words("keeper's new words", new, url_name="members:confirm-words")
    demand(keeper.send("/me/words/new/", words=new), "members:confirm-words")
    planting.phrases["keeper"] = new
    demand(keeper.send("/enter/", words=new), "members:enter")
    planting.cookies("keeper")


STEPS: Final[tuple[Callable[..., None], ...]] = (
    found_group,
    bring_writer,
    join_second_group,
    write_pages,
    talk,
    put_files,
    search_words,
    send_what_is_refused,
    send_what_breaks,
    interrupt,
    erase,
    change_words,
)
