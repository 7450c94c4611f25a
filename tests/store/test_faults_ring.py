# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tear the ring's copies, cut the power between writes, and change the boot key under kills."""

import hashlib
import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from hedgerow.engines.vault.boot import open_for_one, wrap_for_one
from hedgerow.engines.vault.primitives import KEY_BYTES
from hedgerow.engines.vault.ring import COPY_BYTES, new_ring, open_copy, turned
from hedgerow.engines.vault.words import BOOT_PHRASE_WORDS, Numbers, draw_numbers
from hedgerow.kernel.errors import Busy, Damaged, Refused
from hedgerow.store import bootkey
from hedgerow.store import machine as machines
from hedgerow.store.bootchange import change_boot_key
from hedgerow.store.machine import machine
from hedgerow.store.ringfile import RingFile
from hedgerow.store.system import system_random
from tests.instances import CHEAP, Vault
from tests.store.killing import Say, start_child
from tests.store.rowwork import found, write

BOOT_KEY = b"b" * KEY_BYTES
SECTOR = 512
SIMULATIONS = 400


class PowerCut(Exception):
    """End everything that had not reached the disk."""


class Disk:
    """Be a disk that may write sectors late and in any order until it is told to finish.

    Args:
        content: What is on it.
    """

    def __init__(self, content: bytes) -> None:
        """Begin with nothing on its way."""
        self.content = bytearray(content)
        self._waiting: list[tuple[int, bytes]] = []
        self.left = -1

    def _step(self) -> None:
        """Count a step; the power is cut at the chosen one."""
        self.left -= 1
        if self.left == 0:
            for place, sector in random.sample(self._waiting, len(self._waiting)):
                if random.random() < 0.5:
                    self.content[place : place + SECTOR] = sector
            self._waiting.clear()
            raise PowerCut

    def pread(self, _handle: int, size: int, place: int) -> bytes:
        """Read what was written, on the disk or on its way."""
        seen = bytearray(self.content)
        for start, sector in self._waiting:
            seen[start : start + SECTOR] = sector
        return bytes(seen[place : place + size])

    def pwrite(self, _handle: int, data: bytes, place: int) -> int:
        """Take sectors, which are on their way from now on."""
        for start in range(0, len(data), SECTOR):
            if start % (16 * SECTOR) == 0:
                self._step()
            self._waiting.append((place + start, data[start : start + SECTOR]))
        return len(data)

    def fdatasync(self, _handle: int) -> None:
        """Bring everything to the disk."""
        self._step()
        for place, sector in self._waiting:
            self.content[place : place + SECTOR] = sector
        self._waiting.clear()


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Disk:
    """Return a disk that holds a ring, in place of the real one."""
    RingFile(tmp_path, boot_key=BOOT_KEY, random=system_random).create(
        new_ring(20_000, random=system_random)
    )
    disk = Disk((tmp_path / "ring").read_bytes())
    for name in ("pread", "pwrite", "fdatasync"):
        monkeypatch.setattr(os, name, getattr(disk, name))
    return disk


def _file(folder: Path) -> RingFile:
    return RingFile(folder, boot_key=BOOT_KEY, random=system_random)


def test_two_power_cuts_one_after_another_lose_no_ring(tmp_path: Path, disk: Disk) -> None:
    """Whatever sectors two cuts leave out, in writing and in mending, a ring still opens.

    It is never older than the last one whose writing was finished.
    """
    file = _file(tmp_path)
    done = file.read()
    cuts = 0
    for _ in range(SIMULATIONS):
        for act in ("write", "mend"):
            disk.left = random.randint(1, 14)
            try:
                if act == "write":
                    after = turned(file.mend())
                    file.write(after)
                    done = after
                else:
                    file.mend()
            except PowerCut:
                cuts += 1
            disk.left = -1
            assert file.read().seq >= done.seq
    assert cuts > SIMULATIONS


