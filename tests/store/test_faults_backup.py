# SPDX-License-Identifier: AGPL-3.0-or-later
"""Let a back-up fail: killed, on a full disk, in a place that cannot be written."""

import errno
import os
from pathlib import Path

import pytest

from hedgerow.engines.vault import backup
from hedgerow.kernel.errors import Busy, Refused
from hedgerow.store import backing
from hedgerow.store import machine as machines
from tests.instances import Vault
from tests.store.killing import Say, in_child
from tests.store.rowwork import found, write


def back_up(vault: Vault) -> Path:
    """Make a back-up beside an instance."""
    target = vault.home.parent / "made.hbk"
    backing.back_up(target)
    return target


def test_a_place_that_cannot_be_written_is_told(vault: Vault) -> None:
    """Whoever asked hears where and why; no half of a file is left."""
    target = vault.home.parent / "nowhere" / "a.hbk"
    with pytest.raises(Refused, match=r"backup\.no_place") as told:
        backing.back_up(target)
    assert told.value.details == {"path": str(target), "reason": "No such file or directory"}


def test_a_disk_that_fills_up_is_told(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is left where the back-up should be, so that there is room again."""

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as small:
        small.setattr(os, "fsync", full)
        with pytest.raises(Busy, match=r"store\.full"):
            back_up(vault)
    assert sorted(one.name for one in vault.home.parent.glob("made*")) == []
    assert back_up(vault).exists()


def test_a_back_up_killed_anywhere_is_whole_or_not_there(vault: Vault, tmp_path: Path) -> None:
    """Its name never stands on half of it, and the instance and the next one do not suffer."""
    write(1)
    target = tmp_path / "killed.hbk"

    def act(_say: Say) -> None:
        backing.back_up(target)

    steps = in_child(vault, act).steps
    assert steps >= 4
    target.unlink()
    for die_at in range(1, steps + 1):
        assert in_child(vault, act, die_at=die_at).was_killed
        if target.exists():
            _demand_whole(vault, target)
            target.unlink()
    assert found([1]) == ({1}, {1}, {1})
    backing.back_up(target)
    _demand_whole(vault, target)
    assert not target.with_name("killed.hbk.part").exists()


def _demand_whole(vault: Vault, file: Path) -> None:
    """Read a back-up to its end."""
    with file.open("rb") as opened:
        header = backing.read_header(opened)
        rows = iter(lambda: opened.read(backup.ROW_BYTES), b"")
        content = backup.Content(backup.open_rows(vault.founding.boot_key, rows, header=header))
        for size in (4, 8, 4):
            assert content.field(size)
        content.end()


def test_what_a_killed_back_up_left_is_cleared_by_the_next(vault: Vault) -> None:
    """Neither half a file nor a copy of the database stays."""
    data = vault.home / machines.DATA
    for left in (data / "copy.sqlite3", data / "copy.sqlite3-journal"):
        left.write_bytes(b"half")
    part = vault.home.parent / "made.hbk.part"
    part.write_bytes(b"half")
    back_up(vault)
    assert not part.exists()
    assert list(data.glob("copy*")) == []
