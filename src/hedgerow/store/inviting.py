# SPDX-License-Identifier: AGPL-3.0-or-later
"""Issue, list and revoke invitations."""

from hedgerow.engines.vault import acts
from hedgerow.engines.vault.codes import Code, InvitationKind, InvitationRow, encode_invitation
from hedgerow.engines.vault.primitives import sealing_keys, signing_keys
from hedgerow.engines.vault.roster_acts import Invite, Revoke
from hedgerow.engines.vault.roster_acts import Role as RosterRole
from hedgerow.engines.vault.tags import NO_CHAPTERS
from hedgerow.kernel.clock import week_of
from hedgerow.kernel.errors import NotFound, Refused
from hedgerow.kernel.ids import InvitationId
from hedgerow.store import boxkeys, codeworks, watchkeys
from hedgerow.store.change import Change
from hedgerow.store.changing import changing
from hedgerow.store.lines import IssuedInvitation, OpenInvitation
from hedgerow.store.reading import Opened
from hedgerow.store.roles import Reads, Role


def horizon_from_now(change: Change) -> int:
    """Return the horizon of somebody who is to read from now on, beginning a chapter for it.

    No chapter is begun where nothing was written since the last one, nor a second one on
    the same day: a space has room for 900 pages, and chapters share none.
    """
    head, roster = change.head, change.roster
    is_written = head.chapter in {page.chapter for page in head.pages}
    is_of_today = head.chapter > 0 and roster.chapter_days.get(head.chapter) == change.opened.today
    if not is_written or is_of_today:
        return roster.chapter
    step = acts.open_chapter(roster, author=change.author, keys=change.opened.keys)
    change.step(step)
    boxkeys.carry_over(change)
    watchkeys.carry_over(change)
    return change.roster.chapter


def _horizon(change: Change, *, role: Role, reads: Reads) -> int:
    """Return the horizon of an invitation."""
    if role is Role.KEEPER or reads is Reads.ALL:
        return NO_CHAPTERS if role is Role.PROBATIONER else 0
    return NO_CHAPTERS if role is Role.PROBATIONER else horizon_from_now(change)


def invite(opened: Opened, *, role: Role, reads: Reads, last_day: int) -> IssuedInvitation:
    """Issue an invitation; see `Space.invite`."""
    if role is Role.KEEPER and reads is not Reads.ALL:
        raise Refused("roster.keepers_read_all")
    numbers = codeworks.draw("invitation")
    code = codeworks.invitation_of(numbers)

    def act(change: Change) -> None:
        horizon = _horizon(change, role=role, reads=reads)
        change.act(_entry(code, role=role, horizon=horizon, last_day=last_day))
        change.write_package()
        entry = change.opened.entry
        row = InvitationRow(InvitationKind.INVITATION, entry.space_id, entry.door, entry.genesis)
        content = encode_invitation(row)
        week = week_of(last_day)
        change.tx.put_small(code.row_tag, content, key=code.row_key, until_week=week)

    changing(opened, act)
    return IssuedInvitation(numbers, code.invitation_id)


def _entry(code: Code, *, role: Role, horizon: int, last_day: int) -> Invite:
    """Return the roster entry of an invitation."""
    return Invite(
        code.invitation_id,
        sealing_keys(code.seed).public,
        signing_keys(code.seed).public,
        RosterRole(role),
        horizon,
        last_day,
        code.row_tag,
    )


def invitations(opened: Opened) -> list[OpenInvitation]:
    """Return the invitations that can still be used today."""
    return [
        OpenInvitation(
            id=one.id,
            role=Role(one.role),
            reads=Reads.ALL if one.horizon == 0 else Reads.FROM_NOW,
            last_day=one.last_day,
            issued_by=one.issued_by,
            issued_day=one.issued_day,
        )
        for one in opened.roster.open_invitations(opened.today)
    ]


def revoke(opened: Opened, *, invitation_id: InvitationId) -> None:
    """Take an invitation back: its row and its slot go."""

    def act(change: Change) -> None:
        invitation = change.roster.invitations.get(invitation_id)
        if invitation is None:
            raise NotFound("roster.invitation_unknown")
        change.act(Revoke(invitation_id))
        change.tx.drop_small([invitation.row_tag])
        change.write_package()

    changing(opened, act)
