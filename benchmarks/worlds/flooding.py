# SPDX-License-Identifier: AGPL-3.0-or-later
"""Flood the page where one enters from many connections, as a process of its own.

Usage: python -m benchmarks.worlds.flooding PORT CONNECTIONS <phrases, one a line>

It ends when its standard input does, and prints how often each status came.
"""

import http.client
import json
import sys
import threading
import time
from collections import Counter
from itertools import cycle
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from benchmarks.worlds.visitors import Visitor

if TYPE_CHECKING:
    from collections.abc import Iterator

_PATIENCE_S = 120
_PAUSE_S = 0.2


class _Flood:
    """Hold what the connections share."""

    def __init__(self, port: int, phrases: list[str]) -> None:
        """Begin with nothing sent."""
        self.port = port
        self.statuses: Counter[int] = Counter()
        self.is_over = threading.Event()
        self._phrases: Iterator[str] = cycle(phrases)
        self._turn = threading.Lock()

    def next_phrase(self) -> str:
        """Return the next phrase, for whichever connection asks."""
        with self._turn:
            return next(self._phrases)

    def run(self) -> None:
        """Be one connection: send phrases until the end, whatever comes back."""
        visitor = Visitor(self.port, timeout_s=_PATIENCE_S)
        while not self.is_over.is_set():
            try:
                body = urlencode({"words": self.next_phrase(), "to": "/me/"})
                status = visitor.post("/enter/", body)
            except (OSError, http.client.HTTPException):
                status = 0
                visitor = Visitor(self.port, timeout_s=_PATIENCE_S)
                time.sleep(_PAUSE_S)
            with self._turn:
                self.statuses[status] += 1


def main() -> None:
    """Flood until the standard input ends."""
    port, connections = int(sys.argv[1]), int(sys.argv[2])
    lines = iter(sys.stdin.readline, "\n")
    flood = _Flood(port, [line.strip() for line in lines])
    threads = [threading.Thread(target=flood.run, daemon=True) for _ in range(connections)]
    for thread in threads:
        thread.start()
    sys.stdin.read()
    flood.is_over.set()
    sys.stdout.write(json.dumps(dict(flood.statuses)))


if __name__ == "__main__":
    main()
