# SPDX-License-Identifier: AGPL-3.0-or-later
"""Give rooms what a space does with the letters of strangers."""

from hedgerow.kernel.ids import RecordId
from hedgerow.store import adopting, handingover, records, teamside
from hedgerow.store import conversations as conversing
from hedgerow.store import letterboxes as boxes
from hedgerow.store.kinds import Value
from hedgerow.store.lines import ConversationEntry, Letterbox
from hedgerow.store.spaceroot import SpaceRoot
from hedgerow.store.teamside import TeamSide


class SpaceLetters(SpaceRoot):
    """Be a space with its letter-boxes and conversations."""

    def open_letterbox(self, address: str) -> RecordId:
        """Open a letter-box, as a keeper; one that this space closed is opened again.

        Raises:
            Refused: "space.keepers_only", "letters.address_taken", "vault.space_full".
            BadInput: "vault.address_too_long".
        """
        self.demand_keeper()
        return boxes.open_box(self._opened, address)

    def close_letterbox(self, address: str) -> None:
        """Close a letter-box, as a keeper; what waits in it is taken in.

        Raises:
            Refused: "space.keepers_only".
            NotFound: "letters.no_box".
        """
        self.demand_keeper()
        boxes.close_box(self._opened, address)

    def letterboxes(self) -> list[Letterbox]:
        """Return the space's letter-boxes, closed ones too."""
        return boxes.listed(self._opened)

    def adopt_letters(self) -> list[RecordId]:
        """Take in the letters that wait, and return them; none for who may not write."""
        return adopting.adopt(self._opened) if self.can_write else []

    def conversations(self, *, newest_first: bool = True) -> list[ConversationEntry]:
        """Return the conversations with strangers, by their newest messages."""
        return conversing.conversations(self._opened, newest_first=newest_first)

    def conversation(self, record_id: RecordId) -> TeamSide:
        """Open one conversation.

        Raises:
            NotFound: "record.unknown".
        """
        return teamside.conversation(self._opened, record_id)

    def copy_conversation(
        self,
        record_id: RecordId,
        *,
        to: "SpaceLetters",
        value: Value,
        title: str,
        until_day: int | None = None,
    ) -> RecordId:
        """Write a record into another space that keeps a copy of a conversation's files.

        Args:
            record_id: The conversation.
            to: Where to.
            value: What the record holds of its texts.
            title: Of the record.
            until_day: After the week of this day nobody can open it any more.

        Raises:
            As `write`.
        """
        to.demand_writer()
        uploads = handingover.copy_files(self.conversation(record_id))
        draft = records.Draft(value, title, until_day=until_day, uploads=uploads)
        return records.write(to._opened, draft)  # noqa: SLF001 -- the same class

    def forward_conversation(self, record_id: RecordId, *, to: "SpaceLetters") -> RecordId:
        """Hand a whole conversation over to another space; notes on it here are erased.

        Raises:
            Refused: "space.may_not", "letters.conversation_full", "vault.space_full".
            NotFound: "record.unknown".
        """
        self.demand_writer()
        to.demand_writer()
        return handingover.forward(self._opened, record_id, to=to._opened)  # noqa: SLF001 -- the same class
