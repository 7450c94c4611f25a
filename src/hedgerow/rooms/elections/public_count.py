# SPDX-License-Identifier: AGPL-3.0-or-later
"""Make what the public page shows of a count, as plain values that a row can hold.

Only released sheets are added up; of all others the page says how many there are and why they
are not counted.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import msgspec
import numpy as np

from hedgerow.engines.tally.bounds import bounds
from hedgerow.engines.tally.count import Count, count_votes
from hedgerow.engines.tally.frame import Frame, Labels
from hedgerow.engines.tally.layout import MISSING, Flags, Values
from hedgerow.engines.tally.protocols import (
    ABSENT,
    HELD_BACK,
    IN_CONFLICT,
    INCOMPLETE,
    NO_REPORT,
    RELATION_BROKEN,
    Protocols,
)

#: Kinds of group that the frame of an election has.
REGION, DISTRICT = "region", "district"


class OptionResult(msgspec.Struct, frozen=True, kw_only=True):
    """Hold what is known of one option.

    Args:
        key: Of the option.
        votes: Counted.
        low: Share of all ballots if none of those unseen were for it; None without any.
        high: Share if all of them were.
    """

    key: str
    votes: int
    low: float | None
    high: float | None


class PartResult(msgspec.Struct, frozen=True, kw_only=True):
    """Hold what is known of one region or district.

    Args:
        name: Of the region, or key of the district; empty for stations without one.
        stations: On the list.
        counted: Of them.
        registered: Voters on the list.
        registered_counted: Voters of the stations counted.
        ballots: Counted.
        votes: Of each option, in the order of the ballot.
    """

    name: str
    stations: int
    counted: int
    registered: int
    registered_counted: int
    ballots: int
    votes: tuple[int, ...]


class HourResult(msgspec.Struct, frozen=True, kw_only=True):
    """Hold the turnout of one hour where observers gave it.

    Args:
        hour: Of the day.
        stations: That were heard of.
        registered: Voters of these.
        voted: Of them.
    """

    hour: int
    stations: int
    registered: int
    voted: int


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """Hold what the public page shows of a contest.

    Args:
        options: In the order of the ballot.
        ballots: Counted.
        valid: Of them with a vote for an option.
        stations: On the list.
        counted: Of them.
        registered: Voters on the list.
        registered_counted: Voters of the stations counted.
        certain_leader: Key of the option that leads whatever the rest says, or none.
        regions: Sorted by name.
        districts: Sorted by key.
        turnout: By the hour.
        heard: Stations from which a sheet came.
        waiting: Of them with a sheet that would count but is not released.
        broken: Of them held back since a relation is broken.
        conflicts: Of them where observers differ.
        incomplete: Of them where a figure lacks.
        held: Of them held back by the headquarters.
        accepted: Counted although a relation is broken, which somebody accepted.
        unchecked: Counted although a relation cannot be checked, since a line lacks.
    """

    options: tuple[OptionResult, ...]
    ballots: int
    valid: int
    stations: int
    counted: int
    registered: int
    registered_counted: int
    certain_leader: str | None
    regions: tuple[PartResult, ...]
    districts: tuple[PartResult, ...]
    turnout: tuple[HourResult, ...]
    heard: int
    waiting: int
    broken: int
    conflicts: int
    incomplete: int
    held: int
    accepted: int
    unchecked: int


def encode(result: Result) -> dict[str, Any]:
    """Return a result as a row holds it."""
    plain: dict[str, Any] = msgspec.to_builtins(result)
    return plain


def decode(plain: Any) -> Result:
    """Return the result that a row holds."""
    return msgspec.convert(plain, Result)


def result_of(
    protocols: Protocols,
    frame: Frame,
    *,
    released: Flags | None = None,
    turnout: Mapping[int, Values] | None = None,
) -> Result:
    """Make what everybody may see.

    Args:
        protocols: One for each station of the frame, released or not.
        frame: The stations of the contest, in groups "region" and "district" where they have
            any.
        released: (stations,) whose sheets are released; None for all that count.
        turnout: Hour of the day → (stations,) how many had voted by then, MISSING where nobody
            said.
    """
    is_public = protocols.counts if released is None else protocols.counts & released
    shown = _only(protocols, is_public)
    regions = _parts(shown, frame, kind=REGION)
    count = count_votes(shown, frame=frame, strata=Labels.all_one(len(frame)))
    standing = protocols.standing
    return Result(
        options=_options(count),
        ballots=count.all_ballots,
        valid=int(count.totals.sum()),
        stations=len(frame),
        counted=int(count.counted.sum()),
        registered=int(count.registered.sum()),
        registered_counted=int(count.registered_counted.sum()),
        certain_leader=_bounds(count)[2],
        regions=regions,
        districts=_parts(shown, frame, kind=DISTRICT),
        turnout=tuple(_hour(frame, hour, said) for hour, said in sorted((turnout or {}).items())),
        heard=int((standing != NO_REPORT).sum()),
        waiting=int((protocols.counts & ~is_public).sum()),
        broken=int((standing == RELATION_BROKEN).sum()),
        conflicts=int((standing == IN_CONFLICT).sum()),
        incomplete=int((standing == INCOMPLETE).sum()),
        held=int((standing == HELD_BACK).sum()),
        accepted=count.accepted,
        unchecked=count.unchecked,
    )


def _only(protocols: Protocols, which: Flags) -> Protocols:
    """Keep some protocols; the others are as if nobody had sent anything."""
    hidden = ~which
    values, cells = protocols.values.copy(), protocols.cells.copy()
    values[hidden], cells[hidden] = MISSING, ABSENT
    return replace(
        protocols,
        values=values,
        cells=cells,
        is_ruled=protocols.is_ruled & which[:, None],
        observers=np.where(which, protocols.observers, 0),
        held=np.where(which, protocols.held, 0),
    )


def _bounds(count: Count) -> tuple[list[float | None], list[float | None], str | None]:
    """Return least and most share of every option, and who leads for certain."""
    found = bounds(
        count.options,
        votes=count.totals,
        ballots=count.all_ballots,
        unseen=count.uncounted_registered,
    )
    low = [None if np.isnan(one) else float(one) for one in found.low]
    high = [None if np.isnan(one) else float(one) for one in found.high]
    return low, high, found.certain_leader


def _options(count: Count) -> tuple[OptionResult, ...]:
    """Return votes and bounds of every option."""
    low, high, _ = _bounds(count)
    return tuple(
        OptionResult(key=key, votes=int(votes), low=least, high=most)
        for key, votes, least, most in zip(count.options, count.totals, low, high, strict=True)
    )


def _parts(shown: Protocols, frame: Frame, *, kind: str) -> tuple[PartResult, ...]:
    """Return what is known of each region or district."""
    if kind not in frame.groups:
        return ()
    count = count_votes(shown, frame=frame, strata=frame.group(kind))
    return tuple(
        PartResult(
            name=name,
            stations=int(count.stations[at]),
            counted=int(count.counted[at]),
            registered=int(count.registered[at]),
            registered_counted=int(count.registered_counted[at]),
            ballots=int(count.ballots[at]),
            votes=tuple(count.votes[at].tolist()),
        )
        for at, name in enumerate(count.strata)
    )


def _hour(frame: Frame, hour: int, said: Values) -> HourResult:
    """Return the turnout of one hour where it is known."""
    known = said != MISSING
    return HourResult(
        hour=hour,
        stations=int(known.sum()),
        registered=int(frame.registered[known].sum()),
        voted=int(said[known].sum()),
    )
