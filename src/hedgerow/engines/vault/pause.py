# SPDX-License-Identifier: AGPL-3.0-or-later
"""Read and write what lets a friend shut an account: the pause list, friend rows, locks.

An account is named on the list by its pause secret F, which leads to no row of it. Kept by
the running server only: whoever has the image, the boot key and the phrase reads on.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from hedgerow.engines.vault.account import WORDS_MARK_BYTES
from hedgerow.engines.vault.locker import TRUE_TAG_BYTES
from hedgerow.engines.vault.primitives import KEY_BYTES, sub
from hedgerow.kernel.canonical import Reader, u8, u16
from hedgerow.kernel.errors import Damaged

ENTRIES_A_PAGE = 156
MOST_WORDS = 8
LIFTED_DAYS = 60
LONGEST_LOCK_DAYS = 60
EARLIER_WORDS_DAYS = 7
_LIST_CODE = "vault.pause_list_damaged"
_FRIEND_CODE = "vault.friend_damaged"


class PauseKind(IntEnum):
    """Say what an entry of the list does."""

    PAUSED = 1
    LOCKED = 2
    LIFTED = 3


@dataclass(frozen=True, slots=True)
class PauseEntry:
    """Hold one entry of the pause list.

    Attributes:
        id: F, or for a travel lock the id made of it; see `lock_id`.
        words: The mark w of the account's phrase, 16 bytes.
        kind: What it does.
        day: Of the act; of a lock its last.
    """

    id: bytes
    words: bytes
    kind: PauseKind
    day: int

    def shuts(self, day: int) -> bool:
        """Tell whether it keeps its account shut on a day."""
        is_locked = self.kind is PauseKind.LOCKED and day <= self.day
        return self.kind is PauseKind.PAUSED or is_locked

    def is_over(self, day: int) -> bool:
        """Tell whether nobody needs it any more: a lock past, a pause lifted long ago."""
        if self.kind is PauseKind.LIFTED:
            return day > self.day + LIFTED_DAYS
        return not self.shuts(day)


def list_tag(hold: bytes, page: int) -> bytes:
    """Return the true tag of a page of the list, counted from 0."""
    return sub(hold, "paused", page)


def list_key(hold: bytes) -> bytes:
    """Return the key under which the list is sealed."""
    return sub(hold, "paused-key")


def list_context(page: int) -> tuple[str, int]:
    """Return the context of a page of the list."""
    return "paused", page


def lock_id(pause_secret: bytes) -> bytes:
    """Return the id of an account's travel lock, which fits no card."""
    return sub(pause_secret, "lock")


