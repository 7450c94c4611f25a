# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hold what an account knows of its spaces: pages of a keyring, and rows pending beside them.

A keyring is written by the weekly delivery only. What must not be lost until then is a
*pending row*: a space joined or opened, a new seed, a space left. Reading an account
therefore means opening both and merging them; so does meeting another session of the
same account.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum, IntFlag
from struct import Struct

from hedgerow.engines.vault.account import AccountKeys
from hedgerow.engines.vault.locker import KEYRING_WINDOW, LockerClass, open_inner, seal_inner
from hedgerow.engines.vault.primitives import KEY_BYTES
from hedgerow.engines.vault.veil import open_veiled, seal_veiled, veil_in
from hedgerow.kernel.canonical import Reader, u8
from hedgerow.kernel.errors import Damaged, Refused
from hedgerow.kernel.ids import MemberId, SpaceId
from hedgerow.kernel.randomness import Randomness

VERSION = 1
_ENTRY = Struct(">QQ32s32s32sIHH32s32sI32sIH")
ENTRY_BYTES = _ENTRY.size
ENTRIES_PER_PAGE = 35
MOST_ENTRIES = ENTRIES_PER_PAGE * KEYRING_WINDOW
ZEROS = bytes(KEY_BYTES)
_CODE = "vault.keyring_damaged"


class Flag(IntFlag):
    """Mark an entry: a space that was left stays as a tombstone until the second delivery."""

    LEFT = 1
    LEFT_DELIVERED = 2


NO_FLAGS = Flag(0)


@dataclass(frozen=True, slots=True)
class KeyringEntry:
    """Hold one membership in one space.

    Attributes:
        space_id: Of the space.
        member_id: Of the member; another one after leaving and joining again.
        seed: Gives the member's key pairs in this space.
        door: Names and opens the package.
        genesis: Hash of the first roster entry.
        generation: Of the keys below.
        horizon: First chapter that may be read.
        rekeys: How often the seed was changed.
        space_key: L of the generation.
        chapter_key: key(g, horizon); zeros for a probationer.
        anchor_seq: Last roster entry that was checked.
        anchor_hash: Its hash.
        seen: Revision of the head up to which the member has seen what is new.
        flags: Of a tombstone.
    """

    space_id: SpaceId
    member_id: MemberId
    seed: bytes
    door: bytes
    genesis: bytes
    generation: int
    horizon: int
    rekeys: int
    space_key: bytes
    chapter_key: bytes
    anchor_seq: int
    anchor_hash: bytes
    seen: int
    flags: Flag = NO_FLAGS

    @property
    def is_left(self) -> bool:
        """Tell whether only a tombstone is left."""
        return Flag.LEFT in self.flags

    @property
    def membership(self) -> tuple[SpaceId, MemberId]:
        """Return what tells memberships apart."""
        return self.space_id, self.member_id


def new_entry(space_id: SpaceId, member_id: MemberId, *, seed: bytes, door: bytes) -> KeyringEntry:
    """Return the entry of a membership that is only just begun: no keys, no anchor."""
    return KeyringEntry(space_id, member_id, seed, door, ZEROS, 0, 0, 0, ZEROS, ZEROS, 0, ZEROS, 0)


def tombstone(entry: KeyringEntry) -> KeyringEntry:
    """Return what is kept of a space that was left: ids and a flag."""
    bare = new_entry(entry.space_id, entry.member_id, seed=ZEROS, door=ZEROS)
    return replace(bare, flags=entry.flags | Flag.LEFT)


@dataclass(frozen=True, slots=True)
class Keyring:
    """Hold an account's keyring.

    Attributes:
        pause_secret: F, 32 bytes, made with the account.
        entries: One for each membership, tombstones among them.
    """

    pause_secret: bytes
    entries: tuple[KeyringEntry, ...] = ()

    def entry(self, space_id: SpaceId) -> KeyringEntry | None:
        """Return the living entry of a space, or None."""
        living = (one for one in self.entries if one.space_id == space_id and not one.is_left)
        return next(living, None)

    def with_entry(self, entry: KeyringEntry) -> "Keyring":
        """Return the keyring with an entry in the place of the same membership's, or added.

        Raises:
            Refused: "account.full" above 280 entries.
        """
        if all(one.membership != entry.membership for one in self.entries):
            return _checked(replace(self, entries=(*self.entries, entry)))
        entries = (entry if one.membership == entry.membership else one for one in self.entries)
        return replace(self, entries=tuple(entries))

    def without(self, entry: KeyringEntry) -> "Keyring":
        """Return the keyring without a membership."""
        kept = (one for one in self.entries if one.membership != entry.membership)
        return replace(self, entries=tuple(kept))


