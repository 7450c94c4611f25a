# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files, searches, limits and released items of a space."""

import pytest
from django.db import connection

from hedgerow.kernel.clock import minute_now
from hedgerow.kernel.errors import Damaged, NotFound, Refused
from hedgerow.kernel.ids import SpaceId
from hedgerow.store import kinds, quotas, released
from hedgerow.store.machine import machine
from hedgerow.store.roles import Reads
from hedgerow.store.uploads import seal_bytes
from hedgerow.store.writing import in_writing
from tests.instances import Vault
from tests.store.people.actors import Answer, Note, Person, bring, id_of


def bodies() -> int:
    """Count the rows of bodies."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM body")
        return int(cursor.fetchone()[0])


@pytest.mark.parametrize("size", [0, 10, 65_519, 65_520, 200_000])
def test_a_file_comes_back(founder: Person, space_id: SpaceId, size: int) -> None:
    """What was sealed on its way in is the same on its way out, whatever its size."""
    content = bytes(number % 251 for number in range(size))
    upload = seal_bytes(content, name="прапор.png", media_type="image/png")
    record_id = founder.space(space_id).write(Note("a"), title="f", uploads=[upload])
    stream = founder.space(space_id).file(record_id)
    assert b"".join(stream.chunks()) == content
    assert (stream.name, stream.type, stream.length) == ("прапор.png", "image/png", size)
    assert machine().ephemeral.upload_bytes() == 0


def test_erasing_a_record_erases_its_file(founder: Person, space_id: SpaceId) -> None:
    """The chunks go with the record, and a version kept of it too."""
    before = bodies()
    upload = seal_bytes(b"x" * 150_000, name="f", media_type="text/plain")
    record_id = founder.space(space_id).write(Note("a"), title="f", uploads=[upload])
    founder.space(space_id).edit(record_id, Note("b"), title="f", base_version=1)
    assert b"".join(founder.space(space_id).file(record_id).chunks()) == b"x" * 150_000
    assert bodies() == before + 5
    founder.space(space_id).erase(record_id)
    assert bodies() == before


def test_a_missing_piece_of_a_file_is_reported(founder: Person, space_id: SpaceId) -> None:
    """A file that lacks a chunk ends in damage, not in a shorter file."""
    upload = seal_bytes(b"x" * 150_000, name="f", media_type="text/plain")
    record_id = founder.space(space_id).write(Note("a"), title="f", uploads=[upload])
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM body WHERE id = %s", [upload.chunk_ids[1]])
    with pytest.raises(Damaged, match=r"file\.damaged"):
        b"".join(founder.space(space_id).file(record_id).chunks())


def test_a_record_without_a_file_has_none(founder: Person, space_id: SpaceId) -> None:
    """Asking for the file of a record without one is as asking for nothing there."""
    record_id = founder.space(space_id).write(Note("a"), title="t")
    with pytest.raises(NotFound, match=r"file\.unknown"):
        founder.space(space_id).file(record_id)


def test_searching_orders_by_title_words_and_age(
    vault: Vault, founder: Person, space_id: SpaceId
) -> None:
    """Titles first, then more of the words, then the newest; other forms are found."""
    space = founder.space(space_id)
    one = space.write(Note("Адвоката знайшли."), title="Нотатка")
    vault.clock.advance(minutes=2)
    two = space.write(Note("Адвокат прийде на суд завтра."), title="Ще одна")
    vault.clock.advance(minutes=2)
    three = space.write(Note("Порожньо."), title="Адвокати")
    vault.clock.advance(minutes=2)
    four = space.write(Answer("про адвокатів"), title="", parent=one)
    space.write(Note("Нічого схожого"), title="Інше")
    found = founder.space(space_id).search("адвокат суд")
    assert [hit.entry.id for hit in found] == [three, two, four, one]
    assert [hit.in_title for hit in found] == [True, False, False, False]
    assert ("суд", True) in found[1].excerpt
    only = founder.space(space_id).search("адвокат", kinds=[Answer])
    assert [hit.entry.id for hit in only] == [four]
    assert len(founder.space(space_id).search("адвокат", limit=2)) == 2
    assert founder.space(space_id).search("   ") == []


def test_search_sees_no_more_than_its_reader(founder: Person, space_id: SpaceId) -> None:
    """A newcomer finds nothing from before, nor an earlier version of a page."""
    record_id = founder.space(space_id).write(Note("тайна"), title="t")
    founder.space(space_id).edit(record_id, Note("відкрито"), title="t", base_version=1)
    guest = bring(founder, space_id, name="G", reads=Reads.FROM_NOW)
    assert guest.space(space_id).search("відкрито") == []
    assert founder.space(space_id).search("тайна") == []
    assert len(founder.space(space_id).search("відкрито")) == 1


def test_a_writer_has_a_limit_a_day(
    vault: Vault, founder: Person, space_id: SpaceId, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Past the limit nothing is written but one entry for the keepers; next day all is well."""
    monkeypatch.setattr(quotas, "RECORDS", 3)
    writer = bring(founder, space_id, name="W")
    for number in range(3):
        writer.space(space_id).write(Note("x"), title=str(number))
    for _ in range(2):
        with pytest.raises(Refused, match=r"quota\.records"):
            writer.space(space_id).write(Note("x"), title="more")
    assert "space.quota_passed" in {one.code for one in founder.visit().desk().notices}
    assert writer.visit().desk().notices == []
    (passed,) = founder.space(space_id).passed_quotas()
    assert (passed.member_id, passed.name) == (id_of(writer, space_id), "W")
    assert (passed.minute, passed.is_here) == (minute_now(vault.clock), True)
    with pytest.raises(Refused, match=r"space\.keepers_only"):
        writer.space(space_id).passed_quotas()
    founder.space(space_id).mark_seen()
    assert founder.visit().desk().notices == []
    founder.space(space_id).write(Note("x"), title="a keeper's limit is ten times that")
    vault.clock.advance(days=1)
    writer.log_in()
    writer.space(space_id).write(Note("x"), title="next day")
    founder.log_in()
    founder.space(space_id).remove(passed.member_id)
    (passed,) = founder.space(space_id).passed_quotas()
    assert not passed.is_here


