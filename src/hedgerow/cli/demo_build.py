# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pour the made-up movement into an instance of its own, as its people would have done it.

Every act goes through the store's own doors, in the order of time, with a clock that
is set to the moment of each act and a night each Monday. The source of randomness is
seeded, so that people, texts, phrases and codes are the same each time; it exists only
here, the instance is marked as a demo, and `serve` refuses that mark on any address but
this machine's own.
"""

import hashlib
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hedgerow.cli import demo_elections, demo_letters
from hedgerow.cli.demo_world.loader import load_world
from hedgerow.cli.demo_world.marks import fill_days
from hedgerow.cli.demo_world.model import File, Member, Moment, Page, Person, Thread, World
from hedgerow.cli.demo_world.model import Space as Group
from hedgerow.cli.progress import show_progress
from hedgerow.engines.vault.primitives import Cost
from hedgerow.engines.vault.words import Numbers
from hedgerow.kernel.clock import MINUTES_A_DAY, SECONDS_A_MINUTE, first_day_of, week_of
from hedgerow.rooms.members import records, services
from hedgerow.store.accounts import log_in, visit_from_cookie
from hedgerow.store.codes_api import spell
from hedgerow.store.founding import found, issue_founder_code
from hedgerow.store.instance import Costs, Instance, Name
from hedgerow.store.joining import open_invitation
from hedgerow.store.night import run_night
from hedgerow.store.roles import Reads, Role
from hedgerow.store.uploads import seal_bytes
from hedgerow.store.visit import Space, Visit

if TYPE_CHECKING:
    from hedgerow.kernel.ids import MemberId, RecordId, SpaceId

SEED: Final = b"hedgerow demo 1"
#: Made-up people need no dear words, and the build needs many of them.
CHEAP: Final = Cost(memory_kib=8 * 1024, passes=1)
_LAST_MINUTE: Final = MINUTES_A_DAY - 1
_NIGHT_MINUTE: Final = 3 * 60
_ROLES: Final = {
    "keeper": Role.KEEPER,
    "editor": Role.EDITOR,
    "reader": Role.READER,
    "probationer": Role.PROBATIONER,
}
_READS: Final = {"all": Reads.ALL, "now": Reads.FROM_NOW}


class DemoClock:
    """Tell the moment of the act that is being replayed; never goes back."""

    def __init__(self) -> None:
        """Begin at the epoch."""
        self._seconds = 0

    def seconds(self) -> int:
        """Return seconds since the epoch."""
        return self._seconds

    def move_to(self, minute: int) -> None:
        """Go forward to a minute; an earlier one changes nothing."""
        self._seconds = max(self._seconds, minute * SECONDS_A_MINUTE)


class SeededRandomness:
    """Give the same bytes in every build; never used outside the demo."""

    def __init__(self, seed: bytes) -> None:
        """Begin the stream of a seed."""
        self._seed = seed
        self._blocks = self._stream(seed)
        self._left = b""

    def turn_to(self, label: str) -> None:
        """Go on with a stream of its own, which no other label has.

        How much was drawn before, which depends on the nights between and so on the day of
        the week, then changes nothing of what is drawn for the label. A label is used once.
        """
        key = hashlib.blake2b(label.encode(), key=self._seed).digest()
        self._blocks = self._stream(key)
        self._left = b""

    def _stream(self, seed: bytes) -> Iterator[bytes]:
        """Yield hash after hash of the seed and a count."""
        for count in itertools.count():
            yield hashlib.blake2b(count.to_bytes(8, "big"), key=seed).digest()

    def __call__(self, size: int) -> bytes:
        """Return the next bytes of the stream."""
        while len(self._left) < size:
            self._left += next(self._blocks)
        taken, self._left = self._left[:size], self._left[size:]
        return taken


@dataclass(frozen=True, slots=True)
class DemoWords:
    """Hold what the demo prints: each as typed text.

    Attributes:
        keeper: Phrase of a coordinator of five groups.
        editor: Phrase of a writer in three groups.
        invitation: Of the newcomer.
        boot_key: Opens the demo's ring; handed over the control socket, never printed.
    """

    keeper: str
    editor: str
    invitation: str
    boot_key: bytes


@dataclass(order=True, slots=True)
class _Event:
    """Hold one act of the movement, in the order of time."""

    moment: Moment
    order: int
    act: Callable[[], None] = field(compare=False)


class _Actor:
    """Play one person: the words, and a session that is renewed when it is over."""

    def __init__(self, person: Person, *, random: SeededRandomness) -> None:
        """Begin without an account."""
        self.person = person
        self._random = random
        self.phrase: Numbers | None = None
        self._cookie = ""

    def typed(self) -> str:
        """Return the phrase as its owner would type it, in the owner's language."""
        assert self.phrase is not None  # noqa: S101  # nosec -- joined before this
        return " ".join(spell(self.phrase, kind="phrase", language=self.person.lang))

    def visit(self) -> Visit:
        """Come in, or go on where the session still lives."""
        visit = visit_from_cookie(self._cookie) if self._cookie else None
        if visit is None:
            visit, self._cookie = log_in(self.typed())
        return visit

    def join(self, invitation: Numbers, *, name: str) -> None:
        """Use an invitation, with a new account where there is none yet."""
        text = " ".join(spell(invitation, kind="invitation", language=self.person.lang))
        if self.phrase is not None:
            self.visit().accept_invitation(text, name)
            return
        self._random.turn_to(f"phrase of {self.person.key}")
        joining = open_invitation(text)
        self.phrase = joining.phrase
        joining.confirm(self.typed())
        _visit, self._cookie = joining.finish(as_name=name)