def _checked(keyring: Keyring) -> Keyring:
    """Return a keyring if it fits on its pages."""
    if len(keyring.entries) > MOST_ENTRIES:
        raise Refused("account.full", limit=MOST_ENTRIES)
    return keyring


class PendingKind(IntEnum):
    """Say what a pending row is about."""

    JOIN = 1
    OPEN = 2
    LEFT = 3
    REKEY = 4


@dataclass(frozen=True, slots=True)
class Pending:
    """Hold a pending row.

    Attributes:
        kind: What it is about.
        pause_secret: The account's F.
        entry: As it is to stand in the keyring.
        invitation: Secret of the invitation while the join is not finished, else zeros.
    """

    kind: PendingKind
    pause_secret: bytes
    entry: KeyringEntry
    invitation: bytes = ZEROS

    @property
    def is_unfinished(self) -> bool:
        """Tell whether a log-in must finish or drop it before it counts.

        A join that still has its invitation, and every rekey: which seed counts, the
        roster says. The delivery leaves such a row where it is.
        """
        return self.kind is PendingKind.REKEY or self.invitation != ZEROS


def encode_entry(entry: KeyringEntry) -> bytes:
    """Write an entry: 226 bytes."""
    return _ENTRY.pack(
        entry.space_id,
        entry.member_id,
        entry.seed,
        entry.door,
        entry.genesis,
        entry.generation,
        entry.horizon,
        entry.rekeys,
        entry.space_key,
        entry.chapter_key,
        entry.anchor_seq,
        entry.anchor_hash,
        entry.seen,
        entry.flags,
    )


def _read_entry(reader: Reader) -> KeyringEntry:
    """Read an entry."""
    entry = KeyringEntry(*_ENTRY.unpack(reader.take(ENTRY_BYTES)))
    if entry.flags > Flag.LEFT | Flag.LEFT_DELIVERED:
        raise Damaged(_CODE)
    return replace(entry, flags=Flag(entry.flags))


def encode_pages(keyring: Keyring) -> list[bytes]:
    """Write a keyring's pages, at least one.

    Raises:
        Refused: "account.full" above 280 entries.
    """
    entries = _checked(keyring).entries
    starts = range(0, max(1, len(entries)), ENTRIES_PER_PAGE)
    pages = []
    for page, start in enumerate(starts):
        held = entries[start : start + ENTRIES_PER_PAGE]
        head = u8(VERSION) + u8(len(starts)) + u8(len(held))
        secret = b"" if page else keyring.pause_secret
        pages.append(head + secret + b"".join(map(encode_entry, held)))
    return pages


def decode_pages(pages: Sequence[bytes]) -> Keyring:
    """Read all pages of a keyring, page 0 first.

    Raises:
        Damaged: "vault.keyring_damaged", also when there are more or fewer pages than
            each of them says.
    """
    pause_secret, entries = b"", list[KeyringEntry]()
    for page, content in enumerate(pages):
        reader = Reader(content, code=_CODE)
        version, count_of_pages, count = reader.u8(), reader.u8(), reader.u8()
        if version != VERSION or count_of_pages != len(pages):
            raise Damaged(_CODE)
        if page == 0:
            pause_secret = reader.take(KEY_BYTES)
        entries += [_read_entry(reader) for _ in range(count)]
        reader.end()
    if not pages or len(entries) > MOST_ENTRIES:
        raise Damaged(_CODE)
    return Keyring(pause_secret, tuple(entries))


def seal_pages(
    keyring: Keyring, account: AccountKeys, *, veil: bytes, random: Randomness
) -> list[tuple[bytes, bytes]]:
    """Seal a keyring into inners of large lockers.

    Returns:
        True tag and inner of each page, page 0 first, under the veil: 32 bytes.
    """
    kek = account.kek
    return [
        (tag, seal_veiled(content, veil=veil, kek=kek, page=page, tag=tag, random=random))
        for page, content in enumerate(encode_pages(keyring))
        for tag in (account.locator(page),)
    ]


def veil_over(inner: bytes, account: AccountKeys) -> bytes | None:
    """Return the veil over page 0 of an account's keyring; None over one of before veils."""
    return veil_in(inner, kek=account.kek, page=0)


def _open_page(inner: bytes, account: AccountKeys, page: int) -> bytes:
    """Open one page, with a veil or of before there were any.

    Raises:
        Damaged: "vault.box_refused" or "vault.padding".
    """
    kek = account.kek
    veil = veil_in(inner, kek=kek, page=page)
    if veil is None:
        return open_inner(kek, inner, "keyring", page)
    return open_veiled(inner, veil=veil, kek=kek, page=page, tag=account.locator(page))


