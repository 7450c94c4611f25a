# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hold what was measured, beside the bounds it must keep."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from math import sqrt
from statistics import fmean, stdev
from typing import Final, Literal

Size = Literal["small", "full"]

#: With the boot key and without.
MOST_AUC: Final = 0.55
LEAST_CONTROL_AUC: Final = 0.60
MOST_FELLOWS: Final = 0.05
# Few and small worlds say little of single guesses.
SMALL_MORE_LINKS: Final = 3.0
SMALL_MORE_AUC: Final = 0.02
SMALL_MORE_FELLOWS: Final = 0.03


@dataclass(frozen=True, slots=True)
class Case:
    """Say what one adversary had.

    Attributes:
        images: "weekly" or "daily".
        has_key: Whether it had the boot key.
        is_control: Whether keyrings were written at the act.
        has_log: Whether it had a server's log of writes; SQLite's always counts as had.
        has_words: Whether it had the words of some member, of another group than those asked for.
    """

    images: Literal["weekly", "daily"]
    has_key: bool
    is_control: bool = False
    has_log: bool = False
    has_words: bool = False

    @property
    def name(self) -> str:
        """Return it in words."""
        key = "with" if self.has_key else "without"
        words = " and a member's words" if self.has_words else ""
        log = " and the log of writes" if self.has_log else ""
        control = "control, " if self.is_control else ""
        return f"{control}{self.images} images, {key} the boot key{words}{log}"


@dataclass(frozen=True, slots=True)
class Seed:
    """Say what one adversary learned in one world.

    Attributes:
        seed: Of the world.
        inside_auc: Of the trained attacker.
        best_auc: Of the single attack program that did best, as it turned out afterwards.
        best: Its name.
        links: True among the 20 best guesses of the trained attacker.
        best_links: The most that a single program had.
        by_size: True among 20 guesses by the sizes of spaces alone.
    """

    seed: int
    inside_auc: float
    best_auc: float
    best: str
    links: float
    best_links: float
    by_size: float


@dataclass(frozen=True, slots=True)
class Fellows:
    """Say how often an author's account row was named first, in one world.

    Attributes:
        seed: Of the world.
        authors: How many there were.
        right: Share named rightly, by authors and minutes.
        right_with_joins: The same where days of joining are used besides.
        chance: What one guess among all rows would give.
    """

    seed: int
    authors: int
    right: float
    right_with_joins: float
    chance: float


def _range(values: Sequence[float], digits: int = 3) -> str:
    """Return mean and range of values."""
    return f"{fmean(values):.{digits}f} ({min(values):.{digits}f}..{max(values):.{digits}f})"


@dataclass(frozen=True, slots=True)
class Bound:
    """Be one bound.

    Attributes:
        what: It is on.
        value: As measured.
        bound: It must keep.
        is_most: Whether it may be at most that; else it must be above it.
    """

    what: str
    value: float
    bound: float
    is_most: bool = True

    @property
    def holds(self) -> bool:
        """Tell whether it is kept."""
        return self.value <= self.bound if self.is_most else self.value > self.bound


@dataclass(frozen=True, slots=True)
class LinkageReport:
    """Hold the outcome of a measurement.

    Attributes:
        size: Of the worlds.
        cases: What each adversary learned in each world.
        fellows: What somebody with a member's words learned of fellow members.
        control_fellows: The same where keyrings were written at the act.
        members: How many memberships each world had.
        acts: How often each kind of thing happened, over all worlds that are no control.
        database: Which database the worlds lived on.
    """

    size: Size
    cases: dict[Case, tuple[Seed, ...]]
    fellows: tuple[Fellows, ...]
    control_fellows: tuple[Fellows, ...]
    members: tuple[int, ...]
    acts: dict[str, int]
    database: str = "sqlite"

    @property
    def bounds(self) -> tuple[Bound, ...]:
        """Return every bound with what was measured."""
        found: list[Bound] = []
        for case, seeds in self.cases.items():
            auc = fmean(one.inside_auc for one in seeds)
            what = f"inside AUC, {case.name}"
            if case.has_log or case.has_words or case.images == "daily":
                continue
            if case.is_control:
                if case.has_key:
                    found.append(Bound(what, auc, LEAST_CONTROL_AUC, is_most=False))
                continue
            links = fmean(one.links for one in seeds)
            found.append(Bound(what, auc, MOST_AUC + self._more(SMALL_MORE_AUC)))
            found.append(Bound(f"certain links, {case.name}", links, self._most_links(seeds)))
        right = fmean(one.right for one in self.fellows)
        most = MOST_FELLOWS + self._more(SMALL_MORE_FELLOWS)
        found.append(Bound("fellow members named first", right, most))
        return tuple(found)

    def _most_links(self, seeds: Sequence[Seed]) -> float:
        """Return how many certain links there may be: those of size, and what chance adds."""
        by_size = fmean(one.by_size for one in seeds)
        differences = [one.links - one.by_size for one in seeds]
        error = stdev(differences) / sqrt(len(seeds)) if len(seeds) > 1 else 0.0
        return by_size + 2 * error + self._more(SMALL_MORE_LINKS)

    def _more(self, room: float) -> float:
        """Return by how much a bound is wider in small worlds."""
        return room if self.size == "small" else 0.0

    @property
    def holds(self) -> bool:
        """Tell whether every bound is kept."""
        return all(bound.holds for bound in self.bounds)

    def lines(self) -> Iterator[str]:
        """Yield the outcome in sentences."""
        yield (
            f"Linkage, {self.size} worlds on {self.database}: {len(self.members)} seeds,"
            f" {min(self.members)} to {max(self.members)} memberships each."
        )
        for case, seeds in self.cases.items():
            yield (
                f"  {case.name}: inside AUC {_range([one.inside_auc for one in seeds])};"
                f" true among 20 guesses {_range([one.links for one in seeds], 1)},"
                f" by size alone {fmean(one.by_size for one in seeds):.1f}."
            )
        yield (
            "  fellow members named first:"
            f" {_range([one.right for one in self.fellows])} of authors,"
            f" {_range([one.right_with_joins for one in self.fellows])} with days of joining;"
            f" chance {fmean(one.chance for one in self.fellows):.3f};"
            f" control {_range([one.right for one in self.control_fellows])}."
        )
        for bound in self.bounds:
            if not bound.holds:
                must = f"{'at most' if bound.is_most else 'above'} {bound.bound:.3f}"
                yield f"  NOT KEPT: {bound.what} {bound.value:.3f}, must be {must}."

    def to_json(self) -> dict[str, object]:
        """Return the outcome as plain values."""
        return {
            "size": self.size,
            "database": self.database,
            "holds": self.holds,
            "memberships": list(self.members),
            "acts": self.acts,
            "cases": [
                {**asdict(case), "seeds": [asdict(one) for one in seeds]}
                for case, seeds in self.cases.items()
            ],
            "fellows": [asdict(one) for one in self.fellows],
            "control_fellows": [asdict(one) for one in self.control_fellows],
            "bounds": [{**asdict(bound), "holds": bound.holds} for bound in self.bounds],
        }
