# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hold what an editor has released for later, under the ring, so that the server can act on it."""

from dataclasses import dataclass, replace
from enum import IntEnum

from hedgerow.engines.vault.primitives import is_equal, sub
from hedgerow.kernel.canonical import Reader, u8, u32
from hedgerow.kernel.errors import Damaged

MOST_OVERDUE_MINUTES = 60
MARK_BYTES = 16
_CODE = "vault.released_damaged"


class ReleasedKind(IntEnum):
    """Say what the server does with an item when it is due."""

    PUBLICATION = 1
    COUNTING = 2


@dataclass(frozen=True, slots=True)
class ReleasedItem:
    """Hold one released item.

    Attributes:
        kind: What is done with it.
        due: The minute from which on it is done.
        handled: The minute it was handed over or last confirmed.
        record_key: Opens the body with the text.
        nonce: 16 random bytes.
        mark: Tells, to one who knows the author's pause secret, that it is theirs.
    """

    kind: ReleasedKind
    due: int
    handled: int
    record_key: bytes
    nonce: bytes
    mark: bytes


def released_tag(hold: bytes, kind: ReleasedKind, k: int) -> bytes:
    """Return the true tag of the small row of an item, k from 0 to 1,023."""
    return sub(hold, "released", int(kind), k)


def released_key(hold: bytes) -> bytes:
    """Return the key under which items are sealed."""
    return sub(hold, "released-key")


def author_mark(pause_secret: bytes, nonce: bytes) -> bytes:
    """Return the mark of an author on an item."""
    return sub(pause_secret, "released", nonce)[:MARK_BYTES]


def is_by(item: ReleasedItem, pause_secret: bytes) -> bool:
    """Tell whether an item was released by the account of a pause secret."""
    return is_equal(item.mark, author_mark(pause_secret, item.nonce))


def is_withheld(item: ReleasedItem, *, minute: int, restored: int) -> bool:
    """Tell whether an item waits for another editor instead of being done.

    More than an hour overdue, counted from a later confirmation where there is one, or
    neither handed over nor confirmed after the last restore.
    """
    is_overdue = minute > max(item.due, item.handled) + MOST_OVERDUE_MINUTES
    return is_overdue or (restored > 0 and item.handled <= restored)


def confirmed(item: ReleasedItem, *, minute: int) -> ReleasedItem:
    """Return the item as confirmed at a minute."""
    return replace(item, handled=minute)


def encode_item(item: ReleasedItem) -> bytes:
    """Write an item."""
    head = u8(item.kind) + u32(item.due) + u32(item.handled)
    return head + item.record_key + item.nonce + item.mark


def decode_item(content: bytes) -> ReleasedItem:
    """Read an item.

    Raises:
        Damaged: "vault.released_damaged".
    """
    reader = Reader(content, code=_CODE)
    number, due, handled = reader.u8(), reader.u32(), reader.u32()
    record_key, nonce, mark = reader.take(32), reader.take(16), reader.take(MARK_BYTES)
    reader.end()
    if number not in set(ReleasedKind):
        raise Damaged(_CODE)
    return ReleasedItem(ReleasedKind(number), due, handled, record_key, nonce, mark)
