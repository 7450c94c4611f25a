# SPDX-License-Identifier: AGPL-3.0-or-later
"""Read an account's keyring, and keep what changes in it.

What a request sees of an account is merged from three places, all read in one go: the
delivered pages of its keyring, its pending rows, and its entry in the post, where every
session leaves the keyring as it is now. Only the weekly delivery writes keyring pages;
what must not be lost until then is written here as a pending row.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from hedgerow.engines.vault.account import AccountKeys, pause_mark
from hedgerow.engines.vault.keyring import (
    Keyring,
    KeyringEntry,
    Pending,
    PendingKind,
    after_delivery,
    merge,
    open_pages,
    open_pending,
    seal_pages,
    seal_pending,
    veil_over,
    with_pending,
)
from hedgerow.engines.vault.locker import Locker, LockerClass
from hedgerow.kernel.errors import Damaged, Refused
from hedgerow.kernel.ids import SpaceId
from hedgerow.kernel.randomness import random_below
from hedgerow.store import post, veils
from hedgerow.store.machine import machine
from hedgerow.store.tables import Found, look_up
from hedgerow.store.writing import Transaction, in_writing


@dataclass(slots=True)
class Account:
    """Hold what one request knows of an account.

    Attributes:
        keys: From its phrase, or from the session's row.
        keyring: Pause secret and memberships, merged.
        pending: The rows that stand beside the keyring, by their true tags.
        delivered: The keyring as the last delivery wrote it, None before the first.
        veil: The veil over it, where one of its pages has one.
    """

    keys: AccountKeys
    keyring: Keyring
    pending: dict[bytes, Pending] = field(default_factory=dict)
    delivered: Keyring | None = None
    veil: bytes | None = None

    def entry(self, space_id: SpaceId) -> KeyringEntry | None:
        """Return the living membership in a space, or None."""
        return self.keyring.entry(space_id)

    def pause_mark(self, entry: KeyringEntry) -> bytes:
        """Return the mark on one's card by which a pause of the account shows."""
        secret = self.keyring.pause_secret
        return pause_mark(secret, entry.space_id, member_id=entry.member_id)

    def keep(self, *entries: KeyringEntry) -> None:
        """Take changed memberships, and leave the keyring in the post."""
        for entry in entries:
            self.keyring = self.keyring.with_entry(entry)
        save(self)


def _delivered(keys: AccountKeys, found: Mapping[bytes, Locker]) -> Keyring | None:
    """Open the delivered pages, or return None where there are none.

    Raises:
        Damaged: "vault.keyring_damaged" when one of them is missing or altered.
    """
    inners = [found[tag].inner for tag in keys.locators() if tag in found]
    return after_delivery(open_pages(inners, keys)) if keys.locator(0) in found else None


def _pending(keys: AccountKeys, found: Mapping[bytes, Locker]) -> dict[bytes, Pending]:
    """Open the pending rows; one that is damaged is left out."""
    rows: dict[bytes, Pending] = {}
    for tag, locker in found.items():
        try:
            rows[tag] = open_pending(locker.inner, keys, tag=tag)
        except Damaged:
            continue
    return rows


def _posted(keys: AccountKeys, keyring: Keyring) -> Keyring:
    """Merge what the post has of an account."""
    entry = post.read(keys.locator(0))
    if entry is None:
        return keyring
    return merge(keyring, open_pages([inner for _, inner in entry.pages], keys))


def _veil(keys: AccountKeys, found: Mapping[bytes, Locker]) -> bytes | None:
    """Return the veil over the delivered pages, or None."""
    first = found.get(keys.locator(0))
    return None if first is None else veil_over(first.inner, keys)


def from_rows(keys: AccountKeys, found: Found) -> Account | None:
    """Make an account of the rows found for it, or return None where there are none."""
    pending = _pending(keys, found.small)
    delivered = _delivered(keys, found.large)
    if delivered is None and not pending:
        return None
    keyring = delivered or Keyring(next(iter(pending.values())).pause_secret)
    keyring = with_pending(_posted(keys, keyring), pending.values())
    return Account(keys, keyring, pending, delivered, _veil(keys, found.large))


def read(keys: AccountKeys) -> Account | None:
    """Read an account, or return None where neither keyring nor pending row stands.

    Raises:
        Damaged: "vault.keyring_damaged".
    """
    return from_rows(keys, look_up(large=keys.locators(), small=keys.pending_tags()))


def save(account: Account) -> None:
    """Leave the keyring in the post, merged with what another session left there."""
    account.keyring = _posted(account.keys, account.keyring)
    finished = [tag for tag, row in account.pending.items() if not row.is_unfinished]
    veil = veils.common(account.veil)
    pages = seal_pages(account.keyring, account.keys, veil=veil, random=machine().random)
    post.put(post.PostEntry(tuple(pages), tuple(finished), tuple(account.pending)))


def add_pending(
    account: Account, row: Pending, *, until_week: int = 0, is_new: bool = False
) -> bytes:
    """Write a pending row in a transaction of its own and return its true tag.

    Args:
        account: Whose it is.
        row: What it says.
        until_week: The last week of its life, 0 without end.
        is_new: Whether this row is what makes the account.

    Raises:
        Refused: "account.pending_full" when all 32 places are taken until the next
            delivery of this keyring; "account.unknown" when the account's words were
            changed meanwhile.
    """
    keys = account.keys
    tags = keys.pending_tags()

    def act(tx: Transaction) -> bytes:
        found = tx.look_up(small=tags, large=[keys.locator(0)])
        if not is_new and not found.small and not found.large:
            raise Refused("account.unknown")
        free = [tag for tag in tags if tag not in found.small]
        if not free:
            raise Refused("account.pending_full")
        tag = free[random_below(len(free), machine().random)]
        inner = seal_pending(row, keys, tag=tag, random=machine().random)
        tx.put_inner(LockerClass.SMALL, tag, inner, until_week=until_week)
        return tag

    tag = in_writing(act, over=[keys.locator(0)])
    account.pending[tag] = row
    return tag


def set_pending(account: Account, tag: bytes, row: Pending) -> None:
    """Write a pending row again, without end, in a transaction of its own."""

    def act(tx: Transaction) -> None:
        if not tx.look_up(small=[tag]).small:
            raise Refused("account.unknown")
        inner = seal_pending(row, account.keys, tag=tag, random=machine().random)
        tx.put_inner(LockerClass.SMALL, tag, inner)

    in_writing(act, over=[account.keys.locator(0)])
    account.pending[tag] = row


def drop_pending(account: Account, tag: bytes) -> None:
    """Drop a pending row in a transaction of its own, and its membership with it."""
    in_writing(lambda tx: tx.drop_small([tag]), over=[account.keys.locator(0)])
    row = account.pending.pop(tag)
    if row.kind in {PendingKind.JOIN, PendingKind.OPEN}:
        account.keyring = account.keyring.without(row.entry)
