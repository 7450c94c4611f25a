# SPDX-License-Identifier: AGPL-3.0-or-later
"""Carry the small drill out: plant in a process that is killed, then play the adversary.

The process that plants has its standard streams and its temporary files in the folder that
is searched. It ends by SIGKILL, with nothing closed or flushed; what it planted comes back
through a pipe, in memory.
"""

import os
import signal
import sys
import tempfile
import traceback
from collections.abc import Iterable
from dataclasses import astuple
from pathlib import Path
from typing import Any, Final

import msgspec
from django.conf import settings

from hedgerow.drill.browser import Browser
from hedgerow.drill.canaries import Aviary, Canary
from hedgerow.drill.plant import Planting, Refusal, plant
from hedgerow.drill.report import Report
from hedgerow.drill.schema import Seized, column_faults, learned
from hedgerow.drill.search import files_in, search
from hedgerow.site.logs import configure
from hedgerow.store import machine as machines
from hedgerow.store.codes_api import spell_boot, spell_code
from hedgerow.store.founding import found
from hedgerow.store.instance import Costs, Instance
from hedgerow.store.night import run_night
from hedgerow.store.runtime import empty, runtime_directory
from hedgerow.store.system import SystemClock, system_random

HOME: Final = "home"
LOG: Final = "logs/serve.log"
TEMPORARY: Final = "tmp"
_PIECE: Final = 65_536


class Told(msgspec.Struct):
    """Hold what the process that planted tells before it is killed."""

    boot_key: bytes
    raw: list[tuple[Any, ...]]
    phrases: dict[str, str]
    seen_fields: set[tuple[str, str]]

    @property
    def canaries(self) -> list[Canary]:
        """Return what was planted; values are text or bytes, which a schema cannot say."""
        return [
            Canary(name, value, (place[0], place[1]), person, path)
            for name, value, place, person, path in self.raw
        ]


def run(folder: Path, *, costs: Costs) -> Report:
    """Make an instance in a folder, plant, kill, search, read back, hold a night, search again.

    Args:
        folder: Empty or not there; Django's settings must name its `home` already.
        costs: How dear a guess is.

    Raises:
        Refusal: A page did not do what the drill relies on.
    """
    for path in (folder / HOME, (folder / LOG).parent, folder / TEMPORARY):
        path.mkdir(mode=0o700, parents=True)
    try:
        return _drilled(folder, costs)
    finally:
        machines.close()
        empty(runtime_directory(folder / HOME))


def _drilled(folder: Path, costs: Costs) -> Report:
    """Plant, search, read back, and search again."""
    told = _plant_and_kill(folder, costs)
    files = {str(one.relative_to(folder)): one.stat().st_size for one in files_in(folder)}
    finds = search(folder, told.canaries)
    seized = Seized(folder / HOME / machines.DATA / "hedgerow.sqlite3")
    faults, learns = column_faults(seized), learned(seized, files=files)
    machines.open_with(folder / HOME, told.boot_key)
    unread = _read_back(told)
    run_night(is_confirmed=True)
    finds += search(folder, told.canaries)
    return Report(
        planted=len(told.canaries),
        accepted=sum(one.is_accepted for one in told.canaries),
        unread=tuple(unread),
        finds=tuple(dict.fromkeys(finds)),
        column_faults=tuple(faults),
        columns=len(seized.columns()),
        learns=learns,
        seen_fields=frozenset(told.seen_fields),
        planted_fields=frozenset(one.planted_in for one in told.canaries),
    )


def _plant_and_kill(folder: Path, costs: Costs) -> Told:
    """Plant in a process of its own and wait until it was killed."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _be_killed(folder, costs, writing)
    os.close(writing)
    pieces: list[bytes] = []
    while piece := os.read(reading, _PIECE):
        pieces.append(piece)
    os.close(reading)
    os.waitpid(child, 0)
    try:
        return msgspec.msgpack.decode(b"".join(pieces), type=Told)
    except msgspec.DecodeError as error:
        raise Refusal("planting", (folder / LOG).read_text(encoding="utf-8")) from error


def _be_killed(folder: Path, costs: Costs, writing: int) -> None:
    """Plant, tell what was planted, and end by SIGKILL whatever happens."""
    try:
        _use_folder(folder)
        told = msgspec.msgpack.encode(_planted(folder / HOME, costs))
        while told:
            told = told[os.write(writing, told) :]
    finally:
        if sys.exception() is not None:
            traceback.print_exc()
            sys.stderr.flush()
        os.kill(os.getpid(), signal.SIGKILL)


def _use_folder(folder: Path) -> None:
    """Let everything this process writes without thinking land in the folder."""
    log = os.open(folder / LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for stream, number in ((sys.stdout, 1), (sys.stderr, 2)):
        stream.flush()
        os.dup2(log, number)
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 -- lasts as long as the process
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 -- open to the end
    # Handlers hold the stream they were made with.
    configure(settings.LOGGING)
    temporary = folder / TEMPORARY
    os.environ["TMPDIR"] = str(temporary)
    tempfile.tempdir = str(temporary)


def _planted(home: Path, costs: Costs) -> Told:
    """Found an instance, open it and plant."""
    founding = found(
        home, Instance(costs=costs), holders=1, clock=SystemClock(), random=system_random
    )
    aviary = Aviary(system_random)
    aviary.keep(
        Canary("boot key", founding.boot_key),
        Canary("boot words", spell_boot(founding.boot[0], language="en")),
        Canary("night key", machines.machine().ring.night_key),
    )
    words = spell_code(founding.founder, kind="invitation", language="en")
    planting: Planting = plant(words, aviary)
    raw = [astuple(one) for one in aviary.canaries]
    return Told(founding.boot_key, raw, planting.phrases, planting.seen_fields)


def _read_back(told: Told) -> Iterable[str]:
    """Yield what pages took and no member can read, coming in anew."""
    browsers: dict[str, Browser] = {}
    for person, words in told.phrases.items():
        browsers[person] = Browser()
        browsers[person].send("/enter/", words=words)
    pages: dict[tuple[str, str], bytes] = {}
    unread: list[str] = []
    for canary in told.canaries:
        if not canary.is_accepted:
            continue
        place = (canary.person, canary.path)
        if place not in pages:
            pages[place] = browsers[canary.person].open(canary.path).body
        value = canary.value
        if (value.encode() if isinstance(value, str) else value) not in pages[place]:
            unread.append(canary.name)
    return unread
