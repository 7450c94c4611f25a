# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hand out the file that hangs on a record, piece by piece."""

from collections.abc import Iterator
from typing import Final

from hedgerow.engines.vault.files import FileNote, chunk_ids, decode_note, open_chunks
from hedgerow.kernel.errors import Damaged, NotFound
from hedgerow.kernel.ids import RecordId
from hedgerow.store import bodies
from hedgerow.store.kinds import decode_notes
from hedgerow.store.lines import LetterFile
from hedgerow.store.listing import place_of
from hedgerow.store.reading import Opened
from hedgerow.store.tables import look_up
from hedgerow.store.uploads import SealedUpload

_CHUNKS_AT_ONCE: Final = 8


class SealedFile:
    """Be a file whose pieces are opened as they are asked for."""

    def __init__(self, note: FileNote) -> None:
        """Keep where it lies."""
        self._note = note

    @property
    def name(self) -> str:
        """Return the name it was sent under."""
        return self._note.name

    @property
    def type(self) -> str:
        """Return the media type it was sent as."""
        return self._note.media_type

    @property
    def length(self) -> int:
        """Return its length in bytes."""
        return self._note.length

    def chunks(self) -> Iterator[bytes]:
        """Yield its bytes.

        Raises:
            Damaged: "file.damaged" when a piece is missing or is not the one written.
        """
        try:
            yield from open_chunks(self._note, self._rows())
        except Damaged:
            raise Damaged("file.damaged") from None

    def _rows(self) -> Iterator[bytes]:
        """Read the rows, a few at a time."""
        numbers = chunk_ids(self._note)
        for start in range(0, len(numbers), _CHUNKS_AT_ONCE):
            batch = numbers[start : start + _CHUNKS_AT_ONCE]
            found = look_up(bodies=batch).bodies
            for number in batch:
                if number not in found:
                    raise Damaged("file.damaged")
                yield found[number]


def content_of(upload: SealedUpload) -> bytes:
    """Return the bytes of a file that was received and that no record has taken.

    Raises:
        Damaged: "file.damaged" when a piece is missing, as after it was swept.
        Busy: "store.busy", "store.full".
    """
    upload.settle()
    return b"".join(SealedFile(upload.note).chunks())


def _notes_of(opened: Opened, record_id: RecordId) -> list[FileNote]:
    """Return the notes of a record's files."""
    entry = place_of(opened, record_id).entry
    for _, plain in bodies.plains(opened, [entry]):
        if plain is None:
            opened.note_damage("record.damaged", record_id=record_id)
            raise Damaged("record.damaged")
        return [decode_note(note) for note in decode_notes(plain)]
    raise NotFound("record.unknown")


def stream_of(opened: Opened, record_id: RecordId, *, index: int = 0) -> SealedFile:
    """Return one of the files that hang on a record; see `Space.file`."""
    notes = _notes_of(opened, record_id)
    if not 0 <= index < len(notes):
        raise NotFound("file.unknown")
    return SealedFile(notes[index])


def listed(opened: Opened, record_id: RecordId) -> list[LetterFile]:
    """Return what is known of the files of a record; see `Space.files`."""
    notes = _notes_of(opened, record_id)
    return [LetterFile(note.name, note.media_type, note.length, note.digest) for note in notes]
