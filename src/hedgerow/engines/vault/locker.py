# SPDX-License-Identifier: AGPL-3.0-or-later
"""Seal rows of the two locker tables, so that no two of one class differ to an outsider.

A row is named by a keyed hash of its *true tag* under the night key, and holds that tag,
its until week and an *inner* of exact size. The inner is itself a Box under a key that
the night does not know; a dummy's inner is random bytes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from hashlib import blake2b

from hedgerow.engines.vault.padding import pad, unpad
from hedgerow.engines.vault.primitives import (
    BOX_OVERHEAD,
    KEY_BYTES,
    NONCE_BYTES,
    TAG_BYTES,
    is_equal,
    open_aead,
    open_box,
    seal_aead,
    seal_box,
    sub,
)
from hedgerow.kernel.canonical import Part, u8, u16, u32, u64
from hedgerow.kernel.errors import Damaged
from hedgerow.kernel.ids import RowId
from hedgerow.kernel.randomness import Randomness

TRUE_TAG_BYTES = 32
_PLAIN_HEAD = TRUE_TAG_BYTES + 2
NEVER = 0
_ROW_ID_PERSON = b"row-id".ljust(16, b"\0")
_DUMMY_PERSON = b"dummy".ljust(16, b"\0")

PENDING_WINDOW = 32
KEYRING_WINDOW = 8
RELEASED_WINDOW = 1024
DUMMY_WINDOW = 4096


class LockerClass(IntEnum):
    """Name the two sizes of lockers."""

    SMALL = 1
    LARGE = 2

    @property
    def inner_bytes(self) -> int:
        """Return the size of what stands in the row's plain text."""
        return 1024 if self is LockerClass.SMALL else 8192

    @property
    def padded_bytes(self) -> int:
        """Return the size to which content is padded before it is sealed."""
        return self.inner_bytes - BOX_OVERHEAD

    @property
    def box_bytes(self) -> int:
        """Return the size of the row's box."""
        return self.inner_bytes + _PLAIN_HEAD + NONCE_BYTES + TAG_BYTES


@dataclass(frozen=True, slots=True)
class LockerRow:
    """Hold a row as the table has it."""

    id: RowId
    box: bytes


@dataclass(frozen=True, slots=True)
class Locker:
    """Hold an opened row."""

    tag: bytes
    until_week: int
    inner: bytes


def row_id(night_key: bytes, tag: bytes) -> RowId:
    """Return the id of the row of a true tag under a night key: 62 bits of a keyed hash."""
    return row_ids(night_key, (tag,))[0]


def row_ids(night_key: bytes, tags: Iterable[bytes]) -> list[RowId]:
    """Return the ids of many tags, in their order.

    A window has up to 4,096 of them, so the keyed state is made once and copied.
    """
    keyed = blake2b(digest_size=8, key=night_key, person=_ROW_ID_PERSON)
    ids = []
    for tag in tags:
        state = keyed.copy()
        state.update(tag)
        ids.append(RowId(int.from_bytes(state.digest(), "big") >> 2))
    return ids


def _associated(klass: LockerClass, row: int) -> bytes:
    """Return what ties a box to its table and its row."""
    return u8(klass) + u64(row)


def seal_locker(
    night_key: bytes, locker: Locker, *, klass: LockerClass, random: Randomness
) -> LockerRow:
    """Seal a locker into a row under a night key."""
    named = row_id(night_key, locker.tag)
    nonce = random(NONCE_BYTES)
    plain = locker.tag + u16(locker.until_week) + locker.inner
    sealed = seal_aead(night_key, plain, nonce=nonce, associated=_associated(klass, named))
    return LockerRow(named, nonce + sealed)


def open_locker(night_key: bytes, row: LockerRow, *, klass: LockerClass) -> Locker:
    """Open a row under a night key.

    Raises:
        Damaged: "vault.box_refused" when it was not sealed so; "vault.row_misplaced" when
            its id is not that of its tag.
    """
    nonce, sealed = row.box[:NONCE_BYTES], row.box[NONCE_BYTES:]
    plain = open_aead(night_key, sealed, nonce=nonce, associated=_associated(klass, row.id))
    if len(plain) != klass.inner_bytes + _PLAIN_HEAD:
        raise Damaged("vault.box_refused")
    tag = plain[:TRUE_TAG_BYTES]
    if row_id(night_key, tag) != row.id:
        raise Damaged("vault.row_misplaced")
    until_week = int.from_bytes(plain[TRUE_TAG_BYTES:_PLAIN_HEAD], "big")
    return Locker(tag, until_week, plain[_PLAIN_HEAD:])


def open_wanted(night_key: bytes, row: LockerRow, *, klass: LockerClass, tag: bytes) -> Locker:
    """Open a row that was asked for by its true tag.

    Raises:
        Damaged: As `open_locker`, also when it holds another tag.
    """
    locker = open_locker(night_key, row, klass=klass)
    if not is_equal(locker.tag, tag):
        raise Damaged("vault.row_misplaced")
    return locker


def seal_inner(
    key: bytes, content: bytes, *context: Part, klass: LockerClass, random: Randomness
) -> bytes:
    """Seal content into an inner of the class's exact size.

    Args:
        key: 32 bytes that the night does not know.
        content: At most 951 bytes (small) or 8,119 (large).
        *context: What ties it to its place; the row's true tag where none is named.
        klass: Small or large.
        random: Where the nonce comes from.
    """
    return seal_box(key, pad(content, klass.padded_bytes), *context, random=random)


def open_inner(key: bytes, inner: bytes, *context: Part) -> bytes:
    """Open an inner.

    Raises:
        Damaged: "vault.box_refused" or "vault.padding".
    """
    return unpad(open_box(key, inner, *context))


def dummy_tag(night_key: bytes, k: int) -> bytes:
    """Return the true tag of a dummy, k from 0 to 4,095."""
    return sub(night_key, "dummy", k)


def dummy_tags(night_key: bytes) -> list[bytes]:
    """Return the true tags of all places for dummies, k from 0 on.

    There are 4,096 of them, so the keyed state is made once, with the length of the one
    part that follows, and copied.
    """
    keyed = blake2b(u32(8), digest_size=KEY_BYTES, key=night_key, person=_DUMMY_PERSON)
    tags = []
    for k in range(DUMMY_WINDOW):
        state = keyed.copy()
        state.update(u64(k))
        tags.append(state.digest())
    return tags


def dummy_locker(night_key: bytes, k: int, *, klass: LockerClass, random: Randomness) -> Locker:
    """Make a dummy, whose inner is random bytes."""
    return Locker(dummy_tag(night_key, k), NEVER, random(klass.inner_bytes))
