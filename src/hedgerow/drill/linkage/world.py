# SPDX-License-Identifier: AGPL-3.0-or-later
"""Let a planned movement live in a real store, taking images on the way.

Every log-in, join, text, removal and night goes through the store as a request would. Only
the clock is set, words are cheap to guess, and SQLite may not empty its log between two
nights, so that an image holds every commit since the night: more than a service keeps.
"""

import os
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Final

import django
from django.db import connection

from hedgerow.drill.linkage import server
from hedgerow.drill.linkage.images import Image, take
from hedgerow.drill.linkage.plan import DAY, SIZES, Act, Event, draw_plan
from hedgerow.engines.vault import veil
from hedgerow.engines.vault.account import AccountKeys, account_of
from hedgerow.engines.vault.primitives import Cost
from hedgerow.engines.vault.tags import SpaceTags
from hedgerow.engines.vault.words import Numbers
from hedgerow.kernel.ids import MemberId, RecordId, SpaceId
from hedgerow.kernel.randomness import Randomness
from hedgerow.rooms.members.records import Page
from hedgerow.store import account as keyrings
from hedgerow.store import machine as machines
from hedgerow.store import post
from hedgerow.store.accounts import log_in
from hedgerow.store.codes_api import spell_code
from hedgerow.store.codeworks import phrase_root
from hedgerow.store.database import is_postgresql
from hedgerow.store.founding import Founding, found, issue_founder_code
from hedgerow.store.instance import Costs, Instance
from hedgerow.store.joining import open_invitation
from hedgerow.store.night import run_night
from hedgerow.store.roles import Reads, Role
from hedgerow.store.runtime import empty
from hedgerow.store.visit import Space, Visit

_CHEAP: Final = Cost(memory_kib=8, passes=1)
_MINUTE_S, _DAY_S = 60, 86_400
#: Monday, 11 January 2027, midnight UTC. First keyrings are then written in the night before the
#: first image and in that before the last, which tells more than any other three weeks would.
FIRST_SECOND: Final = 1_799_625_600
_MEMORY: Final = Path("/dev/shm")  # noqa: S108  # nosec -- a folder of its own is made in it
_LOOKED_AT, _OPENED_SHARE, _WRITTEN_SHARE = 3, 0.8, 0.6
_DATED_SHARES: Final = (0.0, 0.0, 0.1, 0.6)
_LENGTHS: Final = (80, 400, 400, 1_500, 6_000)


@dataclass(frozen=True, slots=True)
class Lived:
    """Hold what came out of one world.

    Attributes:
        images: One for each image day, in their order.
        members: The account and space of every membership there was until the last image.
        writings: Account, space and minute of each text.
        joined: The minute of joining, for each membership.
        acts: How often each kind of thing happened.
    """

    images: tuple[Image, ...]
    members: frozenset[tuple[int, int]]
    writings: tuple[tuple[int, int, int], ...]
    joined: dict[tuple[int, int], int]
    acts: dict[str, int]


@dataclass(slots=True)
class _Clock:
    """Tell the time the simulation has set."""

    now: int = FIRST_SECOND

    def seconds(self) -> int:
        """Return seconds since the epoch."""
        return self.now

    def go_to(self, minute: int) -> None:
        """Go on to a minute; never back."""
        self.now = max(self.now, FIRST_SECOND + minute * _MINUTE_S)


@dataclass(slots=True)
class _Person:
    """Be somebody with words."""

    phrase: Numbers
    keys: AccountKeys
    ids: dict[int, MemberId] = field(default_factory=dict)


