# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ask when the holder of a card observes where."""

import re
from itertools import pairwise
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hedgerow.rooms.elections.fields import lines_of
from hedgerow.rooms.elections.models import MINUTES_OF_A_DAY
from hedgerow.rooms.elections.shifts import Shift
from hedgerow.rooms.members.fields import TextField
from hedgerow.rooms.members.forms import RoomForm

HOURS_BYTES: Final = 4_000
MOST_SHIFTS: Final = 12
_TIME: Final = r"([0-9]{1,2})(?:[:.]([0-9]{2}))?"
_LINE: Final = re.compile(rf"{_TIME}\s*[-–—]\s*{_TIME}\s+(\S.*)")
_HOURS_A_DAY: Final = 24
_MINUTES_AN_HOUR: Final = 60


class HoursForm(RoomForm):
    """Ask for hours and stations, a line for each shift."""

    submit_label = _("Set these hours")
    who = _("Everybody in this group can read this, and whoever holds this card.")
    kept = _("As long as the election's reports.")

    hours = TextField(
        label=_("From when to when, and where"),
        help_text=_(
            "A line for each shift, by the clock of the stations: 8:00–14:00 and the name of the"
            " station. What ends after midnight may end before it began: 20:00–2:00. Left empty,"
            " the card is at its station all day."
        ),
        limit=HOURS_BYTES,
        rows=4,
        empty="",
        required=False,
    )

    def __init__(self, *args: Any, stations: Any, **options: Any) -> None:
        """Know which stations there are."""
        super().__init__(*args, **options)
        self._stations = stations

    def clean_hours(self) -> list[Shift]:
        """Return the shifts, the first ones first.

        Raises:
            ValidationError: A line cannot be taken; it says which and why.
        """
        lines = lines_of(self.cleaned_data["hours"])
        if len(lines) > MOST_SHIFTS:
            raise ValidationError(
                _("At most %(most)s shifts, please."), params={"most": MOST_SHIFTS}
            )
        read = [_read(line, number) for number, line in enumerate(lines, 1)]
        names = {name for _span, name in read}
        known = dict(self._stations.filter(name__in=names).values_list("name", "pk"))
        found: list[Shift] = []
        for number, ((start, end), name) in enumerate(read, 1):
            if name not in known:
                said = gettext("There is no station “%(name)s”.") % {"name": name}
                raise _refusal(number, said)
            found.append(Shift(start, end, known[name]))
        return _apart(found)


def _read(line: str, number: int) -> tuple[tuple[int, int], str]:
    """Read one line: minutes of begin and end, and the name of a station."""
    match = _LINE.fullmatch(line)
    if match is None:
        raise _refusal(number, gettext("expected is: 8:00–14:00 and the name of a station."))
    start, end = _minute(match, 1, number), _minute(match, 3, number)
    if start >= MINUTES_OF_A_DAY or start == end:
        raise _refusal(number, gettext("a shift begins before midnight, and ends later."))
    return (start, end if end > start else end + MINUTES_OF_A_DAY), match[5].strip()


def _minute(match: re.Match[str], group: int, number: int) -> int:
    """Return a time as a minute of the day; 24:00 is the end of it."""
    hour, minute = int(match[group]), int(match[group + 1] or 0)
    if minute >= _MINUTES_AN_HOUR or hour * _MINUTES_AN_HOUR + minute > MINUTES_OF_A_DAY:
        text = match[0][:40]
        raise _refusal(number, gettext("there is no such time: “%(text)s”.") % {"text": text})
    return hour * _MINUTES_AN_HOUR + minute


def _apart(shifts: list[Shift]) -> list[Shift]:
    """Return shifts in their order.

    Raises:
        ValidationError: Two of them are at the same time: nobody is in two places.
    """
    ordered = sorted(shifts)
    for before, after in pairwise(ordered):
        if after.start < before.end:
            raise ValidationError(
                _("Two shifts of this card are at the same time. Give one of them other hours.")
            )
    return ordered


def _refusal(number: int, why: str) -> ValidationError:
    """Say which line cannot be taken."""
    return ValidationError(_("Line %(line)s: %(why)s"), params={"line": number, "why": why})
