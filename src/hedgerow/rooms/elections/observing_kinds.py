# SPDX-License-Identifier: AGPL-3.0-or-later
"""Say of each kind of report what its form asks, what is sealed of it, and what is counted."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, QueryDict

from hedgerow.engines.tally.layout import MISSING
from hedgerow.rooms.elections import observing_rows as rows
from hedgerow.rooms.elections.models import Contest
from hedgerow.rooms.elections.observing_doors import Seat
from hedgerow.rooms.elections.observing_forms import EventForm, ReportForm, SheetForm, TurnoutForm
from hedgerow.rooms.elections.reports import EventReport, Report, SheetReport, TurnoutReport
from hedgerow.rooms.elections.rows import language
from hedgerow.rooms.elections.sheets import as_values, canonical_text, digest_of, layout_of
from hedgerow.store.counting import Act, Figure

Typed = QueryDict | None


class Reporting(ABC):
    """Be one kind of report for one request.

    Attributes:
        name: Of the address of its page; that of its sending is the same with "-send".
        template: Of its page.
        needs_station: Whether it is of use only at a station.
    """

    name = ""
    template = ""
    needs_station = True

    def __init__(self, seat: Seat) -> None:
        """Begin for a device."""
        self.seat = seat

    def address(self) -> dict[str, Any]:
        """Return the arguments of its address."""
        return {}

    @abstractmethod
    def form(self, typed: Typed, **options: Any) -> ReportForm:
        """Make its form."""

    def initial(self, _request: HttpRequest) -> dict[str, object]:
        """Return what stands in a form that is opened."""
        return {}

    def context(self, _form: ReportForm) -> dict[str, object]:
        """Return what its page shows besides."""
        return {}

    @abstractmethod
    def report(self, form: ReportForm, *, number: bytes, sums: list[str]) -> Report:
        """Return what is sealed for the group."""

    @abstractmethod
    def figure(self, report: Any) -> Figure:
        """Return what of it is counted."""


class Turnout(Reporting):
    """Report how many people had voted by an hour."""

    name = "observe-turnout"
    template = "observing/turnout"

    def form(self, typed: Typed, **options: Any) -> TurnoutForm:
        """Ask for an hour and a number."""
        return TurnoutForm(
            typed, station=self.seat.device.station, hours=self.seat.election.hours, **options
        )

    def initial(self, request: HttpRequest) -> dict[str, object]:
        """Offer the hour that was asked for, or the next."""
        asked = request.GET.get("hour", "")
        return {"hour": asked or rows.next_hour(self.seat)}

    def report(self, form: ReportForm, *, number: bytes, sums: list[str]) -> TurnoutReport:  # noqa: ARG002 -- no photographs
        """Return hour and number."""
        data = form.cleaned_data
        return TurnoutReport(number, self.seat.device.station, data["hour"], data["voted"])

    def figure(self, report: TurnoutReport) -> Figure:
        """Count the number for its hour."""
        return Figure(Act.TURNOUT, 0, report.station, 0, (report.hour, report.voted))


class Happened(Reporting):
    """Report what happened."""

    name = "observe-happened"
    template = "observing/happened"
    needs_station = False

    def form(self, typed: Typed, **options: Any) -> EventForm:
        """Ask for a category and a text."""
        return EventForm(
            typed,
            station=self.seat.device.station,
            listed=self.seat.incidents,
            language=language(),
            **options,
        )

    def context(self, _form: ReportForm) -> dict[str, object]:
        """Explain each category."""
        return {"categories": rows.category_rows(self.seat)}

    def report(self, form: ReportForm, *, number: bytes, sums: list[str]) -> EventReport:
        """Return category and text."""
        data, listed = form.cleaned_data, self.seat.incidents
        category = listed.named(data["category"])
        return EventReport(
            form=number,
            station=self.seat.device.station,
            listed=listed.id,
            category=data["category"],
            priority=category.priority if category is not None else 3,
            text=data["text"],
            language=language(),
            sums=sums,
        )

    def figure(self, report: EventReport) -> Figure:
        """Count that something happened, and how pressing it is; never what."""
        return Figure(Act.EVENT, 0, report.station, 0, (report.priority,))


class Sheet(Reporting):
    """Report a results sheet.

    Args:
        contest: Whose sheet it is.
    """

    name = "observe-sheet"
    template = "observing/sheet"

    def __init__(self, seat: Seat, contest: Contest) -> None:
        """Begin for a contest."""
        super().__init__(seat)
        self.contest = contest
        self.layout = layout_of(contest)

    def address(self) -> dict[str, Any]:
        """Return the contest's key."""
        return {"contest": self.contest.key}

    def form(self, typed: Typed, **options: Any) -> SheetForm:
        """Ask for every line."""
        return SheetForm(
            typed,
            station=self.seat.device.station,
            layout=self.layout,
            titles=rows.numbered_titles(self.contest),
            **options,
        )

    def initial(self, _request: HttpRequest) -> dict[str, object]:
        """Offer the figures that were sent before, to be corrected."""
        versions = rows.versions_of(self.seat, self.contest)
        if not versions:
            return {}
        figures = enumerate(rows.fitting(self.contest, versions[-1][1].values))
        return {f"c{place}": figure for place, figure in figures if figure != MISSING}

    def context(self, form: ReportForm) -> dict[str, object]:
        """Show the relations, and which of them are broken."""
        checked = form.checked if isinstance(form, SheetForm) else None
        return {
            "title": self.contest.title_in(language()),
            "relations": rows.relation_rows(self.layout),
            "broken": rows.broken_rows(checked) if checked is not None else [],
            "versions": len(rows.versions_of(self.seat, self.contest)),
        }

    def report(self, form: ReportForm, *, number: bytes, sums: list[str]) -> SheetReport:
        """Return the figures with the sum of their canonical text."""
        assert isinstance(form, SheetForm)  # noqa: S101  # nosec -- made above
        values = form.values()
        station = self.seat.station
        text = canonical_text(
            election=self.seat.election.address,
            contest=self.contest.key,
            station=station.name if station is not None else "",
            values=as_values(self.layout, values),
        )
        return SheetReport(
            form=number,
            station=self.seat.device.station,
            contest=self.contest.pk,
            values=list(values),
            is_confirmed=bool(form.cleaned_data["paper"]),
            digest=digest_of(text),
            sums=sums,
        )

    def figure(self, report: SheetReport) -> Figure:
        """Count every figure."""
        return Figure(Act.SHEET, 0, report.station, report.contest, tuple(report.values))


def kind_at(seat: Seat, name: str, arguments: Mapping[str, Any]) -> Reporting | None:
    """Return the kind of report that an address is about."""
    if name.startswith(Sheet.name):
        return Sheet(seat, seat.contest(str(arguments["contest"])))
    plain = next((one for one in (Turnout, Happened) if name.startswith(one.name)), None)
    return plain(seat) if plain is not None else None
