# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hold what rooms are shown of a visit and of a space: plain values, no keys, no rows.

Minutes and days count from 1 January 1970 UTC. Names are those on members' cards and are
empty where a card was erased.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, Literal, Protocol, TypeVar

from hedgerow.engines.vault.words import Numbers
from hedgerow.kernel.ids import InvitationId, MemberId, RecordId, SpaceId
from hedgerow.store.kinds import Value
from hedgerow.store.roles import Reads, Role

LetterSide = Literal["stranger", "team"]
V_co = TypeVar("V_co", bound=Value, covariant=True)


@dataclass(frozen=True, slots=True)
class SpaceLine:
    """Hold one space of a member, as the desk lists it.

    Attributes:
        role: None where the member is no longer one.
        news_count: What others wrote since the seen mark, at most 64.
        is_stale: Whether somebody left and a keeper has not come yet.
        left: Whether it is no longer the member's.
    """

    id: SpaceId
    name: str
    role: Role | None
    news_count: int
    is_stale: bool
    left: bool


@dataclass(frozen=True, slots=True)
class PauseLine:
    """Hold what coordinators see of a member's pause.

    Attributes:
        day: Of the pause, or of its end.
        is_over: Whether the account was opened again on that day.
    """

    day: int
    is_over: bool


@dataclass(frozen=True, slots=True)
class Member:
    """Hold one member of a space, present or past.

    Attributes:
        reads_from_day: The day from which the member reads, None for all of it.
        pause: A pause of the member's access, for those who see to it.
    """

    id: MemberId
    name: str
    role: Role
    reads_from_day: int | None
    is_me: bool
    joined_day: int
    pause: PauseLine | None = None


@dataclass(frozen=True, slots=True)
class PassedQuota:
    """Hold that somebody wrote more in one day than one may.

    Attributes:
        minute: Of the first refusal of that day.
        is_here: Whether it is still a member.
    """

    member_id: MemberId
    name: str
    minute: int
    is_here: bool


@dataclass(frozen=True, slots=True)
class OpenInvitation:
    """Hold one invitation that nobody used yet."""

    id: InvitationId
    role: Role
    reads: Reads
    last_day: int
    issued_by: MemberId
    issued_day: int


@dataclass(frozen=True, slots=True)
class IssuedInvitation:
    """Hold an invitation at the one moment when its words are known."""

    numbers: Numbers
    id: InvitationId


@dataclass(frozen=True, slots=True)
class Entry:
    """Hold a record as lists show it, without its body.

    Attributes:
        kind: The class of its value.
        made: The minute of its first version.
        changed: The minute of this version.
        parent: The record it hangs on.
        size: Bytes of its sealed body, as coarsely as Padmé sizes are.
        until_week: The last week of its life, None without end.
        flags: Bits that belong to the kind.
    """

    id: RecordId
    kind: type
    title: str
    author_id: MemberId
    author_name: str
    made: int
    changed: int
    version: int
    parent: RecordId | None
    size: int
    until_week: int | None
    flags: int


@dataclass(frozen=True, slots=True)
class Record(Generic[V_co]):
    """Hold a record with what its body says."""

    entry: Entry
    value: V_co


@dataclass(frozen=True, slots=True)
class Hit:
    """Hold one find of a search.

    Attributes:
        excerpt: Runs of text in their order; the second of each pair marks what matched.
        in_title: Whether the title matched.
    """

    entry: Entry
    excerpt: list[tuple[str, bool]]
    in_title: bool


@dataclass(frozen=True, slots=True)
class NewsLine:
    """Hold one thing somebody else wrote since the seen mark.

    Attributes:
        is_new_record: Whether it was written for the first time, not edited.
        parent: The record it hangs on.
    """

    space_id: SpaceId
    space_name: str
    record_id: RecordId
    kind: type
    title: str
    author_name: str
    minute: int
    is_new_record: bool
    parent: RecordId | None = None


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """Hold one thing that waits for the member."""

    space_id: SpaceId
    space_name: str
    record_id: RecordId
    title: str
    due_day: int


