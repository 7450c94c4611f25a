# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keep the boot key where it survives a worker and nothing else, and its wrap on the disk.

The key lies in one page of memory that all processes of `serve` share by an inherited
descriptor; the number of the descriptor stands in the environment, never the key.
"""

import ctypes
import mmap
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hedgerow.engines.vault.primitives import KEY_BYTES
from hedgerow.kernel.errors import Damaged
from hedgerow.store.ringfile import WRAP_NAME, sync_folder

VARIABLE: Final = "HEDGEROW_BOOT_DESCRIPTOR"
_SYS_MEMFD_SECRET: Final = 447
_PAGE: Final = mmap.PAGESIZE
_NOT_SET: Final = 0


def read_wrap(data: Path) -> bytes:
    """Return the wrap of the boot key.

    Raises:
        Damaged: "store.wrap_missing" when there is none.
    """
    try:
        return (data / WRAP_NAME).read_bytes()
    except FileNotFoundError:
        raise Damaged("store.wrap_missing") from None


def write_wrap(data: Path, wrap: bytes) -> None:
    """Replace the wrap whole: temporary file, fsync, rename, fsync of the folder."""
    fresh = data / f"{WRAP_NAME}.new"
    with suppress(FileNotFoundError):
        fresh.unlink()
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        os.write(handle, wrap)
        os.fsync(handle)
    finally:
        os.close(handle)
    fresh.replace(data / WRAP_NAME)
    sync_folder(data)


def _memory() -> tuple[int, mmap.mmap]:
    """Make one page of secret memory, or of plain memory where the kernel gives none."""
    libc = ctypes.CDLL(None, use_errno=True)
    handle = int(libc.syscall(_SYS_MEMFD_SECRET, 0))
    if handle >= 0:
        try:
            os.ftruncate(handle, _PAGE)
            return handle, mmap.mmap(handle, _PAGE)
        except OSError:
            os.close(handle)
    handle = os.memfd_create("hedgerow", 0)
    os.ftruncate(handle, _PAGE)
    return handle, mmap.mmap(handle, _PAGE)


@dataclass(frozen=True, slots=True)
class SharedKey:
    """Hold the page of memory in which the boot key lies for all processes.

    Attributes:
        home: The instance it opens.
        handle: The descriptor.
        page: The memory.
    """

    home: Path
    handle: int
    page: mmap.mmap

    def read(self) -> bytes | None:
        """Return the boot key, or None while it was not typed."""
        while True:
            place = self.page[0]
            if place == _NOT_SET:
                return None
            key = self._at(place)
            # A key that was changed while it was read is read again.
            if self.page[0] == place:
                return key

    def _at(self, place: int) -> bytes:
        """Return what stands in the first or second place."""
        start = 1 + (place - 1) * KEY_BYTES
        return bytes(self.page[start : start + KEY_BYTES])

    def _set(self, place: int, key: bytes) -> None:
        """Write one of the two places."""
        start = 1 + (place - 1) * KEY_BYTES
        self.page[start : start + KEY_BYTES] = key

    def put(self, key: bytes) -> None:
        """Let every process have the key, or another one in its stead.

        It is written beside the present one, which is wiped once the mark says the other.
        """
        before = self.page[0]
        place = 2 if before == 1 else 1
        self._set(place, key)
        self.page[0] = place
        if before != _NOT_SET:
            self._set(before, bytes(KEY_BYTES))

    def forget(self) -> None:
        """Take the key from every process; the mark goes first."""
        self.page[0] = _NOT_SET
        for place in (1, 2):
            self._set(place, bytes(KEY_BYTES))


_shared: SharedKey | None = None


def make_shared(home: Path) -> SharedKey:
    """Make the page in the parent, and name its descriptor to the children."""
    handle, page = _memory()
    os.set_inheritable(handle, True)  # noqa: FBT003 -- the standard library's signature
    os.environ[VARIABLE] = str(handle)
    return _remember(SharedKey(home, handle, page))


def _remember(shared: SharedKey) -> SharedKey:
    """Keep the page for this process."""
    global _shared  # noqa: PLW0603 -- one page a process, by design
    _shared = shared
    return shared


def inherited() -> SharedKey | None:
    """Return the page this process has or inherited, or None."""
    if _shared is not None or VARIABLE not in os.environ:
        return _shared
    handle = int(os.environ[VARIABLE])
    home = Path(os.environ["HEDGEROW_HOME"])
    return _remember(SharedKey(home, handle, mmap.mmap(handle, _PAGE)))


def drop_shared() -> None:
    """Forget the key and close the page."""
    global _shared  # noqa: PLW0603 -- one page a process, by design
    if _shared is not None:
        _shared.forget()
        _shared.page.close()
        os.close(_shared.handle)
    _shared = None
    os.environ.pop(VARIABLE, None)
