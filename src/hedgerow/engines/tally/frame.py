# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hold the list of stations that a count is about, numbered from 0."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from hedgerow.engines.tally.layout import Flags, Ints
from hedgerow.kernel.errors import BadInput

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Labels:
    """Hold which group each station belongs to.

    Args:
        names: Name of each group, sorted.
        codes: (stations,) int64, place of the station's group in `names`.
    """

    names: tuple[str, ...]
    codes: Ints

    @classmethod
    def of(cls, labels: Sequence[str]) -> Self:
        """Number the groups of a column of labels."""
        names = sorted(set(labels))
        places = {name: place for place, name in enumerate(names)}
        codes = np.fromiter((places[one] for one in labels), np.int64, len(labels))
        return cls(tuple(names), codes)

    @classmethod
    def all_one(cls, size: int) -> Self:
        """Put all stations into one group."""
        return cls(("all",), np.zeros(size, np.int64))

    def sums(self, values: NDArray[Any]) -> Ints:
        """Add whole numbers up by group: (groups,) int64."""
        found = np.bincount(self.codes, weights=values, minlength=len(self.names))
        # Doubles hold whole numbers below 2**53 exactly, and no country has as many ballots.
        return found.astype(np.int64)

    def sizes(self) -> Ints:
        """Count the stations of each group: (groups,) int64."""
        return np.bincount(self.codes, minlength=len(self.names)).astype(np.int64)

    def where(self, mask: Flags | Ints) -> "Labels":
        """Keep some stations and the groups that still occur."""
        kept, codes = np.unique(self.codes[mask], return_inverse=True)
        return Labels(tuple(self.names[one] for one in kept), codes.astype(np.int64))


@dataclass(frozen=True, eq=False, kw_only=True)
class Frame:
    """Hold the whole list of stations.

    Args:
        names: Name of each station, unlike one another.
        registered: (stations,) int64, voters on the list.
        groups: Kind of group → who belongs where.
        is_remote: (stations,) electronic pseudo-stations.
    """

    names: tuple[str, ...]
    registered: Ints
    groups: Mapping[str, Labels] = field(default_factory=dict)
    is_remote: Flags

    @classmethod
    def of(
        cls,
        names: Sequence[str],
        registered: Ints,
        *,
        groups: Mapping[str, Sequence[str]] | None = None,
        remote_over: int = 0,
        lines: Ints | None = None,
    ) -> Self:
        """Check a list of stations and hold it.

        Args:
            names: Of the stations.
            registered: Voters of each.
            groups: Kind of group → label of each station.
            remote_over: Stations with more voters are electronic; 0 for none.
            lines: Line of each station in its file, for errors; else counted from 1.

        Raises:
            BadInput: "tally.station_twice" or "tally.no_voters" with the line.
        """
        at = np.arange(1, len(names) + 1) if lines is None else lines
        counts = np.asarray(registered, np.int64)
        frame = cls(
            names=tuple(names),
            registered=counts,
            groups={kind: Labels.of(labels) for kind, labels in (groups or {}).items()},
            is_remote=(counts > remote_over) & (remote_over > 0),
        )
        if len(frame.codes) < len(names):
            again = next(place for place, name in enumerate(names) if frame.codes[name] != place)
            last = frame.codes[names[again]]
            raise BadInput("tally.station_twice", line=int(at[last]), station=names[last])
        unknown = np.flatnonzero(counts < 0)
        if unknown.size:
            raise BadInput("tally.no_voters", line=int(at[unknown[0]]))
        return frame

    @cached_property
    def codes(self) -> Mapping[str, int]:
        """Return the number of each station by its name."""
        return {name: place for place, name in enumerate(self.names)}

    def __len__(self) -> int:
        """Count the stations."""
        return len(self.names)

    def group(self, kind: str) -> Labels:
        """Return a kind of group; the empty kind puts all stations into one.

        Raises:
            BadInput: "tally.no_group", with the kinds there are.
        """
        if not kind:
            return Labels.all_one(len(self))
        if kind not in self.groups:
            raise BadInput("tally.no_group", group=kind, known=", ".join(self.groups) or "-")
        return self.groups[kind]

    def code_of(self, names: Sequence[str], *, lines: Ints) -> Ints:
        """Number stations by their names: (names,) int64.

        Raises:
            BadInput: "tally.unknown_station" with the line.
        """
        found = np.fromiter((self.codes.get(one, -1) for one in names), np.int64, len(names))
        bad = np.flatnonzero(found < 0)
        if bad.size:
            name = names[int(bad[0])]
            raise BadInput("tally.unknown_station", line=int(lines[bad[0]]), station=name)
        return found

    def where(self, mask: Flags | Ints) -> "Frame":
        """Keep some stations, by flags or by their places in a new order."""
        places = np.arange(len(self))[mask].tolist()
        return Frame(
            names=tuple(self.names[one] for one in places),
            registered=self.registered[mask],
            groups={kind: one.where(mask) for kind, one in self.groups.items()},
            is_remote=self.is_remote[mask],
        )
