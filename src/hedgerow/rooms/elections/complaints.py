# SPDX-License-Identifier: AGPL-3.0-or-later
"""Draft a complaint from what an observer sent, as text to print; names stay blank on it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from hedgerow.rooms.elections import observing_rows as rows
from hedgerow.rooms.elections.incidents import list_named, said
from hedgerow.rooms.elections.models import Station
from hedgerow.rooms.elections.observing_day import time_text
from hedgerow.rooms.elections.observing_doors import Seat
from hedgerow.rooms.elections.report_titles import category_title
from hedgerow.rooms.elections.reports import EventReport, SheetReport
from hedgerow.rooms.elections.rows import language
from hedgerow.store.lines import Letter


@dataclass(frozen=True, kw_only=True)
class Complaint:
    """Hold the draft of a complaint.

    Args:
        station: Name of the station, empty where there is none.
        election: Title of the election.
        happened: What happened, one text a paragraph.
        quoted: As the observer wrote it, empty for a sheet.
        figures: Titles and figures of a sheet.
        law: What it goes against, in the page's language; may be empty.
        demands: What is asked for.
    """

    station: str
    election: str
    happened: list[str]
    quoted: str
    figures: list[tuple[str, str]]
    law: str
    demands: list[str]


def complaint_of(seat: Seat, letter: Letter, report: EventReport | SheetReport) -> Complaint:
    """Draft a complaint in the language of the page."""
    found = Station.objects.filter(election=seat.election, pk=report.station).first()
    station = found.name if found is not None else ""
    if isinstance(report, EventReport):
        return _of_event(seat, letter, report, station)
    return _of_sheet(seat, letter, report, station)


def _of_event(seat: Seat, letter: Letter, report: EventReport, station: str) -> Complaint:
    """Draft a complaint about what happened."""
    category = list_named(report.listed).named(report.category)
    when = time_text(seat.election, letter.minute)
    return Complaint(
        station=station,
        election=seat.election.title_in(language()),
        happened=[
            category_title(report) + ".",
            _("I reported it on %(when)s. What I saw and heard:") % {"when": when},
        ],
        quoted=report.text,
        figures=[],
        law=said(category.law, language()) if category is not None else "",
        demands=[
            _("to end the violation, and to restore the rights that were touched;"),
            _("to note the complaint in the commission's papers and attach it to the sheet;"),
            _("to give me a decision in writing, with its reasons."),
        ],
    )


def _of_sheet(seat: Seat, letter: Letter, report: SheetReport, station: str) -> Complaint:
    """Draft a complaint about a results sheet."""
    contest = seat.contest(report.contest)
    broken = [
        one
        for one in rows.broken_rows(rows.checked_sheet(contest, report.values))
        if one["is_hard"]
    ]
    happened = [
        _("On the results sheet of the contest “%(title)s” I read the figures below, on %(when)s.")
        % {
            "title": contest.title_in(language()),
            "when": time_text(seat.election, letter.minute),
        }
    ]
    if broken:
        happened.append(_("These figures do not fit together:"))
        happened += [f"– {one['title']} ({one['gap']});" for one in broken]
    return Complaint(
        station=station,
        election=seat.election.title_in(language()),
        happened=happened,
        quoted="",
        figures=rows.figure_rows(contest, report.values),
        law=said(list_named(seat.incidents.id).sheet_law, language()),
        demands=_demands_of_sheet(is_broken=bool(broken)),
    )


def _demands_of_sheet(*, is_broken: bool) -> list[str]:
    """Return what is asked for about a sheet."""
    first = _("to give me a copy of the sheet, certified as the law says;")
    if is_broken:
        first = _("to find out why the figures do not fit, and where needed to count again;")
    return [
        first,
        _("to compare the figures entered above with the sheet of the station;"),
        _("to give me a decision in writing, with its reasons."),
    ]
