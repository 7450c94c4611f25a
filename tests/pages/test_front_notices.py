# SPDX-License-Identifier: AGPL-3.0-or-later
"""Read on the front page what everybody must know: a restore, and a night that is missing."""

from dataclasses import replace
from typing import Any

import pytest

from hedgerow.engines.vault.ring import new_ring, restored_ring
from hedgerow.kernel.clock import MINUTES_A_DAY
from hedgerow.store import machine as machines
from hedgerow.store.notices import Notices, notices_of
from hedgerow.store.system import system_random
from tests.instances import Vault
from tests.pages.client import InspectingClient
from tests.store.conftest import vault  # noqa: F401 -- a fixture

TODAY = 20_900
RESTORED, MISSING = "Put back from a copy", "A night is missing"


def front(language: str = "en") -> str:
    """Return the front page as a stranger sees it."""
    response: Any = InspectingClient().get("/", headers={"Accept-Language": language})
    return str(response.content.decode())


def restore(vault: Vault) -> None:  # noqa: F811 -- the fixture, imported by name
    """Note in the ring in use that it was restored now."""
    file = machines.machine().file
    ring = restored_ring(file.read(), vault.clock.seconds() // 60, random=system_random)
    with file.hold(wait=True):
        file.write(replace(ring, seq=ring.seq))


def test_nothing_is_said_while_all_is_well(vault: Vault) -> None:  # noqa: F811 -- the fixture, imported by name
    """Neither of an instance that has its nights, nor of one that is closed."""
    page = front()
    assert RESTORED not in page
    assert MISSING not in page
    vault.clock.advance(days=9)
    machines.close()
    assert MISSING not in front()


def test_a_restore_is_told_to_everybody(vault: Vault) -> None:  # noqa: F811 -- the fixture, imported by name
    """Its day is named, in each language, for sixty days and no longer."""
    restore(vault)
    assert RESTORED in front()
    assert "On 16 February 2027" in " ".join(front().split())
    assert "16 февраля 2027" in front("ru")
    assert "16 лютого 2027" in front("uk")
    vault.clock.advance(days=59)
    vault.night()
    assert RESTORED in front()
    vault.night()
    assert RESTORED not in front()


def test_a_missing_night_is_told_until_it_is_held(vault: Vault) -> None:  # noqa: F811 -- the fixture, imported by name
    """Two days without one are too many; the next one ends it, also in an idle process."""
    vault.clock.advance(days=1)
    assert MISSING not in front()
    vault.clock.advance(days=1)
    assert MISSING in front()
    assert "16 February 2027" in front()
    vault.night()
    assert MISSING not in front()


@pytest.mark.parametrize(
    ("restored", "night", "said"),
    [
        (0, TODAY, Notices()),
        (0, TODAY - 1, Notices()),
        (0, TODAY - 2, Notices(last_night=TODAY - 2)),
        (TODAY - 60, TODAY, Notices(restored=TODAY - 60)),
        (TODAY - 61, TODAY, Notices()),
        (0, TODAY + 5, Notices()),
    ],
)
def test_days_decide(restored: int, night: int, said: Notices) -> None:
    """A clock that runs behind says nothing; yesterday's night is no reason for alarm."""
    ring = replace(new_ring(night, random=system_random), restored=restored * MINUTES_A_DAY)
    assert notices_of(ring, today=TODAY) == said
