# SPDX-License-Identifier: AGPL-3.0-or-later
"""Give the tests of the room what those of members have, and an election that a group watches."""

import pytest

from tests.rooms.elections.observers import observer, world_in
from tests.rooms.elections.watched_election import World
from tests.rooms.members.browsers import Group, Somebody
from tests.rooms.members.conftest import group, vault

__all__ = ["group", "vault"]


@pytest.fixture
def world(group: Group) -> World:
    """Return an election that a group watches."""
    return world_in(group)


@pytest.fixture
def home(group: Group, world: World) -> str:
    """Return where the headquarters' pages of it lie."""
    return f"{group.path}elections/{world.election.address}/"


@pytest.fixture
def who(world: World) -> Somebody:
    """Return an observer at the first station."""
    return observer(world.codes(0)[0])
