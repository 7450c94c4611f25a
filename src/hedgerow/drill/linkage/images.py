# SPDX-License-Identifier: AGPL-3.0-or-later
"""Take images of a store, with what each kind of adversary reads in them, and labels.

An image holds what its files say to everybody, and apart from that what the ring of its
day opens. The labels, which row is whose keyring and which is a space's head, are a gift
to the adversary: a real one has to find them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from django.db import connection

from hedgerow.drill.linkage.pages import Traces, traces_of
from hedgerow.drill.linkage.server import log_of_server, traces_of_server
from hedgerow.engines.vault.locker import LockerClass, LockerRow, open_locker, row_ids
from hedgerow.engines.vault.primitives import hash_bytes
from hedgerow.engines.vault.veil import bare_of
from hedgerow.kernel.errors import Damaged
from hedgerow.kernel.ids import RowId
from hedgerow.store import veils
from hedgerow.store.rows import BODY, TABLES, all_rows

_MARK_BYTES: Final = 8
#: Stands for a row that is not there.
NOBODY: Final = 0


@dataclass(frozen=True, slots=True)
class Inner:
    """Hold what the boot key opens of a large locker, shortened.

    Attributes:
        tag: Its true tag.
        whole: A mark of all its bytes.
        begin: Its first bytes: of a keyring those of the slot, which stays; of anything else
            what is new whenever it is written.
        bare: A mark of what is under the veil, for who has the words of a member; of
            anything that has none the same as `whole`.
    """

    tag: bytes
    whole: bytes
    begin: bytes
    bare: bytes


@dataclass(frozen=True, slots=True)
class Image:
    """Be one image of everything at rest.

    Attributes:
        day: On which it was taken.
        accounts: The row of each account's keyring, 0 where there is none yet.
        heads: The row of each space's head, 0 where it is not open yet.
        traces: What the pages of the file and of its log say; of a server, its rows.
        log: The same with what the server's log of writes says; None for a file.
        stamped: Rows that a server's transactions wrote, as rows themselves tell, but for a
            night's batches; also of rows that no log names any more.
        large: The ids of all large rows, in the order of the table.
        bodies: Id of each body to its last week (0 for none) and its size.
        inners: What the boot key opens of each large locker, by its row.
    """

    day: int
    accounts: tuple[int, ...]
    heads: tuple[int, ...]
    traces: Traces
    log: Traces | None
    stamped: tuple[frozenset[int], ...]
    large: tuple[int, ...]
    bodies: dict[int, tuple[int, int]]
    inners: dict[int, Inner]


def _mark(content: bytes) -> bytes:
    """Return a mark by which contents are told apart."""
    return hash_bytes(content, size=_MARK_BYTES)


def _opened(night_key: bytes) -> dict[int, Inner]:
    """Open all large rows with the night key, and veils with those that members have."""
    known = veils.known()
    inners: dict[int, Inner] = {}
    for row in all_rows(LockerClass.LARGE):
        try:
            locker = open_locker(
                night_key, LockerRow(RowId(row.id), row.box), klass=LockerClass.LARGE
            )
        except Damaged:
            continue
        bare = bare_of(locker.inner, veils=known, tag=locker.tag)
        inners[row.id] = Inner(
            locker.tag[:_MARK_BYTES],
            _mark(locker.inner),
            locker.inner[:_MARK_BYTES],
            _mark(bare or locker.inner),
        )
    return inners


def _rows_of(tags: Sequence[bytes | None], night_key: bytes, there: frozenset[int]) -> list[int]:
    """Return the row of each true tag, 0 where it does not stand."""
    ids = row_ids(night_key, [tag or b"" for tag in tags])
    return [
        number if tag is not None and number in there else NOBODY
        for tag, number in zip(tags, ids, strict=True)
    ]


def _traces_of_file(database: Path) -> Traces:
    """Read SQLite's file and its log."""
    log = database.with_name(f"{database.name}-wal")
    return traces_of(database.read_bytes(), log=log.read_bytes() if log.exists() else b"")


def take(
    day: int,
    *,
    database: Path | None,
    night_key: bytes,
    accounts: Sequence[bytes | None],
    heads: Sequence[bytes | None],
) -> Image:
    """Take an image.

    Args:
        day: On which it is taken.
        database: SQLite's file, beside which its log lies; None for a server.
        night_key: Of this day's ring.
        accounts: The true tag of each account's first keyring page.
        heads: The true tag of each space's head.
    """
    traces = traces_of_server() if database is None else _traces_of_file(database)
    log = replace(traces, commits=log_of_server()) if database is None else None
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {TABLES[LockerClass.LARGE]} ORDER BY id")  # noqa: S608  # nosec -- a table of ours
        large = tuple(row[0] for row in cursor.fetchall())
        cursor.execute(f"SELECT id, until, length(box) FROM {BODY}")  # noqa: S608  # nosec -- a table of ours
        bodies = {row[0]: (row[1] or 0, row[2]) for row in cursor.fetchall()}
    there = frozenset(large)
    return Image(
        day=day,
        accounts=tuple(_rows_of(accounts, night_key, there)),
        heads=tuple(_rows_of(heads, night_key, there)),
        traces=traces,
        log=log,
        stamped=tuple(traces.commits) if log else (),
        large=large,
        bodies=bodies,
        inners=_opened(night_key),
    )
