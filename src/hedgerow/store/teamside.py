# SPDX-License-Identifier: AGPL-3.0-or-later
"""Open one conversation with a stranger as the team has it, and write in it."""

from collections.abc import Sequence
from dataclasses import dataclass

from hedgerow.engines.vault.index import IndexEntry
from hedgerow.engines.vault.letterbox import (
    ConversationTitle,
    decode_conversation,
    encode_conversation,
)
from hedgerow.engines.vault.letters import Ends, Message, Side, What, message_id
from hedgerow.kernel.clock import week_of
from hedgerow.kernel.errors import BadInput, Damaged, NotFound
from hedgerow.kernel.ids import RecordId
from hedgerow.store import agenda, erasedletters, kinds, letters, listing, records
from hedgerow.store.boxkeys import BoxKeys, boxes_of, boxes_under
from hedgerow.store.change import EDITED, ERASED, Change
from hedgerow.store.changing import changing
from hedgerow.store.conversations import ANSWERED, HELD, MOVING, entry_of, thread_of, with_seen
from hedgerow.store.kinds import Value
from hedgerow.store.letters import Reader, Thread, Window
from hedgerow.store.lines import FileStream, Letter
from hedgerow.store.listing import Place
from hedgerow.store.reading import Opened
from hedgerow.store.uploads import SealedUpload, claim


def _place_in(change: Change, record_id: RecordId) -> Place:
    """Return where a conversation stands, under the lock.

    Raises:
        NotFound: "record.unknown".
    """
    for place in change.places():
        if place.entry.record == record_id and place.entry.kind == kinds.CONVERSATION:
            return place
    raise NotFound("record.unknown")


def conversation(opened: Opened, record_id: RecordId) -> "TeamSide":
    """Return one conversation; see `Space.conversation`."""
    pages = listing.pages_of(opened)
    place = listing.place_of(opened, record_id, pages=pages)
    if place.entry.kind != kinds.CONVERSATION:
        raise NotFound("record.unknown")
    box = next((one for one in boxes_of(opened) if one.id == place.entry.parent), None)
    if box is None:
        raise NotFound("record.unknown")
    entries = [one.entry for one in listing.places(opened, pages)]
    erased = erasedletters.erased_of(entries, record_id)
    side = TeamSide(opened, place.entry, box=box, erased=erased)
    if side.has_moved():
        forget_entry(opened, record_id)
        raise NotFound("record.unknown")
    return side


@dataclass(frozen=True, slots=True)
class Held:
    """Hold a conversation under the lock.

    Attributes:
        place: Where it stands.
        box: What its messages are opened with.
        window: Its sealed messages.
        erased: The numbers of those that were erased.
    """

    place: Place
    box: BoxKeys
    window: Window
    erased: frozenset[int]

    @property
    def thread(self) -> Thread:
        """Return what its messages are found and sealed by."""
        return thread_of(self.place.entry)

    @property
    def title(self) -> ConversationTitle:
        """Return its title field."""
        return decode_conversation(self.place.entry.title)

    @property
    def ends(self) -> Ends:
        """Return to whom the key of a message is sealed."""
        return Ends(self.box.public, self.title.stranger)

    @property
    def reader(self) -> Reader:
        """Return what the team opens messages with."""
        return Reader(Side.TEAM, self.box.pairs)


def held_in(change: Change, record_id: RecordId) -> Held:
    """Read a conversation under the lock.

    Raises:
        NotFound: "record.unknown".
    """
    place = _place_in(change, record_id)
    boxes = boxes_under(change)
    box = next((one for one in boxes if one.id == place.entry.parent), None)
    if box is None or place.entry.until < week_of(change.opened.today):
        raise NotFound("record.unknown")
    window = letters.window_of(thread_of(place.entry), find=change.tx.look_up)
    entries = [one.entry for one in change.places()]
    return Held(place, box, window, erasedletters.erased_of(entries, record_id))


