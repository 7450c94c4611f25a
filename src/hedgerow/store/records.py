# SPDX-License-Identifier: AGPL-3.0-or-later
"""Write, read, edit and erase records."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from hedgerow.engines.vault.body import body_id
from hedgerow.engines.vault.files import chunk_ids, decode_note, encode_note
from hedgerow.engines.vault.index import TITLE_BYTES, IndexEntry
from hedgerow.engines.vault.tags import OPEN_CHAPTER
from hedgerow.kernel.clock import week_of
from hedgerow.kernel.errors import BadInput, Conflict, Damaged, NotFound, Refused
from hedgerow.kernel.ids import RecordId, draw_id
from hedgerow.store import agenda, bodies, browsing, cards, quotas
from hedgerow.store.change import EDITED, ERASED, NEW, Change
from hedgerow.store.changing import changing
from hedgerow.store.kinds import (
    KindSpec,
    Value,
    decode_body,
    decode_notes,
    encode_body,
    spec_numbered,
    spec_of,
)
from hedgerow.store.lines import Entry, Record
from hedgerow.store.listing import VERSION_FLAG, Place, is_version, place_of, places
from hedgerow.store.reading import Opened
from hedgerow.store.uploads import SealedUpload, claim

V = TypeVar("V", bound=Value)
_TIMES: Final = 3


class RecordChanged(Conflict):
    """Say that somebody else wrote another version in between.

    Attributes:
        theirs: The record as it is now.
    """

    def __init__(self, theirs: Record[Any]) -> None:
        """Keep the present record; nothing of it stands in the details."""
        super().__init__("record.changed")
        self.theirs = theirs


@dataclass(frozen=True, slots=True)
class Draft:
    """Hold what is to be written.

    Attributes:
        value: What the body is to hold.
        title: At most 160 bytes of UTF-8.
        parent: The record it hangs on.
        until_day: After the week of this day nobody can open it any more.
        uploads: Files that hang on it.
    """

    value: Value
    title: str
    parent: RecordId | None = None
    until_day: int | None = None
    uploads: Sequence[SealedUpload] = ()

    @property
    def spec(self) -> KindSpec:
        """Return how records of this kind are kept."""
        return spec_of(type(self.value))

    @property
    def title_bytes(self) -> bytes:
        """Return the title as the index has it.

        Raises:
            BadInput: "record.title_too_long".
        """
        title = self.title.encode()
        if len(title) > TITLE_BYTES:
            raise BadInput("record.title_too_long", most=TITLE_BYTES)
        return title

    @property
    def plain(self) -> bytes:
        """Return the plain bytes of the body."""
        notes = [encode_note(upload.note) for upload in self.uploads]
        return encode_body(self.value, notes=notes)

    @property
    def size(self) -> int:
        """Return how many bytes count against a member's limit."""
        return len(self.plain) + sum(upload.note.length for upload in self.uploads)


def write(opened: Opened, draft: Draft) -> RecordId:
    """Write a new record; see `Space.write`."""
    title = draft.title_bytes
    if draft.parent is not None:
        place_of(opened, draft.parent)
    quotas.take(opened, size=draft.size)
    seen = opened.head.revision

    def act(change: Change) -> RecordId:
        if draft.parent is not None and change.head.revision != seen:
            _place_in(change, draft.parent)
        return _append(change, draft, title=title)

    record_id = changing(opened, act)
    claim(draft.uploads)
    return record_id


def write_many(opened: Opened, drafts: Iterable[Draft]) -> list[RecordId]:
    """Write records in one transaction, as imports and the demo do; no limit counts them."""
    ready = [(draft, draft.title_bytes) for draft in drafts]

    def act(change: Change) -> list[RecordId]:
        return [_append(change, draft, title=title) for draft, title in ready]

    ids = changing(opened, act)
    for draft, _ in ready:
        claim(draft.uploads)
    return ids


def _append(change: Change, draft: Draft, *, title: bytes) -> RecordId:
    """Write body, entry and a line in the feed."""
    spec = draft.spec
    until = 0 if draft.until_day is None else week_of(draft.until_day)
    key, sealed = bodies.seal(change, draft.plain, kind=spec.number, until=until)
    for upload in draft.uploads:
        upload.take(change.tx, until=until or None)
    entry = IndexEntry(
        record=draw_id(change.opened.random),
        kind=spec.number,
        version=1,
        flags=0,
        made=change.minute,
        changed=change.minute,
        author=change.opened.member_id,
        parent=draft.parent or 0,
        record_key=key,
        digest=sealed.digest,
        until=until,
        mantissa=sealed.mantissa,
        exponent=sealed.exponent,
        title=title,
    )
    chapter = OPEN_CHAPTER if spec.in_open_page else change.head.chapter
    number = change.add_entry(chapter, entry)
    change.line(entry.record, kind=spec.number, page=number, flags=NEW)
    return RecordId(entry.record)


def _place_in(change: Change, record_id: RecordId) -> Place:
    """Return where a record stands, under the lock.

    Raises:
        NotFound: "record.unknown".
    """
    for place in change.places():
        if place.entry.record == record_id and not is_version(place.entry):
            return place
    raise NotFound("record.unknown")


def edit(opened: Opened, record_id: RecordId, *, draft: Draft, base_version: int) -> None:
    """Write a new version of a record; see `Space.edit`."""
    title, spec = draft.title_bytes, draft.spec
    place = place_of(opened, record_id)
    if place.entry.kind != spec.number:
        raise NotFound("record.unknown")
    quotas.take(opened, size=draft.size)

    def act(change: Change) -> bool:
        present = _place_in(change, record_id)
        if present.entry.version != base_version:
            return False
        _replace(change, present, draft=draft, title=title)
        return True

    if not changing(opened, act):
        raise RecordChanged(read(opened, spec.type, record_id))


