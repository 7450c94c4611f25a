# SPDX-License-Identifier: AGPL-3.0-or-later
"""Read what the group's pages show of its letters; nothing here changes what they say."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from hedgerow.kernel.errors import NotFound
from hedgerow.kernel.ids import RecordId
from hedgerow.rooms.intake.models import LetterBox
from hedgerow.rooms.intake.records import CLOSED, State
from hedgerow.store.lines import ConversationEntry
from hedgerow.store.visit import Space

NEW: Final = "new"
OPEN: Final = "open"
WAITING: Final = "waiting"
MINE: Final = "mine"
ALL: Final = "all"
FILTERS: Final = (NEW, MINE, OPEN, CLOSED)


@dataclass(frozen=True, slots=True)
class Conversation:
    """Hold a conversation as the group's list sorts it.

    Attributes:
        status: "waiting" for a coordinator to look at it, "new", "open" or "closed".
    """

    entry: ConversationEntry
    status: str


def states_of(space: Space) -> dict[RecordId, str]:
    """Return the state of each conversation that has one, without opening any."""
    states: dict[RecordId, str] = {}
    for state in space.entries(State):
        if state.parent is not None:
            states.setdefault(state.parent, state.title)
    return states


def status_of(entry: ConversationEntry, *, state: str) -> str:
    """Return how far a conversation is; more from a stranger opens a closed one again."""
    if entry.is_held:
        return WAITING
    if entry.is_new:
        return NEW
    return CLOSED if state == CLOSED else OPEN


def conversations(space: Space) -> list[Conversation]:
    """Return the conversations that this member may see in the list, the newest first."""
    states = states_of(space)
    found = [
        Conversation(entry, status_of(entry, state=states.get(entry.id, "")))
        for entry in space.conversations()
    ]
    return [one for one in found if one.status != WAITING or space.is_keeper]


def conversation(space: Space, record_id: RecordId) -> Conversation:
    """Return one conversation.

    Raises:
        NotFound: "record.unknown", also for one that waits for a coordinator's look and is
            asked for by somebody else.
    """
    entry = space.conversation(record_id).entry
    if entry.is_held and not space.is_keeper:
        raise NotFound("record.unknown")
    return Conversation(entry, status_of(entry, state=states_of(space).get(record_id, "")))


def shown(found: Sequence[Conversation], *, which: str, mine: set[RecordId]) -> list[Conversation]:
    """Return the conversations that a filter lets through."""
    if which == MINE:
        return [one for one in found if one.entry.id in mine]
    if which == ALL:
        return list(found)
    return [one for one in found if one.status == which]


def box_rows(space: Space) -> list[LetterBox]:
    """Return the public rows of a group's letter-boxes, open ones first."""
    addresses = [box.address for box in space.letterboxes()]
    return list(LetterBox.objects.filter(address__in=addresses).order_by("-is_open", "address"))


def own_box(space: Space, address: str) -> LetterBox:
    """Return the public row of one of the group's own open letter-boxes.

    Raises:
        NotFound: "letters.no_box", also when it is another group's.
    """
    found = next((box for box in box_rows(space) if box.address == address), None)
    if found is None:
        raise NotFound("letters.no_box")
    return found
