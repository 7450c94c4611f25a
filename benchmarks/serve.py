# SPDX-License-Identifier: AGPL-3.0-or-later
"""Time how soon a closed page is served once the boot key is there."""

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.harness import Figure

_PAUSE_S = 0.01
ROUNDS = 3


def run() -> Iterator[Figure]:
    """Serve an instance, open it by its words and close it, some times."""
    from tests.store.services import made_instance, served  # noqa: PLC0415 -- starts processes

    with tempfile.TemporaryDirectory() as folder, made_instance(Path(folder) / "home") as made:
        start = time.perf_counter()
        with served(made.home) as service:
            yield Figure(
                figure="public page after the start", value=time.perf_counter() - start, unit="s"
            )
            slowest = 0.0
            for _ in range(ROUNDS):
                slowest = max(slowest, _opening_s(made.home, made.boot[0], service.status))
            yield Figure(
                figure="closed page after the yes, slowest of three",
                value=slowest,
                unit="s",
                bound=2,
            )


def _opening_s(home: Path, words: str, status: Callable[[str], int]) -> float:
    """Open, wait until a closed page answers, close again; return the seconds of the wait."""
    from hedgerow.cli.control import ask  # noqa: PLC0415 -- as above

    ask(home, {"ask": "words", "words": words})
    start = time.perf_counter()
    ask(home, {"ask": "yes"})
    while status("/enter/") != 200:
        time.sleep(_PAUSE_S)
    seconds = time.perf_counter() - start
    ask(home, {"ask": "lock"})
    while status("/enter/") == 200:
        time.sleep(_PAUSE_S)
    return seconds
