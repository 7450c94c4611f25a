# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hand what one process made to all others of an open instance, by sealed files in memory.

The files lie in the runtime directory and never reach a disk; their key comes from the ring, so
that they say nothing once the instance is locked. A restart of the machine forgets them.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar, cast

from hedgerow.engines.vault.primitives import open_box, seal_box, sub
from hedgerow.kernel.clock import minute_now
from hedgerow.kernel.errors import Damaged
from hedgerow.store.machine import machine

T = TypeVar("T")
_ASKED: Final = "asked "


def _key() -> bytes:
    """Return the key of what is shared."""
    return sub(machine().ring.secret("mix"), "shared-key")


def _path_of(name: str) -> Path:
    """Return where something shared lies; its name on the file system says nothing."""
    mark = sub(machine().ring.secret("mix"), "shared-name", name)
    return machine().runtime / f"shared-{mark[:16].hex()}"


def share(name: str, content: bytes) -> None:
    """Share bytes under a name, in place of what was shared there, whole or not at all."""
    box = seal_box(_key(), content, "shared", name, random=machine().random)
    path = _path_of(name)
    fresh = path.with_suffix(".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(box)
    fresh.replace(path)


def shared(name: str, parse: Callable[[bytes], T]) -> T | None:
    """Return what is shared under a name, parsed once for each time that it was shared.

    Args:
        name: Names it.
        parse: Makes the value of the bytes; always the same for one name.

    Returns:
        None where nothing is shared, or what lies there is damaged.
    """
    path = _path_of(name)
    caches, key = machine().caches, ("shared", name)
    try:
        state = path.stat()
        mark = f"{state.st_mtime_ns} {state.st_ino}".encode()
        kept = caches.get(key)
        if kept is not None and kept[0] == mark:
            return cast("T", kept[1])
        value = parse(open_box(_key(), path.read_bytes(), "shared", name))
    except (FileNotFoundError, Damaged):
        return None
    caches[key] = mark, value
    return value


def ask(name: str) -> None:
    """Note in memory that somebody needed what may be shared under a name."""
    present = machine()
    present.ephemeral.set_note(f"{_ASKED}{name}", minute_now(present.clock))


def asked(*, minutes: int) -> set[str]:
    """Return the names that somebody asked for so many minutes ago or less."""
    present = machine()
    least = minute_now(present.clock) - minutes
    found = present.ephemeral.notes(prefix=_ASKED, least=least)
    return {name.removeprefix(_ASKED) for name in found}
