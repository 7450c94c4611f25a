# SPDX-License-Identifier: AGPL-3.0-or-later
"""Give 200,000 mutated inputs to the readers of words, pages, boxes, uploads and forms."""

import os
import secrets
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.harness import Figure
from hedgerow.cli.progress import show_progress

if TYPE_CHECKING:
    from tests.fuzz.parsers import Target
    from tests.fuzz.running import Tally

READERS, FORMS = 180_000, 20_000
_SHOWN = 5


def run() -> Iterator[Figure]:
    """Feed readers, then forms, and yield how many inputs broke one."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hedgerow.site.settings")
    import django  # noqa: PLC0415 -- the settings are named first
    from django.test.utils import setup_test_environment  # noqa: PLC0415 -- as above

    django.setup()
    # Tests' browsers name a host of their own.
    setup_test_environment(debug=False)
    from tests.fuzz.parsers import targets  # noqa: PLC0415 -- needs Django
    from tests.fuzz.requests import request_targets  # noqa: PLC0415 -- needs Django

    seed = secrets.randbelow(2**31)
    yield Figure(figure="seed", value=seed, unit="seed")
    yield from _figures("readers", _fed("Feeding readers", targets(), READERS, seed))
    with tempfile.TemporaryDirectory() as folder:
        os.environ["HEDGEROW_HOME"] = folder
        with request_targets(Path(folder)) as found:
            yield from _figures("forms", _fed("Feeding forms", found, FORMS, seed))


def _fed(label: str, found: "Sequence[Target]", inputs: int, seed: int) -> "tuple[Tally, float]":
    """Feed targets and return the tally with the seconds it took."""
    from tests.fuzz.running import feed_all  # noqa: PLC0415 -- needs Django

    start = time.perf_counter()
    with show_progress(label, total=len(found)) as advance:
        tally = feed_all(found, inputs=inputs, seed=seed, advance=advance)
    return tally, time.perf_counter() - start


def _figures(name: str, fed: "tuple[Tally, float]") -> Iterator[Figure]:
    """Yield the figures of one feeding, and show on stderr the first inputs that broke it."""
    tally, seconds = fed
    for target, kind, data in tally.failures[:_SHOWN]:
        sys.stderr.write(f"{target}: {kind} by {data.hex()}\n")
    yield Figure(figure=f"inputs to {name}", value=tally.tried, unit="inputs")
    yield Figure(figure=f"inputs that {name} took", value=tally.taken, unit="inputs")
    yield Figure(
        figure=f"inputs that broke {name}", value=len(tally.failures), unit="inputs", bound=0
    )
    yield Figure(figure=f"time of {name}", value=seconds, unit="s")
