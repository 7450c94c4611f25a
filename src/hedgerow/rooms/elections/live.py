# SPDX-License-Identifier: AGPL-3.0-or-later
"""Show the headquarters what is counted, by a file in the memory that all processes share.

The caretaker writes it, pages read it; it never reaches a disk. It holds figures, stations and
numbers of codes: what the running server was handed to count, and nothing of a person.
"""

import hashlib
import io
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from hedgerow.engines.tally.layout import Flags, Ints, Values
from hedgerow.engines.tally.protocols import Protocols
from hedgerow.engines.tally.reports import Reports
from hedgerow.store.machine import machine

if TYPE_CHECKING:
    from hedgerow.rooms.elections.counting import ContestCount, ElectionCount

_CODES: Final = np.dtype(
    [
        ("code", "<i8"),
        ("station", "<i8"),
        ("minute", "<i8"),
        ("sheets", "<i4"),
        ("turnouts", "<i4"),
        ("events", "<i4"),
        ("held", "<i1"),
    ]
)
_EVENTS: Final = np.dtype(
    [
        ("code", "<i8"),
        ("version", "<i4"),
        ("minute", "<i8"),
        ("station", "<i8"),
        ("priority", "<i4"),
    ]
)


@dataclass(frozen=True, eq=False, kw_only=True)
class ContestSide:
    """Hold a contest as the headquarters sees it; stations are rows of `stations`.

    Attributes:
        stations: (stations,) rows of the public table.
        standing: (stations,) places in `engines.tally.protocols.STANDINGS`.
        observers: (stations,) how many reported.
        values: (stations, columns) of the protocols, MISSING where unknown.
        conflicts: (stations, columns) where observers differ and nobody has ruled.
        is_released: (stations,).
        has_second: (stations,) a second person has typed the sheet.
        broken: (stations,) a hard relation does not hold.
        is_odd: (stations,) a soft check says that somebody should look.
        reports: All that came, as `engines.tally.reports` has them.
    """

    stations: Ints
    standing: NDArray[np.int8]
    observers: Ints
    values: Values
    conflicts: Flags
    is_released: Flags
    has_second: Flags
    broken: Flags
    is_odd: Flags
    reports: Reports

    def place_of(self, station: int) -> int | None:
        """Return the place of a station by its row, or None where it is not in this contest."""
        at = int(np.searchsorted(self.stations, station))
        is_there = at < len(self.stations) and self.stations[at] == station
        return at if is_there else None


def side_of(contest: "ContestCount", protocols: Protocols, *, released: Flags) -> ContestSide:
    """Return a contest as the headquarters sees it."""
    open_conflict = (protocols.cells == 3) & ~protocols.is_ruled  # noqa: PLR2004 -- CONFLICT
    return ContestSide(
        stations=np.asarray(contest.stations.ids, np.int64),
        standing=protocols.standing,
        observers=protocols.observers,
        values=protocols.values,
        conflicts=open_conflict,
        is_released=released,
        has_second=contest.has_second,
        broken=protocols.checked.broken_hard,
        is_odd=protocols.checked.broken_soft,
        reports=contest.reports,
    )


@dataclass(frozen=True, eq=False, kw_only=True)
class Live:
    """Hold what the headquarters sees of an election.

    Attributes:
        minute: When it was counted.
        codes: One row for each code: code, station, minute, sheets, turnouts, events, held.
        events: What happened, the newest last: code, version, minute, station, priority.
        contests: By their rows.
    """

    minute: int
    codes: NDArray[np.void]
    events: NDArray[np.void]
    contests: dict[int, ContestSide]

    @classmethod
    def of(cls, count: "ElectionCount", contests: dict[int, ContestSide], *, minute: int) -> "Live":
        """Return an election as the headquarters sees it."""
        codes = [
            (number, one.station, one.minute, one.sheets, one.turnouts, one.events, one.held)
            for number, one in sorted(count.codes.items())
        ]
        events = [
            (one.code, one.version, one.minute, one.station, one.priority) for one in count.events
        ]
        return cls(
            minute=minute,
            codes=np.array(codes, _CODES),
            events=np.array(events, _EVENTS),
            contests=contests,
        )


def _path_of(name: str) -> Path:
    """Return where an election's file lies."""
    digest = hashlib.sha256(name.encode()).hexdigest()[:32]
    return machine().runtime / f"count-{digest}.npz"


def write(name: str, live: Live) -> None:
    """Put the file of an election into memory, whole or not at all."""
    arrays: dict[str, Any] = {
        "minute": np.array([live.minute]),
        "codes": live.codes,
        "events": live.events,
    }
    for number, side in live.contests.items():
        for field, value in vars(side).items():
            arrays[f"{number}.{field}"] = value
    content = io.BytesIO()
    np.savez(content, allow_pickle=False, **arrays)
    path = _path_of(name)
    fresh = path.with_suffix(".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content.getbuffer())
    fresh.replace(path)


@dataclass(slots=True)
class _Kept:
    """Hold what a process read last."""

    mark: tuple[str, int, int]
    live: Live


_kept: list[_Kept] = []


def read(name: str) -> Live | None:
    """Read the file of an election; None before the first count."""
    path = _path_of(name)
    try:
        state = path.stat()
        mark = (str(path), state.st_mtime_ns, state.st_ino)
        if _kept and _kept[0].mark == mark:
            return _kept[0].live
        with np.load(path, allow_pickle=False) as arrays:
            found = {field: arrays[field] for field in arrays.files}
    except FileNotFoundError:
        return None
    sides: dict[int, dict[str, Any]] = {}
    for field, value in found.items():
        number, dot, rest = field.partition(".")
        if dot:
            sides.setdefault(int(number), {})[rest] = value
    live = Live(
        minute=int(found["minute"][0]),
        codes=found["codes"],
        events=found["events"],
        contests={number: ContestSide(**fields) for number, fields in sides.items()},
    )
    _kept[:] = [_Kept(mark, live)]
    return live