def _replace(change: Change, place: Place, *, draft: Draft, title: bytes) -> None:
    """Put a new version in the place of the present one, which is kept or deleted."""
    old, spec = place.entry, draft.spec
    notes = decode_notes(_plain_in(change, old))
    plain = encode_body(draft.value, notes=notes)
    key, sealed = bodies.seal(change, plain, kind=old.kind, until=old.until)
    fresh = old._replace(
        version=old.version + 1,
        changed=change.minute,
        author=change.opened.member_id,
        record_key=key,
        digest=sealed.digest,
        mantissa=sealed.mantissa,
        exponent=sealed.exponent,
        title=title,
    )
    change.replace_entry(place.page, fresh)
    change.line(old.record, kind=old.kind, page=place.page, flags=EDITED)
    if spec.keeps_versions:
        kept = old._replace(
            record=draw_id(change.opened.random),
            parent=old.record,
            flags=old.flags | VERSION_FLAG,
        )
        change.add_entry(change.chapter_of(place.page), kept)
    else:
        change.tx.drop_bodies([body_id(old.record_key)])


def _plain_in(change: Change, entry: IndexEntry) -> bytes:
    """Open a body under the lock.

    Raises:
        Damaged: "record.damaged".
    """
    number = body_id(entry.record_key)
    box = change.tx.look_up(bodies=[number]).bodies.get(number)
    return bodies.open_one(change.opened, entry, box=box)


def erase(opened: Opened, record_id: RecordId) -> None:
    """Erase a record with its versions, its files and all that hangs on it."""

    def act(change: Change) -> None:
        found = change.places()
        root = _place_in(change, record_id)
        _demand_may_erase(change.opened, root.entry)
        doomed = below(found, root)
        change.line(record_id, kind=root.entry.kind, page=root.page, flags=ERASED)
        drop_bodies_of(change, [place.entry for place in doomed])
        for place in doomed:
            change.remove_entry(place.page, place.entry.record)
        agenda.forget(change, {place.entry.record for place in doomed})

    changing(opened, act)


def _demand_may_erase(opened: Opened, entry: IndexEntry) -> None:
    """Refuse whoever is neither the first author nor a keeper.

    Raises:
        Refused: "space.may_not".
    """
    is_author = entry.author == opened.member_id and opened.role.can_write
    if spec_numbered(entry.kind) is None or not (is_author or opened.is_keeper):
        raise Refused("space.may_not")


def below(found: Sequence[Place], root: Place) -> list[Place]:
    """Return a record with everything that hangs on it, to any depth."""
    doomed, ids = [root], {root.entry.record}
    while True:
        more = [
            place for place in found if place.entry.parent in ids and place.entry.record not in ids
        ]
        if not more:
            return doomed
        doomed += more
        ids |= {place.entry.record for place in more}


def drop_bodies_of(change: Change, entries: list[IndexEntry]) -> None:
    """Delete bodies and the chunks of their files; what is damaged has no chunks to name."""
    numbers: list[int] = []
    for entry, plain in bodies.plains(change.opened, entries, find=change.tx.look_up):
        numbers.append(body_id(entry.record_key))
        if plain is not None and entry.size:
            for note in decode_notes(plain):
                numbers += chunk_ids(decode_note(note))
    change.tx.drop_bodies(numbers)


def read(opened: Opened, kind: type[V], record_id: RecordId) -> Record[V]:
    """Open one record; see `Space.read`."""
    spec = spec_of(kind)
    for _ in range(_TIMES):
        place = place_of(opened, record_id)
        if place.entry.kind != spec.number:
            raise NotFound("record.unknown")
        for entry, plain in bodies.plains(opened, [place.entry]):
            if plain is not None:
                names = cards.names(opened)
                shown = browsing.shown(entry, spec=spec, names=names)
                return Record(shown, decode_body(kind, plain))
        if not opened.has_moved():
            break
    opened.note_damage("record.damaged", record_id=record_id)
    raise Damaged("record.damaged")


def _opened_records(
    opened: Opened, spec: KindSpec, entries: Sequence[IndexEntry]
) -> list[Record[Any]]:
    """Open the bodies of entries; what is damaged is noted and left out."""
    names = cards.names(opened)
    records: list[Record[Any]] = []
    for entry, plain in bodies.plains(opened, entries):
        try:
            value = decode_body(spec.type, plain or b"")
        except Damaged:
            opened.note_damage("record.damaged", record_id=entry.record)
            continue
        records.append(Record(browsing.shown(entry, spec=spec, names=names), value))
    return records


def read_many(opened: Opened, kind: type[V], entries: Sequence[Entry]) -> list[Record[V]]:
    """Open several records, in the order given; see `Space.read_many`."""
    spec = spec_of(kind)
    wanted = {entry.id for entry in entries}
    found = {
        place.entry.record: place.entry
        for place in places(opened)
        if place.entry.record in wanted and place.entry.kind == spec.number
    }
    listed = [found[entry.id] for entry in entries if entry.id in found]
    return _opened_records(opened, spec, listed)


def versions(opened: Opened, record_id: RecordId) -> list[Record[Any]]:
    """Return all versions of a record; see `Space.versions`."""
    found = list(places(opened))
    present = next(
        (one.entry for one in found if one.entry.record == record_id and not is_version(one.entry)),
        None,
    )
    spec = spec_numbered(present.kind) if present is not None else None
    if present is None or spec is None:
        raise NotFound("record.unknown")
    earlier = [
        one.entry for one in found if one.entry.parent == record_id and is_version(one.entry)
    ]
    earlier.sort(key=lambda entry: entry.version)
    return _opened_records(opened, spec, [*earlier, present])
