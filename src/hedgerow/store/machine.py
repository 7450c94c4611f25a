# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hold what one process of an open instance has: home, clock, randomness, ring, words.

There is one machine a process. It opens by itself as soon as the boot key lies in the
shared memory that the parent made (see bootkey), and closes as soon as it is gone.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar, cast

from hedgerow.engines.vault.ring import Ring
from hedgerow.engines.vault.selftest import self_test
from hedgerow.engines.vault.words import WordLists
from hedgerow.kernel.clock import Clock
from hedgerow.kernel.errors import Busy, Refused
from hedgerow.kernel.randomness import Randomness
from hedgerow.store import bootkey
from hedgerow.store.ephemeral import Ephemeral
from hedgerow.store.instance import Costs, load
from hedgerow.store.ringfile import RingFile
from hedgerow.store.runtime import runtime_directory
from hedgerow.store.system import SystemClock, system_random
from hedgerow.store.wordlists import word_lists

DATA: Final = "data"
T = TypeVar("T")


@dataclass(slots=True)
class Machine:
    """Hold an open instance in one process.

    Attributes:
        home: The instance's folder.
        clock: Tells the time.
        random: Gives random bytes.
        costs: Of one guess of each kind of words.
        ring: As it is in memory; `tables` reloads it when the database says so.
        file: Where the ring lies.
        runtime: The runtime directory.
        ephemeral: What lives in memory only.
        caches: Values computed once a ring, dropped with it.
    """

    home: Path
    clock: Clock
    random: Randomness
    costs: Costs
    ring: Ring
    file: RingFile
    runtime: Path
    ephemeral: Ephemeral
    words: WordLists = field(default_factory=word_lists)
    caches: dict[object, tuple[bytes, object]] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        """Return the folder of database, ring and wrap."""
        return self.home / DATA

    def reload(self) -> Ring:
        """Read the ring anew and forget what was computed from the old one.

        Raises:
            Refused: "boot.wrong_key" when this process's boot key does not open it, not even
                after another one was put into the shared memory.
        """
        try:
            ring = self.file.read()
        except Refused:
            key = _shared_key()
            if key is None or key == self.file.boot_key:
                raise
            self.file = RingFile(self.data, boot_key=key, random=self.random)
            ring = self.file.read()
        self.ring = ring
        self.caches.clear()
        return ring

    def once_a_ring(self, key: object, compute: Callable[[Ring], T], *, ring: Ring) -> T:
        """Return a value that is computed once for each ring.

        Args:
            key: Names the value.
            compute: Makes it.
            ring: The one it is wanted for.
        """
        kept = self.caches.get(key)
        if kept is None or kept[0] != ring.night_key:
            kept = self.caches[key] = (ring.night_key, compute(ring))
        return cast("T", kept[1])


_open: Machine | None = None
_opening = threading.RLock()


def open_with(
    home: Path,
    boot_key: bytes,
    *,
    clock: Clock | None = None,
    random: Randomness = system_random,
) -> Machine:
    """Open an instance in this process with its boot key.

    Raises:
        Refused: "boot.wrong_key"; then nothing was touched.
        Damaged: "vault.self_test", "store.ring_missing".
    """
    global _open  # noqa: PLW0603 -- one machine a process, by design
    self_test()
    instance = load(home)
    file = RingFile(home / DATA, boot_key=boot_key, random=random)
    ring = file.read()
    runtime = runtime_directory(home)
    _open = Machine(
        home=home,
        clock=clock or SystemClock(),
        random=random,
        costs=instance.costs if instance else Costs(),
        ring=ring,
        file=file,
        runtime=runtime,
        ephemeral=Ephemeral(runtime),
    )
    return _open


def close() -> None:
    """Forget the ring in this process."""
    global _open  # noqa: PLW0603 -- one machine a process, by design
    if _open is not None:
        _open.ephemeral.close()
    _open = None


def _shared_key() -> bytes | None:
    """Return the boot key in the memory shared by all processes, or None."""
    shared = bootkey.inherited()
    return shared.read() if shared is not None else None


def _follow_shared_key() -> None:
    """Open or close with the shared boot key, where this process has one."""
    shared = bootkey.inherited()
    if shared is None or (shared.read() is None) == (_open is None):
        return
    with _opening:
        key = shared.read()
        if key is None:
            close()
        elif _open is None:
            open_with(shared.home, key)


def is_open() -> bool:
    """Tell whether the boot key was typed."""
    _follow_shared_key()
    return _open is not None


def machine() -> Machine:
    """Return this process's open instance.

    Raises:
        Busy: "store.locked" while the boot key was not typed.
    """
    _follow_shared_key()
    present = _open
    if present is None:
        raise Busy("store.locked")
    return present
