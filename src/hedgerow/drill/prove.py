# SPDX-License-Identifier: AGPL-3.0-or-later
"""Show that the drill can fail: make twenty leaks, one at a time, and let its search find each."""

import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hedgerow.drill.leaks.table import LEAKS
from hedgerow.drill.plant import SMALL
from hedgerow.drill.search import Find, Searcher
from hedgerow.drill.seizing import begin
from hedgerow.drill.service import HOME, Founded, Place
from hedgerow.engines.vault.primitives import Cost
from hedgerow.store.instance import Costs
from hedgerow.store.runtime import empty, runtime_directory

_CHEAPEST: Final = Cost(memory_kib=8, passes=1)
CHEAP: Final = Costs(phrase=_CHEAPEST, code=_CHEAPEST, boot=_CHEAPEST)
_AT_ONCE: Final = 2


@dataclass(frozen=True, slots=True)
class Proof:
    """Say which leaks were found.

    Attributes:
        found: One find of each leak, None where there was none.
        clean: What was found without any leak: must be nothing.
        seconds: How long all of it took.
    """

    found: dict[str, Find | None]
    clean: tuple[Find, ...]
    seconds: float

    @property
    def is_whole(self) -> bool:
        """Tell whether every leak was found, and nothing where there was none."""
        return not self.clean and all(self.found.values())

    def as_json(self) -> dict[str, object]:
        """Return the outcome as plain values."""
        return {
            "leaks": len(self.found),
            "found": sum(one is not None for one in self.found.values()),
            "missed": [name for name, one in self.found.items() if one is None],
            "found_without_a_leak": len(self.clean),
            "seconds": round(self.seconds, 1),
        }

    def lines(self) -> Iterator[str]:
        """Yield the outcome in sentences."""
        for name, one in self.found.items():
            yield f"{name}: " + (
                f"{one.canary} in {one.place} ({one.dress})" if one else "NOT FOUND"
            )
        count = sum(one is not None for one in self.found.values())
        yield f"Found {count} of {len(self.found)} leaks; {len(self.clean)} finds without a leak."
        yield f"Seconds: {self.seconds:.0f}."


def prove(
    folder: Path, *, progress: Callable[[str], None], names: Iterable[str] | None = None
) -> Proof:
    """Make leaks to running services, each in a fresh instance, and search.

    Args:
        folder: Where the instances lie; each is removed after its search.
        progress: Takes what is being done.
        names: Which leaks; all twenty where nothing is said.

    Raises:
        Refusal: A page did not do what the drill relies on.
        ServiceFailed: A service did not.
    """
    start = time.monotonic()
    first = Place(folder / "first")
    founded = first.found(CHEAP)
    empty(runtime_directory(first.home))

    def once(leak: str) -> list[Find]:
        progress(f"With the leak {leak}" if leak else "Without a leak")
        return finds_with(leak, folder, first=first, founded=founded)

    wanted = list(LEAKS if names is None else names)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        finds = list(pool.map(once, ["", *wanted]))
    found = {name: next(iter(one), None) for name, one in zip(wanted, finds[1:], strict=True)}
    return Proof(found, tuple(finds[0]), time.monotonic() - start)


def finds_with(leak: str, folder: Path, *, first: Place, founded: Founded) -> list[Find]:
    """Plant in an instance to whose processes a leak was made, seize it, and search.

    Args:
        leak: The name of a leak, or nothing for none.
        folder: Where the instance lies meanwhile.
        first: An instance that was only just made; it is copied.
        founded: Its words and its key.
    """
    root = folder / (leak or "none")
    place = Place(root, leak=leak)
    shutil.copytree(first.home, root / HOME, dirs_exist_ok=True, symlinks=True)
    try:
        seizing = begin(place, founded, SMALL)
        try:
            seizing.seize(folder / f"copy-{root.name}")
        finally:
            seizing.serving.kill()
        return seizing.search(Searcher(seizing.canaries))
    finally:
        shutil.rmtree(root, ignore_errors=True)
