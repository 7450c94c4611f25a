# SPDX-License-Identifier: AGPL-3.0-or-later
"""Seal a whole instance into one stream that only its boot key opens.

In clear stand the wrap, by which the words of that time open the boot key, and a random id,
without which not even the boot key opens the rest. Sealed are the ring, the database and the
instance's description, filled up to a Padmé size.
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

from hedgerow.engines.vault.boot import TWO_OF_THREE_BYTES
from hedgerow.engines.vault.padding import padme
from hedgerow.engines.vault.primitives import sub
from hedgerow.kernel.canonical import Reader, u16, u32, u64
from hedgerow.kernel.errors import Damaged

MAGIC = b"HBK1"
ID_BYTES = 16
CHUNK_BYTES = 65_536
ROW_BYTES = CHUNK_BYTES + crypto_secretstream_xchacha20poly1305_ABYTES
STREAM_HEADER_BYTES = 24
#: No header is longer than this.
MOST_HEADER_BYTES = len(MAGIC) + 2 + TWO_OF_THREE_BYTES + ID_BYTES + STREAM_HEADER_BYTES
_FINAL = crypto_secretstream_xchacha20poly1305_TAG_FINAL
_MESSAGE = crypto_secretstream_xchacha20poly1305_TAG_MESSAGE


@dataclass(frozen=True, slots=True)
class Header:
    """Hold what stands in clear.

    Attributes:
        wrap: `boot.wrap` as it was.
        id: Random; the key of this back-up comes from it and the boot key.
        stream: The stream's own header.
        length: Bytes of all of it.
    """

    wrap: bytes
    id: bytes
    stream: bytes
    length: int


def encode_header(*, wrap: bytes, id_: bytes, stream: bytes) -> bytes:
    """Write what stands in clear."""
    return MAGIC + u16(len(wrap)) + wrap + id_ + stream


def decode_header(start: bytes) -> Header:
    """Read it from the first bytes of a file.

    Raises:
        Damaged: "vault.backup_damaged".
    """
    reader = Reader(start, code="vault.backup_damaged")
    if reader.take(len(MAGIC)) != MAGIC:
        raise Damaged("vault.backup_damaged")
    wrap = reader.take(reader.u16())
    id_, stream = reader.take(ID_BYTES), reader.take(STREAM_HEADER_BYTES)
    return Header(wrap, id_, stream, len(start) - reader.left)


def seal_backup(
    boot_key: bytes,
    content: Iterable[bytes],
    *,
    wrap: bytes,
    id_: bytes,
) -> Iterator[bytes]:
    """Yield the pieces of a back-up, the header first.

    Args:
        boot_key: Opens it again.
        content: See `laid_out`.
        wrap: By which words open the boot key.
        id_: 16 random bytes.
    """
    state = crypto_secretstream_xchacha20poly1305_state()
    key = sub(boot_key, "backup", id_)
    stream = crypto_secretstream_xchacha20poly1305_init_push(state, key)
    yield encode_header(wrap=wrap, id_=id_, stream=stream)
    held = b""
    for piece in content:
        held += piece
        while len(held) > CHUNK_BYTES:
            chunk, held = held[:CHUNK_BYTES], held[CHUNK_BYTES:]
            yield crypto_secretstream_xchacha20poly1305_push(state, chunk, None, _MESSAGE)
    yield crypto_secretstream_xchacha20poly1305_push(state, held, None, _FINAL)


def laid_out(
    *, ring: bytes, database: Iterable[bytes], size: int, instance: bytes
) -> Iterator[bytes]:
    """Yield what is sealed, in its order, filled up with zeros to a Padmé size.

    Args:
        ring: Its content.
        database: Its bytes, piece by piece.
        size: How many these are.
        instance: Its description, as its file has it.
    """
    yield u32(len(ring)) + ring + u64(size)
    yield from database
    yield u32(len(instance)) + instance
    length = 4 + len(ring) + 8 + size + 4 + len(instance)
    left = padme(length) - length
    while left:
        piece = min(left, CHUNK_BYTES)
        yield bytes(piece)
        left -= piece


def open_rows(boot_key: bytes, rows: Iterable[bytes], *, header: Header) -> Iterator[bytes]:
    """Open the sealed rows of a back-up one after another.

    Raises:
        Damaged: "vault.backup_damaged" when one is missing, another, or out of its order.
    """
    state = crypto_secretstream_xchacha20poly1305_state()
    key = sub(boot_key, "backup", header.id)
    crypto_secretstream_xchacha20poly1305_init_pull(state, header.stream, key)
    tag = _MESSAGE
    for row in rows:
        if tag == _FINAL:
            raise Damaged("vault.backup_damaged")
        try:
            chunk, tag = crypto_secretstream_xchacha20poly1305_pull(state, row, None)
        except (CryptoError, ValueError):
            raise Damaged("vault.backup_damaged") from None
        yield chunk
    if tag != _FINAL:
        raise Damaged("vault.backup_damaged")


class Content:
    """Read the fields of an opened back-up one after another.

    Args:
        pieces: What `open_rows` yields.
    """

    def __init__(self, pieces: Iterable[bytes]) -> None:
        """Start at the first byte."""
        self._pieces = iter(pieces)
        self._held = b""

    def pieces(self, size: int) -> Iterator[bytes]:
        """Yield exactly so many bytes, in pieces as they come.

        Raises:
            Damaged: "vault.backup_damaged" when there are fewer.
        """
        while size:
            if not self._held:
                self._held = next(self._pieces, b"")
                if not self._held:
                    raise Damaged("vault.backup_damaged")
            piece, self._held = self._held[:size], self._held[size:]
            size -= len(piece)
            yield piece

    def field(self, size: int) -> bytes:
        """Return a field whose length stands before it in so many bytes.

        Raises:
            Damaged: "vault.backup_damaged" when there are fewer bytes than it says.
        """
        return b"".join(self.pieces(self.length(size)))

    def length(self, size: int) -> int:
        """Return a length that is written in so many bytes.

        Raises:
            Damaged: "vault.backup_damaged" when there are fewer.
        """
        return int.from_bytes(b"".join(self.pieces(size)), "big")

    def end(self) -> None:
        """Read the filling to the stream's own end.

        Raises:
            Damaged: "vault.backup_damaged" when something else than zeros follows.
        """
        for piece in (self._held, *self._pieces):
            if any(piece):
                raise Damaged("vault.backup_damaged")
        self._held = b""
