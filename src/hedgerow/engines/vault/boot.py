# SPDX-License-Identifier: AGPL-3.0-or-later
"""Wrap the boot key for those who may start the server: one phrase, or two of three shares.

A wrap is a salt in clear and one Box (one phrase) or three (one for each pair of
holders). There is no field arithmetic: a pair's key is derived from both shares, and a
lost share is replaced by making three new boxes.
"""

from collections.abc import Sequence
from itertools import combinations

from hedgerow.engines.vault.codes import Label, root_of
from hedgerow.engines.vault.primitives import (
    BOX_OVERHEAD,
    KEY_BYTES,
    Cost,
    open_box,
    seal_box,
    sub,
)
from hedgerow.engines.vault.words import Numbers
from hedgerow.kernel.errors import Damaged
from hedgerow.kernel.randomness import Randomness

SALT_BYTES = 16
_BOX_BYTES = KEY_BYTES + BOX_OVERHEAD
ONE_PHRASE_BYTES = SALT_BYTES + _BOX_BYTES
TWO_OF_THREE_BYTES = SALT_BYTES + 3 * _BOX_BYTES
HOLDERS = 3
_PAIRS = tuple(combinations(range(1, HOLDERS + 1), 2))


def stretched(numbers: Numbers, *, salt: bytes, cost: Cost) -> bytes:
    """Derive 32 bytes from a boot phrase or a share."""
    return root_of(numbers, label=Label.BOOT, salt=salt, cost=cost)


def _pair_key(one: bytes, other: bytes) -> bytes:
    """Derive the key of a pair from its two stretched shares, the lower holder first."""
    return sub(one, "pair", other)


def wrap_for_one(boot_key: bytes, numbers: Numbers, *, cost: Cost, random: Randomness) -> bytes:
    """Wrap the boot key for one phrase: 120 bytes."""
    salt = random(SALT_BYTES)
    key = stretched(numbers, salt=salt, cost=cost)
    return salt + seal_box(key, boot_key, "boot", random=random)


def wrap_for_three(
    boot_key: bytes, shares: Sequence[Numbers], *, cost: Cost, random: Randomness
) -> bytes:
    """Wrap the boot key for any two of three shares: 328 bytes.

    Args:
        boot_key: 32 bytes.
        shares: Of the holders 1, 2 and 3.
        cost: Of stretching one share.
        random: Where salt and nonces come from.
    """
    salt = random(SALT_BYTES)
    keys = [stretched(share, salt=salt, cost=cost) for share in shares]
    boxes = [
        seal_box(_pair_key(keys[i - 1], keys[j - 1]), boot_key, "pair", i, j, random=random)
        for i, j in _PAIRS
    ]
    return salt + b"".join(boxes)


def needs_two(wrap: bytes) -> bool:
    """Tell whether a wrap takes two shares.

    Raises:
        Damaged: "vault.wrap_damaged" when it has neither of the two lengths.
    """
    if len(wrap) not in {ONE_PHRASE_BYTES, TWO_OF_THREE_BYTES}:
        raise Damaged("vault.wrap_damaged")
    return len(wrap) == TWO_OF_THREE_BYTES


def open_for_one(wrap: bytes, numbers: Numbers, *, cost: Cost) -> bytes | None:
    """Return the boot key, or None when the phrase is another."""
    key = stretched(numbers, salt=wrap[:SALT_BYTES], cost=cost)
    try:
        return open_box(key, wrap[SALT_BYTES:], "boot")
    except Damaged:
        return None


def open_for_two(wrap: bytes, shares: Sequence[Numbers], *, cost: Cost) -> bytes | None:
    """Return the boot key from two shares, tried both ways, or None when they do not fit."""
    salt, boxes = wrap[:SALT_BYTES], wrap[SALT_BYTES:]
    keys = [stretched(share, salt=salt, cost=cost) for share in shares]
    for place, (i, j) in enumerate(_PAIRS):
        box = boxes[place * _BOX_BYTES : (place + 1) * _BOX_BYTES]
        for one, other in (keys, keys[::-1]):
            try:
                return open_box(_pair_key(one, other), box, "pair", i, j)
            except Damaged:
                continue
    return None
