# SPDX-License-Identifier: AGPL-3.0-or-later
"""Time a night over 250 MiB of lockers, the pauses of a writer beside it, and single writes."""

import gc
import os
import select
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.harness import Figure

if TYPE_CHECKING:
    from tests.instances import Vault

LARGE, SMALL, BODIES = 21_200, 38_000, 4_000
BATCH = 400
BODY_BYTES = 4_000
KEY = b"k" * 32
WRITES = 500


def run() -> Iterator[Figure]:
    """Build an instance on the disk, hold nights, and yield the figures."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hedgerow.site.settings")
    import django  # noqa: PLC0415 -- the settings are named first

    django.setup()
    from tests.instances import open_vault  # noqa: PLC0415 -- needs Django

    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        os.environ["HEDGEROW_HOME"] = folder
        with open_vault(Path(folder) / "home") as vault:
            _fill()
            yield from _single_writes()
            size = (vault.home / "data" / "hedgerow.sqlite3").stat().st_size
            yield Figure(figure="size", value=size / 2**20, unit="MiB")
            yield from _nights(vault)


def _tag(number: int) -> bytes:
    return number.to_bytes(32, "big")


def _fill() -> None:
    """Write as many rows as a movement of ten thousand has."""
    from hedgerow.store.writing import Transaction, in_writing  # noqa: PLC0415 -- needs Django

    for start in range(0, max(LARGE, SMALL), BATCH):

        def act(tx: Transaction, start: int = start) -> None:
            for number in range(start, start + BATCH):
                if number < LARGE:
                    tx.put_large(_tag(number), b"text", key=KEY)
                if number < SMALL:
                    tx.put_small(_tag(number), b"text", key=KEY)
                if number < BODIES:
                    box = os.urandom(BODY_BYTES)
                    tx.put_body(int.from_bytes(os.urandom(8), "big") >> 2, box)

        in_writing(act)


def _write(number: int) -> float:
    """Write one locker and one body durably and return the seconds it took."""
    from hedgerow.store.writing import Transaction, in_writing  # noqa: PLC0415 -- needs Django

    def act(tx: Transaction) -> None:
        tx.put_large(_tag(10**9 + number), b"text", key=KEY)
        tx.put_body(int.from_bytes(os.urandom(8), "big") >> 2, b"b" * 1000)

    start = time.perf_counter()
    in_writing(act)
    return time.perf_counter() - start


def _single_writes() -> Iterator[Figure]:
    """Time single writes while nothing else goes on; the longest tells how even the disk is."""
    times = [_write(number) for number in range(WRITES)]
    median, longest = statistics.median(times) * 1000, max(times) * 1000
    yield Figure(figure="one durable write, median", value=median, unit="ms")
    yield Figure(figure="one durable write, longest", value=longest, unit="ms")


def _pauses_beside(vault: "Vault") -> list[float]:
    """Hold a night beside a writer that never rests, and return the seconds of its writes.

    The writer is a process of its own, as a worker is beside the caretaker.
    """
    reading, writing = os.pipe()
    stop_reading, stop_writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(stop_writing)
        try:
            vault.reopen()
            number = WRITES
            while not select.select([stop_reading], [], [], 0.01)[0]:
                number += 1
                os.write(writing, b"%.6f\n" % _write(number))
        finally:
            os._exit(0)
    os.close(writing)
    vault.night()
    os.close(stop_writing)
    with os.fdopen(reading) as lines:
        pauses = [float(line) for line in lines]
    os.waitpid(child, 0)
    return pauses


def _nights(vault: "Vault") -> Iterator[Figure]:
    """Time a night alone, then one beside a writer that never rests."""
    gc.collect()
    start = time.perf_counter()
    vault.night()
    seconds = time.perf_counter() - start
    yield Figure(figure="night of 250 MiB", value=seconds, unit="s", bound=15)
    pauses = _pauses_beside(vault)
    yield Figure(figure="writes beside the night", value=len(pauses), unit="writes")
    yield Figure(
        figure="pause of a writer, median", value=statistics.median(pauses) * 1000, unit="ms"
    )
    yield Figure(
        figure="pause of a writer, longest", value=max(pauses) * 1000, unit="ms", bound=100
    )
