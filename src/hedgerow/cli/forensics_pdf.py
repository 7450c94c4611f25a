# SPDX-License-Identifier: AGPL-3.0-or-later
"""Typeset a report as PDF, with Typst's own fonts and without a date, so that bytes repeat."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import typst

from hedgerow.engines.forensics.page import RULE, said
from hedgerow.engines.forensics.pictures import Picture
from hedgerow.engines.forensics.report import ElectionRow, Report

TEMPLATE: Final = Path(__file__).with_name("forensics_report.typ")
# What the page's style says of the parts of a picture, for a picture that stands alone.
_PAINT: Final = {
    "axis": "fill:none;stroke:#59564d",
    "main": "fill:none;stroke:#1e5b3a",
    "other": "fill:none;stroke:#8a4b08",
    "model": "fill:none;stroke:#8a4b08;stroke-dasharray:4 3",
    "heat": "fill:#1e5b3a;shape-rendering:crispEdges",
}


def as_pdf(report: Report, *, pictures: Sequence[Sequence[Picture]]) -> bytes:
    """Typeset a report.

    Args:
        report: What was found.
        pictures: Of each election, in the same order.
    """
    content = {
        "rule": RULE,
        "version": report.version,
        "seed": report.seed,
        "command": report.command,
        "methods": [
            {
                "title": one.title,
                "model": one.model,
                "inclusion": one.inclusion,
                "explanations": list(one.explanations),
                "reference": one.reference,
                "evidence": one.is_evidence,
            }
            for one in report.methods
        ],
        "elections": [
            _election(report, one, drawn)
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


def _compared(election: ElectionRow) -> list[list[str]]:
    """Return what an election is compared with."""
    one = election.earlier
    return [["compared with", f"{one.title}, {one.file}, SHA-256 {one.sha256}"]] if one else []


def _election(report: Report, election: ElectionRow, drawn: Sequence[Picture]) -> dict[str, Any]:
    """Return what the template shows of an election."""
    methods = {one.method: one for one in report.methods}
    return {
        "title": election.title,
        "facts": [
            ["data", f"{election.file}, SHA-256 {election.sha256}"],
            ["mapping", f"{election.mapping}, SHA-256 {election.mapping_sha256}"],
            *_compared(election),
            ["stations", said(election.stations)],
            ["voters registered", said(election.registered)],
            ["ballots found", said(election.found)],
        ],
        "pictures": [{"title": one.title, "svg": painted(one.svg)} for one in drawn],
        "findings": [
            {
                "name": f"{methods[one.method].title}: {one.label}",
                "outcome": one.outcome if methods[one.method].is_evidence else "not evidence",
                "size": f"{said(one.effect)} {one.effect_unit}" if one.effect is not None else "",
                "interval": said(list(one.interval)) if one.interval else "",
                "p": said(one.p_adjusted) if one.p_adjusted is not None else "",
                "units": f"{said(one.units)} / {said(one.dropped)}",
            }
            for one in election.findings
        ],
    }


def painted(svg: str) -> str:
    """Give each part of a picture its colours, which the page takes from its style."""
    return re.sub(r'class="(\w+)"', lambda found: f'style="{_PAINT[found[1]]}"', svg).replace(
        "<svg ", '<svg font-family="Libertinus Serif" font-size="12" fill="#1d1c19" ', 1
    )
