# SPDX-License-Identifier: AGPL-3.0-or-later
"""Write and read the entries of a roster, the signed log of who may do what in a space.

An entry: magic "SR1", space u64, seq u32, prev 32, kind u8, actor u64, day u16, payload
length u16, payload, count u8, signatures of 64. What is signed is "hedgerow roster 1" and
everything before the first signature, the count among it. The hash of an entry is over all
of it and is the `prev` of the next; that of the first is the *genesis hash*, which every
keyring and invitation carries.

Members are named by random ids and keys, never by name: the chain cannot be erased.
What entries say stands in `roster_acts`, when they are valid in `roster_rules`, what
follows from them in `roster_state`; `roster_chain` verifies, `acts` writes new ones.
"""

import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from hedgerow.engines.vault.primitives import SIGNATURE_BYTES, hash_bytes
from hedgerow.engines.vault.roster_acts import Act, decode_act, encode_act, signatures_of
from hedgerow.kernel.canonical import u8
from hedgerow.kernel.errors import Damaged
from hedgerow.kernel.ids import MemberId, SpaceId

MAGIC = b"SR1"
NO_HASH = bytes(32)
PAGE_BYTES = 8_119
"""What a large row can hold; an entry that does not fit begins a new page."""
MAX_ENTRIES_A_PAGE = 255
_SIGNED = b"hedgerow roster 1"
_DAMAGED = "roster.damaged"
_HEADER = struct.Struct(">3sQI32sBQHH")


@dataclass(frozen=True, slots=True)
class Entry:
    """Hold one entry of a roster.

    Attributes:
        space: The space it belongs to.
        seq: Its number, from 1.
        prev: The hash of the entry before it.
        actor: The member who acts.
        day: The day of the act.
        act: What is done.
        signatures: In the order the act's rule names the keys.
        raw: The entry's bytes, of which all other fields are a reading.
        hash: The hash of `raw`.
    """

    space: SpaceId
    seq: int
    prev: bytes
    actor: MemberId
    day: int
    act: Act
    signatures: tuple[bytes, ...]
    raw: bytes
    hash: bytes

    @property
    def signed(self) -> bytes:
        """Return the bytes that the signatures are over."""
        return _SIGNED + self.raw[: -SIGNATURE_BYTES * len(self.signatures)]

    @property
    def anchor(self) -> "Anchor":
        """Return the entry's place on the chain."""
        return Anchor(self.seq, self.hash)


@dataclass(frozen=True, slots=True)
class Anchor:
    """Name a place on a chain: the number and the hash of an entry."""

    seq: int
    hash: bytes


def unsigned_bytes(
    act: Act, *, space: SpaceId, previous: Anchor, actor: MemberId, day: int
) -> bytes:
    """Write an entry up to its signatures.

    Args:
        act: What is done.
        space: The space.
        previous: The last entry of the chain; seq 0 and zeros before the first.
        actor: Who acts.
        day: The day of the act.
    """
    kind, payload = encode_act(act)
    seq = previous.seq + 1
    header = _HEADER.pack(MAGIC, space, seq, previous.hash, kind, actor, day, len(payload))
    return header + payload + u8(signatures_of(act))


def bytes_to_sign(unsigned: bytes) -> bytes:
    """Return what the signatures of an entry are over."""
    return _SIGNED + unsigned


def decode_entry(raw: bytes) -> Entry:
    """Read one entry.

    Raises:
        Damaged: "roster.damaged" when the bytes are not exactly one entry.
    """
    entry = _entry_at(raw, 0)
    if len(entry.raw) != len(raw):
        raise Damaged(_DAMAGED)
    return entry


def _entry_at(data: bytes, start: int) -> Entry:
    """Read the entry that begins at a place."""
    payload_at = start + _HEADER.size
    if payload_at > len(data):
        raise Damaged(_DAMAGED)
    magic, space, seq, prev, kind, actor, day, length = _HEADER.unpack_from(data, start)
    count_at = payload_at + length
    if magic != MAGIC or count_at >= len(data):
        raise Damaged(_DAMAGED)
    end = count_at + 1 + SIGNATURE_BYTES * data[count_at]
    act = decode_act(kind, data[payload_at:count_at])
    if end > len(data) or data[count_at] != signatures_of(act):
        raise Damaged(_DAMAGED)
    signatures = tuple(
        data[at : at + SIGNATURE_BYTES] for at in range(count_at + 1, end, SIGNATURE_BYTES)
    )
    raw = data[start:end]
    digest = hash_bytes(raw, person="roster-entry")
    return Entry(SpaceId(space), seq, prev, MemberId(actor), day, act, signatures, raw, digest)


def pack_pages(entries: Iterable[Entry]) -> list[bytes]:
    """Lay entries out on pages, none across two, each filled before the next begins."""
    return append_to_page(b"", entries=entries)


def append_to_page(last: bytes, *, entries: Iterable[Entry]) -> list[bytes]:
    """Append entries to the last page of a roster.

    Args:
        last: The content of the last page; empty where there is none yet.
        entries: What is appended.

    Returns:
        The pages from the last one on: it and those that had to be begun.
    """
    pages = [last] if last else []
    for entry in entries:
        if not pages or not _fits(pages[-1], entry.raw):
            pages.append(b"\0")
        page = pages[-1]
        pages[-1] = u8(page[0] + 1) + page[1:] + entry.raw
    return pages


def _fits(page: bytes, raw: bytes) -> bool:
    """Tell whether an entry has room on a page."""
    return len(page) + len(raw) <= PAGE_BYTES and page[0] < MAX_ENTRIES_A_PAGE


def unpack_pages(pages: Iterable[bytes]) -> list[Entry]:
    """Read the entries of a roster's pages, in order.

    Raises:
        Damaged: "roster.damaged" when a page does not parse, is empty, or was begun
            before the one before it was full.
    """
    entries: list[Entry] = []
    before = b""
    for page in pages:
        found = list(_entries_of(page))
        if not found or (before and _fits(before, found[0].raw)):
            raise Damaged(_DAMAGED)
        entries += found
        before = page
    return entries


def _entries_of(page: bytes) -> Iterator[Entry]:
    """Yield the entries of one page and check that nothing follows them."""
    at = 1
    for _ in range(page[0] if page else 0):
        entry = _entry_at(page, at)
        at += len(entry.raw)
        yield entry
    if at != len(page):
        raise Damaged(_DAMAGED)


def finish_entry(unsigned: bytes, *, signatures: Sequence[bytes]) -> Entry:
    """Return an entry from its bytes and its signatures."""
    return decode_entry(b"".join((unsigned, *signatures)))
