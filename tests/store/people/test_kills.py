# SPDX-License-Identifier: AGPL-3.0-or-later
"""Processes killed anywhere in an act leave a space or an account before or after it."""

from hedgerow.kernel.ids import SpaceId
from tests.instances import Vault
from tests.store.people import killed
from tests.store.people.actors import Person

WRITES_AND_REMOVALS = 30
UPLOADS = 12
JOINS = 12
PHRASES = 8
NIGHTS = 5


def test_writes_and_removals_killed_anywhere(
    vault: Vault, founder: Person, space_id: SpaceId
) -> None:
    """What was acknowledged is read by all who stay; who was removed is out, whole or not."""
    hits = killed.writes_and_removals(vault, founder, space_id, times=WRITES_AND_REMOVALS)
    assert hits >= WRITES_AND_REMOVALS // 4


def test_uploads_killed_anywhere(vault: Vault, founder: Person, space_id: SpaceId) -> None:
    """A record that is there has its whole file."""
    assert killed.uploads(vault, founder, space_id, times=UPLOADS) >= UPLOADS // 4


def test_joins_killed_anywhere_are_finished_or_never_were(
    vault: Vault, founder: Person, space_id: SpaceId
) -> None:
    """After a kill the new words open the space, or nothing, and then the code is still good."""
    assert killed.joins(vault, founder, space_id, times=JOINS) >= JOINS // 4


def test_a_phrase_killed_in_its_change_is_one_or_the_other(
    vault: Vault, founder: Person, space_id: SpaceId
) -> None:
    """Exactly one of the two phrases opens the account, and it opens all of it."""
    assert killed.phrases(vault, founder, space_id, times=PHRASES) >= PHRASES // 4


def test_nights_killed_anywhere_hide_nothing_from_people(
    vault: Vault, founder: Person, space_id: SpaceId
) -> None:
    """What was written is read between a kill and the night that finishes it, and after it."""
    assert killed.nights(vault, founder, space_id, times=NIGHTS) >= NIGHTS // 4
