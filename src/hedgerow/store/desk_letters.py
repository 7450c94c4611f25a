# SPDX-License-Identifier: AGPL-3.0-or-later
"""Say on a member's page which letters wait, over all spaces that have letter-boxes.

One look-up for the places of waiting letters of all boxes, and two for the messages of all
conversations, however many there are.
"""

from collections.abc import Mapping, Sequence

from hedgerow.engines.vault.letterbox import decode_conversation
from hedgerow.kernel.ids import RecordId, SpaceId
from hedgerow.store import boxkeys, kinds, listing
from hedgerow.store.adopting import waiting_tags
from hedgerow.store.boxkeys import HANDED_OVER, BoxKeys
from hedgerow.store.conversations import HELD, seen_of, with_more
from hedgerow.store.lines import LetterLine
from hedgerow.store.reading import Opened
from hedgerow.store.tables import look_up


def letter_lines(spaces: Sequence[Opened]) -> list[LetterLine]:
    """Return what waits in boxes, and conversations with something new.

    Args:
        spaces: Those that have a letter-box.
    """
    boxes = {opened.space_id: boxkeys.boxes_of(opened) for opened in spaces}
    tags = {box.id: waiting_tags(box) for some in boxes.values() for box in some}
    there = look_up(small=[tag for some in tags.values() for tag in some]).small if tags else {}
    lines = [
        _line(opened, box.address, count=sum(tag in there for tag in tags[box.id]))
        for opened in spaces
        for box in boxes[opened.space_id]
    ]
    return [line for line in lines if line.count] + _news(spaces, boxes=boxes)


def _news(spaces: Sequence[Opened], *, boxes: Mapping[SpaceId, list[BoxKeys]]) -> list[LetterLine]:
    """Return the conversations in which strangers have written what nobody dealt with."""
    found = [
        (opened, entry)
        for opened in spaces
        for entry in listing.of_kind(opened, kinds.CONVERSATION)
        if opened.is_keeper or not entry.flags & HELD
    ]
    counts = with_more([entry for _, entry in found])
    lines: list[LetterLine] = []
    for opened, entry in found:
        if entry.record in counts:
            known = {int(box.id): box.address for box in boxes[opened.space_id]}
            line = _line(
                opened,
                known.get(entry.parent, HANDED_OVER),
                count=counts[entry.record] - seen_of(entry),
                record_id=RecordId(entry.record),
                title=decode_conversation(entry.title).title,
            )
            lines.append(line)
    return lines


def _line(
    opened: Opened,
    address: str,
    *,
    count: int,
    record_id: RecordId | None = None,
    title: str = "",
) -> LetterLine:
    """Return one line."""
    return LetterLine(opened.space_id, opened.head.name, address, record_id, title, count)
