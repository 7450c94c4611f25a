# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check the primitives against published answers and against their own promises."""

import hashlib
import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hedgerow.engines.vault import primitives as p
from hedgerow.engines.vault import selftest
from hedgerow.engines.vault.selftest import self_test
from hedgerow.kernel.errors import Damaged

DRAW = random.Random(2).randbytes
KEY = bytes(range(0x80, 0xA0))
SUNSCREEN = (
    b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the "
    b"future, sunscreen would be it."
)


def test_aead_gives_the_published_answer() -> None:
    """XChaCha20-Poly1305 answers as draft-irtf-cfrg-xchacha-03 A.3.1 says."""
    nonce, associated = bytes(range(0x40, 0x58)), bytes.fromhex("50515253c0c1c2c3c4c5c6c7")
    sealed = p.seal_aead(KEY, SUNSCREEN, nonce=nonce, associated=associated)
    assert sealed[:16].hex() == "bd6d179d3e83d43b9576579493c0e939"
    assert sealed[-16:].hex() == "c0875924c1c7987947deafd8780acf49"
    assert p.open_aead(KEY, sealed, nonce=nonce, associated=associated) == SUNSCREEN


def test_signatures_give_the_published_answer() -> None:
    """Ed25519 signs as RFC 8032, section 7.1, tests 1 and 2 say."""
    for seed, public, message, starts in (
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155",
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da",
        ),
    ):
        keys = p.SigningKeys(bytes.fromhex(public), bytes.fromhex(seed + public))
        signature = p.sign(keys, bytes.fromhex(message))
        assert signature.hex().startswith(starts)
        assert p.is_signed(keys.public, signature=signature, message=bytes.fromhex(message))


def test_sub_is_keyed_and_personalised_hash_of_parts_with_their_lengths() -> None:
    """A sub-key can be computed by any BLAKE2b from the bytes the specification names."""
    data = bytes.fromhex("00000002") + b"ab" + bytes.fromhex("00000008" + "0000000000000007")
    person = b"label".ljust(16, b"\0")
    wanted = hashlib.blake2b(data, digest_size=32, key=KEY, person=person).digest()
    assert p.sub(KEY, "label", b"ab", 7) == wanted
    assert p.id_from(KEY, "label", "ab", 7) == int.from_bytes(wanted[:8], "big") >> 2
    assert len(p.sub(KEY, "label", size=64)) == 64
    assert p.hash_bytes(b"x", size=16) == hashlib.blake2b(b"x", digest_size=16).digest()
    assert p.hash_bytes(b"x", person="roster-entry") != p.hash_bytes(b"x")


@given(st.binary(max_size=300), st.lists(st.integers(0, 9), max_size=3))
def test_box_opens_again_and_is_72_bytes_longer(plain: bytes, context: list[int]) -> None:
    """What was sealed comes back under the same key and context."""
    box = p.seal_box(KEY, plain, "page", *context, random=DRAW)
    assert len(box) == len(plain) + p.BOX_OVERHEAD == len(plain) + 72
    assert p.open_box(KEY, box, "page", *context) == plain


