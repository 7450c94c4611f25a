# SPDX-License-Identifier: AGPL-3.0-or-later
"""Change valid inputs as chance and malice would, the same way for the same seed."""

import random
from collections.abc import Callable, Sequence
from typing import Final

_EDGES: Final = (0, 1, 0x7F, 0x80, 0xFF)
_WORDS: Final = (b"\0\0", b"\xff\xff", b"\x7f\xff", b"\0\x01", b"\x80\0")
_TEXTS: Final = (
    "ё",
    "\u0301",
    "\0",
    "\u202e",
    "﷽",
    "\ud800",
    "９",
    "'\"><script>",
    "%00",
    "%c0%ae",
    "../",
    "\r\n",
    "&",
    "=",
    ";",
)
Chance = random.Random
Mutation = Callable[[Chance, bytearray], None]


def _place(chance: Chance, data: bytearray) -> int:
    return chance.randrange(len(data)) if data else 0


def _flip(chance: Chance, data: bytearray) -> None:
    if data:
        data[_place(chance, data)] ^= 1 << chance.randrange(8)


def _set_byte(chance: Chance, data: bytearray) -> None:
    if data:
        data[_place(chance, data)] = chance.choice(_EDGES)


def _set_word(chance: Chance, data: bytearray) -> None:
    at = _place(chance, data)
    data[at : at + 2] = chance.choice(_WORDS)


def _cut(chance: Chance, data: bytearray) -> None:
    del data[_place(chance, data) :]


def _delete(chance: Chance, data: bytearray) -> None:
    at = _place(chance, data)
    del data[at : at + chance.randint(1, 40)]


def _repeat(chance: Chance, data: bytearray) -> None:
    at = _place(chance, data)
    data[at:at] = data[at : at + chance.randint(1, 200)] * chance.randint(1, 3)


def _insert(chance: Chance, data: bytearray) -> None:
    at = _place(chance, data)
    data[at:at] = chance.randbytes(chance.randint(1, 16))


def _insert_text(chance: Chance, data: bytearray) -> None:
    at = _place(chance, data)
    data[at:at] = chance.choice(_TEXTS).encode("utf-8", "surrogatepass")


_MUTATIONS: Final[tuple[Mutation, ...]] = (
    _flip,
    _flip,
    _set_byte,
    _set_word,
    _cut,
    _delete,
    _repeat,
    _insert,
    _insert_text,
)


def mutated(chance: Chance, seeds: Sequence[bytes]) -> bytes:
    """Return one input: a valid one with one to six changes, or two joined, or mere chance.

    Args:
        chance: Seeded.
        seeds: Valid inputs, at least one.
    """
    kind = chance.random()
    if kind < 0.05:
        return chance.randbytes(chance.choice((0, 1, 7, 64, 300, 1024)))
    data = bytearray(chance.choice(seeds))
    if kind < 0.15:
        other = chance.choice(seeds)
        data = data[: _place(chance, data)] + other[chance.randrange(len(other) + 1) :]
    for _ in range(chance.randint(1, 6)):
        chance.choice(_MUTATIONS)(chance, data)
    return bytes(data)
