# SPDX-License-Identifier: AGPL-3.0-or-later
"""Seal the body of a record: written once under a key of its own, named by that key.

A record with an end is sealed under its week's expiry key as well: when the week's key
is forgotten the body cannot be opened, whoever kept a copy.
"""

from dataclasses import dataclass

from hedgerow.engines.vault.padding import pad_body, size_code, unpad
from hedgerow.engines.vault.primitives import (
    KEY_BYTES,
    hash_bytes,
    id_from,
    is_equal,
    open_box,
    seal_box,
    sub,
)
from hedgerow.kernel.canonical import u16, u64
from hedgerow.kernel.errors import Damaged
from hedgerow.kernel.ids import RowId, SpaceId
from hedgerow.kernel.randomness import Randomness

DIGEST_BYTES = 16


@dataclass(frozen=True, slots=True)
class SealedBody:
    """Hold a body row, and what the index must say of it.

    Attributes:
        id: Of the row.
        box: The seal, of a Padmé size.
        digest: BLAKE2b-128 of the box.
        mantissa: Of the size of the box.
        exponent: Of the same.
    """

    id: RowId
    box: bytes
    digest: bytes
    mantissa: int
    exponent: int


def new_record_key(random: Randomness) -> bytes:
    """Draw the key of one version of a record."""
    return random(KEY_BYTES)


def body_id(record_key: bytes) -> RowId:
    """Return the id of the row of a body, new at each edit as the key is."""
    return RowId(id_from(record_key, "body-id"))


def body_digest(box: bytes) -> bytes:
    """Return the digest by which the index knows a body."""
    return hash_bytes(box, size=DIGEST_BYTES)


def seal_body(
    plain: bytes,
    *,
    record_key: bytes,
    space_id: SpaceId,
    kind: int,
    expiry_key: bytes,
    random: Randomness,
) -> SealedBody:
    """Seal a body.

    Args:
        plain: What the record holds.
        record_key: Drawn for this version alone.
        space_id: The space.
        kind: Of the record.
        expiry_key: Of its last week; empty for a record without an end.
        random: Where the nonce comes from.
    """
    key = sub(record_key, "body", expiry_key)
    box = seal_box(key, pad_body(plain), u64(space_id), u16(kind), random=random)
    return SealedBody(body_id(record_key), box, body_digest(box), *size_code(len(box)))


def open_body(
    box: bytes,
    *,
    digest: bytes,
    record_key: bytes,
    space_id: SpaceId,
    kind: int,
    expiry_key: bytes,
) -> bytes:
    """Open a body that the index names.

    Args:
        box: The row's.
        digest: What the index says of it.
        record_key: From the index.
        space_id: The space.
        kind: Of the record.
        expiry_key: Of its last week; empty for a record without an end.

    Raises:
        Damaged: "vault.body_refused" when it is another body than the index names, found
            before anything is decrypted; "vault.box_refused" when a key is another.
    """
    if not is_equal(body_digest(box), digest):
        raise Damaged("vault.body_refused")
    key = sub(record_key, "body", expiry_key)
    return unpad(open_box(key, box, u64(space_id), u16(kind)))
