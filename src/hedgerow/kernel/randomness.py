# SPDX-License-Identifier: AGPL-3.0-or-later
"""Take randomness from a source that is passed in.

The real source is the operating system's; the demo builder passes a seeded one.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

Randomness = Callable[[int], bytes]
"""A source of randomness: called with n it returns n random bytes."""

T = TypeVar("T")


def random_below(limit: int, random: Randomness) -> int:
    """Draw an integer from 0 to limit - 1, each equally likely.

    Args:
        limit: At least 1.
        random: Where the bytes come from.
    """
    size = (limit.bit_length() + 7) // 8
    while True:
        drawn = int.from_bytes(random(size), "big") & ((1 << limit.bit_length()) - 1)
        if drawn < limit:
            return drawn


def some_below(limit: int, count: int, random: Randomness) -> list[int]:
    """Draw several integers from 0 to limit - 1, by few calls of the source.

    Args:
        limit: At least 1, and at most 65,536.
        count: How many.
        random: Where the bytes come from.
    """
    mask = (1 << (limit - 1).bit_length()) - 1
    drawn: list[int] = []
    while len(drawn) < count:
        raw = random(2 * (count - len(drawn)))
        pairs = (int.from_bytes(raw[at : at + 2], "big") & mask for at in range(0, len(raw), 2))
        drawn += [one for one in pairs if one < limit]
    return drawn


def shuffled(items: Sequence[T], random: Randomness) -> list[T]:
    """Return the items in a random order, each order equally likely (Fisher-Yates)."""
    result = list(items)
    for last in range(len(result) - 1, 0, -1):
        other = random_below(last + 1, random)
        result[last], result[other] = result[other], result[last]
    return result
