# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keys open what they should and nothing else; what was put back or altered is reported."""

from collections.abc import Iterator

import pytest
from django.db import connection

from hedgerow.engines.vault.account import AccountKeys
from hedgerow.engines.vault.body import body_id, open_body
from hedgerow.engines.vault.keyring import KeyringEntry
from hedgerow.engines.vault.locker import (
    DUMMY_WINDOW,
    LockerClass,
    LockerRow,
    dummy_tag,
    open_inner,
    open_locker,
    row_id,
)
from hedgerow.engines.vault.tags import package_key, package_tag
from hedgerow.kernel.errors import Damaged, NotFound, Refused
from hedgerow.kernel.ids import SpaceId
from hedgerow.store import account as accounts
from hedgerow.store import listing, reading, rosters, sessions
from hedgerow.store.machine import machine
from hedgerow.store.reading import keys_of
from hedgerow.store.roles import Reads
from hedgerow.store.visit import Space
from tests.instances import Vault
from tests.store.people.actors import Note, Person, bring, id_of

Row = tuple[str, int, bytes]


def membership(person: Person, space_id: SpaceId) -> KeyringEntry:
    """Return what somebody's keyring holds of a space."""
    session = sessions.read(person.cookie)
    assert session is not None
    account = accounts.read(AccountKeys(session.account_key))
    assert account is not None
    entry = account.entry(space_id)
    assert entry is not None
    return entry


def lockers() -> Iterator[tuple[LockerClass, bytes, bytes]]:
    """Yield class, true tag and inner of every locker but dummies, as one with the boot key."""
    night_key = machine().ring.night_key
    dummies = {dummy_tag(night_key, k) for k in range(DUMMY_WINDOW)}
    for klass, table in ((LockerClass.SMALL, "small"), (LockerClass.LARGE, "large")):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT id, box FROM {table}")  # noqa: S608 -- a fixed name
            for number, box in cursor.fetchall():
                locker = open_locker(night_key, LockerRow(number, bytes(box)), klass=klass)
                if locker.tag not in dummies:
                    yield klass, locker.tag, locker.inner


def opened_by(entry: KeyringEntry) -> set[bytes]:
    """Try a membership's keys on every locker, in every context; return the tags opened."""
    keys = keys_of(entry)
    tried = [*keys.page_keys(3).values(), keys.secret]
    contexts: list[tuple[bytes | int | str, ...]] = [("head", entry.space_id)]
    contexts += [("roster", number) for number in range(4)]
    chapters = [*range(4), 65_535, 65_534]
    contexts += [
        ("page", number, chapter, revision)
        for number in range(6)
        for chapter in chapters
        for revision in range(24)
    ]
    found: set[bytes] = set()
    for _, tag, inner in lockers():
        for key in set(tried):
            if any(_opens(key, inner, *context) for context in contexts):
                found.add(tag)
    return found


def _opens(key: bytes, inner: bytes, *context: bytes | int | str) -> bool:
    try:
        open_inner(key, inner, *context)
    except Damaged:
        return False
    return True


def test_a_removed_members_keys_open_no_row(founder: Person, space_id: SpaceId) -> None:
    """With all keys of the keyring and the boot key, the removed opens no page and no body.

    The control, the same keys before the removal, opens them.
    """
    goes = bring(founder, space_id, name="G", reads=Reads.ALL)
    founder.space(space_id).write(Note("secret"), title="secret")
    goes.space(space_id)
    entry = membership(goes, space_id)
    assert len(opened_by(entry)) >= 4
    old_bodies = body_keys(founder.space(space_id))
    founder.space(space_id).remove(id_of(goes, space_id))
    founder.space(space_id).write(Note("later"), title="later")
    assert opened_by(entry) == set()
    assert reading.slots_for(entry) == []
    # The record keys it knew still fit the bodies written before: photographs of them
    # cannot be taken back. Nothing written since is among them.
    assert body_keys(founder.space(space_id)) > old_bodies
    with pytest.raises(NotFound):
        goes.space(space_id)


def body_keys(space: Space) -> set[bytes]:
    """Return the record keys in a space's index."""
    return {place.entry.record_key for place in listing.places(space._opened)}


