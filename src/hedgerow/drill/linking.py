# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ask the measurement of linkage for its result, where this version has one."""

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Literal

LINKAGE = "hedgerow.drill.linkage"
Size = Literal["small", "full"]


def measure(size: Size, *, progress: Callable[[str], None]) -> Any | None:
    """Return the report of a linkage measurement, or None where there is no measurement.

    Args:
        size: Of the world it is measured in.
        progress: Takes what is being done.
    """
    if find_spec(LINKAGE) is None:
        return None
    progress("Measuring linkage")
    # How the measurement counts its own steps is its own affair.
    return import_module(LINKAGE).run(size, progress=lambda *_steps: None)
