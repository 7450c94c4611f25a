# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hold the results of polling stations in columns, checked once for all methods."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Self

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from hedgerow.kernel.errors import BadInput

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

COUNTS: Final = ("registered", "issued", "found", "invalid")
#: Where a station lies → degrees at most, north or south, east or west.
COORDINATES: Final = {"latitude": 90.0, "longitude": 180.0}
# More than this share of rows in an impossible order means that columns were swapped.
SWAPPED_SHARE = 0.02


@dataclass(frozen=True, eq=False)
class Groups:
    """Hold which group each station belongs to.

    Args:
        names: Name of each group, sorted.
        codes: (stations,) int64, place of the station's group in `names`.
    """

    names: tuple[str, ...]
    codes: Ints

    @classmethod
    def of(cls, labels: ArrayLike) -> Self:
        """Number the groups of a column of labels."""
        column = _texts(labels)
        names = column.unique().sort()
        codes = column.cast(pl.Enum(names)).to_physical().to_numpy()
        return cls(tuple(names.to_list()), codes.astype(np.int64))

    def sums(self, values: NDArray[Any]) -> Floats:
        """Add a column up by group: (groups,) float64."""
        weights = np.asarray(values, dtype=np.float64)
        sums = np.bincount(self.codes, weights=weights, minlength=len(self.names))
        return np.asarray(sums, dtype=np.float64)

    def where(self, mask: Flags | Ints) -> "Groups":
        """Keep some stations and the names that still occur."""
        kept, codes = np.unique(self.codes[mask], return_inverse=True)
        return Groups(tuple(self.names[one] for one in kept), codes.astype(np.int64))


@dataclass(frozen=True, eq=False, kw_only=True)
class Stations:
    """Hold one election, one row a station; counts are int64.

    Args:
        station: (stations,) str, unlike one another.
        registered: (stations,) voters on the list, N.
        issued: (stations,) ballots given out, G.
        found: (stations,) ballots in the boxes, valid and invalid, R.
        invalid: (stations,) invalid ballots among them.
        option_names: Names of the options on the ballot.
        options: (stations, options) votes, V.
        groups: Kind of group ("region", "commission", ...) → who belongs where.
        is_remote: (stations,) electronic pseudo-stations, which most tests leave out.
        is_special: (stations,) hospitals, prisons, ships, foreign and temporary stations.
        has_scanner: (stations,) where ballots are counted by a scanner.
        coordinates: (stations, 2) float64, degrees north and east, NaN where they are unknown.
    """

    station: NDArray[np.object_]
    registered: Ints
    issued: Ints
    found: Ints
    invalid: Ints
    option_names: tuple[str, ...]
    options: Ints
    groups: Mapping[str, Groups] = field(default_factory=dict)
    is_remote: Flags
    is_special: Flags
    has_scanner: Flags
    coordinates: Floats

    @classmethod
    def from_columns(
        cls,
        columns: Mapping[str, ArrayLike],
        *,
        options: Mapping[str, ArrayLike],
        groups: Mapping[str, ArrayLike] | None = None,
        lines: ArrayLike | None = None,
    ) -> Self:
        """Check columns of any array-like kind (numpy, polars, pandas) and hold them.

        Args:
            columns: `registered` and at least one of `issued` and `found`, each of which stands
                for the other where that lacks; `station`, `invalid`, `is_remote`,
                `is_special`, `has_scanner`, `latitude` and `longitude` where there are any.
            options: Name → votes, in the order of the ballot.
            groups: Kind of group → label of each station.
            lines: Line of each row in its file, for errors; else counted from 1.

        Raises:
            BadInput: "forensics.column_missing", "forensics.no_options",
                "forensics.not_counts", "forensics.negative", "forensics.more_votes",
                "forensics.swapped", "forensics.duplicate" or "forensics.coordinates".
        """
        counts = _counts(columns, options)
        size = len(counts["registered"])
        at = np.arange(1, size + 1) if lines is None else np.asarray(lines)
        for name, column in counts.items():
            _check_counts(name, column, at)
        plain = {name: counts[name].astype(np.int64) for name in COUNTS}
        votes = np.column_stack([counts[f"option {name}"] for name in options]).astype(np.int64)
        _check_order(plain, votes, tuple(options), at)
        names = _texts(columns.get("station", at))
        _check_unlike(names, at)
        return cls(
            station=names.to_numpy(),
            **plain,
            option_names=tuple(options),
            options=votes,
            groups={kind: Groups.of(labels) for kind, labels in (groups or {}).items()},
            is_remote=_flags(columns, "is_remote", size),
            is_special=_flags(columns, "is_special", size),
            has_scanner=_flags(columns, "has_scanner", size),
            coordinates=_coordinates(columns, at),
        )

    def __len__(self) -> int:
        """Count the stations."""
        return len(self.station)

    def votes(self, option: str) -> Ints:
        """Return the votes of one option: (stations,) int64.

        Raises:
            BadInput: "forensics.no_option", with the names there are.
        """
        if option not in self.option_names:
            known = ", ".join(self.option_names)
            raise BadInput("forensics.no_option", option=option, known=known)
        return self.options[:, self.option_names.index(option)]

    @property
    def has_coordinates(self) -> bool:
        """Tell whether it is known of any station where it lies."""
        return not bool(np.isnan(self.coordinates).all())

    def leader(self) -> str:
        """Name the option with the most votes."""
        return self.option_names[int(self.options.sum(axis=0).argmax())]

    def rivals(self, option: str) -> list[str]:
        """Name all other options, the strongest first."""
        order = np.argsort(-self.options.sum(axis=0), kind="stable")
        names = [self.option_names[place] for place in order]
        return [one for one in names if one != option]

    def where(self, mask: Flags | Ints) -> "Stations":
        """Keep some stations, by flags or by their places in a new order."""
        columns = ("station", "registered", "issued", "found", "invalid", "options")
        others = ("is_remote", "is_special", "has_scanner", "coordinates")
        kept = {name: getattr(self, name)[mask] for name in (*columns, *others)}
        groups = {kind: one.where(mask) for kind, one in self.groups.items()}
        return replace(self, groups=groups, **kept)

    def paper(self) -> "Stations":
        """Keep the stations where people vote on paper."""
        return self.where(~self.is_remote)


