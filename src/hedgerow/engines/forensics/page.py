# SPDX-License-Identifier: AGPL-3.0-or-later
"""Write a report as one page: no script, nothing fetched, every picture with its numbers."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final

from hedgerow.engines.forensics.pictures import Picture
from hedgerow.engines.forensics.report import ElectionRow, FindingRow, Report
from hedgerow.engines.forensics.words import ENGLISH, Words

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
th{overflow-wrap:normal}td.number{text-align:right;font-variant-numeric:tabular-nums}caption{text-align:left;
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


def page(report: Report, *, pictures: Sequence[Sequence[Picture]], words: Words = ENGLISH) -> str:
    """Write the whole page.

    Args:
        report: What was found.
        pictures: Of each election, in the same order and language.
        words: Of the reader's language.
    """
    return _Page(report, words).whole(pictures)


class _Page:
    """Write a report in one language."""

    def __init__(self, report: Report, words: Words) -> None:
        """Keep what is written, and the words for it."""
        self._report = report
        self._words = words
        self._methods = {one.method: one for one in report.methods}

    def whole(self, pictures: Sequence[Sequence[Picture]]) -> str:
        """Write the page."""
        report, heading = self._report, self._said("Election forensics")
        titles = escape("; ".join(one.title for one in report.elections))
        parts = [
            f'<!DOCTYPE html>\n<html lang="{self._words.language}"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            "<!-- SPDX-License-Identifier: AGPL-3.0-or-later -->",
            f"<title>{heading}: {titles}</title><style>{STYLE}</style></head>",
            f"<body><main><h1>{heading}</h1><p>{self._said(RULE)}</p>",
            f"<p>{self._said(made_by(report))} <code>{escape(report.command)}</code></p>",
            self._summary(),
            *(
                self._election(election, drawn)
                for election, drawn in zip(report.elections, pictures, strict=True)
            ),
            self._all_methods(),
            "</main></body></html>\n",
        ]
        return "".join(parts)

    def _said(self, text: str) -> str:
        """Return a text in the language, for mark-up."""
        return escape(self._words.say(text))

    def _name(self, finding: FindingRow) -> str:
        """Return what a finding tests, and of what."""
        title = self._said(self._methods[finding.method].title)
        return f"{title}: {escape(self._words.label(finding.label))}"

    def _summary(self) -> str:
        """List all findings in one table, those that are no evidence apart."""
        rows = "".join(
            f"<tr><td>{escape(election.title)}</td><td>{self._name(one)}</td>"
            f"<td>{self._effect(one)}</td><td>{self._p_value(one)}</td></tr>"
            for election in self._report.elections
            for one in election.findings
            if one.outcome == "finding" and self._methods[one.method].is_evidence
        )
        heading = f"<h2>{self._said('Findings')}</h2>"
        if not rows:
            return f"{heading}<p>{self._said('No test departed from its model.')}</p>"
        heads = ("election", "test", "size and uncertainty", "p, corrected")
        return heading + self._table("Tests that departed from their model", heads, rows)

    def _table(self, caption: str, heads: Sequence[str], rows: str) -> str:
        """Frame the rows of a table."""
        names = "".join(f"<th scope=col>{self._said(one)}</th>" for one in heads)
        return (
            f'<div class="wide"><table><caption>{self._said(caption)}</caption><thead><tr>{names}'
            f"</tr></thead><tbody>{rows}</tbody></table></div>"
        )

    def _election(self, election: ElectionRow, drawn: Sequence[Picture]) -> str:
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
        parts = [f"<h2>{escape(election.title)}</h2>", self._list(facts)]
        parts += [self._picture(one) for one in drawn]
        for is_evidence, heading in ((True, "Tests and figures"), (False, "Not evidence")):
            found = [
                one
                for one in election.findings
                if self._methods[one.method].is_evidence is is_evidence
            ]
            if found:
                parts.append(f"<h3>{self._said(heading)}</h3>")
                parts += [self._finding(one) for one in found]
        return "".join(parts)

    def _finding(self, finding: FindingRow) -> str:
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
        size = f", {self._effect(finding)}" if finding.effect is not None else ""
        return (
            f"<details><summary>{self._name(finding)} –"
            f' <span class="outcome">{self._said(finding.outcome)}</span>{size}</summary>'
            f"{self._list(shown)}</details>"
        )

    def _effect(self, finding: FindingRow) -> str:
        """Write size and interval."""
        words = self._words
        text = f"{words.value(finding.effect)} {words.say(finding.effect_unit)}"
        if finding.interval:
            low, high = map(words.value, finding.interval)
            text += f" ({low} … {high})"
        return escape(text)

    def _p_value(self, finding: FindingRow) -> str:
        """Write the corrected p-value."""
        value = finding.p_adjusted
        return self._said("below 1e-12") if value == 0 else escape(self._words.value(value))

    def _picture(self, picture: Picture) -> str:
        """Write a picture with its table; its texts are in the language already."""
        heads = "".join(f"<th scope=col>{escape(one)}</th>" for one in picture.heads)
        rows = "".join(
            "<tr>"
            + "".join(f'<td class="number">{self._words.value(one)}</td>' for one in row)
            + "</tr>"
            for row in picture.rows
        )
        title = escape(picture.title)
        return (
            f"<figure>{picture.svg}<figcaption>{title}</figcaption></figure>"
            f'<details><summary>{self._said("The numbers")}</summary><div class="wide"><table>'
            f"<caption>{title}</caption><thead><tr>{heads}</tr></thead>"
            f"<tbody>{rows}</tbody></table></div></details>"
        )

    def _all_methods(self) -> str:
        """Describe every method that was used."""
        parts = [f"<h2>{self._said('The methods')}</h2>"]
        for one in self._report.methods:
            parts.append(f"<h3>{self._said(one.title)}</h3>")
            if not one.is_evidence:
                said = self._said("Experimental; not evidence.")
                parts.append(f"<p><strong>{said}</strong></p>")
            explained = "".join(f"<li>{self._said(reason)}</li>" for reason in one.explanations)
            facts = {"model": one.model, "stations": one.inclusion, "source": one.reference}
            also = self._said("What else explains a departure:")
            parts.append(f"{self._list(facts)}<p>{also}</p><ul>{explained}</ul>")
        return "".join(parts)

    def _list(self, facts: Mapping[str, Any]) -> str:
        """Write names and values below one another."""
        rows = "".join(
            f"<dt>{self._said(name)}</dt><dd>{escape(self._words.value(one))}</dd>"
            for name, one in facts.items()
        )
        return f"<dl>{rows}</dl>"


def made_by(report: Report) -> str:
    """Say how the same report is made again, in English; the command stands behind."""
    return (
        f"Made by Hedgerow {report.version} with seed {report.seed}. The same data make the same"
        " report:"
    )
