# SPDX-License-Identifier: AGPL-3.0-or-later
"""Try to open what was erased, with all that somebody could have: disk, boot key, old words.

The adversary carves every row that ever stood in the bytes at hand, tries every copy of a ring
that opens by the boot key, and goes on from there with the keys that a removed member held:
night key, page of the index, key of the record, body. The control does the same and has the
ring from before the night besides.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

from hedgerow.drill.backups import BackUp
from hedgerow.drill.carve import Cut, Row, carve
from hedgerow.engines.vault.body import body_id, open_body
from hedgerow.engines.vault.files import chunk_ids, decode_note, open_chunks
from hedgerow.engines.vault.index import IndexEntry, decode_page
from hedgerow.engines.vault.letterbox import decode_seeds
from hedgerow.engines.vault.letters import Message, key_in, message_ids, open_text, peel
from hedgerow.engines.vault.locker import LockerClass, LockerRow, open_inner, open_locker
from hedgerow.engines.vault.primitives import KEY_BYTES, SealingKeys, sealing_keys
from hedgerow.engines.vault.ring import COPY_BYTES, Ring, open_copy
from hedgerow.engines.vault.tags import SpaceTags, page_context
from hedgerow.kernel.errors import HedgerowError
from hedgerow.kernel.ids import RowId, SpaceId
from hedgerow.store import kinds
from hedgerow.store.kinds import decode_notes

_BLOCK: Final = 4096
_MORE_PAGES: Final = 64


@dataclass(frozen=True, slots=True)
class Erasure:
    """Say how many of the erased records opened.

    Attributes:
        erased: How many there were.
        opened: How many opened by boot key, disk and the removed member's words.
        control: How many opened with the old ring besides.
        rings: How many copies of other rings than the present one were on the disk.
        rows: How many candidates of rows were carved; most of them join pages that never met.
        control_alone: How many the control opened from what is on the disk now, alone.
        in_earlier: How many opened in the back-up from before the erasure; None without one.
        in_later: How many opened in a back-up from after the night; None without one.
    """

    erased: int
    opened: int
    control: int
    rings: int
    rows: int
    control_alone: int = 0
    in_earlier: int | None = None
    in_later: int | None = None

    @property
    def holds(self) -> bool:
        """Tell whether nothing opened, and all would have with the old ring.

        What an earlier back-up opens is said and does not count: nothing that was erased is
        gone before such back-ups are.
        """
        is_closed = self.opened == 0 and self.rings == 0 and not self.in_later
        return is_closed and self.control == self.erased > 0

    def as_json(self) -> dict[str, object]:
        """Return the figures."""
        return {
            "erased": self.erased,
            "opened": self.opened,
            "opened_by_control": self.control,
            "opened_by_control_from_this_disk_alone": self.control_alone,
            "opened_in_earlier_back_up": self.in_earlier,
            "opened_in_later_back_up": self.in_later,
            "old_rings_found": self.rings,
            "rows_carved": self.rows,
            "holds": self.holds,
        }


def attempt(
    pieces: Iterable[bytes],
    *,
    earlier: Iterable[bytes],
    old: Ring,
    boot_key: bytes,
    spaces: Iterable[Mapping[str, Any]],
    words: Mapping[str, Iterable[bytes]],
) -> Erasure:
    """Try to open erased records.

    Args:
        pieces: All bytes at rest after the night; they are read several times.
        earlier: Database and log as they were before the erasure: the most that blocks which
            were written over or given back could still hold.
        old: The ring from before the night, which only the drill has kept.
        boot_key: The key of the ring.
        spaces: What the removed member's words opened (see `insider`).
        words: The texts and files of each erased record, by its address.
    """
    have, rings = list(spaces), list(_rings(pieces, boot_key))
    newest = max((ring.seq for ring in rings), default=0)
    alone = _count(_opened(carve(pieces), [*rings, old], spaces=have), words)
    rows = carve(Together(pieces, earlier))
    return Erasure(
        erased=len(words),
        opened=_count(_opened(rows, rings, spaces=have), words),
        control=_count(_opened(rows, [*rings, old], spaces=have), words),
        control_alone=alone,
        rings=len({ring.seq for ring in rings if ring.seq != newest}),
        rows=len(rows),
    )


def opened_in(
    back_up: BackUp, *, spaces: Iterable[Mapping[str, Any]], words: Mapping[str, Iterable[bytes]]
) -> int:
    """Return how many erased records open in a back-up that the boot key opened.

    Args:
        back_up: Ring and database of its moment.
        spaces: As for `attempt`.
        words: As for `attempt`.
    """
    return _count(_opened(carve([back_up.database]), [back_up.ring], spaces=list(spaces)), words)


@dataclass(frozen=True, slots=True)
class Together:
    """Read some pieces after others, as often as asked."""

    first: Iterable[bytes]
    second: Iterable[bytes]

    def __iter__(self) -> Iterator[bytes]:
        """Yield every piece."""
        yield from self.first
        yield from self.second


def _count(texts: set[bytes], words: Mapping[str, Iterable[bytes]]) -> int:
    """Return how many records have all their texts and files among those that opened."""
    whole = b"\n".join(texts)
    return sum(all(word in whole for word in each) for each in words.values())


def _rings(pieces: Iterable[bytes], boot_key: bytes) -> Iterator[Ring]:
    """Yield every copy of a ring that opens, wherever a block begins with one."""
    for piece in pieces:
        for at in range(0, len(piece) - COPY_BYTES + 1, _BLOCK):
            if any(piece[at : at + 32]):
                ring = open_copy(piece[at : at + COPY_BYTES], boot_key)
                if ring is not None:
                    yield ring


class Bodies:
    """Give the boxes that may have stood under an id, put together when they are asked for."""

    def __init__(self, rows: Iterable[Row]) -> None:
        """Sort rows by their ids."""
        self._cuts: dict[int, set[Cut]] = {}
        for number, cut in rows:
            self._cuts.setdefault(number, set()).add(cut)

    def boxes(self, number: int) -> set[bytes]:
        """Return every box that may have stood under an id."""
        return {cut.box() for cut in self._cuts.get(number, ())}


def _opened(
    rows: set[Row], rings: list[Ring], *, spaces: Iterable[Mapping[str, Any]]
) -> set[bytes]:
    """Return titles, texts and files of every record that opens."""
    keys = {key for ring in rings for key in (ring.night_key, ring.previous) if key}
    expiry = {key for ring in rings for key in ring.expiry.values()}
    pages = dict(_pages(rows, keys))
    bodies = Bodies(rows)
    texts: set[bytes] = set()
    for space in spaces:
        for entry in _entries(pages, space):
            for box in bodies.boxes(body_id(entry.record_key)):
                plain = _body(box, entry, space, expiry)
                if plain is not None:
                    texts |= {plain, entry.title, *_files(plain, bodies)}
        texts |= set(_letters(list(_entries(pages, space)), space, bodies, expiry))
    return texts


def _pages(rows: set[Row], keys: set[bytes]) -> Iterator[tuple[bytes, set[bytes]]]:
    """Yield the true tags of large rows that open under a night key, with their contents."""
    found: dict[bytes, set[bytes]] = {}
    for number, cut in rows:
        if cut.size != LockerClass.LARGE.box_bytes:
            continue
        row = LockerRow(RowId(number), cut.box())
        for key in keys:
            try:
                locker = open_locker(key, row, klass=LockerClass.LARGE)
            except HedgerowError:
                continue
            found.setdefault(locker.tag, set()).add(locker.inner)
    yield from found.items()


def _entries(pages: Mapping[bytes, set[bytes]], space: Mapping[str, Any]) -> Iterator[IndexEntry]:
    """Yield the entries of every index page that opens by a member's keys, in each revision."""
    tags = SpaceTags(bytes.fromhex(space["secret"]))
    for number in range(len(space["pages"]) + _MORE_PAGES):
        for inner in pages.get(tags.page(number), ()):
            for chapter, key in space["keys"].items():
                for revision in range(space["revision"] + _MORE_PAGES):
                    context = page_context(number, chapter=int(chapter), revision=revision)
                    try:
                        content = open_inner(bytes.fromhex(key), inner, *context)
                        yield from decode_page(content)
                    except HedgerowError:
                        continue


