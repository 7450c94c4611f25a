# SPDX-License-Identifier: AGPL-3.0-or-later
"""Turn a report on official results into what its public page shows."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hedgerow.rooms.elections import forensics, forensics_desk
from hedgerow.rooms.elections.forensics_names import FILES
from hedgerow.rooms.elections.forensics_words import words_in
from hedgerow.rooms.elections.models import Contest, Election, ForensicsReport
from hedgerow.rooms.elections.public_rows import Row, around
from hedgerow.rooms.elections.rows import language, number

_SECONDS_AN_HOUR: Final = 3600
_LARGE: Final = 1000
_DIGITS: Final = 3
_SMALLEST: Final = 1e-12
_UNTESTED: Final = "cannot be tested"
#: What came of a test, by the engine's word.
OUTCOMES: Final = {
    "finding": gettext_lazy("finding"),
    "not a finding": gettext_lazy("no finding"),
    _UNTESTED: gettext_lazy("cannot be tested"),
    "described": gettext_lazy("described"),
}
#: What a method looks at, by the engine's name of it.
METHODS: Final = {
    "integer": gettext_lazy("Whole percentages"),
    "integer zone": gettext_lazy("Whole percentages, by neighbouring windows"),
    "shpilkin": gettext_lazy("Votes above a constant ratio"),
    "clean cluster": gettext_lazy("Votes above the ratio of a cluster"),
    "association": gettext_lazy("Votes and turnout"),
    "last digits": gettext_lazy("Last digits"),
    "small numbers": gettext_lazy("Many ones and twos"),
    "remote": gettext_lazy("Remote votes against paper"),
    "outliers": gettext_lazy("Stations unlike their neighbours"),
    "second digits": gettext_lazy("Second digits (Benford)"),
    "klimek": gettext_lazy("Fingerprint and model of votes added"),
    "rkd": gettext_lazy("Coarse shares of a region"),
}


def forensics_page(election: Election, contest: Contest) -> Row:
    """Return what the page of a report shows, or that there is none."""
    shown = around(election)
    paper = contest.title_in(language())
    url = reverse("elections:contest", args=[election.address, contest.key])
    page = {**shown, "up": [*shown["up"], (paper, url)], "contest": contest, "paper": paper}
    report = forensics.report_of_contest(contest)
    if report is None:
        return {**page, "is_bare": True, "is_made": forensics_desk.state_of(contest) is True}
    return page | _report(report, place=[election.address, contest.key])


def _report(report: ForensicsReport, *, place: Sequence[object]) -> Row:
    """Return what a report says."""
    numbers = forensics.numbers_of(report)
    (tested,) = numbers["elections"]
    methods = {one["method"]: one for one in numbers["methods"]}
    parts = {
        is_evidence: [
            _finding(one)
            for one in tested["findings"]
            if methods[one["method"]]["is_evidence"] is is_evidence
        ]
        for is_evidence in (True, False)
    }
    return {
        "is_stale": forensics.is_stale(report.contest, report),
        "made": datetime.fromtimestamp(report.hour * _SECONDS_AN_HOUR, tz=UTC),
        "facts": _facts(report, numbers, tested),
        "head": [
            *(_("Test"), _("Of what"), _("What came of it"), _("Size")),
            *(_("Uncertainty"), _("Chance"), _("Stations")),
        ],
        "tests": parts[True],
        "no_evidence": parts[False],
        "methods": [_method(one) for one in methods.values()],
        "file_head": [_("File"), _("Bytes"), "SHA-256"],
        "files": [
            _file(name, *report.sums[name], place=place) for name in FILES if name in report.sums
        ],
        "command": numbers["command"],
    }


def _facts(
    report: ForensicsReport, numbers: Mapping[str, Any], tested: Mapping[str, Any]
) -> list[tuple[str, str]]:
    """Return what was tested."""
    return [
        (_("Stations tested"), number(tested["stations"])),
        (_("Left out: a figure lacks, or more votes than ballots"), number(report.left_out)),
        (_("Of them count remote votes"), number(tested["remote_stations"])),
        (_("Whose votes are tested"), ", ".join(tested["options"])),
        (_("Version and seed"), f"Hedgerow {numbers['version']}, {numbers['seed']}"),
        (
            _("SHA-256 of the data"),
            format_html('<span class="digest">{}</span>', tested["sha256"]),
        ),
    ]


def _finding(one: Mapping[str, Any]) -> list[Any]:
    """Return one test as a row; why something cannot be tested stands in place of its size."""
    interval = one["interval"]
    reason = one["details"].get("reason", "") if one["outcome"] == _UNTESTED else ""
    words = words_in(language())
    unit = words.say(one["effect_unit"])
    size = "–" if one["effect"] is None else f"{figure(one['effect'])} {unit}"
    return [
        METHODS.get(one["method"], one["method"]),
        words.label(one["label"]),
        OUTCOMES[one["outcome"]],
        words.say(reason) or size,
        "–" if interval is None else f"{figure(interval[0])} … {figure(interval[1])}",
        _chance(one["p_adjusted"]),
        number(one["units"]),
    ]


def _chance(value: float | None) -> str:
    """Return a chance, corrected for the number of tests of a method."""
    if value is None:
        return "–"
    return "< 10⁻¹²" if value < _SMALLEST else figure(value)


def figure(value: float) -> str:
    """Return a number as the reader writes it, with a few figures that count."""
    if abs(value) >= _LARGE or value == int(value):
        return number(round(value)).replace("-", "−")
    if abs(value) < 1 / _LARGE:
        return f"{value:.1e}".replace("-", "−")
    digits = _DIGITS - (len(str(int(abs(value)))) if abs(value) >= 1 else 0)
    return number_format(round(value, digits), decimal_pos=digits).replace("-", "−")


def _method(one: Mapping[str, Any]) -> Row:
    """Return a method with its model, and what else explains a departure."""
    words = words_in(language())
    said = {name: words.say(one[name]) for name in ("title", "model", "inclusion")}
    name = METHODS.get(one["method"], said["title"])
    # Sources stay as they were published; screens that read aloud are told in which language.
    return {
        **said,
        "name": name,
        "explanations": [words.say(why) for why in one["explanations"]],
        "reference": one["reference"],
    }


def _file(name: str, size: int, digest: str, *, place: Sequence[object]) -> list[Any]:
    """Return a file of a report as a row."""
    url = reverse("elections:forensics-file", args=[*place, name])
    return [
        format_html('<a href="{}">{}</a>', url, name),
        number(size),
        format_html('<span class="digest">{}</span>', digest),
    ]
