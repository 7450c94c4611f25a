# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keep the ring in one small file: two copies, overwritten in place, never renamed.

A renamed file would leave the old ring on the disk, and with it the key of every row that
was deleted. The worse copy is made equal to the better one before anything changes, so
that two power cuts one after another cannot tear both. Who writes holds a lock on the
file, so that nobody takes a copy that is being written for a torn one.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from hedgerow.engines.vault.ring import COPY_BYTES, Ring, better, open_copy, seal_copy, turned
from hedgerow.kernel.errors import Damaged, Refused
from hedgerow.kernel.randomness import Randomness

FILE_NAME = "ring"


class RingFile:
    """Read and overwrite the file of one instance's ring.

    Args:
        folder: The instance's data folder.
        boot_key: Opens both copies.
        random: Where nonces come from.

    Attributes:
        boot_key: Opens both copies.
    """

    def __init__(self, folder: Path, *, boot_key: bytes, random: Randomness) -> None:
        """Keep where it is and what opens it."""
        self._path = folder / FILE_NAME
        self.boot_key = boot_key
        self._random = random

    def create(self, ring: Ring) -> None:
        """Write both copies of a new instance's ring.

        Raises:
            FileExistsError: There is one already.
        """
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            os.pwrite(handle, self._sealed(ring) + self._sealed(ring), 0)
            os.fsync(handle)
        finally:
            os.close(handle)
        sync_folder(self._path.parent)

    def _sealed(self, ring: Ring) -> bytes:
        """Seal one copy."""
        return seal_copy(ring, self.boot_key, random=self._random)

    def _copies(self, handle: int) -> tuple[Ring | None, Ring | None]:
        """Open both copies."""
        first = os.pread(handle, COPY_BYTES, 0)
        second = os.pread(handle, COPY_BYTES, COPY_BYTES)
        return open_copy(first, self.boot_key), open_copy(second, self.boot_key)

    def read(self) -> Ring:
        """Return the ring of the copy with the higher seq that opens.

        Raises:
            Refused: "boot.wrong_key" when neither copy opens.
            Damaged: "store.ring_missing" when there is no file.
        """
        try:
            handle = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            raise Damaged("store.ring_missing") from None
        try:
            best = better(*self._copies(handle))
        finally:
            os.close(handle)
        if best is None:
            raise Refused("boot.wrong_key")
        return best

    @contextmanager
    def _writable(self) -> Iterator[int]:
        """Open the file, and shut out everybody else who would write to it."""
        handle = os.open(self._path, os.O_RDWR | os.O_CLOEXEC)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield handle
        finally:
            os.close(handle)

    def mend(self) -> Ring:
        """Make the worse copy equal to the better one, and return that.

        Raises:
            Refused: "boot.wrong_key" when neither copy opens; then nothing was written.
        """
        with self._writable() as handle:
            return self._mend(handle)

    def _mend(self, handle: int) -> Ring:
        """Mend an open file."""
        one, other = self._copies(handle)
        best = better(one, other)
        if best is None:
            raise Refused("boot.wrong_key")
        for place, copy in enumerate((one, other)):
            if copy != best:
                self.overwrite(handle, place, best)
        return best

    def overwrite(self, handle: int, place: int, ring: Ring) -> None:
        """Overwrite one copy in place and wait until it is on the disk.

        Args:
            handle: The file, open for writing and locked.
            place: 0 for the first copy, 1 for the second.
            ring: What to seal into it.
        """
        os.pwrite(handle, self._sealed(ring), place * COPY_BYTES)
        os.fdatasync(handle)

    def write(self, ring: Ring) -> None:
        """Overwrite both copies, one after the other, once the worse one is mended."""
        with self._writable() as handle:
            self._mend(handle)
            self.overwrite(handle, 0, ring)
            self.overwrite(handle, 1, ring)

    def change_key(self, fresh: "RingFile", *, between: Callable[[], None]) -> Ring:
        """Seal the ring under another boot key, and return it as turned.

        Args:
            fresh: The same file under the new boot key.
            between: Called when the first copy is under the new key and the second one
                still under the old one; replaces the wrap.
        """
        with self._writable() as handle:
            ring = turned(self._mend(handle))
            fresh.overwrite(handle, 0, ring)
            between()
            fresh.overwrite(handle, 1, ring)
        return ring


def sync_folder(folder: Path) -> None:
    """Wait until a folder's entries are on the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
