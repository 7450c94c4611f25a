# SPDX-License-Identifier: AGPL-3.0-or-later
"""Alter single rows of the sealed tables, as somebody does who has the disk and no keys.

`altered` puts rows in place of others for the time of one look, and leaves the tables as
they were. `exchanged_inside` is of somebody who has the boot key too.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple

from django.db import connection

from hedgerow.engines.vault.body import body_id
from hedgerow.engines.vault.locker import (
    Locker,
    LockerClass,
    LockerRow,
    open_locker,
    row_id,
    seal_locker,
)
from hedgerow.engines.vault.tags import package_tag
from hedgerow.kernel.errors import Busy, Damaged, NotFound, Refused
from hedgerow.kernel.ids import RowId, SpaceId
from hedgerow.store import rosters
from hedgerow.store.accounts import visit_from_cookie
from hedgerow.store.listing import places
from hedgerow.store.machine import machine
from hedgerow.store.reading import Opened, package_pages
from hedgerow.store.roles import Role
from tests.store.people.actors import Note, Person

_CLASSES = {"small": LockerClass.SMALL, "large": LockerClass.LARGE}
Boxes = Mapping["Coordinate", bytes | None]
#: What somebody sees who notices that something is wrong: a refusal, or damage reported.
NOTICED = "noticed"


class Coordinate(NamedTuple):
    """Name one row."""

    what: str
    table: str
    id: int


def coordinates_of(opened: Opened) -> list[Coordinate]:
    """Return where everything of a space stands that a keeper's keys find."""
    night_key, tags, head = machine().ring.night_key, opened.tags, opened.head
    found = [("head", tags.head())]
    found += [("roster", tags.roster(number)) for number in range(head.roster_pages)]
    found += [("page", tags.page(number)) for number in range(len(head.pages))]
    door = opened.entry.door
    found += [("package", package_tag(door, n)) for n in range(len(package_pages(door)))]
    lockers = [Coordinate(what, "large", row_id(night_key, tag)) for what, tag in found]
    # Cards and the like have no body; they stand in the index alone.
    listed = [place.entry for place in places(opened) if any(place.entry.digest)]
    return lockers + [Coordinate("body", "body", body_id(entry.record_key)) for entry in listed]


def small_at(tag: bytes) -> Coordinate:
    """Return where a small row stands."""
    return Coordinate("small", "small", row_id(machine().ring.night_key, tag))


def box_at(one: Coordinate) -> bytes | None:
    """Return what stands in a row, or None where there is none."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT box FROM {one.table} WHERE id = %s", [one.id])  # noqa: S608 -- a table of ours
        row = cursor.fetchone()
    return None if row is None else bytes(row[0])


def put_box(one: Coordinate, box: bytes | None) -> None:
    """Write a box into a row, make the row, or take it away."""
    with connection.cursor() as cursor:
        if box is None:
            cursor.execute(f"DELETE FROM {one.table} WHERE id = %s", [one.id])  # noqa: S608 -- a table of ours
        elif box_at(one) is not None:
            statement = f"UPDATE {one.table} SET box = %s WHERE id = %s"  # noqa: S608 -- a table of ours
            cursor.execute(statement, [box, one.id])
        else:
            columns = "(id, box)"
            statement = f"INSERT INTO {one.table} {columns} VALUES (%s, %s)"  # noqa: S608 -- a table of ours
            cursor.execute(statement, [one.id, box])


@contextmanager
def altered(boxes: Boxes) -> Iterator[None]:
    """Let rows hold other boxes for a while; what was read of rosters before is forgotten."""
    before = {one: box_at(one) for one in boxes}
    for one, box in boxes.items():
        put_box(one, box)
    rosters.forget_all()
    try:
        yield
    finally:
        for one, box in before.items():
            put_box(one, box)
        rosters.forget_all()


def exchanged(one: Coordinate, other: Coordinate) -> Boxes:
    """Return two rows with each other's boxes."""
    return {one: box_at(other), other: box_at(one)}


def exchanged_inside(one: Coordinate, other: Coordinate) -> Boxes:
    """Return two lockers with each other's inners, sealed anew under the night key."""
    lockers = [_opened(place) for place in (one, other)]
    inners = [locker.inner for locker in reversed(lockers)]
    ring, random = machine().ring, machine().random
    return {
        place: seal_locker(
            ring.night_key,
            Locker(locker.tag, locker.until_week, inner),
            klass=_CLASSES[place.table],
            random=random,
        ).box
        for place, locker, inner in zip((one, other), lockers, inners, strict=True)
    }


def _opened(one: Coordinate) -> Locker:
    row = LockerRow(RowId(one.id), box_at(one) or b"")
    return open_locker(machine().ring.night_key, row, klass=_CLASSES[one.table])


def with_a_bit_flipped(box: bytes, number: int) -> bytes:
    """Return a box with one of its bits the other way round."""
    flipped = bytearray(box)
    flipped[number // 8 % len(box)] ^= 1 << number % 8
    return bytes(flipped)


def seen_by(person: Person, space_id: SpaceId) -> tuple[Role, set[str]] | str:
    """Return role and texts that somebody reads, or `NOTICED`."""
    try:
        visit = visit_from_cookie(person.cookie)
        if visit is None:
            return NOTICED
        space = visit.space(space_id)
        records = space.read_many(Note, space.entries(Note))
        found = space.role, {record.value.text for record in records}
    except (Damaged, NotFound, Refused, Busy):
        return NOTICED
    return NOTICED if space.damage() else found
