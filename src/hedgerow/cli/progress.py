# SPDX-License-Identifier: AGPL-3.0-or-later
"""Show that long work goes on: a bar on a terminal, one line a minute elsewhere."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress

SECONDS_BETWEEN_LINES = 60.0

Advance = Callable[[], None]


@contextmanager
def show_progress(label: str, *, total: int) -> Iterator[Advance]:
    """Yield a function to call after each step.

    Everything goes to stderr: the answer of a command alone is on stdout.

    Args:
        label: What is being done, for the person who waits.
        total: How many steps there will be.
    """
    console = Console(stderr=True)
    if console.is_terminal:
        with Progress(console=console, transient=True) as bar:
            task = bar.add_task(label, total=total)
            yield lambda: bar.advance(task)
    else:
        yield LineCounter(label, total=total, clock=time.monotonic).advance


class LineCounter:
    """Count steps and write a line when a minute has passed since the last one."""

    def __init__(self, label: str, *, total: int, clock: Callable[[], float]) -> None:
        """Start the first minute now."""
        self.label = label
        self.total = total
        self.done = 0
        self._clock = clock
        self._last_s = clock()

    def advance(self) -> None:
        """Count one step."""
        self.done += 1
        if self._clock() - self._last_s >= SECONDS_BETWEEN_LINES:
            self._last_s = self._clock()
            sys.stderr.write(f"{self.label}: {self.done} of {self.total}\n")
            sys.stderr.flush()
