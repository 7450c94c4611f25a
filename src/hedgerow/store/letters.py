# SPDX-License-Identifier: AGPL-3.0-or-later
"""Read and write the messages of a conversation, for both its sides.

The plain content of a text is the number of its kind, u16, and then a body as records have
it: fields and the notes of the files that hang on the message.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from hedgerow.engines.vault.files import FileNote, chunk_ids, decode_note, encode_note
from hedgerow.engines.vault.letters import (
    MESSAGE_WINDOW,
    Ends,
    Message,
    Peeled,
    Side,
    What,
    key_in,
    message_id,
    message_ids,
    open_text,
    peel,
    seal_message,
)
from hedgerow.engines.vault.primitives import SealingKeys
from hedgerow.kernel.canonical import u16
from hedgerow.kernel.errors import Damaged, NotFound, Refused
from hedgerow.store.files import SealedFile
from hedgerow.store.kinds import (
    Value,
    decode_body,
    decode_notes,
    encode_body,
    spec_numbered,
    spec_of,
)
from hedgerow.store.lines import FileStream, Letter, LetterFile, LetterSide
from hedgerow.store.machine import machine
from hedgerow.store.reading import LookUp
from hedgerow.store.tables import look_up
from hedgerow.store.uploads import SealedUpload
from hedgerow.store.writing import Transaction

SIDES: Final[dict[Side, LetterSide]] = {Side.STRANGER: "stranger", Side.TEAM: "team"}
Window = dict[int, bytes]
"""The sealed messages of a conversation by their numbers."""


@dataclass(frozen=True, slots=True)
class Thread:
    """Hold what a conversation's messages are found and sealed by.

    Attributes:
        secret: C.
        until: The last week of its life.
    """

    secret: bytes
    until: int


@dataclass(frozen=True, slots=True)
class Reader:
    """Hold what one side opens messages with.

    Attributes:
        side: Whose it is.
        pairs: Its key pairs, the newest first.
    """

    side: Side
    pairs: Sequence[SealingKeys]

    def key_of(self, peeled: Peeled) -> bytes:
        """Return the key of a message.

        Raises:
            Damaged: It was not sealed to this side.
        """
        sealed = peeled.for_team if self.side is Side.TEAM else peeled.for_stranger
        return key_in(sealed, pairs=self.pairs)


def window_of(
    thread: Thread, *, find: LookUp = look_up, most: int = MESSAGE_WINDOW
) -> dict[int, bytes]:
    """Return all messages of a conversation, in their order, looked up in one statement.

    Args:
        thread: Of which conversation.
        find: Looks bodies up.
        most: Only so many from the first on.
    """
    ids = message_ids(thread.secret, most=most)
    return window_in(find(bodies=ids).bodies, ids)


def window_in(bodies: Mapping[int, bytes], ids: Sequence[int]) -> Window:
    """Return the messages of a conversation among bodies that were found.

    Args:
        bodies: By their ids.
        ids: Of the conversation's first messages, in their order.
    """
    return {number: bodies[id_] for number, id_ in enumerate(ids) if id_ in bodies}


def opened(thread: Thread, number: int, *, box: bytes, reader: Reader) -> Message:
    """Open one message.

    Raises:
        Damaged: It is another, or sealed to others, or its week is past.
    """
    peeled = peel(box, secret=thread.secret, number=number)
    try:
        expiry_key = machine().ring.expiry_key(thread.until)
    except Refused:
        raise Damaged("record.damaged") from None
    return open_text(peeled.inner, key=reader.key_of(peeled), expiry_key=expiry_key)


def content_of(value: Value, uploads: Sequence[SealedUpload]) -> bytes:
    """Return the plain content of a text."""
    notes = [encode_note(upload.note) for upload in uploads]
    return u16(spec_of(type(value)).number) + encode_body(value, notes=notes)


def notes_of(message: Message) -> list[FileNote]:
    """Return the notes of a message's files.

    Raises:
        Damaged: "record.damaged" or "vault.file_damaged".
    """
    if message.what is not What.TEXT:
        return []
    return [decode_note(note) for note in decode_notes(message.content[2:])]


def letter_of(number: int, message: Message) -> Letter:
    """Return a message as rooms see it.

    Raises:
        Damaged: Its content does not parse, or is of a kind no room here knows.
    """
    side = SIDES[message.side]
    if message.what in {What.ERASED, What.CARD}:
        return Letter(number, side, message.minute, None)
    spec = spec_numbered(int.from_bytes(message.content[:2], "big"))
    if spec is None:
        raise Damaged("record.damaged")
    value = decode_body(spec.type, message.content[2:])
    files = tuple(
        LetterFile(note.name, note.media_type, note.length, note.digest)
        for note in notes_of(message)
    )
    return Letter(number, side, message.minute, value, files)


def letters_in(thread: Thread, window: Window, *, reader: Reader) -> list[Letter]:
    """Return the messages of a conversation; those that do not open are marked."""
    letters: list[Letter] = []
    for number, box in window.items():
        try:
            message = opened(thread, number, box=box, reader=reader)
            if message.what is not What.NEW_KEY:
                letters.append(letter_of(number, message))
        except Damaged:
            letters.append(Letter(number, "stranger", 0, None, is_damaged=True))
    return letters


def file_in(thread: Thread, number: int, index: int, *, reader: Reader) -> FileStream:
    """Return a file of a message.

    Raises:
        NotFound: "letters.no_message" or "file.unknown".
        Damaged: "record.damaged".
    """
    id_ = message_id(thread.secret, number)
    box = look_up(bodies=[id_]).bodies.get(id_)
    if box is None:
        raise NotFound("letters.no_message")
    notes = notes_of(opened(thread, number, box=box, reader=reader))
    if not 0 <= index < len(notes):
        raise NotFound("file.unknown")
    return SealedFile(notes[index])


def next_number(window: Iterable[int]) -> int:
    """Return the number after the last one.

    Raises:
        Refused: "letters.conversation_full" after 200 messages.
    """
    number = max(window, default=-1) + 1
    if number >= MESSAGE_WINDOW:
        raise Refused("letters.conversation_full", most=MESSAGE_WINDOW)
    return number


def put(tx: Transaction, message: Message, *, thread: Thread, number: int, ends: Ends) -> None:
    """Write a message at a number; another writer at the same one makes the act run again.

    Raises:
        Refused: "vault.week_gone" when the conversation's last week is past or too far ahead.
    """
    box = seal_message(
        message,
        secret=thread.secret,
        number=number,
        ends=ends,
        expiry_key=tx.ring.expiry_key(thread.until),
        random=machine().random,
    )
    tx.put_body(message_id(thread.secret, number), box, until=thread.until)


def take_files(tx: Transaction, uploads: Sequence[SealedUpload], *, until: int) -> None:
    """Let files live as long as the message they hang on."""
    for upload in uploads:
        upload.take(tx, until=until)


def drop_files(tx: Transaction, message: Message) -> None:
    """Delete the files of a message."""
    for note in notes_of(message):
        tx.drop_bodies(chunk_ids(note))
