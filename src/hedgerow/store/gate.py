# SPDX-License-Identifier: AGPL-3.0-or-later
"""Let only so many derivations from words run at once, over all workers.

Each try opens the place's lock file anew and takes a lock which the kernel releases when
its holder dies. A queue of tickets in memory lets those who wait go in the order in
which they came.
"""

import os
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from hedgerow.kernel.errors import Busy
from hedgerow.store.machine import machine
from hedgerow.store.runtime import lock_file

HEAVY_PLACES: Final = 2
LIGHT_PLACES: Final = 4
MOST_WAITING: Final = 100
_PAUSE_S: Final = 0.01
_RETRY_S: Final = 15


class _Queue:
    """Keep the threads of this process that wait, in their order."""

    def __init__(self) -> None:
        """Begin empty."""
        self._lock = threading.Lock()
        self._tickets: deque[object] = deque()

    def join(self) -> object:
        """Take a ticket.

        Raises:
            Busy: "store.crowded" when a hundred wait already.
        """
        with self._lock:
            if len(self._tickets) >= MOST_WAITING:
                raise Busy("store.crowded", retry_s=_RETRY_S)
            ticket = object()
            self._tickets.append(ticket)
            return ticket

    def is_first(self, ticket: object) -> bool:
        """Tell whether it is this ticket's turn."""
        with self._lock:
            return bool(self._tickets) and self._tickets[0] is ticket

    def leave(self, ticket: object) -> None:
        """Give the ticket back."""
        with self._lock:
            self._tickets.remove(ticket)


_queues: dict[tuple[str, int], _Queue] = {}
_queues_lock = threading.Lock()


def _queue(name: str) -> _Queue:
    """Return this process's queue; a forked child begins with one of its own."""
    with _queues_lock:
        return _queues.setdefault((name, os.getpid()), _Queue())


@contextmanager
def _place(name: str, places: int) -> Iterator[None]:
    """Hold one of some places."""
    queue = _queue(name)
    ticket = queue.join()
    is_waiting = True
    try:
        while True:
            if queue.is_first(ticket):
                for place in range(places):
                    path = machine().runtime / f"gate-{name}-{place}"
                    with lock_file(path, wait=False) as is_held:
                        if is_held:
                            queue.leave(ticket)
                            is_waiting = False
                            yield
                            return
            time.sleep(_PAUSE_S)
    finally:
        if is_waiting:
            queue.leave(ticket)


@contextmanager
def heavy() -> Iterator[None]:
    """Hold one of the two places for phrases.

    Raises:
        Busy: "store.crowded" when too many wait.
    """
    with _place("heavy", HEAVY_PLACES):
        yield


@contextmanager
def light() -> Iterator[None]:
    """Hold one of the four places for codes.

    Raises:
        Busy: "store.crowded" when too many wait.
    """
    with _place("light", LIGHT_PLACES):
        yield
