# SPDX-License-Identifier: AGPL-3.0-or-later
"""Kill a restore at each of its steps, with a log of the database left, and do it again."""

import os
import shutil
import signal
import sqlite3
import traceback
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Never

import pytest
from django.db import connections

from hedgerow.store import machine as machines
from hedgerow.store.backing import back_up
from hedgerow.store.restoring import describe, put_in_place, unpack
from hedgerow.store.ringfile import RingFile
from hedgerow.store.runtime import empty, runtime_directory
from hedgerow.store.switching import is_untidy, restoring, tidy
from hedgerow.store.system import system_random
from tests.databases import use_database
from tests.instances import Vault
from tests.store.killing import Reaper
from tests.store.rowwork import found, write

pytestmark = pytest.mark.sqlite_only("Its steps are those of files; rows on a server are one step.")

#: Whatever changes a folder or a file, or waits for the disk.
STEPS = ("fsync", "fdatasync", "pwrite", "rename", "replace", "symlink", "unlink", "mkdir", "rmdir")
BEFORE, AFTER = {1, 2}, {1}


@dataclass(frozen=True)
class Case:
    """Hold a back-up and the words that open it.

    Attributes:
        vault: The instance it was made from.
        file: The back-up.
        image: What its disk holds after a power cut: the last row stands in the log only.
    """

    vault: Vault
    file: Path
    image: Path

    def restore(self, home: Path) -> None:
        """Put the back-up into a folder, as the command does."""
        with restoring(home), self.file.open("rb") as file:
            unpacked = unpack(home, file, boot_key=self.vault.founding.boot_key)
            describe(unpacked)
            put_in_place(unpacked, clock=self.vault.clock, random=system_random, on_server=False)

    def rows(self, home: Path) -> set[int]:
        """Open what is in use in a folder, and return which of our rows are there."""
        use_database(home / machines.DATA / "hedgerow.sqlite3")
        Vault(home, self.vault.clock, self.vault.founding).reopen()
        small, large, bodies = found([1, 2])
        connections["default"].close()
        machines.close()
        assert small == large == bodies
        return small


@pytest.fixture
def case(vault: Vault, tmp_path: Path) -> Case:
    """Return a back-up with one row, of an instance that has two by now, its log not empty."""
    write(1)
    back_up(tmp_path / "made.hbk")
    write(2)
    image = _image(vault.home, tmp_path / "image")
    assert (image / machines.DATA / "hedgerow.sqlite3-wal").stat().st_size > 0
    connections["default"].close()
    machines.close()
    return Case(vault, tmp_path / "made.hbk", image)


def steps_of(act: Callable[[], None], *, die_at: int = 0) -> int:
    """Run an act in a process that is killed before a step; return how many steps it took.

    Returns:
        The count, when it was not killed; else 0.

    Raises:
        AssertionError: It failed otherwise.
    """
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        _be_child(act, writing, die_at)
    os.close(writing)
    with os.fdopen(reading) as lines:
        told = lines.read()
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if die_at and status == -signal.SIGKILL:
        return 0
    assert status == 0, "The child failed; see what it wrote."
    return int(told)


def _be_child(act: Callable[[], None], pipe: int, die_at: int) -> Never:
    """Do the act and end without any of pytest's own endings."""
    status = 1
    try:
        reaper = Reaper(die_at)
        for name in STEPS:
            setattr(os, name, _counted(reaper, getattr(os, name)))
        act()
        os.write(pipe, b"%d" % reaper.steps)
        status = 0
    finally:
        if status:
            traceback.print_exc()
        os._exit(status)


def _counted(reaper: Reaper, function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that counts a step before it does what it did."""

    def counted(*arguments: Any, **named: Any) -> Any:
        reaper.step()
        return function(*arguments, **named)

    return counted


def test_killed_anywhere_all_of_before_or_all_of_the_back_up_is_in_use(
    case: Case, tmp_path: Path
) -> None:
    """In the place of an instance whose last rows stand in the log only; again, it is whole."""
    whole = _image(case.image, tmp_path / "whole")
    count = steps_of(lambda: case.restore(whole))
    assert count > 25
    seen: list[set[int]] = []
    for die_at in range(1, count + 1):
        home = _image(case.image, tmp_path / f"killed-{die_at}")
        assert steps_of(lambda: case.restore(home), die_at=die_at) == 0  # noqa: B023 -- it is called in this very round
        seen.append(case.rows(home))
        with restoring(home):
            tidy(home)
        assert not is_untidy(home)
        assert case.rows(home) == seen[-1]
        assert len(list(home.glob("data-*"))) == 1
        case.restore(home)
        assert case.rows(home) == AFTER
        empty(runtime_directory(home))
    assert seen[0] == BEFORE
    assert seen[-1] == AFTER
    assert seen == sorted(seen, key=len, reverse=True)
    assert all(rows in (BEFORE, AFTER) for rows in seen)


def test_killed_anywhere_an_empty_folder_has_nothing_or_all(case: Case, tmp_path: Path) -> None:
    """What is left can be restored into as if nothing had been; nothing half made is in use."""
    whole = _folder(tmp_path / "whole")
    count = steps_of(lambda: case.restore(whole))
    assert count > 15
    was_whole = []
    for die_at in range(1, count + 1):
        home = _folder(tmp_path / f"killed-{die_at}")
        assert steps_of(lambda: case.restore(home), die_at=die_at) == 0  # noqa: B023 -- it is called in this very round
        was_whole.append((home / machines.DATA).exists())
        if was_whole[-1]:
            assert case.rows(home) == AFTER
        case.restore(home)
        assert case.rows(home) == AFTER
        assert len(list(home.glob("data*"))) == 2
        empty(runtime_directory(home))
    assert was_whole == sorted(was_whole)
    assert set(was_whole) == {False, True}


def test_two_kills_one_after_the_other(case: Case, tmp_path: Path) -> None:
    """A restore that is killed while it clears up after a killed one loses nothing either."""
    whole = _image(case.image, tmp_path / "whole")
    count = steps_of(lambda: case.restore(whole))
    for first in range(3, count + 1, 5):
        for second in range(1, 14, 3):
            home = _image(case.image, tmp_path / f"killed-{first}-{second}")
            for die_at in (first, second):
                steps_of(lambda: case.restore(home), die_at=die_at)  # noqa: B023 -- it is called in this very round
            assert case.rows(home) in (BEFORE, AFTER)
            case.restore(home)
            assert case.rows(home) == AFTER
            empty(runtime_directory(home))


def test_only_the_ring_in_use_says_that_it_was_restored(case: Case, tmp_path: Path) -> None:
    """The minute is noted in the very ring by which groups then ask to be confirmed."""
    home = _image(case.image, tmp_path / "one")
    key = case.vault.founding.boot_key

    def minute() -> int:
        return RingFile(home / machines.DATA, boot_key=key, random=system_random).read().restored

    assert minute() == 0
    case.restore(home)
    assert minute() == case.vault.clock.seconds() // 60


def test_a_log_that_was_left_is_not_read_into_another_database(case: Case, tmp_path: Path) -> None:
    """The log of before has a row that its file has not; the restored file has a log of its own."""
    home = _image(case.image, tmp_path / "one")
    case.restore(home)
    with closing(sqlite3.connect(home / machines.DATA / "hedgerow.sqlite3")) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert case.rows(home) == AFTER


def _folder(path: Path) -> Path:
    """Make an empty folder."""
    path.mkdir()
    return path


def _image(home: Path, place: Path) -> Path:
    """Copy an instance with links and log, as a disk has it after a power cut."""
    return Path(shutil.copytree(home, place, symlinks=True))
