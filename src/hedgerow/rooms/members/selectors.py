# SPDX-License-Identifier: AGPL-3.0-or-later
"""Read what the room's pages show; nothing here changes anything."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from hedgerow.kernel.errors import NotFound
from hedgerow.kernel.ids import RecordId
from hedgerow.rooms.members.differences import Line, differences
from hedgerow.rooms.members.records import Message, Page, Thread, Welcome
from hedgerow.store.visit import Entry, Record, Space

ROWS_A_PAGE = 50
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Leaf(Generic[R]):
    """Hold one leaf of a long list.

    Attributes:
        rows: At most fifty rows.
        number: Of this leaf, from 1.
        count: Of leaves, at least 1.
        total: Of rows in the whole list.
    """

    rows: Sequence[R]
    number: int
    count: int
    total: int


def leaf_of(rows: Sequence[R], *, number: int) -> Leaf[R]:
    """Cut one leaf out of a list; a number beyond the end gives the last leaf."""
    count = max(1, -(-len(rows) // ROWS_A_PAGE))
    number = min(max(1, number), count)
    start = (number - 1) * ROWS_A_PAGE
    return Leaf(rows[start : start + ROWS_A_PAGE], number, count, len(rows))


def threads_of(space: Space) -> list[Entry]:
    """Return the threads of a group, each changed by its last answer, the last one first."""
    last: dict[RecordId, int] = {}
    for message in space.entries(Message):
        if message.parent is not None:
            last.setdefault(message.parent, message.made)
    threads = [
        replace(thread, changed=max(thread.changed, last.get(thread.id, 0)))
        for thread in space.entries(Thread)
    ]
    return sorted(threads, key=lambda thread: -thread.changed)


def welcome(space: Space) -> Record[Welcome] | None:
    """Return what the group tells its new members, or None."""
    entries = space.entries(Welcome)
    return space.read(Welcome, entries[0].id) if entries else None


def history_of(space: Space, record_id: RecordId) -> list[Record[Page]]:
    """Return the versions of a page, the oldest first, the present one last.

    Raises:
        NotFound: "record.unknown", also when the record is no page.
    """
    if space.entry(record_id).kind is not Page:
        raise NotFound("record.unknown")
    return space.versions(record_id)


@dataclass(frozen=True, slots=True)
class Version:
    """Hold one version of a page and what it changed."""

    record: Record[Page]
    number: int
    count: int
    changes: list[Line]


def version_of(space: Space, record_id: RecordId, number: int) -> Version:
    """Return a version of a page, numbered from 1, compared with the one before.

    Raises:
        NotFound: "record.unknown" when there is no such version.
    """
    versions = history_of(space, record_id)
    if not 1 <= number <= len(versions):
        raise NotFound("record.unknown")
    record = versions[number - 1]
    before = versions[number - 2].value.text if number > 1 else ""
    return Version(record, number, len(versions), differences(before, record.value.text))


def answers_of(space: Space, thread_id: RecordId, *, number: int | None) -> Leaf[Entry]:
    """Return one leaf of a thread's answers, the last one unless another is named."""
    answers = space.entries(Message, parent=thread_id, newest_first=False)
    return leaf_of(answers, number=number or len(answers))
