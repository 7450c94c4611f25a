# SPDX-License-Identifier: AGPL-3.0-or-later
"""Write the sheets that were released, and the count, as rows that everybody may read."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from hedgerow.engines.tally.layout import Flags, Values
from hedgerow.engines.tally.protocols import Protocols
from hedgerow.rooms.elections.frames import sheet_rows
from hedgerow.rooms.elections.models import BY_HAND, BY_RULE, Count, ReleasedSheet
from hedgerow.rooms.elections.sheets import as_values, canonical_text, digest_of
from hedgerow.store.database import in_turn

if TYPE_CHECKING:
    from hedgerow.rooms.elections.counting import ContestCount

_AT_ONCE: Final = 1_000
_MINUTES_AN_HOUR: Final = 60
_CHANGING: Final = ("values", "digest", "by", "versions", "hour")


class Written:
    """Know which sheets of a contest stand in public rows, so that only changes are written.

    Attributes:
        values: (stations, columns) as they stand there.
        is_there: (stations,).
    """

    def __init__(self, contest: "ContestCount") -> None:
        """Read what stands there."""
        rows = ReleasedSheet.objects.filter(contest=contest.contest)
        self.values: Values = sheet_rows(contest.contest, contest.stations, rows)
        self.is_there: Flags = np.zeros(len(contest.stations.ids), np.bool_)
        numbers = [contest.numbers[row.station_id] for row in rows]
        self.is_there[numbers] = True


def _some(places: Sequence[int]) -> Iterator[Sequence[int]]:
    """Yield some places at a time: each is a transaction, and others write in between."""
    for start in range(0, len(places), _AT_ONCE):
        yield places[start : start + _AT_ONCE]


def write(
    contest: "ContestCount",
    protocols: Protocols,
    *,
    written: Written,
    released: Flags,
    minute: int,
) -> None:
    """Write the sheets that are released, and take back those that are so no more.

    Args:
        contest: Whose they are.
        protocols: One for each station.
        written: What stands there; it is kept true.
        released: (stations,) whose sheets everybody may see.
        minute: The present one.
    """
    differs = (protocols.values != written.values).any(axis=1)
    fresh = np.flatnonzero(released & (differs | ~written.is_there)).tolist()
    gone = np.flatnonzero(written.is_there & ~released).tolist()
    versions = np.bincount(contest.reports["station"], minlength=len(released))
    for some in _some(fresh):
        rows = [
            _row(contest, protocols, station=station, versions=int(versions[station]))
            for station in some
        ]
        for row in rows:
            row.hour = minute // _MINUTES_AN_HOUR
        with in_turn():
            ReleasedSheet.objects.bulk_create(
                rows,
                update_conflicts=True,
                unique_fields=["contest", "station"],
                update_fields=_CHANGING,
            )
        written.values[some] = protocols.values[some]
        written.is_there[some] = True
    for some in _some(gone):
        ids = [contest.stations.ids[station] for station in some]
        with in_turn():
            ReleasedSheet.objects.filter(contest=contest.contest, station_id__in=ids).delete()
        written.is_there[some] = False


def _row(
    contest: "ContestCount", protocols: Protocols, *, station: int, versions: int
) -> ReleasedSheet:
    """Return the public row of a station's sheet."""
    values = as_values(contest.layout, protocols.values[station])
    text = canonical_text(
        election=contest.contest.election_id,
        contest=contest.contest.key,
        station=contest.stations.frame.names[station],
        values=values,
    )
    return ReleasedSheet(
        contest=contest.contest,
        station_id=contest.stations.ids[station],
        values=values,
        digest=digest_of(text),
        by=BY_HAND if contest.is_by_hand(station) else BY_RULE,
        versions=versions,
        hour=0,
    )


def write_count(counted: Count) -> None:
    """Write what the public page shows of a contest, in place of what it showed before."""
    fields = {"minute": counted.minute, "result": counted.result}
    with in_turn():
        Count.objects.update_or_create(contest=counted.contest, defaults=fields)
