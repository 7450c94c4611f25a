# SPDX-License-Identifier: AGPL-3.0-or-later
"""What stands in a process's memory never reaches the swap."""

import ast
import subprocess
import sys

import pytest

from hedgerow.kernel.errors import Refused
from hedgerow.store import memory


def test_memory_that_cannot_be_locked_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service does not start where keys could reach the swap, unless that is accepted."""
    monkeypatch.delenv(memory.ACCEPT_SWAP, raising=False)
    monkeypatch.setattr(memory, "lock_memory", lambda: False)
    with pytest.raises(Refused) as refusal:
        memory.demand_locked_memory()
    assert refusal.value.code == "memory.swap"
    monkeypatch.setenv(memory.ACCEPT_SWAP, "1")
    memory.demand_locked_memory()


LOCKED = """
import mmap, sys
from pathlib import Path
from hedgerow.store.memory import lock_memory
before, after = (mmap.mmap(-1, 64 << 20, mmap.MAP_PRIVATE) for _ in range(2))
before[0] = 1
if not lock_memory():
    sys.exit("may not")
before[4096] = after[0] = after[-1] = 1
sizes = [line.split() for line in Path("/proc/self/smaps").read_text().splitlines()]
found, is_one = [], False
for parts in sizes:
    if parts[0] == "Size:":
        is_one = int(parts[1]) >= 64 << 10
    elif is_one and parts[0] in {"Rss:", "Locked:", "Swap:"}:
        found.append((parts[0], int(parts[1])))
print(found)
"""


def test_all_that_stands_in_memory_is_locked_and_nothing_else_takes_any() -> None:
    """A page is locked once it is written, before as after; what is only mapped is not there."""
    process = subprocess.run(
        [sys.executable, "-c", LOCKED], capture_output=True, text=True, check=False
    )
    if process.stderr.strip() == "may not":
        pytest.skip("this user may not lock memory")
    found = dict[str, int]()
    for name, kib in ast.literal_eval(process.stdout):
        found[name] = found.get(name, 0) + kib
    # Of 128 MiB that are mapped, four pages were written.
    assert 0 < found["Rss:"] == found["Locked:"] < 4096, process.stdout
    assert found["Swap:"] == 0
