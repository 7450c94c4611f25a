# SPDX-License-Identifier: AGPL-3.0-or-later
"""Take turns in threads of their own, so that those who come next have to wait."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from hedgerow.store import turns

LATE_S = 20


@contextmanager
def turn() -> Iterator[None]:
    """Hold a turn in this thread."""
    turns.take()
    try:
        yield
    finally:
        turns.give_back()


@contextmanager
def taken(count: int = turns.AT_ONCE) -> Iterator[Callable[[], None]]:
    """Hold so many turns to the end of the block; yield what gives them back before that."""
    may_go = threading.Event()
    held = [threading.Event() for _ in range(count)]

    def hold(is_held: threading.Event) -> None:
        with turn():
            is_held.set()
            assert may_go.wait(LATE_S)

    threads = [threading.Thread(target=hold, args=(one,)) for one in held]
    for thread in threads:
        thread.start()
    try:
        assert all(one.wait(LATE_S) for one in held)
        yield may_go.set
    finally:
        may_go.set()
        for thread in threads:
            thread.join()
