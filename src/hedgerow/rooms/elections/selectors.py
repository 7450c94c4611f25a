# SPDX-License-Identifier: AGPL-3.0-or-later
"""Read elections: those that everybody sees, and those that a group runs."""

from hedgerow.kernel.errors import NotFound
from hedgerow.rooms.elections.models import Election
from hedgerow.rooms.elections.records import Running
from hedgerow.store.visit import Space


def shown_elections() -> list[Election]:
    """Return the elections that have a public page, the newest first."""
    return list(Election.objects.filter(is_shown=True).order_by("-day", "address"))


def is_taken(address: str) -> bool:
    """Tell whether there is an election at an address."""
    return Election.objects.filter(address=address).exists()


def running(space: Space) -> list[str]:
    """Return the addresses of the elections that a group runs."""
    found = space.read_many(Running, space.entries(Running))
    return [one.value.address for one in found]


def own_elections(space: Space) -> list[Election]:
    """Return the elections that a group runs, the newest first."""
    found = Election.objects.filter(address__in=running(space))
    return list(found.order_by("-day", "address"))


def own_election(space: Space, address: str) -> Election:
    """Return one of the elections that a group runs.

    Raises:
        NotFound: "elections.unknown", also when it is another group's.
    """
    found = next((one for one in own_elections(space) if one.address == address), None)
    if found is None:
        raise NotFound("elections.unknown")
    return found
