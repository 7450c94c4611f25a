# SPDX-License-Identifier: AGPL-3.0-or-later
"""Use an invitation, in three transactions that never mix account and space.

T1, a pending row that only the joiner's own phrase can find; T2, the space; T3, the pending
row again without its end and without the invitation's secret.
"""

from dataclasses import replace
from typing import Final

from hedgerow.engines.vault import acts
from hedgerow.engines.vault.account import account_of
from hedgerow.engines.vault.acts import Author
from hedgerow.engines.vault.codes import Code, InvitationKind, InvitationRow, decode_invitation
from hedgerow.engines.vault.keyring import (
    Keyring,
    KeyringEntry,
    Pending,
    PendingKind,
    new_entry,
)
from hedgerow.engines.vault.locker import open_inner
from hedgerow.engines.vault.package import FoundSlot, seal_slot, with_slot
from hedgerow.engines.vault.primitives import (
    KEY_BYTES,
    sealing_keys,
    signing_keys,
)
from hedgerow.kernel.clock import day_of, minute_now, week_of
from hedgerow.kernel.errors import Damaged, Refused
from hedgerow.kernel.ids import MemberId, draw_id
from hedgerow.store import account as accounts
from hedgerow.store import cards, reading, rosters
from hedgerow.store.account import Account
from hedgerow.store.change import Change
from hedgerow.store.machine import machine
from hedgerow.store.reading import Opened, with_keys
from hedgerow.store.tables import look_up
from hedgerow.store.writing import Transaction, in_writing

_MINUTES: Final = 15
_WEEKS_AFTER: Final = 4
_DUMMY: Final = bytes(1024)


def _today() -> int:
    return day_of(minute_now(machine().clock))


# What an invitation opens.


def row_of(code: Code) -> InvitationRow | None:
    """Read the row of a code; where there is none, the same work is done for nothing."""
    tag = code.row_tag
    locker = look_up(small=[tag]).small.get(tag)
    try:
        return decode_invitation(open_inner(code.row_key, locker.inner if locker else _DUMMY, tag))
    except Damaged:
        return None


def _entry_for(row: InvitationRow, *, seed: bytes, member: int) -> KeyringEntry:
    """Return the membership that an invitation leads to, without keys."""
    bare = new_entry(row.space_id, MemberId(member), seed=seed, door=row.door)
    return replace(bare, genesis=row.genesis)


def _invited(
    account: Account, entry: KeyringEntry, *, code: Code, find: reading.LookUp
) -> tuple[Opened, FoundSlot] | None:
    """Open a space by an invitation's slot, or return None where none opens.

    Raises:
        Damaged: The package or the roster is.
    """
    as_invited = replace(entry, seed=code.seed)
    for slot in reading.slots_for(as_invited, find=find):
        candidate = with_keys(as_invited, slot.keys)
        head = reading.read_head(candidate, find=find)
        opened = reading.judge(account, candidate, head=head, find=find)
        if opened is not None:
            return opened, slot
    return None


def _is_good(opened: Opened, *, code: Code) -> bool:
    """Tell whether the roster knows an invitation as open today, with nothing in its way."""
    invitation = opened.roster.invitations.get(code.invitation_id)
    return (
        invitation is not None
        and invitation.last_day >= opened.today
        and opened.unconfirmed_restore() is None
    )


def _nobody() -> Account:
    """Return an account that is none yet."""
    return Account(account_of(bytes(KEY_BYTES)), Keyring(bytes(KEY_BYTES)))


def _preview(row: InvitationRow, *, code: Code) -> Opened | None:
    """Look at the space an invitation leads to, or return None where it is dead."""
    entry = _entry_for(row, seed=code.seed, member=0)
    try:
        found = _invited(_nobody(), entry, code=code, find=look_up)
    except Damaged:
        return None
    if found is None or not _is_good(found[0], code=code):
        return None
    return found[0]


# T1, T2, T3.


def _t1(account: Account, entry: KeyringEntry, *, code: Code, week: int, is_new: bool) -> bytes:
    """Write the pending row and return its tag."""
    row = Pending(PendingKind.JOIN, account.keyring.pause_secret, entry, code.secret)
    return accounts.add_pending(account, row, until_week=week + _WEEKS_AFTER, is_new=is_new)


