# SPDX-License-Identifier: AGPL-3.0-or-later
"""Give tests people: a founder with a space, and a stranger with an account."""

import pytest

from hedgerow.kernel.ids import SpaceId
from hedgerow.store import rosters
from hedgerow.store.founding import issue_founder_code
from tests.instances import Vault
from tests.store.people.actors import Person, join_with, words


@pytest.fixture
def founder_words(vault: Vault) -> str:
    """Return the first keeper's code as typed."""
    rosters.forget_all()
    return vault.founder_words


@pytest.fixture
def founder(founder_words: str) -> Person:
    """Return the first person of an instance."""
    return join_with(founder_words, name="")


@pytest.fixture
def space_id(founder: Person) -> SpaceId:
    """Return a space of the founder's."""
    return founder.visit().open_space("Hankivka", as_name="Olha").id


@pytest.fixture
def stranger(founder_words: str) -> Person:  # noqa: ARG001 -- the instance must be open
    """Return somebody with an account of their own and no space."""
    return join_with(words(issue_founder_code(), code="invitation"), name="")
