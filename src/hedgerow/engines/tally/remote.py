# SPDX-License-Identifier: AGPL-3.0-or-later
"""Set paper votes beside remote ones, district by district, and say who leads without these.

Paper is the sum over a district's stations, remote the sum over its electronic pseudo-stations.
The remote figure is one number and has no sampling error. Paper stations are drawn again, with
replacement, to show how much the paper share depends on single stations. A difference shows that
the two groups of votes differ, not why: people choose how they vote.
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import Final

import numpy as np

from hedgerow.engines.tally.frame import Frame, Labels
from hedgerow.engines.tally.layout import MISSING, Flags, Ints, Layout, Values
from hedgerow.kernel.errors import BadInput

REPLICATES: Final = 2000
FEWEST_PAPER: Final = 20
EXPLANATIONS: Final = (
    "Voters choose how to vote: age, work for the state and pressure by employers differ.",
    "Terminals at stations may be counted as remote.",
    "A difference shows that the two groups of votes differ, not why.",
)


@dataclass(frozen=True, eq=False, kw_only=True)
class Votes:
    """Hold the sums of one kind of votes in a district.

    Args:
        stations: Or pseudo-stations.
        registered: Voters.
        ballots: Found.
        options: (options,) votes.
    """

    stations: int
    registered: int
    ballots: int
    options: Ints

    def plus(self, other: "Votes") -> "Votes":
        """Add the other kind."""
        return Votes(
            stations=self.stations + other.stations,
            registered=self.registered + other.registered,
            ballots=self.ballots + other.ballots,
            options=self.options + other.options,
        )


@dataclass(frozen=True, eq=False, kw_only=True)
class District:
    """Hold the comparison of one district for one option.

    Args:
        name: Of the district.
        names: Options on the ballot, in the order of the votes.
        option: Place of the option whose shares are compared.
        paper: Sums of its paper stations.
        remote: Sums of its pseudo-stations.
        paper_interval: 95 % of the paper share, stations drawn again.
    """

    name: str
    names: tuple[str, ...]
    option: int
    paper: Votes
    remote: Votes
    paper_interval: tuple[float, float]

    @property
    def both(self) -> Votes:
        """Return the sums of both kinds."""
        return self.paper.plus(self.remote)

    @property
    def shares(self) -> tuple[float, float, float]:
        """Return the option's shares of ballots on paper, remote and in all."""
        paper, remote, whole = (
            float(one.options[self.option] / one.ballots)
            for one in (self.paper, self.remote, self.both)
        )
        return paper, remote, whole

    @property
    def difference(self) -> float:
        """Return remote minus paper share."""
        paper, remote, _ = self.shares
        return remote - paper

    @property
    def interval(self) -> tuple[float, float]:
        """Return 95 % of remote minus paper share, which moves with the paper share alone."""
        _, remote, _ = self.shares
        low, high = self.paper_interval
        return remote - high, remote - low

    @property
    def remote_part(self) -> float:
        """Return which share of all ballots was remote."""
        return self.remote.ballots / self.both.ballots

    def leader(self, votes: Votes) -> tuple[str, int] | None:
        """Name who leads and by how many votes; None for a tie or where one option is known."""
        if len(self.names) == 1:
            return None
        second, first = np.sort(votes.options)[-2:].tolist()
        return (self.names[int(votes.options.argmax())], first - second) if first > second else None

    @property
    def is_turned(self) -> bool:
        """Tell whether another option leads without the remote votes."""
        with_them, without = self.leader(self.both), self.leader(self.paper)
        return (with_them or ("",))[0] != (without or ("",))[0]


def remote_against_paper(
    frame: Frame,
    sheets: tuple[Layout, Values],
    *,
    option: str,
    districts: Labels,
    seed: int,
    replicates: int = REPLICATES,
) -> list[District]:
    """Compare both kinds in every district with remote ballots and twenty paper stations.

    Args:
        frame: Stations, the electronic ones flagged.
        sheets: Layout and (stations, columns) of the official figures.
        option: Whose shares are compared.
        districts: Where each station belongs.
        seed: Of the drawing; that of a district depends on no other district.
        replicates: How often paper stations are drawn again.

    Raises:
        BadInput: "tally.no_option" with the names there are.
    """
    layout, values = sheets
    if option not in layout.options:
        raise BadInput("tally.no_option", option=option, known=", ".join(layout.options))
    ballots = layout.role(values, of="ballots")
    votes = values[:, layout.votes].astype(np.int64)
    usable = (ballots > 0) & (votes != MISSING).all(axis=1)
    place = layout.options.index(option)
    found = []
    for code in np.unique(districts.codes[frame.is_remote & usable]).tolist():
        here = usable & (districts.codes == code)
        paper, remote = here & ~frame.is_remote, here & frame.is_remote
        if int(paper.sum()) < FEWEST_PAPER:
            continue
        found.append(
            District(
                name=districts.names[code],
                names=layout.options,
                option=place,
                paper=_sums(frame, ballots, votes, paper),
                remote=_sums(frame, ballots, votes, remote),
                paper_interval=_drawn_again(
                    np.stack([votes[paper, place], ballots[paper]]),
                    rng=np.random.default_rng([seed, _number_of(districts.names[code])]),
                    replicates=replicates,
                ),
            )
        )
    return found


def mean_difference(
    found: list[District], *, seed: int, replicates: int = REPLICATES
) -> tuple[float, tuple[float, float] | None]:
    """Return the mean difference of districts and its interval, districts drawn again.

    One district has no interval: nothing can be drawn instead of it.
    """
    differences = np.array([one.difference for one in found])
    mean = float(differences.mean())
    if len(found) == 1:
        return mean, None
    rng = np.random.default_rng(seed)
    drawn = differences[rng.integers(0, len(found), (replicates, len(found)))].mean(axis=1)
    low, high = np.percentile(drawn, [2.5, 97.5]).tolist()
    return mean, (low, high)


def _sums(frame: Frame, ballots: Ints, votes: Ints, which: Flags) -> Votes:
    """Add some stations up."""
    return Votes(
        stations=int(which.sum()),
        registered=int(frame.registered[which].sum()),
        ballots=int(ballots[which].sum()),
        options=votes[which].sum(axis=0),
    )


def _drawn_again(here: Ints, *, rng: np.random.Generator, replicates: int) -> tuple[float, float]:
    """Return 95 % of the share of stations drawn with replacement."""
    size = here.shape[1]
    # How often each station is drawn says as much as which were, and needs no gathering.
    times = rng.multinomial(size, np.full(size, 1 / size), replicates)
    votes, ballots = here @ times.T
    low, high = np.percentile(votes / ballots, [2.5, 97.5]).tolist()
    return low, high


def _number_of(name: str) -> int:
    """Return a number that belongs to a name, so that no district depends on another."""
    return int.from_bytes(sha256(name.encode()).digest()[:8])
