# SPDX-License-Identifier: AGPL-3.0-or-later
"""Set released sheets beside official results, and keep what was found for a minute in memory.

All of it is made of public rows, so what is kept tells nothing that a page does not.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, TypeVar, cast

import numpy as np
from django.db import connection
from django.db.models import Count as Counted
from django.db.models import Max

from hedgerow.engines.tally.bounds import Bounds, bounds
from hedgerow.engines.tally.comparison import Comparison, compare
from hedgerow.engines.tally.coverage import CoverageBias, Official, coverage_bias
from hedgerow.engines.tally.layout import MISSING, Flags, Ints, Layout, Values
from hedgerow.engines.tally.remote import District, mean_difference, remote_against_paper
from hedgerow.kernel.clock import minute_now
from hedgerow.rooms.elections.frames import StationList, sheet_rows, stations_of
from hedgerow.rooms.elections.models import Contest, OfficialResult, ReleasedSheet
from hedgerow.rooms.elections.public_count import DISTRICT, REGION
from hedgerow.rooms.elections.sheets import layout_of
from hedgerow.store.system import SystemClock

#: Said on the page, so that anybody can draw the same stations again.
SEED: Final = 1
_KEPT_S: Final = 60
_MOST_KEPT: Final = 12
T = TypeVar("T")

_kept: Final[OrderedDict[tuple[object, ...], object]] = OrderedDict()
_lock: Final = threading.RLock()


@dataclass(frozen=True, eq=False)
class Evidence:
    """Hold what is known of a contest: stations, released sheets, official results.

    Args:
        stations: In the order of the rows below.
        layout: Which column holds what.
        sheets: (stations, columns) int32, MISSING where nothing was released.
        official: (stations, columns) int32, MISSING where nothing was published.
        minute: When it was read.
    """

    stations: StationList
    layout: Layout
    sheets: Values
    official: Values
    minute: int

    @cached_property
    def votes(self) -> Ints:
        """Return official votes: (stations, options) int64, MISSING where not published."""
        return self.official[:, self.layout.votes].astype(np.int64)

    @cached_property
    def is_known(self) -> Flags:
        """Tell of which stations a sheet with all votes was released: (stations,)."""
        found: Flags = (self.sheets[:, self.layout.votes] != MISSING).all(axis=1)
        return found

    @cached_property
    def is_official(self) -> Flags:
        """Tell of which stations all votes were published: (stations,)."""
        found: Flags = (self.votes != MISSING).all(axis=1)
        return found


@dataclass(frozen=True, eq=False, kw_only=True)
class Differences:
    """Hold how released sheets differ from official results, and what that bears.

    Args:
        evidence: What was compared.
        comparison: Station by station.
        sums: Votes of each option by the sheets and by the official results, over stations where
            both are known: (2, options).
        ballots: The same of ballots found: (2,).
        bias: How unlike covered stations are, by option.
        bounds: Of the whole result under three assumptions about the other stations: their
            official figures are right; only their ballots are; nothing is known but voters.
    """

    evidence: Evidence
    comparison: Comparison
    sums: Ints
    ballots: Ints
    bias: tuple[CoverageBias, ...]
    bounds: tuple[Bounds, Bounds, Bounds]


def kept(kind: str, contest: Contest, make: Callable[[], T]) -> T:
    """Return what was made of a contest's rows less than a minute ago, or make it.

    Rows that were added since make it anew at once; a changed one may take that minute.
    """
    figures = [
        rows.filter(contest=contest).aggregate(Counted("id"), Max("id")).values()
        for rows in (ReleasedSheet.objects, OfficialResult.objects)
    ]
    place = (connection.settings_dict["NAME"], kind, contest.pk)
    key = (*place, *(tuple(one) for one in figures), contest.option_keys, _age())
    with _lock:
        if key not in _kept:
            for old in [one for one in _kept if one[:3] == place]:
                del _kept[old]
            _kept[key] = make()
            while len(_kept) > _MOST_KEPT:
                _kept.popitem(last=False)
        _kept.move_to_end(key)
        return cast("T", _kept[key])


def _age() -> int:
    """Count the minutes since the machine started."""
    return int(time.monotonic() // _KEPT_S)


def evidence_of(contest: Contest) -> Evidence:
    """Return what is known of a contest, read less than a minute ago."""
    return kept("evidence", contest, lambda: evidence_now(contest))


def minute_of_reading() -> int:
    """Return the present minute, also while the instance is closed."""
    return minute_now(SystemClock())


def evidence_now(contest: Contest) -> Evidence:
    """Read what is known of a contest at this moment."""
    stations = stations_of(contest)
    sheets = ReleasedSheet.objects.filter(contest=contest)
    official = OfficialResult.objects.filter(contest=contest)
    return Evidence(
        stations=stations,
        layout=layout_of(contest),
        sheets=sheet_rows(contest, stations, sheets),
        official=sheet_rows(contest, stations, official),
        minute=minute_of_reading(),
    )


def differences_of(contest: Contest) -> Differences:
    """Compare released sheets with official results."""
    found = evidence_of(contest)
    layout, both = found.layout, found.is_known & found.is_official
    ours = (layout, found.sheets)
    theirs = (layout, found.official)
    sides = [one[both][:, layout.votes].sum(axis=0) for one in (found.sheets, found.official)]
    ballots = [
        layout.role(one[both], of="ballots").clip(0).sum() for one in (found.sheets, found.official)
    ]
    return Differences(
        evidence=found,
        comparison=compare(ours, theirs, which=found.is_known),
        sums=np.array(sides, np.int64),
        ballots=np.array(ballots, np.int64),
        bias=tuple(_bias(found, at) for at in range(len(layout.options))),
        bounds=_bounds(found),
    )


def _bias(found: Evidence, option: int) -> CoverageBias:
    """Say how unlike the paper stations are of which sheets were released."""
    there = found.is_official & ~found.stations.frame.is_remote
    roles = {
        name: found.layout.role(found.official, of=name)[there].clip(0)
        for name in ("issued", "ballots")
    }
    figures = Official(
        registered=found.stations.frame.registered[there],
        issued=roles["issued"],
        ballots=roles["ballots"],
        votes=found.votes[there, option],
    )
    return coverage_bias(figures, covered=found.is_known[there])


def _bounds(found: Evidence) -> tuple[Bounds, Bounds, Bounds]:
    """Bound the whole result under three assumptions about stations without a sheet."""
    layout, known = found.layout, found.is_known
    ours = found.sheets[known][:, layout.votes].astype(np.int64).sum(axis=0)
    ballots = int(layout.role(found.sheets[known], of="ballots").clip(0).sum())
    rest = ~known & found.is_official
    theirs = found.votes[rest].sum(axis=0)
    others = int(layout.role(found.official[rest], of="ballots").clip(0).sum())
    voters = int(found.stations.frame.registered[~known].sum())
    options = layout.options
    return (
        bounds(options, votes=ours + theirs, ballots=ballots + others, unseen=0),
        bounds(options, votes=ours, ballots=ballots, unseen=others),
        bounds(options, votes=ours, ballots=ballots, unseen=voters),
    )


def remote_of(contest: Contest, option: str) -> tuple[list[District], Any]:
    """Set official paper votes beside remote ones, district by district.

    Returns:
        Districts, and the mean difference with its interval; None without districts.

    Raises:
        BadInput: "tally.no_option".
    """
    found = evidence_of(contest)
    frame = found.stations.frame
    kind = next((one for one in (DISTRICT, REGION) if one in frame.groups), "")
    sheets, districts = (found.layout, found.official), frame.group(kind)
    rows = remote_against_paper(frame, sheets, option=option, districts=districts, seed=SEED)
    return rows, mean_difference(rows, seed=SEED) if rows else None


def paper_leader(contest: Contest) -> str:
    """Return the option with most official votes on paper, the first one without any."""
    found = evidence_of(contest)
    which = found.is_official & ~found.stations.frame.is_remote
    return found.layout.options[int(found.votes[which].sum(axis=0).argmax())]
