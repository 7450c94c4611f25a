# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hand texts to the running server for later: what an editor has released.

A released item is a small row under the ring and a body, which the server opens when it is
due; the space keeps an entry of it, by which editors see and withdraw it. The entry has the
record key, so that the item's body is the entry's body.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from hedgerow.engines.vault.body import body_digest, body_id, new_record_key
from hedgerow.engines.vault.locker import RELEASED_WINDOW, Locker, open_inner
from hedgerow.engines.vault.padding import pad_body, size_code, unpad
from hedgerow.engines.vault.primitives import open_box, seal_box, sub
from hedgerow.engines.vault.released import (
    ReleasedItem,
    ReleasedKind,
    author_mark,
    decode_item,
    encode_item,
    is_by,
    is_withheld,
    released_key,
    released_tag,
)
from hedgerow.kernel.canonical import u16
from hedgerow.kernel.errors import BadInput, Damaged, NotFound, Refused
from hedgerow.kernel.ids import MemberId, RecordId
from hedgerow.kernel.randomness import random_below
from hedgerow.store import kinds, pausing
from hedgerow.store.cards import bare_entry
from hedgerow.store.change import ERASED, NEW, Change
from hedgerow.store.changing import changing
from hedgerow.store.kinds import Value, encode_body, spec_of
from hedgerow.store.machine import machine
from hedgerow.store.reading import LookUp, Opened
from hedgerow.store.tables import look_up
from hedgerow.store.writing import Transaction, in_writing

NONCE_BYTES: Final = 16
TITLE_BYTES: Final = 160
_PUBLICATION: Final = ReleasedKind.PUBLICATION


@dataclass(frozen=True, slots=True)
class Due:
    """Hold a released item whose time has come.

    Attributes:
        tag: The true tag of its row.
        kind_number: The kind of record it holds.
        plain: The plain bytes of its body.
        body: The id of its body's row.
    """

    tag: bytes
    kind_number: int
    plain: bytes
    body: int


def _tags() -> list[bytes]:
    """Return the true tags of the window of publications."""
    hold = machine().ring.hold
    return [released_tag(hold, _PUBLICATION, k) for k in range(RELEASED_WINDOW)]


def _item_in(locker: Locker) -> ReleasedItem | None:
    """Open a row, or return None where it is damaged."""
    try:
        key = released_key(machine().ring.hold)
        return decode_item(open_inner(key, locker.inner, locker.tag))
    except Damaged:
        return None


def _items(find: LookUp) -> dict[bytes, ReleasedItem]:
    """Return the released items by the true tags of their rows."""
    found = find(small=_tags()).small
    items = {tag: _item_in(locker) for tag, locker in found.items()}
    return {tag: item for tag, item in items.items() if item is not None}


def _seal(plain: bytes, *, record_key: bytes) -> bytes:
    """Seal the body of an item; the server has its key while it waits."""
    key = sub(record_key, "body", b"")
    return seal_box(key, pad_body(plain), "released", _PUBLICATION, random=machine().random)


def release(opened: Opened, value: Value, *, title: str, due_minute: int) -> RecordId:
    """Hand a text to the running server; see `Space.release`."""
    title_bytes = title.encode()
    if len(title_bytes) > TITLE_BYTES:
        raise BadInput("record.title_too_long", most=TITLE_BYTES)
    plain = u16(spec_of(type(value)).number) + encode_body(value)

    def act(change: Change) -> RecordId:
        record_key = new_record_key(change.opened.random)
        box = _seal(plain, record_key=record_key)
        mantissa, exponent = size_code(len(box))
        change.tx.put_body(body_id(record_key), box)
        _put_row(change, record_key=record_key, due_minute=due_minute)
        entry = bare_entry(change, kind=kinds.RELEASED)._replace(
            record_key=record_key,
            digest=body_digest(box),
            mantissa=mantissa,
            exponent=exponent,
            title=title_bytes,
        )
        number = change.add_entry(change.head.chapter, entry)
        change.line(entry.record, kind=kinds.RELEASED, page=number, flags=NEW)
        return RecordId(entry.record)

    return changing(opened, act)


