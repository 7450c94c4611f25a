# SPDX-License-Identifier: AGPL-3.0-or-later
"""Send letters to several letter-boxes of a real service, while a member reads and writes.

Words to come back cost what they cost for everybody. Writers and member are on the same machine, so
they take part of the processors from the service. Each letter is a form fetched and a form sent.
"""

import re
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from queue import Empty, Queue
from urllib.parse import urlencode

from benchmarks.harness import Figure
from benchmarks.worlds.dear import dear_instance
from benchmarks.worlds.visitors import Visitor

LETTERS = 400
BOXES = 8
WRITERS = 4
_LEAST_A_MINUTE = 200
_PATIENCE_S = 60
_PAUSE_S = 0.05
_TEXT = "They cut my hours after I asked for gloves. " * 20
_GROUP = re.compile(rb'href="(/groups/[\w-]{11}/)"')
_ACTION = re.compile(rb'action="(/write/[^"]+)"')
_LETTER = re.compile(rb'class="row-title" href="/groups/[\w-]{11}/letters/')


def run() -> Iterator[Figure]:
    """Serve an instance, send letters as fast as they are taken, and yield what came of it."""
    from hedgerow.cli.control import ask  # noqa: PLC0415 -- starts processes
    from tests.store.services import served  # noqa: PLC0415 -- starts processes

    with (
        tempfile.TemporaryDirectory() as folder,
        dear_instance(Path(folder) / "home", strangers=0) as dear,
        served(dear.home) as service,
    ):
        ask(dear.home, {"ask": "words", "words": dear.boot})
        ask(dear.home, {"ask": "yes"})
        service.wait_for("/enter/", status=200)
        member = Visitor(service.port, timeout_s=_PATIENCE_S)
        member.get("/enter/")
        assert member.post("/enter/", urlencode({"words": dear.members[0], "to": "/me/"})) == 302
        group = _group_with_boxes(member)
        writers = _Writers(service.port)
        start = time.perf_counter()
        writers.start()
        times = _work(member, group, until=writers)
        took = time.perf_counter() - start
        yield Figure(
            figure="letters taken a minute",
            value=writers.taken / took * 60,
            unit="letters",
            bound=_LEAST_A_MINUTE,
            is_bound_a_minimum=True,
        )
        yield Figure(
            figure="letters refused", value=LETTERS - writers.taken, unit="letters", bound=0
        )
        yield Figure(
            figure="member's pages meanwhile, p99",
            value=statistics.quantiles(times, n=100)[98],
            unit="ms",
        )
        start = time.perf_counter()
        member.get(f"{group}letters/")
        yield Figure(figure="taking all of them in", value=time.perf_counter() - start, unit="s")
        assert len(_LETTER.findall(member.body)) > 0


def _group_with_boxes(member: Visitor) -> str:
    """Open a group with some letter-boxes and return where it is."""
    member.post("/groups/new/", urlencode({"group": "Couriers", "name": "Petro"}))
    member.get("/me/")
    found = _GROUP.search(member.body)
    assert found is not None
    group = found[1].decode()
    for number in range(BOXES):
        fields = {
            "address": f"box-{number}",
            "title_en": "Couriers",
            "weeks": "8",
            "day_limit": "500",
        }
        status = member.post(f"{group}letter-boxes/new/", urlencode(fields))
        assert status == 302, status
    return group


class _Writers:
    """Be some strangers who write one letter after another, each to the next box."""

    def __init__(self, port: int) -> None:
        """Fill the queue of letters."""
        self.taken = 0
        self._port = port
        self._lock = threading.Lock()
        self._left: Queue[int] = Queue()
        for number in range(LETTERS):
            self._left.put(number)
        self._threads = [threading.Thread(target=self._write) for _ in range(WRITERS)]

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    @property
    def is_over(self) -> bool:
        """Tell whether all letters were sent."""
        return not any(thread.is_alive() for thread in self._threads)

    def _write(self) -> None:
        """Write letters until there are none left; each by a browser without cookies."""
        while True:
            try:
                number = self._left.get_nowait()
            except Empty:
                return
            stranger = Visitor(self._port, timeout_s=_PATIENCE_S)
            stranger.get(f"/write/box-{number % BOXES}/")
            action = _ACTION.search(stranger.body)
            assert action is not None
            status = stranger.post(action[1].decode(), urlencode({"text": _TEXT}))
            with self._lock:
                self.taken += status == 200 and b'<ol class="words"' in stranger.body


def _work(member: Visitor, group: str, *, until: _Writers) -> list[float]:
    """Read one's own page and write pages, until all letters are sent; return the times in ms."""
    times: list[float] = []
    while not until.is_over:
        start = time.perf_counter()
        status = member.get("/me/")
        times.append((time.perf_counter() - start) * 1000)
        assert status == 200, status
        member.get(f"{group}pages/new/")
        start = time.perf_counter()
        status = member.post(f"{group}pages/new/", urlencode({"title": "A page", "text": _TEXT}))
        times.append((time.perf_counter() - start) * 1000)
        assert status == 302, status
        time.sleep(_PAUSE_S)
    return times