@dataclass(frozen=True, slots=True)
class Notice:
    """Hold something a member must be told before all else.

    Attributes:
        code: What it is; rooms keep its sentence. One of "space.stale", "space.damaged",
            "space.restored", "space.gone", "space.heirs_few", "space.handover_begun",
            "space.assent_waits", "space.nameless", "space.quota_passed".
        data: Plain values for the sentence.
    """

    code: str
    space_id: SpaceId
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LetterLine:
    """Hold what waits in a box, or in a conversation, on somebody's desk.

    Attributes:
        record_id: The conversation; None for letters that nobody took in yet.
        count: How many letters, or how many new messages.
    """

    space_id: SpaceId
    space_name: str
    address: str
    record_id: RecordId | None
    title: str
    count: int


@dataclass(frozen=True, slots=True)
class Desk:
    """Hold a member's page: what is new, what waits, what must be told.

    Attributes:
        more: The spaces with more news than a head remembers, each True.
        letters: Letters that wait, and new messages of strangers.
    """

    news: list[NewsLine]
    waiting: list[WaitingLine]
    more: dict[SpaceId, bool]
    notices: list[Notice]
    letters: list[LetterLine] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SessionLine:
    """Hold one session of an account; `began` and `seen` are minutes.

    A session other than this one keeps its beginning to itself: its row opens by its own
    cookie alone, and `began` is None.
    """

    handle: str
    began: int | None
    seen: int
    is_this: bool


@dataclass(frozen=True, slots=True)
class LetterFile:
    """Hold what is known of a file of a message without reading it; the digest is its SHA-256."""

    name: str
    type: str
    length: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """Hold one message of a conversation with a stranger.

    Attributes:
        number: Its place, by which it is named.
        side: Who wrote it.
        minute: When.
        value: What it says; None where it was erased or is damaged.
        files: What hangs on it.
        is_damaged: Whether it does not open.
    """

    number: int
    side: LetterSide
    minute: int
    value: Value | None
    files: tuple[LetterFile, ...] = ()
    is_damaged: bool = False


@dataclass(frozen=True, slots=True)
class Letterbox:
    """Hold a letter-box of a space.

    Attributes:
        waiting: How many letters nobody took in yet.
        is_open: Whether strangers can write to it.
    """

    id: RecordId
    address: str
    waiting: int
    is_open: bool


@dataclass(frozen=True, slots=True)
class ConversationEntry:
    """Hold a conversation with a stranger as lists show it.

    Attributes:
        title: What the team calls it, at first nothing.
        address: Of the box it came by; nothing where it was handed over by another group.
        until_week: The last week of its life.
        minute: Of the newest message.
        side: Who wrote that.
        count: How many messages there are.
        is_new: Whether the stranger wrote since the team last answered or settled it.
        is_held: Whether it is held back until somebody lets it in.
        form_sum: The checksum that the form's version had.
    """

    id: RecordId
    title: str
    address: str
    until_week: int
    minute: int
    side: LetterSide
    count: int
    is_new: bool
    is_held: bool
    form_sum: bytes


class FileStream(Protocol):
    """Be a file read piece by piece; nothing of it is ever whole in memory or on a disk."""

    @property
    def name(self) -> str:
        """Return the name it was sent under."""
        ...

    @property
    def type(self) -> str:
        """Return the media type it was sent as."""
        ...

    @property
    def length(self) -> int:
        """Return its length in bytes."""
        ...

    def chunks(self) -> Iterator[bytes]:
        """Yield its bytes.

        Raises:
            Damaged: "file.damaged" when a piece is missing or is not the one written.
        """
        ...


@dataclass(frozen=True, slots=True)
class Damage:
    """Hold something that is listed but missing, or does not open.

    Attributes:
        code: "space.page_damaged", "space.roster_damaged" or "record.damaged".
        page: The page of the index, or -1.
        record_id: The record, or 0.
    """

    code: str
    page: int = -1
    record_id: int = 0
