# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pour the made-up movement into an instance of its own, as its people would have done it.

Every act goes through the store's own doors, in the order of time, with a clock that
is set to the moment of each act and a night each Monday. The source of randomness is
seeded, so that people, texts, phrases and codes are the same each time; it exists only
here, the instance is marked as a demo, and `serve` refuses that mark on any address but
this machine's own.
"""

import hashlib
import itertools
from collections.abc import Iterator
from typing import Final

from hedgerow.kernel.clock import MINUTES_A_DAY, SECONDS_A_MINUTE
from hedgerow.store.roles import Reads, Role

SEED: Final = b"hedgerow demo 1"
_LAST_MINUTE: Final = MINUTES_A_DAY - 1
_NIGHT_MINUTE: Final = 3 * 60
_ROLES: Final = {
    "keeper": Role.KEEPER,
    "editor": Role.EDITOR,
    "reader": Role.READER,
    "probationer": Role.PROBATIONER,
}
_READS: Final = {"all": Reads.ALL, "now": Reads.FROM_NOW}


class DemoClock:
    """Tell the moment of the act that is being replayed; never goes back."""

    def __init__(self) -> None:
        """Begin at the epoch."""
        self._seconds = 0

    def seconds(self) -> int:
        """Return seconds since the epoch."""
        return self._seconds

    def move_to(self, minute: int) -> None:
        """Go forward to a minute; an earlier one changes nothing."""
        self._seconds = max(self._seconds, minute * SECONDS_A_MINUTE)


class SeededRandomness:
    """Give the same bytes in every build; never used outside the demo."""

    def __init__(self, seed: bytes) -> None:
        """Begin the stream of a seed."""
        self._blocks = self._stream(seed)
        self._left = b""

    def _stream(self, seed: bytes) -> Iterator[bytes]:
        """Yield hash after hash of the seed and a count."""
        for count in itertools.count():
            yield hashlib.blake2b(count.to_bytes(8, "big"), key=seed).digest()

    def __call__(self, size: int) -> bytes:
        """Return the next bytes of the stream."""
        while len(self._left) < size:
            self._left += next(self._blocks)
        taken, self._left = self._left[:size], self._left[size:]
        return taken
