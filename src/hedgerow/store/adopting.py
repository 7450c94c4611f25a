# SPDX-License-Identifier: AGPL-3.0-or-later
"""Take the letters that wait in a space's boxes into its index, each once."""

from hedgerow.engines.vault.letterbox import (
    ConversationTitle,
    WaitingLetter,
    encode_conversation,
    letter_key,
    letter_tags,
    open_waiting,
)
from hedgerow.engines.vault.locker import Locker, open_inner
from hedgerow.kernel.clock import week_of
from hedgerow.kernel.errors import Damaged, Refused
from hedgerow.kernel.ids import RecordId
from hedgerow.store import kinds
from hedgerow.store.boxkeys import BoxKeys, boxes_of, boxes_under
from hedgerow.store.cards import bare_entry
from hedgerow.store.change import NEW, Change
from hedgerow.store.changing import changing
from hedgerow.store.conversations import HELD
from hedgerow.store.reading import Opened
from hedgerow.store.tables import look_up


def waiting_tags(box: BoxKeys) -> list[bytes]:
    """Return the true tags of the places where letters to a box wait."""
    return letter_tags(box.drop) if box.drop and box.is_for_strangers else []


def adopt_in(change: Change, box: BoxKeys) -> list[RecordId]:
    """Take in the letters that wait in a box, within a change; return their records.

    One that does not open is left where it is and noted as damage.

    Raises:
        Refused: "vault.space_full" when the space has no room for more; what has been taken
            in stays so.
    """
    found = change.tx.look_up(small=waiting_tags(box)).small
    week = week_of(change.opened.today)
    taken: list[RecordId] = []
    for tag, locker in found.items():
        if locker.until_week < week:
            change.tx.drop_small([tag])
            continue
        letter = _opened_waiting(change, box, locker, tag=tag)
        if letter is not None:
            taken.append(_take_in(change, box, letter, until=locker.until_week))
            change.tx.drop_small([tag])
    return taken


def _opened_waiting(
    change: Change, box: BoxKeys, locker: Locker, *, tag: bytes
) -> WaitingLetter | None:
    """Open what leads to a letter, or note damage."""
    try:
        sealed = open_inner(letter_key(box.drop), locker.inner, tag)
        return open_waiting(sealed, pairs=box.pairs)
    except Damaged:
        change.opened.note_damage("record.damaged", record_id=box.id)
        return None


def _take_in(change: Change, box: BoxKeys, letter: WaitingLetter, *, until: int) -> RecordId:
    """Write the entry of a conversation and return its record."""
    title = ConversationTitle(letter.stranger, letter.receipt_tag, "")
    entry = bare_entry(change, kind=kinds.CONVERSATION)._replace(
        flags=HELD if letter.is_held else 0,
        parent=box.id,
        record_key=letter.secret,
        digest=letter.form_sum,
        until=until,
        title=encode_conversation(title),
    )
    page = change.add_entry(change.roster.chapter, entry)
    change.line(entry.record, kind=kinds.CONVERSATION, page=page, flags=NEW)
    return RecordId(entry.record)


def adopt(opened: Opened) -> list[RecordId]:
    """Take in all letters that wait in a space's boxes; see `Space.adopt_letters`."""
    tags = [tag for box in boxes_of(opened) if box.seeds for tag in waiting_tags(box)]
    if not tags or not look_up(small=tags).small:
        return []

    def act(change: Change) -> list[RecordId]:
        taken: list[RecordId] = []
        for box in boxes_under(change):
            try:
                taken += adopt_in(change, box) if box.seeds else []
            except Refused:
                change.opened.note_damage("vault.space_full")
        return taken

    return changing(opened, act)
