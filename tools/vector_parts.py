# SPDX-License-Identifier: AGPL-3.0-or-later
"""Offer what every scenario of a test vector needs: named randomness, costs, word lists."""

import hashlib
from pathlib import Path
from typing import Final

from hedgerow.engines.vault import primitives as p
from hedgerow.engines.vault import words

WORDLISTS: Final = Path(words.__file__).parent / "wordlists"

Json = dict[str, object]


class Seeded:
    """Give bytes that follow from a name: BLAKE2b-512 of the name and a counter.

    Args:
        name: Of the scenario.
    """

    def __init__(self, name: str) -> None:
        """Begin with nothing drawn."""
        self._name = name.encode()
        self._count = 0
        self._left = b""

    def __call__(self, size: int) -> bytes:
        """Return the next bytes."""
        while len(self._left) < size:
            block = self._name + self._count.to_bytes(8, "big")
            self._left += hashlib.blake2b(block).digest()
            self._count += 1
        drawn, self._left = self._left[:size], self._left[size:]
        return drawn


def word_lists() -> words.WordLists:
    """Load the three lists."""
    return words.WordLists(
        {
            language: (WORDLISTS / f"{language}.txt").read_text("utf-8").split()
            for language in ("en", "ru", "uk")
        }
    )


def cost_json(cost: p.Cost) -> Json:
    """Write a cost."""
    return {"memory_kib": cost.memory_kib, "passes": cost.passes, "lanes": 1}