def test_the_door_alone_opens_only_the_package(founder: Person, space_id: SpaceId) -> None:
    """What never changes, the door, leads to slots that open for members alone."""
    goes = bring(founder, space_id, name="G")
    entry = membership(goes, space_id)
    founder.space(space_id).remove(id_of(goes, space_id))
    key = package_key(entry.door)
    opened = [tag for _, tag, inner in lockers() if _opens(key, inner, "package", 0)]
    assert opened == [package_tag(entry.door, 0)]


def test_a_newcomers_keys_open_no_earlier_page(founder: Person, space_id: SpaceId) -> None:
    """Read from now on: index pages of earlier chapters open under none of one's keys."""
    founder.space(space_id).write(Note("before"), title="before")
    guest = bring(founder, space_id, name="N", reads=Reads.FROM_NOW)
    founder.space(space_id).write(Note("after"), title="after")
    guest.space(space_id)
    keeper = founder.space(space_id)._opened
    early = [n for n, page in enumerate(keeper.head.pages) if page.chapter == 0]
    late = [n for n, page in enumerate(keeper.head.pages) if page.chapter == 1]
    assert early
    assert late
    opened = opened_by(membership(guest, space_id))
    assert opened.isdisjoint(keeper.page_tags(early))
    assert opened.issuperset(keeper.page_tags(late))


def rows_of(table: str) -> dict[int, bytes]:
    """Return all rows of a table."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, box FROM {table}")  # noqa: S608 -- a fixed name
        return {number: bytes(box) for number, box in cursor.fetchall()}


def put_back(table: str, number: int, box: bytes) -> None:
    """Put an old row in the place of the present one, as one who has the disk."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE id = %s", [number])  # noqa: S608 -- a fixed name
        if table == "body":
            cursor.execute("INSERT INTO body (id, box) VALUES (%s, %s)", [number, box])
        else:
            cursor.execute(f"INSERT INTO {table} VALUES (%s, %s)", [number, box])  # noqa: S608 -- a fixed name


def row_number(tag: bytes) -> int:
    """Return the row id of a true tag."""
    return row_id(machine().ring.night_key, tag)


def test_one_old_page_put_back_is_reported(founder: Person, space_id: SpaceId) -> None:
    """A page of an hour ago does not open under the head of now; the rest is shown."""
    space = founder.space(space_id)
    space.write(Note("one"), title="one")
    welcome = founder.space(space_id)._opened
    (number,) = [n for n, page in enumerate(welcome.head.pages) if page.chapter == 0]
    place = row_number(welcome.page_tags([number])[0])
    old = rows_of("large")[place]
    founder.space(space_id).write(Note("two"), title="two")
    put_back("large", place, old)
    space = founder.space(space_id)
    assert space.entries(Note) == []
    assert [(one.code, one.page) for one in space.damage()] == [("space.page_damaged", number)]
    assert [member.name for member in space.members()] == ["Olha"]
    with pytest.raises(Damaged, match=r"space\.page_damaged"):
        founder.space(space_id).write(Note("three"), title="three")


def test_an_old_head_put_back_is_refused(founder: Person, space_id: SpaceId) -> None:
    """A head behind the seen mark or the anchor is a roll-back and opens no space."""
    opened = founder.space(space_id)._opened
    place = row_number(opened.tags.head())
    old = rows_of("large")[place]
    founder.space(space_id).write(Note("one"), title="one")
    founder.space(space_id).mark_seen()
    put_back("large", place, old)
    with pytest.raises(Damaged, match=r"space\.rolled_back"):
        founder.space(space_id)
    assert [notice.code for notice in founder.visit().desk().notices] == ["space.damaged"]


def test_an_old_roster_put_back_is_refused(founder: Person, space_id: SpaceId) -> None:
    """A roster that lacks the newest entry does not agree with the head."""
    opened = founder.space(space_id)._opened
    place = row_number(opened.tags.roster(0))
    old = rows_of("large")[place]
    bring(founder, space_id, name="N")
    founder.space(space_id)
    put_back("large", place, old)
    rosters.forget_all()
    with pytest.raises(Damaged, match=r"roster\.rolled_back|roster\.head_disagrees"):
        founder.space(space_id)


