# SPDX-License-Identifier: AGPL-3.0-or-later
"""Lead files through the engine: reports to protocols, then to what a report says of them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from hedgerow.cli.count_files import Reading
from hedgerow.engines.tally.bounds import Bounds, bounds
from hedgerow.engines.tally.comparison import compare
from hedgerow.engines.tally.comparison_sections import (
    bounds_section,
    comparison_section,
    coverage_section,
)
from hedgerow.engines.tally.count import Count, count_votes
from hedgerow.engines.tally.coverage import Official, coverage_bias, coverage_table, size_classes
from hedgerow.engines.tally.drawing import Sample
from hedgerow.engines.tally.frame import Frame
from hedgerow.engines.tally.layout import LARGEST
from hedgerow.engines.tally.protocols import Protocols, disagreements, protocols_of
from hedgerow.engines.tally.quickcount import Estimate, convergence, estimate
from hedgerow.engines.tally.remote import remote_against_paper
from hedgerow.engines.tally.report import Findings, put_together
from hedgerow.engines.tally.reports import ALL_HELD, held_back, reports_in
from hedgerow.engines.tally.sample_sections import night_section, quick_section, remote_section
from hedgerow.engines.tally.sections import count_section, protocols_section
from hedgerow.engines.tally.tables import SheetTable
from hedgerow.kernel.errors import BadInput

Asked = Mapping[str, Any]
_TURNOUT = "turnout"


def protocols_from(
    reading: Reading, path: Path, frame: Frame, asked: Asked
) -> tuple[Protocols, Findings]:
    """Read reports and make protocols, with what there is to say of conflicts and rulings.

    Raises:
        BadInput: "count.no_observer" for one to hold back who sent nothing, or as the reading.
    """
    table, _ = reading.sheets(path, mapping=asked["mapping"], role="reports")
    reports, sources = reports_in(table, frame=frame)
    for name in asked["hold"]:
        if name not in sources:
            raise BadInput("count.no_observer", observer=name)
    held = [sources.index(name) for name in asked["hold"]]
    reports = held_back(reports, sources=held, level=ALL_HELD) if held else reports
    protocols = protocols_of(
        reports,
        layout=table.layout,
        stations=len(frame),
        rulings=reading.rulings(asked["rulings"], frame=frame),
    )
    said = disagreements(reports, protocols=protocols)
    return protocols, protocols_section(protocols, frame, said=said, sources=sources)


def parallel_count(
    reading: Reading, path: Path, frame: Frame, asked: Asked
) -> tuple[Findings, int]:
    """Count reports; return what to say and how many stations were counted."""
    protocols, about = protocols_from(reading, path, frame, asked)
    counted = count_votes(protocols, frame=frame, strata=frame.group(asked["by"]))
    return put_together([count_section(counted), about]), int(counted.counted.sum())


def comparison(
    reading: Reading, path: Path, official: SheetTable, asked: Asked
) -> tuple[Findings, int]:
    """Compare copies with official figures; return what to say and how many stations differ."""
    frame = official.frame()
    protocols, about = protocols_from(reading, path, frame, asked)
    copies = (protocols.layout, protocols.values)
    found = compare(copies, (official.layout, official.values), which=protocols.counts)
    counted = count_votes(protocols, frame=frame, strata=frame.group(""))
    option = asked["option"] or _leader(official)
    parts = [
        comparison_section(found, frame, (copies, (official.layout, official.values))),
        _coverage(official, frame, (protocols, counted), option),
        bounds_section(_bounds(official, protocols, counted)),
        about,
    ]
    return put_together(parts), len(found.differing)


def quick_count(
    reading: Reading, path: Path, drawn: tuple[Frame, Sample], asked: Asked
) -> tuple[Findings, int]:
    """Estimate from reports of a sample; return what to say and how many stations came in."""
    frame, sample = drawn
    protocols, about = protocols_from(reading, path, frame, asked)
    layout, counts = protocols.layout, protocols.counts
    ballots = layout.role(protocols.values, of="ballots")
    options = asked["options"] or layout.options
    figures = protocols.values.astype(np.int64)
    votes = {
        name: figures[:, layout.votes.start + _place(layout.options, name)] for name in options
    }
    most = frame.registered
    found: dict[str, Estimate] = {}
    for name, part in votes.items():
        found[name] = estimate(sample, whole=ballots, part=part, received=counts, most=most)
    found[_TURNOUT] = estimate(
        sample, whole=frame.registered, part=ballots, received=counts, most=most
    )
    parts = [quick_section(sample, found), about]
    first, part = next(iter(votes.items()))
    known = protocols.minute[counts & sample.is_drawn & (protocols.minute < LARGEST)]
    if asked["step"] > 0 and known.size:
        steps = [*range(int(known.min()), int(known.max()), asked["step"]), int(known.max())]
        night = convergence(
            sample,
            whole=ballots,
            part=part,
            minute=protocols.minute,
            counts=counts,
            steps=steps,
        )
        parts.append(night_section(first, night))
    return put_together(parts), int(next(iter(found.values())).received.sum())


def remote_votes(table: SheetTable, asked: Asked) -> tuple[Findings, int]:
    """Set remote votes beside paper; return what to say and how many districts have both."""
    frame = table.frame()
    option = asked["option"] or _leader(table)
    found = remote_against_paper(
        frame,
        (table.layout, table.values),
        option=option,
        districts=frame.group(asked["by"]),
        seed=asked["seed"],
    )
    return remote_section(found, option, seed=asked["seed"]), len(found)


def _leader(table: SheetTable) -> str:
    """Name the option with the most votes.

    Raises:
        BadInput: "layout.options" for a list without any.
    """
    if not table.layout.options:
        raise BadInput("layout.options", form=table.layout.form.id)
    votes = table.values[:, table.layout.votes].astype(np.int64)
    return table.layout.options[int(votes.clip(0).sum(axis=0).argmax())]


def _place(options: tuple[str, ...], name: str) -> int:
    """Find an option.

    Raises:
        BadInput: "tally.no_option" with the names there are.
    """
    if name not in options:
        raise BadInput("tally.no_option", option=name, known=", ".join(options))
    return options.index(name)


def _coverage(
    official: SheetTable, frame: Frame, ours: tuple[Protocols, Count], option: str
) -> Findings:
    """Say how unlike covered stations are, by official figures."""
    protocols, counted = ours
    layout, values = official.layout, official.values
    votes = values[:, layout.votes.start + _place(layout.options, option)].astype(np.int64)
    figures = Official(
        registered=frame.registered,
        issued=layout.role(values, of="issued").clip(0),
        ballots=layout.role(values, of="ballots").clip(0),
        votes=votes.clip(0),
    )
    covered = protocols.counts
    groups = {**frame.groups, "voters": size_classes(frame.registered)}
    by = {
        kind: coverage_table(figures, covered=covered, groups=one) for kind, one in groups.items()
    }
    seen = None
    if option in counted.options and counted.all_ballots:
        place = counted.options.index(option)
        seen = int(counted.totals[place]) / counted.all_ballots
    return coverage_section(coverage_bias(figures, covered=covered), option, seen=seen, by=by)


def _bounds(official: SheetTable, protocols: Protocols, counted: Count) -> list[tuple[str, Bounds]]:
    """Bound the result under three assumptions about stations that were not counted."""
    layout, values = official.layout, official.values
    shared = tuple(name for name in counted.options if name in layout.options)
    ours = counted.totals[[counted.options.index(name) for name in shared]]
    places = [layout.votes.start + layout.options.index(name) for name in shared]
    rest = ~protocols.counts
    theirs = values[rest][:, places].astype(np.int64).clip(0).sum(axis=0)
    ballots = int(layout.role(values, of="ballots")[rest].clip(0).sum())
    known = counted.all_ballots
    return [
        (
            "official figures of the other stations are right",
            bounds(shared, votes=ours + theirs, ballots=known + ballots, unseen=0),
        ),
        (
            "only their number of ballots is right",
            bounds(shared, votes=ours, ballots=known, unseen=ballots),
        ),
        (
            "nothing is known of the other stations but their voters",
            bounds(shared, votes=ours, ballots=known, unseen=counted.uncounted_registered),
        ),
    ]