class TeamSide:
    """Be a conversation as a member has it open for one request.

    Attributes:
        entry: What lists show of it.
    """

    def __init__(
        self, opened: Opened, entry: IndexEntry, *, box: BoxKeys, erased: frozenset[int]
    ) -> None:
        """Read its messages, but for what stands in the places of erased ones."""
        self._erased = erased
        self._opened = opened
        self._id = RecordId(entry.record)
        self._flags = entry.flags
        self._thread = thread_of(entry)
        self._reader = Reader(Side.TEAM, box.pairs)
        self._window = letters.window_of(self._thread)
        found = letters.letters_in(self._thread, self._window, reader=self._reader)
        self._letters = erasedletters.emptied(found, erased)
        last = self._letters[-1] if self._letters else None
        self.entry = entry_of(
            entry,
            address=box.address,
            count=max(self._window, default=-1) + 1,
            minute=last.minute if last is not None and last.minute else entry.changed,
            is_answered=last is not None and last.side == "team",
        )

    def has_moved(self) -> bool:
        """Tell whether it was handed over to another group, and nothing opens here any more."""
        is_shut = all(one.is_damaged for one in self._letters)
        return bool(self._flags & MOVING) and bool(self._letters) and is_shut

    def messages(self) -> list[Letter]:
        """Return the messages, the oldest first."""
        return list(self._letters)

    def file(self, number: int, index: int) -> FileStream:
        """Return a file of a message.

        Raises:
            NotFound: "letters.no_message", "file.unknown".
            Damaged: "record.damaged".
        """
        if number in self._erased:
            raise NotFound("file.unknown")
        return letters.file_in(self._thread, number, index, reader=self._reader)

    def answer(self, value: Value, *, uploads: Sequence[SealedUpload] = ()) -> int:
        """Write to the stranger and return the message's number; all before it is dealt with.

        Raises:
            NotFound: "record.unknown" when the conversation is gone.
            Refused: "letters.conversation_full" after 200 messages.
        """
        content = letters.content_of(value, uploads)

        def act(change: Change) -> int:
            held = held_in(change, self._id)
            number = letters.next_number(held.window)
            message = Message(Side.TEAM, change.minute, What.TEXT, content)
            letters.put(change.tx, message, thread=held.thread, number=number, ends=held.ends)
            letters.take_files(change.tx, uploads, until=held.thread.until)
            flags = held.place.entry.flags & ~HELD | ANSWERED
            _note(change, held.place, count=number + 1, flags=flags)
            return number

        number = changing(self._opened, act)
        claim(uploads)
        return number

    def settle(self) -> None:
        """Count all messages as dealt with; none needs an answer."""

        def act(change: Change) -> None:
            held = held_in(change, self._id)
            count = max(held.window, default=-1) + 1
            _note(change, held.place, count=count, flags=held.place.entry.flags)

        changing(self._opened, act)

    def let_in(self) -> None:
        """Show a conversation that was held back to everybody in the group."""

        def act(change: Change) -> None:
            place = _place_in(change, self._id)
            fresh = place.entry._replace(flags=place.entry.flags & ~HELD)
            change.replace_entry(place.page, fresh)

        changing(self._opened, act)

    def rename(self, title: str) -> None:
        """Say what the group calls it.

        Raises:
            BadInput: "record.title_too_long" above 96 bytes.
        """

        def act(change: Change) -> None:
            place = _place_in(change, self._id)
            field = decode_conversation(place.entry.title)._replace(title=title)
            change.replace_entry(place.page, place.entry._replace(title=_encoded(field)))

        changing(self._opened, act)

    def erase_message(self, number: int) -> None:
        """Erase one message on both sides, with its files; its place stays.

        Raises:
            NotFound: "letters.no_message".
        """

        def act(change: Change) -> None:
            held = held_in(change, self._id)
            box = held.window.get(number)
            if box is None:
                raise NotFound("letters.no_message")
            _empty(change, held, number=number, box=box)
            erasedletters.note(change, held.place, numbers=frozenset({number}))
            change.line(self._id, kind=kinds.CONVERSATION, page=held.place.page, flags=EDITED)

        changing(self._opened, act)

    def erase(self) -> None:
        """Erase it with all that hangs on it; the receipt's words open nothing any more."""

        def act(change: Change) -> None:
            held = held_in(change, self._id)
            for number, box in held.window.items():
                _drop_message(change, held, number=number, box=box)
            change.tx.drop_small([held.title.receipt_tag])
            remove(change, held.place)

        changing(self._opened, act)


def _encoded(field: ConversationTitle) -> bytes:
    """Write a title field.

    Raises:
        BadInput: "record.title_too_long".
    """
    try:
        return encode_conversation(field)
    except BadInput as error:
        raise BadInput("record.title_too_long", most=error.details["limit"]) from None


def _note(change: Change, place: Place, *, count: int, flags: int) -> None:
    """Note in its entry how many messages of a conversation are dealt with."""
    fresh = with_seen(place.entry, count)._replace(changed=change.minute, flags=flags)
    change.replace_entry(place.page, fresh)
    change.line(fresh.record, kind=kinds.CONVERSATION, page=place.page, flags=EDITED)


def _read(held: Held, *, number: int, box: bytes) -> Message | None:
    """Open a message under the lock, or return None where it does not open."""
    try:
        return letters.opened(held.thread, number, box=box, reader=held.reader)
    except Damaged:
        return None


def _drop_message(change: Change, held: Held, *, number: int, box: bytes) -> Message | None:
    """Delete a message with its files, and return it where it opened."""
    message = _read(held, number=number, box=box)
    if message is not None:
        letters.drop_files(change.tx, message)
    change.tx.drop_bodies([message_id(held.thread.secret, number)])
    return message


def _empty(change: Change, held: Held, *, number: int, box: bytes) -> None:
    """Put an empty message in the place of one."""
    message = _drop_message(change, held, number=number, box=box)
    side = message.side if message is not None else Side.STRANGER
    minute = message.minute if message is not None else change.minute
    empty = Message(side, minute, What.ERASED, b"")
    letters.put(change.tx, empty, thread=held.thread, number=number, ends=held.ends)


def remove(change: Change, place: Place) -> None:
    """Take a conversation out of the index with all that hangs on it."""
    hanging = records.below(change.places(), place)
    change.line(place.entry.record, kind=kinds.CONVERSATION, page=place.page, flags=ERASED)
    records.drop_bodies_of(change, [one.entry for one in hanging[1:] if one.entry.size])
    for one in hanging:
        change.remove_entry(one.page, one.entry.record)
    agenda.forget(change, {one.entry.record for one in hanging})


def forget_entry(opened: Opened, record_id: RecordId) -> None:
    """Take a conversation that was handed over out of the index; its messages stay."""
    changing(opened, lambda change: remove(change, _place_in(change, record_id)))
