# SPDX-License-Identifier: AGPL-3.0-or-later
"""Open a new space: a pending row first, then package, roster, card and head at once.

Killed between the two, the row leads nowhere, and the next log-in drops it.
"""

from dataclasses import replace

from hedgerow.engines.vault import acts
from hedgerow.engines.vault.acts import Author
from hedgerow.engines.vault.head import NO_PAGE, Head
from hedgerow.engines.vault.keyring import Pending, PendingKind, new_entry
from hedgerow.engines.vault.primitives import KEY_BYTES, sealing_keys, signing_keys
from hedgerow.engines.vault.roster import Entry
from hedgerow.engines.vault.tags import new_keys
from hedgerow.kernel.clock import day_of, minute_now
from hedgerow.kernel.ids import MemberId, SpaceId, draw_id
from hedgerow.store import cards, rosters
from hedgerow.store.account import Account, add_pending
from hedgerow.store.change import Change
from hedgerow.store.machine import machine
from hedgerow.store.reading import Opened, with_keys
from hedgerow.store.writing import Transaction, in_writing


def _founded(account: Account, *, name: str) -> tuple[Opened, list[Entry]]:
    """Draw a new space with its first two roster entries; nothing is written."""
    random = machine().random
    space_id, member_id = SpaceId(draw_id(random)), MemberId(draw_id(random))
    entry = new_entry(space_id, member_id, seed=random(KEY_BYTES), door=random(KEY_BYTES))
    keys = new_keys(0, random=random)
    today = day_of(minute_now(machine().clock))
    author = Author(member_id, signing_keys(entry.seed), today)
    entries, state = acts.found(
        space_id, author=author, sealing=sealing_keys(entry.seed), keys=keys
    )
    entry = replace(
        with_keys(entry, keys),
        genesis=state.genesis_hash,
        anchor_seq=state.seq,
        anchor_hash=state.hash,
    )
    head = Head(0, 0, 0, state.seq, state.hash, 0, NO_PAGE, name, (), ())
    return Opened(account, entry, head, rosters.NOTHING.after(entries, state=state)), entries


def open_new(account: Account, *, name: str, as_name: str) -> Opened:
    """Open a new space, whose first keeper one becomes.

    Raises:
        BadInput: "vault.name_too_long".
        Refused: "account.pending_full", "account.full".
    """
    opened, entries = _founded(account, name=name)
    row = Pending(PendingKind.OPEN, account.keyring.pause_secret, opened.entry)
    add_pending(account, row)
    _t2(opened, entries=entries, as_name=as_name)
    account.keep(opened.entry)
    return opened


def _t2(opened: Opened, *, entries: list[Entry], as_name: str) -> None:
    """Write the space."""
    before = opened.head

    def act(tx: Transaction) -> Opened:
        change = Change(tx, opened=replace(opened, head=before), entries=entries)
        cards.put(change, name=as_name)
        change.write_package()
        change.finish()
        return change.opened

    opened.take(in_writing(act))
    rosters.keep(opened.known)
