# SPDX-License-Identifier: AGPL-3.0-or-later
"""Seal the messages of a conversation between a stranger and a team, both ways alike.

A message is a body whose id and outer key come from the conversation's secret C and its
number. Inside stands its own key k, sealed once to the team's B and once to the stranger's
R, and the text under k: whoever held C and an older B reads nothing that is written later.
The outer Box hides that sealed boxes begin with points of a curve.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from hashlib import blake2b
from typing import NamedTuple

from hedgerow.engines.vault.padding import LEAST_BODY_BYTES, pad, padme, unpad
from hedgerow.engines.vault.primitives import (
    BOX_OVERHEAD,
    KEY_BYTES,
    SEALED_BOX_OVERHEAD,
    SealingKeys,
    id_from,
    open_box,
    open_sealed,
    seal_box,
    seal_to,
    sub,
)
from hedgerow.kernel.canonical import Reader, join_parts, u8, u32
from hedgerow.kernel.errors import Damaged
from hedgerow.kernel.ids import RowId
from hedgerow.kernel.randomness import Randomness

MESSAGE_WINDOW = 200
SEALED_KEY_BYTES = KEY_BYTES + SEALED_BOX_OVERHEAD
_OVERHEAD = 2 * BOX_OVERHEAD + 2 * SEALED_KEY_BYTES
_CODE = "vault.letter_damaged"
_MESSAGE_ID = "message-id"
_MESSAGE_ID_PERSON = _MESSAGE_ID.encode().ljust(16, b"\0")


class Side(IntEnum):
    """Say who wrote a message."""

    STRANGER = 0
    TEAM = 1


class What(IntEnum):
    """Say what a message is: erased, a text, the B to be written to from now on, or a card.

    A card is what a group notes of an observer's code (see `observing`).
    """

    ERASED = 0
    TEXT = 1
    NEW_KEY = 2
    CARD = 3


@dataclass(frozen=True, slots=True)
class Message:
    """Hold a message.

    Attributes:
        side: Who wrote it.
        minute: When.
        what: What it is.
        content: The text, or the public half of a B; nothing where it was erased.
    """

    side: Side
    minute: int
    what: What
    content: bytes


class Ends(NamedTuple):
    """Hold the public halves to which the key of a message is sealed."""

    team: bytes
    stranger: bytes


class Peeled(NamedTuple):
    """Hold what stands in the outer Box: k for the team, k for the stranger, the text's Box."""

    for_team: bytes
    for_stranger: bytes
    inner: bytes


def message_id(secret: bytes, number: int) -> RowId:
    """Return the id of the body of a message, numbered from 0."""
    return RowId(id_from(secret, _MESSAGE_ID, number))


def message_ids(secret: bytes, *, most: int = MESSAGE_WINDOW) -> list[RowId]:
    """Return the ids of all 200 messages a conversation can have, or of the first of them.

    The keyed state is made once and copied.
    """
    keyed = blake2b(digest_size=KEY_BYTES, key=secret, person=_MESSAGE_ID_PERSON)
    ids = []
    for number in range(most):
        state = keyed.copy()
        state.update(join_parts(number))
        ids.append(RowId(int.from_bytes(state.digest()[:8], "big") >> 2))
    return ids


def _wrap_key(secret: bytes, number: int) -> bytes:
    """Return the key of the outer Box of a message."""
    return sub(secret, "wrap", number)


def encode_message(message: Message) -> bytes:
    """Write a message: side u8, minute u32, what u8, content."""
    return u8(message.side) + u32(message.minute) + u8(message.what) + message.content


def decode_message(plain: bytes) -> Message:
    """Read a message.

    Raises:
        Damaged: "vault.letter_damaged".
    """
    reader = Reader(plain, code=_CODE)
    side, minute, what = reader.u8(), reader.u32(), reader.u8()
    content = plain[6:]
    if side not in set(Side) or what not in set(What):
        raise Damaged(_CODE)
    message = Message(Side(side), minute, What(what), content)
    is_key = message.what is What.NEW_KEY
    if (is_key and len(content) != KEY_BYTES) or (message.what is What.ERASED and content):
        raise Damaged(_CODE)
    return message


def seal_text(message: Message, *, key: bytes, expiry_key: bytes, random: Randomness) -> bytes:
    """Seal a message under its own key, filled up so that the outer Box has a Padmé size.

    Args:
        message: What to seal.
        key: k, drawn for this message alone.
        expiry_key: Of its last week.
        random: Where the nonce comes from.
    """
    plain = encode_message(message)
    size = padme(max(LEAST_BODY_BYTES, len(plain) + 1 + _OVERHEAD)) - _OVERHEAD
    return seal_box(sub(key, "body", expiry_key), pad(plain, size), "body", random=random)


def wrap(peeled: Peeled, *, secret: bytes, number: int, random: Randomness) -> bytes:
    """Seal the outer Box of a message."""
    plain = peeled.for_team + peeled.for_stranger + peeled.inner
    return seal_box(_wrap_key(secret, number), plain, "wrap", random=random)


def seal_message(
    message: Message,
    *,
    secret: bytes,
    number: int,
    ends: Ends,
    expiry_key: bytes,
    random: Randomness,
) -> bytes:
    """Seal a message under a key of its own.

    Args:
        message: What to seal.
        secret: C.
        number: From 0 to 199.
        ends: Who is to open it.
        expiry_key: Of its last week.
        random: Where k and nonces come from; the sealed boxes use libsodium's own.
    """
    key = random(KEY_BYTES)
    inner = seal_text(message, key=key, expiry_key=expiry_key, random=random)
    peeled = Peeled(seal_to(ends.team, key), seal_to(ends.stranger, key), inner)
    return wrap(peeled, secret=secret, number=number, random=random)


def peel(box: bytes, *, secret: bytes, number: int) -> Peeled:
    """Open the outer Box of a message.

    Raises:
        Damaged: "vault.box_refused" or "vault.letter_damaged".
    """
    reader = Reader(open_box(_wrap_key(secret, number), box, "wrap"), code=_CODE)
    for_team, for_stranger = reader.take(SEALED_KEY_BYTES), reader.take(SEALED_KEY_BYTES)
    return Peeled(for_team, for_stranger, reader.take(reader.left))


def key_in(sealed: bytes, *, pairs: Sequence[SealingKeys]) -> bytes:
    """Open the key of a message with one of several pairs.

    Raises:
        Damaged: "vault.letter_damaged" when none of them opens it.
    """
    for pair in pairs:
        key = open_sealed(pair, sealed)
        if key is not None:
            return key
    raise Damaged(_CODE)


def open_text(inner: bytes, *, key: bytes, expiry_key: bytes) -> Message:
    """Open the inner Box of a message.

    Raises:
        Damaged: "vault.box_refused", "vault.padding" or "vault.letter_damaged".
    """
    return decode_message(unpad(open_box(sub(key, "body", expiry_key), inner, "body")))
