# SPDX-License-Identifier: AGPL-3.0-or-later
"""Add protocols up, beside how much of the election they cover.

Nothing here is an estimate: these are the votes that were seen. What they say of the rest stands
in `bounds` and `coverage`.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from hedgerow.engines.tally.frame import Floats, Frame, Labels
from hedgerow.engines.tally.layout import MISSING, Ints
from hedgerow.engines.tally.protocols import ACCEPTED, STANDINGS, Protocols


@dataclass(frozen=True, eq=False, kw_only=True)
class Count:
    """Hold a parallel count by stratum.

    Args:
        options: On the ballot.
        strata: Names.
        stations: (strata,) of the frame.
        registered: (strata,) voters of the frame.
        counted: (strata,) stations counted.
        registered_counted: (strata,) voters of these.
        ballots: (strata,) found at stations counted.
        votes: (strata, options) at stations counted.
        standings: (strata, standings) stations in each standing.
        unchecked: Stations counted although a hard relation cannot be checked, since a line lacks.
    """

    options: tuple[str, ...]
    strata: tuple[str, ...]
    stations: Ints
    registered: Ints
    counted: Ints
    registered_counted: Ints
    ballots: Ints
    votes: Ints
    standings: Ints
    unchecked: int

    @cached_property
    def totals(self) -> Ints:
        """Return the votes of each option: (options,) int64."""
        found: Ints = self.votes.sum(axis=0)
        return found

    @property
    def all_ballots(self) -> int:
        """Return the ballots that were counted."""
        return int(self.ballots.sum())

    @property
    def uncounted_registered(self) -> int:
        """Return the voters of stations that were not counted."""
        return int((self.registered - self.registered_counted).sum())

    @property
    def accepted(self) -> int:
        """Return the stations counted although they break a relation, which somebody accepted."""
        return int(self.standings[:, ACCEPTED].sum())

    def shares(self) -> Floats:
        """Return shares of ballots counted: (options,) float64, nan without any."""
        with np.errstate(invalid="ignore"):
            found: Floats = self.totals / np.float64(self.all_ballots)
        return found

    def by_standing(self) -> dict[str, int]:
        """Return the stations in each standing."""
        return dict(zip(STANDINGS, self.standings.sum(axis=0).tolist(), strict=True))


def count_votes(protocols: Protocols, *, frame: Frame, strata: Labels) -> Count:
    """Add up every protocol that counts.

    Args:
        protocols: One for each station of the frame.
        frame: The whole list of stations.
        strata: Where coverage is shown apart.
    """
    counts = protocols.counts
    layout = protocols.layout
    ballots = layout.role(protocols.values, of="ballots")
    votes = [
        strata.sums(np.where(counts, column, 0))
        for column in np.ascontiguousarray(protocols.values[:, layout.votes].T)
    ]
    pairs = strata.codes * len(STANDINGS) + protocols.standing
    kinds = len(strata.names) * len(STANDINGS)
    return Count(
        options=layout.options,
        strata=strata.names,
        stations=strata.sizes(),
        registered=strata.sums(frame.registered),
        counted=strata.sums(counts),
        registered_counted=strata.sums(np.where(counts, frame.registered, 0)),
        ballots=strata.sums(np.where(counts, ballots, 0)),
        votes=np.stack(votes, axis=1),
        standings=np.bincount(pairs, minlength=kinds).reshape(-1, len(STANDINGS)),
        unchecked=int((counts & protocols.checked.unchecked).sum()),
    )


def over_the_list(protocols: Protocols, *, frame: Frame) -> Ints:
    """List stations counted that found more ballots than the list has voters."""
    ballots = protocols.layout.role(protocols.values, of="ballots")
    return np.flatnonzero(protocols.counts & (ballots != MISSING) & (ballots > frame.registered))
