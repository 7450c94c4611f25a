# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check the gate before derivations from words: places, order, bounds, killed holders."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from hedgerow.kernel.errors import Busy
from hedgerow.store import gate
from hedgerow.store.gate import Gate

HOLDER = """
import sys
from pathlib import Path
from hedgerow.store.gate import Gate
with Gate(Path(sys.argv[1]), places=1).entered():
    print("inside", flush=True)
    sys.stdin.read()
"""


@contextmanager
def _holder(folder: Path, *, waits_for_place: bool = False) -> Iterator["subprocess.Popen[str]"]:
    """Hold a place in another process, or wait for one."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    try:
        if waits_for_place:
            _wait_for_tickets(Gate(folder, places=1), 1)
        else:
            assert process.stdout.readline() == "inside\n"
        yield process
    finally:
        process.kill()
        process.communicate()


def test_as_many_enter_as_there_are_places(tmp_path: Path) -> None:
    """The third of two places waits until somebody leaves."""
    door = Gate(tmp_path, places=2)
    inside = threading.Event()

    def third() -> None:
        with door.entered():
            inside.set()

    with ExitStack() as first, door.entered():
        first.enter_context(door.entered())
        thread = threading.Thread(target=third)
        thread.start()
        assert not inside.wait(0.1)
        first.close()
        assert inside.wait(10)
    thread.join()


def test_a_killed_holder_frees_its_place(tmp_path: Path) -> None:
    """After SIGKILL of a holder in another process the place can be taken."""
    with _holder(tmp_path) as process:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        with Gate(tmp_path, places=1).entered():
            pass


def test_a_killed_waiter_stops_nobody_behind_it(tmp_path: Path) -> None:
    """Whoever waits behind a process that was killed while waiting gets its turn."""
    door = Gate(tmp_path, places=1)
    with door.entered(), _holder(tmp_path, waits_for_place=True) as waiter:
        inside = threading.Event()
        thread = threading.Thread(target=_enter, args=(door, inside))
        thread.start()
        _wait_for_tickets(door, 2)
        waiter.kill()
        waiter.wait()
    assert inside.wait(10)
    thread.join()
    assert list(tmp_path.glob("ticket-*")) == []


def _enter(door: Gate, inside: threading.Event) -> None:
    with door.entered():
        inside.set()


def test_who_came_first_goes_first(tmp_path: Path) -> None:
    """Those who wait enter in the order in which they came."""
    door = Gate(tmp_path, places=1)
    order: list[int] = []

    def enter(number: int) -> None:
        with door.entered():
            order.append(number)

    threads = [threading.Thread(target=enter, args=(number,)) for number in range(12)]
    with door.entered():
        for waiting, thread in enumerate(threads, start=1):
            thread.start()
            _wait_for_tickets(door, waiting)
    for thread in threads:
        thread.join()
    assert order == list(range(12))


def test_the_queue_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One more than may wait is refused, with a time after which to come back."""
    monkeypatch.setattr(gate, "MOST_WAITING", 2)
    door = Gate(tmp_path, places=1)
    threads = [threading.Thread(target=_enter, args=(door, threading.Event())) for _ in range(2)]
    with door.entered():
        for waiting, thread in enumerate(threads, start=1):
            thread.start()
            _wait_for_tickets(door, waiting)
        with pytest.raises(Busy) as refusal, door.entered():
            pass
        assert refusal.value.code == "store.crowded"
        assert refusal.value.details["retry_s"]
    for thread in threads:
        thread.join()


def test_tickets_of_the_dead_do_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tickets that killed processes left behind are removed before somebody is refused."""
    monkeypatch.setattr(gate, "MOST_WAITING", 2)
    door = Gate(tmp_path, places=1)
    for number in (1, 2):
        (tmp_path / f"ticket-{number:012}").touch()
    with door.entered():
        pass
    assert door._tickets() == []


def _wait_for_tickets(door: Gate, count: int) -> None:
    """Wait until so many wait."""
    end = time.monotonic() + 20
    while len(door._tickets()) != count:
        assert time.monotonic() < end
        time.sleep(0.002)
