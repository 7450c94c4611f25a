# SPDX-License-Identifier: AGPL-3.0-or-later
"""Compute what libsodium computes a second time, by other code.

ChaCha20, Poly1305, X25519 and Ed25519 come from OpenSSL, Argon2id from the reference
implementation; what neither has (Salsa20's core, HChaCha20, the way libsodium puts its
constructions together) is written here after the documents named. Slow, and for tests alone.
"""

import hashlib
import struct
from collections.abc import Callable, Sequence

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.ciphers.algorithms import ChaCha20
from cryptography.hazmat.primitives.poly1305 import Poly1305

_SIGMA = struct.unpack("<4I", b"expand 32-byte k")
_MASK = 0xFFFFFFFF
_BLOCK = 64
Words = list[int]
Quarter = Callable[[Words, int, int, int, int], None]


def _rotated(value: int, by: int) -> int:
    return ((value << by) | (value >> (32 - by))) & _MASK


def _chacha_quarter(x: Words, a: int, b: int, c: int, d: int) -> None:
    """Do the quarter round of RFC 8439, section 2.1."""
    for add, to, by in ((b, a, 16), (d, c, 12), (b, a, 8), (d, c, 7)):
        x[to] = (x[to] + x[add]) & _MASK
        turned = d if to == a else b
        x[turned] = _rotated(x[turned] ^ x[to], by)


def _salsa_quarter(x: Words, a: int, b: int, c: int, d: int) -> None:
    """Do the quarter round of the Salsa20 specification, section 3."""
    x[b] ^= _rotated((x[a] + x[d]) & _MASK, 7)
    x[c] ^= _rotated((x[b] + x[a]) & _MASK, 9)
    x[d] ^= _rotated((x[c] + x[b]) & _MASK, 13)
    x[a] ^= _rotated((x[d] + x[c]) & _MASK, 18)


_CHACHA = (
    ((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15)),
    ((0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14)),
)
_SALSA = (
    ((0, 4, 8, 12), (5, 9, 13, 1), (10, 14, 2, 6), (15, 3, 7, 11)),
    ((0, 1, 2, 3), (5, 6, 7, 4), (10, 11, 8, 9), (15, 12, 13, 14)),
)


def _rounds(
    state: Sequence[int], quarter: Quarter, *, plan: tuple[tuple[tuple[int, ...], ...], ...]
) -> Words:
    """Do twenty rounds."""
    x = list(state)
    for _ in range(10):
        for half in plan:
            for a, b, c, d in half:
                quarter(x, a, b, c, d)
    return x


def hchacha20(key: bytes, nonce: bytes) -> bytes:
    """Derive a sub-key (draft-irtf-cfrg-xchacha-03, section 2.2)."""
    state = [*_SIGMA, *struct.unpack("<8I", key), *struct.unpack("<4I", nonce)]
    x = _rounds(state, _chacha_quarter, plan=_CHACHA)
    return struct.pack("<8I", *x[:4], *x[12:])


def _salsa_state(key: bytes, sixteen: bytes) -> Words:
    k, n = struct.unpack("<8I", key), struct.unpack("<4I", sixteen)
    s = _SIGMA
    return [s[0], *k[:4], s[1], *n, s[2], *k[4:], s[3]]


def hsalsa20(key: bytes, nonce: bytes) -> bytes:
    """Derive a sub-key (Bernstein, "Extending the Salsa20 nonce", section 2)."""
    x = _rounds(_salsa_state(key, nonce), _salsa_quarter, plan=_SALSA)
    return struct.pack("<8I", *(x[i] for i in (0, 5, 10, 15, 6, 7, 8, 9)))


def _salsa20(key: bytes, nonce: bytes, *, size: int) -> bytes:
    """Return the key stream of Salsa20."""
    stream = b""
    for counter in range(-(-size // _BLOCK)):
        state = _salsa_state(key, nonce + struct.pack("<Q", counter))
        x = _rounds(state, _salsa_quarter, plan=_SALSA)
        stream += struct.pack("<16I", *((a + b) & _MASK for a, b in zip(x, state, strict=True)))
    return stream[:size]


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))


def xchacha_seal(key: bytes, nonce: bytes, plain: bytes, *, associated: bytes) -> bytes:
    """Seal by XChaCha20-Poly1305-IETF."""
    inner = ChaCha20Poly1305(hchacha20(key, nonce[:16]))
    return inner.encrypt(bytes(4) + nonce[16:], plain, associated)


