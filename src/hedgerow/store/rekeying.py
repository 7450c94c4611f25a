# SPDX-License-Identifier: AGPL-3.0-or-later
"""Draw new keys for a member in a space, for when the old phrase may be known.

T1, a pending row with the new seed; T2, the roster's entry signed by both keys and one's
own slot under the new one. Whichever seed the roster names counts.
"""

from dataclasses import replace

from hedgerow.engines.vault import acts
from hedgerow.engines.vault.keyring import KeyringEntry, Pending, PendingKind
from hedgerow.engines.vault.package import seal_slot, with_slot
from hedgerow.engines.vault.primitives import KEY_BYTES, sealing_keys, signing_keys
from hedgerow.kernel.errors import NotFound, Refused
from hedgerow.kernel.ids import SpaceId
from hedgerow.store import account as accounts
from hedgerow.store import reading
from hedgerow.store.account import Account
from hedgerow.store.change import Change
from hedgerow.store.changing import changing
from hedgerow.store.machine import machine
from hedgerow.store.reading import Opened


def rekey(account: Account, space_id: SpaceId) -> None:
    """Take new keys in a space; see `Visit.rekey`."""
    opened = reading.open_space(account, space_id)
    if opened is None:
        raise NotFound("space.unknown")
    if opened.roster.members[opened.member_id].rekeyed_day == opened.today:
        raise Refused("roster.rekeyed_today")
    fresh = replace(opened.entry, seed=machine().random(KEY_BYTES), rekeys=opened.entry.rekeys + 1)
    row = Pending(PendingKind.REKEY, account.keyring.pause_secret, fresh)
    accounts.add_pending(account, row)
    _t2(opened, fresh=fresh)


def _t2(opened: Opened, *, fresh: KeyringEntry) -> None:
    """Append the entry and put one's own slot under the new key."""
    pair = sealing_keys(fresh.seed)

    def act(change: Change) -> None:
        entry = change.opened.entry
        step = acts.rekey(
            change.roster, author=change.author, sealing=pair, new=signing_keys(fresh.seed)
        )
        change.step(step)
        find = change.tx.look_up
        slots = reading.slots_for(entry, find=find)
        pages = reading.package_pages(entry.door, find=find)
        for slot in slots:
            own = seal_slot(slot.keys, sealing=pair.public)
            pages[slot.page] = with_slot(pages[slot.page], place=slot.place, slot=own)
            change.put_package_page(slot.page, pages[slot.page])
        change.opened.entry = replace(entry, seed=fresh.seed, rekeys=fresh.rekeys)

    changing(opened, act)


def settle(account: Account, tag: bytes) -> None:
    """Take or drop a seed that was being changed, by what the roster says of it."""
    row = account.pending[tag]
    present = account.entry(row.entry.space_id)
    if present is None:
        accounts.drop_pending(account, tag)
        return
    opened = reading.open_entry(account, present)
    opened = opened or reading.open_entry(account, _with_seed(present, row.entry))
    if opened is None:
        accounts.drop_pending(account, tag)
        return
    member = opened.roster.members[opened.member_id]
    if member.signing != signing_keys(row.entry.seed).public:
        accounts.drop_pending(account, tag)
        return
    account.keep(_with_seed(opened.entry, row.entry))
    delivered = account.delivered.entry(present.space_id) if account.delivered else None
    if delivered is not None and delivered.seed == row.entry.seed:
        accounts.drop_pending(account, tag)


def _with_seed(entry: KeyringEntry, other: KeyringEntry) -> KeyringEntry:
    """Return a membership with the seed of another state of it."""
    return replace(entry, seed=other.seed, rekeys=other.rekeys)
