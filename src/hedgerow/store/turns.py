# SPDX-License-Identifier: AGPL-3.0-or-later
"""Work on one stranger's form at a time, so that a flood of them leaves room for members.

Threads of a worker share its processor evenly. With a flood in 32 of them a member's page would get
one part of 33; whoever holds no turn waits without asking for the processor. A turn is given back
as soon as its holder waits for something else: for a place at the gate, or for the disk. Forms are
done sooner, too: threads that take the processor from one another in turns lose much of it.
"""

import threading
from typing import Final

#: So many forms of strangers are worked on at a time in each worker.
AT_ONCE: Final = 1

_turns: Final = threading.BoundedSemaphore(AT_ONCE)
_mine: Final = threading.local()


def take() -> None:
    """Wait for a turn, unless this thread holds one; it is held until it is given back."""
    if not getattr(_mine, "is_held", False):
        _turns.acquire()
        _mine.is_held = True


def give_back() -> None:
    """Give this thread's turn back, where it holds one."""
    if getattr(_mine, "is_held", False):
        _mine.is_held = False
        _turns.release()
