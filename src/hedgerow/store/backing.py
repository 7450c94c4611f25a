# SPDX-License-Identifier: AGPL-3.0-or-later
"""Make a sealed back-up of an open instance, while others go on writing.

The ring is read first, and the copy of the database must have the same count of turns: with a
night in between, thousands of rows would open with neither of its keys. The copy stands on
the instance's own disk, sealed as the database is, for as long as this takes.
"""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from hedgerow.engines.vault import backup
from hedgerow.engines.vault.ring import Ring, encode_ring
from hedgerow.kernel.errors import Busy, Damaged, Refused
from hedgerow.store import copies
from hedgerow.store.bootkey import read_wrap
from hedgerow.store.copies import drop_copy, turns_in, unopened_in
from hedgerow.store.database import DATABASE_ERRORS, busy
from hedgerow.store.instance import FILE_NAME
from hedgerow.store.machine import machine
from hedgerow.store.ringfile import sync_folder
from hedgerow.store.runtime import lock_file

SUFFIX: Final = ".hbk"
PART_SUFFIX: Final = ".part"
#: What was erased may live on in back-ups so long, and people are told so.
KEPT_DAYS: Final = 35
_COPY_NAME: Final = "copy.sqlite3"
_LOCK_NAME: Final = "backup"
_TRIES: Final = 5


@dataclass(frozen=True, slots=True)
class BackupReport:
    """Say what was made.

    Attributes:
        path: Of the file.
        size: Its bytes.
        night_day: Day of the last night before it.
        night_number: The ring's count of turns.
    """

    path: str
    size: int
    night_day: int
    night_number: int


def back_up(target: Path) -> BackupReport:
    """Write a back-up, whole or not at all; a file of that name is replaced.

    Raises:
        Busy: "backup.under_way" when another is being made; "night.under_way" when the ring
            turned at every try; "store.full", "store.busy".
        Refused: "backup.no_place" when this user may not write there.
        Damaged: "backup.rows_damaged" when rows do not open, and could not be put back.
    """
    with lock_file(machine().runtime / _LOCK_NAME, wait=False) as is_held:
        if not is_held:
            raise Busy("backup.under_way")
        copy = machine().data / _COPY_NAME
        try:
            wrap, ring = _taken(copy)
            return _written(target, copy, wrap=wrap, ring=ring)
        except DATABASE_ERRORS as error:
            raise busy(error) from error
        except OSError as error:
            if error.errno == errno.ENOSPC:
                raise busy(error) from error
            reason = error.strerror or type(error).__name__
            raise Refused("backup.no_place", path=str(target), reason=reason) from error
        finally:
            drop_copy(copy)


def _taken(copy: Path) -> tuple[bytes, Ring]:
    """Copy the database at a moment of the ring; return the wrap and the ring of that moment."""
    for _ in range(_TRIES):
        wrap = read_wrap(machine().data)
        ring = machine().reload()
        copies.copy_out(copy)
        # A change of the boot key turns the ring as well; the wrap is looked at for the moment
        # in which it is already another and the ring is not yet.
        if turns_in(copy) == ring.seq and read_wrap(machine().data) == wrap:
            if unopened := unopened_in(copy, ring):
                raise Damaged("backup.rows_damaged", rows=unopened)
            return wrap, ring
    raise Busy("night.under_way")


def _written(target: Path, copy: Path, *, wrap: bytes, ring: Ring) -> BackupReport:
    """Seal ring and copy into the file beside the target, and put it in its place."""
    present = machine()
    part = target.with_name(target.name + PART_SUFFIX)
    part.unlink(missing_ok=True)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with _removed_unless_whole(part), os.fdopen(handle, "wb") as file, copy.open("rb") as database:
        content = backup.laid_out(
            ring=encode_ring(ring),
            database=_pieces(database),
            size=copy.stat().st_size,
            instance=(present.home / FILE_NAME).read_bytes(),
        )
        key, id_ = present.file.boot_key, present.random(backup.ID_BYTES)
        for piece in backup.seal_backup(key, content, wrap=wrap, id_=id_):
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
        size = file.tell()
    part.replace(target)
    sync_folder(target.parent)
    return BackupReport(str(target), size, ring.day, ring.seq)


@contextmanager
def _removed_unless_whole(part: Path) -> Iterator[None]:
    """Remove half a file where writing it fails."""
    is_whole = False
    try:
        yield
        is_whole = True
    finally:
        if not is_whole:
            part.unlink(missing_ok=True)


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    """Yield a file piece by piece."""
    while piece := file.read(backup.CHUNK_BYTES):
        yield piece


def read_header(file: BinaryIO) -> backup.Header:
    """Read what stands in clear, and stop behind it.

    Raises:
        Refused: "backup.unreadable" when the file is no back-up.
    """
    try:
        header = backup.decode_header(file.read(backup.MOST_HEADER_BYTES))
    except Damaged:
        raise Refused("backup.unreadable") from None
    file.seek(header.length)
    return header


def back_ups_in(folder: Path) -> list[Path]:
    """Return the back-ups that lie in a folder, and unfinished ones, the oldest first."""
    found = [*folder.glob(f"*{SUFFIX}"), *folder.glob(f"*{SUFFIX}{PART_SUFFIX}")]
    return sorted((one for one in found if one.is_file()), key=lambda one: one.stat().st_mtime)


def forget_before(folder: Path, *, second: float) -> int:
    """Make back-ups older than a moment unreadable, and remove them; return how many.

    Without the random id at its beginning not even the boot key opens one, wherever old blocks
    of it remain.
    """
    old = [one for one in back_ups_in(folder) if one.stat().st_mtime < second]
    for one in old:
        handle = os.open(one, os.O_WRONLY | os.O_CLOEXEC)
        try:
            os.pwrite(handle, bytes(backup.MOST_HEADER_BYTES), 0)
            os.fdatasync(handle)
        finally:
            os.close(handle)
        one.unlink()
    sync_folder(folder)
    return len(old)
