# SPDX-License-Identifier: AGPL-3.0-or-later
"""Open an instance that an earlier version made, and go on with it as if it were one's own.

tools/make_old_instance.py made it, with the code of commit 1236c2e.
"""

import json
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from django.db import connection, connections
from pytest_django.plugin import DjangoDbBlocker

from hedgerow.kernel.errors import Busy, HedgerowError
from hedgerow.kernel.ids import RecordId, SpaceId
from hedgerow.rooms.members.records import Message, Page, SharedFile, Thread, Welcome
from hedgerow.store import machine as machines
from hedgerow.store import rosters
from hedgerow.store.accounts import log_in
from hedgerow.store.copies import copy_in
from hedgerow.store.night import run_night
from hedgerow.store.pausing import begin_list
from hedgerow.store.runtime import empty
from hedgerow.store.upgrading import lacking_steps, make_tables
from hedgerow.store.visit import Space
from tests.databases import DATABASES, use_database
from tests.instances import SetClock

FIXTURE: Final = Path(__file__).parents[1] / "fixtures" / "upgrade"


@dataclass
class Old:
    """Hold an opened instance of an earlier version.

    Attributes:
        known: What is known of it.
        clock: Stands where the earlier version left it.
    """

    known: dict[str, Any]
    clock: SetClock

    def space(self, person: str, place: str = "group") -> Space:
        """Let somebody come in by their words, and open a group."""
        visit, _cookie = log_in(self.known["phrases"][person])
        return visit.space(SpaceId(self.known[place]))

    def record(self, name: str) -> RecordId:
        """Return the id of a record."""
        return RecordId(self.known[name])


@pytest.fixture
def old(
    tmp_path: Path, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Old]:
    """Unpack the instance, bring its tables to this version, and open it."""
    home = tmp_path / "home"
    with tarfile.open(FIXTURE / "instance.tar.xz") as packed:
        packed.extractall(home, filter="data")
    known = json.loads((FIXTURE / "known.json").read_text())
    monkeypatch.setenv("HEDGEROW_HOME", str(home))
    file = home / machines.DATA / "hedgerow.sqlite3"
    with django_db_blocker.unblock():
        use_database(file)
        if DATABASES.server is None:
            make_tables()
        else:
            copy_in(file)
        rosters.forget_all()
        clock = SetClock(known["second"])
        present = machines.open_with(home, bytes.fromhex(known["boot_key"]), clock=clock)
        try:
            with pytest.raises(Busy, match=r"pause\.list_missing"):
                log_in(known["phrases"]["olha"])
            # The earlier version kept no list: a holder says that it may begin.
            begin_list()
            yield Old(known, clock)
        finally:
            machines.close()
            connections["default"].close()
            empty(present.runtime)


def test_tables_come_to_this_version(old: Old) -> None:
    """Nothing lacks afterwards, and the migrations tell no time but that of the release."""
    assert lacking_steps() == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(DISTINCT applied) FROM django_migrations")
        assert cursor.fetchone() == (1,)
    assert old.space("olha").damage() == []


def test_everybody_reads_what_was_written(old: Old) -> None:
    """Texts, versions, threads, files, names: as they were, for those who could read them."""
    space = old.space("olha")
    assert space.name == "Ліхтарі"
    assert {one.name for one in space.members()} == {"Ольга", "Ігор", "Late"}
    versions = space.versions(old.record("page"))
    assert [one.value for one in versions] == [
        Page("First text."),
        Page("Second text.", "better"),
    ]
    assert space.read(Thread, old.record("thread")).value.text == "Who brings bread?"
    (answer,) = space.read_many(Message, space.entries(Message))
    assert answer.value.text == "I do."
    (welcome,) = space.read_many(Welcome, space.entries(Welcome))
    assert welcome.value.text == "Be welcome."
    assert space.read(SharedFile, old.record("file")).value.about == "The list"
    content = b"".join(space.file(old.record("file")).chunks())
    assert content == bytes(range(256)) * 300
    assert len(content) == old.known["file_bytes"]
    elsewhere = old.space("olha", "other")
    assert [one.title for one in elsewhere.entries(Page)] == ["Elsewhere"]


def test_who_joined_after_the_delivery_is_there(old: Old) -> None:
    """A pending row of the earlier version is taken, and delivered by this one."""
    assert "Late" in [one.title for one in old.space("late").entries(Page)]
    for _ in range(7):
        old.clock.advance(days=1)
        assert run_night().twins == 0
    assert "Late" in [one.title for one in old.space("late").entries(Page)]
    assert old.space("ihor").damage() == []


def test_who_was_removed_stays_outside(old: Old) -> None:
    """Words of somebody who was removed by the earlier version open no group in this one."""
    with pytest.raises(HedgerowError):
        old.space("gone").entries(Page)


def test_it_goes_on(old: Old) -> None:
    """People write, erase and search in it, over nights, as in an instance of this version."""
    new = old.space("ihor").write(Page("Written today, about lanterns."), title="New")
    old.space("olha").edit(old.record("page"), Page("Third text."), title="Plan", base_version=2)
    old.clock.advance(days=1)
    run_night()
    space = old.space("olha")
    assert space.read(Page, old.record("page")).value.text == "Third text."
    space.erase(new)
    old.clock.advance(days=1)
    run_night()
    assert new not in [one.id for one in old.space("late").entries(Page)]
    assert old.space("olha").damage() == []
