# SPDX-License-Identifier: AGPL-3.0-or-later
"""Read elections: those that everybody sees, and those that a group runs."""

from typing import Final

from hedgerow.kernel.errors import NotFound
from hedgerow.rooms.elections.models import (
    Contest,
    District,
    Election,
    OfficialResult,
    PublishedPhotograph,
    ReleasedSheet,
    Station,
)
from hedgerow.rooms.elections.records import Running
from hedgerow.rooms.intake.models import LetterBox
from hedgerow.rooms.intake.selectors import box_rows
from hedgerow.rooms.members.selectors import Leaf
from hedgerow.store.roles import Role
from hedgerow.store.visit import Entry, Space

ROWS_A_PAGE: Final = 50


def shown_elections() -> list[Election]:
    """Return the elections that have a public page, the newest first."""
    return list(Election.objects.filter(is_shown=True).order_by("-day", "address"))


def shown_election(address: str) -> Election:
    """Return an election that has a public page.

    Raises:
        NotFound: "elections.unknown".
    """
    found = Election.objects.filter(address=address, is_shown=True).first()
    if found is None:
        raise NotFound("elections.unknown")
    return found


def is_taken(address: str) -> bool:
    """Tell whether there is an election at an address."""
    return Election.objects.filter(address=address).exists()


def running_entry(space: Space, address: str) -> Entry | None:
    """Return the record that says a group runs an election, or None."""
    found = space.read_many(Running, space.entries(Running))
    return next((one.entry for one in found if one.value.address == address), None)


def own_elections(space: Space) -> list[Election]:
    """Return the elections that a group runs, the newest first; a new member sees none."""
    if space.role is Role.PROBATIONER:
        return []
    found = space.read_many(Running, space.entries(Running))
    addresses = [one.value.address for one in found]
    return list(Election.objects.filter(address__in=addresses).order_by("-day", "address"))


def own_election(space: Space, address: str) -> Election:
    """Return one of the elections that a group runs.

    Raises:
        NotFound: "elections.unknown", also when it is another group's.
    """
    found = next((one for one in own_elections(space) if one.address == address), None)
    if found is None:
        raise NotFound("elections.unknown")
    return found


def open_boxes(space: Space) -> list[LetterBox]:
    """Return the letter-boxes of a group that take letters."""
    return [one for one in box_rows(space) if one.is_open]


def takes_offers(election: Election) -> bool:
    """Tell whether the letter-box for people who want to observe takes letters."""
    return LetterBox.objects.filter(address=election.letter_box, is_open=True).exists()


def contests_of(election: Election) -> list[Contest]:
    """Return the contests of an election in the order in which they were added."""
    return list(election.contest_set.select_related("district").order_by("id"))


def contest_in(election: Election, key: str) -> Contest:
    """Return one contest of an election.

    Raises:
        NotFound: "elections.unknown".
    """
    found = election.contest_set.select_related("district").filter(key=key).first()
    if found is None:
        raise NotFound("elections.unknown")
    return found


def station_in(election: Election, number: int) -> Station:
    """Return one station of an election by its row.

    Raises:
        NotFound: "elections.unknown".
    """
    found = election.station_set.select_related("district").filter(pk=number).first()
    if found is None:
        raise NotFound("elections.unknown")
    return found


def photographs_of(station: Station) -> list[PublishedPhotograph]:
    """Return the photographs of a station that everybody sees, without their bytes."""
    return list(PublishedPhotograph.objects.filter(station=station).defer("content").order_by("id"))


def photograph_in(station: Station, number: int) -> PublishedPhotograph:
    """Return one of the photographs of a station that everybody sees.

    Raises:
        NotFound: "elections.unknown".
    """
    found = PublishedPhotograph.objects.filter(station=station, pk=number).first()
    if found is None:
        raise NotFound("elections.unknown")
    return found


def districts_of(election: Election) -> list[District]:
    """Return the districts of an election by their keys."""
    return list(election.district_set.order_by("key"))


def has_figures(contest: Contest) -> bool:
    """Tell whether figures hang on a contest's form and options."""
    kinds = (ReleasedSheet, OfficialResult)
    return any(kind.objects.filter(contest=contest).exists() for kind in kinds)


def station_leaf(election: Election, *, number: int, query: str = "") -> Leaf[Station]:
    """Return one leaf of the stations of an election, by their rows.

    Args:
        election: Whose stations they are.
        number: Of the leaf, from 1.
        query: What the name holds; empty for all.
    """
    found = election.station_set.select_related("district").order_by("id")
    if query:
        found = found.filter(name__icontains=query)
    total = found.count()
    count = max(1, -(-total // ROWS_A_PAGE))
    number = min(max(1, number), count)
    start = (number - 1) * ROWS_A_PAGE
    return Leaf(list(found[start : start + ROWS_A_PAGE]), number, count, total)
