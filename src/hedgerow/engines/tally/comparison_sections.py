# SPDX-License-Identifier: AGPL-3.0-or-later
"""Say in figures, tables and limits what comparisons with official and announced figures hold."""

from collections.abc import Mapping, Sequence
from typing import Final

from hedgerow.engines.tally.announced import EXPLANATIONS, Announced
from hedgerow.engines.tally.bounds import Bounds
from hedgerow.engines.tally.comparison import Comparison
from hedgerow.engines.tally.coverage import CoverageBias, Side, correlation_between
from hedgerow.engines.tally.frame import Frame
from hedgerow.engines.tally.layout import Layout, Values
from hedgerow.engines.tally.report import Fact, Findings, Table, table

NOT_WHICH: Final = (
    "A difference is a fact about two papers of one station. It does not say which of them is"
    " right."
)
ECOLOGICAL: Final = (
    "Coverage is judged by official figures, which are themselves what is being checked."
)
Both = tuple[tuple[Layout, Values], tuple[Layout, Values]]


def comparison_section(found: Comparison, frame: Frame, sheets: Both) -> Findings:
    """Say where copies and official figures differ, in which direction and by how many votes."""
    facts = (
        Fact("stations compared", found.stations),
        Fact("alike in every figure", found.alike),
        Fact("differing", len(found.differing)),
    )
    tables = (_figures(found), _differences(found, frame, sheets))
    return Findings(
        facts=facts, tables=tuple(one for one in tables if one.rows), limits=(NOT_WHICH,)
    )


def coverage_section(
    found: CoverageBias,
    option: str,
    *,
    seen: float | None,
    by: Mapping[str, Sequence[tuple[Side, Side]]],
) -> Findings:
    """Say how unlike the covered stations are, and what would explain a difference away.

    Args:
        found: By official figures.
        option: Whose share is looked at.
        seen: Its share of ballots by the copies.
        by: Kind of group → covered stations and all stations of each.
    """
    whole, part = found.whole.share, found.part
    needed = None
    if seen is not None and whole is not None and part is not None:
        needed = correlation_between(seen, whole, part=part)
    facts = (
        Fact(f"{option} at covered stations, official", _percent(found.covered.share), "%"),
        Fact(f"{option} at the others, official", _percent(found.uncovered.share), "%"),
        Fact(f"{option} in all, official", _percent(whole), "%"),
        Fact(f"{option} at covered stations, copies", _percent(seen), "%"),
        Fact("ballots at covered stations", _percent(part), "% of all"),
        Fact(
            "correlation of coverage with the vote",
            found.correlation,
            note="by official figures; 0 for stations chosen by lot",
        ),
        Fact(
            "correlation that would explain copies and official result together",
            needed,
            note="coverage does not explain what is much further from 0 than the one before",
        ),
    )
    tables = tuple(_by_group(kind, sides) for kind, sides in by.items())
    return Findings(facts=facts, tables=tables, limits=(ECOLOGICAL,))


def bounds_section(rows: Sequence[tuple[str, Bounds]]) -> Findings:
    """Say what the result is at least and at most, under each assumption about the rest."""
    cells = [
        (assumption, name, 100 * one.low[at], 100 * one.high[at], one.unseen)
        for assumption, one in rows
        for at, name in enumerate(one.options)
    ]
    heads = ("assumption", "option", "% at least", "% at most", "ballots not seen")
    return Findings(tables=(table("bounds", "Bounds of the whole result", heads, cells),))


def announced_section(found: Announced) -> Findings:
    """Say which announced counts are rounded shares of the total, to the vote."""
    rows = [
        (one.option, one.votes, str(one.share), one.nearest, one.is_exact, one.chance)
        for one in found.counts
    ]
    facts = (
        Fact("total announced", found.total),
        Fact("independent coincidences", found.independent),
        Fact("chance of all of them", found.chance, note="if counts came from ballots"),
    )
    heads = ("option", "announced", "share, %", "share times total", "the same", "chance")
    return Findings(
        facts=facts, tables=(table("counts", "Announced counts", heads, rows),), limits=EXPLANATIONS
    )


def _percent(share: float | None) -> float | None:
    """Return a share in percent."""
    return None if share is None else 100 * share


def _figures(found: Comparison) -> Table:
    """List figure by figure how often and in which direction it differs."""
    rows = [
        (
            one.name,
            one.matched,
            one.equal,
            one.raised,
            one.lowered,
            one.net,
            one.p_value,
            one.p_adjusted,
        )
        for one in found.columns
    ]
    return table(
        "figures",
        "Official figures against copies",
        ("figure", "stations", "equal", "raised", "lowered", "net", "p", "p, corrected"),
        rows,
        note=(
            "Raised: official higher than the copy. p: chance of so one-sided a split if each"
            " difference were as likely up as down; corrected by Holm over all figures."
        ),
    )


def _differences(found: Comparison, frame: Frame, sheets: Both) -> Table:
    """List every figure that differs, with both papers' numbers."""
    (ours, copies), (theirs, official) = sheets
    rows = [
        (
            frame.names[station],
            name,
            int(copies[station, ours.columns.index(name)]),
            int(official[station, theirs.columns.index(name)]),
            int(found.differences[row, at]),
        )
        for row, station in enumerate(found.differing.tolist())
        for at, name in enumerate(found.names)
        if found.differences[row, at]
    ]
    heads = ("station", "figure", "copy", "official", "official less copy")
    return table("differences", "Stations that differ", heads, rows)


def _by_group(kind: str, sides: Sequence[tuple[Side, Side]]) -> Table:
    """Show coverage and official shares group by group."""
    rows = [
        (
            side.name,
            side.stations,
            whole.stations,
            side.registered,
            whole.registered,
            _percent(side.share),
            _percent(whole.share),
        )
        for side, whole in sides
    ]
    heads = (
        kind,
        "stations covered",
        "stations",
        "voters covered",
        "voters",
        "% covered, official",
        "% in all, official",
    )
    return table(f"coverage-by-{kind}", f"Coverage by {kind}", heads, rows)
