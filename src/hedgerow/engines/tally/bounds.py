# SPDX-License-Identifier: AGPL-3.0-or-later
"""Say what the whole result can be at least and at most, whatever happened out of sight.

No assumption is made of stations that nobody saw, but for how many ballots they can have held.
"""

from dataclasses import dataclass

import numpy as np

from hedgerow.engines.tally.frame import Floats
from hedgerow.engines.tally.layout import Ints


@dataclass(frozen=True, eq=False, kw_only=True)
class Bounds:
    """Hold the least and the most share of every option.

    Args:
        options: On the ballot.
        low: (options,) share of all ballots if none of those unseen were for the option; nan
            where there were no ballots at all.
        high: (options,) share if all of them were.
        unseen: How many ballots may have been unseen.
        certain_leader: Option that leads whatever the unseen ballots say; None where none does.
    """

    options: tuple[str, ...]
    low: Floats
    high: Floats
    unseen: int
    certain_leader: str | None


def bounds(options: tuple[str, ...], *, votes: Ints, ballots: int, unseen: int) -> Bounds:
    """Bound every option's share.

    Fewer unseen ballots than `unseen` narrow the bounds, so the number of registered voters at
    uncovered stations does where their ballots are not known.

    Args:
        options: On the ballot.
        votes: (options,) seen.
        ballots: Seen.
        unseen: Ballots at uncovered stations, at most.
    """
    whole = np.float64(ballots + unseen)
    with np.errstate(invalid="ignore"):
        low, high = votes / whole, (votes + unseen) / whole
    ranked = np.sort(votes)[::-1]
    lead = int(ranked[0] - ranked[1]) if len(ranked) > 1 else 0
    return Bounds(
        options=options,
        low=low,
        high=high,
        unseen=unseen,
        certain_leader=options[int(votes.argmax())] if lead > unseen else None,
    )
