# SPDX-License-Identifier: AGPL-3.0-or-later
"""Make open instances for tests: real files, a real database, cheap words, a set clock."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from django.db import connections

from hedgerow.engines.vault.primitives import Cost
from hedgerow.engines.vault.words import Numbers
from hedgerow.store import machine as machines
from hedgerow.store.codes_api import spell_code
from hedgerow.store.founding import Founding, found
from hedgerow.store.instance import Costs, Instance
from hedgerow.store.night import NightReport, run_night
from hedgerow.store.runtime import empty
from hedgerow.store.system import system_random
from tests.keeping import TABLES

CHEAP = Cost(memory_kib=8, passes=1)
#: Tuesday, 16 February 2027, noon UTC.
FIRST_SECOND = 1_802_779_200


class SetClock:
    """Tell the time a test has set."""

    def __init__(self, seconds: int = FIRST_SECOND) -> None:
        """Begin on a Tuesday at noon."""
        self.now = seconds

    def seconds(self) -> int:
        """Return seconds since the epoch."""
        return self.now

    def advance(self, *, days: int = 0, minutes: int = 0) -> None:
        """Let time pass."""
        self.now += days * 86_400 + minutes * 60


@dataclass(slots=True)
class Vault:
    """Hold an open instance.

    Attributes:
        home: Its folder.
        clock: May be advanced.
        founding: What was shown once when it was made.
    """

    home: Path
    clock: SetClock
    founding: Founding

    @property
    def founder_words(self) -> str:
        """Return the first keeper's invitation as typed text."""
        return self.spell(self.founding.founder)

    def spell(self, numbers: Numbers, *, language: str = "en") -> str:
        """Return a code as typed text."""
        return spell_code(numbers, kind="invitation", language=language)

    def night(self) -> NightReport:
        """Hold a night, a day later."""
        self.clock.advance(days=1)
        return run_night()

    def nights_to_monday(self) -> None:
        """Let a week pass in two nights, the first of them on a Monday; post was delivered then.

        The first time first keyrings were delivered as well.
        """
        self.clock.advance(days=5)
        self.night()
        self.night()

    def week(self) -> NightReport:
        """Hold a night a week later, with a delivery."""
        self.clock.advance(days=6)
        return self.night()

    def reopen(self) -> None:
        """Forget everything in this process and open again, as another worker would."""
        connections["default"].close()
        machines.close()
        machines.open_with(self.home, self.founding.boot_key, clock=self.clock)


@contextmanager
def open_vault(home: Path) -> Iterator[Vault]:
    """Make an instance in a folder and open it in this process."""
    TABLES.use_database(home / machines.DATA / "hedgerow.sqlite3")
    os.environ["HEDGEROW_HOME"] = str(home)
    clock = SetClock()
    instance = Instance(costs=Costs(phrase=CHEAP, code=CHEAP, boot=CHEAP))
    with patch("hedgerow.store.founding.make_tables", TABLES.make):
        founding = found(home, instance, holders=1, clock=clock, random=system_random)
    vault = Vault(home, clock, founding)
    runtime = machines.machine().runtime
    try:
        yield vault
    finally:
        machines.close()
        connections["default"].close()
        empty(runtime)
