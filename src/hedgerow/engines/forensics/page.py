# SPDX-License-Identifier: AGPL-3.0-or-later
"""Write a report as one page: no script, nothing fetched, every picture with its numbers."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final

from hedgerow.engines.forensics.pictures import Picture
from hedgerow.engines.forensics.report import ElectionRow, FindingRow, MethodRow, Report

_LARGE: Final = 1000.0
STYLE: Final = """
:root{color-scheme:light dark;--paper:#fdfcf8;--ink:#1d1c19;--quiet:#59564d;--rule:#d6d1c3;
--accent:#1e5b3a;--other:#8a4b08}
@media(prefers-color-scheme:dark){:root{--paper:#181916;--ink:#ebe8df;--quiet:#b3afa2;
--rule:#3d3f37;--accent:#93cfa4;--other:#e0a86a}}
body{background:var(--paper);color:var(--ink);font:1.0625rem/1.5 Georgia,"Noto Serif",serif;
max-width:46rem;margin:0 auto;padding:1.5rem}
h1{line-height:1.15}h2{margin-top:3rem;border-top:2px solid var(--ink);padding-top:.5rem}
h3{margin-top:2rem}table{border-collapse:collapse;font:.875rem/1.4 system-ui,sans-serif;width:100%}
th,td{text-align:left;vertical-align:top;padding:.25rem .5rem;border-bottom:1px solid var(--rule);
overflow-wrap:anywhere}
td.number{text-align:right;font-variant-numeric:tabular-nums}caption{text-align:left;
color:var(--quiet)}.wide{overflow-x:auto}.wide table{min-width:36rem}figure{margin:2rem 0 0}
dt{font-weight:bold;margin-top:.5rem}dd{margin:0;overflow-wrap:anywhere}
code{overflow-wrap:anywhere}svg{width:100%;height:auto;font:12px system-ui,sans-serif}
svg text{fill:var(--quiet)}.axis{fill:none;stroke:var(--quiet)}polyline{fill:none;stroke-width:1.4}
.main{stroke:var(--accent)}.other{stroke:var(--other)}.model{stroke:var(--other);
stroke-dasharray:4 3}.heat{fill:var(--accent);
shape-rendering:crispEdges}summary{cursor:pointer;padding:.5rem 0}
.outcome{font-weight:bold}@media print{body{max-width:none}details>*{display:block}}
"""
RULE: Final = (
    "No method here shows that an election was falsified. Each measures how far results depart"
    " from a stated model. A departure is called a finding; what else explains it stands beside."
)


def page(report: Report, *, pictures: Sequence[Sequence[Picture]]) -> str:
    """Write the whole page.

    Args:
        report: What was found.
        pictures: Of each election, in the same order.
    """
    methods = {one.method: one for one in report.methods}
    titles = "; ".join(one.title for one in report.elections)
    parts = [
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        "<!-- SPDX-License-Identifier: AGPL-3.0-or-later -->",
        f"<title>Election forensics: {escape(titles)}</title><style>{STYLE}</style></head>",
        f"<body><main><h1>Election forensics</h1><p>{escape(RULE)}</p>",
        _again(report),
        _summary(report, methods),
        *(
            _election(election, methods, drawn)
            for election, drawn in zip(report.elections, pictures, strict=True)
        ),
        _methods(report.methods),
        "</main></body></html>\n",
    ]
    return "".join(parts)


def said(value: Any) -> str:
    """Write a value for people: few digits, thousands apart."""
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {said(one)}" for key, one in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(said(one) for one in value) or "none"
    if isinstance(value, int | float) and not isinstance(value, bool):
        is_large = isinstance(value, int) or abs(value) >= _LARGE
        return f"{value:,.0f}" if is_large else f"{value:.4g}"
    return {None: "–", True: "yes", False: "no"}.get(value, str(value))


def _again(report: Report) -> str:
    """Say how the same report is made again."""
    return (
        f"<p>Made by Hedgerow {escape(report.version)} with seed {report.seed}. The same data make"
        f" the same report: <code>{escape(report.command)}</code></p>"
    )


def _summary(report: Report, methods: Mapping[str, MethodRow]) -> str:
    """List all findings in one table, those that are no evidence apart."""
    rows = "".join(
        f"<tr><td>{escape(election.title)}</td><td>{escape(methods[one.method].title)}:"
        f" {escape(one.label)}</td><td>{_effect(one)}</td><td>{_p_value(one)}</td></tr>"
        for election in report.elections
        for one in election.findings
        if one.outcome == "finding" and methods[one.method].is_evidence
    )
    if not rows:
        return "<h2>Findings</h2><p>No test departed from its model.</p>"
    return (
        '<h2>Findings</h2><div class="wide"><table><caption>Tests that departed from their model'
        "</caption><thead><tr><th scope=col>election</th><th scope=col>test</th>"
        "<th scope=col>size and uncertainty</th><th scope=col>p, corrected</th></tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
    )


def _election(
    election: ElectionRow, methods: Mapping[str, MethodRow], drawn: Sequence[Picture]
) -> str:
    """Write the part of one election."""
    facts: dict[str, Any] = {
        "file": election.file,
        "SHA-256 of the data": election.sha256,
        "mapping": election.mapping,
        "SHA-256 of the mapping": election.mapping_sha256,
        "stations": election.stations,
        "electronic pseudo-stations, left out of most tests": election.remote_stations,
        "voters registered": election.registered,
        "ballots issued": election.issued,
        "ballots found": election.found,
        "votes": election.votes,
        "tested": list(election.options),
    }
    if election.earlier:
        earlier = election.earlier
        facts |= {
            "compared with": f"{earlier.title}, {earlier.file}",
            "SHA-256 of its data": earlier.sha256,
            "its mapping": earlier.mapping,
            "SHA-256 of its mapping": earlier.mapping_sha256,
        }
    parts = [f"<h2>{escape(election.title)}</h2>", _list(facts)]
    parts += [_picture(one) for one in drawn]
    for is_evidence in (True, False):
        found = [one for one in election.findings if methods[one.method].is_evidence is is_evidence]
        if found:
            parts.append(f"<h3>{'Tests and figures' if is_evidence else 'Not evidence'}</h3>")
            parts.append("".join(_finding(one, methods[one.method]) for one in found))
    return "".join(parts)


def _finding(finding: FindingRow, about: MethodRow) -> str:
    """Write one finding: size first, then uncertainty, then p."""
    details = {
        "size": finding.effect,
        "of": finding.effect_unit,
        "interval": list(finding.interval) if finding.interval else None,
        "kind of interval": finding.interval_kind,
        "p": finding.p_value,
        "p, corrected": finding.p_adjusted,
        "corrected by": finding.adjusted_by,
        "stations taken": finding.units,
        "stations left out": finding.dropped,
        **finding.details,
    }
    shown = {name: one for name, one in details.items() if one is not None and one != ""}
    return (
        f"<details><summary>{escape(about.title)}: {escape(finding.label)} –"
        f' <span class="outcome">{finding.outcome}</span>{_short(finding)}</summary>'
        f"{_list(shown)}</details>"
    )


def _short(finding: FindingRow) -> str:
    """Write the size behind the outcome, where there is one."""
    return f", {_effect(finding)}" if finding.effect is not None else ""


def _effect(finding: FindingRow) -> str:
    """Write size and interval."""
    text = f"{said(finding.effect)} {finding.effect_unit}"
    if finding.interval:
        text += f" ({said(finding.interval[0])} to {said(finding.interval[1])})"
    return escape(text)


def _p_value(finding: FindingRow) -> str:
    """Write the corrected p-value."""
    return "below 1e-12" if finding.p_adjusted == 0 else escape(said(finding.p_adjusted))


def _picture(picture: Picture) -> str:
    """Write a picture with its table."""
    heads = "".join(f"<th scope=col>{escape(one)}</th>" for one in picture.heads)
    rows = "".join(
        "<tr>" + "".join(f'<td class="number">{said(one)}</td>' for one in row) + "</tr>"
        for row in picture.rows
    )
    return (
        f"<figure>{picture.svg}<figcaption>{escape(picture.title)}</figcaption></figure>"
        f'<details><summary>The numbers</summary><div class="wide"><table>'
        f"<caption>{escape(picture.title)}</caption><thead><tr>{heads}</tr></thead>"
        f"<tbody>{rows}</tbody></table></div></details>"
    )


def _methods(methods: Sequence[MethodRow]) -> str:
    """Describe every method that was used."""
    parts = ["<h2>The methods</h2>"]
    for one in methods:
        parts.append(f"<h3>{escape(one.title)}</h3>")
        if not one.is_evidence:
            parts.append("<p><strong>Experimental; not evidence.</strong></p>")
        explained = "".join(f"<li>{escape(reason)}</li>" for reason in one.explanations)
        facts = {"model": one.model, "stations": one.inclusion, "source": one.reference}
        parts.append(f"{_list(facts)}<p>What else explains a departure:</p><ul>{explained}</ul>")
    return "".join(parts)


def _list(facts: Mapping[str, Any]) -> str:
    """Write names and values below one another."""
    rows = "".join(
        f"<dt>{escape(name)}</dt><dd>{escape(said(one))}</dd>" for name, one in facts.items()
    )
    return f"<dl>{rows}</dl>"
