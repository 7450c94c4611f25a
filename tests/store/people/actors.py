# SPDX-License-Identifier: AGPL-3.0-or-later
"""Play people in tests: they join, log in, and come back with a cookie for each request."""

from dataclasses import dataclass, field

from hedgerow.engines.vault.words import Numbers
from hedgerow.kernel.clock import day_of, minute_now
from hedgerow.kernel.ids import MemberId, SpaceId
from hedgerow.store.accounts import log_in, visit_from_cookie
from hedgerow.store.codes_api import Kind, spell
from hedgerow.store.joining import open_invitation
from hedgerow.store.kinds import kind
from hedgerow.store.lines import IssuedInvitation
from hedgerow.store.machine import machine
from hedgerow.store.roles import Reads, Role
from hedgerow.store.visit import Space, Visit


@kind(number=0xFE01, version=1, keeps_versions=True)
@dataclass(frozen=True, slots=True)
class Note:
    """Be a record that keeps its versions."""

    text: str

    def search_text(self) -> str:
        """Return the text."""
        return self.text


@kind(number=0xFE02, version=1)
@dataclass(frozen=True, slots=True)
class Answer:
    """Be a record that hangs on another and keeps no versions."""

    text: str

    def search_text(self) -> str:
        """Return the text."""
        return self.text


@kind(number=0xFE03, version=1, in_open_page=True)
@dataclass(frozen=True, slots=True)
class Greeting:
    """Be a record that probationers read too."""

    text: str

    def search_text(self) -> str:
        """Return the text."""
        return self.text


def today() -> int:
    """Return the day of the test's clock."""
    return day_of(minute_now(machine().clock))


def words(numbers: Numbers, *, code: Kind, language: str = "en") -> str:
    """Return a code as somebody would type it."""
    return " ".join(spell(numbers, kind=code, language=language))


@dataclass
class Person:
    """Be somebody with a phrase, and perhaps a session."""

    phrase: Numbers
    cookie: str = ""
    ids: dict[SpaceId, MemberId] = field(default_factory=dict)

    @property
    def typed(self) -> str:
        """Return the phrase as typed."""
        return words(self.phrase, code="phrase")

    def log_in(self) -> Visit:
        """Log in and keep the cookie."""
        visit, self.cookie = log_in(self.typed)
        return visit

    def visit(self) -> Visit:
        """Make a request with the cookie."""
        visit = visit_from_cookie(self.cookie)
        assert visit is not None
        return visit

    def space(self, space_id: SpaceId) -> Space:
        """Open a space in a request of its own."""
        return self.visit().space(space_id)


def join_with(typed: str, *, name: str) -> Person:
    """Join by the words of a code, with a new account."""
    joining = open_invitation(typed)
    person = Person(joining.phrase)
    joining.confirm(person.typed)
    _, person.cookie = joining.finish(as_name=name)
    return person


def issue(
    keeper: Person,
    space_id: SpaceId,
    *,
    role: Role = Role.EDITOR,
    reads: Reads = Reads.FROM_NOW,
    days: int = 7,
) -> IssuedInvitation:
    """Issue an invitation good for some days."""
    space = keeper.space(space_id)
    return space.invite(role=role, reads=reads, last_day=today() + days)


def bring(
    keeper: Person,
    space_id: SpaceId,
    *,
    name: str,
    role: Role = Role.EDITOR,
    reads: Reads = Reads.FROM_NOW,
) -> Person:
    """Invite somebody new and let them join."""
    issued = issue(keeper, space_id, role=role, reads=reads)
    return join_with(words(issued.numbers, code="invitation"), name=name)


def id_of(person: Person, space_id: SpaceId) -> MemberId:
    """Return somebody's member id in a space."""
    return person.space(space_id).my_id


class Killed(BaseException):
    """Stand in for the end of a process in the middle of an act."""
