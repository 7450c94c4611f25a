# SPDX-License-Identifier: AGPL-3.0-or-later
"""Plant through the pages of the room for members: three people, in two groups."""

import re
from collections.abc import Callable
from typing import Final

from django.urls import resolve

from hedgerow.drill.breaking import cut_uploads, send_what_breaks
from hedgerow.drill.canaries import Canary
from hedgerow.drill.pictures import jpeg, png
from hedgerow.drill.plant import OK, Planting, Refusal, demand, upload
from hedgerow.store.sessions import COOKIE_NAME

LEAVER: Final = "leaver"
_TOO_LONG: Final = 20


def plant(planting: Planting) -> None:
    """Carry the planting of this room out.

    Raises:
        Refusal: A page did not do what it must.
    """
    for step in STEPS:
        step(planting)


def found_group(planting: Planting) -> None:
    """Let the first coordinator come in, open a group and name it and themselves twice."""
    aviary, founder_words = planting.aviary, planting.invitation
    keeper = planting.people["keeper"] = planting.browser()
    planting.words("founder's invitation", founder_words, url_name="members:join")
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
    planting.words("invitation", words, url_name="members:join")
    return words


def join(planting: Planting, person: str) -> None:
    """Let somebody join the first group by an invitation of their own."""
    invitation = invite(planting, planting.home)
    browser = planting.people[person] = planting.browser()
    words = browser.send("/join/", words=invitation).words
    planting.words(f"{person}'s words", words, url_name="members:join-finish")
    name = planting.aviary.word()
    shown = browser.send("/join/finish/", words=words, name=name)
    demand(shown, "members:join-finish")
    at = browser.open(f"{planting.home}people/")
    planting.accept(at, "members:join-finish", by=person, name=name)
    planting.cookies(person)
    planting.phrases[person] = words


def bring_people(planting: Planting) -> None:
    """Let two join, and one of them come in once more with their words."""
    join(planting, LEAVER)
    join(planting, "writer")
    writer, words = planting.people["writer"], planting.phrases["writer"]
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
    planting.words("invitation of the second", invitation, url_name="members:accept")
    people = writer.open(f"{shown.path}people/")
    planting.accept(people, "members:accept", by="writer", name=name)


def write_welcome(planting: Planting) -> None:
    """Write what the group tells its new members."""
    text, _words = planting.text()
    shown = planting.keeper.send(f"{planting.home}welcome/", text=text)
    planting.accept(shown, "members:welcome", text=text)


def write_pages(planting: Planting) -> None:
    """Write pages, and change half of them."""
    aviary, home = planting.aviary, planting.home
    for number in range(planting.size.pages):
        by = ("keeper", "writer")[number % 2]
        typed = {"title": aviary.word(), "text": planting.text()[0]}
        shown = planting.people[by].send(f"{home}pages/new/", **typed)
        if number % 2:
            planting.accept(shown, "members:new-page", by=by, **typed)
            continue
        # What is replaced stays as a version.
        demand(shown, "members:new-page")
        first = planting.people[by].open(f"{shown.path}history/1/")
        planting.accept(first, "members:new-page", by=by, **typed)
        changed = {"title": aviary.word(), "text": planting.text()[0], "change": aviary.word()}
        shown = planting.people[by].send(f"{shown.path}edit/", **changed)
        note = changed.pop("change")
        planting.accept(shown, "members:edit-page", by=by, **changed)
        shown = planting.people[by].open(f"{shown.path}history/")
        planting.accept(shown, "members:edit-page", by=by, change=note)


def talk(planting: Planting) -> None:
    """Begin threads and answer in them."""
    for _ in range(planting.size.threads):
        typed = {"title": planting.aviary.word(), "text": planting.text()[0]}
        shown = planting.keeper.send(f"{planting.home}threads/new/", **typed)
        planting.accept(shown, "members:new-thread", **typed)
        for by in ("writer", "keeper"):
            text, words = planting.text()
            shown = planting.people[by].send(shown.path, text=text)
            if text not in shown.html:
                raise Refusal("members:thread", "showed no answer")
            planting.note(shown.path, ("members:thread", "text"), words, by=by)


def put_files(planting: Planting) -> None:
    """Put texts and pictures on the shelf, and hang one file on a page."""
    aviary, home = planting.aviary, planting.home
    page = next(
        one.path for one in aviary.canaries if one.planted_in == ("members:new-page", "title")
    )
    shelf, hung = ("members:new-file", f"{home}files/new/"), page.split("/")[4]
    for _ in range(planting.size.files):
        put_file(planting, shelf, content=aviary.file())
        for make, kind in ((jpeg, "image/jpeg"), (png, "image/png")):
            put_picture(planting, shelf, make=make, kind=kind)
    place = ("members:attach", f"{home}attach/{hung}/")
    put_file(planting, place, content=aviary.file())