def open_pages(inners: Sequence[bytes], account: AccountKeys) -> Keyring:
    """Open the inners of a keyring's pages, page 0 first, all there are.

    Raises:
        Damaged: "vault.box_refused", "vault.padding" or "vault.keyring_damaged".
    """
    return decode_pages([_open_page(inner, account, page) for page, inner in enumerate(inners)])


def encode_pending(pending: Pending) -> bytes:
    """Write a pending row: kind u8, F 32, entry 226, invitation secret 32."""
    return (
        u8(pending.kind) + pending.pause_secret + encode_entry(pending.entry) + pending.invitation
    )


def decode_pending(content: bytes) -> Pending:
    """Read a pending row.

    Raises:
        Damaged: "vault.keyring_damaged".
    """
    reader = Reader(content, code=_CODE)
    kind, pause_secret = reader.u8(), reader.take(KEY_BYTES)
    entry, invitation = _read_entry(reader), reader.take(KEY_BYTES)
    reader.end()
    if kind not in set(PendingKind):
        raise Damaged(_CODE)
    return Pending(PendingKind(kind), pause_secret, entry, invitation)


def seal_pending(
    pending: Pending, account: AccountKeys, *, tag: bytes, random: Randomness
) -> bytes:
    """Seal a pending row into the inner of a small locker with that true tag."""
    content = encode_pending(pending)
    return seal_inner(account.kek, content, tag, klass=LockerClass.SMALL, random=random)


def open_pending(inner: bytes, account: AccountKeys, *, tag: bytes) -> Pending:
    """Open a pending row found at a true tag.

    Raises:
        Damaged: "vault.box_refused", "vault.padding" or "vault.keyring_damaged".
    """
    return decode_pending(open_inner(account.kek, inner, tag))


def merge_entries(one: KeyringEntry, other: KeyringEntry) -> KeyringEntry:
    """Merge two states of one membership; the order does not matter.

    A tombstone wins. Else the seed comes from the state with more rekeys, the keys from
    that of the higher generation and, within it, the lower horizon; the anchor and what
    was seen from the higher.
    """
    if one.is_left or other.is_left:
        return tombstone(replace(one, flags=one.flags | other.flags))
    seeded = max(one, other, key=lambda entry: (entry.rekeys, entry.seed))
    keyed = max(
        one,
        other,
        key=lambda entry: (entry.generation, -entry.horizon, entry.space_key, entry.chapter_key),
    )
    anchored = max(one, other, key=lambda entry: (entry.anchor_seq, entry.anchor_hash))
    return replace(
        keyed,
        seed=seeded.seed,
        rekeys=seeded.rekeys,
        genesis=max(one.genesis, other.genesis),
        anchor_seq=anchored.anchor_seq,
        anchor_hash=anchored.anchor_hash,
        seen=max(one.seen, other.seen),
    )


def merge(one: Keyring, other: Keyring) -> Keyring:
    """Merge two states of one keyring, as two sessions or the post and the table have them.

    Raises:
        Damaged: "vault.keyring_damaged" when they are not of one account.
        Refused: "account.full" above 280 entries.
    """
    if one.pause_secret != other.pause_secret:
        raise Damaged(_CODE)
    merged = {entry.membership: entry for entry in one.entries}
    for entry in other.entries:
        known = merged.get(entry.membership)
        merged[entry.membership] = merge_entries(known, entry) if known else entry
    return _checked(replace(one, entries=tuple(merged.values())))


def with_pending(keyring: Keyring, rows: Iterable[Pending]) -> Keyring:
    """Merge the finished ones among pending rows into a keyring.

    Raises:
        Damaged: "vault.keyring_damaged" when one is of another account.
        Refused: "account.full" above 280 entries.
    """
    for pending in rows:
        entry = pending.entry
        if pending.kind is PendingKind.LEFT:
            entry = tombstone(entry)
        kept = () if pending.is_unfinished else (entry,)
        keyring = merge(keyring, Keyring(pending.pause_secret, kept))
    return keyring


def after_delivery(keyring: Keyring) -> Keyring:
    """Age the tombstones of a keyring that was read from its delivered pages.

    One found there for the first time is marked, so that the next delivery writes it
    marked; one found there with the mark has done its work and is dropped.
    """
    entries = (
        replace(entry, flags=entry.flags | Flag.LEFT_DELIVERED) if entry.is_left else entry
        for entry in keyring.entries
        if Flag.LEFT_DELIVERED not in entry.flags
    )
    return replace(keyring, entries=tuple(entries))
