# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hold what one process of an open instance has: home, clock, randomness, ring, words.

There is one machine a process. It opens by itself as soon as the boot key lies in the
shared memory that the parent made (see bootkey), and closes as soon as it is gone.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from hedgerow.engines.vault.ring import Ring
from hedgerow.engines.vault.selftest import self_test
from hedgerow.engines.vault.words import WordLists
from hedgerow.kernel.clock import Clock
from hedgerow.kernel.errors import Busy
from hedgerow.kernel.randomness import Randomness
from hedgerow.store import bootkey
from hedgerow.store.ephemeral import Ephemeral
from hedgerow.store.instance import Costs, load
from hedgerow.store.ringfile import RingFile
from hedgerow.store.runtime import runtime_directory
from hedgerow.store.system import SystemClock, system_random
from hedgerow.store.wordlists import word_lists

DATA = "data"


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
    caches: dict[object, object] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        """Return the folder of database, ring and wrap."""
        return self.home / DATA

    def reload(self) -> Ring:
        """Read the ring anew and forget what was computed from the old one."""
        self.ring = self.file.read()
        self.caches.clear()
        return self.ring

    def once_a_ring(self, key: object, compute: Callable[[Ring], object]) -> object:
        """Return a value that is computed once for each ring."""
        ring = self.ring
        if key not in self.caches:
            self.caches[key] = (ring.seq, compute(ring))
        seq, value = self.caches[key]  # type: ignore[misc]  # always such a pair
        if seq != ring.seq:
            value = compute(ring)
            self.caches[key] = (ring.seq, value)
        return value


_open: Machine | None = None


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


def _follow_shared_key() -> None:
    """Open or close with the shared boot key, where this process has one."""
    shared = bootkey.inherited()
    if shared is None:
        return
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
    if _open is None or bootkey.inherited() is not None:
        _follow_shared_key()
    if _open is None:
        raise Busy("store.locked")
    return _open