def _put_row(change: Change, *, record_key: bytes, due_minute: int) -> None:
    """Write the small row of an item at a free place of the window.

    Raises:
        Refused: "released.full".
    """
    tags = _tags()
    # All groups share the window: two of them must not take one place.
    change.tx.hold(tags[0])
    taken = change.tx.look_up(small=tags).small
    free = [tag for tag in tags if tag not in taken]
    if not free:
        raise Refused("released.full")
    random = change.opened.random
    nonce = random(NONCE_BYTES)
    mark = author_mark(change.opened.account.keyring.pause_secret, nonce)
    item = ReleasedItem(_PUBLICATION, due_minute, change.minute, record_key, nonce, mark)
    tag = free[random_below(len(free), random)]
    change.tx.put_small(tag, encode_item(item), key=released_key(machine().ring.hold))


def withdraw(opened: Opened, record_id: RecordId) -> None:
    """Take back what is not published yet; see `Space.withdraw`."""

    def act(change: Change) -> None:
        for place in change.places():
            if place.entry.record == record_id and place.entry.kind == kinds.RELEASED:
                change.line(record_id, kind=kinds.RELEASED, page=place.page, flags=ERASED)
                _drop(change, {place.entry.record_key})
                change.remove_entry(place.page, record_id)
                return
        raise NotFound("record.unknown")

    changing(opened, act)


def withdraw_all_of(change: Change, member_id: MemberId) -> None:
    """Withdraw everything a member has released, within a change."""
    theirs = [
        place
        for place in change.places()
        if place.entry.kind == kinds.RELEASED and place.entry.author == member_id
    ]
    if theirs:
        _drop(change, {place.entry.record_key for place in theirs})
        for place in theirs:
            change.remove_entry(place.page, place.entry.record)


def _drop(change: Change, record_keys: set[bytes]) -> None:
    """Delete rows and bodies of items; one that was published has neither any more."""
    items = _items(change.tx.look_up)
    tags = [tag for tag, item in items.items() if item.record_key in record_keys]
    change.tx.drop_small(tags)
    change.tx.drop_bodies(body_id(key) for key in record_keys)


def due(minute: int) -> list[Due]:
    """Return the items whose time has come, not withheld, of authors who are not paused."""
    restored = machine().ring.restored
    paused = pausing.paused_secrets(look_up)
    ready = {
        tag: item
        for tag, item in _items(look_up).items()
        if item.due <= minute
        and not is_withheld(item, minute=minute, restored=restored)
        and not any(is_by(item, secret) for secret in paused)
    }
    bodies = look_up(bodies=[body_id(item.record_key) for item in ready.values()]).bodies
    found: list[Due] = []
    for tag, item in ready.items():
        number = body_id(item.record_key)
        try:
            key = sub(item.record_key, "body", b"")
            plain = unpad(open_box(key, bodies.get(number, b""), "released", _PUBLICATION))
        except Damaged:
            continue
        found.append(Due(tag, int.from_bytes(plain[:2], "big"), plain[2:], number))
    return found


def drop_due(tx: Transaction, item: Due) -> bool:
    """Delete an item in the transaction that writes its public row.

    Its place may have another item by now, which is not touched.

    Returns:
        False when the item is gone, or its author has been paused since it was found.
    """
    locker = tx.look_up(small=[item.tag]).small.get(item.tag)
    standing = None if locker is None else _item_in(locker)
    if standing is None or body_id(standing.record_key) != item.body:
        return False
    if any(is_by(standing, secret) for secret in pausing.paused_secrets(tx.look_up)):
        return False
    tx.drop_small([item.tag])
    tx.drop_bodies([item.body])
    return True


def hand_over(item: Due, publish: Callable[[Due], None]) -> bool:
    """Delete an item and write its public row in one transaction, with other writers shut out.

    Args:
        item: What is due.
        publish: Writes the public row through the database that Django has open, and does
            nothing else: it is called again when the transaction is repeated.

    Returns:
        False when the item was withdrawn or published, or its author paused, in the meantime.

    Raises:
        Busy: "store.busy", "store.full": nothing was written.
    """

    def act(tx: Transaction) -> bool:
        if not drop_due(tx, item):
            return False
        publish(item)
        return True

    return in_writing(act)