def test_a_disk_that_is_never_told_to_finish_loses_the_ring(
    tmp_path: Path, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The simulation can fail: without waiting for the disk, cuts tear both copies."""
    monkeypatch.setattr(os, "fdatasync", lambda _handle: None)
    file = _file(tmp_path)

    def cut_again_and_again() -> None:
        for _ in range(SIMULATIONS):
            disk.left = 8
            with pytest.raises(PowerCut):
                file.write(turned(file.read()))

    with pytest.raises(Refused, match=r"boot\.wrong_key"):
        cut_again_and_again()


@pytest.mark.parametrize("place", [0, 1])
def test_one_torn_copy_is_mended_from_the_other(vault: Vault, place: int) -> None:
    """A ring with one torn copy opens, and the next start makes both whole."""
    path = vault.home / "data" / "ring"
    before = machine().ring
    content = bytearray(path.read_bytes())
    content[place * COPY_BYTES + 100 : place * COPY_BYTES + 20_000] = os.urandom(19_900)
    path.write_bytes(content)
    vault.reopen()
    assert machine().ring == before
    machine().file.mend_if_free()
    halves = path.read_bytes()
    for half in (halves[:COPY_BYTES], halves[COPY_BYTES:]):
        assert open_copy(half, vault.founding.boot_key) == before


def test_a_copy_that_is_behind_is_mended(vault: Vault) -> None:
    """Of two whole copies the newer one counts, and mending makes the older one equal."""
    path = vault.home / "data" / "ring"
    old = path.read_bytes()
    vault.night()
    path.write_bytes(path.read_bytes()[:COPY_BYTES] + old[COPY_BYTES:])
    present = machine().ring
    assert machine().reload() == present
    assert machine().file.mend() == present
    assert open_copy(path.read_bytes()[COPY_BYTES:], vault.founding.boot_key) == present


def _prints(folder: Path) -> dict[str, str]:
    """Return a hash of each file in a folder."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
    }


def test_a_wrong_boot_key_touches_nothing(vault: Vault) -> None:
    """Opening, mending and writing with another key are refused, and no byte changes."""
    data = vault.home / "data"
    machines.close()
    before = _prints(data)
    with pytest.raises(Refused, match=r"boot\.wrong_key"):
        machines.open_with(vault.home, BOOT_KEY)
    assert not machines.is_open()
    other = _file(data)
    with pytest.raises(Refused, match=r"boot\.wrong_key"):
        other.mend()
    with pytest.raises(Refused, match=r"boot\.wrong_key"):
        other.write(new_ring(20_000, random=system_random))
    assert _prints(data) == before
    vault.reopen()


def test_a_closed_machine_says_so(vault: Vault) -> None:
    """Before the boot key was typed there is no machine, only a code."""
    machines.close()
    with pytest.raises(Busy, match=r"store\.locked"):
        machine()
    vault.reopen()


def test_a_missing_ring_is_named(vault: Vault) -> None:
    """Without its file the ring is reported as missing, not as opened by another key."""
    (vault.home / "data" / "ring").rename(vault.home / "elsewhere")
    with pytest.raises(Damaged, match=r"store\.ring_missing"):
        machine().file.read()
    (vault.home / "elsewhere").rename(vault.home / "data" / "ring")
    with pytest.raises(FileExistsError):
        machine().file.create(machine().ring)


def _fresh() -> tuple[bytes, Numbers, bytes]:
    """Return another boot key, the phrase that opens it, and its wrap."""
    key, phrase = system_random(KEY_BYTES), draw_numbers(BOOT_PHRASE_WORDS, random=system_random)
    return key, phrase, wrap_for_one(key, phrase, cost=CHEAP, random=system_random)


def _opened_by(vault: Vault, phrases: list[Numbers]) -> list[int]:
    """Return which phrases open the instance as it lies on the disk, and reopen it by one."""
    wrap = bootkey.read_wrap(vault.home / "data")
    opening: list[int] = []
    for place, phrase in enumerate(phrases):
        key = open_for_one(wrap, phrase, cost=CHEAP)
        if key is None:
            continue
        RingFile(vault.home / "data", boot_key=key, random=system_random).mend_if_free()
        vault.founding = type(vault.founding)(vault.founding.boot, vault.founding.founder, key)
        vault.reopen()
        opening.append(place)
    return opening


