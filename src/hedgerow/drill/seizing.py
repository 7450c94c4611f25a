# SPDX-License-Identifier: AGPL-3.0-or-later
"""Plant in a running service, seize its disk, and know every secret that it must not tell."""

import json
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from hedgerow.drill.backups import BackUp, back_ups_in
from hedgerow.drill.canaries import Aviary, Canary
from hedgerow.drill.plant import Planting, Size, plant
from hedgerow.drill.search import Find, Searcher, search_with
from hedgerow.drill.service import Founded, Place, Serving
from hedgerow.engines.vault.locker import LockerClass, LockerRow, open_locker
from hedgerow.engines.vault.ring import Ring
from hedgerow.kernel.errors import Damaged
from hedgerow.kernel.ids import RowId
from hedgerow.store.instance import FILE_NAME
from hedgerow.store.machine import DATA
from hedgerow.store.system import system_random

_SERVER_SECRETS: Final = ("check", "salt", "mix", "form")
_MEMBER_KEYS: Final = ("secret", "chapter", "door", "seed")
Insight = Mapping[str, Mapping[str, Any]]


@dataclass(slots=True)
class Seizing:
    """Hold one service whose disk is seized.

    Attributes:
        place: Its file system.
        founded: Words and key.
        serving: The service.
        planting: What was planted.
        keys: Canaries that nobody typed: keys of the server and of its members.
        insight: What each member's words open (see `insider`).
    """

    place: Place
    founded: Founded
    serving: Serving
    planting: Planting
    keys: list[Canary] = field(default_factory=list)
    insight: Insight = field(default_factory=dict)

    @property
    def canaries(self) -> list[Canary]:
        """Return everything that is looked for."""
        return [*self.planting.aviary.canaries, *self.keys]

    def seize(self, scratch: Path) -> None:
        """Kill the service, and learn what its disk must not tell.

        Args:
            scratch: Where a copy of the disk is opened with all keys.
        """
        self.serving.kill()
        for line in self.planting.unfinished:
            line.close()
        self.planting.unfinished.clear()
        self.insight = insight_of(self, scratch)
        self.keys += [*ring_keys(self.ring()), *member_keys(self.insight)]

    def ring(self) -> Ring:
        """Return the ring as it is on the disk."""
        return self.place.ring(self.founded.boot_key)

    def search(self, searcher: Searcher) -> list[Find]:
        """Look in every file, and in what the boot key opens without anybody's words."""
        inners = b"".join(opened_lockers(self.place.database, self.ring()))
        finds = [
            *search_with(searcher, self.place.root),
            *searcher.finds(inners, place="rows that the boot key opens"),
        ]
        for copy in back_ups_in(self.place, self.founded.boot_key):
            inners = b"".join(lockers_in(copy))
            finds += searcher.finds(copy.database, place=f"{copy.name}, opened")
            finds += searcher.finds(inners, place=f"rows of {copy.name} that the boot key opens")
        return finds

    def restart(self, *, days: int) -> None:
        """Start the service again some days later; everybody comes in anew by their words."""
        self.place.days = days
        self.serving.start(self.founded.boot_words)
        self.planting.address = self.serving.address
        for person, words in self.planting.phrases.items():
            browser = self.planting.people[person] = self.planting.browser()
            browser.send("/enter/", words=words)

    def unread(self) -> list[str]:
        """Return the names of what pages took and no member can read."""
        pages: dict[tuple[str, str], bytes] = {}
        missing: list[str] = []
        for canary in self.planting.aviary.canaries:
            if not canary.is_accepted:
                continue
            at = (canary.person, canary.path)
            if at not in pages:
                pages[at] = self.planting.people[canary.person].open(canary.path).body
            if canary.data not in pages[at]:
                missing.append(f"{canary.name} at {canary.path}")
        return missing


def begin(place: Place, founded: Founded, size: Size) -> Seizing:
    """Start a service and plant in it.

    Raises:
        Refusal: A page did not do what the drill relies on.
        ServiceFailed: The service did not.
    """
    serving = Serving(place)
    aviary = Aviary(system_random)
    aviary.keep(
        Canary("boot key", founded.boot_key),
        Canary("boot words", founded.boot_words),
    )
    check = place.ring(founded.boot_key).secret("check")
    planting = Planting(aviary, "", founded.invitation, check_key=check, size=size)
    seizing = Seizing(place, founded, serving, planting)
    with serving.killed_on_failure():
        serving.start(founded.boot_words)
        planting.address = serving.address
        plant(planting)
    return seizing


def ring_keys(ring: Ring) -> Iterator[Canary]:
    """Yield the server's secrets as canaries."""
    named = {
        "night key": ring.night_key,
        "carry": ring.carry,
        "carry before": ring.carry_before,
        "hold": ring.hold,
        **{label: ring.secret(label) for label in _SERVER_SECRETS},
        **{f"expiry key {week}": key for week, key in ring.expiry.items()},
    }
    if ring.previous is not None:
        named["previous night key"] = ring.previous
    yield from (Canary(name, key) for name, key in named.items())


def member_keys(insight: Insight) -> Iterator[Canary]:
    """Yield the keys of accounts, groups, pages and records as canaries, each once."""
    named: dict[str, str] = {}
    for person, keys in insight.items():
        named[keys["account"]] = f"account key of {person}"
        named[keys.get("pause", keys["account"])] = f"pause secret of {person}"
        for space in keys["spaces"]:
            named |= {space[name]: f"{name} of a group" for name in _MEMBER_KEYS}
            named |= dict.fromkeys(space["keys"].values(), "key of index pages")
            named |= dict.fromkeys(space["records"].values(), "key of a record")
    # Records without a body have zeros for a key.
    yield from (Canary(name, bytes.fromhex(key)) for key, name in named.items() if key.strip("0"))


def insight_of(seizing: Seizing, scratch: Path) -> Insight:
    """Return what members' words open in a copy of the disk; the copy is removed."""
    copy = Place(scratch, leak=seizing.place.leak)
    try:
        shutil.copytree(seizing.place.home / DATA, copy.home / DATA)
        shutil.copy(seizing.place.home / FILE_NAME, copy.home / FILE_NAME)
        question = {
            "boot_key": seizing.founded.boot_key.hex(),
            "phrases": seizing.planting.phrases,
        }
        return copy.run("hedgerow.drill.insider", question=json.dumps(question).encode())
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def opened_lockers(database: Path, ring: Ring) -> Iterator[bytes]:
    """Yield what the night key opens: what somebody with disk and boot key sees of lockers."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        yield from _lockers(connection, ring)


def lockers_in(back_up: BackUp) -> Iterator[bytes]:
    """Yield what the night key in a back-up opens of the lockers in it."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(back_up.database)
        yield from _lockers(connection, back_up.ring)


def _lockers(connection: sqlite3.Connection, ring: Ring) -> Iterator[bytes]:
    """Yield the inners of all lockers that a ring opens."""
    keys = [key for key in (ring.night_key, ring.previous) if key is not None]
    for klass, table in ((LockerClass.SMALL, "small"), (LockerClass.LARGE, "large")):
        rows = connection.execute(f"SELECT id, box FROM {table}")  # noqa: S608  # nosec -- a table of ours
        yield from _inners(((one[0], one[1]) for one in rows), keys, klass=klass)


def _inners(
    rows: Iterable[tuple[int, bytes]], keys: list[bytes], *, klass: LockerClass
) -> Iterator[bytes]:
    """Yield the inner of every row that opens."""
    for number, box in rows:
        for key in keys:
            try:
                yield open_locker(key, LockerRow(RowId(number), box), klass=klass).inner
            except Damaged:
                continue
