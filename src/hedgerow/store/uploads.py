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
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, Final, NoReturn, cast

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

from hedgerow.engines.vault.files import CHUNK_BYTES, ChunkSealer, FileNote, chunk_id
from hedgerow.engines.vault.primitives import KEY_BYTES
from hedgerow.kernel.clock import day_of, minute_now, week_of
from hedgerow.kernel.errors import BadInput, HedgerowError, Refused
from hedgerow.store import formtokens
from hedgerow.store import machine as machines
from hedgerow.store.sessions import COOKIE_NAME, counter_of
from hedgerow.store.writing import Transaction, in_writing

_MIB: Final = 1024 * 1024
MOST_FILE_BYTES: Final = 25 * _MIB
MOST_FORM_BYTES: Final = 50 * _MIB
MOST_FORM_FILES: Final = 10
MOST_DAY_BYTES: Final = 500 * _MIB
NAME_BYTES: Final = 160
TYPE_BYTES: Final = 100
_UNFINISHED_SHARE: Final = 10


class SealedUpload(UploadedFile):  # type: ignore[type-arg]  # not generic when it runs
    """Be a file whose chunks are sealed already.

    A file of one chunk is not written before a record takes it, in the record's own transaction;
    where it has to last without one, `settle` writes it.

    Attributes:
        note: What is needed to read it back; the record keeps it.
        chunk_ids: The rows it stands in.
        shown_name: Its name, cleaned.
    """

    def __init__(
        self, note: FileNote, *, chunk_ids: tuple[int, ...], waiting: bytes | None = None
    ) -> None:
        """Keep the note; there is no file behind it."""
        super().__init__(file=None, name=note.name, content_type=note.media_type, size=note.length)
        self.note = note
        self.chunk_ids = chunk_ids
        self.shown_name = note.name
        self._waiting = waiting

    def take(self, tx: Transaction, *, until: int | None) -> None:
        """Let the file live as long as what it hangs on, in the transaction that writes that."""
        if self._waiting is None:
            tx.set_until(self.chunk_ids, until)
        else:
            tx.put_body(self.chunk_ids[0], self._waiting, until=until)

    def taken(self) -> tuple[int, ...]:
        """Note that the transaction which took the file was kept; return what was unfinished."""
        if self._waiting is None:
            return self.chunk_ids
        self._waiting = None
        return ()

    def settle(self) -> None:
        """Write what was not written yet, to be swept in the next week unless a record takes it."""
        if self._waiting is not None:
            _put_unfinished(self.chunk_ids[0], self._waiting)
            self._waiting = None


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

    def finish(self, *, may_wait: bool = False) -> SealedUpload:
        """Write the last chunk and return the file.

        Args:
            may_wait: Whether the one chunk of a small file may wait for the record that takes it.
        """
        waiting: bytes | None = None
        if may_wait and not self._ids:
            self._ids.append(chunk_id(self._key, 0))
            waiting = self._sealer.seal(bytes(self._buffer), is_last=True)
        else:
            self._write(bytes(self._buffer), is_last=True)
        note = FileNote(
            key=self._key,
            header=self._sealer.header,
            length=self.length,
            digest=self._digest.digest(),
            name=self._name,
            media_type=self._type,
        )
        return SealedUpload(note, chunk_ids=tuple(self._ids), waiting=waiting)

    def _write(self, chunk: bytes, *, is_last: bool) -> None:
        """Write one chunk, noted as unfinished."""
        number = chunk_id(self._key, len(self._ids))
        _put_unfinished(number, self._sealer.seal(chunk, is_last=is_last))
        self._ids.append(number)

    def abandon(self) -> None:
        """Delete what was written so far."""
        drop_chunks(self._ids)


def _put_unfinished(number: int, row: bytes) -> None:
    """Write one chunk, noted as unfinished."""
    present = machines.machine()
    minute = minute_now(present.clock)
    present.ephemeral.note_upload(number, minute=minute, size=len(row))
    until = week_of(day_of(minute)) + 1

    def act(tx: Transaction) -> None:
        tx.put_body(number, row, until=until)

    in_writing(act, over=())


def drop_chunks(ids: list[int]) -> None:
    """Delete chunks that no record takes."""

    def act(tx: Transaction) -> int:
        return tx.drop_bodies(ids)

    in_writing(act)
    machines.machine().ephemeral.forget_uploads(ids)


def claim(uploads: Iterable[SealedUpload]) -> None:
    """Let the sweeping of unfinished uploads forget what something that was written has taken."""
    ids = [number for upload in uploads for number in upload.taken()]
    if ids:
        machines.machine().ephemeral.forget_uploads(ids)


def seal_bytes(content: bytes, *, name: str, media_type: str) -> SealedUpload:
    """Seal a file that is at hand as a whole; for demo and tests."""
    sealing = Sealing(name, media_type)
    sealing.add(content)
    return sealing.finish()


