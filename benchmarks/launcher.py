# SPDX-License-Identifier: AGPL-3.0-or-later
"""Time what the launcher adds to a command once the libraries are there."""

import subprocess
import sys
from collections.abc import Iterator

from benchmarks.harness import Figure, median_s, time_in_turns
from hedgerow.cli.checkout import checkout_root

ROUNDS = 9


def run() -> Iterator[Figure]:
    """Time the shortest command by the launcher and without it, in turns."""
    root = checkout_root()

    def by_launcher() -> None:
        subprocess.run([root / "hedgerow", "--version"], check=True, capture_output=True)

    def without() -> None:
        subprocess.run(
            [sys.executable, "-P", "-m", "hedgerow", "--version"], check=True, capture_output=True
        )

    times = time_in_turns(
        "Calling", variants={"launcher": by_launcher, "python": without}, rounds=ROUNDS
    )
    added = median_s(times, of="launcher") - median_s(times, of="python")
    yield Figure(figure="a later call adds", value=added, unit="s", bound=0.2)
    yield Figure(figure="a whole call", value=median_s(times, of="launcher"), unit="s")
