# SPDX-License-Identifier: AGPL-3.0-or-later
"""Turn what an observer has sent, and is to do, into what the pages show."""

import json
from typing import Final

import numpy as np
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hedgerow.engines.tally.checks import Checked, check_sheets
from hedgerow.engines.tally.layout import MISSING, Layout
from hedgerow.rooms.elections.incidents import said
from hedgerow.rooms.elections.models import Contest, ReleasedSheet, Station
from hedgerow.rooms.elections.observing_day import time_text
from hedgerow.rooms.elections.observing_doors import Seat
from hedgerow.rooms.elections.records import Shifts
from hedgerow.rooms.elections.report_titles import report_title
from hedgerow.rooms.elections.reports import SheetReport, TurnoutReport
from hedgerow.rooms.elections.rows import Row, language
from hedgerow.rooms.elections.sheets import (
    as_values,
    canonical_text,
    column_titles,
    form_named,
    layout_of,
)
from hedgerow.rooms.members.rows import size_text
from hedgerow.store.lines import Letter

_A_GROUP: Final = 4
_GROUPS: Final = 4

#: What is said to a form whose token is not good: forged, or opened long ago.
AGES: Final = {
    "forged": gettext_lazy(
        "This form did not come from here, or stood open for too long. What you typed is below:"
        " please send it once more."
    ),
    "late": gettext_lazy(
        "This form stood open for a day. What you typed is below: please send it once more."
        " Photographs must be chosen again."
    ),
}
NOT_HERE: Final = gettext_lazy(
    "This is not asked for where you are now. What you typed is below; call the headquarters."
)


def busy_sentence() -> str:
    """Say that too much is going on just now."""
    return _(
        "Too much is going on at once. What you typed is below: please send it again in half a"
        " minute."
    )


# The observer's page.


def station_facts(station: Station) -> list[tuple[str, str]]:
    """Return what stands publicly of a station."""
    facts = [
        (_("Where it is"), station.place),
        (_("Commission"), station.commission),
        (_("Voters on the list"), str(station.registered)),
    ]
    return [(term, meaning) for term, meaning in facts if meaning]


def turnout_rows(seat: Seat) -> list[Row]:
    """Return each hour with the newest number for it, and which is to come next."""
    sent = {one.hour: one.voted for _l, one in seat.reports() if isinstance(one, TurnoutReport)}
    coming = next_hour(seat)
    return [
        {
            "hour": f"{hour}:00",
            "voted": sent.get(hour),
            "is_next": hour == coming,
            "url": f"{reverse('elections:observe-turnout')}?hour={hour}",
        }
        for hour in seat.election.hours
    ]


def next_hour(seat: Seat) -> int | None:
    """Return the first hour for which nothing was sent after the last one that was."""
    sent = [one.hour for _l, one in seat.reports() if isinstance(one, TurnoutReport)]
    return next((hour for hour in seat.election.hours if hour > max(sent, default=-1)), None)


def sheet_rows(seat: Seat) -> list[Row]:
    """Return the contests of the station with what was sent for each."""
    return [
        {
            "url": reverse("elections:observe-sheet", kwargs={"contest": contest.key}),
            "title": contest.title_in(language()),
            "versions": len(versions_of(seat, contest)),
        }
        for contest in seat.contests
    ]


def versions_of(seat: Seat, contest: Contest) -> list[tuple[Letter, SheetReport]]:
    """Return the versions of a contest's sheet at the station of now, the oldest first."""
    return [
        (letter, one)
        for letter, one in seat.reports()
        if isinstance(one, SheetReport)
        and (one.contest, one.station) == (contest.pk, seat.device.station)
    ]


def sent_rows(seat: Seat) -> list[Row]:
    """Return what was sent, the newest first, as lines of a list."""
    return [
        {
            "url": reverse("elections:observe-sent", kwargs={"number": letter.number}),
            "title": report_title(one, seat.all_contests),
            "note": time_text(seat.election, letter.minute),
        }
        for letter, one in reversed(seat.reports())
    ]


def message_rows(seat: Seat) -> list[Row]:
    """Return what the headquarters wrote, the newest first."""
    return [
        {
            "moment": time_text(seat.election, letter.minute),
            "text": letter.value.search_text(),
            "files": file_rows(letter),
        }
        for letter in reversed(seat.letters)
        if letter.side == "team" and not isinstance(letter.value, Shifts | None)
    ]


def file_rows(letter: Letter, sums: list[str] | None = None) -> list[tuple[str, str]]:
    """Return names and sizes of files, with their sums where they are known."""
    known = sums or []
    return [
        (
            file.name,
            " · ".join([size_text(file.length), *(short(one) for one in known[at : at + 1])]),
        )
        for at, file in enumerate(letter.files)
    ]


