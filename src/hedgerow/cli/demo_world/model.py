# SPDX-License-Identifier: AGPL-3.0-or-later
"""Describe the made-up movement as frozen values, with days counted back from today."""

from dataclasses import dataclass
from functools import total_ordering

LANGUAGES = ("en", "ru", "uk")
ROLES = ("keeper", "editor", "reader", "probationer")
WRITERS = ("keeper", "editor")
MINUTES_A_DAY = 24 * 60


class WorldError(Exception):
    """Say everything that is wrong with the texts of the movement.

    Attributes:
        problems: one sentence each, beginning with the file it is about.
    """

    def __init__(self, *problems: str) -> None:
        """Keep the problems and join them into one message."""
        super().__init__("\n".join(problems))
        self.problems = problems


@total_ordering
@dataclass(frozen=True, slots=True)
class Moment:
    """Name a minute by its distance from today; an earlier moment is the smaller one."""

    days_ago: int
    minute: int

    def __lt__(self, other: "Moment") -> bool:
        """Order by time: more days ago comes first."""
        return (-self.days_ago, self.minute) < (-other.days_ago, other.minute)

    def minute_number(self, *, today: int) -> int:
        """Count the minutes from 1 January 1970 to this moment.

        Args:
            today: the present day, counted in days from 1 January 1970.
        """
        return (today - self.days_ago) * MINUTES_A_DAY + self.minute


@dataclass(frozen=True, slots=True)
class Person:
    """Describe one human being, whom no single group knows as a whole.

    Attributes:
        key: the name used between these files; no page ever shows it.
        town: key of a town, or "abroad".
        told: "keeper", "editor" or "newcomer" for the three whose phrases the demo prints, or "".
    """

    key: str
    town: str
    lang: str
    told: str
    about: str


@dataclass(frozen=True, slots=True)
class Member:
    """Describe one person in one group, under the name chosen there.

    Attributes:
        since: days before today on which the person joined.
        reads: "all" of the group's texts, or from "now" on, which is the day of joining.
        left: days before today on which the person went, or None.
        removed: days before today on which a coordinator removed the person, or None.
        removed_by: key of that coordinator, or "".
    """

    person: str
    name: str
    role: str
    since: int
    reads: str
    left: int | None
    removed: int | None
    removed_by: str

    @property
    def ended(self) -> int | None:
        """Return the days before today on which the membership ended, or None."""
        return self.left if self.removed is None else self.removed


@dataclass(frozen=True, slots=True)
class Invitation:
    """Describe an invitation that nobody has used yet.

    Attributes:
        guest: key of the person it is meant for.
        valid_days: days from the making to the last day of use.
    """

    guest: str
    made_by: str
    made_at: Moment
    role: str
    reads: str
    valid_days: int


@dataclass(frozen=True, slots=True)
class Version:
    """Hold one state of a page, whole."""

    author: str
    at: Moment
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """Hold a page of the notebook with its versions, oldest first."""

    slug: str
    title: str
    lang: str
    versions: tuple[Version, ...]


@dataclass(frozen=True, slots=True)
class Post:
    """Hold what one person wrote into a thread at once."""

    author: str
    at: Moment
    text: str


@dataclass(frozen=True, slots=True)
class Thread:
    """Hold a discussion: the first post opens it, the others answer."""

    slug: str
    title: str
    lang: str
    posts: tuple[Post, ...]


@dataclass(frozen=True, slots=True)
class File:
    """Hold a file of the shelf with its bytes."""

    name: str
    author: str
    at: Moment
    content: bytes


@dataclass(frozen=True, slots=True)
class Space:
    """Hold a group: its people and everything they wrote."""

    key: str
    name: str
    about: str
    lang: str
    opened: int
    founder: str
    members: tuple[Member, ...]
    invitation: Invitation | None
    pages: tuple[Page, ...]
    threads: tuple[Thread, ...]
    files: tuple[File, ...]

    def member(self, person: str) -> Member | None:
        """Find the membership of a person in this group."""
        return next((member for member in self.members if member.person == person), None)


@dataclass(frozen=True, slots=True)
class World:
    """Hold the movement as a whole.

    Attributes:
        name: language to the movement's name.
        motto: language to the one line under it.
        towns: key of a town to language to its name.
    """

    name: dict[str, str]
    motto: dict[str, str]
    towns: dict[str, dict[str, str]]
    people: tuple[Person, ...]
    spaces: tuple[Space, ...]

    def told(self, part: str) -> Person:
        """Find the person who plays a part: "keeper", "editor" or "newcomer"."""
        return next(person for person in self.people if person.told == part)

    def space(self, key: str) -> Space:
        """Find a group by its key."""
        return next(space for space in self.spaces if space.key == key)
