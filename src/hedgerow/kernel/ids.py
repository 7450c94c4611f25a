# SPDX-License-Identifier: AGPL-3.0-or-later
"""Name things by random numbers of 62 bits, which say nothing about the thing.

62 bits fit a signed 64-bit column and a JSON-safe string, and are far too many to guess.
"""

from typing import NewType

from hedgerow.kernel.randomness import Randomness

SpaceId = NewType("SpaceId", int)
MemberId = NewType("MemberId", int)
RecordId = NewType("RecordId", int)
InvitationId = NewType("InvitationId", int)
RowId = NewType("RowId", int)

ID_BITS = 62


def draw_id(random: Randomness) -> int:
    """Draw a random id from 1 to 2^62 - 1; 0 is kept to mean "none"."""
    while True:
        drawn = int.from_bytes(random(8), "big") >> 2
        if drawn:
            return drawn