class _Build:
    """Replay the movement act by act."""

    def __init__(
        self, world: World, *, today: int, clock: DemoClock, random: SeededRandomness
    ) -> None:
        """Prepare an actor for each person."""
        self._world = world
        self._today = today
        self._clock = clock
        self._random = random
        self._actors = {person.key: _Actor(person, random=random) for person in world.people}
        self._spaces: dict[str, SpaceId] = {}
        self._records: dict[tuple[str, str], RecordId] = {}
        self._members: dict[tuple[str, str], MemberId] = {}
        self._events: list[_Event] = []
        self.invitation: Numbers | None = None

    def actor(self, key: str) -> _Actor:
        """Return who plays a person."""
        return self._actors[key]

    def _at(self, moment: Moment, act: Callable[[], None]) -> None:
        """Plan an act."""
        self._events.append(_Event(moment, len(self._events), act))

    def plan(self) -> int:
        """Plan everything; return how many acts there are."""
        for group in self._world.spaces:
            self._plan_people(group)
            self._plan_texts(group)
            if group.key == demo_letters.GROUP:
                self._plan_more(demo_letters.plan, group)
            if group.key == demo_elections.GROUP:
                self._plan_more(demo_elections.plan, group)
        self._events.sort()
        return len(self._events)

    def _plan_more(
        self,
        plan: Callable[[Callable[[], Space]], Iterator[tuple[Moment, Callable[[], None]]]],
        group: Group,
    ) -> None:
        """Plan what another room has of a group, as its founder has it open."""
        for moment, act in plan(lambda: self._space(group, group.founder)):
            self._at(moment, act)

    def run(self, advance: Callable[[], None]) -> None:
        """Do all acts in their order, with a night each Monday between them."""
        first = self._events[0].moment.minute_number(today=self._today)
        monday = first_day_of(week_of(first // MINUTES_A_DAY)) + 7
        for event in self._events:
            minute = event.moment.minute_number(today=self._today)
            monday = self._nights_until(minute, monday)
            self._clock.move_to(minute)
            event.act()
            advance()
        self._nights_until((self._today + 1) * MINUTES_A_DAY, monday)

    def _nights_until(self, minute: int, monday: int) -> int:
        """Hold the nights of the Mondays before a minute; return the next Monday."""
        while monday * MINUTES_A_DAY + _NIGHT_MINUTE < minute and monday <= self._today:
            self._clock.move_to(monday * MINUTES_A_DAY + _NIGHT_MINUTE)
            run_night()
            monday += 7
        return monday

    def _space(self, group: Group, person: str) -> Space:
        """Open a group as one of its people has it."""
        return self.actor(person).visit().space(self._spaces[group.key])

    def _plan_people(self, group: Group) -> None:
        """Plan who opens a group, who joins, leaves or is removed."""
        self._at(Moment(group.opened, 0), lambda: self._open(group))
        for member in group.members:
            if member.person != group.founder:
                self._at(Moment(member.since, 1), lambda m=member: self._join(group, m))  # type: ignore[misc]  # a default binds the loop's value
            if member.ended is not None:
                self._at(
                    Moment(member.ended, _LAST_MINUTE),
                    lambda m=member: self._part(group, m),  # type: ignore[misc]  # as above
                )
        if group.invitation is not None:
            self._at(group.invitation.made_at, lambda: self._invite_guest(group))

    def _open(self, group: Group) -> None:
        """Let the founder open a group, with an account made for it where there is none."""
        founder = self.actor(group.founder)
        member = group.member(group.founder)
        assert member is not None  # noqa: S101  # nosec -- checked when the world was read
        if founder.phrase is None:
            founder.join(issue_founder_code(), name="")
        space = founder.visit().open_space(group.name, member.name)
        self._spaces[group.key] = space.id
        self._members[group.key, group.founder] = space.my_id

    def _join(self, group: Group, member: Member) -> None:
        """Let the founder invite somebody, who joins at once."""
        keeper = self._space(group, group.founder)
        reads = Reads.FROM_NOW if member.reads == "now" else Reads.ALL
        day = self._today - member.since
        issued = keeper.invite(role=_ROLES[member.role], reads=reads, last_day=day)
        self.actor(member.person).join(issued.numbers, name=member.name)
        self._members[group.key, member.person] = self._space(group, member.person).my_id

    def _part(self, group: Group, member: Member) -> None:
        """Let somebody leave or be removed."""
        if member.removed is None:
            self._space(group, member.person).leave()
            return
        keeper = self._space(group, member.removed_by)
        keeper.remove(self._members[group.key, member.person])

    def _invite_guest(self, group: Group) -> None:
        """Make the invitation that nobody has used yet."""
        invitation = group.invitation
        assert invitation is not None  # noqa: S101  # nosec -- planned only where there is one
        made = self._today - invitation.made_at.days_ago
        space = self._space(group, invitation.made_by)
        self._random.turn_to(f"invitation to {group.key}")
        issued = space.invite(
            role=_ROLES[invitation.role],
            reads=_READS[invitation.reads],
            last_day=made + invitation.valid_days,
        )
        self.invitation = issued.numbers

    def _plan_texts(self, group: Group) -> None:
        """Plan what the people of a group write."""
        for page in group.pages:
            for number, version in enumerate(page.versions):
                self._at(version.at, self._writer_of_page(group, page, number))
        for thread in group.threads:
            for number, post in enumerate(thread.posts):
                self._at(post.at, self._writer_of_post(group, thread, number))
        for file in group.files:
            self._at(file.at, self._sharer(group, file))

    def _filled(self, text: str, lang: str) -> str:
        """Fill in the dates of a text."""
        return fill_days(text, today=_date(self._today), lang=lang)

    def _writer_of_page(self, group: Group, page: Page, number: int) -> Callable[[], None]:
        """Return the act that writes one version of a page."""

        def act() -> None:
            version = page.versions[number]
            space = self._space(group, version.author)
            value = records.Page(text=self._filled(version.text, page.lang))
            if number == 0:
                self._records[group.key, page.slug] = space.write(value, title=page.title)
                return
            record = self._records[group.key, page.slug]
            present = space.entry(record).version
            space.edit(record, value, title=page.title, base_version=present)

        return act

    def _writer_of_post(self, group: Group, thread: Thread, number: int) -> Callable[[], None]:
        """Return the act that opens a thread or answers in it."""

        def act() -> None:
            post = thread.posts[number]
            space = self._space(group, post.author)
            text = self._filled(post.text, thread.lang)
            if number == 0:
                record = space.write(records.Thread(text=text), title=thread.title)
                self._records[group.key, thread.slug] = record
                return
            parent = self._records[group.key, thread.slug]
            services.answer(space, parent, text=text)

        return act

    def _sharer(self, group: Group, file: File) -> Callable[[], None]:
        """Return the act that puts a file on the shelf."""

        def act() -> None:
            space = self._space(group, file.author)
            upload = seal_bytes(file.content, name=file.name, media_type="application/octet-stream")
            space.write(records.SharedFile(about=""), title=upload.shown_name, uploads=(upload,))

        return act


def _date(day: int) -> date:
    """Return a day since the epoch as a date."""
    return datetime.fromtimestamp(day * 86_400, tz=UTC).date()


def build_demo(home: Path, *, today: int, address: str) -> DemoWords:
    """Make the demo instance in an empty folder and leave it open in this process.

    Args:
        home: Where it is to lie; Django's settings must name it already.
        today: The day that "0 days ago" means.
        address: Where it will be served; printed on cards.

    Raises:
        Refused: "instance.exists".
    """
    world = load_world()
    clock, random = DemoClock(), SeededRandomness(SEED)
    build = _Build(world, today=today, clock=clock, random=random)
    total = build.plan()
    oldest = max(group.opened for group in world.spaces)
    clock.move_to((today - oldest) * MINUTES_A_DAY)
    instance = Instance(
        name=Name(**world.name),
        demo=True,
        addresses=(address,),
        costs=Costs(phrase=CHEAP, code=CHEAP, boot=CHEAP),
    )
    founding = found(home, instance, holders=1, clock=clock, random=random)
    with show_progress("Building the demo", total=total) as advance:
        build.run(advance)
    assert build.invitation is not None  # noqa: S101  # nosec -- one group has one
    newcomer = world.told("newcomer")
    return DemoWords(
        keeper=build.actor(world.told("keeper").key).typed(),
        editor=build.actor(world.told("editor").key).typed(),
        invitation=" ".join(spell(build.invitation, kind="invitation", language=newcomer.lang)),
        boot_key=founding.boot_key,
    )
