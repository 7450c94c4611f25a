# SPDX-License-Identifier: AGPL-3.0-or-later
"""Processes killed anywhere leave every letter whole, once, and with its team."""

from hedgerow.kernel.ids import SpaceId
from tests.instances import Vault
from tests.store.people import killed_letters as killed
from tests.store.people.actors import Person

LETTERS = 12
CLOSINGS = 12
ANSWERS = 10
FORWARDS = 10


def test_letters_killed_anywhere_come_once(
    vault: Vault, founder: Person, space_id: SpaceId
) -> None:
    """What a stranger was told is there is there; the same form again makes no second letter."""
    assert killed.letters(vault, founder, space_id, times=LETTERS) >= LETTERS // 4


def test_a_letter_to_a_box_that_closes_is_not_lost(
    vault: Vault, founder: Person, space_id: SpaceId
) -> None:
    """Closing, opening and a removal, killed anywhere, lose no letter that was taken."""
    assert killed.closings(vault, founder, space_id, times=CLOSINGS) >= CLOSINGS // 4


def test_answers_killed_anywhere_are_read_by_both(
    vault: Vault, founder: Person, space_id: SpaceId
) -> None:
    """Both sides read the same, with all that was acknowledged."""
    assert killed.answers(vault, founder, space_id, times=ANSWERS) >= ANSWERS // 4


def test_a_handed_over_conversation_is_in_one_group(
    vault: Vault, founder: Person, space_id: SpaceId
) -> None:
    """Killed anywhere, it is read in the one or in the other, and the stranger can go on."""
    assert killed.forwards(vault, founder, space_id, times=FORWARDS) >= FORWARDS // 4
