# SPDX-License-Identifier: AGPL-3.0-or-later
"""Turn a contest's rows into the engine's arrays: the list of stations, and sheets beside it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hedgerow.engines.tally.frame import Frame
from hedgerow.engines.tally.layout import Values
from hedgerow.rooms.elections.models import Contest, OfficialResult, ReleasedSheet, Station
from hedgerow.rooms.elections.public_count import DISTRICT, REGION
from hedgerow.rooms.elections.sheets import as_rows, layout_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

    Sheets = QuerySet[ReleasedSheet] | QuerySet[OfficialResult]


@dataclass(frozen=True, eq=False)
class StationList:
    """Hold the stations of a contest, numbered as in the engine's frame.

    Args:
        ids: Row of each station.
        frame: Names, voters and groups.
    """

    ids: tuple[int, ...]
    frame: Frame

    def numbers(self) -> dict[int, int]:
        """Return the number of each station by its row."""
        return {row: number for number, row in enumerate(self.ids)}


def stations_of(contest: Contest) -> StationList:
    """Return the stations where a contest is held, in the order of their rows."""
    found = Station.objects.filter(election_id=contest.election_id).order_by("id")
    if contest.district_id is not None:
        found = found.filter(district_id=contest.district_id)
    rows = list(
        found.values_list("id", "name", "registered", "region", "district__key", "is_remote")
    )
    ids, names, registered, regions, districts, remote = (
        tuple(column) for column in (zip(*rows, strict=True) if rows else ((),) * 6)
    )
    groups = {}
    if any(regions):
        groups[REGION] = regions
    if any(districts):
        groups[DISTRICT] = tuple(key or "" for key in districts)
    frame = Frame.of(names, np.asarray(registered, np.int64), groups=groups)
    flags = np.asarray(remote, np.bool_)
    frame = Frame(
        names=frame.names, registered=frame.registered, groups=frame.groups, is_remote=flags
    )
    return StationList(ids, frame)


def sheet_rows(contest: Contest, stations: StationList, rows: "Sheets") -> Values:
    """Return released sheets or official results as (stations, columns) int32."""
    numbers = stations.numbers()
    found = {
        numbers[station]: values
        for station, values in rows.values_list("station_id", "values").iterator(chunk_size=5000)
        if station in numbers
    }
    return as_rows(layout_of(contest), found, stations=len(stations.ids))