@dataclass(slots=True)
class _World:
    """Carry a plan out.

    Attributes:
        home: The instance's folder.
        random: Decides what people do on a visit.
        clock: The store's.
    """

    home: Path
    random: Random
    clock: _Clock
    people: dict[int, _Person] = field(default_factory=dict)
    spaces: dict[int, SpaceId] = field(default_factory=dict)
    codes: dict[tuple[int, int], Numbers] = field(default_factory=dict)
    images: list[Image] = field(default_factory=list)
    joined: dict[tuple[int, int], int] = field(default_factory=dict)
    writings: list[tuple[int, int, int]] = field(default_factory=list)
    acts: dict[str, int] = field(default_factory=dict)
    accounts: int = 0
    spaces_planned: int = 0

    def live(self, events: list[Event]) -> None:
        """Let everything happen in its order."""
        does = {
            Act.NIGHT: self._night,
            Act.OPEN: self._open,
            Act.INVITE: self._invite,
            Act.JOIN: self._join,
            Act.VISIT: self._visit,
            Act.REMOVE: self._remove,
            Act.LEAVE: self._leave,
            Act.IMAGE: self._image,
        }
        for event in events:
            self.clock.go_to(event.minute)
            does[event.act](event)
            self._count(event.act.name.lower())

    def _count(self, what: str) -> None:
        """Count one thing that happened."""
        self.acts[what] = self.acts.get(what, 0) + 1

    def _log_in(self, account: int) -> Visit:
        """Let somebody come in by their words."""
        typed = spell_code(self.people[account].phrase, kind="phrase", language="en")
        return log_in(typed)[0]

    def _come_new(self, account: int, numbers: Numbers) -> None:
        """Make an account by a code."""
        joining = open_invitation(spell_code(numbers, kind="invitation", language="en"))
        keys = account_of(phrase_root(joining.phrase))
        self.people[account] = _Person(joining.phrase, keys)
        joining.confirm(spell_code(joining.phrase, kind="phrase", language="en"))
        joining.finish(as_name=f"N{account}")

    def _night(self, _event: Event) -> None:
        """Hold the night."""
        run_night()
        if is_postgresql():
            server.forget_log()

    def _open(self, event: Event) -> None:
        """Make a founder's account and open the space a few minutes later."""
        self._come_new(event.account, issue_founder_code())
        self.clock.go_to(event.minute + self.random.randrange(2, 20))
        space = self._log_in(event.account).open_space(f"S{event.space}", as_name="F")
        self.spaces[event.space] = space.id
        self._noted(event, space)

    def _noted(self, event: Event, space: Space) -> None:
        """Note a membership."""
        self.people[event.account].ids[event.space] = space.my_id
        self.joined[event.account, event.space] = event.minute

    def _invite(self, event: Event) -> None:
        """Let a space's founder issue an invitation."""
        space = self._log_in(event.space).space(self.spaces[event.space])
        reads = self.random.choice((Reads.ALL, Reads.FROM_NOW))
        today = self.clock.now // _DAY_S
        issued = space.invite(role=Role.EDITOR, reads=reads, last_day=today + 7)
        self.codes[event.account, event.space] = issued.numbers

    def _join(self, event: Event) -> None:
        """Let somebody use an invitation, with a new account or the one there is."""
        numbers = self.codes.pop((event.account, event.space))
        if event.account not in self.people:
            self._come_new(event.account, numbers)
            space = self._log_in(event.account).space(self.spaces[event.space])
        else:
            typed = spell_code(numbers, kind="invitation", language="en")
            space = self._log_in(event.account).accept_invitation(typed, as_name="N")
        self._noted(event, space)

    def _visit(self, event: Event) -> None:
        """Let somebody look at what is new, read some of it, and perhaps write."""
        visit = self._log_in(event.account)
        visit.desk()
        for number in self.random.sample(
            sorted(self.people[event.account].ids), len(self.people[event.account].ids)
        ):
            if self.random.random() < _OPENED_SHARE:
                self.clock.go_to(event.minute + self.random.randrange(1, 4))
                self._look(event.account, number, visit.space(self.spaces[number]))

    def _look(self, account: int, number: int, space: Space) -> None:
        """Read the newest texts of a space and perhaps write one."""
        entries = sorted(space.entries(Page), key=lambda entry: -entry.made)
        for entry in entries[:_LOOKED_AT]:
            space.read(Page, RecordId(entry.id))
        space.mark_seen()
        if self.random.random() >= _WRITTEN_SHARE:
            return
        length = self.random.choice((80, _LENGTHS[number % len(_LENGTHS)]))
        today = self.clock.now // _DAY_S
        is_dated = self.random.random() < _DATED_SHARES[number % len(_DATED_SHARES)]
        until = today + self.random.choice((7, 28, 90)) if is_dated else None
        space.write(Page("x" * length), title="T", until_day=until)
        self.writings.append((account, number, (self.clock.now - FIRST_SECOND) // _MINUTE_S))
        self._count("write")

    def _remove(self, event: Event) -> None:
        """Let the founder remove somebody."""
        member = self.people[event.account].ids.pop(event.space)
        self._log_in(event.space).space(self.spaces[event.space]).remove(member)

    def _leave(self, event: Event) -> None:
        """Let somebody leave."""
        del self.people[event.account].ids[event.space]
        self._log_in(event.account).space(self.spaces[event.space]).leave()

    def _head_tag(self, number: int) -> bytes | None:
        """Return the true tag of a space's head, by its founder's keyring."""
        if number not in self.spaces:
            return None
        account = keyrings.read(self.people[number].keys)
        entry = account.entry(self.spaces[number]) if account is not None else None
        return SpaceTags(entry.space_key).head() if entry is not None else None

    def _image(self, event: Event) -> None:
        """Take an image, with labels."""
        people = [self.people.get(number) for number in range(self.accounts)]
        file = machines.machine().data / "hedgerow.sqlite3"
        image = take(
            event.minute // DAY,
            database=None if is_postgresql() else file,
            night_key=machines.machine().ring.night_key,
            accounts=[None if one is None else one.keys.locator(0) for one in people],
            heads=[self._head_tag(number) for number in range(self.spaces_planned)],
        )
        self.images.append(image)


def _write_at_the_act() -> None:
    """Let every keyring be written at once and no veil be renewed, as the control does."""
    keep = post.put
    veil.renewed = _as_it_is

    def put(entry: post.PostEntry) -> None:
        keep(entry)
        post.deliver_all(with_first=True)

    post.put = put


def _as_it_is(
    inner: bytes,
    *,
    veils: Iterable[bytes],  # noqa: ARG001 -- the other function's shape
    tag: bytes,  # noqa: ARG001 -- the other function's shape
    random: Randomness,  # noqa: ARG001 -- the other function's shape
) -> bytes:
    """Return an inner with the veil it has."""
    return inner


def _founded(home: Path, clock: _Clock, *, seed: int, url: str) -> Founding:
    """Make the instance in a folder, or on a server."""
    os.environ["HEDGEROW_DATABASE_URL"] = url
    os.environ["HEDGEROW_HOME"] = str(home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "hedgerow.site.settings"
    django.setup()

    instance = Instance(costs=Costs(phrase=_CHEAP, code=_CHEAP, boot=_CHEAP))
    random = Random(seed).randbytes  # noqa: S311  # nosec -- a made-up world, the same again
    return found(home, instance, holders=1, clock=clock, random=random)


def _keep_the_log() -> None:
    """Let the log hold every commit since the night."""
    if is_postgresql():
        server.watch()
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_autocheckpoint=0")


def live(size: str, *, seed: int, is_control: bool, url: str = "") -> Lived:
    """Let a world live, in a process that does nothing else.

    Args:
        size: "small" or "full".
        seed: Everything is drawn from it.
        is_control: Whether keyrings are written at the act, which must be caught.
        url: Of an empty database on a PostgreSQL server; nothing for SQLite.
    """
    planned = SIZES[size]
    folder = Path(tempfile.mkdtemp(prefix="linkage-", dir=_MEMORY if _MEMORY.is_dir() else None))
    clock = _Clock()
    try:
        _founded(folder / "home", clock, seed=seed, url=url)
        _keep_the_log()
        if is_control:
            _write_at_the_act()
        world = _World(folder / "home", Random(seed), clock)  # noqa: S311  # nosec -- a world
        world.accounts, world.spaces_planned = planned.accounts, planned.spaces
        runtime = machines.machine().runtime
        try:
            world.live(draw_plan(planned, seed=seed))
        finally:
            machines.close()
            connection.close()
            empty(runtime)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return Lived(
        tuple(world.images),
        frozenset(world.joined),
        tuple(world.writings),
        dict(world.joined),
        dict(world.acts),
    )
