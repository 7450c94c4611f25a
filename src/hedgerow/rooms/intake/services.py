# SPDX-License-Identifier: AGPL-3.0-or-later
"""Do what a group does with its letters and letter-boxes; each act is one named function.

A letter-box is opened sealed part first, and closed public row first: whatever fails in
between, no letter is taken that nobody can open.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import get_language

from hedgerow.kernel.ids import RecordId
from hedgerow.rooms.intake.models import LetterBox
from hedgerow.rooms.intake.records import (
    CLOSED,
    OPEN,
    Blocked,
    LetterCopy,
    LetterNote,
    LetterText,
    State,
)
from hedgerow.rooms.intake.rows import last_day_of, title_of
from hedgerow.rooms.intake.selectors import NEW, WAITING, Conversation
from hedgerow.store import contentsums
from hedgerow.store.uploads import SealedUpload
from hedgerow.store.visit import Space

_BOX_FIELDS = ("weeks", "day_limit", "is_moderated", "texts", "needed")


def open_box(space: Space, *, address: str, fields: Mapping[str, Any]) -> None:
    """Open a letter-box: its sealed part, then the row that everybody sees."""
    space.open_letterbox(address)
    chosen = {name: fields[name] for name in _BOX_FIELDS}
    LetterBox.objects.create(address=address, is_open=True, **chosen)


def change_box(box: LetterBox, *, fields: Mapping[str, Any]) -> None:
    """Change what a letter-box says and asks."""
    chosen = {name: fields[name] for name in _BOX_FIELDS}
    LetterBox.objects.filter(address=box.address).update(**chosen)


def close_box(space: Space, box: LetterBox) -> None:
    """Close a letter-box: the row that everybody sees, then its sealed part."""
    LetterBox.objects.filter(address=box.address).update(is_open=False)
    space.close_letterbox(box.address)


def take_in(space: Space) -> None:
    """Take in the letters that wait, where this member may, and put blocked ones aside."""
    taken = space.adopt_letters()
    blocked = space.entries(Blocked) if taken else ()
    if not blocked:
        return
    kept = space.read(Blocked, blocked[0].id).value
    for record_id in taken:
        # Also what waits for a coordinator's look, whoever took it in.
        entry = space.conversation(record_id).entry
        one = Conversation(entry, WAITING if entry.is_held else NEW)
        if _is_blocked(space, one, kept):
            put_aside(space, one)


def _is_blocked(space: Space, conversation: Conversation, kept: Blocked) -> bool:
    """Tell whether a letter's text is one that needs no second reading."""
    letters = space.conversation(conversation.entry.id).messages()
    first = letters[0].value if letters else None
    if not isinstance(first, LetterText):
        return False
    return contentsums.keyed_sum(kept.key, first.search_text()) in kept.sums


def put_aside(space: Space, conversation: Conversation) -> None:
    """Close a letter whose text was blocked, without an answer."""
    side = space.conversation(conversation.entry.id)
    if conversation.status == WAITING:
        side.let_in()
    side.settle()
    set_state(space, conversation, CLOSED, is_blocked=True)


def set_state(
    space: Space, conversation: Conversation, state: str, *, is_blocked: bool = False
) -> None:
    """Say how far a conversation is."""
    record_id = conversation.entry.id
    there = space.entries(State, parent=record_id)
    if there:
        if there[0].title != state:
            value = State(is_blocked)
            space.edit(there[0].id, value, title=state, base_version=there[0].version)
        return
    until = last_day_of(conversation.entry.until_week)
    space.write(State(is_blocked), title=state, parent=record_id, until_day=until)


def close(space: Space, conversation: Conversation) -> None:
    """Close a conversation; nothing in it waits for an answer any more."""
    space.conversation(conversation.entry.id).settle()
    set_state(space, conversation, CLOSED)


def let_in(space: Space, conversation: Conversation) -> None:
    """Show a letter that a coordinator has looked at to the others.

    Raises:
        Refused: "space.keepers_only".
    """
    space.demand_keeper()
    space.conversation(conversation.entry.id).let_in()


def answer(
    space: Space, conversation: Conversation, *, text: str, uploads: Sequence[SealedUpload]
) -> None:
    """Answer a letter; whatever was new or closed is open after that."""
    value = LetterText(text=text, language=get_language() or "en")
    space.conversation(conversation.entry.id).answer(value, uploads=uploads)
    if conversation.status != OPEN:
        set_state(space, conversation, OPEN)


def note(space: Space, conversation: Conversation, *, text: str) -> None:
    """Keep a note that only the group sees, for as long as the conversation."""
    space.write(
        LetterNote(text=text),
        title=conversation.entry.title,
        parent=conversation.entry.id,
        until_day=last_day_of(conversation.entry.until_week),
    )


def block(space: Space, conversation: Conversation) -> None:
    """Note the hash of a letter's text and erase the letter.

    Raises:
        Refused: "space.keepers_only".
    """
    space.demand_keeper()
    side = space.conversation(conversation.entry.id)
    letters = side.messages()
    first = letters[0].value if letters else None
    if isinstance(first, LetterText):
        _note_sum(space, first.search_text())
    side.erase()


def copy_to(space: Space, conversation: Conversation, *, other: Space) -> RecordId:
    """Copy a conversation with its files into another group, until its own end."""
    entry = conversation.entry
    messages = [
        (letter.side == "stranger", letter.minute, full_text(letter.value))
        for letter in space.conversation(entry.id).messages()
        if isinstance(letter.value, LetterText)
    ]
    return space.copy_conversation(
        entry.id,
        to=other,
        value=LetterCopy(messages),
        title=title_of(entry),
        until_day=last_day_of(entry.until_week),
    )


def full_text(value: LetterText) -> str:
    """Return a message as one text, answers first, each below its question."""
    answers = [f"{question}\n{answer}" for question, answer in value.answers]
    return "\n\n".join([*answers, value.text])


def _note_sum(space: Space, text: str) -> None:
    """Put the keyed hash of a text on the group's list."""
    there = space.entries(Blocked)
    if not there:
        key = contentsums.draw_key()
        space.write(Blocked(key, [contentsums.keyed_sum(key, text)]), title="")
        return
    record = space.read(Blocked, there[0].id)
    kept = record.value
    fresh = contentsums.keyed_sum(kept.key, text)
    if fresh not in kept.sums:
        value = Blocked(kept.key, [*kept.sums, fresh])
        space.edit(there[0].id, value, title="", base_version=record.entry.version)
