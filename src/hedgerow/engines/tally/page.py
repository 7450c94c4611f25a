# SPDX-License-Identifier: AGPL-3.0-or-later
"""Write a report as one page: no script, nothing fetched, the picture with its numbers."""

from collections.abc import Sequence
from html import escape
from typing import Final

from hedgerow.engines.tally.report import Cell, Fact, Report, Table

ROWS_SHOWN: Final = 200
_LARGE: Final = 1000.0
WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 640, 260, 56, 34, 12
STYLE: Final = """
:root{color-scheme:light dark;--paper:#fdfcf8;--ink:#1d1c19;--quiet:#59564d;--rule:#d6d1c3;
--accent:#1e5b3a}
@media(prefers-color-scheme:dark){:root{--paper:#181916;--ink:#ebe8df;--quiet:#b3afa2;
--rule:#3d3f37;--accent:#93cfa4}}
body{background:var(--paper);color:var(--ink);font:1.0625rem/1.5 Georgia,"Noto Serif",serif;
max-width:46rem;margin:0 auto;padding:1.5rem}
h1{line-height:1.15}h2{margin-top:3rem;border-top:2px solid var(--ink);padding-top:.5rem}
table{border-collapse:collapse;font:.875rem/1.4 system-ui,sans-serif;width:100%}
th,td{text-align:left;vertical-align:top;padding:.25rem .5rem;border-bottom:1px solid var(--rule)}
td.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
caption{text-align:left;color:var(--quiet)}.wide{overflow-x:auto}figure{margin:2rem 0 0}
code{overflow-wrap:anywhere}svg{width:100%;height:auto;font:12px system-ui,sans-serif}
svg text{fill:var(--quiet)}.axis{fill:none;stroke:var(--quiet)}
.line{fill:none;stroke:var(--accent);stroke-width:1.6}.band{fill:var(--accent);opacity:.2}
@media print{body{max-width:none}}
"""
# The table whose rows are drawn as well: minute, share, low, high.
NIGHT: Final = "convergence"


def page(report: Report) -> str:
    """Write the whole page."""
    title = f"{report.kind.capitalize()}: {report.title}"
    limits = "".join(f"<li>{escape(one)}</li>" for one in report.limits)
    parts = [
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        "<!-- SPDX-License-Identifier: AGPL-3.0-or-later -->",
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>",
        f"<body><main><h1>{escape(title)}</h1>",
        _facts(report.facts),
        f"<h2>What these figures cannot say</h2><ul>{limits}</ul>" if limits else "",
        *(_table(one) for one in report.tables),
        _again(report),
        "</main></body></html>\n",
    ]
    return "".join(parts)


def said(value: Cell) -> str:
    """Write a value for people: few digits, thousands apart."""
    if isinstance(value, bool) or value is None:
        return {None: "–", True: "yes", False: "no"}[value]
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= _LARGE else f"{value:.4g}"
    return value


def _facts(facts: Sequence[Fact]) -> str:
    """Write the summary."""
    rows = "".join(
        f"<tr><th scope=row>{escape(one.name)}</th><td>{escape(said(one.value))}"
        f" {escape(one.unit)}{_interval(one)}</td></tr>"
        for one in facts
    )
    return f"<table><caption>Summary</caption><tbody>{rows}</tbody></table>"


def _interval(fact: Fact) -> str:
    """Write an interval or the reason why there is none."""
    note = escape(fact.note)
    if fact.low is None or fact.high is None:
        return f"<br>{note}" if note else ""
    kind = f" ({note})" if note else ""
    return f"<br>{escape(said(fact.low))} to {escape(said(fact.high))}{kind}"


