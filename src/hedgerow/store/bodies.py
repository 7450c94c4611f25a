# SPDX-License-Identifier: AGPL-3.0-or-later
"""Seal and open the bodies of records."""

from collections.abc import Iterable, Sequence
from typing import Final

from hedgerow.engines.vault.body import SealedBody, body_id, new_record_key, open_body, seal_body
from hedgerow.engines.vault.index import IndexEntry
from hedgerow.kernel.errors import Damaged, Refused
from hedgerow.store.change import Change
from hedgerow.store.machine import machine
from hedgerow.store.reading import LookUp, Opened
from hedgerow.store.tables import look_up

BATCH: Final = 500


def seal(change: Change, plain: bytes, *, kind: int, until: int) -> tuple[bytes, SealedBody]:
    """Write a body under a fresh key and return the key and what the index must say.

    Raises:
        Refused: "vault.week_gone" when its last week is past or too far ahead.
    """
    random = change.opened.random
    record_key = new_record_key(random)
    sealed = seal_body(
        plain,
        record_key=record_key,
        space_id=change.opened.space_id,
        kind=kind,
        expiry_key=change.tx.ring.expiry_key(until),
        random=random,
    )
    change.tx.put_body(sealed.id, sealed.box, until=until or None)
    return record_key, sealed


def open_one(opened: Opened, entry: IndexEntry, *, box: bytes | None) -> bytes:
    """Open the body that an entry names.

    Raises:
        Damaged: "record.damaged" when it is missing, another, or cannot be opened.
    """
    if box is None:
        raise Damaged("record.damaged")
    try:
        return open_body(
            box,
            digest=entry.digest,
            record_key=entry.record_key,
            space_id=opened.space_id,
            kind=entry.kind,
            expiry_key=machine().ring.expiry_key(entry.until) if entry.until else b"",
        )
    except (Damaged, Refused):
        raise Damaged("record.damaged") from None


def plains(
    opened: Opened, entries: Sequence[IndexEntry], *, find: LookUp = look_up
) -> Iterable[tuple[IndexEntry, bytes | None]]:
    """Yield entries with their plain bodies, read 500 at a time; None where damaged."""
    for start in range(0, len(entries), BATCH):
        batch = entries[start : start + BATCH]
        numbers = [body_id(entry.record_key) for entry in batch]
        found = find(bodies=numbers).bodies
        for number, entry in zip(numbers, batch, strict=True):
            try:
                yield entry, open_one(opened, entry, box=found.get(number))
            except Damaged:
                yield entry, None
