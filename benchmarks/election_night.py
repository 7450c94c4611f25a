# SPDX-License-Identifier: AGPL-3.0-or-later
"""Carry a country's election night: 100,000 stations, reports as real forms with photographs.

Senders are on the same machine and take part of its two processors. Words cost what they
cost for everybody. With PostgreSQL instead of SQLite:

    python -m benchmarks.election_night --postgresql
"""

import http.client
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from benchmarks.harness import Figure
from benchmarks.worlds.dear import Dear, dear_instance
from benchmarks.worlds.night import (
    CONTEST,
    NAME,
    SHEET,
    Night,
    load_figures,
    photograph,
    set_up,
)
from benchmarks.worlds.phones import Phones
from benchmarks.worlds.visitors import Visitor

if TYPE_CHECKING:
    from tests.store.services import Served

STATIONS: Final = 100_000
DEVICES: Final = 6_000
SPARE: Final = 1_500
FORMS: Final = 180_000
LOADED_EACH: Final = 3
SECONDS: Final = 600
LINES: Final = 16
PAGE: Final = f"/elections/{NAME}/{CONTEST}/"
_LEAST_A_SECOND: Final = 150
_PATIENCE_S: Final = 600
_LOOK_S: Final = 1.0
_PAUSE_S: Final = 0.2
_P99: Final = 98


@contextmanager
def opened(dear: Dear) -> Iterator[Any]:
    """Open an instance in this process; give its first member's visit."""
    from django.db import connections  # noqa: PLC0415 -- needs the settings

    from hedgerow.store import machine as machines  # noqa: PLC0415 -- as above
    from hedgerow.store.accounts import log_in  # noqa: PLC0415 -- as above

    machines.open_with(dear.home, dear.boot_key)
    try:
        yield log_in(dear.members[0])[0]
    finally:
        machines.close()
        connections["default"].close()


def begin(dear: Dear, *, stations: int, devices: int, spare: int, forms: int) -> Night:
    """Open a group of observers and set the election up."""
    with opened(dear) as visit:
        space = visit.open_space("Observers", as_name="Zoya")
        return set_up(space, stations=stations, devices=devices, spare=spare, forms=forms)


def unlock(dear: Dear, service: "Served") -> None:
    """Hand the boot words to a service, and wait until closed pages answer."""
    from hedgerow.cli.control import ask  # noqa: PLC0415 -- starts processes

    ask(dear.home, {"ask": "words", "words": dear.boot})
    ask(dear.home, {"ask": "yes"})
    service.wait_for("/enter/", status=200)


def run(*, seconds: int = SECONDS, stations: int = STATIONS) -> Iterator[Figure]:
    """Carry a night and yield what came of it."""
    from tests.store.services import served  # noqa: PLC0415 -- starts processes

    with (
        tempfile.TemporaryDirectory() as folder,
        dear_instance(Path(folder) / "home", strangers=0) as dear,
    ):
        night = begin(dear, stations=stations, devices=DEVICES, spare=SPARE, forms=FORMS)
        with served(dear.home) as service:
            unlock(dear, service)
            yield from _carry(dear, service, night, seconds=seconds)
        yield from _all_counted(dear, stations=stations)
        with opened(dear):
            load_figures(codes=stations, each=LOADED_EACH)
        with served(dear.home) as service:
            yield from _restart(dear, service, stations=stations)


def _carry(dear: Dear, service: "Served", night: Night, *, seconds: int) -> Iterator[Figure]:
    """Send reports for some minutes, with newcomers and readers beside them."""
    phones = Phones(service.port, night, photograph(), LINES)
    ballots = len(night.cookies) * (SHEET[2] + SHEET[3])
    beside = Beside(service.port, dear, night.words, ballots)
    phones.start(night.tokens)
    beside.start()
    start = time.perf_counter()
    time.sleep(seconds)
    phones.stop()
    took = time.perf_counter() - start
    beside.stop()
    taken = len(phones.acknowledged)
    yield Figure(
        figure="reports with a photograph accepted a second",
        value=taken / took,
        unit="reports",
        bound=_LEAST_A_SECOND,
        is_bound_a_minimum=True,
    )
    late = statistics.quantiles(phones.times, n=100)[_P99]
    yield Figure(figure="a report, p99", value=late, unit="s", bound=1.0)
    yield Figure(
        figure="reports refused", value=sum(phones.refused.values()), unit="reports", bound=0
    )
    yield Figure(
        figure="public page meanwhile, median",
        value=statistics.median(beside.pages) * 1000,
        unit="ms",
    )
    yield Figure(
        figure="public page meanwhile, p99",
        value=statistics.quantiles(beside.pages, n=100)[_P99] * 1000,
        unit="ms",
        bound=100,
    )
    yield Figure(figure="age of the count, at most", value=beside.oldest, unit="s", bound=60)
    yield Figure(
        figure="codes typed on a phone a second, beside it",
        value=beside.activated / took,
        unit="codes",
    )
    for name, value in memory_of(service).items():
        yield Figure(figure=f"memory of {name}", value=value, unit="MiB")


