# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check that bodies open only as the index names them."""

import random

import pytest

from hedgerow.engines.vault.body import body_id, new_record_key, open_body, seal_body
from hedgerow.engines.vault.padding import size_of
from hedgerow.engines.vault.primitives import hash_bytes, sub
from hedgerow.kernel.errors import Damaged
from hedgerow.kernel.ids import SpaceId

DRAW = random.Random(11).randbytes
SPACE = SpaceId(77)
KEY = new_record_key(DRAW)
WEEK = bytes(range(32))


@pytest.mark.parametrize("expiry_key", [b"", WEEK])
@pytest.mark.parametrize("plain", [b"", b"a note", b"x" * 5000])
def test_body_opens_again(plain: bytes, expiry_key: bytes) -> None:
    """A body opens with what the index holds, whether or not it has an end."""
    sealed = seal_body(
        plain, record_key=KEY, space_id=SPACE, kind=3, expiry_key=expiry_key, random=DRAW
    )
    opened = open_body(
        sealed.box,
        digest=sealed.digest,
        record_key=KEY,
        space_id=SPACE,
        kind=3,
        expiry_key=expiry_key,
    )
    assert opened == plain
    assert sealed.id == body_id(KEY) == int.from_bytes(sub(KEY, "body-id")[:8], "big") >> 2
    assert size_of(sealed.mantissa, sealed.exponent) == len(sealed.box) >= 256
    assert sealed.digest == hash_bytes(sealed.box, size=16)


def test_another_body_is_refused_before_decryption() -> None:
    """An exchanged body, though sealed under the same key, is not the one the index names."""
    one, other = (
        seal_body(text, record_key=KEY, space_id=SPACE, kind=3, expiry_key=b"", random=DRAW)
        for text in (b"old", b"new")
    )
    with pytest.raises(Damaged, match=r"vault\.body_refused"):
        open_body(
            one.box, digest=other.digest, record_key=KEY, space_id=SPACE, kind=3, expiry_key=b""
        )


@pytest.mark.parametrize(
    ("space", "kind", "expiry_key"), [(78, 3, WEEK), (77, 4, WEEK), (77, 3, b"")]
)
def test_body_is_tied_to_space_kind_and_week(space: int, kind: int, expiry_key: bytes) -> None:
    """A body moved to another space or kind, or whose week's key is gone, does not open."""
    sealed = seal_body(
        b"secret", record_key=KEY, space_id=SPACE, kind=3, expiry_key=WEEK, random=DRAW
    )
    with pytest.raises(Damaged, match=r"vault\.box_refused"):
        open_body(
            sealed.box,
            digest=sealed.digest,
            record_key=KEY,
            space_id=SpaceId(space),
            kind=kind,
            expiry_key=expiry_key,
        )
