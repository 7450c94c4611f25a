# SPDX-License-Identifier: AGPL-3.0-or-later
"""Take a large file in beside the request that brought it, and say how far that is.

What is taken in is public rows, in batches, by the names of stations: what was interrupted is taken
in once more, and nothing is there twice. How far it is stands in memory, for all processes.
"""

import json
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Final, Literal

from django.db import Error, connection

from hedgerow.kernel.errors import HedgerowError
from hedgerow.rooms.elections.models import Election
from hedgerow.store import sharing
from hedgerow.store.machine import machine

#: Called after each batch with how many lines it had.
Advance = Callable[[int], None]
Standing = Literal["running", "over", "stopped"]
#: So many lines take a second or two; more are taken in beside the request.
MANY: Final = 5_000
# A batch takes less than a second; whoever says nothing for so long was ended.
_PATIENCE_S: Final = 60


@dataclass(frozen=True, slots=True)
class Progress:
    """Hold how far a file is taken in.

    Attributes:
        done: Lines that are taken in.
        total: Of so many.
        standing: Whether it goes on, is over, or was stopped.
        at: When that was said, in seconds since 1970.
    """

    done: int
    total: int
    standing: Standing
    at: int


def quiet(_lines: int) -> None:
    """Say nothing of how far it is."""


def _name(election: Election) -> str:
    """Return the name under which it is shared."""
    return f"import {election.pk}"


def _say(election: Election, done: int, total: int, standing: Standing) -> None:
    """Tell all processes how far it is."""
    present = Progress(done, total, standing, machine().clock.seconds())
    sharing.share(_name(election), json.dumps(asdict(present)).encode())


def _parse(content: bytes) -> Progress:
    """Read what was said."""
    return Progress(**json.loads(content))


def progress_of(election: Election) -> Progress | None:
    """Return how far the last large file of an election is taken in, None where there was none."""
    said = sharing.shared(_name(election), _parse)
    if said is None or said.standing != "running":
        return said
    is_silent = machine().clock.seconds() - said.at > _PATIENCE_S
    return Progress(said.done, said.total, "stopped", said.at) if is_silent else said


def is_running(election: Election) -> bool:
    """Tell whether a large file is being taken in just now."""
    said = progress_of(election)
    return said is not None and said.standing == "running"


def begin(election: Election, take: Callable[[Advance], None], *, total: int) -> threading.Thread:
    """Take a file in beside the request; return who does it.

    Args:
        election: Whose file it is.
        take: Takes it in, and says after each batch how many lines it had.
        total: How many lines there are.
    """
    _say(election, 0, total, "running")
    work = threading.Thread(target=_run, args=(election, take, total), daemon=True)
    work.start()
    return work


def _run(election: Election, take: Callable[[Advance], None], total: int) -> None:
    """Take a file in, and say how far it is."""
    done = 0

    def advance(lines: int) -> None:
        nonlocal done
        done += lines
        _say(election, done, total, "running")

    standing: Standing = "stopped"
    try:
        take(advance)
        standing = "over"
    except (Error, HedgerowError):
        pass
    finally:
        connection.close()
        _say(election, done, total, standing)
