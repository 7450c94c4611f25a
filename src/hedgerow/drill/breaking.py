# SPDX-License-Identifier: AGPL-3.0-or-later
"""Send what is no form of any page: odd, forged and broken requests, and halves of files."""

import socket
from typing import Any, Final

from hedgerow.drill.browser import Browser
from hedgerow.drill.canaries import Canary
from hedgerow.drill.leaks.faults import MARK
from hedgerow.drill.plant import Planting, Refusal, upload

_TOO_MANY: Final = 500
_VAST: Final = 30_000
_BROKEN: Final = 500
_PROMISED: Final = 8 * 1024 * 1024
_SENT: Final = 200_000
_STEP: Final = 65_536
_END: Final = b"\r\n"


def send_what_breaks(planting: Planting) -> None:
    """Send odd headers and addresses, forged and broken requests."""
    word = planting.aviary.word
    agent, referer = planting.type("a header", agent=word(), referer=word()).values()
    stray = planting.browser({"User-Agent": agent, "Referer": f"http://127.0.0.1/{referer}"})
    path, query = planting.type("an address", path=word(), query=word()).values()
    planting.count(stray.open(f"/{path}/?q={query}").status)
    planting.count(
        stray.open(f"/enter/?to=/{planting.type('an address', to=word())['to']}/").status
    )
    host = planting.type("a header", host=word())["host"]
    planting.count(planting.browser({"Host": f"{host}.example"}).open("/").status)
    forged = planting.type("members:new-page", title=word(), text=word())
    planting.count(stray.post(f"{planting.home}pages/new/", forged).status)
    name, value = planting.type("too many fields", name=word(), value=word()).values()
    many = {f"{name}{number}": value for number in range(_TOO_MANY)}
    planting.count(stray.post("/enter/", many).status)
    vast = planting.type("too long a form", text=word())["text"]
    planting.count(stray.post("/enter/", {"words": vast * _VAST}).status)
    _force_errors(planting)


def _force_errors(planting: Planting) -> None:
    """Send bytes that no browser sends, as a stranger and as a member, and break pages."""
    word = planting.aviary.word
    for browser in (planting.browser(), planting.keeper):
        typed = planting.type("a broken form", text=word(), mark=word(), name=word())
        bodies = (
            (f"words={typed['text']}%ED%A0%80%00%FF&csrfmiddlewaretoken=%00", ""),
            (f"--x{_END.decode()}{typed['mark']}", "multipart/form-data; boundary=y"),
            (typed["mark"], "multipart/form-data"),
            (f"words={typed['name']}", "application/x-www-form-urlencoded; charset=none"),
            (f'{{"words": "{typed["text"]}"}}', "application/json"),
        )
        for body, kind in bodies:
            target = f"{planting.home}search/" if browser is planting.keeper else "/enter/"
            named = {"kind": kind} if kind else {}
            planting.count(browser.send_bytes(target, body.encode(), **named).status)
    token = planting.keeper.open(f"{planting.home}search/").reader.form.values
    for odd in ("\0", "\ufffe", "'\"--"):
        typed = planting.type("members:search", query=f"{word()}{odd}")
        shown = planting.keeper.post(f"{planting.home}search/", {**token, **typed})
        planting.count(shown.status)
    _break_pages(planting)


def _break_pages(planting: Planting) -> None:
    """Send what the drill's service fails at, with the text in the error.

    Raises:
        Refusal: A page did not break.
    """
    home, word, aviary = planting.home, planting.aviary.word, planting.aviary
    content = aviary.file()
    typed: tuple[tuple[str, str, dict[str, str | bytes]], ...] = (
        ("members:search", "search/", {"query": word()}),
        ("members:new-page", "pages/new/", {"title": word(), "text": word()}),
        ("members:new-thread", "threads/new/", {"title": word(), "text": word()}),
        ("members:new-file", "files/new/", {"about": word(), "file": content}),
    )
    for url_name, path, fields in typed:
        planting.type(url_name, **fields)
        sent: dict[str, Any] = {
            name: f"{value} {MARK}" if isinstance(value, str) else upload(aviary, value)
            for name, value in fields.items()
        }
        shown = planting.keeper.send(f"{home}{path}", **sent)
        if shown.status != _BROKEN:
            raise Refusal(url_name, f"did not break but answered {shown.status}")
        planting.count(shown.status)


def cut_uploads(planting: Planting) -> None:
    """Break off a file in the middle, and leave another one half sent when the end comes."""
    cut = begin_upload(planting)
    cut.shutdown(socket.SHUT_RDWR)
    cut.close()
    planting.unfinished.append(begin_upload(planting))


def begin_upload(planting: Planting) -> socket.socket:
    """Send the first part of a file of which more was announced, and leave the line open.

    Raises:
        Refusal: The page had no form.
    """
    keeper, path, aviary = planting.keeper, f"{planting.home}files/new/", planting.aviary
    values = keeper.open(path).reader.form.values
    if not values:
        raise Refusal("members:new-file", "had no form")
    name, about, word = aviary.word(), aviary.word(), aviary.word()
    for what, value in (("name of half a file", name), ("half a file", word)):
        aviary.keep(Canary(what, value))
    aviary.keep(Canary("members:new-file about", about, ("members:new-file", "about")))
    host, _, port = planting.address.partition(":")
    line = socket.create_connection((host, int(port)))
    line.sendall(_first_part(keeper, path, {**values, "about": about}, name=name))
    content = (word.encode() + b" ") * (_SENT // len(word))
    for start in range(0, _SENT, _STEP):
        line.sendall(content[start : start + _STEP])
    return line


def _first_part(browser: Browser, path: str, values: dict[str, str], *, name: str) -> bytes:
    """Return a request up to the first byte of its file."""
    headers = {
        **browser.headers,
        "Content-Type": b"multipart/form-data; boundary=half",
        "Content-Length": str(_PROMISED).encode(),
    }
    lines = [f"POST {path} HTTP/1.1".encode()]
    lines += [header.encode() + b": " + value for header, value in headers.items()]
    fields = [
        f'--half\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}'.encode()
        for field, value in values.items()
        if field != "file"
    ]
    head = (
        f'--half\r\nContent-Disposition: form-data; name="file"; filename="{name}.txt"\r\n'
        "Content-Type: text/plain\r\n\r\n"
    )
    return _END.join([*lines, b"", *fields, head.encode()])
