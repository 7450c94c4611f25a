# SPDX-License-Identifier: AGPL-3.0-or-later
"""Change roles, settings and the name of a space; leave it; confirm it after a restore."""

from dataclasses import replace

from hedgerow.engines.vault.head import MAX_NAME_BYTES
from hedgerow.engines.vault.keyring import Pending, PendingKind, tombstone
from hedgerow.engines.vault.package import filler_slot, with_slot
from hedgerow.engines.vault.roster_acts import Assent, Confirm, Leave, SetRole, Settings
from hedgerow.engines.vault.roster_acts import Role as RosterRole
from hedgerow.engines.vault.tags import NO_CHAPTERS
from hedgerow.kernel.errors import BadInput, NotFound
from hedgerow.kernel.ids import MemberId
from hedgerow.store import inviting, reading, removing
from hedgerow.store.account import add_pending
from hedgerow.store.change import Change
from hedgerow.store.changing import changing
from hedgerow.store.machine import machine
from hedgerow.store.reading import Opened
from hedgerow.store.roles import Role


def role_act(
    change: Change, member_id: MemberId, *, role: Role, assent: Assent | None = None
) -> SetRole:
    """Return the roster entry that gives a member a role.

    A probationer who is raised reads from now on; everybody else keeps their horizon, and
    keepers read all.

    Raises:
        NotFound: "member.unknown".
    """
    member = change.roster.members.get(member_id)
    if member is None:
        raise NotFound("member.unknown")
    if role is Role.KEEPER:
        horizon = 0
    elif role is Role.PROBATIONER:
        horizon = NO_CHAPTERS
    elif member.horizon == NO_CHAPTERS:
        horizon = inviting.horizon_from_now(change)
    else:
        horizon = member.horizon
    return SetRole(member_id, RosterRole(role), horizon, assent)


def set_role_in(
    change: Change, member_id: MemberId, *, role: Role, assent: Assent | None = None
) -> None:
    """Give a member a role within a change.

    Who becomes a probationer loses the closed pages, for which all keys must change.

    Raises:
        NotFound: "member.unknown".
        Refused: "roster.*", the rule that forbids it.
    """
    change.act(role_act(change, member_id, role=role, assent=assent))
    if role is Role.PROBATIONER:
        removing.rotate(change)
    else:
        change.write_package()


def set_role(opened: Opened, *, member_id: MemberId, role: Role) -> None:
    """Give a member a role; see `Space.set_role`."""
    changing(opened, lambda change: set_role_in(change, member_id, role=role))


def rename_space(opened: Opened, *, name: str) -> None:
    """Give the space another name.

    Raises:
        BadInput: "vault.name_too_long".
    """
    if len(name.encode()) > MAX_NAME_BYTES:
        raise BadInput("vault.name_too_long", most=MAX_NAME_BYTES)

    def act(change: Change) -> None:
        change.head = replace(change.head, name=name)

    changing(opened, act)


def leave(opened: Opened) -> None:
    """Leave the space: the roster first, then a pending row that says so.

    Killed between the two, the next visit finds the membership ended.
    """

    def act(change: Change) -> None:
        change.act(Leave())
        slots = reading.slots_for(change.opened.entry, find=change.tx.look_up)
        pages = reading.package_pages(change.opened.entry.door, find=change.tx.look_up)
        for slot in slots:
            filler = filler_slot(change.opened.random)
            pages[slot.page] = with_slot(pages[slot.page], place=slot.place, slot=filler)
            change.put_package_page(slot.page, pages[slot.page])

    changing(opened, act)
    account = opened.account
    row = Pending(PendingKind.LEFT, account.keyring.pause_secret, opened.entry)
    add_pending(account, row)
    account.keep(tombstone(opened.entry))


def confirm(opened: Opened) -> None:
    """Confirm the roster after a restore; invitations issued before it are void."""
    restored = machine().ring.restored

    def act(change: Change) -> None:
        tags = [one.row_tag for one in change.roster.invitations.values()]
        change.act(Confirm(restored))
        change.tx.drop_small(tags)
        change.write_package()

    changing(opened, act)


def settings_of(opened: Opened) -> dict[str, int]:
    """Return the settings that stand in the roster."""
    roster = opened.roster
    return {
        "two_person_export": int(roster.two_person_export),
        "two_together": int(roster.two_together),
        "quota": roster.quota,
    }


def set_settings(opened: Opened, *, two_person_export: bool, quota: int) -> None:
    """Change the settings that the running server keeps to."""

    def act(change: Change) -> None:
        together = int(change.roster.two_together)
        change.act(Settings(int(two_person_export), together, quota))

    changing(opened, act)
