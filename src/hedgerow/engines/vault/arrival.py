# SPDX-License-Identifier: AGPL-3.0-or-later
"""Open what an observer's browser sealed to a week's arrival key, and seal the same way.

A browser has X25519, HKDF-SHA-256 and AES-256-GCM and nothing of libsodium; this module is the
one place where they are used. The text is cut into chunks whose nonces are a counter and a mark
on the last one, so that it opens while it arrives and none can be lost, moved or added.

Source: Hoang, Reyhanitabar, Rogaway, Vizár, "Online authenticated-encryption and its
    nonce-reuse misuse-resistance", CRYPTO 2015, section 7 (STREAM); RFC 7748, RFC 5869.
"""

from collections.abc import Iterable, Iterator
from enum import IntEnum

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from hedgerow.engines.vault.primitives import KEY_BYTES, SealingKeys, sealing_keys, sub
from hedgerow.kernel.canonical import Reader, u8, u16, u64
from hedgerow.kernel.errors import Damaged
from hedgerow.kernel.randomness import Randomness

VERSION = 1
CHUNK_BYTES = 65_536
TAG_BYTES = 16
PIECE_BYTES = CHUNK_BYTES + TAG_BYTES
HEADER_BYTES = 1 + 2 + KEY_BYTES
_INFO = b"hedgerow arrival 1"
_NONCE_ZEROS = bytes(3)
_CODE = "vault.arrival_refused"


class Sealed(IntEnum):
    """Say what was sealed, so that nothing opens as something else."""

    FORM = 1
    TEXT = 2


def arrival_keys(hold: bytes, week: int, expiry_key: bytes) -> SealingKeys:
    """Return the arrival pair of a week; it ends with the week's expiry key.

    Args:
        hold: Of the ring.
        week: As in columns, not 0.
        expiry_key: Of the week.
    """
    return sealing_keys(sub(hold, "arrival", week, expiry_key))


def _aead(secret: bytes, *, peer: bytes, pair: tuple[bytes, bytes], of: bytes) -> AESGCM:
    """Agree on the key of one sealing.

    Args:
        secret: One side's X25519 secret.
        peer: The other side's public half.
        pair: The ephemeral and the arrival public half.
        of: Kind and week.

    Raises:
        ValueError: The agreement is all zeros.
    """
    private = X25519PrivateKey.from_private_bytes(secret)
    shared = private.exchange(X25519PublicKey.from_public_bytes(peer))
    derived = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=b"".join(pair), info=_INFO + of)
    return AESGCM(derived.derive(shared))


def _nonce(count: int, *, is_last: bool) -> bytes:
    """Return the nonce of a chunk, counted from 0."""
    return _NONCE_ZEROS + u64(count) + u8(is_last)


def seal_arrival(
    plain: bytes, public: bytes, *, kind: Sealed, week: int, random: Randomness
) -> bytes:
    """Seal bytes to an arrival key, as a browser does.

    Args:
        plain: At least one byte, padded already.
        public: The arrival key of the week.
        kind: What it is.
        week: Of the key.
        random: Where the ephemeral secret comes from.
    """
    secret = random(KEY_BYTES)
    own = X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()
    aead = _aead(secret, peer=public, pair=(own, public), of=u8(kind) + u16(week))
    starts = range(0, len(plain), CHUNK_BYTES)
    chunks = [
        aead.encrypt(
            _nonce(count, is_last=start + CHUNK_BYTES >= len(plain)),
            plain[start : start + CHUNK_BYTES],
            None,
        )
        for count, start in enumerate(starts)
    ]
    return u8(VERSION) + u16(week) + own + b"".join(chunks)


def week_in(header: bytes) -> int:
    """Return the week whose key opens what has this header of 35 bytes.

    Raises:
        Damaged: "vault.arrival_refused" when it is no header of a version known here.
    """
    reader = Reader(header, code=_CODE)
    version, week = reader.u8(), reader.u16()
    reader.take(KEY_BYTES)
    reader.end()
    if version != VERSION or not week:
        raise Damaged(_CODE)
    return week


def open_arrival(
    header: bytes, pieces: Iterable[bytes], *, keys: SealingKeys, kind: Sealed
) -> Iterator[bytes]:
    """Open sealed chunks in their order; none is yielded that was not checked.

    Args:
        header: The first 35 bytes.
        pieces: The rest, cut into 65,552 bytes each, fewer in the last.
        keys: The arrival pair of the header's week.
        kind: What it must be.

    Raises:
        Damaged: "vault.arrival_refused" when key, kind or a byte is another, or the end lacks.
    """
    ephemeral = header[-KEY_BYTES:]
    of = u8(kind) + u16(week_in(header))
    try:
        aead = _aead(keys.secret, peer=ephemeral, pair=(ephemeral, keys.public), of=of)
        waiting, count = b"", 0
        for piece in pieces:
            if waiting:
                yield aead.decrypt(_nonce(count, is_last=False), waiting, None)
                count += 1
            waiting = piece
        yield aead.decrypt(_nonce(count, is_last=True), waiting, None)
    except (InvalidTag, ValueError):
        raise Damaged(_CODE) from None


def pieces_of(sealed: bytes) -> tuple[bytes, list[bytes]]:
    """Return header and pieces of what is at hand as a whole."""
    rest = sealed[HEADER_BYTES:]
    starts = range(0, len(rest), PIECE_BYTES)
    return sealed[:HEADER_BYTES], [rest[start : start + PIECE_BYTES] for start in starts]
