# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keep the index of a space: one entry of 256 bytes for each record, 31 to a page.

Titles, dates, authors, order and counts stand here, so that lists never open a body.
"""

from collections.abc import Container, Sequence
from struct import Struct
from typing import Any, NamedTuple

from hedgerow.engines.vault.padding import size_of
from hedgerow.kernel.canonical import u8
from hedgerow.kernel.errors import BadInput, Damaged, NotFound, Refused

ENTRY_BYTES = 256
MAX_ENTRIES = 31
TITLE_BYTES = 160
_CODE = "vault.page_damaged"
_ENTRY = Struct(">QHHHIIQQ32s16sHBBB165s")
_NAMES = Struct(">QH246x")
_ROOM = 165
_ZEROS = bytes(_ROOM)


class IndexEntry(NamedTuple):
    """Describe one record; a tuple, since lists read thousands of them.

    Attributes:
        record: Its id. A kept earlier version has an id of its own.
        kind: What it is.
        version: Raised by each edit.
        flags: Of its kind.
        made: Minute.
        changed: Minute.
        author: Member id.
        parent: The record it hangs on, 0 for none.
        record_key: Names and opens the body.
        digest: Of the body's box.
        until: Week in which it ends, 0 for never.
        mantissa: Of the size of the body's box.
        exponent: Of the same.
        title: UTF-8 for ordinary records, at most 160 bytes.
    """

    record: int
    kind: int
    version: int
    flags: int
    made: int
    changed: int
    author: int
    parent: int
    record_key: bytes
    digest: bytes
    until: int
    mantissa: int
    exponent: int
    title: bytes

    @property
    def text(self) -> str:
        """Return the title as text.

        Raises:
            Damaged: "vault.page_damaged" when it is none.
        """
        try:
            return self.title.decode()
        except UnicodeDecodeError:
            raise Damaged(_CODE) from None

    @property
    def size(self) -> int:
        """Return the size of the body's box."""
        return size_of(self.mantissa, self.exponent)


def _encode_entry(entry: IndexEntry) -> bytes:
    """Write one entry: 256 bytes."""
    if len(entry.title) > TITLE_BYTES:
        raise BadInput("vault.title_too_long", limit=TITLE_BYTES)
    return _ENTRY.pack(*entry[:-1], len(entry.title), entry.title)


def encode_page(entries: Sequence[IndexEntry]) -> bytes:
    """Write a page.

    Raises:
        BadInput: "vault.title_too_long".
        Refused: "vault.page_full" above 31 entries.
    """
    if len(entries) > MAX_ENTRIES:
        raise Refused("vault.page_full", limit=MAX_ENTRIES)
    return u8(len(entries)) + b"".join(map(_encode_entry, entries))


def _entries_in(content: bytes) -> bytes:
    """Return the bytes of a page's entries.

    Raises:
        Damaged: "vault.page_damaged" when there are not as many as the page says.
    """
    count = content[0] if content else MAX_ENTRIES + 1
    if count > MAX_ENTRIES or len(content) != 1 + count * ENTRY_BYTES:
        raise Damaged(_CODE)
    return content[1:]


def _entry_of(fields: tuple[Any, ...]) -> IndexEntry:
    """Return an entry from its fields.

    Raises:
        Damaged: "vault.page_damaged" when its title does not end where it says.
    """
    length, title = fields[13:]
    if length > TITLE_BYTES or title[length:] != _ZEROS[length:]:
        raise Damaged(_CODE)
    return IndexEntry._make((*fields[:13], title[:length]))


def decode_page(content: bytes) -> tuple[IndexEntry, ...]:
    """Read a page.

    Raises:
        Damaged: "vault.page_damaged".
    """
    return tuple(map(_entry_of, _ENTRY.iter_unpack(_entries_in(content))))


def decode_some(
    content: bytes, *, records: Container[int], kinds: Container[int]
) -> tuple[IndexEntry, ...]:
    """Read the entries of some records and those of some kinds; the others are passed over.

    Args:
        content: Of a page.
        records: Wanted whatever their kind is.
        kinds: Wanted whatever record they are of.

    Raises:
        Damaged: "vault.page_damaged" when the page or one of these entries is.
    """
    raw = _entries_in(content)
    return tuple(
        _entry_of(_ENTRY.unpack_from(raw, place * ENTRY_BYTES))
        for place, (record, kind) in enumerate(_NAMES.iter_unpack(raw))
        if record in records or kind in kinds
    )


def _place(entries: Sequence[IndexEntry], record: int) -> int:
    """Return where a record stands on a page."""
    for place, entry in enumerate(entries):
        if entry.record == record:
            return place
    raise NotFound("vault.no_record")


def found(entries: Sequence[IndexEntry], record: int) -> IndexEntry:
    """Return the entry of a record.

    Raises:
        NotFound: "vault.no_record" when there is none.
    """
    return entries[_place(entries, record)]


def added(entries: Sequence[IndexEntry], entry: IndexEntry) -> tuple[IndexEntry, ...]:
    """Return the entries with one more at the end.

    Raises:
        Refused: "vault.page_full" when there are 31.
    """
    if len(entries) >= MAX_ENTRIES:
        raise Refused("vault.page_full", limit=MAX_ENTRIES)
    return (*entries, entry)


def replaced(entries: Sequence[IndexEntry], entry: IndexEntry) -> tuple[IndexEntry, ...]:
    """Return the entries with a new one in place of that of the same record.

    Raises:
        NotFound: "vault.no_record" when there is none.
    """
    place = _place(entries, entry.record)
    return (*entries[:place], entry, *entries[place + 1 :])


def removed(entries: Sequence[IndexEntry], record: int) -> tuple[IndexEntry, ...]:
    """Return the entries without that of a record.

    Raises:
        NotFound: "vault.no_record" when there is none.
    """
    place = _place(entries, record)
    return (*entries[:place], *entries[place + 1 :])
