# SPDX-License-Identifier: AGPL-3.0-or-later
"""Lay places out as tiles of a grid that keeps about who is north and west of whom.

The same places make the same grid: each is given one cell so that all together move the least, as
the squares of their ways count (the linear assignment problem).
"""

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

Cell = tuple[int, int]
#: Of a place: degrees north and degrees east.
Point = tuple[float, float]
_SPARE: Final = 1.35
_FLATTEST, _STEEPEST = 2.2, 0.6
#: How much the order of places counts beside their distances, so that crowds get room.
_BY_ORDER: Final = 0.6
_ROUND: Final = 360.0
_DIGITS: Final = 9


def grid_of(points: Mapping[str, Point]) -> dict[str, Cell]:
    """Give each place a cell: row from the north, column from the west, both from 0.

    Args:
        points: Names → where they lie.
    """
    names = sorted(points)
    if not names:
        return {}
    east, south = _flat(np.array([points[name] for name in names], np.float64))
    rows, columns = _shape(len(names), east, south)
    at = np.indices((rows, columns)).reshape(2, -1)
    down = (_spread(south) * rows)[:, None] - (at[0] + 0.5)
    across = (_spread(east) * columns)[:, None] - (at[1] + 0.5)
    chosen = _assigned(np.round(down**2 + across**2, _DIGITS))
    cells = {
        name: (int(at[0, one]), int(at[1, one])) for name, one in zip(names, chosen, strict=True)
    }
    return _closed_up(cells)


def _assigned(cost: NDArray[np.float64]) -> list[int]:
    """Return the cell of each place, all together at the least cost."""
    # Only whoever takes in a file needs it, and it takes memory.
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415

    return [int(one) for one in linear_sum_assignment(cost)[1]]


def _flat(points: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return how far east and south places lie; a country across the date line stays whole."""
    north, east = points[:, 0], points[:, 1] % _ROUND
    order = np.sort(east)
    widest = int(np.argmax(np.diff(order, append=order[:1] + _ROUND)))
    begin = order[(widest + 1) % len(order)]
    middle = np.cos(np.radians(north.mean()))
    return ((east - begin) % _ROUND) * middle, -north


def _shape(count: int, east: NDArray[np.float64], south: NDArray[np.float64]) -> tuple[int, int]:
    """Return how many rows and columns there are."""
    high = float(np.ptp(south)) or 1.0
    wide = float(np.ptp(east)) or 1.0
    aspect = min(_FLATTEST, max(_STEEPEST, wide / high))
    columns = max(1, round((count * _SPARE * aspect) ** 0.5))
    return -(-max(count, round(count * _SPARE)) // columns), columns


def _spread(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return places along a line, from 0 to 1: by distance and by order."""
    span = float(np.ptp(values)) or 1.0
    by_distance = (values - values.min()) / span
    order = np.searchsorted(np.sort(values), values) + 0.5
    found: NDArray[np.float64] = (1 - _BY_ORDER) * by_distance + _BY_ORDER * order / len(values)
    return found


def _closed_up(cells: Mapping[str, Cell]) -> dict[str, Cell]:
    """Leave out rows and columns in which nothing lies."""
    rows = {row: at for at, row in enumerate(sorted({row for row, _ in cells.values()}))}
    columns = {one: at for at, one in enumerate(sorted({one for _, one in cells.values()}))}
    return {name: (rows[row], columns[column]) for name, (row, column) in cells.items()}
