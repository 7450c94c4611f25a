# SPDX-License-Identifier: AGPL-3.0-or-later
"""Make an instance whose words cost what real ones cost, with two members."""

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PHRASE_WORDS = 7


@dataclass(frozen=True, slots=True)
class Dear:
    """Hold a real instance.

    Attributes:
        home: Its folder.
        boot: The boot phrase as typed.
        members: The phrases of two members as typed.
        strangers: Phrases with right check words that open nothing.
        boot_key: What the boot phrase opens.
    """

    home: Path
    boot: str
    members: tuple[str, str]
    strangers: tuple[str, ...]
    boot_key: bytes


@contextmanager
def dear_instance(home: Path, *, strangers: int) -> Iterator[Dear]:
    """Make an instance at full cost and close it again in this process.

    Args:
        home: Its folder.
        strangers: How many phrases that open nothing are wanted.
    """
    os.environ["HEDGEROW_HOME"] = str(home)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hedgerow.site.settings")
    import django  # noqa: PLC0415 -- the settings are named first

    django.setup()
    from django.db import connections  # noqa: PLC0415 -- needs the settings

    from hedgerow.store import machine as machines  # noqa: PLC0415 -- as above
    from hedgerow.store.codes_api import spell_boot  # noqa: PLC0415 -- as above
    from hedgerow.store.founding import found  # noqa: PLC0415 -- as above
    from hedgerow.store.instance import Instance, save  # noqa: PLC0415 -- as above
    from hedgerow.store.runtime import empty, runtime_directory  # noqa: PLC0415 -- as above
    from hedgerow.store.system import SystemClock, system_random  # noqa: PLC0415 -- as above
    from tests.databases import use_database  # noqa: PLC0415 -- as above

    use_database(home / machines.DATA / "hedgerow.sqlite3")
    instance = Instance()
    home.mkdir(mode=0o700)
    save(home, instance=instance)
    made = found(home, instance, holders=1, clock=SystemClock(), random=system_random)
    try:
        people = _people(made.founder, strangers=strangers)
        boot = spell_boot(made.boot[0], language="en")
        machines.close()
        connections["default"].close()
        yield Dear(home, boot, *people, boot_key=made.boot_key)
    finally:
        machines.close()
        empty(runtime_directory(home))


def _people(founder: tuple[int, ...], *, strangers: int) -> tuple[tuple[str, str], tuple[str, ...]]:
    """Let two members join; return their phrases, and some that open nothing."""
    from hedgerow.store.codes_api import spell_code  # noqa: PLC0415 -- needs the settings
    from hedgerow.store.founding import issue_founder_code  # noqa: PLC0415 -- as above
    from tests.store.people.actors import join_with  # noqa: PLC0415 -- as above

    one, other = (
        join_with(spell_code(code, kind="invitation", language="en"), name="").typed
        for code in (founder, issue_founder_code())
    )
    unknown = (spell_code(_numbers(), kind="phrase", language="en") for _ in range(strangers))
    return (one, other), tuple(unknown)


def _numbers() -> tuple[int, ...]:
    """Draw the numbers of a phrase that nobody has."""
    return tuple(random.randrange(7776) for _ in range(PHRASE_WORDS))  # nosec -- for a measurement