def xchacha_open(key: bytes, nonce: bytes, sealed: bytes, *, associated: bytes) -> bytes | None:
    """Open by XChaCha20-Poly1305-IETF, or return None."""
    inner = ChaCha20Poly1305(hchacha20(key, nonce[:16]))
    try:
        return inner.decrypt(bytes(4) + nonce[16:], sealed, associated)
    except InvalidTag:
        return None


def _shared(secret: bytes, public: bytes) -> bytes:
    return X25519PrivateKey.from_private_bytes(secret).exchange(
        X25519PublicKey.from_public_bytes(public)
    )


def _sealed_box_keys(secret: bytes, other: bytes, *, first: bytes, to: bytes) -> tuple[bytes, ...]:
    """Return key and nonce of libsodium's `crypto_box_seal`."""
    nonce = hashlib.blake2b(first + to, digest_size=24).digest()
    return hsalsa20(hsalsa20(_shared(secret, other), bytes(16)), nonce[:16]), nonce[16:]


def seal_to(public: bytes, plain: bytes, *, throwaway: bytes) -> bytes:
    """Seal to a public key as `crypto_box_seal` does, with a given throw-away secret."""
    mine = X25519PrivateKey.from_private_bytes(throwaway).public_key().public_bytes_raw()
    key, nonce = _sealed_box_keys(throwaway, public, first=mine, to=public)
    stream = _salsa20(key, nonce, size=32 + len(plain))
    cipher = _xor(plain, stream[32:])
    return mine + Poly1305.generate_tag(stream[:32], cipher) + cipher


def open_sealed(secret: bytes, public: bytes, sealed: bytes) -> bytes:
    """Open what `crypto_box_seal` sealed; an InvalidSignature says that it is not for this key."""
    first, tag, cipher = sealed[:32], sealed[32:48], sealed[48:]
    key, nonce = _sealed_box_keys(secret, first, first=first, to=public)
    stream = _salsa20(key, nonce, size=32 + len(cipher))
    Poly1305.verify_tag(stream[:32], cipher, tag)
    return _xor(cipher, stream[32:])


def argon2id(material: bytes, *, salt: bytes, memory_kib: int, passes: int) -> bytes:
    """Derive 32 bytes by the reference implementation of Argon2id 1.3, one lane."""
    return hash_secret_raw(
        secret=material,
        salt=salt,
        time_cost=passes,
        memory_cost=memory_kib,
        parallelism=1,
        hash_len=32,
        type=Type.ID,
        version=19,
    )


def _chacha20(key: bytes, nonce: bytes, *, counter: int, data: bytes) -> bytes:
    """XOR with the key stream of ChaCha20-IETF from a block on."""
    algorithm = ChaCha20(key, struct.pack("<I", counter) + nonce)
    return Cipher(algorithm, mode=None).encryptor().update(data)


class SecretStream:
    """Open what libsodium's secretstream sealed, message after message.

    Source: libsodium, "Encrypting streams or file streams", section "Algorithm".
    """

    def __init__(self, key: bytes, header: bytes) -> None:
        """Derive the stream's key."""
        self._key = hchacha20(key, header[:16])
        self._nonce = struct.pack("<I", 1) + header[16:]

    def open(self, sealed: bytes) -> tuple[bytes, int]:
        """Return a message and its tag; an InvalidSignature says that it is not the next one."""
        head, cipher, mac = sealed[:1], sealed[1:-16], sealed[-16:]
        poly_key = _chacha20(self._key, self._nonce, counter=0, data=bytes(_BLOCK))[:32]
        stream = _chacha20(self._key, self._nonce, counter=1, data=bytes(_BLOCK))
        tag = head[0] ^ stream[0]
        block = head + stream[1:]
        lengths = struct.pack("<QQ", 0, _BLOCK + len(cipher))
        fill = bytes((0x10 - _BLOCK + len(cipher)) & 0xF)
        Poly1305.verify_tag(poly_key, block + cipher + fill + lengths, mac)
        plain = _chacha20(self._key, self._nonce, counter=2, data=cipher)
        counter = (struct.unpack("<I", self._nonce[:4])[0] + 1) & _MASK
        self._nonce = struct.pack("<I", counter) + _xor(self._nonce[4:], mac[:8])
        return plain, tag