def test_head_and_roster_put_back_lie_behind_the_anchor(founder: Person, space_id: SpaceId) -> None:
    """Both together agree with each other, not with the anchor in the keyring."""
    opened = founder.space(space_id)._opened
    places = [row_number(tag) for tag in (opened.tags.head(), opened.tags.roster(0))]
    old = {place: rows_of("large")[place] for place in places}
    bring(founder, space_id, name="N")
    founder.space(space_id)
    for place, box in old.items():
        put_back("large", place, box)
    rosters.forget_all()
    with pytest.raises(Damaged):
        founder.space(space_id)


def test_an_exchanged_body_is_reported(founder: Person, space_id: SpaceId) -> None:
    """A body in the place of another is refused by its digest, and others are read."""
    space = founder.space(space_id)
    one, two = (space.write(Note(text), title=text) for text in ("one", "two"))
    entries = {p.entry.record: p.entry for p in listing.places(founder.space(space_id)._opened)}
    bodies = rows_of("body")
    ids = [body_id(entries[record].record_key) for record in (one, two)]
    put_back("body", ids[0], bodies[ids[1]])
    space = founder.space(space_id)
    with pytest.raises(Damaged, match=r"record\.damaged"):
        space.read(Note, one)
    assert space.read(Note, two).value.text == "two"
    both = space.read_many(Note, space.entries(Note))
    assert [record.value.text for record in both] == ["two"]
    assert {(damage.code, damage.record_id) for damage in space.damage()} == {
        ("record.damaged", one)
    }


def test_missing_rows_are_reported_not_raised(founder: Person, space_id: SpaceId) -> None:
    """Whatever single row of the index or of the bodies is gone, the space opens and says so."""
    founder.space(space_id).write(Note("one"), title="one")
    opened = founder.space(space_id)._opened
    for number, page in enumerate(opened.head.pages):
        place = row_number(opened.page_tags([number])[0])
        kept = rows_of("large")[place]
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM large WHERE id = %s", [place])
        space = founder.space(space_id)
        space.entries(Note)
        space.members()
        assert ("space.page_damaged", number) in {(d.code, d.page) for d in space.damage()}
        assert "space.damaged" in {n.code for n in founder.visit().desk().notices} or (
            page.chapter != 65_535
        )
        put_back("large", place, kept)
    assert founder.space(space_id).entries(Note)


def test_every_flipped_byte_of_a_page_is_found(founder: Person, space_id: SpaceId) -> None:
    """A bit changed anywhere in the head's row leaves nothing that opens."""
    founder.space(space_id)
    opened = founder.space(space_id)._opened
    place = row_number(opened.tags.head())
    box = rows_of("large")[place]
    for at in range(0, len(box), 811):
        put_back("large", place, box[:at] + bytes([box[at] ^ 1]) + box[at + 1 :])
        with pytest.raises(Damaged):
            founder.space(space_id)
    put_back("large", place, box)
    assert founder.space(space_id).name == "Hankivka"


def test_a_body_cannot_be_opened_after_its_week(
    vault: Vault, founder: Person, space_id: SpaceId
) -> None:
    """Past its end a record is neither listed nor openable, whoever kept row and keys."""
    today = founder.visit().today()
    record_id = founder.space(space_id).write(Note("x"), title="x", until_day=today)
    entry = listing.place_of(founder.space(space_id)._opened, record_id).entry
    box = rows_of("body")[body_id(entry.record_key)]
    vault.nights_to_monday()
    founder.log_in()
    assert founder.space(space_id).entries(Note) == []
    with pytest.raises(Refused, match=r"vault\.week_gone"):
        machine().ring.expiry_key(entry.until)
    with pytest.raises(Damaged):
        open_body(
            box,
            digest=entry.digest,
            record_key=entry.record_key,
            space_id=space_id,
            kind=entry.kind,
            expiry_key=b"",
        )


def test_another_members_reading_does_not_vouch_for_a_rolled_back_roster(
    founder: Person, space_id: SpaceId
) -> None:
    """What one member could not notice and keeps in memory, a later anchor still refuses."""
    reader = bring(founder, space_id, name="R")
    opened = reader.space(space_id)._opened
    places = [row_number(tag) for tag in (opened.tags.head(), opened.tags.roster(0))]
    old = {place: rows_of("large")[place] for place in places}
    bring(founder, space_id, name="N")
    founder.space(space_id)
    for place, box in old.items():
        put_back("large", place, box)
    rosters.forget_all()
    assert reader.space(space_id).name == "Hankivka"
    with pytest.raises(Damaged, match=r"roster\.rolled_back"):
        founder.space(space_id)
