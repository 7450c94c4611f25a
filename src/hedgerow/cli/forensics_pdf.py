# SPDX-License-Identifier: AGPL-3.0-or-later
"""Typeset a report as PDF, with Typst's own fonts and without a date, so that bytes repeat."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import typst

from hedgerow.engines.forensics.page import RULE, made_by
from hedgerow.engines.forensics.pictures import Picture
from hedgerow.engines.forensics.report import ElectionRow, FindingRow, Report
from hedgerow.engines.forensics.words import ENGLISH, Words

TEMPLATE: Final = Path(__file__).with_name("forensics_report.typ")
# Texts of the template, by their names in it.
_TEXTS: Final = {
    "heading": "Election forensics",
    "test": "test",
    "outcome": "outcome",
    "size": "size",
    "interval": "interval",
    "p": "p, corrected",
    "units": "taken / left out",
    "methods": "The methods",
    "experimental": "Experimental; not evidence.",
    "model": "Model.",
    "stations": "Stations.",
    "source": "Source.",
    "also": "What else explains a departure:",
}
# What the page's style says of the parts of a picture, for a picture that stands alone.
_PAINT: Final = {
    "axis": "fill:none;stroke:#59564d",
    "main": "fill:none;stroke:#1e5b3a",
    "other": "fill:none;stroke:#8a4b08",
    "model": "fill:none;stroke:#8a4b08;stroke-dasharray:4 3",
    "heat": "fill:#1e5b3a;shape-rendering:crispEdges",
}


def as_pdf(
    report: Report, *, pictures: Sequence[Sequence[Picture]], words: Words = ENGLISH
) -> bytes:
    """Typeset a report.

    Args:
        report: What was found.
        pictures: Of each election, in the same order and language.
        words: Of the reader's language.
    """
    content = {
        "language": words.language,
        "texts": {name: words.say(text) for name, text in _TEXTS.items()},
        "rule": words.say(RULE),
        "made": words.say(made_by(report)),
        "command": report.command,
        "methods": [
            {
                "title": words.say(one.title),
                "model": words.say(one.model),
                "inclusion": words.say(one.inclusion),
                "explanations": [words.say(why) for why in one.explanations],
                "reference": words.say(one.reference),
                "evidence": one.is_evidence,
            }
            for one in report.methods
        ],
        "elections": [
            _election(report, one, drawn, words)
            for one, drawn in zip(report.elections, pictures, strict=True)
        ],
    }
    made: bytes = typst.compile(
        TEMPLATE.read_bytes(),
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"report": json.dumps(content, ensure_ascii=False)},
    )
    return made


def _compared(election: ElectionRow, words: Words) -> list[list[str]]:
    """Return what an election is compared with."""
    one = election.earlier
    if one is None:
        return []
    return [[words.say("compared with"), f"{one.title}, {one.file}, SHA-256 {one.sha256}"]]


def _election(
    report: Report, election: ElectionRow, drawn: Sequence[Picture], words: Words
) -> dict[str, Any]:
    """Return what the template shows of an election."""
    methods = {one.method: one for one in report.methods}
    return {
        "title": election.title,
        "facts": [
            [words.say("data"), f"{election.file}, SHA-256 {election.sha256}"],
            [words.say("mapping"), f"{election.mapping}, SHA-256 {election.mapping_sha256}"],
            *_compared(election, words),
            [words.say("stations"), words.value(election.stations)],
            [words.say("voters registered"), words.value(election.registered)],
            [words.say("ballots found"), words.value(election.found)],
        ],
        "pictures": [{"title": one.title, "svg": painted(one.svg)} for one in drawn],
        "findings": [
            {
                "name": f"{words.say(methods[one.method].title)}: {words.label(one.label)}",
                "outcome": words.say(
                    one.outcome if methods[one.method].is_evidence else "not evidence"
                ),
                "size": _size(one, words),
                "interval": " … ".join(map(words.value, one.interval)) if one.interval else "",
                "p": words.value(one.p_adjusted) if one.p_adjusted is not None else "",
                "units": f"{words.value(one.units)} / {words.value(one.dropped)}",
            }
            for one in election.findings
        ],
    }


def _size(finding: FindingRow, words: Words) -> str:
    """Return the size of a finding with its unit, nothing where it has none."""
    if finding.effect is None:
        return ""
    return f"{words.value(finding.effect)} {words.say(finding.effect_unit)}"


def painted(svg: str) -> str:
    """Give each part of a picture its colours, which the page takes from its style."""
    return re.sub(r'class="(\w+)"', lambda found: f'style="{_PAINT[found[1]]}"', svg).replace(
        "<svg ", '<svg font-family="Libertinus Serif" font-size="12" fill="#1d1c19" ', 1
    )