@dataclass
class Beside:
    """Read the public page once a second, look how old the count is, and type new codes.

    Args:
        port: Of the service on this machine.
        dear: The instance.
        words: Of codes that nobody has typed yet.
        ballots: In the count once every device has reported.
    """

    port: int
    dear: Dear
    words: list[str]
    ballots: int
    pages: list[float] = field(default_factory=list)
    oldest: float = 0.0
    activated: int = 0
    _must_end: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        """Begin."""
        works = (self._read, self._watch, self._activate)
        self._threads = [threading.Thread(target=work) for work in works]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End."""
        self._must_end.set()
        for thread in self._threads:
            thread.join()

    def _read(self) -> None:
        """Read the public page once a second."""
        while not self._must_end.wait(_LOOK_S):
            line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE_S)
            start = time.perf_counter()
            line.request("GET", PAGE)
            answer = line.getresponse()
            answer.read()
            self.pages.append(time.perf_counter() - start)
            assert answer.status == 200, answer.status
            line.close()

    def _watch(self) -> None:
        """Look how long the count has stood still while there were stations to come."""
        last, since = -1, time.perf_counter()
        while not self._must_end.wait(_LOOK_S):
            counted = counted_now()
            if counted >= self.ballots:
                return
            if counted != last:
                last, since = counted, time.perf_counter()
            self.oldest = max(self.oldest, time.perf_counter() - since)

    def _activate(self) -> None:
        """Type new codes, one after another."""
        for words in self.words:
            if self._must_end.wait(_PAUSE_S):
                return
            phone = Visitor(self.port, timeout_s=_PATIENCE_S)
            status = phone.post("/observe/", urlencode({"words": words}))
            self.activated += status == 302


def counted_now() -> int:
    """Return how many ballots stand in the public count, read from the database."""
    from django.db import close_old_connections  # noqa: PLC0415 -- needs the settings

    from hedgerow.rooms.elections.models import Count  # noqa: PLC0415 -- as above

    found = Count.objects.filter(contest__election_id=NAME).first()
    close_old_connections()
    return int(found.result["ballots"]) if found is not None else -1


def memory_of(service: "Served") -> dict[str, float]:
    """Return the memory of the service's processes in MiB, shared pages divided among them."""
    from tests.store.services import children_of  # noqa: PLC0415 -- reads /proc

    found: dict[str, float] = {}
    for child in children_of(service.process.pid):
        name = "the caretaker" if b"caretaker" in _command(child) else "gunicorn"
        sizes = [_share(one) for one in (child, *children_of(child))]
        found[name] = found.get(name, 0) + sum(sizes)
    return found


def _command(pid: int) -> bytes:
    """Return the command line of a process."""
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def _share(pid: int) -> float:
    """Return a process's share of memory in MiB: what several have in common is divided."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    line = next(one for one in text.splitlines() if one.startswith("Pss:"))
    return int(line.split()[1]) / 1024


def _all_counted(dear: Dear, *, stations: int) -> Iterator[Figure]:
    """Count once more in this process: every device that reported has its station counted."""
    from hedgerow.rooms.elections import counting  # noqa: PLC0415 -- needs the settings
    from hedgerow.rooms.elections.models import Count  # noqa: PLC0415 -- as above

    with opened(dear):
        counting.forget()
        counting.tick(is_hurried=True)
        result = Count.objects.get().result
        counting.forget()
    assert result["stations"] == stations
    yield Figure(figure="stations counted after it", value=result["counted"], unit="stations")


def _restart(dear: Dear, service: "Served", *, stations: int) -> Iterator[Figure]:
    """Start with all reports of a night loaded; wait until all of them are counted."""
    start = time.perf_counter()
    unlock(dear, service)
    wanted = stations
    while (found := _stations_counted()) < wanted:
        assert time.perf_counter() - start < _PATIENCE_S, found
        time.sleep(_PAUSE_S)
    figure = f"from the boot words to a count of {stations} stations, {LOADED_EACH} reports each"
    yield Figure(figure=figure, value=time.perf_counter() - start, unit="s")
    for name, value in memory_of(service).items():
        yield Figure(figure=f"memory of {name}, all loaded", value=value, unit="MiB")


def _stations_counted() -> int:
    """Return how many stations stand in the public count."""
    from django.db import close_old_connections  # noqa: PLC0415 -- needs the settings

    from hedgerow.rooms.elections.models import Count  # noqa: PLC0415 -- as above

    found = Count.objects.filter(contest__election_id=NAME).first()
    close_old_connections()
    return int(found.result["counted"]) if found is not None else 0


def main() -> None:
    """Run it beside `./hedgerow bench`, on PostgreSQL where asked."""
    from tests.databases import DATABASES  # noqa: PLC0415 -- starts a server

    if "--postgresql" in sys.argv:
        DATABASES.use_postgresql()
    try:
        for figure in run():
            print(figure.as_json(bench="election_night"), flush=True)  # noqa: T201 -- for people
    finally:
        DATABASES.end()


if __name__ == "__main__":
    main()
