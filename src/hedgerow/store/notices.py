# SPDX-License-Identifier: AGPL-3.0-or-later
"""Say of an open instance what everybody who comes must know, and nothing else of it."""

from dataclasses import dataclass
from typing import Final

from hedgerow.engines.vault.ring import Ring
from hedgerow.kernel.clock import day_of, minute_now
from hedgerow.kernel.errors import HedgerowError
from hedgerow.store import machine as machines

#: So long a restore is told of: who comes seldom must hear of it as well.
_TOLD_DAYS: Final = 60


@dataclass(frozen=True, slots=True)
class Notices:
    """Hold days that the front page names, counted from 1 January 1970; 0 for nothing to say.

    Attributes:
        restored: When all of it was put back from a back-up, lately.
        last_night: The last night, where it is before yesterday.
    """

    restored: int = 0
    last_night: int = 0


def notices_of(ring: Ring, *, today: int) -> Notices:
    """Return what a ring gives reason to say on a day."""
    restored = day_of(ring.restored) if ring.restored else 0
    return Notices(
        restored=restored if restored and today - restored <= _TOLD_DAYS else 0,
        last_night=ring.day if ring.day < today - 1 else 0,
    )


def notices() -> Notices:
    """Return what is to be said now; nothing while the instance is closed.

    The ring is read from its file: a process that shows public pages alone never hears of a
    night, and what others keep of the ring in memory stays.
    """
    if not machines.is_open():
        return Notices()
    present = machines.machine()
    try:
        ring = present.file.read()
    except HedgerowError:
        # Whoever looks after the ring is told elsewhere; this page is everybody's.
        return Notices()
    return notices_of(ring, today=day_of(minute_now(present.clock)))
