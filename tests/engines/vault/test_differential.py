# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check the primitives against another implementation, and against Project Wycheproof."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st
from nacl.bindings import crypto_generichash_blake2b_salt_personal, crypto_scalarmult
from nacl.exceptions import CryptoError

from hedgerow.engines.vault import primitives as p
from hedgerow.engines.vault.files import CHUNK_BYTES, ChunkSealer
from hedgerow.kernel.canonical import join_parts
from hedgerow.kernel.errors import Damaged
from tests.engines.vault import second

WYCHEPROOF = Path(__file__).parents[2] / "vectors" / "wycheproof"
KEYS = st.binary(min_size=32, max_size=32)
NONCES = st.binary(min_size=24, max_size=24)
SHORT = st.binary(max_size=300)


def wycheproof(name: str) -> Iterator[dict[str, Any]]:
    """Yield the tests of one file, each as a mapping."""
    held = json.loads((WYCHEPROOF / f"{name}.json").read_text(encoding="utf-8"))
    for row in held["tests"]:
        yield dict(zip(held["fields"], row, strict=True))


def _hex(test: dict[str, Any], *names: str) -> list[bytes]:
    return [bytes.fromhex(test[name]) for name in names]


def test_wycheproof_seals() -> None:
    """Every valid seal opens to its text and is what sealing gives; every other is refused."""
    counted = {"valid": 0, "invalid": 0}
    for test in wycheproof("xchacha20_poly1305"):
        key, nonce, associated, plain, cipher, tag = _hex(
            test, "key", "iv", "aad", "msg", "ct", "tag"
        )
        counted[test["result"]] += 1
        if test["result"] == "valid":
            sealed = p.seal_aead(key, plain, nonce=nonce, associated=associated)
            assert sealed == cipher + tag, test["tcId"]
            assert p.open_aead(key, sealed, nonce=nonce, associated=associated) == plain
            continue
        with pytest.raises(Damaged):
            p.open_aead(key, cipher + tag, nonce=nonce, associated=associated)
    assert counted == {"valid": 246, "invalid": 69}


def test_wycheproof_signatures() -> None:
    """Every valid signature is taken, every invalid one refused, malformed ones too.

    Those called acceptable mix points of small order into key or signature; none of them helps
    a forger, and each is answered without an error.
    """
    counted = {"valid": 0, "invalid": 0, "acceptable": 0}
    for test in wycheproof("ed25519"):
        public, message, signature = _hex(test, "pk", "msg", "sig")
        is_right = p.is_signed(public, signature=signature, message=message)
        counted[test["result"]] += 1
        if test["result"] != "acceptable":
            assert is_right == (test["result"] == "valid"), test["tcId"]
    assert counted == {"valid": 117, "invalid": 64, "acceptable": 29}


def test_wycheproof_shared_secrets() -> None:
    """X25519 agrees for every point, and a secret of zeros is refused."""
    zeros = 0
    for test in wycheproof("x25519"):
        public, secret, shared = _hex(test, "public", "private", "shared")
        if test["isZero"]:
            zeros += 1
            with pytest.raises((CryptoError, RuntimeError)):
                crypto_scalarmult(secret, public)
        else:
            assert crypto_scalarmult(secret, public) == shared, test["tcId"]
    assert zeros == 31


def test_nothing_is_sealed_to_a_point_of_low_order() -> None:
    """A public key that would make the shared secret zero takes no sealed box."""
    for test in wycheproof("x25519"):
        public = bytes.fromhex(test["public"])
        if test["isZero"]:
            with pytest.raises((CryptoError, RuntimeError)):
                p.seal_to(public, b"text")


@given(key=KEYS, nonce=NONCES, plain=SHORT, associated=SHORT)
def test_aead_is_that_of_another_implementation(
    key: bytes, nonce: bytes, plain: bytes, associated: bytes
) -> None:
    """What one seals the other seals alike and opens."""
    sealed = p.seal_aead(key, plain, nonce=nonce, associated=associated)
    assert second.xchacha_seal(key, nonce, plain, associated=associated) == sealed
    assert second.xchacha_open(key, nonce, sealed, associated=associated) == plain


@given(key=KEYS, nonce=NONCES, plain=SHORT, space=st.binary(max_size=8), page=st.integers(0, 9))
def test_a_box_is_what_the_specification_puts_together(
    key: bytes, nonce: bytes, plain: bytes, space: bytes, page: int
) -> None:
    """Commitment, nonce and seal follow from the other implementation's parts."""
    box = p.seal_box(key, plain, "page", space, page, random=lambda size: nonce[:size])
    context = nonce + join_parts("page", space, page)
    derived = crypto_generichash_blake2b_salt_personal(
        context, 64, key, b"", b"hedgerow.box.1".ljust(16, b"\0")
    )
    inner = second.xchacha_seal(derived[32:], nonce, plain, associated=b"")
    assert box == derived[:32] + nonce + inner


