# SPDX-License-Identifier: AGPL-3.0-or-later
"""Declare the values this room seals in a group: which election the group runs.

Kind numbers never change; those of this room lie from 0x0401 to 0x04FF.
"""

from dataclasses import dataclass

from hedgerow.store.kinds import kind


@kind(number=0x0401, version=1, in_open_page=True)
@dataclass(frozen=True, slots=True)
class Running:
    """Say which election a group runs; its title is that of the election.

    Whoever comes in later, and reads from then on, works on it too.

    Attributes:
        address: Of the election.
    """

    address: str

    def search_text(self) -> str:
        """Return nothing: its title says it."""
        return ""


@kind(number=0x0402, version=1)
@dataclass(frozen=True, slots=True)
class Observer:
    """Say who holds an observer's code; its title is the name that the group uses.

    Attributes:
        address: Of the election.
        code: Number of the code.
        contact: How the person is reached.
        note: What the group should know: training, shifts, a way home.
        is_trained: Whether the person has been through the training.
    """

    address: str
    code: int
    contact: str
    note: str
    is_trained: bool

    def search_text(self) -> str:
        """Return what a search looks through."""
        return f"{self.contact}\n{self.note}"


@kind(number=0x0403, version=1)
@dataclass(frozen=True, slots=True)
class Reason:
    """Say why the headquarters did something about a sheet or a code; its title says to what.

    Attributes:
        address: Of the election.
        station: Row of the station, 0 where it is about a code.
        code: Number of the code, 0 where it is about a station.
        act: What was done: "figure", "accept", "refuse", "show", "withhold", "rule", "second",
            "looked", "hold", "hold-votes", "let", "photograph" or "photograph-back".
        detail: Figures and lines it is about.
        text: Why.
    """

    address: str
    station: int
    code: int
    act: str
    detail: str
    text: str

    def search_text(self) -> str:
        """Return what a search looks through."""
        return self.text


@kind(number=0x0405, version=1)
@dataclass(frozen=True, slots=True)
class Shifts:
    """Say where and when the holder of a code observes, in the group and in the conversation.

    Attributes:
        address: Of the election.
        code: Number of the code.
        hours: Row of a station, first minute, minute after the last one; minutes count from
            midnight of the election's day by the clock of the stations.
    """

    address: str
    code: int
    hours: list[list[int]]

    def search_text(self) -> str:
        """Return nothing: there are no words in it."""
        return ""


@kind(number=0x0404, version=1)
@dataclass(frozen=True, slots=True)
class HeadquartersMessage:
    """Be a message of the headquarters to an observer, in their conversation."""

    text: str

    def search_text(self) -> str:
        """Return the text."""
        return self.text
