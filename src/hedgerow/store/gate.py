# SPDX-License-Identifier: AGPL-3.0-or-later
"""Let only so many derivations from words run at once, over all workers.

A place is a lock file, opened anew at each try, whose lock the kernel releases when its
holder dies; a semaphore would be lost with its holder, and a descriptor inherited over
fork excludes nobody. Who waits holds a ticket, which is a locked file as well, and sleeps
on the lock of the ticket before: first come, first served, and only one looks for a place.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from hedgerow.kernel.errors import Busy
from hedgerow.store import turns
from hedgerow.store.machine import machine
from hedgerow.store.runtime import lock_file

HEAVY_PLACES: Final = 2
LIGHT_PLACES: Final = 4
MOST_WAITING: Final = 100
_PAUSE_S: Final = 0.005
_RETRY_S: Final = 15
_DIGITS: Final = 12


class Gate:
    """Be one kind of places.

    Args:
        folder: Where its lock files lie, in memory.
        places: How many may be inside at once.
    """

    def __init__(self, folder: Path, *, places: int) -> None:
        """Make the folder if it is not there."""
        folder.mkdir(mode=0o700, exist_ok=True)
        self._folder = folder
        self._places = places

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Wait for a place and hold it.

        Raises:
            Busy: "store.crowded" when a hundred wait already.
        """
        turns.give_back()
        handle = self._take_place()
        try:
            yield
        finally:
            os.close(handle)

    def _take_place(self) -> int:
        """Wait for one's turn, then for a place; return the descriptor that holds it."""
        number, ticket = self._take_ticket()
        try:
            self._wait_for_turn(number)
            while (handle := self._free_place()) is None:
                time.sleep(_PAUSE_S)
            return handle
        finally:
            self._ticket_path(number).unlink(missing_ok=True)
            os.close(ticket)

    def _ticket_path(self, number: int) -> Path:
        """Return the file of a ticket."""
        return self._folder / f"ticket-{number:0{_DIGITS}}"

    def _tickets(self) -> list[int]:
        """Return the tickets there are, in their order."""
        return sorted(int(path.name.split("-")[1]) for path in self._folder.glob("ticket-*"))

    def _take_ticket(self) -> tuple[int, int]:
        """Join the queue; return the ticket's number and the descriptor that locks it."""
        with lock_file(self._folder / "queue", wait=True):
            tickets = self._tickets()
            if len(tickets) >= MOST_WAITING:
                tickets = [number for number in tickets if not self._is_dead(number)]
            if len(tickets) >= MOST_WAITING:
                raise Busy("store.crowded", retry_s=_RETRY_S)
            number = tickets[-1] + 1 if tickets else 1
            path = self._ticket_path(number)
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(handle, fcntl.LOCK_EX)
            return number, handle

    def _is_dead(self, number: int) -> bool:
        """Tell whether the holder of a ticket died, and remove it then."""
        path = self._ticket_path(number)
        with lock_file(path, wait=False) as is_held:
            if is_held:
                path.unlink(missing_ok=True)
            return is_held

    def _wait_for_turn(self, number: int) -> None:
        """Sleep until no ticket stands before one's own."""
        while before := [other for other in self._tickets() if other < number]:
            path = self._ticket_path(before[-1])
            with suppress(FileNotFoundError):
                handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
                try:
                    fcntl.flock(handle, fcntl.LOCK_SH)
                    # Whoever left took the file along, so one that is still here lost its holder.
                    path.unlink(missing_ok=True)
                finally:
                    os.close(handle)

    def _free_place(self) -> int | None:
        """Take a place that is free and return its descriptor, or None."""
        for place in range(self._places):
            path = self._folder / f"place-{place}"
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(handle)
            else:
                return handle
        return None


@contextmanager
def heavy() -> Iterator[None]:
    """Hold one of the two places for phrases.

    Raises:
        Busy: "store.crowded" when too many wait.
    """
    with Gate(machine().runtime / "gate-heavy", places=HEAVY_PLACES).entered():
        yield


@contextmanager
def light() -> Iterator[None]:
    """Hold one of the four places for codes.

    Raises:
        Busy: "store.crowded" when too many wait.
    """
    with Gate(machine().runtime / "gate-light", places=LIGHT_PLACES).entered():
        yield