class Meter:
    """Count the bytes of a form's files over all workers, and say when there are too many.

    Args:
        counter: The name under which a day's bytes are counted.
    """

    def __init__(self, counter: bytes) -> None:
        """Begin before the first byte."""
        self._counter = counter
        self._form_bytes = 0

    @staticmethod
    def demand_room() -> None:
        """Demand room for one more file.

        Raises:
            Refused: "upload.no_room" when unfinished uploads fill a tenth of the free disk.
        """
        if not _has_room():
            raise Refused("upload.no_room")

    def count(self, size: int, *, file_bytes: int) -> None:
        """Count some bytes.

        Args:
            size: So many come.
            file_bytes: So many of the same file came before.

        Raises:
            BadInput: "upload.too_large".
            Refused: "upload.day_full".
        """
        self._form_bytes += size
        if file_bytes + size > MOST_FILE_BYTES:
            raise BadInput("upload.too_large", limit_mb=MOST_FILE_BYTES // _MIB)
        if self._form_bytes > MOST_FORM_BYTES:
            raise BadInput("upload.too_large", limit_mb=MOST_FORM_BYTES // _MIB)
        present = machines.machine()
        today = day_of(minute_now(present.clock))
        if present.ephemeral.count(self._counter, size, day=today) > MOST_DAY_BYTES:
            raise Refused("upload.day_full", limit_mb=MOST_DAY_BYTES // _MIB)


class SealingUploadHandler(FileUploadHandler):
    """Push each file through the sealer while the form is read."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        """Begin with no file."""
        super().__init__(request)
        self._sealing: Sealing | None = None
        self._meter: Meter | None = None
        self._form_files = 0

    def new_file(self, *arguments: Any, **keywords: Any) -> None:
        """Begin a file, or refuse it before its first byte.

        Refusals: "upload.too_many_files" for the eleventh of a form; "upload.no_session" without a
        genuine cookie or token; "upload.no_room" when unfinished uploads fill a tenth of the free
        disk; "store.locked".
        """
        super().new_file(*arguments, **keywords)
        self._form_files += 1
        try:
            if self._form_files > MOST_FORM_FILES:
                raise BadInput("upload.too_many_files", most=MOST_FORM_FILES)
            self._meter = self._meter or Meter(self._counter_of_session())
            self._meter.demand_room()
            self._sealing = Sealing(self.file_name or "", self.content_type or "")
        except HedgerowError as error:
            self._refuse(error)

    def _counter_of_session(self) -> bytes:
        """Return the name under which this session's or this form's bytes are counted.

        Raises:
            Refused: "upload.no_session".
        """
        cookie = self.request.COOKIES.get(COOKIE_NAME, "") if self.request else ""
        counter = counter_of(cookie) or self._counter_of_form()
        if counter is None:
            raise Refused("upload.no_session")
        return counter

    def _counter_of_form(self) -> bytes | None:
        """Return the name under which the bytes of a stranger's form are counted, if it is one.

        Its address has the token of the form in it, and that of the box it goes to, if any.
        """
        match = self.request.resolver_match if self.request else None
        token = str(match.kwargs.get("token", "")) if match is not None else ""
        address = str(match.kwargs.get("address", "")) if match is not None else ""
        return formtokens.counter_of(address, token) if token else None

    def _refuse(self, error: HedgerowError) -> NoReturn:
        """Leave the reason on the request and skip the rest of the file."""
        self.upload_interrupted()
        cast("Any", self.request).upload_refusal = error
        raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:  # noqa: ARG002 -- Django's
        """Take some bytes.

        Refusals: "upload.too_large" for one file and for all files of a form,
        "upload.day_full" for a session's day; "store.full" and "store.busy".
        """
        assert self._sealing is not None and self._meter is not None  # noqa: S101, PT018  # nosec -- new_file came first
        try:
            self._meter.count(len(raw_data), file_bytes=self._sealing.length)
            self._sealing.add(raw_data)
        except HedgerowError as error:
            self._refuse(error)

    def file_complete(self, file_size: int) -> SealedUpload | None:  # noqa: ARG002 -- Django's
        """Return the sealed file, or none when its last chunk had no room."""
        if self._sealing is None:
            return None
        try:
            upload = self._sealing.finish(may_wait=True)
        except HedgerowError as error:
            cast("Any", self.request).upload_refusal = error
            self.upload_interrupted()
            return None
        self._sealing = None
        return upload

    def upload_interrupted(self) -> None:
        """Delete what came so far; what cannot be deleted now is swept later."""
        sealing, self._sealing = self._sealing, None
        if sealing is not None:
            with suppress(HedgerowError):
                sealing.abandon()


def _has_room() -> bool:
    """Tell whether unfinished uploads leave enough of the free disk."""
    present = machines.machine()
    free = shutil.disk_usage(present.data).free
    return present.ephemeral.upload_bytes() <= free // _UNFINISHED_SHARE


def sweep(*, before_minute: int) -> int:
    """Delete pieces of files that no record took, received before a minute.

    They are listed while writers are shut out: a record that takes a file forgets its
    pieces in its own transaction, and so a piece is either taken or swept.
    """
    ephemeral = machines.machine().ephemeral
    if not ephemeral.uploads_before(before_minute):
        return 0

    def act(tx: Transaction) -> list[int]:
        ids = ephemeral.uploads_before(before_minute)
        tx.drop_bodies(ids)
        return ids

    ids = in_writing(act)
    ephemeral.forget_uploads(ids)
    return len(ids)
