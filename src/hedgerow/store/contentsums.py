# SPDX-License-Identifier: AGPL-3.0-or-later
"""Make keyed sums of texts, so that a group can know a text again without keeping it.

The key is a group's own and stands in a sealed record of it: without it nobody can try
texts against a list of sums, and two groups' lists say nothing of each other.
"""

from typing import Final

from hedgerow.engines.vault.primitives import KEY_BYTES, sub
from hedgerow.store.machine import machine

SUM_BYTES: Final = 16
_LABEL: Final = "content-sum"


def draw_key() -> bytes:
    """Draw the key of a list."""
    return machine().random(KEY_BYTES)


def keyed_sum(key: bytes, text: str) -> bytes:
    """Return the sum of a text; case and white space do not matter."""
    plain = " ".join(text.casefold().split())
    return sub(key, _LABEL, plain.encode(), size=SUM_BYTES)
