# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hold what every planting needs: people with browsers, and a note of what they typed.

Each room registers a function that plants through its own pages, as people would. It types
words that stand nowhere else, and notes whether the page took them and where they can be
read back.
"""

import base64
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import resolve

from hedgerow.drill.browser import Browser, Shown
from hedgerow.drill.canaries import Aviary, Canary
from hedgerow.engines.vault.words import keyed_check
from hedgerow.rooms.registration import room_registers
from hedgerow.site import harness
from hedgerow.store.sessions import COOKIE_NAME
from hedgerow.store.wordlists import word_lists

OK: Final = 200
_FIRST_WORDS: Final = 3


class Refusal(RuntimeError):
    """Say that a page did not do what the drill must rely on."""

    def __init__(self, url_name: str, what: str) -> None:
        """Say which page, and what it did."""
        super().__init__(f"{url_name} {what}")


@dataclass(frozen=True, slots=True)
class Size:
    """Say how much is planted.

    Attributes:
        pages: How many pages of a notebook; other things in proportion.
        threads: How many threads.
        files: How many files of each sort.
        words: How many canaries stand in one text.
        lost: How many records are written to be erased.
    """

    pages: int
    threads: int
    files: int
    words: int
    lost: int

    @property
    def lost_letters(self) -> int:
        """Return how many letters are erased, besides as many pages and files as `lost` says."""
        return max(1, self.lost // 4)

    @property
    def erased(self) -> int:
        """Return how many records are erased in all."""
        return 2 * self.lost + self.lost_letters


FULL: Final = Size(pages=150, threads=100, files=20, words=10, lost=40)
QUICK: Final = Size(pages=24, threads=16, files=4, words=10, lost=10)
SMALL: Final = Size(pages=2, threads=1, files=1, words=2, lost=1)


@dataclass
class Planting:
    """Hold the people of the drill, and what they planted.

    Attributes:
        aviary: Gives and keeps canaries.
        address: Host and port of the service.
        invitation: The first coordinator's words.
        check_key: The server's secret behind check words.
        size: How much is planted.
        people: Browsers by name.
        browsers: All browsers there ever were.
        phrases: The words of each person, to come in again.
        home: Address of the first group.
        lost: Addresses of the records that are to be erased.
        statuses: How often what must break was answered with which status.
        unfinished: Lines on which a file is half sent.
    """

    aviary: Aviary
    address: str
    invitation: str = ""
    check_key: bytes = b""
    size: Size = QUICK
    people: dict[str, Browser] = field(default_factory=dict)
    browsers: list[Browser] = field(default_factory=list)
    phrases: dict[str, str] = field(default_factory=dict)
    home: str = ""
    lost: list[str] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    unfinished: list[socket.socket] = field(default_factory=list)

    @property
    def keeper(self) -> Browser:
        """Return the coordinator's browser."""
        return self.people["keeper"]

    @property
    def seen_fields(self) -> set[tuple[str, str]]:
        """Return every field of every page that anybody saw."""
        return {one for browser in self.browsers for one in browser.seen_fields}

    def browser(self, headers: Mapping[str, str] | None = None) -> Browser:
        """Return a new browser without cookies."""
        browser = Browser(self.address, headers)
        self.browsers.append(browser)
        return browser

    def text(self) -> tuple[str, list[str]]:
        """Return a text, and the canaries it is made of."""
        words = self.aviary.words(self.size.words)
        return " ".join(words), words

    def type(self, url_name: str, **typed: str | bytes) -> dict[str, str]:
        """Note words typed into the fields of a page that takes nothing of them.

        Returns:
            The texts among them, as a form sends them.
        """
        for name, value in typed.items():
            self.aviary.keep(Canary(f"{url_name} {name}", value, (url_name, name)))
        return {name: value for name, value in typed.items() if isinstance(value, str)}

    def accept(self, shown: Shown, url_name: str, *, by: str = "keeper", **typed: str) -> None:
        """Note words that a page took, each of a text by itself; they stand where it led to.

        Raises:
            Refusal: The page did not take them.
        """
        demand(shown, url_name)
        for name, text in typed.items():
            self.note(shown.path, (url_name, name), text.split(), by=by)

    def note(self, path: str, place: tuple[str, str], words: Iterable[str], *, by: str) -> None:
        """Note words that were taken, and where they can be read back."""
        name = " ".join(one for one in place if one)
        self.aviary.keep(*(Canary(name, word, place, by, path) for word in words))

    def words(self, name: str, words: str, *, url_name: str = "") -> None:
        """Note words from the list: as they are spelled, and as the numbers behind them."""
        spelled = " ".join(words.split()[:_FIRST_WORDS])
        check = keyed_check(self.check_key)
        numbers = word_lists().read(words, count=len(words.split()) - 1, check=check)
        place = (url_name, "words") if url_name else ("", "")
        self.aviary.keep(
            Canary(name, spelled, place),
            Canary(f"{name}, big-endian", b"".join(one.to_bytes(2, "big") for one in numbers)),
            Canary(
                f"{name}, little-endian", b"".join(one.to_bytes(2, "little") for one in numbers)
            ),
        )

    def cookies(self, person: str) -> None:
        """Note what a browser was given to come back with, and the secret in it."""
        for cookie in (COOKIE_NAME, settings.CSRF_COOKIE_NAME):
            value = self.people[person].cookie(cookie)
            if value:
                self.aviary.keep(Canary(f"cookie {cookie} of {person}", value.rstrip("=")))
        secret = base64.urlsafe_b64decode(self.people[person].cookie(COOKIE_NAME))
        if secret:
            self.aviary.keep(Canary(f"session secret of {person}", secret))

    def count(self, status: int) -> None:
        """Count how something that must break was answered."""
        self.statuses[status] = self.statuses.get(status, 0) + 1


def demand(shown: Shown, url_name: str) -> None:
    """Demand that a form was taken: the page it leads to is another one.

    Raises:
        Refusal: It was not.
    """
    if shown.status != OK or resolve(shown.path).view_name == url_name:
        raise Refusal(url_name, f"answered {shown.status}")


def upload(aviary: Aviary, content: bytes, *, kind: str = "text/plain") -> SimpleUploadedFile:
    """Return a file with a name that never was."""
    return SimpleUploadedFile(f"{aviary.word()}.txt", content, content_type=kind)


def plant(planting: Planting) -> Planting:
    """Let every installed room plant, in the order of the settings.

    Raises:
        Refusal: A page did not do what it must, or a room plants nothing.
    """
    for register in room_registers():
        if not register.planting:
            raise Refusal(str(register.permissions[:1]), "belongs to a room that plants nothing")
    for step in harness.plantings():
        step(planting)
    return planting
