# SPDX-License-Identifier: AGPL-3.0-or-later
"""Offer the few primitives the vault is made of, and no others.

XChaCha20-Poly1305-IETF, keyed BLAKE2b, Argon2id, X25519 sealed boxes and Ed25519, all
from libsodium through PyNaCl. Nothing else in the engine calls libsodium but `files`, for
its secretstream, and nothing here is of our own making but the order in which they are
put together:

* `sub` derives a key or a tag from a key, a label and parts;
* a *Box* is a seal that commits to its key and its context, so that a box moved to
  another place, or opened with another key, is refused before anything is decrypted.
"""

import hashlib
import hmac
from dataclasses import dataclass

import nacl.exceptions
from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_decrypt,
    crypto_aead_xchacha20poly1305_ietf_encrypt,
    crypto_box_seal,
    crypto_box_seal_open,
    crypto_pwhash_alg,
    crypto_scalarmult_base,
    crypto_sign,
    crypto_sign_BYTES,
    crypto_sign_open,
    crypto_sign_seed_keypair,
)

from hedgerow.kernel.canonical import Part, join_parts
from hedgerow.kernel.errors import Damaged
from hedgerow.kernel.randomness import Randomness

KEY_BYTES = 32
NONCE_BYTES = 24
TAG_BYTES = 16
COMMITMENT_BYTES = 32
BOX_OVERHEAD = COMMITMENT_BYTES + NONCE_BYTES + TAG_BYTES
SEALED_BOX_OVERHEAD = 48
SIGNATURE_BYTES = crypto_sign_BYTES
_BOX_PERSON = b"hedgerow.box.1".ljust(16, b"\0")
_ARGON2ID_13 = 2


@dataclass(frozen=True, slots=True)
class Cost:
    """State what one Argon2id derivation costs.

    Attributes:
        memory_kib: Memory in KiB, at least 8.
        passes: Number of passes, at least 1.
    """

    memory_kib: int
    passes: int


def sub(key: bytes, label: str, *parts: Part, size: int = KEY_BYTES) -> bytes:
    """Derive a key or a tag: keyed BLAKE2b, personalised by the label.

    Args:
        key: At most 64 bytes.
        label: At most 16 bytes of ASCII.
        *parts: Coordinates; integers are u64, texts UTF-8, each prefixed by its length.
        size: Bytes wanted, 32 unless said.
    """
    person = label.encode().ljust(16, b"\0")
    return hashlib.blake2b(join_parts(*parts), digest_size=size, key=key, person=person).digest()


def hash_bytes(data: bytes, *, size: int = 32, person: str = "") -> bytes:
    """Hash bytes by BLAKE2b without a key."""
    return hashlib.blake2b(data, digest_size=size, person=person.encode().ljust(16, b"\0")).digest()


def id_from(key: bytes, label: str, *parts: Part) -> int:
    """Derive a row id: 62 bits of a sub-key."""
    return int.from_bytes(sub(key, label, *parts)[:8], "big") >> 2


def is_equal(one: bytes, other: bytes) -> bool:
    """Compare two values in constant time."""
    return hmac.compare_digest(one, other)


def seal_aead(key: bytes, plain: bytes, *, nonce: bytes, associated: bytes) -> bytes:
    """Seal by XChaCha20-Poly1305-IETF; only lockers use it without a Box."""
    return crypto_aead_xchacha20poly1305_ietf_encrypt(plain, associated, nonce, key)


def open_aead(key: bytes, sealed: bytes, *, nonce: bytes, associated: bytes) -> bytes:
    """Open what `seal_aead` sealed.

    Raises:
        Damaged: "vault.box_refused" when key, nonce, data or bytes are others.
    """
    try:
        return crypto_aead_xchacha20poly1305_ietf_decrypt(sealed, associated, nonce, key)
    except (nacl.exceptions.CryptoError, ValueError):
        raise Damaged("vault.box_refused") from None


