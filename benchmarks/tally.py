# SPDX-License-Identifier: AGPL-3.0-or-later
"""Measure whether a station costs the same among 1,000 as among 1,000,000.

Measured are reports of two observers a station, in random order, to checked protocols and the
count by stratum; the comparison with official figures; and drawing a sample by a published seed
with its estimate. The largest size of each is also given in seconds.
"""

import gc
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.harness import Figure
from hedgerow.cli.progress import show_progress
from hedgerow.engines.tally.checks import check_sheets
from hedgerow.engines.tally.comparison import compare
from hedgerow.engines.tally.count import count_votes
from hedgerow.engines.tally.design import stratified_design
from hedgerow.engines.tally.drawing import draw, published_ranks
from hedgerow.engines.tally.forms import parse_form
from hedgerow.engines.tally.frame import Frame, Labels
from hedgerow.engines.tally.layout import Layout
from hedgerow.engines.tally.protocols import protocols_of
from hedgerow.engines.tally.quickcount import estimate
from hedgerow.engines.tally.reports import reports_of

SIZES = (1_000, 10_000, 100_000, 1_000_000)
FORM = Path(__file__).parents[1] / "src" / "hedgerow" / "data" / "forms" / "ru-federal-2018.toml"
OPTIONS = tuple(f"option {place}" for place in range(8))
STRATA = 85
GROWTH = 1.5
SAMPLE = 250
Values = NDArray[np.int32]
Part = Callable[[], object]


def run() -> Iterator[Figure]:
    """Yield the figures."""
    layout = Layout.of(parse_form(FORM.read_text("utf-8")), OPTIONS)
    times: dict[str, dict[int, float]] = {}
    with show_progress("Counting", total=len(SIZES)) as advance:
        for size in SIZES:
            for name, part in _parts(layout, size).items():
                times.setdefault(name, {})[size] = _seconds(part, rounds=_rounds(size))
            advance()
    for name, measured in times.items():
        each = {size: took / size for size, took in measured.items()}
        growth = each[SIZES[-1]] / each[SIZES[0]]
        yield Figure(
            figure=f"{name}: growth to 1,000,000", value=growth, unit="times", bound=GROWTH
        )
        worst = max(each.values()) / each[SIZES[0]]
        yield Figure(figure=f"{name}: growth at most", value=worst, unit="times", bound=GROWTH)
        # Beside 1,000 stations the fixed cost of a call shows; the cheapest size has little of it.
        least = each[SIZES[-1]] / min(each.values())
        yield Figure(figure=f"{name}: growth from the cheapest size", value=least, unit="times")
        for size, took in measured.items():
            unit = "µs a station"
            yield Figure(figure=f"{name}: {size:,}", value=1e6 * took / size, unit=unit)
        yield Figure(figure=f"{name}: 1,000,000 stations", value=measured[SIZES[-1]], unit="s")


def _rounds(size: int) -> int:
    """Return how often a size is measured: small ones often, for they are short."""
    return max(3, 100_000 // size)


def _seconds(part: Part, *, rounds: int) -> float:
    """Return the median time of some rounds after one that is not counted."""
    part()
    took = []
    for _ in range(rounds):
        gc.collect()
        start = time.perf_counter()
        part()
        took.append(time.perf_counter() - start)
    return statistics.median(took)


def _parts(layout: Layout, size: int) -> dict[str, Part]:
    """Prepare everything that is measured for one size."""
    values = _sheets(size)
    assert not check_sheets(layout, values).broken_hard.any()
    order = np.random.default_rng(2).permutation(2 * size)
    reports = reports_of(
        layout,
        np.tile(values, (2, 1))[order],
        station=np.tile(np.arange(size), 2)[order],
        source=order,
        minute=order % 600,
    )
    names = [f"region {place % STRATA}, station {place}" for place in range(size)]
    frame = Frame.of(names, values[:, 0].astype(np.int64))
    strata = Labels.of([f"region {place % STRATA}" for place in range(size)])
    official = values.copy()
    official[:: size // 100, layout.votes.start] += 1

    def night() -> None:
        protocols = protocols_of(reports, layout=layout, stations=size)
        counted = count_votes(protocols, frame=frame, strata=strata)
        assert int(counted.counted.sum()) == size
        assert counted.totals.tolist() == values[:, layout.votes].sum(axis=0).tolist()

    def comparison() -> None:
        both = ((layout, values), (layout, official))
        assert len(compare(*both, which=np.ones(size, np.bool_)).differing) == 100

    ballots = values[:, 8:10].sum(axis=1).astype(np.int64)
    votes = values[:, layout.votes.start].astype(np.int64)

    def sample() -> None:
        ranks = published_ranks(names, seed="4 8 15 16 23 42")
        drawn = draw(stratified_design(strata, size=SAMPLE), ranks=ranks)
        found = estimate(drawn, whole=ballots, part=votes, received=drawn.is_drawn)
        assert found.margin is not None

    return {"reports to the count": night, "comparison": comparison, "quick count": sample}


def _sheets(size: int) -> Values:
    """Make up federal sheets that keep every relation: (size, 12 + options)."""
    rng = np.random.default_rng(1)
    registered = rng.integers(300, 2500, size)
    issued = rng.binomial(registered, 0.5)
    outside = rng.binomial(issued, 0.1)
    invalid = rng.binomial(issued, 0.01)
    valid = issued - invalid
    votes = rng.multinomial(valid, np.arange(len(OPTIONS), 0, -1) / 36)
    cancelled, none = registered - issued, np.zeros(size, np.int64)
    head = [registered, registered, none, issued - outside, outside, cancelled]
    head += [outside, issued - outside, invalid, valid, none, none]
    return np.concatenate([np.stack(head, axis=1), votes], axis=1).astype(np.int32)