def _body(
    box: bytes, entry: IndexEntry, space: Mapping[str, Any], expiry: set[bytes]
) -> bytes | None:
    """Return the content of a record's body, or None when it does not open."""
    for key in expiry if entry.until else {b""}:
        try:
            return open_body(
                box,
                digest=entry.digest,
                record_key=entry.record_key,
                space_id=SpaceId(space["id"]),
                kind=entry.kind,
                expiry_key=key,
            )
        except HedgerowError:
            continue
    return None


def _letters(
    entries: list[IndexEntry],
    space: Mapping[str, Any],
    bodies: Bodies,
    expiry: set[bytes],
) -> Iterator[bytes]:
    """Yield texts, titles and files of every message of a stranger's letter that opens."""
    held = [one for one in entries if one.kind == kinds.LETTERBOX_KEYS]
    plains = [
        _body(box, one, space, expiry)
        for one in held
        for box in bodies.boxes(body_id(one.record_key))
    ]
    seeds = {seed for plain in plains if plain for seed in decode_seeds(plain[KEY_BYTES:])}
    pairs = [sealing_keys(seed) for seed in seeds]
    for entry in (one for one in entries if one.kind == kinds.CONVERSATION):
        for number, id_ in enumerate(message_ids(entry.record_key)):
            for box in bodies.boxes(id_):
                message = _message(box, entry.record_key, number, pairs=pairs, expiry=expiry)
                if message is not None:
                    yield message.content
                    yield entry.title
                    yield from _files(message.content[2:], bodies)


def _message(
    box: bytes, secret: bytes, number: int, *, pairs: list[SealingKeys], expiry: set[bytes]
) -> Message | None:
    """Return a message that opens, or None."""
    try:
        peeled = peel(box, secret=secret, number=number)
        own = key_in(peeled.for_team, pairs=pairs)
    except HedgerowError:
        return None
    for key in expiry:
        try:
            return open_text(peeled.inner, key=own, expiry_key=key)
        except HedgerowError:
            continue
    return None


def _files(plain: bytes, bodies: Bodies) -> Iterator[bytes]:
    """Yield name and content of every file of a record whose chunks open."""
    try:
        notes = [decode_note(note) for note in decode_notes(plain)]
    except HedgerowError:
        return
    for note in notes:
        yield note.name.encode()
        for rows in product(*(bodies.boxes(number) for number in chunk_ids(note))):
            try:
                yield b"".join(open_chunks(note, rows))
            except HedgerowError:
                continue
