# SPDX-License-Identifier: AGPL-3.0-or-later
"""Put one data folder in the place of another by the switch of one link, killed at any moment.

Nothing is ever written into the files that are there: a log left beside another database makes
it unreadable. What is new lies in a folder to which the link `data.new` leads; that link is
renamed to `data`, and only this switches. Then the ring before is overwritten and its folder,
to which the link `data.old` leads meanwhile, removed. Whoever comes next sees by these links
how far it went: `tidy` finishes what is switched, and takes away what is not.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from hedgerow.engines.vault.ring import COPY_BYTES
from hedgerow.kernel.errors import Busy
from hedgerow.store.machine import DATA
from hedgerow.store.ringfile import FILE_NAME as RING_NAME
from hedgerow.store.ringfile import sync_folder

NEW: Final = "data.new"
OLD: Final = "data.old"


@contextmanager
def restoring(home: Path) -> Iterator[None]:
    """Keep everybody else from restoring, or from serving, an instance meanwhile.

    Raises:
        Busy: "restore.under_way".
    """
    handle = os.open(home, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise Busy("restore.under_way") from None
    try:
        yield
    finally:
        os.close(handle)


def tidy(home: Path) -> None:
    """Finish a restore that was switched before it was killed, take away one that was not.

    Call it under `restoring`.
    """
    new, old, data = (home / name for name in (NEW, OLD, DATA))
    if new.is_symlink():
        # Not switched: what `data.old` leads to, if it is there, is in use.
        _drop_link(old)
        if new.resolve() != data.resolve():
            _destroy(new.resolve(), home=home)
        _drop_link(new)
    if old.is_symlink():
        if old.resolve() != data.resolve():
            _destroy(old.resolve(), home=home)
        _drop_link(old)


def is_untidy(home: Path) -> bool:
    """Tell whether a restore was broken off."""
    return (home / NEW).is_symlink() or (home / OLD).is_symlink()


def _drop_link(link: Path) -> None:
    """Remove a link, and wait until it is gone from the disk."""
    if link.is_symlink():
        link.unlink()
        sync_folder(link.parent)


def _destroy(folder: Path, *, home: Path) -> None:
    """Overwrite a ring in its place, then remove its folder; nothing outside of the home."""
    if folder.parent != home.resolve() or not folder.is_dir():
        return
    ring = folder / RING_NAME
    if ring.exists():
        handle = os.open(ring, os.O_WRONLY | os.O_CLOEXEC)
        try:
            os.pwrite(handle, bytes(2 * COPY_BYTES), 0)
            os.fdatasync(handle)
        finally:
            os.close(handle)
    shutil.rmtree(folder)
    sync_folder(home)


def made_folder(home: Path) -> Path:
    """Make an empty folder under a new name, and the link that says it is not in use yet."""
    number = 1
    while (home / f"{DATA}-{number}").exists():
        number += 1
    folder = home / f"{DATA}-{number}"
    # The link first: a folder without it would be taken for somebody's own.
    (home / NEW).symlink_to(folder.name)
    sync_folder(home)
    folder.mkdir(mode=0o700)
    return folder


def switch(home: Path) -> None:
    """Let the new folder be the one in use, then forget the one before."""
    if (home / DATA).is_symlink():
        (home / OLD).symlink_to((home / DATA).resolve().name)
        sync_folder(home)
    (home / NEW).rename(home / DATA)
    sync_folder(home)
    tidy(home)
