# SPDX-License-Identifier: AGPL-3.0-or-later
"""Give rooms one door to a space: what a member reads there and does there.

Each act is a function of the module it belongs to; this class only names them in one
place and asks, before each, whether the member's role allows it.
"""

from collections.abc import Sequence
from typing import Any, TypeVar

from hedgerow.kernel.errors import NotFound
from hedgerow.kernel.ids import InvitationId, MemberId, RecordId
from hedgerow.store import (
    agenda,
    browsing,
    cards,
    feed,
    files,
    handover,
    inviting,
    quotas,
    records,
    released,
    removing,
    roster_acts,
    search,
)
from hedgerow.store.kinds import Value
from hedgerow.store.lines import (
    Damage,
    Entry,
    FileStream,
    Hit,
    IssuedInvitation,
    LetterFile,
    Member,
    NewsLine,
    OpenInvitation,
    PassedQuota,
    Record,
)
from hedgerow.store.roles import Reads, Role
from hedgerow.store.spacewatch import SpaceWatch
from hedgerow.store.uploads import SealedUpload

V = TypeVar("V", bound=Value)


class Space(SpaceWatch):
    """Be one space as one member has it open for one request."""

    # People.

    def members(self) -> list[Member]:
        """Return the members, in the order in which they joined."""
        return cards.members(self._opened)

    def past_members(self) -> list[Member]:
        """Return who left or was removed, as far as their names were not erased."""
        return cards.past_members(self._opened)

    def member(self, member_id: MemberId) -> Member:
        """Return one member.

        Raises:
            NotFound: "member.unknown".
        """
        for member in self.members():
            if member.id == member_id:
                return member
        raise NotFound("member.unknown")

    def passed_quotas(self) -> list[PassedQuota]:
        """Return who wrote more in one day than one may, the last one first.

        Raises:
            Refused: "space.keepers_only".
        """
        self.demand_keeper()
        return quotas.passed(self._opened)

    def rename_me(self, name: str) -> None:
        """Change the name one goes by here."""
        cards.rename(self._opened, name=name)

    def erase_card(self, member_id: MemberId) -> None:
        """Erase the name of somebody, which a keeper may do, or one's own."""
        if member_id != self.my_id:
            self.demand_keeper()
        cards.erase(self._opened, member_id=member_id)

    def rename(self, name: str) -> None:
        """Give the space another name, as a keeper."""
        self.demand_keeper()
        roster_acts.rename_space(self._opened, name=name)

    def invite(self, *, role: Role, reads: Reads, last_day: int) -> IssuedInvitation:
        """Issue an invitation; its words are returned once and kept nowhere.

        Raises:
            Refused: "space.keepers_only", "roster.keepers_read_all", "roster.too_many_keepers".
        """
        self.demand_keeper()
        return inviting.invite(self._opened, role=role, reads=reads, last_day=last_day)

    def invitations(self) -> list[OpenInvitation]:
        """Return the invitations nobody used yet."""
        return inviting.invitations(self._opened)

    def revoke(self, invitation_id: InvitationId) -> None:
        """Take an invitation back.

        Raises:
            Refused: "space.keepers_only".
            NotFound: "roster.invitation_unknown".
        """
        self.demand_keeper()
        inviting.revoke(self._opened, invitation_id=invitation_id)

    def set_role(self, member_id: MemberId, role: Role) -> None:
        """Give a member another role; "roster.*" says which rule forbids it."""
        self.demand_keeper()
        roster_acts.set_role(self._opened, member_id=member_id, role=role)

    def remove(self, member_id: MemberId) -> None:
        """Remove a member: all keys change, and nothing new can be read by the removed.

        Raises:
            Refused: "space.keepers_only", or "roster.*" where the roster's rules forbid it.
        """
        self.demand_keeper()
        removing.remove(self._opened, member_id=member_id)

    def leave(self) -> None:
        """Leave the space.

        Raises:
            Refused: "roster.last_keeper".
        """
        roster_acts.leave(self._opened)

    def confirm_restore(self) -> None:
        """Confirm, as a keeper, that the roster is right although it comes from a back-up."""
        self.demand_keeper()
        roster_acts.confirm(self._opened)

    # Taking over.

    def name_heirs(self, members: Sequence[MemberId], *, needed: int) -> None:
        """Name who may together make a keeper when no keeper comes any more.

        Raises:
            Refused: "space.keepers_only", or "roster.*" where the roster's rules forbid it.
        """
        self.demand_keeper()
        handover.name_heirs(self._opened, members=members, needed=needed)

    def assent(self, act: "handover.Act") -> bool:
        """Agree to an act that needs several; return whether that was the last one needed.

        Raises:
            Refused: "roster.*" where the roster's rules forbid it.
        """
        return handover.assent(self._opened, act=act)

    def waiting_acts(self) -> list["handover.WaitingAct"]:
        """Return the acts that wait for others to agree."""
        return handover.waiting_acts(self._opened)

    def object_to_handover(self) -> None:
        """End, as a keeper, the round in which heirs make another keeper.

        Raises:
            Refused: "space.keepers_only", "roster.heirs_others".
        """
        self.demand_keeper()
        handover.object_to(self._opened)

    # Records.

    def entries(
        self,
        kind: type,
        *,
        parent: RecordId | None = None,
        newest_first: bool = True,
        by_change: bool = False,
    ) -> Sequence[Entry]:
        """Return the records of a kind, without opening any.

        Args:
            kind: Their class.
            parent: Only those that hang on this record.
            newest_first: Otherwise the oldest first.
            by_change: In the order of their last change instead of their making.
        """
        return browsing.entries(
            self._opened, kind, parent=parent, newest_first=newest_first, by_change=by_change
        )

    def entry(self, record_id: RecordId) -> Entry:
        """Return one record of any kind, without opening it.

        Raises:
            NotFound: "record.unknown".
        """
        return browsing.entry(self._opened, record_id)

    def read(self, kind: type[V], record_id: RecordId) -> Record[V]:
        """Open one record.

        Raises:
            NotFound: "record.unknown", also when it is of another kind.
            Damaged: "record.damaged" when its body is missing or is not the one listed.
        """
        return records.read(self._opened, kind, record_id)

    def read_many(self, kind: type[V], entries: Sequence[Entry]) -> list[Record[V]]:
        """Open records; those that are damaged are left out and reported by `damage`."""
        return records.read_many(self._opened, kind, entries)

    def versions(self, record_id: RecordId) -> list[Record[Any]]:
        """Return all versions of a record, the oldest first, the present one last.

        Raises:
            NotFound: "record.unknown".
        """
        return records.versions(self._opened, record_id)

    def write(
        self,
        value: Value,
        *,
        title: str,
        parent: RecordId | None = None,
        until_day: int | None = None,
        uploads: Sequence[SealedUpload] = (),
    ) -> RecordId:
        """Write a new record.

        Args:
            value: What its body holds.
            title: At most 160 bytes of UTF-8; stands in the index.
            parent: The record it hangs on.
            until_day: After the week of this day nobody can open it any more.
            uploads: Files that hang on it.

        Raises:
            Refused: "space.may_not", "vault.space_full", "quota.records", "quota.bytes".
            BadInput: "record.title_too_long".
            NotFound: "record.unknown" when there is no such parent.
        """
        self.demand_writer()
        draft = records.Draft(value, title, parent=parent, until_day=until_day, uploads=uploads)
        return records.write(self._opened, draft)

    def edit(self, record_id: RecordId, value: Value, *, title: str, base_version: int) -> None:
        """Write a new version of a record.

        Args:
            record_id: Which.
            value: What its body is to hold.
            title: Its title from now on.
            base_version: The version the author began from.

        Raises:
            Conflict: "record.changed" when there is another version; `theirs` in its
                details is the present record.
            Refused: "space.may_not", "quota.records", "quota.bytes".
            NotFound: "record.unknown".
        """
        self.demand_writer()
        draft = records.Draft(value, title)
        records.edit(self._opened, record_id, draft=draft, base_version=base_version)

    def erase(self, record_id: RecordId) -> None:
        """Erase a record with its versions, its files and all that hangs on it.

        Raises:
            Refused: "space.may_not" when one is neither its author nor a keeper.
            NotFound: "record.unknown".
        """
        records.erase(self._opened, record_id)

    def file(self, record_id: RecordId, index: int = 0) -> FileStream:
        """Return one of the files that hang on a record, by default the first.

        Raises:
            NotFound: "record.unknown", "file.unknown" when there is no such one.
        """
        return files.stream_of(self._opened, record_id, index=index)

    def files(self, record_id: RecordId) -> list[LetterFile]:
        """Return what is known of the files that hang on a record, in their order.

        Raises:
            NotFound: "record.unknown".
        """
        return files.listed(self._opened, record_id)

    def search(
        self, text: str, *, kinds: Sequence[type] | None = None, limit: int = 50
    ) -> list[Hit]:
        """Look for words in titles and texts.

        Returns:
            Finds in titles first, then those with more of the words, then the newest.
        """
        return search.search(self._opened, text, kinds=kinds, limit=limit)

    # What is new, what waits.

    def news(self) -> list[NewsLine]:
        """Return what others wrote since one was last here, the newest first."""
        return feed.news(self._opened)

    def mark_seen(self) -> None:
        """Count everything up to now as seen."""
        feed.mark_seen(self._opened)

    def agenda_put(
        self, record_id: RecordId, *, assignee_id: MemberId, due_day: int, title: str
    ) -> None:
        """Put something on the list of what waits for somebody.

        Raises:
            Refused: "space.may_not", "vault.space_full".
        """
        self.demand_writer()
        item = agenda.Item(record_id, assignee_id, due_day, title)
        agenda.put(self._opened, item)

    def agenda_items(self) -> list[agenda.Item]:
        """Return what waits for anybody in this space."""
        return agenda.shown_items(self._opened)

    def agenda_done(self, record_id: RecordId, *, assignee_id: MemberId | None = None) -> None:
        """Take something off the list, for one or for everybody."""
        agenda.done(self._opened, record_id=record_id, assignee_id=assignee_id)

    def release(self, value: Value, *, title: str, due_minute: int) -> RecordId:
        """Hand a text to the running server, to be published at a minute.

        Raises:
            Refused: "space.may_not", "released.full".
        """
        self.demand_writer()
        return released.release(self._opened, value, title=title, due_minute=due_minute)

    def withdraw(self, record_id: RecordId) -> None:
        """Take back what was released and is not published yet.

        Raises:
            NotFound: "record.unknown".
        """
        self.demand_writer()
        released.withdraw(self._opened, record_id)

    def damage(self) -> list[Damage]:
        """Return what was found missing or damaged while this space was read."""
        return list(self._opened.damage)
