# SPDX-License-Identifier: AGPL-3.0-or-later
"""Derive an account's keys from the root of its phrase.

There is no table of accounts. An account is what its words open: the pages of its
keyring, found by *locators*, and up to 32 pending rows, found by *pending tags*.
"""

from dataclasses import dataclass

from hedgerow.engines.vault.locker import KEYRING_WINDOW, PENDING_WINDOW
from hedgerow.engines.vault.primitives import sub
from hedgerow.engines.vault.words import Numbers, number_bytes
from hedgerow.kernel.canonical import u64
from hedgerow.kernel.ids import MemberId, SpaceId

WORDS_MARK_BYTES = 16


@dataclass(frozen=True, slots=True)
class AccountKeys:
    """Hold the key of an account, from which its others follow.

    Attributes:
        secret: The account key, 32 bytes; a session row keeps it.
    """

    secret: bytes

    @property
    def kek(self) -> bytes:
        """Return the key under which keyring pages and pending rows are sealed."""
        return sub(self.secret, "kek")

    def locator(self, page: int) -> bytes:
        """Return the true tag of a page of the keyring, counted from 0."""
        return sub(self.secret, "locator", page)

    def locators(self) -> list[bytes]:
        """Return the true tags of all pages there can be."""
        return [self.locator(page) for page in range(KEYRING_WINDOW)]

    def pending_tag(self, place: int) -> bytes:
        """Return the true tag of a pending row, place from 0 to 31."""
        return sub(self.secret, "pending", place)

    def pending_tags(self) -> list[bytes]:
        """Return the true tags of all pending rows there can be."""
        return [self.pending_tag(place) for place in range(PENDING_WINDOW)]


def account_of(root: bytes) -> AccountKeys:
    """Derive an account from the root of its phrase."""
    return AccountKeys(sub(root, "account"))


def pause_mark(pause_secret: bytes, space_id: SpaceId, *, member_id: MemberId) -> bytes:
    """Return the mark on a member's card by which its space sees a pause of the account.

    Args:
        pause_secret: The account's F, which the mark does not give away.
        space_id: Of the space.
        member_id: Of the member in it.
    """
    return sub(pause_secret, "pause", u64(space_id) + u64(member_id))


def words_mark(check_key: bytes, numbers: Numbers) -> bytes:
    """Return w, by which the words of a paused account are known before the slow step.

    Args:
        check_key: The ring's secret "check".
        numbers: Of the phrase.
    """
    return sub(check_key, "paused-words", number_bytes(numbers))[:WORDS_MARK_BYTES]
