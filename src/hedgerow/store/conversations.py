# SPDX-License-Identifier: AGPL-3.0-or-later
"""Let a team read the letters of strangers and answer them: the sealed side of letter-boxes.

A conversation is an entry of the index without a body: its key is C, by which its messages
are found, its digest the sum of the form it came by, its parent the box, and its version
tells how many messages the team has dealt with, plus one.
"""

from collections.abc import Sequence
from typing import Final

from hedgerow.engines.vault.index import IndexEntry
from hedgerow.engines.vault.letterbox import decode_conversation
from hedgerow.engines.vault.letters import MESSAGE_WINDOW, Message, Side, message_id
from hedgerow.kernel.errors import Damaged
from hedgerow.kernel.ids import RecordId
from hedgerow.store import kinds, letters, listing
from hedgerow.store.boxkeys import HANDED_OVER, BoxKeys, boxes_of
from hedgerow.store.letters import Reader, Thread
from hedgerow.store.lines import ConversationEntry
from hedgerow.store.reading import Opened
from hedgerow.store.tables import look_up

HELD: Final = 0x0001
"""Flag of a conversation that waits for somebody to let it in."""
ANSWERED: Final = 0x0002
"""Flag of a conversation whose last message that counts is the team's."""
MOVING: Final = 0x0004
"""Flag of a conversation that is being handed over to another group."""
_DEAL: Final = 1


def seen_of(entry: IndexEntry) -> int:
    """Return how many messages of a conversation the team has dealt with."""
    return entry.version - _DEAL


def with_seen(entry: IndexEntry, count: int) -> IndexEntry:
    """Return an entry that says how many messages the team has dealt with."""
    return entry._replace(version=count + _DEAL)


def thread_of(entry: IndexEntry) -> Thread:
    """Return what a conversation's messages are found and sealed by."""
    return Thread(entry.record_key, entry.until)


def entry_of(
    entry: IndexEntry, *, address: str, count: int, minute: int, is_answered: bool
) -> ConversationEntry:
    """Return a conversation as rooms see it."""
    return ConversationEntry(
        id=RecordId(entry.record),
        title=decode_conversation(entry.title).title,
        address=address,
        until_week=entry.until,
        minute=minute,
        side="team" if is_answered else "stranger",
        count=count,
        is_new=count > seen_of(entry),
        is_held=bool(entry.flags & HELD),
        form_sum=entry.digest,
    )


def new_ids(entry: IndexEntry) -> list[int]:
    """Return the ids of the messages that a conversation may have besides those dealt with."""
    return [message_id(entry.record_key, n) for n in range(seen_of(entry), MESSAGE_WINDOW)]


def with_more(entries: Sequence[IndexEntry]) -> dict[int, int]:
    """Return how many messages those conversations have in which something is new.

    The next message after those dealt with is looked for in all of them at once.
    """
    nexts: dict[int, IndexEntry] = {
        message_id(entry.record_key, seen_of(entry)): entry
        for entry in entries
        if seen_of(entry) < MESSAGE_WINDOW
    }
    grown = [nexts[number] for number in look_up(bodies=list(nexts)).bodies]
    ids = {entry.record: new_ids(entry) for entry in grown}
    there = look_up(bodies=[one for some in ids.values() for one in some]).bodies
    return {
        entry.record: seen_of(entry) + sum(one in there for one in ids[entry.record])
        for entry in grown
    }


def conversations(opened: Opened, *, newest_first: bool = True) -> list[ConversationEntry]:
    """Return a space's conversations with strangers; see `Space.conversations`."""
    found = listing.of_kind(opened, kinds.CONVERSATION)
    boxes = {int(box.id): box for box in boxes_of(opened)} if found else {}
    counts = with_more(found)
    shown: list[ConversationEntry] = []
    for entry in found:
        box = boxes.get(entry.parent)
        try:
            shown.append(_listed(entry, box=box, count=counts.get(entry.record)))
        except Damaged:
            opened.note_damage("record.damaged", record_id=entry.record)
    return sorted(shown, key=lambda one: one.minute, reverse=newest_first)


def _listed(entry: IndexEntry, *, box: BoxKeys | None, count: int | None) -> ConversationEntry:
    """Return a conversation of a list; its newest message is opened only where it is new."""
    address = box.address if box is not None else HANDED_OVER
    minute, is_answered = entry.changed, bool(entry.flags & ANSWERED)
    if count is not None:
        newest = _newest(entry, count - 1, box=box)
        minute = newest.minute if newest is not None else minute
        is_answered = newest is not None and newest.side is Side.TEAM
    seen = seen_of(entry)
    return entry_of(
        entry,
        address=address,
        count=seen if count is None else count,
        minute=minute,
        is_answered=is_answered,
    )


def _newest(entry: IndexEntry, number: int, *, box: BoxKeys | None) -> Message | None:
    """Open one message, or return None where it does not open."""
    id_ = message_id(entry.record_key, number)
    sealed = look_up(bodies=[id_]).bodies.get(id_)
    if sealed is None or box is None:
        return None
    reader = Reader(Side.TEAM, box.pairs)
    try:
        return letters.opened(thread_of(entry), number, box=sealed, reader=reader)
    except Damaged:
        return None
