# SPDX-License-Identifier: AGPL-3.0-or-later
"""Do what rooms leave to the caretaker: publish what is due, and their own jobs."""

import logging
from collections.abc import Callable
from typing import Final, cast

from django.db import Error
from django.utils.module_loading import import_string

from hedgerow.kernel.errors import Busy, HedgerowError
from hedgerow.site.harness import jobs, publishers
from hedgerow.store import released
from hedgerow.store.kinds import spec_of
from hedgerow.store.released import Due

# What a fault in a room's code raises: it may end neither the caretaker nor the other items.
_FAULTS: Final = (
    HedgerowError,
    Error,
    ArithmeticError,
    AttributeError,
    LookupError,
    OSError,
    TypeError,
    ValueError,
)

logger = logging.getLogger(__name__)
#: Jobs that found the store busy the last time.
_held_up: Final[set[Callable[[], None]]] = set()


def _by_kind() -> dict[int, Callable[[Due], None]]:
    """Return the rooms' publishers by the numbers of their kinds.

    Raises:
        ValueError: Two rooms publish one kind.
    """
    found: dict[int, Callable[[Due], None]] = {}
    for row in publishers():
        number = spec_of(cast("type", import_string(row.kind))).number
        if number in found:
            msg = f"Two publishers for {row.kind}"
            raise ValueError(msg)
        found[number] = import_string(row.publish)
    return found


def publish_due(minute: int) -> int:
    """Publish each item that is due and not withheld; return how many there were.

    One that cannot be published holds no other up: it is tried again the next minute, and an
    hour later it waits for an editor, as does one whose kind no room publishes.
    """
    by_kind = _by_kind()
    if not by_kind:
        return 0
    count = 0
    for item in released.due(minute):
        publish = by_kind.get(item.kind_number)
        if publish is None:
            continue
        try:
            count += released.hand_over(item, publish)
        except _FAULTS:
            logger.exception("A released text could not be published.")
    return count


def do_jobs() -> None:
    """Do the rooms' jobs; one that fails holds no other up, and is tried again the next time.

    One that finds the store busy once is no failure; twice in a row it is told.
    """
    for job in jobs():
        try:
            job()
        except Busy:
            if job in _held_up:
                logger.exception("A job of a room failed.")
            _held_up.add(job)
        except _FAULTS:
            logger.exception("A job of a room failed.")
        else:
            _held_up.discard(job)