def test_bytes_are_limited_too(
    founder: Person, space_id: SpaceId, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A text or a file beyond the day's bytes is refused, a smaller one still goes."""
    monkeypatch.setattr(quotas, "BYTES", 100)
    founder.space(space_id).write(Note("x" * 500), title="t")
    with pytest.raises(Refused, match=r"quota\.bytes"):
        founder.space(space_id).write(Note("x" * 900), title="t")
    founder.space(space_id).write(Note("x" * 100), title="t")


def test_a_released_item_is_due_at_its_minute(
    vault: Vault, founder: Person, space_id: SpaceId
) -> None:
    """The running server opens it when it is due, once, without any member's session."""
    now = founder.space(space_id)._opened.minute
    founder.space(space_id).release(Note("public"), title="later", due_minute=now + 30)
    assert released.due(now) == []
    vault.clock.advance(minutes=30)
    (item,) = released.due(now + 30)
    assert kinds.decode_body(Note, item.plain) == Note("public")
    assert in_writing(lambda tx: released.drop_due(tx, item)) is True
    assert in_writing(lambda tx: released.drop_due(tx, item)) is False
    assert released.due(now + 30) == []


def test_what_was_released_can_be_withdrawn(founder: Person, space_id: SpaceId) -> None:
    """Withdrawn, it is not published, and the space has no entry of it."""
    now = founder.space(space_id)._opened.minute
    record_id = founder.space(space_id).release(Note("x"), title="t", due_minute=now)
    assert len(released.due(now)) == 1
    founder.space(space_id).withdraw(record_id)
    assert released.due(now) == []
    with pytest.raises(NotFound, match=r"record\.unknown"):
        founder.space(space_id).withdraw(record_id)


def test_removing_a_member_withdraws_what_they_released(founder: Person, space_id: SpaceId) -> None:
    """The items of the removed go with them; those of others stay."""
    writer = bring(founder, space_id, name="W")
    now = founder.space(space_id)._opened.minute
    writer.space(space_id).release(Note("theirs"), title="t", due_minute=now)
    founder.space(space_id).release(Note("mine"), title="t", due_minute=now)
    founder.space(space_id).remove(id_of(writer, space_id))
    assert [kinds.decode_body(Note, item.plain).text for item in released.due(now)] == ["mine"]


def test_an_item_long_overdue_is_withheld(vault: Vault, founder: Person, space_id: SpaceId) -> None:
    """What should have been published hours ago waits for an editor instead."""
    now = founder.space(space_id)._opened.minute
    founder.space(space_id).release(Note("x"), title="t", due_minute=now + 5)
    vault.clock.advance(minutes=300)
    assert released.due(now + 300) == []
