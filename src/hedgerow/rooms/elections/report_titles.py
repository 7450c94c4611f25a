# SPDX-License-Identifier: AGPL-3.0-or-later
"""Say in a line what a report of an observer is about, to the observer and to the headquarters."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from hedgerow.rooms.elections.incidents import list_named, said
from hedgerow.rooms.elections.models import Contest
from hedgerow.rooms.elections.records import Shifts
from hedgerow.rooms.elections.reports import EventReport, SheetReport, TurnoutReport
from hedgerow.rooms.elections.rows import language
from hedgerow.store.kinds import Value


def report_title(value: Value | None, contests: Iterable[Contest]) -> str:
    """Return what a report is about; empty for what is none.

    Args:
        value: Of a message.
        contests: Of the election.
    """
    if isinstance(value, TurnoutReport):
        return _("Turnout by %(hour)s:00: %(voted)s") % {"hour": value.hour, "voted": value.voted}
    if isinstance(value, EventReport):
        return category_title(value)
    if isinstance(value, SheetReport):
        found = (one.title_in(language()) for one in contests if one.pk == value.contest)
        return _("Results sheet: %(title)s") % {"title": next(found, "")}
    return _("Hours of observing") if isinstance(value, Shifts) else ""


def category_title(report: EventReport) -> str:
    """Return what an incident is called."""
    category = list_named(report.listed).named(report.category)
    return said(category.title, language()) if category is not None else _("What happened")
