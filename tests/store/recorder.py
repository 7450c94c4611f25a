# SPDX-License-Identifier: AGPL-3.0-or-later
"""Record what each transaction writes, and catch one that ties an account to anything.

No transaction may write a row of an account and anything else: a look at the disk before
and after would tie the two together. Every true tag that an account has is known by
listening to where such tags are computed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from unittest.mock import patch

from hedgerow.engines.vault.account import AccountKeys
from hedgerow.store import writing
from hedgerow.store.writing import Transaction


@dataclass
class Recorder:
    """Hold the committed transactions, and the tags of accounts.

    Attributes:
        transactions: In their order.
        account_tags: Of keyring pages and pending rows.
    """

    transactions: list[Transaction] = field(default_factory=list)
    account_tags: set[bytes] = field(default_factory=set)

    def of_accounts(self) -> list[Transaction]:
        """Return the transactions that wrote a row of an account."""
        return [tx for tx in self.transactions if self.account_tags & set(tx.touched)]

    def mixed(self) -> list[Transaction]:
        """Return those of them that wrote something else as well."""
        return [
            tx
            for tx in self.of_accounts()
            if set(tx.touched) - self.account_tags or tx.touched_bodies
        ]


@contextmanager
def recording() -> Iterator[Recorder]:
    """Record the transactions of this process while the block runs."""
    recorder = Recorder()
    locator, pending_tag = AccountKeys.locator, AccountKeys.pending_tag

    def heard_locator(keys: AccountKeys, page: int) -> bytes:
        tag = locator(keys, page)
        recorder.account_tags.add(tag)
        return tag

    def heard_pending_tag(keys: AccountKeys, place: int) -> bytes:
        tag = pending_tag(keys, place)
        recorder.account_tags.add(tag)
        return tag

    writing.observers.append(recorder.transactions.append)
    try:
        with (
            patch.object(AccountKeys, "locator", heard_locator),
            patch.object(AccountKeys, "pending_tag", heard_pending_tag),
        ):
            yield recorder
    finally:
        writing.observers.remove(recorder.transactions.append)
