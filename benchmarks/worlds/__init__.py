# SPDX-License-Identifier: AGPL-3.0-or-later
"""Fill an instance in a temporary folder with as much as a benchmark needs."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from hedgerow.kernel.ids import SpaceId
    from hedgerow.store.reading import Opened
    from hedgerow.store.visit import Space, Visit

RECORDS_AT_ONCE = 1_000
SENTENCE = "Сегодня приняли передачу, адвокат будет завтра, на суд приходите к десяти. "


@dataclass(frozen=True, slots=True)
class World:
    """Hold an instance with one account that is logged in."""

    cookie: str

    def visit(self) -> "Visit":
        """Make a request."""
        from hedgerow.store.accounts import visit_from_cookie  # noqa: PLC0415 -- once Django is set up

        visit = visit_from_cookie(self.cookie)
        assert visit is not None
        return visit

    def open_space(self, name: str) -> "Space":
        """Open a space."""
        return self.visit().open_space(name, as_name="K")

    def space(self, space_id: "SpaceId") -> "Space":
        """Open a space in a request of its own."""
        return self.visit().space(space_id)

    def invite(self, space_id: "SpaceId") -> str:
        """Invite somebody to write, and return the words."""
        from hedgerow.store.codes_api import spell_code  # noqa: PLC0415 -- once Django is set up
        from hedgerow.store.roles import Reads, Role  # noqa: PLC0415 -- once Django is set up

        last_day = self.visit().today() + 7
        issued = self.space(space_id).invite(role=Role.EDITOR, reads=Reads.ALL, last_day=last_day)
        return spell_code(issued.numbers, kind="invitation", language="en")

    def accept(self, words: str) -> None:
        """Join by an invitation."""
        self.visit().accept_invitation(words, as_name="W")

    def another(self) -> "World":
        """Return somebody else with an account."""
        from hedgerow.store.codes_api import spell_code  # noqa: PLC0415 -- once Django is set up
        from hedgerow.store.founding import issue_founder_code  # noqa: PLC0415 -- once Django is set up

        return _joined(spell_code(issue_founder_code(), kind="invitation", language="en"))


def _joined(words: str) -> World:
    """Make an account by a code."""
    from hedgerow.store.codes_api import spell_code  # noqa: PLC0415 -- once Django is set up
    from hedgerow.store.joining import open_invitation  # noqa: PLC0415 -- once Django is set up

    joining = open_invitation(words)
    joining.confirm(spell_code(joining.phrase, kind="phrase", language="en"))
    _, cookie = joining.finish(as_name="")
    return World(cookie)


def opened_of(space: "Space") -> "Opened":
    """Return what stands behind the door of a space."""
    return space._opened  # noqa: SLF001 -- a benchmark fills it faster than rooms do


@contextmanager
def world() -> Iterator[World]:
    """Make an instance with real files and durable writes; words alone are cheap."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hedgerow.site.settings")
        os.environ["HEDGEROW_HOME"] = str(home)
        django.setup()
        from tests.instances import open_vault  # noqa: PLC0415 -- once Django is set up

        with open_vault(home) as vault:
            yield _joined(vault.founder_words)


def write_some(space: "Space", *, count: int) -> None:
    """Write pages one after another, each an act of its own."""
    from hedgerow.rooms.members.records import Page  # noqa: PLC0415 -- once Django is set up

    for number in range(count):
        space.write(Page(text=SENTENCE), title=f"Новая {number}")


def fill(space: "Space", *, records: int, length: int = 700) -> None:
    """Write pages of a notebook into a space, many in one transaction."""
    from hedgerow.rooms.members.records import Page  # noqa: PLC0415 -- once Django is set up
    from hedgerow.store.records import Draft, write_many  # noqa: PLC0415 -- once Django is set up

    text = (SENTENCE * (length // len(SENTENCE) + 1))[:length]
    for start in range(0, records, RECORDS_AT_ONCE):
        numbers = range(start, min(start + RECORDS_AT_ONCE, records))
        drafts = [
            Draft(Page(text=f"{text} слово{number}"), f"Страница {number}") for number in numbers
        ]
        write_many(opened_of(space), drafts)
