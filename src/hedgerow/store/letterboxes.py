# SPDX-License-Identifier: AGPL-3.0-or-later
"""Open, close and list the letter-boxes of a space."""

from hedgerow.engines.vault.letterbox import box_tag
from hedgerow.engines.vault.observing import BOX_PREFIX
from hedgerow.kernel.errors import BadInput, NotFound, Refused
from hedgerow.kernel.ids import RecordId
from hedgerow.store import adopting, boxkeys
from hedgerow.store.boxkeys import HANDED_OVER, BoxKeys
from hedgerow.store.change import Change
from hedgerow.store.changing import changing
from hedgerow.store.letterbox import part_of
from hedgerow.store.lines import Letterbox
from hedgerow.store.machine import machine
from hedgerow.store.reading import Opened
from hedgerow.store.tables import look_up


def _box_at(change: Change, address: str) -> BoxKeys | None:
    """Return the space's own box of an address, under the lock, or None."""
    boxes = (box for box in boxkeys.boxes_under(change) if box.is_for_strangers)
    return next((box for box in boxes if box.address == address), None)


def open_box(opened: Opened, address: str) -> RecordId:
    """Open a box; see `Space.open_letterbox`."""
    if address == HANDED_OVER:
        raise BadInput("letters.no_address")

    def act(change: Change) -> RecordId:
        change.tx.hold(box_tag(machine().ring.hold, address))
        if part_of(address, find=change.tx.look_up) is not None:
            raise Refused("letters.address_taken")
        known = _box_at(change, address)
        box = boxkeys.add_box(change, address) if known is None else boxkeys.renew(change, known)
        boxkeys.put_part(change, box)
        return box.id

    return changing(opened, act)


def close_box(opened: Opened, address: str) -> None:
    """Close a box, and take in what waits in it, at once; see `Space.close_letterbox`."""

    def act(change: Change) -> None:
        box = _box_at(change, address)
        if box is None:
            raise NotFound("letters.no_box")
        if box.is_open(find=change.tx.look_up):
            boxkeys.drop_part(change, box)
        adopting.adopt_in(change, box)

    changing(opened, act)


def listed(opened: Opened) -> list[Letterbox]:
    """Return a space's boxes, with how many letters wait; see `Space.letterboxes`.

    Those of elections, to which only observers write, are not among them.
    """
    boxes = [
        box
        for box in boxkeys.boxes_of(opened)
        if box.is_for_strangers and not box.address.startswith(BOX_PREFIX)
    ]
    tags = {box.id: adopting.waiting_tags(box) for box in boxes}
    there = look_up(small=[tag for some in tags.values() for tag in some]).small
    return [
        Letterbox(
            box.id,
            box.address,
            waiting=sum(tag in there for tag in tags[box.id]),
            is_open=box.is_open(),
        )
        for box in boxes
    ]
