# SPDX-License-Identifier: AGPL-3.0-or-later
"""Serve a demo for benchmarks, log in, and name one address of each kind of page."""

import json
import re
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path

ROOT = Path(__file__).parents[1]
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
LINK = re.compile(r'href="(/groups/[^"#?]*)"')
PUBLIC = {"front": "/", "about": "/about/", "language": "/language/", "enter": "/enter/"}
PUBLIC_ROOM = {"join": "/join/"}


class LocalPolicy(DefaultCookiePolicy):
    """Send secure cookies to this machine over http, as browsers do."""

    def return_ok_secure(self, cookie: object, request: object) -> bool:
        """Let every cookie pass."""
        del cookie, request
        return True


@dataclass(frozen=True, slots=True)
class RunningDemo:
    """Hold a demo that is being served.

    Attributes:
        address: Where.
        cookie: Of a coordinator who is logged in, as a header.
        pages: Kind of page to its path; public ones and sealed ones.
        sealed: Which of the kinds are sealed.
    """

    address: str
    cookie: str
    pages: dict[str, str]
    sealed: frozenset[str]

    def get(self, kind: str) -> urllib.request.Request:
        """Return the request of a page, with the cookie where it is sealed."""
        request = urllib.request.Request(self.address + self.pages[kind])
        if kind in self.sealed:
            request.add_header("Cookie", self.cookie)
        return request


def _read(opener: urllib.request.OpenerDirector, address: str, data: bytes | None = None) -> str:
    """Return a page."""
    request = urllib.request.Request(address, data)
    request.add_header("Referer", address)
    with opener.open(request, timeout=60) as response:
        text: str = response.read().decode()
    return text


def _first(text: str, pattern: str) -> str:
    """Return the first link that fits."""
    links: list[str] = LINK.findall(text)
    return next(link for link in links if re.fullmatch(pattern, link))


def _sealed_pages(opener: urllib.request.OpenerDirector, address: str) -> dict[str, str]:
    """Walk through a group and name one address of each kind of page."""
    mine = _read(opener, f"{address}/me/")
    group = _first(mine, r"/groups/[\w-]{11}/")
    pages = {"own page": "/me/", "group": group}
    for kind in ("pages", "threads", "files", "people", "search"):
        pages[f"list of {kind}"] = f"{group}{kind}/"
    for kind in ("pages", "threads", "files"):
        listed = _read(opener, f"{address}{group}{kind}/")
        pages[f"one of {kind}"] = _first(listed, rf"{re.escape(group)}{kind}/[\w-]{{11}}/")
    one = pages["one of pages"]
    pages |= {"history": f"{one}history/", "version": f"{one}history/1/", "edit": f"{one}edit/"}
    pages |= {"invite": f"{group}people/invite/", "sessions": "/me/sessions/"}
    return pages


def _log_in(address: str, words: str) -> tuple[urllib.request.OpenerDirector, CookieJar]:
    """Log in as a browser would."""
    jar = CookieJar(LocalPolicy(secure_protocols=("http", "https")))
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    token = TOKEN.search(_read(opener, f"{address}/enter/"))
    if token is None:
        raise RuntimeError("the page to enter has no form")
    form = {"csrfmiddlewaretoken": token[1], "words": words, "to": "/me/"}
    _read(opener, f"{address}/enter/", urllib.parse.urlencode(form).encode())
    return opener, jar


@contextmanager
def running_demo() -> Iterator[RunningDemo]:
    """Serve a fresh demo from a folder of its own, and end it afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "hedgerow", "demo", "--port", "0", "--json"]
        process = subprocess.Popen(
            [*command, "--folder", f"{folder}/demo"], stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        try:
            lines: Iterable[str] = process.stdout or []
            said = json.loads(next(line for line in lines if line.startswith("{")))
            opener, jar = _log_in(said["address"], said["keeper"])
            cookie = "; ".join(f"{one.name}={one.value}" for one in jar)
            sealed = _sealed_pages(opener, said["address"])
            pages = {**PUBLIC, **PUBLIC_ROOM, **sealed}
            yield RunningDemo(said["address"], cookie, pages, frozenset(sealed))
        finally:
            process.terminate()
            process.communicate(timeout=60)
