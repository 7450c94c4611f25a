# SPDX-License-Identifier: AGPL-3.0-or-later
"""Find the runtime directory: a place in memory, never on a disk, closed to others.

Sessions, the post, joining states, counters and lock files live there and nowhere else.
"""

import ctypes
import fcntl
import hashlib
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from hedgerow.kernel.errors import Refused

_TMPFS_MAGIC: Final = 0x01021994
_RAMFS_MAGIC: Final = 0x858458F6
_STATFS_BYTES: Final = 256
LINK_NAME: Final = "runtime"
_SHARED_MEMORY: Final = Path("/dev/shm")  # noqa: S108  # nosec -- memory, and checked to be


def is_in_memory(folder: Path) -> bool:
    """Tell whether a folder lies on a file system in memory, as statfs(2) says."""
    buffer = ctypes.create_string_buffer(_STATFS_BYTES)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.statfs(os.fsencode(folder), buffer) != 0:
        return False
    magic = ctypes.c_long.from_buffer(buffer).value & 0xFFFFFFFF
    return magic in {_TMPFS_MAGIC, _RAMFS_MAGIC}


def runtime_directory(home: Path) -> Path:
    """Return the runtime directory of an instance, made if it is not there.

    It is in $RUNTIME_DIRECTORY where systemd gives one; else where the running service says
    by a link in the instance's folder; else in /dev/shm, named after the user and the
    instance's place.

    Raises:
        Refused: "runtime.not_in_memory" or "runtime.not_ours" when it may not be used.
    """
    given = os.environ.get("RUNTIME_DIRECTORY", "").partition(":")[0]
    linked = home / LINK_NAME
    if not given and linked.is_dir():
        return _demand_usable(linked.resolve())
    name = hashlib.blake2b(os.fsencode(home.resolve()), digest_size=8).hexdigest()
    base = Path(given) if given else _SHARED_MEMORY / f"hedgerow-{os.getuid()}"
    base.mkdir(mode=0o700, exist_ok=True)
    if not given:
        _demand_ours(base)
    folder = base / name
    folder.mkdir(mode=0o700, exist_ok=True)
    return _demand_usable(folder)


def _demand_ours(folder: Path) -> None:
    """Refuse a folder that somebody else made, or may look into."""
    facts = folder.lstat()
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != os.getuid() or facts.st_mode & 0o077:
        raise Refused("runtime.not_ours", folder=str(folder))


def _demand_usable(folder: Path) -> Path:
    """Return a folder that is ours alone and lies in memory, or refuse it."""
    _demand_ours(folder)
    if not is_in_memory(folder):
        raise Refused("runtime.not_in_memory", folder=str(folder))
    return folder


def link_from(home: Path, *, runtime: Path) -> None:
    """Let commands in other log-ins find the runtime directory of a service."""
    link = home / LINK_NAME
    if link.is_symlink():
        link.unlink()
    link.symlink_to(runtime)


def empty(folder: Path) -> None:
    """Forget everything that was kept in a runtime directory."""
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def lock_file(path: Path, *, wait: bool) -> Iterator[bool]:
    """Hold a lock that the kernel releases when its holder dies.

    The file is opened anew each time: a descriptor inherited over fork excludes nobody.

    Yields:
        Whether the lock is held; always true when waiting.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(handle)
