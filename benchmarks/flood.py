# SPDX-License-Identifier: AGPL-3.0-or-later
"""Flood the page where one enters, with right and with wrong check words, beside members.

Words cost what they cost in a real instance. The flood comes from a process of its own on the same
machine, so it takes part of the processors from the service it floods.
"""

import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from benchmarks.harness import Figure
from benchmarks.worlds.dear import Dear, dear_instance
from benchmarks.worlds.visitors import Visitor

if TYPE_CHECKING:
    from tests.store.services import Served

CONNECTIONS = 64
PAGES = 300
LOG_INS = 3
STRANGERS = 1500
_PAUSE_S = 0.02
_BEFORE_S = 3.0
_PATIENCE_S = 60
_KIB_A_MIB = 1024


def run() -> Iterator[Figure]:
    """Serve an instance, flood it twice, and yield what members notice of it."""
    from hedgerow.cli.control import ask  # noqa: PLC0415 -- starts processes
    from tests.store.services import served  # noqa: PLC0415 -- starts processes

    with (
        tempfile.TemporaryDirectory() as folder,
        dear_instance(Path(folder) / "home", strangers=STRANGERS) as dear,
        served(dear.home) as service,
    ):
        ask(dear.home, {"ask": "words", "words": dear.boot})
        ask(dear.home, {"ask": "yes"})
        service.wait_for("/enter/", status=200)
        member = Visitor(service.port, timeout_s=_PATIENCE_S)
        _log_in(member, dear.members[0])
        yield Figure(figure="member's page before", value=_p99_ms(member), unit="ms")
        garbage = [_spoiled(words) for words in dear.strangers]
        yield from _flooded("wrong check words", garbage, service, member, dear, most_mib=500)
        valid = list(dear.strangers)
        yield from _flooded("right check words", valid, service, member, dear, most_mib=700)


def _log_in(visitor: Visitor, phrase: str) -> float:
    """Log in and return the seconds it took; a full queue is asked again."""
    start = time.perf_counter()
    visitor.get("/enter/")
    while (status := visitor.post("/enter/", urlencode({"words": phrase, "to": "/me/"}))) == 503:
        time.sleep(0.2)
    assert status == 302, status
    return time.perf_counter() - start


def _spoiled(words: str) -> str:
    """Return a phrase whose check word is another."""
    *numbers, last = words.split()
    others = [one for one in numbers if one != last]
    return " ".join([*numbers, random.choice(others)])  # nosec -- for a measurement


def _p99_ms(member: Visitor) -> float:
    """Fetch the member's page many times; return the 99th percentile in ms."""
    times = []
    for _ in range(PAGES):
        start = time.perf_counter()
        status = member.get("/me/")
        times.append((time.perf_counter() - start) * 1000)
        assert status == 200, status
        time.sleep(_PAUSE_S)
    return statistics.quantiles(times, n=100)[98]


class _Memory(threading.Thread):
    """Look at the memory of a service's processes again and again; keep the most, in MiB."""

    def __init__(self, service: "Served") -> None:
        """Name the service."""
        super().__init__(daemon=True)
        self._service = service
        self._is_over = threading.Event()
        self.most_mib = 0.0

    def run(self) -> None:
        """Look every quarter of a second."""
        while not self._is_over.wait(0.25):
            self.most_mib = max(self.most_mib, sum(map(_pss_kib, self._processes())) / _KIB_A_MIB)

    def end(self) -> float:
        """Stop looking and return the most."""
        self._is_over.set()
        self.join()
        return self.most_mib

    def _processes(self) -> list[int]:
        """Return the parent and everything below it."""
        from tests.store.services import children_of  # noqa: PLC0415 -- as above

        found, left = [], [self._service.process.pid]
        while left:
            pid = left.pop()
            found.append(pid)
            try:
                left += children_of(pid)
            except (FileNotFoundError, ProcessLookupError):
                continue
        return found


def _pss_kib(pid: int) -> int:
    """Return a process's memory, what it shares with others divided among them."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))


@contextmanager
def _flood(port: int, phrases: list[str]) -> "Iterator[subprocess.Popen[str]]":
    """Flood a port until the end of the block."""
    flood = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.worlds.flooding", str(port), str(CONNECTIONS)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert flood.stdin is not None
    flood.stdin.write("\n".join(phrases) + "\n\n")
    flood.stdin.flush()
    try:
        time.sleep(_BEFORE_S)
        yield flood
    finally:
        flood.stdin.close()
        flood.wait(_PATIENCE_S)


def _flooded(
    name: str,
    phrases: list[str],
    service: "Served",
    member: Visitor,
    dear: Dear,
    *,
    most_mib: float,
) -> Iterator[Figure]:
    """Flood with some phrases and yield what a member, another one and the machine notice."""
    memory = _Memory(service)
    memory.start()
    with _flood(service.port, phrases) as flood:
        page = _p99_ms(member)
        log_ins = [
            _log_in(Visitor(service.port, timeout_s=_PATIENCE_S), dear.members[1])
            for _ in range(LOG_INS)
        ]
    sent = flood.stdout.read() if flood.stdout else ""
    sys.stderr.write(f"{name}: {sent}\n")
    yield Figure(figure=f"member's page, p99, {name}", value=page, unit="ms", bound=300)
    yield Figure(
        figure=f"log-in of another, slowest, {name}", value=max(log_ins), unit="s", bound=10
    )
    yield Figure(figure=f"memory, {name}", value=memory.end(), unit="MiB", bound=most_mib)