def test_a_change_of_boot_key_killed_anywhere_leaves_it_open(vault: Vault) -> None:
    """After a kill at any step exactly one phrase opens everything: the old or the new."""
    write(1)
    present = vault.founding.boot[0]
    outcomes: list[int] = []
    for step in range(1, 100):
        key, phrase, wrap = _fresh()

        def change(_say: Say, key: bytes = key, wrap: bytes = wrap) -> None:
            change_boot_key(key, wrap=wrap)

        was_killed = _try(vault, change, step)
        (place,) = _opened_by(vault, [present, phrase])
        outcomes.append(place)
        assert found([1]) == ({1}, {1}, {1})
        present = (present, phrase)[place]
        if not was_killed:
            break
    assert outcomes == sorted(outcomes)
    assert set(outcomes) == {0, 1}
    assert len(outcomes) > 8
    vault.night()
    assert found([1]) == ({1}, {1}, {1})


def _try(vault: Vault, act: Callable[[Say], None], step: int) -> bool:
    """Run a change in a child and tell whether it was killed; nothing is open afterwards."""
    outcome = start_child(vault, act, die_at=step).wait()
    machines.close()
    return outcome.was_killed


def test_a_process_with_the_old_boot_key_writes_no_ring(vault: Vault) -> None:
    """Where a change died before the running service had the new key, that writes no more.

    Otherwise it would close the ring to the only words that the wrap still knows.
    """
    key, phrase, wrap = _fresh()
    old = machine().file
    bootkey.write_wrap(vault.home / "data", wrap)
    with pytest.raises(Refused, match=r"boot\.key_changed"):
        old.mend()
    with pytest.raises(Refused, match=r"boot\.key_changed"):
        vault.night()
    assert open_for_one(wrap, phrase, cost=CHEAP) == key


def test_workers_follow_a_change_of_boot_key(vault: Vault) -> None:
    """A worker opens the ring by the key that lies in the shared memory from then on."""
    shared = bootkey.make_shared(vault.home)
    try:
        shared.put(vault.founding.boot_key)
        before = machine().file
        key, _phrase, wrap = _fresh()
        change_boot_key(key, wrap=wrap)
        assert shared.read() == key
        machine().file = before
        write(1)
        machine().reload()
        assert machine().file.boot_key == key
        assert found([1]) == ({1}, {1}, {1})
    finally:
        bootkey.drop_shared()


@pytest.mark.usefixtures("vault")
def test_the_boot_key_is_refused_during_a_night() -> None:
    """Change and night exclude one another."""
    with (
        machine().file.hold(wait=False),
        pytest.raises(Busy, match=r"night\.under_way"),
    ):
        change_boot_key(BOOT_KEY, wrap=b"")


def test_the_shared_key_is_there_until_it_is_forgotten(vault: Vault) -> None:
    """A process opens as soon as the key is in memory, and closes as soon as it is gone."""
    machines.close()
    shared = bootkey.make_shared(vault.home)
    try:
        assert shared.read() is None
        assert not machines.is_open()
        shared.put(vault.founding.boot_key)
        assert machines.is_open()
        other = bytes(range(KEY_BYTES))
        shared.put(other)
        assert shared.read() == other
        assert vault.founding.boot_key not in bytes(shared.page[:])
        shared.forget()
        assert not machines.is_open()
        assert not any(shared.page[:])
    finally:
        bootkey.drop_shared()


@pytest.mark.usefixtures("vault")
def test_a_ring_survives_its_own_encoding() -> None:
    """What the file gives back is what was written to it."""
    ring = machine().ring
    machine().file.write(turned(ring))
    assert machine().file.read() == turned(ring)
