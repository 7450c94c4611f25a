# SPDX-License-Identifier: AGPL-3.0-or-later
"""Show the headquarters what is counted: the caretaker shares it in memory, pages read it.

It holds figures, stations and numbers of codes: what the running server was handed to count,
and nothing of a person.
"""

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from hedgerow.engines.tally.layout import Flags, Ints, Values
from hedgerow.engines.tally.protocols import Protocols
from hedgerow.engines.tally.reports import Reports
from hedgerow.store import sharing

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


def _shared_name(name: str) -> str:
    """Return the name under which the count of an election is shared."""
    return f"count {name}"


def write(name: str, live: Live) -> None:
    """Share what is counted of an election, in place of what was shared before."""
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
    sharing.share(_shared_name(name), content.getvalue())


def _parse(content: bytes) -> Live:
    """Read what was written."""
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        found = {field: arrays[field] for field in arrays.files}
    sides: dict[int, dict[str, Any]] = {}
    for field, value in found.items():
        number, dot, rest = field.partition(".")
        if dot:
            sides.setdefault(int(number), {})[rest] = value
    return Live(
        minute=int(found["minute"][0]),
        codes=found["codes"],
        events=found["events"],
        contests={number: ContestSide(**fields) for number, fields in sides.items()},
    )


def read(name: str) -> Live | None:
    """Read what is counted of an election; None before the first count."""
    return sharing.shared(_shared_name(name), _parse)