def _counts(
    columns: Mapping[str, ArrayLike], options: Mapping[str, ArrayLike]
) -> dict[str, NDArray[np.generic]]:
    """Gather all columns of counts, with those that stand for one another."""
    if "registered" not in columns or not {"issued", "found"} & set(columns):
        lacks = "registered" if "registered" not in columns else "issued"
        raise BadInput("forensics.column_missing", column=lacks)
    if not options:
        raise BadInput("forensics.no_options")
    registered = np.asarray(columns["registered"])
    counts = {
        "registered": registered,
        "issued": np.asarray(columns.get("issued", columns.get("found"))),
        "found": np.asarray(columns.get("found", columns.get("issued"))),
        "invalid": np.asarray(columns.get("invalid", np.zeros(len(registered), np.int64))),
    }
    return counts | {f"option {name}": np.asarray(one) for name, one in options.items()}


def _texts(values: ArrayLike) -> pl.Series:
    """Read a column of any array-like kind as texts; what lacks becomes an empty text."""
    column = values if isinstance(values, pl.Series) else pl.Series(np.asarray(values).tolist())
    return column.cast(pl.String).fill_null("")


def _check_counts(name: str, column: NDArray[np.generic], lines: Ints) -> None:
    """Refuse a column that is too short, holds no whole numbers or a negative one."""
    if column.shape != lines.shape or not np.issubdtype(column.dtype, np.integer):
        raise BadInput("forensics.not_counts", column=name, rows=len(lines))
    bad = np.flatnonzero(column.astype(np.int64) < 0)
    if bad.size:
        value = int(column[bad[0]])
        raise BadInput("forensics.negative", column=name, line=int(lines[bad[0]]), value=value)


def _check_order(
    plain: Mapping[str, Ints], votes: Ints, names: tuple[str, ...], lines: Ints
) -> None:
    """Refuse impossible votes, and columns whose order says that they were swapped."""
    stations, places = np.nonzero(votes > plain["found"][:, None])
    if stations.size:
        line, column = int(lines[stations[0]]), names[places[0]]
        raise BadInput("forensics.more_votes", line=line, column=column)
    for less, more in (("issued", "registered"), ("found", "issued")):
        bad = np.flatnonzero(plain[less] > plain[more])
        if bad.size > SWAPPED_SHARE * len(votes):
            line = int(lines[bad[0]])
            raise BadInput("forensics.swapped", line=line, column=less, other=more, rows=bad.size)


def _check_unlike(names: pl.Series, lines: Ints) -> None:
    """Refuse a station that stands there twice."""
    again = (~names.is_first_distinct()).arg_true()
    if len(again):
        line, station = int(lines[again[0]]), names[int(again[0])]
        raise BadInput("forensics.duplicate", line=line, station=station)


def _flags(columns: Mapping[str, ArrayLike], name: str, size: int) -> Flags:
    """Return a column of flags, all down where there is none."""
    return np.asarray(columns.get(name, np.zeros(size, np.bool_))).astype(np.bool_)


def _coordinates(columns: Mapping[str, ArrayLike], lines: Ints) -> Floats:
    """Return where stations lie; a station of which one figure lacks lies nowhere."""
    found = np.full((len(lines), len(COORDINATES)), np.nan)
    for place, (name, most) in enumerate(COORDINATES.items()):
        if name in columns:
            found[:, place] = np.asarray(columns[name], dtype=np.float64)
            bad = np.flatnonzero(np.abs(found[:, place]) > most)
            if bad.size:
                line, value = int(lines[bad[0]]), float(found[bad[0], place])
                raise BadInput("forensics.coordinates", column=name, line=line, value=value)
    found[np.isnan(found).any(axis=1)] = np.nan
    return found
