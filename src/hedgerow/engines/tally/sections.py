# SPDX-License-Identifier: AGPL-3.0-or-later
"""Say in figures, tables and limits what sheets, protocols and counts hold."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from hedgerow.engines.tally.bounds import bounds
from hedgerow.engines.tally.checks import BROKEN, UNKNOWN, Checked
from hedgerow.engines.tally.count import Count
from hedgerow.engines.tally.frame import Frame
from hedgerow.engines.tally.layout import Flags
from hedgerow.engines.tally.protocols import CONFLICT, STANDINGS, Protocols
from hedgerow.engines.tally.report import Fact, Findings, Table, table

NO_SAMPLE: Final = (
    "Observers chose where to go: the stations counted are no sample, so there is no interval. The"
    " bounds hold whatever the others did."
)
# Stands in a ruling for the whole protocol instead of one figure.
COUNTS: Final = "counts"
Differing = Mapping[int, Mapping[str, Mapping[int, tuple[int, ...]]]]


def checks_section(checked: Checked, names: Sequence[str], *, copies: Flags) -> Findings:
    """Say which relations are broken, and by which sheets.

    Args:
        checked: What the checks say.
        names: Of the sheets.
        copies: Sheets that stand there more than once, number for number.
    """
    rows = [
        (
            check.id,
            check.kind,
            check.rule,
            check.title["en"],
            int((state == BROKEN).sum()),
            int((state == UNKNOWN).sum()),
        )
        for check, state in zip(checked.checks, checked.states, strict=True)
    ]
    bad = [
        (names[sheet], check.id, check.kind, gap)
        for sheet in np.flatnonzero(checked.broken_hard | checked.broken_soft).tolist()
        for check, gap in checked.broken(sheet)
    ]
    facts = (
        Fact("sheets", len(names)),
        Fact("sheets that break a hard relation", int(checked.broken_hard.sum())),
        Fact("sheets with a hard relation that cannot be checked", int(checked.unchecked.sum())),
        Fact("sheets to look at", int(checked.broken_soft.sum())),
        Fact("sheets alike number for number", int(copies.sum())),
    )
    heads = ("check", "kind", "rule", "what must hold", "broken", "cannot be checked")
    tables = [
        table("relations", "Relations", heads, rows),
        table(
            "broken",
            "Sheets that break a relation",
            ("station", "check", "kind", "left less right"),
            bad,
            note="A hard relation holds on every true sheet. A soft one asks for a look.",
        ),
        table(
            "alike",
            "Sheets alike",
            ("station",),
            [(names[at],) for at in np.flatnonzero(copies).tolist()],
        ),
    ]
    return Findings(facts=facts, tables=tuple(one for one in tables if one.rows))


def count_section(count: Count) -> Findings:
    """Say what was counted, how much of the election that is, and what the rest can change."""
    unseen = count.uncounted_registered
    found = bounds(count.options, votes=count.totals, ballots=count.all_ballots, unseen=unseen)
    shares = count.shares()
    stations, registered = int(count.stations.sum()), int(count.registered.sum())
    facts = (
        Fact("stations counted", int(count.counted.sum()), f"of {stations:,}"),
        Fact("voters there", int(count.registered_counted.sum()), f"of {registered:,}"),
        Fact("ballots counted", count.all_ballots),
        Fact("counted although they break a relation, as ruled", count.accepted, "stations"),
        Fact("counted with a relation that cannot be checked", count.unchecked, "stations"),
        Fact("leads whatever the rest did", found.certain_leader or "nobody for certain"),
    )
    votes = [
        (name, int(count.totals[at]), 100 * shares[at], 100 * found.low[at], 100 * found.high[at])
        for at, name in enumerate(count.options)
    ]
    standings = [
        (name, *row.tolist()) for name, row in zip(count.strata, count.standings, strict=True)
    ]
    covered = zip(
        count.strata,
        count.counted.tolist(),
        count.stations.tolist(),
        count.registered_counted.tolist(),
        count.registered.tolist(),
        count.ballots.tolist(),
        *count.votes.T.tolist(),
        strict=True,
    )
    tables = (
        table(
            "votes",
            "Votes counted",
            ("option", "votes", "% of ballots counted", "% of all at least", "% of all at most"),
            votes,
            note=f"Bounds: every one of {unseen:,} voters elsewhere may have voted, or none.",
        ),
        table(
            "coverage",
            "Coverage by stratum",
            ("stratum", "counted", "stations", "voters there", "voters", "ballots", *count.options),
            list(covered),
        ),
        table("standing", "What became of stations", ("stratum", *STANDINGS), standings),
    )
    return Findings(facts=facts, tables=tables, limits=(NO_SAMPLE,))


def protocols_section(
    protocols: Protocols,
    frame: Frame,
    *,
    said: Differing,
    sources: Sequence[str],
) -> Findings:
    """Show every conflict with what each observer said, every broken sheet and every ruling.

    Args:
        protocols: One for each station.
        frame: Their names.
        said: Station → column → observer → figures, for stations in conflict.
        sources: Observers' names by number.
    """
    tables = (
        _conflicts(protocols, frame, said, sources),
        _broken(protocols, frame),
        _rulings(protocols, frame),
    )
    in_conflict = int(((protocols.cells == CONFLICT).any(axis=1)).sum())
    facts = (
        Fact("stations with figures in conflict", in_conflict),
        Fact("rulings in force", len(protocols.rulings)),
        Fact("stations with something held back", int((protocols.held > 0).sum())),
    )
    return Findings(facts=facts, tables=tuple(one for one in tables if one.rows))


def _conflicts(
    protocols: Protocols, frame: Frame, said: Differing, sources: Sequence[str]
) -> Table:
    """List what each observer said where they differ."""
    columns = protocols.layout.columns
    rows = [
        (
            frame.names[station],
            column,
            sources[source],
            ", ".join(map(str, figures)),
            bool(protocols.is_ruled[station, columns.index(column)]),
        )
        for station, differing in said.items()
        for column, voices in differing.items()
        for source, figures in voices.items()
    ]
    return table(
        "conflicts",
        "Figures in conflict",
        ("station", "figure", "observer", "said", "ruled"),
        rows,
        note="A figure in conflict is taken only where an operator ruled what it is.",
    )


def _broken(protocols: Protocols, frame: Frame) -> Table:
    """List protocols that break a hard relation."""
    rows = [
        (frame.names[station], check.id, gap, bool(protocols.is_accepted[station]))
        for station in np.flatnonzero(protocols.checked.broken_hard).tolist()
        for check, gap in protocols.checked.broken(station)
        if check.kind == "hard"
    ]
    return table(
        "broken",
        "Protocols that break a hard relation",
        ("station", "relation", "left less right", "accepted"),
        rows,
        note="They are kept and not counted, unless an operator accepted them.",
    )


def _rulings(protocols: Protocols, frame: Frame) -> Table:
    """List what operators ruled."""
    heads = ("number", "station", "figure", "value", "by", "reason")
    rows = [
        (one.number, frame.names[one.station], one.column or COUNTS, one.value, one.by, one.reason)
        for one in protocols.rulings
    ]
    return table("rulings", "Rulings in force", heads, rows)
