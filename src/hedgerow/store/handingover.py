# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hand conversations with strangers over to other spaces, and renew what boxes are written to."""

from collections.abc import Iterable

from hedgerow.engines.vault.letterbox import decode_conversation
from hedgerow.engines.vault.letters import (
    Ends,
    Message,
    Peeled,
    Side,
    What,
    message_id,
    peel,
    wrap,
)
from hedgerow.engines.vault.primitives import seal_to
from hedgerow.kernel.clock import week_of
from hedgerow.kernel.errors import Damaged, Refused
from hedgerow.kernel.ids import RecordId
from hedgerow.store import erasedletters, kinds, letters
from hedgerow.store.adopting import adopt_in
from hedgerow.store.boxkeys import (
    HANDED_OVER,
    BoxKeys,
    add_box,
    boxes_under,
    put_part,
    renew,
    renew_pair,
)
from hedgerow.store.cards import bare_entry
from hedgerow.store.change import NEW, Change
from hedgerow.store.changing import changing
from hedgerow.store.conversations import MOVING, seen_of, thread_of, with_seen
from hedgerow.store.letters import Reader, Thread
from hedgerow.store.lines import FileStream
from hedgerow.store.listing import Place
from hedgerow.store.machine import machine
from hedgerow.store.reading import Opened
from hedgerow.store.teamside import Held, TeamSide, forget_entry, held_in
from hedgerow.store.uploads import SealedUpload, Sealing


def copy_files(side: TeamSide) -> list[SealedUpload]:
    """Seal all files of a conversation once more, for a record that keeps a copy of it."""
    streams = [
        side.file(letter.number, index)
        for letter in side.messages()
        for index in range(len(letter.files))
    ]
    return [_sealed_again(stream) for stream in streams]


def _sealed_again(stream: FileStream) -> SealedUpload:
    """Seal a file under a key of its own."""
    sealing = Sealing(stream.name, stream.type)
    for chunk in stream.chunks():
        sealing.add(chunk)
    return sealing.finish()


def forward(opened: Opened, record_id: RecordId, *, to: Opened) -> RecordId:
    """Hand a whole conversation over to another space; see `Space.forward_conversation`.

    Three transactions, for no act writes to two spaces in one: the first marks it here, the
    second brings it there, after which nothing of it opens here, the third takes it off the
    list here. Where that one is not reached, the next who asks for the conversation does it.
    """
    held = changing(opened, lambda change: _marked(change, record_id))
    new_id = changing(to, lambda change: _bring(change, held))
    forget_entry(opened, record_id)
    return new_id


def _marked(change: Change, record_id: RecordId) -> Held:
    """Mark a conversation as being handed over, and return it as it was."""
    held = held_in(change, record_id)
    entry = held.place.entry
    change.replace_entry(held.place.page, entry._replace(flags=entry.flags | MOVING))
    return held


def _bring(change: Change, held: Held) -> RecordId:
    """Write a conversation into a space, its messages sealed to that space's own pair.

    Raises:
        Refused: "letters.conversation_full", "vault.space_full".
    """
    boxes = boxes_under(change)
    box = next((one for one in boxes if not one.is_for_strangers), None)
    box = box if box is not None and box.seeds else add_box(change, HANDED_OVER)
    source = held.place.entry
    thread, title = thread_of(source), decode_conversation(source.title)
    window = letters.window_of(thread, find=change.tx.look_up)
    for number, sealed in window.items():
        _rewrap(change, thread, number, box=sealed, reader=held.reader, public=box.public)
    tell(change, thread, window=window, ends=Ends(box.public, title.stranger))
    entry = bare_entry(change, kind=kinds.CONVERSATION)._replace(
        version=source.version,
        flags=source.flags,
        parent=box.id,
        record_key=source.record_key,
        digest=source.digest,
        until=source.until,
        title=source.title,
    )
    page = change.add_entry(change.roster.chapter, entry)
    if held.erased:
        erasedletters.note(change, Place(page, entry), numbers=held.erased)
    change.line(entry.record, kind=kinds.CONVERSATION, page=page, flags=NEW)
    return RecordId(entry.record)


def renew_all(change: Change) -> None:
    """Give every box new keys, because somebody is a member no longer.

    Letters that wait are taken in first, so that none is sealed to a pair that only the
    removed may still have; where there is no room for them, their places stay.
    """
    for box in boxes_under(change):
        if not box.seeds:
            continue
        is_open = box.is_open(find=change.tx.look_up)
        try:
            adopt_in(change, box)
        except Refused:
            fresh = renew_pair(change, box)
        else:
            fresh = renew(change, box)
        if is_open:
            put_part(change, fresh)
        if not box.is_for_strangers:
            _tell_all(change, fresh)


def _tell_all(change: Change, box: BoxKeys) -> None:
    """Tell the strangers of conversations that were handed over of a new pair."""
    week = week_of(change.opened.today)
    for place in change.places():
        entry = place.entry
        if entry.kind != kinds.CONVERSATION or entry.parent != box.id or entry.until < week:
            continue
        window = letters.window_of(thread_of(entry), find=change.tx.look_up)
        ends = Ends(box.public, decode_conversation(entry.title).stranger)
        try:
            tell(change, thread_of(entry), window=window, ends=ends)
        except Refused:
            continue
        if seen_of(entry) == max(window, default=-1) + 1:
            change.replace_entry(place.page, with_seen(entry, seen_of(entry) + 1))


def _rewrap(
    change: Change, thread: Thread, number: int, *, box: bytes, reader: Reader, public: bytes
) -> None:
    """Seal the key of a message to another team; what does not open is left as it is."""
    try:
        peeled = peel(box, secret=thread.secret, number=number)
        fresh = Peeled(seal_to(public, reader.key_of(peeled)), peeled.for_stranger, peeled.inner)
    except Damaged:
        return
    id_ = message_id(thread.secret, number)
    sealed = wrap(fresh, secret=thread.secret, number=number, random=machine().random)
    change.tx.drop_bodies([id_])
    change.tx.put_body(id_, sealed, until=thread.until)


def tell(change: Change, thread: Thread, *, window: Iterable[int], ends: Ends) -> None:
    """Tell the stranger's side which pair to write to from now on.

    Raises:
        Refused: "letters.conversation_full".
    """
    message = Message(Side.TEAM, change.minute, What.NEW_KEY, ends.team)
    letters.put(change.tx, message, thread=thread, number=letters.next_number(window), ends=ends)
