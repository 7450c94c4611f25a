# SPDX-License-Identifier: AGPL-3.0-or-later
"""Kill a service fifty times while observers report; nothing acknowledged is lost or doubled.

Each time gunicorn and the caretaker get SIGKILL at a random moment, and the service is started
and opened again. What was not acknowledged is sent once more with the same form.
"""

import os
import random
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.election_night import begin, opened, unlock
from benchmarks.harness import Figure
from benchmarks.worlds.dear import Dear, dear_instance
from benchmarks.worlds.night import NAME, Night, photograph
from benchmarks.worlds.phones import Phones, Sent
from hedgerow.cli.progress import show_progress

if TYPE_CHECKING:
    from tests.store.services import Served

KILLS: Final = 50
STATIONS: Final = 2_000
DEVICES: Final = 400
FORMS: Final = 40_000
_LINES: Final = 8
_SHORTEST_S: Final = 0.3
_LONGEST_S: Final = 2.5


def run() -> Iterator[Figure]:
    """Kill again and again, then look for every form that was acknowledged."""
    from tests.store.services import served  # noqa: PLC0415 -- starts processes

    with (
        tempfile.TemporaryDirectory() as folder,
        dear_instance(Path(folder) / "home", strangers=0) as dear,
    ):
        night = begin(dear, stations=STATIONS, devices=DEVICES, spare=0, forms=FORMS)
        acknowledged: list[Sent] = []
        forms = list(night.tokens)
        with show_progress("Killing", total=KILLS) as advance:
            for _ in range(KILLS):
                with served(dear.home) as service:
                    unlock(dear, service)
                    done = _report_and_kill(service, night, forms)
                known = {one.token for one in done}
                acknowledged += done
                forms = [token for token in forms if token not in known]
                advance()
        found = _found(dear, night)
    lost = sum(1 for one in acknowledged if found[one.token] == 0)
    doubled = sum(1 for times in found.values() if times > 1)
    yield Figure(
        figure="kills under load",
        value=KILLS,
        unit="kills",
        bound=KILLS,
        is_bound_a_minimum=True,
    )
    yield Figure(figure="reports acknowledged", value=len(acknowledged), unit="reports")
    yield Figure(figure="acknowledged and lost", value=lost, unit="reports", bound=0)
    yield Figure(figure="there twice", value=doubled, unit="reports", bound=0)


def _report_and_kill(service: "Served", night: Night, forms: list[str]) -> list[Sent]:
    """Send forms, kill everything of the service at a random moment; return what was taken."""
    from tests.store.services import children_of  # noqa: PLC0415 -- reads /proc

    phones = Phones(service.port, night, photograph(), _LINES)
    phones.start(forms)
    time.sleep(random.uniform(_SHORTEST_S, _LONGEST_S))  # nosec -- a moment of a test
    children = children_of(service.process.pid)
    for pid in [*children, *(one for child in children for one in children_of(child))]:
        os.kill(pid, signal.SIGKILL)
    phones.stop()
    return phones.acknowledged


def _found(dear: Dear, night: Night) -> Counter[str]:
    """Count how often each form stands in the conversations of the devices."""
    # Importing reports registers the kinds that messages are of.
    from hedgerow.rooms.elections import reports  # noqa: F401, PLC0415 -- as the comment says
    from hedgerow.store import formtokens, observers  # noqa: PLC0415 -- needs Django

    numbers = {formtokens.number_of(token): token for token in night.tokens}
    found: Counter[str] = Counter()
    with opened(dear):
        for cookie in night.cookies:
            device = observers.device_of(cookie)
            assert device is not None
            assert device.name == NAME
            for letter in device.messages():
                assert not letter.is_damaged
                form = getattr(letter.value, "form", None)
                if form is not None:
                    found[numbers[form]] += 1
    return found
