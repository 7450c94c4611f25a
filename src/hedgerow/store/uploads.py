# SPDX-License-Identifier: AGPL-3.0-or-later
"""Seal files while they arrive: nothing of them is ever a file, not even for a moment.

The handler draws a key for each file and writes each full chunk as a body row, to be
swept in the next week unless a record takes it. It refuses before the first byte
without the cookie of a session whose keyed check holds; it does not look the session up,
since a form whose session has just ended is carried over the log-in, its files with it.

A refusal never raises out of the reading of the form, which happens before any view: it
stands on the request as `upload_refusal`, the file is skipped, and the view says why
beside everything else that was typed.
"""

import hashlib
import shutil
import unicodedata
from typing import Any, Final, NoReturn, cast

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

from hedgerow.engines.vault.files import CHUNK_BYTES, ChunkSealer, FileNote, chunk_id
from hedgerow.engines.vault.primitives import KEY_BYTES
from hedgerow.kernel.clock import minute_now, week_of
from hedgerow.kernel.errors import BadInput, Busy, HedgerowError, Refused
from hedgerow.store import machine as machines
from hedgerow.store.sessions import COOKIE_NAME, is_genuine
from hedgerow.store.writing import Transaction, in_writing

MOST_FILE_BYTES: Final = 25 * 1024 * 1024
NAME_BYTES: Final = 160
TYPE_BYTES: Final = 100
_UNFINISHED_SHARE: Final = 10


class SealedUpload(UploadedFile):
    """Be a file whose chunks are sealed already.

    Attributes:
        note: What is needed to read it back; the record keeps it.
        chunk_ids: The rows it stands in.
        shown_name: Its name, cleaned.
    """

    def __init__(self, note: FileNote, *, chunk_ids: tuple[int, ...]) -> None:
        """Keep the note; there is no file behind it."""
        super().__init__(file=None, name=note.name, content_type=note.media_type, size=note.length)
        self.note = note
        self.chunk_ids = chunk_ids
        self.shown_name = note.name


def clean_name(name: str) -> str:
    """Return a file's name without path parts, control characters and too many bytes."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(one for one in last if unicodedata.category(one)[0] != "C").strip(". ")
    while len(kept.encode()) > NAME_BYTES:
        stem, dot, end = kept.rpartition(".")
        kept = f"{stem[:-1]}{dot}{end}" if dot and len(end) <= 8 and stem else kept[:-1]  # noqa: PLR2004 -- an ending
    return kept or "file"


class Sealing:
    """Seal one file chunk by chunk into body rows.

    Args:
        name: As it was sent.
        media_type: As it was sent.
    """

    def __init__(self, name: str, media_type: str) -> None:
        """Draw a key for this file alone."""
        self._machine = machines.machine()
        self._key = self._machine.random(KEY_BYTES)
        self._sealer = ChunkSealer(self._key)
        self._buffer = bytearray()
        self._digest = hashlib.sha256()
        self._ids: list[int] = []
        self.length = 0
        self._name = clean_name(name)
        self._type = media_type.encode("ascii", "ignore").decode()[:TYPE_BYTES]

    def add(self, data: bytes) -> None:
        """Take some bytes, and write every chunk that is full and not the last one."""
        self._digest.update(data)
        self.length += len(data)
        self._buffer += data
        while len(self._buffer) > CHUNK_BYTES:
            self._write(bytes(self._buffer[:CHUNK_BYTES]), is_last=False)
            del self._buffer[:CHUNK_BYTES]

    def finish(self) -> SealedUpload:
        """Write the last chunk and return the file."""
        self._write(bytes(self._buffer), is_last=True)
        note = FileNote(
            key=self._key,
            header=self._sealer.header,
            length=self.length,
            digest=self._digest.digest(),
            name=self._name,
            media_type=self._type,
        )
        return SealedUpload(note, chunk_ids=tuple(self._ids))

    def _write(self, chunk: bytes, *, is_last: bool) -> None:
        """Write one chunk, noted as unfinished."""
        number = chunk_id(self._key, len(self._ids))
        row = self._sealer.seal(chunk, is_last=is_last)
        minute = minute_now(self._machine.clock)
        self._machine.ephemeral.note_upload(number, minute=minute, size=len(row))
        until = week_of(minute // (24 * 60)) + 1

        def act(tx: Transaction) -> None:
            tx.put_body(number, row, until=until)

        in_writing(act)
        self._ids.append(number)

    def abandon(self) -> None:
        """Delete what was written so far."""
        drop_chunks(self._ids)


def drop_chunks(ids: list[int]) -> None:
    """Delete chunks that no record takes."""

    def act(tx: Transaction) -> int:
        return tx.drop_bodies(ids)

    in_writing(act)
    machines.machine().ephemeral.forget_uploads(ids)


def seal_bytes(content: bytes, *, name: str, media_type: str) -> SealedUpload:
    """Seal a file that is at hand as a whole; for demo and tests."""
    sealing = Sealing(name, media_type)
    sealing.add(content)
    return sealing.finish()


class SealingUploadHandler(FileUploadHandler):
    """Push each file through the sealer while the form is read."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        """Begin with no file."""
        super().__init__(request)
        self._sealing: Sealing | None = None

    def new_file(self, *arguments: Any, **keywords: Any) -> None:
        """Begin a file, or refuse it before its first byte.

        Refusals: "upload.no_session" without a genuine cookie; "upload.no_room" when
        unfinished uploads fill a tenth of the free disk.
        """
        super().new_file(*arguments, **keywords)
        cookie = self.request.COOKIES.get(COOKIE_NAME, "") if self.request else ""
        if not machines.is_open() or not is_genuine(cookie):
            self._refuse(Refused("upload.no_session"))
        if not _has_room():
            self._refuse(Refused("upload.no_room"))
        self._sealing = Sealing(self.file_name or "", self.content_type or "")

    def _refuse(self, error: HedgerowError) -> NoReturn:
        """Leave the reason on the request and skip the rest of the file."""
        self.upload_interrupted()
        cast("Any", self.request).upload_refusal = error
        raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:  # noqa: ARG002 -- Django's
        """Take some bytes; a refusal is "upload.too_large"."""
        assert self._sealing is not None  # noqa: S101  # nosec -- new_file came first
        if self._sealing.length + len(raw_data) > MOST_FILE_BYTES:
            limit = MOST_FILE_BYTES // 1024 // 1024
            self._refuse(BadInput("upload.too_large", limit_mb=limit))
        try:
            self._sealing.add(raw_data)
        except Busy as error:
            self._refuse(error)

    def file_complete(self, file_size: int) -> UploadedFile | None:  # noqa: ARG002 -- Django's
        """Return the sealed file."""
        sealing, self._sealing = self._sealing, None
        return sealing.finish() if sealing is not None else None

    def upload_interrupted(self) -> None:
        """Delete what came so far, when the line broke."""
        if self._sealing is not None:
            self._sealing.abandon()
            self._sealing = None


def _has_room() -> bool:
    """Tell whether unfinished uploads leave enough of the free disk."""
    present = machines.machine()
    free = shutil.disk_usage(present.data).free
    return present.ephemeral.upload_bytes() <= free // _UNFINISHED_SHARE


def sweep(*, before_minute: int) -> int:
    """Delete pieces of files that no record took, received before a minute."""
    ids = machines.machine().ephemeral.uploads_before(before_minute)
    if ids:
        drop_chunks(ids)
    return len(ids)