def encode_list(entries: Sequence[PauseEntry], *, least_pages: int = 1) -> list[bytes]:
    """Write the list, all its pages.

    Args:
        entries: All of them.
        least_pages: Pages there are already, since none is ever taken away.
    """
    pages = max(least_pages, -(-len(entries) // ENTRIES_A_PAGE))
    written = []
    for page in range(pages):
        part = entries[page * ENTRIES_A_PAGE : (page + 1) * ENTRIES_A_PAGE]
        rows = b"".join(one.id + one.words + u8(one.kind) + u16(one.day) + u8(0) for one in part)
        written.append(u16(pages) + u8(len(part)) + rows)
    return written


def decode_page(content: bytes) -> tuple[int, list[PauseEntry]]:
    """Read a page of the list.

    Returns:
        The number of pages of the whole list, and the entries of this one.

    Raises:
        Damaged: "vault.pause_list_damaged".
    """
    reader = Reader(content, code=_LIST_CODE)
    pages, count = reader.u16(), reader.u8()
    if not pages or count > ENTRIES_A_PAGE:
        raise Damaged(_LIST_CODE)
    entries = [_entry(reader) for _ in range(count)]
    reader.end()
    return pages, entries


def _entry(reader: Reader) -> PauseEntry:
    """Read one entry."""
    id_, words = reader.take(KEY_BYTES), reader.take(WORDS_MARK_BYTES)
    kind, day, spare = reader.u8(), reader.u16(), reader.u8()
    if kind not in set(PauseKind) or spare:
        raise Damaged(_LIST_CODE)
    return PauseEntry(id_, words, PauseKind(kind), day)


def with_entry(entries: Iterable[PauseEntry], fresh: PauseEntry, *, day: int) -> list[PauseEntry]:
    """Return the list with an entry in place of that of the same id; a lock only lengthens.

    What nobody needs any more on that day is left out.
    """
    kept = list[PauseEntry]()
    for one in entries:
        if one.id != fresh.id:
            kept.append(one)
        elif fresh.kind is PauseKind.LOCKED and one.shuts(day):
            fresh = replace(fresh, day=max(one.day, fresh.day))
    return [one for one in [*kept, fresh] if not one.is_over(day)]


def is_shut(entries: Iterable[PauseEntry], pause_secret: bytes, *, day: int) -> bool:
    """Tell whether the account of a pause secret is paused or away."""
    ids = {pause_secret, lock_id(pause_secret)}
    return any(one.id in ids and one.shuts(day) for one in entries)


def are_words_shut(entries: Iterable[PauseEntry], words: bytes, *, day: int) -> bool:
    """Tell whether the words of a mark are those of an account that is paused or away."""
    return any(one.words == words and one.shuts(day) for one in entries)


@dataclass(frozen=True, slots=True)
class FriendWords:
    """Hold one set of freeze words that is good.

    Attributes:
        tag: The true tag of their row.
        last_day: On which they are good, 0 for no end.
    """

    tag: bytes
    last_day: int

    def are_good(self, day: int) -> bool:
        """Tell whether they still pause on a day."""
        return not self.last_day or day <= self.last_day


@dataclass(frozen=True, slots=True)
class FriendRow:
    """Hold what stands in an account's friend row.

    Attributes:
        words: The mark w of the phrase, 16 bytes.
        given: The freeze words that were printed, the oldest first.
    """

    words: bytes
    given: tuple[FriendWords, ...] = ()

    def names(self, tag: bytes, *, day: int) -> bool:
        """Tell whether the freeze words of a row are good on a day."""
        return any(one.tag == tag and one.are_good(day) for one in self.given)

    def with_new(self, fresh: FriendWords, *, day: int) -> "FriendRow":
        """Return the row with new freeze words; earlier ones stay good for seven days.

        So whoever has only an open session cannot shake off the friend. A ninth set drops
        the oldest.
        """
        least = day + EARLIER_WORDS_DAYS
        earlier = [
            replace(one, last_day=min(one.last_day or least, least))
            for one in self.given
            if one.are_good(day)
        ]
        return replace(self, given=(*earlier, fresh)[-MOST_WORDS:])


def friend_tag(pause_secret: bytes) -> bytes:
    """Return the true tag of an account's friend row."""
    return sub(pause_secret, "friend")


def friend_key(pause_secret: bytes) -> bytes:
    """Return the key of that row."""
    return sub(pause_secret, "friend-key")


def encode_friend(row: FriendRow) -> bytes:
    """Write a friend row."""
    given = b"".join(one.tag + u16(one.last_day) for one in row.given)
    return row.words + u8(len(row.given)) + given


def decode_friend(content: bytes) -> FriendRow:
    """Read a friend row.

    Raises:
        Damaged: "vault.friend_damaged".
    """
    reader = Reader(content, code=_FRIEND_CODE)
    words, count = reader.take(WORDS_MARK_BYTES), reader.u8()
    if count > MOST_WORDS:
        raise Damaged(_FRIEND_CODE)
    given = tuple(FriendWords(reader.take(TRUE_TAG_BYTES), reader.u16()) for _ in range(count))
    reader.end()
    return FriendRow(words, given)