def _box_keys(key: bytes, nonce: bytes, context: tuple[Part, ...]) -> tuple[bytes, bytes]:
    """Return commitment and message key of a Box."""
    derived = hashlib.blake2b(
        nonce + join_parts(*context), digest_size=64, key=key, person=_BOX_PERSON
    ).digest()
    return derived[:COMMITMENT_BYTES], derived[COMMITMENT_BYTES:]


def seal_box(key: bytes, plain: bytes, *context: Part, random: Randomness) -> bytes:
    """Seal bytes in a Box that commits to its key and its context.

    Args:
        key: 32 bytes.
        plain: What to seal.
        *context: The label of the thing and its coordinates.
        random: Where the nonce comes from.

    Returns:
        commitment 32, nonce 24, ciphertext and tag: 72 bytes more than `plain`.
    """
    nonce = random(NONCE_BYTES)
    commitment, message_key = _box_keys(key, nonce, context)
    return commitment + nonce + seal_aead(message_key, plain, nonce=nonce, associated=b"")


def open_box(key: bytes, box: bytes, *context: Part) -> bytes:
    """Open a Box; its commitment is compared before anything is decrypted.

    Raises:
        Damaged: "vault.box_refused" when key, context or bytes are not those sealed.
    """
    if len(box) < BOX_OVERHEAD:
        raise Damaged("vault.box_refused")
    nonce = box[COMMITMENT_BYTES : COMMITMENT_BYTES + NONCE_BYTES]
    commitment, message_key = _box_keys(key, nonce, context)
    if not is_equal(commitment, box[:COMMITMENT_BYTES]):
        raise Damaged("vault.box_refused")
    sealed = box[COMMITMENT_BYTES + NONCE_BYTES :]
    return open_aead(message_key, sealed, nonce=nonce, associated=b"")


def stretch(material: bytes, *, salt: bytes, cost: Cost) -> bytes:
    """Derive 32 bytes from words by Argon2id 1.3, one lane.

    Args:
        material: Label and word numbers.
        salt: 16 bytes.
        cost: Memory and passes.
    """
    return crypto_pwhash_alg(
        KEY_BYTES, material, salt, cost.passes, cost.memory_kib * 1024, _ARGON2ID_13
    )


@dataclass(frozen=True, slots=True)
class SealingKeys:
    """Hold an X25519 pair: what is sealed to `public` only `secret` opens."""

    public: bytes
    secret: bytes


@dataclass(frozen=True, slots=True)
class SigningKeys:
    """Hold an Ed25519 pair; `secret` is libsodium's 64 bytes."""

    public: bytes
    secret: bytes


def sealing_keys(seed: bytes) -> SealingKeys:
    """Derive the X25519 pair of a seed."""
    secret = sub(seed, "x25519")
    return SealingKeys(public=crypto_scalarmult_base(secret), secret=secret)


def signing_keys(seed: bytes) -> SigningKeys:
    """Derive the Ed25519 pair of a seed."""
    public, secret = crypto_sign_seed_keypair(sub(seed, "ed25519"))
    return SigningKeys(public=public, secret=secret)


def seal_to(public: bytes, plain: bytes) -> bytes:
    """Seal bytes to a public key with a throw-away pair of libsodium's own randomness."""
    return crypto_box_seal(plain, public)


def open_sealed(keys: SealingKeys, sealed: bytes) -> bytes | None:
    """Open a sealed box, or return None when it is not for these keys."""
    try:
        return crypto_box_seal_open(sealed, keys.public, keys.secret)
    except (nacl.exceptions.CryptoError, ValueError):
        return None


def sign(keys: SigningKeys, message: bytes) -> bytes:
    """Sign by Ed25519, detached, 64 bytes."""
    return crypto_sign(message, keys.secret)[:SIGNATURE_BYTES]


def is_signed(public: bytes, *, signature: bytes, message: bytes) -> bool:
    """Tell whether an Ed25519 signature is right; malformed keys are simply wrong."""
    try:
        crypto_sign_open(signature + message, public)
    except (nacl.exceptions.CryptoError, ValueError):
        return False
    return len(signature) == SIGNATURE_BYTES
