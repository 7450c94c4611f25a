# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keep the keys of a space's letter-boxes, and renew them when somebody is removed.

A box is an entry of the open pages, so that every member's page sees that there is one. Its
keys are a record in the chapter that was current when they were drawn: seeds, the newest
first, and the drop. Into a new chapter only the newest seed is written, so that whoever reads
from then on opens no earlier letter. One box without an address takes conversations that
other groups hand over.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from hedgerow.engines.vault.body import body_id
from hedgerow.engines.vault.letterbox import (
    MAX_ADDRESS_BYTES,
    ServersPart,
    box_key,
    box_tag,
    decode_seeds,
    encode_part,
    encode_seeds,
)
from hedgerow.engines.vault.primitives import KEY_BYTES, SealingKeys, sealing_keys
from hedgerow.engines.vault.tags import OPEN_CHAPTER
from hedgerow.kernel.errors import BadInput, Refused
from hedgerow.kernel.ids import RecordId
from hedgerow.store import bodies, kinds
from hedgerow.store.cards import bare_entry
from hedgerow.store.change import Change
from hedgerow.store.letterbox import part_of
from hedgerow.store.listing import Place, places
from hedgerow.store.machine import machine
from hedgerow.store.reading import LookUp, Opened
from hedgerow.store.tables import look_up

if TYPE_CHECKING:
    from hedgerow.engines.vault.index import IndexEntry

HANDED_OVER: Final = ""
"""The address of the box that takes conversations of other groups."""


@dataclass(frozen=True)
class BoxKeys:
    """Hold a box of a space with the keys that a member has of it.

    Attributes:
        id: Of its record.
        address: Where strangers write to it.
        drop: From which the places of waiting letters follow.
        seeds: Of its pairs, the newest first; none where they lie in chapters one may not read.
    """

    id: RecordId
    address: str
    drop: bytes
    seeds: tuple[bytes, ...]

    @cached_property
    def pairs(self) -> list[SealingKeys]:
        """Return its pairs, the newest first."""
        return [sealing_keys(seed) for seed in self.seeds]

    @property
    def public(self) -> bytes:
        """Return the public half to which one writes.

        Raises:
            Refused: "letters.no_keys" where one may not read it.
        """
        if not self.seeds:
            raise Refused("letters.no_keys")
        return self.pairs[0].public

    @property
    def is_for_strangers(self) -> bool:
        """Tell whether it has an address of its own."""
        return self.address != HANDED_OVER

    def is_open(self, *, find: LookUp = look_up) -> bool:
        """Tell whether strangers can write to it now."""
        part = part_of(self.address, find=find) if self.is_for_strangers else None
        return part is not None and part.drop == self.drop


def boxes_of(opened: Opened) -> list[BoxKeys]:
    """Return a space's boxes with one's keys of them."""
    return boxes_in(opened, list(places(opened)), chapters=[p.chapter for p in opened.head.pages])


def boxes_under(change: Change) -> list[BoxKeys]:
    """Return a space's boxes under the lock."""
    found = change.places()
    last = max((place.page for place in found), default=-1)
    chapters = [change.chapter_of(number) for number in range(last + 1)]
    return boxes_in(change.opened, found, chapters=chapters, find=change.tx.look_up)


