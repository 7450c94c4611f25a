# SPDX-License-Identifier: AGPL-3.0-or-later
"""Cut a file into sealed chunks, each a body row, by libsodium's secretstream.

All chunks but the last hold 65,519 bytes; the last one of a longer file is filled up to
that, a file of one chunk to a Padmé size. What is needed to read it back stands in a
`FileNote` in the body of the record the file hangs on.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from nacl.bindings import (
    crypto_secretstream_xchacha20poly1305_ABYTES,
    crypto_secretstream_xchacha20poly1305_init_pull,
    crypto_secretstream_xchacha20poly1305_init_push,
    crypto_secretstream_xchacha20poly1305_pull,
    crypto_secretstream_xchacha20poly1305_push,
    crypto_secretstream_xchacha20poly1305_state,
    crypto_secretstream_xchacha20poly1305_TAG_FINAL,
    crypto_secretstream_xchacha20poly1305_TAG_MESSAGE,
)
from nacl.exceptions import CryptoError

from hedgerow.engines.vault.padding import LEAST_BODY_BYTES, padme
from hedgerow.engines.vault.primitives import id_from
from hedgerow.kernel.canonical import Reader, u8, u16, u64
from hedgerow.kernel.errors import Damaged
from hedgerow.kernel.ids import RowId

CHUNK_BYTES = 65_519
OVERHEAD = crypto_secretstream_xchacha20poly1305_ABYTES
ROW_BYTES = CHUNK_BYTES + OVERHEAD
HEADER_BYTES = 24
_FINAL = crypto_secretstream_xchacha20poly1305_TAG_FINAL
_MESSAGE = crypto_secretstream_xchacha20poly1305_TAG_MESSAGE


@dataclass(frozen=True, slots=True)
class FileNote:
    """Hold what is needed to find, read and check a file.

    Attributes:
        key: The file key Q, 32 bytes.
        header: The stream's header, 24 bytes.
        length: Bytes of the original.
        digest: SHA-256 of the original.
        name: As it was sent.
        media_type: As it was sent.
    """

    key: bytes
    header: bytes
    length: int
    digest: bytes
    name: str
    media_type: str

    @property
    def chunks(self) -> int:
        """Return the number of chunks, at least one."""
        return max(1, -(-self.length // CHUNK_BYTES))


def chunk_id(key: bytes, place: int) -> RowId:
    """Return the id of the body row of a chunk, counted from 0."""
    return RowId(id_from(key, "chunk", place))


def chunk_ids(note: FileNote) -> list[RowId]:
    """Return the ids of all rows of a file."""
    return [chunk_id(note.key, place) for place in range(note.chunks)]


class ChunkSealer:
    """Seal the chunks of one file in their order.

    Args:
        key: The file key, drawn for this file alone.
    """

    def __init__(self, key: bytes) -> None:
        """Begin the stream; its header comes from libsodium's own randomness."""
        self._state = crypto_secretstream_xchacha20poly1305_state()
        self.header: bytes = crypto_secretstream_xchacha20poly1305_init_push(self._state, key)
        self._count = 0

    def seal(self, chunk: bytes, *, is_last: bool) -> bytes:
        """Seal the next chunk into a row.

        Args:
            chunk: 65,519 bytes, or what is left in the last one.
            is_last: Whether no other follows.
        """
        if is_last:
            chunk = chunk.ljust(self._last_size(len(chunk)), b"\0")
        self._count += 1
        tag = _FINAL if is_last else _MESSAGE
        return crypto_secretstream_xchacha20poly1305_push(self._state, chunk, None, tag)

    def _last_size(self, size: int) -> int:
        """Return the size to which the last chunk is filled up."""
        if self._count:
            return CHUNK_BYTES
        return min(CHUNK_BYTES, padme(max(LEAST_BODY_BYTES, size + OVERHEAD)) - OVERHEAD)


def open_chunks(note: FileNote, rows: Iterable[bytes]) -> Iterator[bytes]:
    """Open the rows of a file in their order and yield the original's bytes.

    Raises:
        Damaged: "vault.file_damaged" when a row is missing, another, or out of its order.
    """
    state = crypto_secretstream_xchacha20poly1305_state()
    crypto_secretstream_xchacha20poly1305_init_pull(state, note.header, note.key)
    left, tag = note.length, _MESSAGE
    for row in rows:
        if tag == _FINAL:
            raise Damaged("vault.file_damaged")
        try:
            chunk, tag = crypto_secretstream_xchacha20poly1305_pull(state, row, None)
        except (CryptoError, ValueError):
            raise Damaged("vault.file_damaged") from None
        yield chunk[:left]
        left -= min(left, len(chunk))
    if tag != _FINAL or left:
        raise Damaged("vault.file_damaged")


def encode_note(note: FileNote) -> bytes:
    """Write a note: key, header, length u64, digest, type and name with their lengths."""
    media_type, name = note.media_type.encode(), note.name.encode()
    head = note.key + note.header + u64(note.length) + note.digest
    return head + u8(len(media_type)) + media_type + u16(len(name)) + name


def decode_note(content: bytes) -> FileNote:
    """Read a note.

    Raises:
        Damaged: "vault.file_damaged".
    """
    reader = Reader(content, code="vault.file_damaged")
    key, header, length = reader.take(32), reader.take(HEADER_BYTES), reader.u64()
    digest = reader.take(32)
    media_type = reader.text(reader.u8())
    name = reader.text(reader.u16())
    reader.end()
    return FileNote(key, header, length, digest, name, media_type)