# Categories of what can happen.


BREACHES: Final = {
    "yes": gettext_lazy("This is a violation."),
    "perhaps": gettext_lazy("This can be a violation; it depends."),
    "no": gettext_lazy("This alone is no violation."),
}


def category_rows(seat: Seat) -> list[Row]:
    """Return what can happen, explained, with the law beside it."""
    spoken = language()
    return [
        {
            "id": one.id,
            "title": said(one.title, spoken),
            "breach": BREACHES[one.breach],
            "is_breach": one.breach == "yes",
            "text": said(one.explanation, spoken),
            "law": said(one.law, spoken),
        }
        for one in seat.incidents.categories
    ]


# Results sheets.


def relation_rows(layout: Layout) -> list[Row]:
    """Return the relations of a sheet for people, and for the script that checks as one types."""
    spoken = language()
    rows: list[Row] = []
    for check in layout.checks:
        weights = layout.coefficients(check.relation.gap)
        used = {f"c{place}": int(weights[place]) for place in np.flatnonzero(weights).tolist()}
        rows.append(
            {
                "title": said(check.title, spoken),
                "is_hard": check.kind == "hard",
                "sign": check.relation.sign,
                "constant": check.relation.gap.constant,
                "weights": json.dumps(used),
            }
        )
    return rows


def fitting(contest: Contest, values: list[int]) -> list[int]:
    """Return the figures of a sheet; of one of another form than now nothing is known."""
    wanted = len(layout_of(contest).columns)
    return values if len(values) == wanted else [MISSING] * wanted


def checked_sheet(contest: Contest, values: list[int]) -> Checked:
    """Check a sheet once more."""
    return check_sheets(layout_of(contest), np.array([fitting(contest, values)], np.int32))


def broken_rows(checked: Checked) -> list[Row]:
    """Say what a sheet breaks, the hard relations first."""
    spoken = language()
    return [
        {
            "title": said(check.title, spoken),
            "gap": f"{gap:+d}",
            "is_hard": check.kind == "hard",
        }
        for check, gap in checked.broken(0)
    ]


def figure_rows(contest: Contest, values: list[int]) -> list[tuple[str, str]]:
    """Return the figures of a sheet with what they are called, in the order of the paper."""
    titles = numbered_titles(contest)
    return [
        (titles[column], "—" if figure == MISSING else str(figure))
        for column, figure in zip(layout_of(contest).columns, fitting(contest, values), strict=True)
    ]


def table_heads() -> list[str]:
    """Return what stands above the columns of a sheet's table."""
    return [_("Line"), _("Figure")]


def numbered_titles(contest: Contest) -> dict[str, str]:
    """Return what columns are called, with the number that the paper prints before a line."""
    titles = column_titles(contest, language())
    numbers = {one.id: one.number for one in form_named(contest.form).lines if one.number}
    return {
        name: f"{numbers[name]}. {title}" if name in numbers else title
        for name, title in titles.items()
    }


def short(digest: str) -> str:
    """Return the beginning of a sum, in groups that can be read aloud."""
    return " ".join(digest[at : at + _A_GROUP] for at in range(0, _GROUPS * _A_GROUP, _A_GROUP))


def released_state(report: SheetReport) -> str:
    """Say whether the sheet stands in the public table, and with the same figures."""
    found = ReleasedSheet.objects.filter(contest=report.contest, station=report.station).first()
    if found is None:
        return _("It does not stand in the public table yet.")
    if found.digest == report.digest:
        return _("It stands in the public table, figure for figure.")
    return _("The public table has other figures for this station. Compare, and ask.")


def canonical(seat: Seat, contest: Contest, report: SheetReport) -> str:
    """Return the text whose SHA-256 is the sum of a sheet."""
    station = Station.objects.filter(election=seat.election, pk=report.station).first()
    return canonical_text(
        election=seat.election.address,
        contest=contest.key,
        station=station.name if station is not None else "",
        values=as_values(layout_of(contest), fitting(contest, report.values)),
    )


def turnout_doubt(seat: Seat, station: Station | None, report: TurnoutReport) -> str:
    """Say what is odd about a number, if anything is."""
    if station is not None and report.voted > station.registered:
        return _("This is more than there are voters on the list. Is there a figure too many?")
    sent = {one.hour: one.voted for _l, one in seat.reports() if isinstance(one, TurnoutReport)}
    before = [(hour, voted) for hour, voted in sorted(sent.items()) if hour < report.hour]
    if before and before[-1][1] > report.voted:
        return _(
            "By %(hour)s:00 you had sent %(voted)s, which is more. Which of them is wrong?"
        ) % {
            "hour": before[-1][0],
            "voted": before[-1][1],
        }
    return ""
