# SPDX-License-Identifier: AGPL-3.0-or-later
"""Give a service a file system of its own: a folder, or an ext4 image whose blocks are read."""

import os
import subprocess  # nosec -- the system's own tools, without a shell
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hedgerow.drill.search import Find, Searcher, files_in

_IMAGE_BYTES: Final = 1024 * 1024 * 1024
_PIECE: Final = 8 * 1024 * 1024
_OVERLAP: Final = 64 * 1024
_BLOCK: Final = 4096


class NoRawDisk(RuntimeError):
    """Say that no raw disk can be looked at here, and why."""


@dataclass(slots=True)
class Disk:
    """Hold where a service writes.

    Attributes:
        root: The folder that holds its file system.
        image: The raw image, or None where there is only the folder.
        device: The loop device the image hangs on.
    """

    root: Path
    image: Path | None = None
    device: str = ""

    def take_off(self) -> None:
        """Take the file system off, so that all of it is in the image."""
        if self.image is not None:
            _call("umount", str(self.root))

    def put_on(self) -> None:
        """Put the file system on again."""
        if self.image is not None:
            _call("mount", self.device, str(self.root))

    @contextmanager
    def off(self) -> Iterator[None]:
        """Have the file system off for a while; a folder stays as it is."""
        self.take_off()
        try:
            yield
        finally:
            self.put_on()

    def blocks(self) -> Iterator[tuple[int, bytes]]:
        """Yield place and bytes of what was ever written, some megabytes at a time.

        Pieces overlap, so that nothing falls between two of them.
        """
        if self.image is None:
            return
        with self.image.open("rb") as file:
            for start, end in _written(file.fileno(), self.image.stat().st_size):
                for place in range(start, end, _PIECE):
                    length = min(_PIECE + _OVERLAP, end - place)
                    yield place, os.pread(file.fileno(), length, place)

    def extents(self) -> "Extents":
        """Return every stretch that was ever written, whole; the file system must be off."""
        return Extents(self.image)

    def search(self, searcher: Searcher) -> list[Find]:
        """Return what is found in the raw blocks; the file system must be off."""
        return [
            find
            for place, data in self.blocks()
            for find in searcher.finds(data, place=f"raw block {place // _BLOCK}")
        ]


@dataclass(frozen=True, slots=True)
class Extents:
    """Read the stretches of an image one at a time, as often as asked.

    Attributes:
        image: Where they lie, or None for nothing.
    """

    image: Path | None

    def __iter__(self) -> Iterator[bytes]:
        """Yield every stretch."""
        if self.image is None:
            return
        with self.image.open("rb") as file:
            for start, end in _written(file.fileno(), self.image.stat().st_size):
                yield os.pread(file.fileno(), end - start, start)


@dataclass(frozen=True, slots=True)
class Contents:
    """Read the contents of files one at a time, as often as asked.

    Attributes:
        root: The folder they are below.
    """

    root: Path

    def __iter__(self) -> Iterator[bytes]:
        """Yield the content of every file."""
        for path in files_in(self.root):
            yield path.read_bytes()


def _written(handle: int, size: int) -> Iterator[tuple[int, int]]:
    """Yield the parts of a sparse file that were ever written."""
    end = 0
    while end < size:
        try:
            start = os.lseek(handle, end, os.SEEK_DATA)
        except OSError:
            return
        end = os.lseek(handle, start, os.SEEK_HOLE)
        yield start, end


@contextmanager
def plain_disk(folder: Path) -> Iterator[Disk]:
    """Yield a folder as a disk."""
    yield Disk(folder / "disk")


@contextmanager
def raw_disk(folder: Path) -> Iterator[Disk]:
    """Yield a mounted ext4 image; it is taken off and its device given back in any case.

    Raises:
        NoRawDisk: This needs root, loop devices and mkfs.ext4.
    """
    if os.geteuid() != 0:
        raise NoRawDisk("Only root can look at raw blocks.")
    image, root = folder / "disk.ext4", folder / "disk"
    root.mkdir(parents=True)
    with image.open("wb") as file:
        file.truncate(_IMAGE_BYTES)
    _call("mkfs.ext4", "-q", "-F", str(image))
    disk = Disk(root, image, _call("losetup", "--find", "--show", str(image)))
    try:
        disk.put_on()
        yield disk
    finally:
        with suppress(NoRawDisk):
            disk.take_off()
        _call("losetup", "--detach", disk.device)


def _call(*command: str) -> str:
    """Run one of the system's tools and return what it says.

    Raises:
        NoRawDisk: It is not there, or refused.
    """
    path = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin"))
    try:
        done = subprocess.run(  # noqa: S603  # nosec -- fixed names, no shell
            command, capture_output=True, text=True, check=True, env={"PATH": path}
        )
    except FileNotFoundError:
        message = f"{command[0]} is not here."
        raise NoRawDisk(message) from None
    except subprocess.CalledProcessError as error:
        message = f"{command[0]} refused: {error.stderr.strip()}"
        raise NoRawDisk(message) from None
    return done.stdout.strip()