@given(key=KEYS, label=st.text("abcdefgh-", min_size=1, max_size=16), part=SHORT)
def test_sub_keys_are_those_of_another_implementation(key: bytes, label: str, part: bytes) -> None:
    """Python's BLAKE2b, which the engine uses, agrees with libsodium's."""
    person = label.encode().ljust(16, b"\0")
    other = crypto_generichash_blake2b_salt_personal(join_parts(part), 32, key, b"", person)
    assert p.sub(key, label, part) == other


@given(seed=KEYS, throwaway=KEYS, plain=SHORT)
def test_sealed_boxes_open_with_another_implementation(
    seed: bytes, throwaway: bytes, plain: bytes
) -> None:
    """A sealed box of either opens with the other, and only whole and for its key."""
    keys = p.sealing_keys(seed)
    sealed = p.seal_to(keys.public, plain)
    assert second.open_sealed(keys.secret, keys.public, sealed) == plain
    theirs = second.seal_to(keys.public, plain, throwaway=throwaway)
    assert p.open_sealed(keys, theirs) == plain
    flipped = theirs[:-1] + bytes([theirs[-1] ^ 1])
    assert p.open_sealed(keys, flipped) is None
    with pytest.raises(InvalidSignature):
        second.open_sealed(keys.secret, keys.public, flipped)


@given(seed=KEYS, message=SHORT)
def test_signatures_are_those_of_another_implementation(seed: bytes, message: bytes) -> None:
    """Keys and signatures of one seed are the same in both, and each takes the other's."""
    keys = p.signing_keys(seed)
    theirs = Ed25519PrivateKey.from_private_bytes(p.sub(seed, "ed25519"))
    assert theirs.public_key().public_bytes_raw() == keys.public
    signature = p.sign(keys, message)
    assert theirs.sign(message) == signature
    Ed25519PublicKey.from_public_bytes(keys.public).verify(signature, message)
    with pytest.raises(InvalidSignature):
        Ed25519PublicKey.from_public_bytes(keys.public).verify(signature, message + b".")


@given(
    material=st.binary(min_size=1, max_size=64),
    salt=st.binary(min_size=16, max_size=16),
    memory_kib=st.integers(8, 64),
    passes=st.integers(1, 3),
)
def test_argon2id_is_that_of_the_reference(
    material: bytes, salt: bytes, memory_kib: int, passes: int
) -> None:
    """Words are stretched as the reference implementation of Argon2id stretches them."""
    cost = p.Cost(memory_kib=memory_kib, passes=passes)
    expected = second.argon2id(material, salt=salt, memory_kib=memory_kib, passes=passes)
    assert p.stretch(material, salt=salt, cost=cost) == expected


def test_argon2id_agrees_at_the_cost_of_a_phrase() -> None:
    """At 128 MiB and three passes both give the same."""
    cost = p.Cost(memory_kib=128 * 1024, passes=3)
    expected = second.argon2id(b"phrase words", salt=b"s" * 16, memory_kib=128 * 1024, passes=3)
    assert p.stretch(b"phrase words", salt=b"s" * 16, cost=cost) == expected


@given(
    key=KEYS,
    chunks=st.lists(st.binary(min_size=1, max_size=600), max_size=3),
    last=st.binary(max_size=600),
)
@settings(max_examples=30)
def test_files_open_with_another_implementation(
    key: bytes, chunks: list[bytes], last: bytes
) -> None:
    """Chunks of a file open in their order, the last one marked, and not out of order."""
    sealer = ChunkSealer(key)
    rows = [sealer.seal(chunk, is_last=False) for chunk in chunks]
    rows.append(sealer.seal(last, is_last=True))
    stream = second.SecretStream(key, sealer.header)
    opened = [stream.open(row) for row in rows]
    assert [plain for plain, _ in opened[:-1]] == chunks
    assert opened[-1][0][: len(last)] == last
    assert not opened[-1][0][len(last) :].strip(b"\0")
    assert len(opened[-1][0]) <= CHUNK_BYTES
    assert [tag for _, tag in opened] == [0] * len(chunks) + [3]
    with pytest.raises(InvalidSignature):
        stream.open(rows[0])