def put_file(
    planting: Planting, at: tuple[str, str], *, content: bytes, kind: str = "text/plain"
) -> str:
    """Send one file, read it once, and return where it lies."""
    aviary, home, (url_name, path) = planting.aviary, planting.home, at
    about, file = aviary.word(), upload(aviary, content, kind=kind)
    demand(planting.keeper.send(path, file=file, about=about), url_name)
    newest = next(
        one
        for one in planting.keeper.open(f"{home}files/").reader.links
        if one.startswith(f"{home}files/") and not one.endswith(("/new/", "/files/"))
    )
    shown = planting.keeper.open(newest)
    planting.accept(shown, url_name, about=about)
    aviary.keep(Canary("name of a file", str(file.name), ("", ""), "keeper", newest))
    aviary.keep(Canary("a file", content, (url_name, "file"), "keeper", f"{newest}open/"))
    planting.keeper.open(f"{newest}open/")
    return newest


def put_picture(
    planting: Planting, at: tuple[str, str], *, make: Callable[[str], bytes], kind: str
) -> None:
    """Send a picture that has a canary in its EXIF notes."""
    word = planting.aviary.word()
    newest = put_file(planting, at, content=make(word), kind=kind)
    planting.note(f"{newest}open/", ("EXIF of a picture", ""), [word], by="keeper")


def write_what_is_to_go(planting: Planting) -> None:
    """Write pages and files that are to be erased, and let the member who is to go read them."""
    for _ in range(planting.size.lost):
        typed = {"title": planting.aviary.word(), "text": planting.text()[0]}
        shown = planting.keeper.send(f"{planting.home}pages/new/", **typed)
        planting.accept(shown, "members:new-page", by=LEAVER, **typed)
        planting.people[LEAVER].open(shown.path)
        planting.lost.append(shown.path)
        shelf = ("members:new-file", f"{planting.home}files/new/")
        path = put_file(planting, shelf, content=planting.aviary.file())
        planting.people[LEAVER].open(f"{path}open/")
        planting.lost.append(path)


def search_words(planting: Planting) -> None:
    """Look for words that are there and for words that are not."""
    for _ in range(planting.size.pages * 2):
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
        ("members:friend-words", "/me/friend/"),
        ("members:journey", "/me/journey/"),
        ("members:pause", "/pause/"),
        ("members:accept", "/groups/join/"),
    ):
        _refused(planting, url_name, path, **planting.type(url_name, words=word()))
    both = planting.type("members:unpause", friend=word(), words=word())
    _refused(planting, "members:unpause", "/pause/end/", **both)
    content = aviary.file()
    about = word() * 6 * _TOO_LONG
    planting.type("members:new-file", file=content, about=about)
    planting.keeper.send(f"{home}files/new/", file=upload(aviary, content), about=about)


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


def erase_at_once(planting: Planting) -> None:
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


def pause_and_open(planting: Planting) -> None:
    """Let a friend pause the coordinator's access, and both together open it again.

    Raises:
        Refusal: A page did not take the words.
    """
    keeper, words = planting.keeper, planting.phrases["keeper"]
    friends = keeper.send("/me/friend/", words=words, days="0").words
    planting.words("friend's words", friends, url_name="members:pause")
    planting.words("keeper's words for a friend's", words, url_name="members:friend-words")
    friend = planting.browser()
    both = {"friend": friends, "words": words}
    for url_name, path, typed in (
        ("members:pause", "/pause/", {"words": friends}),
        ("members:unpause", "/pause/end/", both),
    ):
        # What was done is said under the same address; a refusal has another status.
        if friend.send(path, **typed).status != OK:
            raise Refusal(url_name, "refused the words")
    demand(keeper.send("/enter/", words=words), "members:enter")
    planting.cookies("keeper")


def erase_and_remove(planting: Planting) -> None:
    """Erase what was written to go, and remove the member who has read it.

    Raises:
        Refusal: A page did not do what it must.
    """
    keeper, home = planting.keeper, planting.home
    for path in planting.lost:
        record = path.split("/")[4]
        at = f"{path}erase/" if "/letters/" in path else f"{home}erase/{record}/"
        demand(keeper.send(at), resolve(at).view_name)
    name = next(
        str(one.value)
        for one in planting.aviary.canaries
        if one.person == LEAVER and one.planted_in == ("members:join-finish", "name")
    )
    people = keeper.open(f"{home}people/").html.partition(name)[2]
    links = re.findall(r'href="([^"]+/remove/)"', people)
    if not links:
        raise Refusal("members:people", "offers nobody to remove")
    demand(keeper.send(links[0]), "members:remove")


STEPS: Final[tuple[Callable[[Planting], None], ...]] = (
    found_group,
    bring_people,
    join_second_group,
    write_welcome,
    write_pages,
    talk,
    put_files,
    search_words,
    send_what_is_refused,
    send_what_breaks,
    cut_uploads,
    interrupt,
    erase_at_once,
    change_words,
    pause_and_open,
    write_what_is_to_go,
)
