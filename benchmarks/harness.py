# SPDX-License-Identifier: AGPL-3.0-or-later
"""Time things fairly on a machine that does other work as well.

Variants that are compared run in turns within one process, in a different order each
round, so that a slow minute hits them all; the median of rounds is reported, and a ratio is
the median of the rounds' own ratios.
"""

import gc
import json
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from hedgerow.cli.progress import show_progress

Times = dict[str, list[float]]


@dataclass(frozen=True, kw_only=True)
class Figure:
    """Hold one measured number and the bound it must keep, if it has one."""

    figure: str
    value: float
    unit: str
    bound: float | None = None
    is_bound_a_minimum: bool = False

    @property
    def is_ok(self) -> bool:
        """Say whether the value keeps the bound."""
        if self.bound is None:
            return True
        if self.is_bound_a_minimum:
            return self.value >= self.bound
        return self.value <= self.bound

    def as_json(self, *, bench: str) -> str:
        """Return the line that `./hedgerow bench` prints."""
        line = {
            "bench": bench,
            "figure": self.figure,
            "value": float(f"{self.value:.4g}"),
            "bound": self.bound,
            "unit": self.unit,
            "ok": self.is_ok,
        }
        return json.dumps(line, ensure_ascii=False)


def time_in_turns(
    label: str, *, variants: Mapping[str, Callable[[], object]], rounds: int, warm_up: int = 1
) -> Times:
    """Run all variants once a round and return their times.

    Args:
        label: What is measured, for the person who waits.
        variants: Name → what to time.
        rounds: How many times each is timed.
        warm_up: Rounds before, which are not counted.

    Returns:
        Name → seconds, one for each round.
    """
    times: Times = {name: [] for name in variants}
    names = list(variants)
    with show_progress(label, total=warm_up + rounds) as advance:
        for number in range(warm_up + rounds):
            shift = number % len(names)
            for name in names[shift:] + names[:shift]:
                seconds = _seconds_of(variants[name])
                if number >= warm_up:
                    times[name].append(seconds)
            advance()
    return times


def median_s(times: Times, *, of: str) -> float:
    """Return the median time of a variant in seconds."""
    return statistics.median(times[of])


def median_ratio(times: Times, *, of: str, to: str) -> float:
    """Return the median over rounds of one variant's time divided by another's."""
    return statistics.median(a / b for a, b in zip(times[of], times[to], strict=True))


def _seconds_of(work: Callable[[], object]) -> float:
    """Time one call without the collector's pauses, which belong to no variant."""
    gc.collect()
    gc.disable()
    try:
        start_s = time.perf_counter()
        work()
        return time.perf_counter() - start_s
    finally:
        gc.enable()
