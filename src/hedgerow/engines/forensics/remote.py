# SPDX-License-Identifier: AGPL-3.0-or-later
"""Compare electronic results with those on paper, district by district.

The unit is an electoral district within a region: paper is the sum over its stations, remote
the sum over its electronic pseudo-stations. The remote figure is one number without sampling
error; paper stations are drawn again to show how much the paper share depends on them.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from hedgerow.engines.forensics.findings import About, Finding, cannot_be_tested
from hedgerow.engines.forensics.stations import Flags, Ints, Stations

REPLICATES: Final = 2000
_FEWEST_PAPER: Final = 20

ABOUT: Final = About(
    method="remote",
    title="Remote votes against paper",
    model=(
        "Those who vote remotely in a district favour the option as often as those who vote there"
        " on paper."
    ),
    inclusion="districts with at least one remote unit and 20 paper stations with R > 0",
    explanations=(
        "Voters choose how to vote: age, work for the state and pressure by employers differ.",
        "Terminals at stations may be counted as remote.",
        "A difference shows that the two groups differ in the figures, not why.",
    ),
    reference=(
        "dkobak/elections, duma2021.ipynb[19]; ratio estimator: Cochran, Sampling Techniques,"
        " chapter 6"
    ),
)


@dataclass(frozen=True, kw_only=True)
class District:
    """Hold one district; shares are of ballots found.

    Args:
        interval: 95 % of remote minus paper, paper stations drawn again.
        leader_paper: Option that leads on paper.
        leader_all: Option that leads with remote votes added.
    """

    name: str
    paper_stations: int
    paper_registered: int
    paper_found: int
    remote_registered: int
    remote_found: int
    paper_share: float
    remote_share: float
    combined_share: float
    interval: tuple[float, float]
    leader_paper: str
    leader_all: str

    @property
    def difference(self) -> float:
        """Return remote minus paper."""
        return self.remote_share - self.paper_share

    @property
    def remote_part(self) -> float:
        """Return which share of all ballots was remote."""
        return self.remote_found / (self.remote_found + self.paper_found)


def districts(
    stations: Stations,
    option: str,
    *,
    rng: np.random.Generator,
    group: str = "district",
    replicates: int = REPLICATES,
) -> list[District]:
    """Compare both kinds of votes in every district that has both.

    Args:
        stations: One election, its electronic units flagged.
        option: Whose shares are compared.
        rng: Chance of drawing paper stations again.
        group: Kind of group that is a district.
        replicates: How often they are drawn again.
    """
    groups = stations.groups[group]
    has_ballots = stations.found > 0
    with_remote = np.unique(groups.codes[stations.is_remote & has_ballots])
    found = []
    for code in with_remote:
        here = (groups.codes == code) & has_ballots
        paper, remote = here & ~stations.is_remote, here & stations.is_remote
        if paper.sum() >= _FEWEST_PAPER:
            interval = _interval(stations, option, paper, remote, (rng, replicates))
            found.append(_district(stations, option, (groups.names[code], paper, remote), interval))
    return found


def mean_difference(
    found: list[District], *, rng: np.random.Generator, replicates: int = REPLICATES
) -> tuple[float, tuple[float, float]]:
    """Return the mean difference of districts and its 95 % interval, districts drawn again."""
    differences = np.array([one.difference for one in found])
    drawn = rng.integers(0, len(found), (replicates, len(found)))
    low, high = np.percentile(differences[drawn].mean(axis=1), [2.5, 97.5])
    return float(differences.mean()), (float(low), float(high))


def remote_findings(stations: Stations, option: str, *, rng: np.random.Generator) -> list[Finding]:
    """Describe each district, then the mean of all."""
    group = next((one for one in ("district", "region") if one in stations.groups), "")
    found = districts(stations, option, rng=rng, group=group) if group else []
    if not found:
        reason = "no district has both remote and paper votes"
        return [cannot_be_tested(ABOUT, option, units=0, dropped=len(stations), reason=reason)]
    return [*(_finding(one, option) for one in found), _mean(found, option, rng)]


def _interval(
    stations: Stations,
    option: str,
    paper: Flags,
    remote: Flags,
    chance: tuple[np.random.Generator, int],
) -> tuple[float, float]:
    """Draw paper stations again and return the interval of remote minus paper."""
    rng, replicates = chance
    votes, ballots = stations.votes(option), stations.found
    share = votes[remote].sum() / ballots[remote].sum()
    here: Ints = np.stack([votes[paper], ballots[paper]])
    size = here.shape[1]
    sums = here[:, rng.integers(0, size, (replicates, size))].sum(axis=2)
    low, high = np.percentile(share - sums[0] / sums[1], [2.5, 97.5])
    return float(low), float(high)


def _district(
    stations: Stations,
    option: str,
    parts: tuple[str, Flags, Flags],
    interval: tuple[float, float],
) -> District:
    """Add one district up."""
    name, paper, remote = parts
    votes, ballots = stations.votes(option), stations.found
    on_paper = stations.options[paper].sum(axis=0)
    in_all = on_paper + stations.options[remote].sum(axis=0)
    names = stations.option_names
    return District(
        name=name,
        paper_stations=int(paper.sum()),
        paper_registered=int(stations.registered[paper].sum()),
        paper_found=int(ballots[paper].sum()),
        remote_registered=int(stations.registered[remote].sum()),
        remote_found=int(ballots[remote].sum()),
        paper_share=float(votes[paper].sum() / ballots[paper].sum()),
        remote_share=float(votes[remote].sum() / ballots[remote].sum()),
        combined_share=float(votes[paper | remote].sum() / ballots[paper | remote].sum()),
        interval=interval,
        leader_paper=names[int(on_paper.argmax())],
        leader_all=names[int(in_all.argmax())],
    )


def _finding(district: District, option: str) -> Finding:
    """Describe one district."""
    return Finding(
        about=ABOUT,
        label=f"{option}: {district.name}",
        outcome="described",
        units=district.paper_stations,
        dropped=0,
        effect=100 * district.difference,
        effect_unit="points, remote minus paper",
        interval=(100 * district.interval[0], 100 * district.interval[1]),
        interval_kind="95 %, paper stations drawn again; the remote figure has no sampling error",
        details={
            "paper share": district.paper_share,
            "remote share": district.remote_share,
            "combined share": district.combined_share,
            "remote part of ballots": district.remote_part,
            "voters on paper": district.paper_registered,
            "voters remote": district.remote_registered,
            "leads on paper": district.leader_paper,
            "leads with remote votes": district.leader_all,
        },
    )


def _mean(found: list[District], option: str, rng: np.random.Generator) -> Finding:
    """Describe the mean of districts."""
    mean, interval = mean_difference(found, rng=rng)
    turned = [one.name for one in found if one.leader_paper != one.leader_all]
    return Finding(
        about=ABOUT,
        label=f"{option}: mean of {len(found)} districts",
        outcome="described",
        units=sum(one.paper_stations for one in found),
        dropped=0,
        effect=100 * mean,
        effect_unit="points, remote minus paper",
        interval=(100 * interval[0], 100 * interval[1]),
        interval_kind="95 %, districts drawn again",
        details={"districts in which another leads without remote votes": turned},
    )
