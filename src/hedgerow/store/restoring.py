# SPDX-License-Identifier: AGPL-3.0-or-later
"""Put a back-up in the place of an instance, or where there is none.

All of it goes to a new folder first, where it is looked at; see `switching` for how that comes
into use. Which groups must be confirmed anew, and what waits for an editor, follows from the
minute that the ring keeps.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from hedgerow.engines.vault import backup
from hedgerow.engines.vault.ring import Ring, decode_ring, restored_ring
from hedgerow.kernel.clock import Clock, minute_now
from hedgerow.kernel.errors import Damaged, Refused
from hedgerow.kernel.randomness import Randomness
from hedgerow.store.backing import read_header
from hedgerow.store.bootkey import write_wrap
from hedgerow.store.copies import copy_in, drop_copy, is_copied, turns_in, unopened_in
from hedgerow.store.founding import demand_unused_database
from hedgerow.store.instance import FILE_NAME
from hedgerow.store.ringfile import RingFile, sync_folder
from hedgerow.store.runtime import empty, runtime_directory
from hedgerow.store.switching import made_folder, switch, tidy

DATABASE_NAME: Final = "hedgerow.sqlite3"
_COPY_NAME: Final = "copy.sqlite3"


@dataclass(frozen=True, slots=True)
class Unpacked:
    """Hold a back-up that lies opened in a folder of its own, not in use yet.

    Attributes:
        home: Where it is to be used.
        folder: Where it lies.
        boot_key: Opens its ring.
        ring: As it was.
        instance: Its description.
        unopened: Rows that open under none of its keys; there should be none.
    """

    home: Path
    folder: Path
    boot_key: bytes
    ring: Ring
    instance: bytes
    unopened: int


def unpack(home: Path, file: BinaryIO, *, boot_key: bytes) -> Unpacked:
    """Open a back-up into a new folder of an instance; call it under `restoring`.

    Raises:
        Refused: "backup.unreadable".
        Damaged: "vault.backup_damaged", "vault.ring_damaged", "store.no_night_row";
            "backup.turned" when ring and database are not of one moment.
    """
    tidy(home)
    header = read_header(file)
    folder = made_folder(home)
    content = backup.Content(backup.open_rows(boot_key, _rows(file), header=header))
    ring = decode_ring(content.field(4))
    copy = folder / _COPY_NAME
    handle = os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as database:
        for piece in content.pieces(content.length(8)):
            database.write(piece)
        database.flush()
        os.fsync(database.fileno())
    instance = content.field(4)
    content.end()
    write_wrap(folder, header.wrap)
    if turns_in(copy) != ring.seq:
        raise Damaged("backup.turned")
    return Unpacked(home, folder, boot_key, ring, instance, unopened_in(copy, ring))


def _rows(file: BinaryIO) -> Iterator[bytes]:
    """Yield the sealed rows of a back-up."""
    while row := file.read(backup.ROW_BYTES):
        yield row


def describe(unpacked: Unpacked) -> None:
    """Write the instance's description, unless there is one already."""
    path = unpacked.home / FILE_NAME
    if path.exists():
        return
    part = path.with_name(f"{FILE_NAME}.new")
    part.unlink(missing_ok=True)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(unpacked.instance)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    sync_folder(unpacked.home)


def put_in_place(unpacked: Unpacked, *, clock: Clock, random: Randomness, on_server: bool) -> Ring:
    """Let an unpacked back-up be the instance from now on; return its ring.

    Args:
        unpacked: See `unpack`.
        clock: Tells the minute that is noted.
        random: Draws keys of coming weeks.
        on_server: Whether the database is a PostgreSQL, which must be empty; Django is set up.

    Raises:
        Refused: "instance.database_used" when the database on a server is another instance's.
    """
    home, folder = unpacked.home, unpacked.folder
    copy = folder / _COPY_NAME
    if on_server:
        _fill_server(copy)
        drop_copy(copy)
    else:
        copy.rename(folder / DATABASE_NAME)
    ring = restored_ring(unpacked.ring, minute_now(clock), random=random)
    RingFile(folder, boot_key=unpacked.boot_key, random=random).create(ring)
    # Sessions, keyrings and notes of what is no more.
    empty(runtime_directory(home))
    switch(home)
    return ring


def _fill_server(copy: Path) -> None:
    """Copy the rows to the server; those of this very back-up may stand there already.

    Raises:
        Refused: "instance.database_used".
    """
    try:
        demand_unused_database()
    except Refused:
        if not is_copied(copy):
            raise
        return
    copy_in(copy)