@given(st.integers(0, 8 * (72 + 5) - 1))
def test_box_with_one_bit_changed_does_not_open(bit: int) -> None:
    """Whichever bit is turned, in commitment, nonce, text or tag, the box is refused."""
    box = bytearray(p.seal_box(KEY, b"hello", "page", random=DRAW))
    box[bit // 8] ^= 1 << bit % 8
    with pytest.raises(Damaged, match=r"vault\.box_refused"):
        p.open_box(KEY, bytes(box), "page")


def test_box_opens_nowhere_else() -> None:
    """Another key, another context, or parts cut otherwise open nothing; nor does a stump."""
    box = p.seal_box(KEY, b"hello", "page", 1, random=DRAW)
    for key, context in (
        (bytes(32), ("page", 1)),
        (KEY, ("page", 2)),
        (KEY, ("page",)),
        (KEY, ("page1",)),
    ):
        with pytest.raises(Damaged, match=r"vault\.box_refused"):
            p.open_box(key, box, *context)
    with pytest.raises(Damaged, match=r"vault\.box_refused"):
        p.open_box(KEY, box[:71], "page", 1)


def test_no_box_is_valid_under_two_keys() -> None:
    """The commitment is a hash of the key, so a tag that fits another key does not help."""
    box = p.seal_box(KEY, b"hello", "page", random=DRAW)
    derived = hashlib.blake2b(
        box[32:56] + bytes.fromhex("00000004") + b"page",
        digest_size=64,
        key=KEY,
        person=b"hedgerow.box.1\0\0",
    ).digest()
    assert box[:32] == derived[:32]
    assert p.open_aead(derived[32:], box[56:], nonce=box[32:56], associated=b"") == b"hello"


def test_nonces_do_not_repeat() -> None:
    """Two boxes of the same text have nothing in common."""
    boxes = [p.seal_box(KEY, b"hello", random=DRAW) for _ in range(500)]
    assert len({box[32:56] for box in boxes}) == len({box[:32] for box in boxes}) == 500


def test_sealed_boxes_open_for_their_keys_alone() -> None:
    """A sealed box is 48 bytes longer and opens with the secret key only."""
    keys, other = p.sealing_keys(KEY), p.sealing_keys(bytes(32))
    sealed = p.seal_to(keys.public, b"slot")
    assert len(sealed) == 4 + p.SEALED_BOX_OVERHEAD
    assert p.open_sealed(keys, sealed) == b"slot"
    assert p.open_sealed(other, sealed) is None
    assert p.open_sealed(keys, sealed[:20]) is None


def test_signatures_hold_for_message_and_key() -> None:
    """Another message, another key, a short signature and a malformed key are all wrong."""
    keys = p.signing_keys(KEY)
    signature = p.sign(keys, b"act")
    assert p.is_signed(keys.public, signature=signature, message=b"act")
    assert not p.is_signed(keys.public, signature=signature, message=b"acts")
    assert not p.is_signed(keys.public, signature=signature[:63], message=b"act")
    assert not p.is_signed(keys.public, signature=signature[:32], message=signature[32:] + b"act")
    assert not p.is_signed(p.signing_keys(bytes(32)).public, signature=signature, message=b"act")
    assert not p.is_signed(b"short", signature=signature, message=b"act")


def test_stretching_depends_on_everything_it_is_given() -> None:
    """Words, salt and cost each change what Argon2id gives."""
    cost, salt = p.Cost(memory_kib=8, passes=1), bytes(16)
    given_ones = {
        p.stretch(b"words", salt=salt, cost=cost),
        p.stretch(b"other", salt=salt, cost=cost),
        p.stretch(b"words", salt=b"\x01" + salt[1:], cost=cost),
        p.stretch(b"words", salt=salt, cost=replace(cost, passes=2)),
        p.stretch(b"words", salt=salt, cost=replace(cost, memory_kib=16)),
    }
    assert {len(one) for one in given_ones} == {32}
    assert len(given_ones) == 5


def test_self_test_passes_on_a_sound_library() -> None:
    """The program may start."""
    self_test()


@pytest.mark.parametrize(
    ("function", "primitive"),
    [
        ("sub", "sub"),
        ("stretch", "stretch"),
        ("seal_aead", "aead"),
        ("sign", "ed25519"),
        ("open_box", "box"),
        ("open_sealed", "sealed box"),
    ],
)
def test_self_test_names_the_primitive_that_is_broken(
    monkeypatch: pytest.MonkeyPatch, function: str, primitive: str
) -> None:
    """A primitive that gives other bytes stops the program, by its name."""

    def broken(*_args: object, **_named: object) -> bytes:
        return bytes(32)

    monkeypatch.setattr(p, function, broken)
    with pytest.raises(Damaged) as caught:
        self_test()
    assert caught.value.code == "vault.self_test"
    assert caught.value.details == {"primitive": primitive}


@pytest.mark.parametrize("function", ["seal_arrival", "open_arrival"])
def test_self_test_tries_what_browsers_seal(monkeypatch: pytest.MonkeyPatch, function: str) -> None:
    """Its primitives come from another library, and stop the program as well."""
    monkeypatch.setattr(selftest, function, lambda *_args, **_named: bytes(32))
    with pytest.raises(Damaged) as caught:
        self_test()
    assert caught.value.details == {"primitive": "arrival"}