def _table(one: Table) -> str:
    """Write a table; a long one is cut, and its file named."""
    heads = "".join(f"<th scope=col>{escape(head)}</th>" for head in one.columns)
    rows = "".join(
        f"<tr>{''.join(_cell(cell) for cell in row)}</tr>" for row in one.rows[:ROWS_SHOWN]
    )
    left = len(one.rows) - ROWS_SHOWN
    more = f"<p>{left:,} more rows stand in {escape(one.name)}.csv.</p>" if left > 0 else ""
    note = f"<p>{escape(one.note)}</p>" if one.note else ""
    picture = _night(one) if one.name == NIGHT else ""
    return (
        f"<h2>{escape(one.title)}</h2>{note}{picture}"
        f'<div class="wide" role="region" tabindex="0" aria-label="{escape(one.title)}"><table>'
        f"<caption>{escape(one.name)}.csv</caption><thead><tr>{heads}</tr></thead>"
        f"<tbody>{rows}</tbody></table></div>{more}"
    )


def _cell(value: Cell) -> str:
    """Write a cell, numbers to the right."""
    kind = "" if isinstance(value, str | bool) or value is None else ' class="number"'
    return f"<td{kind}>{escape(said(value))}</td>"


def _again(report: Report) -> str:
    """Say where the data come from, and how the same report is made again."""
    sources = "".join(
        f"<tr><td>{escape(one.role)}</td><td>{escape(one.file)}</td>"
        f"<td><code>{one.sha256}</code></td></tr>"
        for one in report.sources
    )
    seed = f" with seed <code>{escape(report.seed)}</code>" if report.seed else ""
    return (
        "<h2>Where this comes from</h2>"
        f"<p>Made by Hedgerow {escape(report.version)}{seed}. The same data make the same report:"
        f' <code>{escape(report.command)}</code></p><div class="wide"><table>'
        "<caption>Files read</caption><thead><tr><th scope=col>as</th><th scope=col>file</th>"
        f"<th scope=col>SHA-256</th></tr></thead><tbody>{sources}</tbody></table></div>"
    )


def _night(one: Table) -> str:
    """Draw shares over the night, with their intervals where there are any."""
    known = [
        (float(row[0]), float(row[1]), row[2], row[3])
        for row in one.rows
        if isinstance(row[0], int | float) and isinstance(row[1], int | float)
    ]
    if not known:
        return ""
    ends = [float(end) for _, _, *both in known for end in both if isinstance(end, float | int)]
    shares = [share for _, share, _, _ in known]
    low, high = min([*shares, *ends]), max([*shares, *ends])
    first, last = known[0][0], known[-1][0]

    def at(minute: float, share: float) -> str:
        x = LEFT + (minute - first) / ((last - first) or 1.0) * (WIDTH - LEFT - 12)
        y = HEIGHT - BOTTOM - (share - low) / ((high - low) or 1.0) * (HEIGHT - BOTTOM - TOP)
        return f"{x:.1f},{y:.1f}"

    line = " ".join(at(minute, share) for minute, share, _, _ in known)
    banded = [
        (minute, float(below), float(above))
        for minute, _, below, above in known
        if isinstance(below, float | int) and isinstance(above, float | int)
    ]
    band = [at(minute, above) for minute, _, above in banded]
    band += [at(minute, below) for minute, below, _ in reversed(banded)]
    return (
        f'<figure><svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img"><title>{escape(one.title)}</title>'
        f'<polygon class="band" points="{" ".join(band)}"/>'
        f'<polyline class="line" points="{line}"/>'
        f'<path class="axis" d="M{LEFT} {TOP}V{HEIGHT - BOTTOM}H{WIDTH - 12}"/>'
        f'<text x="4" y="{TOP + 8}">{escape(said(high))}</text>'
        f'<text x="4" y="{HEIGHT - BOTTOM}">{escape(said(low))}</text>'
        f'<text x="{LEFT}" y="{HEIGHT - 12}">{escape(said(first))}</text>'
        f'<text x="{WIDTH - 12}" y="{HEIGHT - 12}" text-anchor="end">{escape(said(last))}</text>'
        "</svg></figure>"
    )
