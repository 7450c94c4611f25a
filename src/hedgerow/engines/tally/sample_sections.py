# SPDX-License-Identifier: AGPL-3.0-or-later
"""Say in figures, tables and limits what samples, quick counts and districts hold."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from hedgerow.engines.tally.drawing import Sample
from hedgerow.engines.tally.frame import Frame
from hedgerow.engines.tally.page import NIGHT
from hedgerow.engines.tally.quickcount import Estimate
from hedgerow.engines.tally.remote import EXPLANATIONS, District, Votes, mean_difference
from hedgerow.engines.tally.report import Fact, Findings, table

LATE: Final = (
    "Stations that have sent nothing are not like the others. The estimate stands in for them by"
    " the stations of their stratum that came in; the worst case does not. A stratum that has sent"
    " nothing is not in the estimate at all."
)
RANKS: Final = (
    "A station's rank is the SHA-256 of seed, line feed and name; the lowest of each stratum are"
    " drawn. Publish the list of stations before the seed."
)
ONE_NUMBER: Final = "The remote figure is one number without sampling error."


def sample_section(sample: Sample, frame: Frame) -> Findings:
    """List the stations drawn, and how many of each stratum."""
    design = sample.design
    strata = design.strata
    chosen = [
        (
            frame.names[place],
            strata.names[strata.codes[place]],
            "" if design.clusters is None else design.clusters.names[design.clusters.codes[place]],
            int(frame.registered[place]),
        )
        for place in sample.places.tolist()
    ]
    rows = zip(
        strata.names,
        strata.sizes().tolist(),
        sample.planned_by_stratum().tolist(),
        strata.sums(frame.registered).tolist(),
        strict=True,
    )
    facts = (
        Fact("design", design.kind),
        Fact("stations drawn", int(sample.is_drawn.sum()), f"of {len(frame):,}"),
        Fact("commissions drawn", _clusters(sample)),
    )
    tables = (
        table("strata", "Strata", ("stratum", "stations", "drawn", "voters"), list(rows)),
        table("sample", "Stations drawn", ("station", "stratum", "commission", "voters"), chosen),
    )
    return Findings(
        facts=facts[: 2 + (design.clusters is not None)], tables=tables, limits=(RANKS,)
    )


def quick_section(sample: Sample, found: Mapping[str, Estimate]) -> Findings:
    """Give every estimate with its margin, or the reason why there is none."""
    first = next(iter(found.values()))
    strata = sample.design.strata
    facts = [
        Fact("design", sample.design.kind),
        Fact(
            "stations received", int(first.received.sum()), f"of {int(first.planned.sum()):,} drawn"
        ),
    ]
    for name, one in found.items():
        low, high = one.interval or (None, None)
        facts.append(
            Fact(
                name=name,
                value=None if one.share is None else 100 * one.share,
                unit="%",
                low=None if low is None else 100 * low,
                high=None if high is None else 100 * high,
                note=f"no margin: {one.no_margin}" if one.no_margin else _margin(one),
            )
        )
    rows = [
        (
            name,
            None if one.share is None else 100 * one.share,
            None if one.margin is None else 100 * one.margin,
            one.no_margin,
            one.degrees,
            one.design_effect,
            *([None, None] if one.worst is None else [100 * end for end in one.worst]),
        )
        for name, one in found.items()
    ]
    heads = ("figure", "%", "± points", "no margin because", "degrees of freedom")
    more = ("design effect", "worst case, % at least", "worst case, % at most")
    came = zip(
        strata.names,
        strata.sizes().tolist(),
        first.planned.tolist(),
        first.received.tolist(),
        strict=True,
    )
    tables = (
        table("estimates", "Estimates", (*heads, *more), rows),
        table(
            "received", "What has come in", ("stratum", "stations", "drawn", "received"), list(came)
        ),
    )
    return Findings(facts=tuple(facts), tables=tables, limits=(LATE,))


def night_section(option: str, steps: Sequence[tuple[int, Estimate]]) -> Findings:
    """Show how an estimate moved over the night."""
    rows = []
    for minute, one in steps:
        low, high = one.interval or (None, None)
        share = None if one.share is None else 100 * one.share
        ends = [None if end is None else 100 * end for end in (low, high)]
        rows.append((minute, share, *ends, int(one.received.sum()), one.no_margin))
    heads = ("minute", "%", "% at least", "% at most", "stations", "no margin because")
    title = f"{option} over the night, with 95 % intervals"
    note = "A station enters when its first report came, with the figures that stand in the end."
    return Findings(tables=(table(NIGHT, title, heads, rows, note=note),))


def remote_section(found: Sequence[District], option: str, *, seed: int) -> Findings:
    """Show both kinds of votes district by district, and who leads without the remote ones."""
    rows = [_district(one) for one in found]
    turned = [one.name for one in found if one.is_turned]
    facts = [Fact("districts with both kinds of votes", len(found))]
    if found:
        mean, interval = mean_difference(list(found), seed=seed)
        low, high = interval or (None, None)
        facts.append(
            Fact(
                name=f"{option}: remote minus paper, mean of districts",
                value=100 * mean,
                unit="points",
                low=None if low is None else 100 * low,
                high=None if high is None else 100 * high,
                note="95 %, districts drawn again" if interval else "no interval: one district",
            )
        )
        facts.append(
            Fact(
                "districts in which another leads without remote votes",
                len(turned) if len(found[0].names) > 1 else None,
                note=", ".join(turned)
                or ("none" if len(found[0].names) > 1 else "one option is known"),
            )
        )
    heads = (
        "district",
        "paper stations",
        "voters, paper",
        "ballots, paper",
        "voters, remote",
        "ballots, remote",
        "remote, % of ballots",
        "paper, %",
        "remote, %",
        "all, %",
        "difference",
        "at least",
        "at most",
        "leads on paper",
        "by votes",
        "leads in all",
        "by votes in all",
    )
    note = f"Shares are those of {option}. Intervals: paper stations drawn again. {ONE_NUMBER}"
    districts = table("districts", "Remote votes against paper", heads, rows, note=note)
    return Findings(facts=tuple(facts), tables=(districts,), limits=(*EXPLANATIONS, ONE_NUMBER))


def _district(one: District) -> tuple[object, ...]:
    """Write one district as a row."""
    paper, remote, whole = (100 * share for share in one.shares)
    low, high = one.interval
    return (
        one.name,
        one.paper.stations,
        one.paper.registered,
        one.paper.ballots,
        one.remote.registered,
        one.remote.ballots,
        100 * one.remote_part,
        paper,
        remote,
        whole,
        100 * one.difference,
        100 * low,
        100 * high,
        *_leads(one, one.paper),
        *_leads(one, one.both),
    )


def _leads(one: District, votes: Votes) -> tuple[str | None, int | None]:
    """Name who leads and by how much, or nothing."""
    found = one.leader(votes)
    return found or (None, None)


def _margin(one: Estimate) -> str:
    """Say how wide an interval is."""
    return f"95 %, ±{100 * (one.margin or 0.0):.2f} points"


def _clusters(sample: Sample) -> int:
    """Count the commissions drawn."""
    return 0 if sample.is_drawn_cluster is None else int(np.sum(sample.is_drawn_cluster))
