# SPDX-License-Identifier: AGPL-3.0-or-later
"""Know what the day has come to at a station, what is to do then, and how one observes."""

from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal

from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from hedgerow.kernel.clock import minute_now
from hedgerow.rooms.elections.models import Election
from hedgerow.rooms.elections.observing_doors import Seat
from hedgerow.rooms.elections.reports import SheetReport
from hedgerow.rooms.elections.rows import language
from hedgerow.rooms.members.rows import html_of, moment
from hedgerow.store.machine import machine

Phase = Literal["before", "day", "count", "after"]
_TRAINING: Final = files("hedgerow") / "data" / "training"
_LANGUAGES: Final = ("en", "ru", "uk")

CHECKLISTS: Final[dict[Phase, tuple[Any, ...]]] = {
    "before": (
        gettext_lazy("Charge the phone and a spare battery; take your papers, pens, water, food."),
        gettext_lazy("Come half an hour before the opening and ask to be written into the list."),
        gettext_lazy("See that the boxes are empty, closed and tagged; photograph the tags."),
        gettext_lazy("Choose a place from which you see the boxes and the tables at once."),
    ),
    "day": (
        gettext_lazy("Count everybody who puts a ballot in, and send the number at each hour."),
        gettext_lazy("Say to the chair what is wrong, calmly, once; often it is mended."),
        gettext_lazy("If it is not mended, note the minute and send “What happened”."),
        gettext_lazy("Eat, drink, sit. If the box goes out to voters, ask who goes along."),
    ),
    "count": (
        gettext_lazy("Do not leave; stand where you see each mark on each ballot."),
        gettext_lazy("Write down each number when it is said aloud."),
        gettext_lazy("Ask for a copy with date, time, signatures and stamp; photograph it whole."),
        gettext_lazy("Copy the sheet into this page, line by line, and send it from there."),
    ),
    "after": (
        gettext_lazy(
            "Keep the paper and the photographs; give both to nobody but the headquarters."
        ),
        gettext_lazy("If another sheet appears later, send it as a correction and keep both."),
        gettext_lazy("Go home by a safe way, and sleep. Thank you."),
    ),
}
PHASES: Final[dict[Phase, Any]] = {
    "before": gettext_lazy("Before the opening"),
    "day": gettext_lazy("During the day"),
    "count": gettext_lazy("At the count"),
    "after": gettext_lazy("Afterwards"),
}


# Time, by the clock of the station.


def local(election: Election, minute: int) -> datetime:
    """Return a minute by the clock of the stations."""
    return moment(minute + election.utc_offset_minutes).replace(tzinfo=None)


def time_text(election: Election, minute: int) -> str:
    """Return day and time by the clock of the stations."""
    there = local(election, minute)
    return f"{date_format(there.date())}, {there:%H:%M}"


def now(election: Election) -> datetime:
    """Return the present moment by the clock of the stations."""
    return local(election, minute_now(machine().clock))


def phase_of(seat: Seat) -> Phase:
    """Return what the day has come to."""
    election, there = seat.election, now(seat.election)
    opens = _at(election.day, election.opens_minute)
    closes = _at(election.day, election.closes_minute)
    if there < opens:
        return "before"
    if there < closes:
        return "day"
    sent = {one.contest for _letter, one in seat.reports() if isinstance(one, SheetReport)}
    return "after" if {one.pk for one in seat.contests} <= sent else "count"


def _at(day: date, minute: int) -> datetime:
    """Return a minute of a day."""
    return datetime(day.year, day.month, day.day) + timedelta(minutes=minute)  # noqa: DTZ001 -- the station's own clock


# Training.


def training_html() -> SafeString:
    """Return the training in the reader's language."""
    spoken = language()
    text = _training(spoken if spoken in _LANGUAGES else _LANGUAGES[0])
    return html_of(text.partition("\n")[2].strip())


@cache
def _training(spoken: str) -> str:
    """Read the training in a language."""
    return (_TRAINING / f"{spoken}.md").read_text("utf-8")
