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
LINK = re.compile(r'href="(/(?:groups|elections|write)/[^"#?]*)"')
PUBLIC = {
    "front": "/",
    "about": "/about/",
    "limits": "/limits/",
    "language": "/language/",
    "enter": "/enter/",
    "join": "/join/",
    "letter-boxes": "/write/",
    "answer to a letter": "/answer/",
    "elections": "/elections/",
    "observe": "/observe/",
}
_WORD = r"[\w-]+"


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


def _public_pages(opener: urllib.request.OpenerDirector, address: str) -> dict[str, str]:
    """Follow the links of strangers and name one address of each kind of page."""
    box = _first(_read(opener, f"{address}/write/"), rf"/write/{_WORD}/")
    pages = {**PUBLIC, "letter-box": box}
    election = _first(_read(opener, f"{address}/elections/"), rf"/elections/{_WORD}/")
    pages |= {"election": election, "stations": f"{election}stations/"}
    pages["record"] = f"{election}record/"
    shown = _read(opener, address + election)
    contest = next(
        link
        for link in LINK.findall(shown)
        if re.fullmatch(rf"{election}{_WORD}/", link)
        and link not in {pages["stations"], pages["record"]}
    )
    pages["count"] = contest
    for kind in ("comparison", "remote", "statistics"):
        pages[kind] = f"{contest}{kind}/"
    listed = _read(opener, address + pages["stations"])
    pages["station"] = _first(listed, rf"{election}stations/\d+/")
    return pages


def _election_pages(
    opener: urllib.request.OpenerDirector, address: str, groups: Iterable[str]
) -> dict[str, str]:
    """Find a group that watches an election, and name the pages of its headquarters."""
    for group in groups:
        home = f"{group}elections/"
        listed = LINK.findall(_read(opener, address + home))
        found = next((one for one in listed if re.fullmatch(rf"{home}(?!new/){_WORD}/", one)), None)
        if found is not None:
            pages = {"elections of a group": home, "election, set up": found}
            for kind in ("now", "cards", "silent", "coverage", "shifts"):
                pages[f"headquarters: {kind}"] = f"{found}{kind}/"
            return pages
    raise RuntimeError("no group watches an election")


def _sealed_pages(opener: urllib.request.OpenerDirector, address: str) -> dict[str, str]:
    """Walk through a group and name one address of each kind of page."""
    mine = _read(opener, f"{address}/me/")
    groups = list(dict.fromkeys(re.findall(r'href="(/groups/[\w-]{11}/)"', mine)))
    group = groups[0]
    pages = {"own page": "/me/", "group": group}
    for kind in ("pages", "threads", "files", "people", "search"):
        pages[f"list of {kind}"] = f"{group}{kind}/"
    for kind in ("pages", "threads", "files"):
        listed = _read(opener, f"{address}{group}{kind}/")
        pages[f"one of {kind}"] = _first(listed, rf"{re.escape(group)}{kind}/[\w-]{{11}}/")
    one = pages["one of pages"]
    pages |= {"history": f"{one}history/", "version": f"{one}history/1/", "edit": f"{one}edit/"}
    pages |= {"invite": f"{group}people/invite/", "sessions": "/me/sessions/"}
    pages |= {"letters": "/letters/", "letters of a group": f"{group}letters/"}
    return pages | _election_pages(opener, address, groups)


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
            pages = {**_public_pages(opener, said["address"]), **sealed}
            yield RunningDemo(said["address"], cookie, pages, frozenset(sealed))
        finally:
            process.terminate()
            process.communicate(timeout=60)
