# SPDX-License-Identifier: AGPL-3.0-or-later
"""Name what somebody may do in a space, and from when on somebody may read it."""

from enum import Enum, IntEnum


class Role(IntEnum):
    """Say what a member may do; the numbers are those of the roster."""

    KEEPER = 1
    EDITOR = 2
    READER = 3
    PROBATIONER = 4

    @property
    def can_write(self) -> bool:
        """Say whether this role writes records; a matter of policy, not of keys."""
        return self in {Role.KEEPER, Role.EDITOR}


class Reads(Enum):
    """Say how much of what was written before an invitation it opens."""

    FROM_NOW = "from_now"
    ALL = "all"
