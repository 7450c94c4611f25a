# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hold keyrings as they are now, in memory, until the weekly delivery writes everybody's.

An entry is sealed by its account before it comes here; the post sees only tags and
inners. It is an overlay: what it holds counts only where a keyring or a pending row of
the same account stands in the tables.

The first keyring of an account waits here, beside its pending rows, for one delivery in
four: the new rows of a single week would tell who came in the week in which a group grew.
"""

from dataclasses import dataclass
from enum import Enum, auto

import msgspec

from hedgerow.engines.vault.locker import LockerClass
from hedgerow.kernel.randomness import shuffled
from hedgerow.store.machine import machine
from hedgerow.store.writing import Transaction, in_writing


@dataclass(frozen=True, slots=True)
class PostEntry:
    """Hold one account's keyring as it is to be delivered.

    Attributes:
        pages: True tag and sealed inner of each page, page 0 first.
        drop: True tags of the pending rows merged into them.
        anchors: True tags one of which must stand in the tables: page 0's in `large`, or
            a pending row's in `small`.
    """

    pages: tuple[tuple[bytes, bytes], ...]
    drop: tuple[bytes, ...]
    anchors: tuple[bytes, ...]


def put(entry: PostEntry) -> None:
    """Keep an entry, in place of the account's earlier one."""
    box = msgspec.msgpack.encode(entry)
    machine().ephemeral.run("INSERT OR REPLACE INTO post VALUES (?, ?)", entry.pages[0][0], box)


def read(page0_tag: bytes) -> PostEntry | None:
    """Return an account's entry, or None."""
    found = machine().ephemeral.rows("SELECT entry FROM post WHERE tag = ?", page0_tag)
    return msgspec.msgpack.decode(found[0][0], type=PostEntry) if found else None


def forget(page0_tag: bytes) -> None:
    """Drop an account's entry."""
    machine().ephemeral.run("DELETE FROM post WHERE tag = ?", page0_tag)


class _Fate(Enum):
    """Say what became of an entry."""

    WRITTEN = auto()
    GONE = auto()
    WAITS = auto()


def _deliver(tx: Transaction, entry: PostEntry, *, with_first: bool) -> _Fate:
    """Write one account's pages, unless it is no longer there or its first keyring waits."""
    found = tx.look_up(small=entry.anchors, large=[entry.pages[0][0]])
    if not found.small and not found.large:
        return _Fate.GONE
    if not found.large and not with_first:
        return _Fate.WAITS
    for tag, inner in entry.pages:
        tx.put_inner(LockerClass.LARGE, tag, inner)
    tx.drop_small(entry.drop)
    return _Fate.WRITTEN


def deliver_all(*, with_first: bool) -> int:
    """Write keyrings in a random order; return how many were written.

    Args:
        with_first: Whether the first ones of accounts too; else these stay in the post.
    """
    ephemeral = machine().ephemeral
    rows = [(tag, box) for tag, box in ephemeral.rows("SELECT tag, entry FROM post")]
    count = 0
    for tag, box in shuffled(rows, machine().random):
        entry = msgspec.msgpack.decode(box, type=PostEntry)

        def act(tx: Transaction, entry: PostEntry = entry) -> _Fate:
            return _deliver(tx, entry, with_first=with_first)

        fate = in_writing(act)
        count += fate is _Fate.WRITTEN
        if fate is not _Fate.WAITS:
            ephemeral.run("DELETE FROM post WHERE tag = ? AND entry = ?", tag, box)
    return count
