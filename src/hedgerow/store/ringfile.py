# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keep the ring in one small file: two copies, overwritten in place, never renamed.

A renamed file would leave the old ring on the disk, and with it the key of every row that
was deleted. The worse copy is made equal to the better one before anything changes, so
that two power cuts one after another cannot tear both. Whoever writes holds the lock on
the file (`hold`), a night for its whole length: nobody takes a copy that is being written
for a torn one, and no two nights run at once. And nobody writes with a boot key whose wrap
was replaced meanwhile: the ring would be closed to the new words.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from hedgerow.engines.vault.ring import COPY_BYTES, Ring, better, open_copy, seal_copy, turned
from hedgerow.kernel.errors import Damaged, Refused
from hedgerow.kernel.randomness import Randomness
from hedgerow.store.runtime import lock_file

FILE_NAME: Final = "ring"
WRAP_NAME: Final = "boot.wrap"


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
        self._wrap = self._wrap_now()

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
    def hold(self, *, wait: bool) -> Iterator[bool]:
        """Hold the lock under which alone the file is written; the kernel releases it.

        Yields:
            Whether it is held; always true when waiting.
        """
        with lock_file(self._path, wait=wait) as is_held:
            yield is_held

    @contextmanager
    def _writable(self) -> Iterator[int]:
        """Open the file for writing.

        Raises:
            Refused: "boot.key_changed" when the wrap is not that of this boot key any more.
        """
        if self._wrap_now() != self._wrap:
            raise Refused("boot.key_changed")
        handle = os.open(self._path, os.O_RDWR | os.O_CLOEXEC)
        try:
            yield handle
        finally:
            os.close(handle)

    def _wrap_now(self) -> bytes | None:
        """Return the wrap as it is on the disk."""
        path = self._path.with_name(WRAP_NAME)
        return path.read_bytes() if path.exists() else None

    def sync(self) -> None:
        """Wait until what another process wrote before it died is on the disk."""
        with self._writable() as handle:
            os.fdatasync(handle)

    def mend(self) -> Ring:
        """Make the worse copy equal to the better one, and return that; call it under `hold`.

        Raises:
            Refused: "boot.wrong_key" when neither copy opens, "boot.key_changed"; then
                nothing was written.
        """
        with self._writable() as handle:
            ring = self._mend(handle)
            os.fdatasync(handle)
            return ring

    def mend_if_free(self) -> None:
        """Mend at a start, unless somebody holds the file, who mends it then."""
        with self.hold(wait=False) as is_held:
            if is_held:
                self.mend()

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
            handle: The file, open for writing.
            place: 0 for the first copy, 1 for the second.
            ring: What to seal into it.
        """
        os.pwrite(handle, self._sealed(ring), place * COPY_BYTES)
        os.fdatasync(handle)

    def write(self, ring: Ring) -> None:
        """Overwrite both copies, one after the other, once the worse one is mended.

        Call it under `hold`.

        Raises:
            Refused: "boot.wrong_key", "boot.key_changed"; then nothing was written.
        """
        with self._writable() as handle:
            self._mend(handle)
            self.overwrite(handle, 0, ring)
            self.overwrite(handle, 1, ring)

    def change_key(self, fresh: "RingFile", *, between: Callable[[], None]) -> Ring:
        """Seal the ring under another boot key, and return it as turned; call it under `hold`.

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
