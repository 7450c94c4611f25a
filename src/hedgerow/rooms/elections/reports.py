# SPDX-License-Identifier: AGPL-3.0-or-later
"""Declare what observers report, as it is sealed for the group that watches an election.

Kind numbers never change; those of reports lie from 0x0411 to 0x041F. What of a report is
counted goes to the running server besides, as a figure: numbers alone, never words.
"""

from dataclasses import dataclass, field

from hedgerow.store.kinds import kind


@kind(number=0x0411, version=1)
@dataclass(frozen=True, slots=True)
class TurnoutReport:
    """Say how many people had voted by an hour.

    Attributes:
        form: Number of the form it came by; one sent twice is one report.
        station: Row of the station.
        hour: Of the day.
        voted: So many by then.
    """

    form: bytes
    station: int
    hour: int
    voted: int

    def search_text(self) -> str:
        """Return nothing: there are no words in it."""
        return ""


@kind(number=0x0412, version=1)
@dataclass(frozen=True, slots=True)
class EventReport:
    """Say what happened at a station, or on the way to one.

    Attributes:
        form: Number of the form it came by.
        station: Row of the station, 0 for none.
        listed: Name of the list that the category is of.
        category: Its name in that list.
        priority: 1 for what cannot wait, to 3.
        text: As it was typed.
        language: In which its author read the page.
        sums: SHA-256 of each photograph as it came, in hexadecimal figures.
    """

    form: bytes
    station: int
    listed: str
    category: str
    priority: int
    text: str
    language: str = ""
    sums: list[str] = field(default_factory=list)

    def search_text(self) -> str:
        """Return what a search looks through."""
        return self.text


@kind(number=0x0413, version=1)
@dataclass(frozen=True, slots=True)
class SheetReport:
    """Hold a results sheet as an observer copied it from the paper.

    Attributes:
        form: Number of the form it came by.
        station: Row of the station.
        contest: Row of the contest.
        values: In the order of the layout's columns, -1 where nothing was typed.
        is_confirmed: Whether the observer was told of a broken relation and said that this is
            what the paper says.
        digest: SHA-256 of its canonical text, in hexadecimal figures.
        sums: SHA-256 of each photograph as it came.
    """

    form: bytes
    station: int
    contest: int
    values: list[int]
    is_confirmed: bool
    digest: str
    sums: list[str] = field(default_factory=list)

    def search_text(self) -> str:
        """Return nothing: there are no words in it."""
        return ""


Report = TurnoutReport | EventReport | SheetReport