def boxes_in(
    opened: Opened,
    found: Iterable[Place],
    *,
    chapters: Sequence[int],
    find: LookUp = look_up,
) -> list[BoxKeys]:
    """Return the boxes among some entries with one's keys of them.

    Args:
        opened: The space.
        found: Its entries.
        chapters: Of its pages, by number.
        find: Looks bodies up.
    """
    boxes: dict[int, str] = {}
    held: list[tuple[int, IndexEntry]] = []
    for place in found:
        if place.entry.kind == kinds.LETTERBOX:
            boxes[place.entry.record] = place.entry.text
        elif place.entry.kind == kinds.LETTERBOX_KEYS:
            held.append((chapters[place.page], place.entry))
    if not boxes:
        return []
    held.sort(key=lambda one: -one[0])
    drops: dict[int, bytes] = {}
    seeds: dict[int, list[bytes]] = {}
    for entry, plain in bodies.plains(opened, [entry for _, entry in held], find=find):
        if plain is None:
            opened.note_damage("record.damaged", record_id=entry.record)
            continue
        drops.setdefault(entry.parent, plain[:KEY_BYTES])
        seeds.setdefault(entry.parent, []).extend(decode_seeds(plain[KEY_BYTES:]))
    return [
        BoxKeys(
            RecordId(number),
            address,
            drops.get(number, b""),
            tuple(dict.fromkeys(seeds.get(number, ()))),
        )
        for number, address in boxes.items()
    ]


def add_box(change: Change, address: str) -> BoxKeys:
    """Write a new box, with keys, into a space.

    Raises:
        BadInput: "vault.address_too_long".
        Refused: "vault.space_full".
    """
    title = address.encode()
    if len(title) > MAX_ADDRESS_BYTES:
        raise BadInput("vault.address_too_long", most=MAX_ADDRESS_BYTES)
    entry = bare_entry(change, kind=kinds.LETTERBOX)._replace(title=title)
    change.add_entry(OPEN_CHAPTER, entry)
    return renew(change, BoxKeys(RecordId(entry.record), address, b"", ()))


def renew(change: Change, box: BoxKeys) -> BoxKeys:
    """Draw a new pair and a new drop for a box, and write them into the present chapter."""
    random = machine().random
    fresh = BoxKeys(box.id, box.address, random(KEY_BYTES), (random(KEY_BYTES), *box.seeds))
    _write(change, fresh, seeds=fresh.seeds)
    return fresh


def renew_pair(change: Change, box: BoxKeys) -> BoxKeys:
    """Draw a new pair only: where letters still wait, they wait where they did."""
    fresh = BoxKeys(box.id, box.address, box.drop, (machine().random(KEY_BYTES), *box.seeds))
    _write(change, fresh, seeds=fresh.seeds)
    return fresh


def carry_over(change: Change) -> None:
    """Write the newest keys of each box into the chapter that has just begun."""
    for box in boxes_under(change):
        if box.seeds:
            _write(change, box, seeds=box.seeds[:1])


def put_part(change: Change, box: BoxKeys) -> None:
    """Tell the server what it needs to take letters to a box."""
    hold = machine().ring.hold
    tag = box_tag(hold, box.address)
    change.tx.hold(tag)
    part = ServersPart(box.public, box.drop)
    change.tx.put_small(tag, encode_part(part), key=box_key(hold))


def drop_part(change: Change, box: BoxKeys) -> None:
    """Let the server take no letters to a box any more."""
    tag = box_tag(machine().ring.hold, box.address)
    change.tx.hold(tag)
    change.tx.drop_small([tag])


def _write(change: Change, box: BoxKeys, *, seeds: Sequence[bytes]) -> None:
    """Write keys of a box into the present chapter, in place of those it has there."""
    chapter = change.roster.chapter
    plain = box.drop + encode_seeds(seeds)
    key, sealed = bodies.seal(change, plain, kind=kinds.LETTERBOX_KEYS, until=0)
    written = bare_entry(change, kind=kinds.LETTERBOX_KEYS)._replace(
        parent=box.id,
        record_key=key,
        digest=sealed.digest,
        mantissa=sealed.mantissa,
        exponent=sealed.exponent,
    )
    for place in change.places():
        old = place.entry
        is_theirs = old.kind == kinds.LETTERBOX_KEYS and old.parent == box.id
        if is_theirs and change.chapter_of(place.page) == chapter:
            change.tx.drop_bodies([body_id(old.record_key)])
            change.replace_entry(place.page, written._replace(record=old.record, made=old.made))
            return
    change.add_entry(chapter, written)