def _t2(account: Account, row: Pending, *, as_name: str) -> KeyringEntry | None:
    """Use the invitation in one transaction, unless that was done already.

    Returns:
        The membership with its keys; None for a founder, who has no space yet.

    Raises:
        Refused: "invitation.used" when somebody was quicker, "invitation.dead" when it is
            not good any more.
    """
    code = Code(row.invitation)

    def act(tx: Transaction) -> Opened | None:
        present = _present(account, row.entry, find=tx.look_up)
        if present is not None:
            return present
        if not tx.drop_small([code.row_tag]):
            raise Refused("invitation.used")
        if not row.entry.space_id:
            return None
        found = _invited(account, row.entry, code=code, find=tx.look_up)
        if found is None or not _is_good(found[0], code=code):
            raise Refused("invitation.dead")
        return _join(tx, account=account, row=row, found=found, as_name=as_name)

    opened = in_writing(act)
    if opened is None:
        return None
    rosters.keep(opened.known)
    return replace(opened.entry, seen=opened.head.revision)


def _present(account: Account, entry: KeyringEntry, *, find: reading.LookUp) -> Opened | None:
    """Open a space by one's own slot, which is there once T2 is done."""
    if not entry.space_id:
        return None
    for slot in reading.slots_for(entry, find=find):
        candidate = with_keys(entry, slot.keys)
        head = reading.read_head(candidate, find=find)
        opened = reading.judge(account, candidate, head=head, find=find)
        if opened is not None and entry.member_id in opened.roster.members:
            return opened
    return None


def _join(
    tx: Transaction,
    *,
    account: Account,
    row: Pending,
    found: tuple[Opened, FoundSlot],
    as_name: str,
) -> Opened:
    """Append the join, put one's own slot in place of the invitation's, write the card."""
    invited, slot = found
    code, pair = Code(row.invitation), sealing_keys(row.entry.seed)
    author = Author(row.entry.member_id, signing_keys(row.entry.seed), invited.today)
    entry = replace(invited.entry, seed=row.entry.seed, member_id=row.entry.member_id)
    change = Change(tx, opened=replace(invited, account=account, entry=entry))
    change.step(
        acts.join(
            change.roster,
            code.invitation_id,
            author=author,
            sealing=pair,
            invited=signing_keys(code.seed),
        )
    )
    page = reading.package_pages(entry.door, find=tx.look_up)[slot.page]
    own = seal_slot(slot.keys, sealing=pair.public)
    change.put_package_page(slot.page, with_slot(page, place=slot.place, slot=own))
    cards.put(change, name=as_name)
    change.finish()
    return change.opened


def _t3(account: Account, tag: bytes, *, entry: KeyringEntry | None) -> None:
    """Write the pending row again, without end and without the invitation's secret."""
    row = account.pending[tag]
    if entry is None:
        done = replace(row, kind=PendingKind.LEFT, invitation=bytes(KEY_BYTES))
    else:
        done = replace(row, entry=entry, invitation=bytes(KEY_BYTES))
    accounts.set_pending(account, tag, done)
    account.keep(*([entry] if entry is not None else []))


def finish_join(account: Account, tag: bytes, *, as_name: str) -> KeyringEntry | None:
    """Do what is missing of T2 and T3; where the code was used by another, drop the row.

    Raises:
        Refused: "invitation.used", "invitation.dead".
    """
    try:
        entry = _t2(account, account.pending[tag], as_name=as_name)
    except Refused:
        accounts.drop_pending(account, tag)
        raise
    _t3(account, tag, entry=entry)
    return entry


def join_as(
    account: Account, row: InvitationRow, *, code: Code, week: int, is_new: bool, as_name: str
) -> KeyringEntry | None:
    """Run T1, T2 and T3."""
    random = machine().random
    entry = _entry_for(row, seed=random(KEY_BYTES), member=draw_id(random))
    tag = _t1(account, entry, code=code, week=week, is_new=is_new)
    return finish_join(account, tag, as_name=as_name)


def looked_at(code: Code) -> tuple[InvitationRow, Opened | None]:
    """Read an invitation and the space it leads to.

    Raises:
        Refused: "invitation.dead", whatever the reason.
    """
    row = row_of(code)
    if row is None:
        raise Refused("invitation.dead")
    if row.kind is InvitationKind.FOUNDER:
        return row, None
    opened = _preview(row, code=code)
    if opened is None:
        raise Refused("invitation.dead")
    return row, opened


def last_week_of(opened: Opened | None, *, code: Code) -> int:
    """Return the last week of an invitation."""
    if opened is None:
        return week_of(_today())
    return week_of(opened.roster.invitations[code.invitation_id].last_day)
