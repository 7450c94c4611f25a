# SPDX-License-Identifier: AGPL-3.0-or-later
"""Kill processes a thousand times at random steps of what people do; nothing may be half-way.

What is demanded after each kill stands in `tests/store/people/killed.py`; a demand that is not met
ends the benchmark with its assertion.
"""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.harness import Figure
from hedgerow.cli.progress import show_progress

#: How often each act is begun; some kills come after its end and do not count.
TIMES = {
    "writing and removing": 300,
    "uploading": 250,
    "joining": 250,
    "changing a phrase": 150,
    "nights": 150,
    "sending letters": 75,
    "closing letter-boxes": 50,
    "answering letters": 50,
    "handing letters over": 50,
}
ROUND = 25
KILLS = 1000


def run() -> Iterator[Figure]:
    """Kill round by round, each on an instance of its own, and yield the numbers."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hedgerow.site.settings")
    import django  # noqa: PLC0415 -- the settings are named first

    django.setup()
    total = 0
    with show_progress("Killing", total=sum(TIMES.values()) // ROUND) as advance:
        for act, times in TIMES.items():
            hits = 0
            for _ in range(times // ROUND):
                hits += _round(act)
                advance()
            yield Figure(figure=f"kills while {act}", value=hits, unit="kills")
            total += hits
    yield Figure(
        figure="kills, nothing acknowledged lost, nothing half-way",
        value=total,
        unit="kills",
        bound=KILLS,
        is_bound_a_minimum=True,
    )


def _round(act: str) -> int:
    """Kill some times on a fresh instance with one group."""
    from tests.instances import open_vault  # noqa: PLC0415 -- needs Django
    from tests.store.people import killed, killed_letters  # noqa: PLC0415 -- needs Django
    from tests.store.people.actors import join_with  # noqa: PLC0415 -- needs Django

    with tempfile.TemporaryDirectory() as folder:
        os.environ["HEDGEROW_HOME"] = folder
        with open_vault(Path(folder) / "home") as vault:
            founder = join_with(vault.founder_words, name="")
            space = founder.visit().open_space(killed.NAME, as_name="Olha")
            acts = killed.ACTS | killed_letters.ACTS
            return acts[act](vault, founder, space.id, times=ROUND)
