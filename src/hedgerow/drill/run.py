# SPDX-License-Identifier: AGPL-3.0-or-later
"""Carry the drill out: plant, seize, search, read back, erase, search again, try to open."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from hedgerow.drill import linking
from hedgerow.drill.backups import EARLIER, LATER, back_up, back_ups_in
from hedgerow.drill.disk import Contents, Disk, plain_disk, raw_disk
from hedgerow.drill.erasure import Erasure, attempt, opened_in
from hedgerow.drill.plant import FULL, Size
from hedgerow.drill.report import Report
from hedgerow.drill.rooms.members import LEAVER, erase_and_remove
from hedgerow.drill.schema import Seized, column_faults, learned
from hedgerow.drill.search import Find, Searcher, files_in
from hedgerow.drill.seizing import Seizing, begin, ring_keys
from hedgerow.drill.service import Place
from hedgerow.engines.vault.night import FIRST_KEYRING_WEEKS
from hedgerow.engines.vault.ring import Ring
from hedgerow.store.instance import Costs
from hedgerow.store.machine import DATA
from hedgerow.store.runtime import runtime_directory

Progress = Callable[[str], None]
#: What follows the address of a file where its content is read.
_CONTENT: Final = "open/"
#: So that the night after the restart delivers first keyrings, too.
_LATER_DAYS: Final = 7 * FIRST_KEYRING_WEEKS
_NIGHT: Final = {"ask": "night", "confirm": True}


@dataclass(frozen=True, slots=True)
class Plan:
    """Say how the drill is carried out.

    Attributes:
        size: How much is planted.
        costs: How dear a guess is.
        is_raw: Whether the raw blocks of a file system of its own are searched.
        linkage: The world in which linkage is measured, or None.
        leak: The name of a leak that is made to the service, or nothing.
    """

    size: Size = FULL
    costs: Costs = field(default_factory=Costs)
    is_raw: bool = False
    linkage: linking.Size | None = "full"
    leak: str = ""


@dataclass(slots=True)
class Outcome:
    """Collect what comes out on the way.

    Attributes:
        finds: What was found.
        unread: What could not be read back.
        seconds: How long each part took.
    """

    finds: list[Find] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def timed(self, what: str, progress: Progress) -> Iterator[None]:
        """Say what is being done, and note how long it took."""
        progress(what)
        start = time.monotonic()
        yield
        self.seconds[what] = self.seconds.get(what, 0) + round(time.monotonic() - start, 1)


def run(folder: Path, plan: Plan, *, progress: Progress) -> Report:
    """Carry the drill out in a folder that is empty or not there.

    Raises:
        Refusal: A page did not do what the drill relies on.
        ServiceFailed: The service did not.
        NoRawDisk: Raw blocks were asked for and cannot be looked at here.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (raw_disk if plan.is_raw else plain_disk)(folder) as disk:
        report = _drilled(disk, folder / "copy", plan, progress)
    report.linkage = linking.measure(plan.linkage, progress=progress) if plan.linkage else None
    return report


def _drilled(disk: Disk, scratch: Path, plan: Plan, progress: Progress) -> Report:
    """Carry out everything but the measurement of linkage."""
    outcome, place = Outcome(), Place(disk.root, leak=plan.leak)
    with outcome.timed("Planting", progress):
        seizing = begin(place, place.found(plan.costs), plan.size)
    try:
        runtime = str(runtime_directory(place.home))
        made, strays = back_up(place, EARLIER), seizing.serving.strays()
        seizing.seize(scratch)
        with outcome.timed("Searching after the kill", progress):
            outcome.finds += _found(seizing, disk)
        before = _database_bytes(place)
        seized = Seized(place.database)
        files = {str(one.relative_to(disk.root)): one.stat().st_size for one in files_in(disk.root)}
        faults, learns = column_faults(seized), learned(seized, files=files)
        old = seizing.ring()
        with outcome.timed("Reading back", progress):
            seizing.restart(days=_LATER_DAYS)
            outcome.unread += seizing.unread()
        delivered, made_later = _erased(seizing, outcome, progress)
        with outcome.timed("Searching after a night", progress):
            outcome.finds += _found(seizing, disk)
        with outcome.timed("Trying to open what was erased", progress):
            erasure = _attempted(seizing, disk, old=old, before=before)
    finally:
        seizing.serving.kill()
    return Report(
        planted=len(seizing.planting.aviary.canaries),
        drawn=len(seizing.keys),
        accepted=sum(one.is_accepted for one in seizing.planting.aviary.canaries),
        unread=tuple(outcome.unread),
        finds=tuple(dict.fromkeys(outcome.finds)),
        column_faults=tuple(faults),
        columns=len(seized.columns()),
        learns={**learns, "in_memory_only": runtime, "back_up": made, "later_back_up": made_later},
        erasure=erasure,
        delivered=delivered,
        is_raw=plan.is_raw,
        strays=strays,
        statuses=dict(sorted(seizing.planting.statuses.items())),
        seconds=outcome.seconds,
        seen_fields=frozenset(seizing.planting.seen_fields),
        planted_fields=frozenset(one.planted_in for one in seizing.planting.aviary.canaries),
    )


def _erased(seizing: Seizing, outcome: Outcome, progress: Progress) -> tuple[int, str]:
    """Erase, hold a night, make another back-up, and kill the service again.

    Returns:
        How many keyrings the night delivered, and what came of the back-up.
    """
    with outcome.timed("Erasing, and a night", progress):
        erase_and_remove(seizing.planting)
        delivered: int = seizing.serving.ask(_NIGHT)["delivered"]
        made = back_up(seizing.place, LATER)
    seizing.serving.kill()
    seizing.keys += ring_keys(seizing.ring())
    return delivered, made


def _found(seizing: Seizing, disk: Disk) -> list[Find]:
    """Search everything at rest: files, opened rows, and raw blocks where there are any."""
    searcher = Searcher(seizing.canaries)
    finds = seizing.search(searcher)
    if disk.image is not None:
        os.sync()
        with disk.off():
            finds += disk.search(searcher)
    return finds


def _database_bytes(place: Place) -> list[bytes]:
    """Return the bytes of database and log: what old blocks of them would hold."""
    return [one.read_bytes() for one in sorted((place.home / DATA).glob("hedgerow.sqlite3*"))]


def _attempted(seizing: Seizing, disk: Disk, *, old: Ring, before: list[bytes]) -> Erasure:
    """Try to open what was erased, from all bytes there are and ever were."""
    records: dict[str, list[bytes]] = {path: [] for path in seizing.planting.lost}
    for canary in seizing.planting.aviary.canaries:
        path = canary.path.removesuffix(_CONTENT)
        if path in records:
            records[path].append(canary.data)
    boot_key, spaces = seizing.founded.boot_key, seizing.insight[LEAVER]["spaces"]
    in_back_ups = {
        copy.name: opened_in(copy, spaces=spaces, words=records)
        for copy in back_ups_in(seizing.place, boot_key)
    }
    with disk.off():
        found = attempt(
            Contents(disk.root) if disk.image is None else disk.extents(),
            earlier=before,
            old=old,
            boot_key=boot_key,
            spaces=spaces,
            words=records,
        )
    return replace(found, in_earlier=in_back_ups.get(EARLIER), in_later=in_back_ups.get(LATER))
