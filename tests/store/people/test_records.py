# SPDX-License-Identifier: AGPL-3.0-or-later
"""Records are written, listed, edited, versioned and erased."""

import pytest

from hedgerow.kernel.errors import BadInput, NotFound, Refused
from hedgerow.kernel.ids import RecordId, SpaceId
from hedgerow.store.records import RecordChanged
from hedgerow.store.roles import Reads, Role
from tests.instances import Vault
from tests.store.people.actors import Answer, Greeting, Note, Person, bring, id_of, today


def test_a_record_comes_back(founder: Person, space_id: SpaceId) -> None:
    """What was written is read back with title, author and times."""
    record_id = founder.space(space_id).write(Note("Текст"), title="Заголовок")
    record = founder.space(space_id).read(Note, record_id)
    assert record.value == Note("Текст")
    entry = record.entry
    assert (entry.id, entry.kind, entry.title) == (record_id, Note, "Заголовок")
    assert (entry.author_name, entry.version, entry.parent) == ("Olha", 1, None)
    assert entry.made == entry.changed
    assert entry.until_week is None
    assert entry.size >= 256


def test_lists_know_kind_parent_and_order(vault: Vault, founder: Person, space_id: SpaceId) -> None:
    """A list holds one kind, may be narrowed to what hangs on a record, and goes both ways."""
    space = founder.space(space_id)
    first = space.write(Note("1"), title="first")
    second = space.write(Note("2"), title="second")
    answers = [space.write(Answer(str(n)), title="", parent=first) for n in range(3)]
    space = founder.space(space_id)
    assert [entry.id for entry in space.entries(Note)] == [second, first]
    assert [entry.id for entry in space.entries(Answer, newest_first=False)] == answers
    assert [entry.id for entry in space.entries(Answer, parent=first)] == answers[::-1]
    assert space.entries(Answer, parent=second) == []
    vault.clock.advance(minutes=1)
    founder.space(space_id).edit(first, Note("1b"), title="first", base_version=1)
    by_change = founder.space(space_id).entries(Note, by_change=True)
    assert [entry.id for entry in by_change] == [first, second]


def test_many_records_fill_several_pages(founder: Person, space_id: SpaceId) -> None:
    """Beyond 31 records a second page begins, and nothing is lost between the two."""
    space = founder.space(space_id)
    written = [space.write(Note(str(n)), title=f"n{n}") for n in range(70)]
    entries = founder.space(space_id).entries(Note, newest_first=False)
    assert [entry.id for entry in entries] == written
    records = founder.space(space_id).read_many(Note, entries)
    assert [record.value.text for record in records] == [str(n) for n in range(70)]


def test_another_kind_or_space_has_no_such_record(founder: Person, space_id: SpaceId) -> None:
    """A record is not found under another class, in another space, or once it is erased."""
    other = founder.visit().open_space("Other", as_name="O")
    record_id = founder.space(space_id).write(Note("x"), title="x")
    for read in (
        lambda: founder.space(space_id).read(Answer, record_id),
        lambda: founder.space(other.id).read(Note, record_id),
        lambda: founder.space(space_id).entry(RecordId(12345)),
    ):
        with pytest.raises(NotFound, match=r"record\.unknown"):
            read()


def test_an_edit_keeps_the_version_it_replaces(founder: Person, space_id: SpaceId) -> None:
    """A kind that keeps versions shows them all, the oldest first, each with its author."""
    record_id = founder.space(space_id).write(Note("one"), title="t1")
    writer = bring(founder, space_id, name="W", reads=Reads.ALL)
    writer.space(space_id).edit(record_id, Note("two"), title="t2", base_version=1)
    founder.space(space_id).edit(record_id, Note("three"), title="t3", base_version=2)
    versions = writer.space(space_id).versions(record_id)
    assert [record.value.text for record in versions] == ["one", "two", "three"]
    assert [record.entry.title for record in versions] == ["t1", "t2", "t3"]
    assert [record.entry.version for record in versions] == [1, 2, 3]
    assert [record.entry.author_name for record in versions] == ["Olha", "W", "Olha"]
    assert len(writer.space(space_id).entries(Note)) == 1


def test_an_edit_without_versions_leaves_one_body(founder: Person, space_id: SpaceId) -> None:
    """A kind that keeps none has only the present text."""
    record_id = founder.space(space_id).write(Answer("one"), title="")
    founder.space(space_id).edit(record_id, Answer("two"), title="", base_version=1)
    versions = founder.space(space_id).versions(record_id)
    assert [record.value.text for record in versions] == ["two"]


def test_the_slower_of_two_edits_is_shown_the_other(founder: Person, space_id: SpaceId) -> None:
    """An edit from an old version is refused and carries the present record."""
    record_id = founder.space(space_id).write(Note("base"), title="t")
    founder.space(space_id).edit(record_id, Note("quick"), title="t", base_version=1)
    with pytest.raises(RecordChanged) as caught:
        founder.space(space_id).edit(record_id, Note("slow"), title="t", base_version=1)
    assert caught.value.code == "record.changed"
    assert caught.value.theirs.value == Note("quick")
    assert founder.space(space_id).read(Note, record_id).value == Note("quick")


def test_erasing_takes_versions_and_all_that_hangs_on_it(
    founder: Person, space_id: SpaceId
) -> None:
    """With a record go its versions and, to any depth, what hangs on it; nothing else."""
    space = founder.space(space_id)
    record_id = space.write(Note("one"), title="t")
    other = space.write(Note("other"), title="o")
    answer = space.write(Answer("a"), title="", parent=record_id)
    space.write(Answer("b"), title="", parent=answer)
    space.edit(record_id, Note("two"), title="t", base_version=1)
    founder.space(space_id).erase(record_id)
    space = founder.space(space_id)
    assert [entry.id for entry in space.entries(Note)] == [other]
    assert space.entries(Answer) == []
    with pytest.raises(NotFound):
        space.versions(record_id)
    assert space.read(Note, other).value.text == "other"


def test_who_may_erase(founder: Person, space_id: SpaceId) -> None:
    """The author and keepers may; another writer may not."""
    one = bring(founder, space_id, name="One")
    two = bring(founder, space_id, name="Two")
    mine = one.space(space_id).write(Note("x"), title="x")
    more = one.space(space_id).write(Note("y"), title="y")
    with pytest.raises(Refused, match=r"space\.may_not"):
        two.space(space_id).erase(mine)
    one.space(space_id).erase(mine)
    founder.space(space_id).erase(more)
    assert founder.space(space_id).entries(Note) == []


@pytest.mark.parametrize("role", [Role.READER, Role.PROBATIONER])
def test_readers_and_probationers_do_not_write(
    founder: Person, space_id: SpaceId, role: Role
) -> None:
    """Neither writes, edits or erases."""
    record_id = founder.space(space_id).write(Greeting("x"), title="x")
    person = bring(founder, space_id, name="R", role=role, reads=Reads.FROM_NOW)
    space = person.space(space_id)
    with pytest.raises(Refused, match=r"space\.may_not"):
        space.write(Note("x"), title="x")
    with pytest.raises(Refused, match=r"space\.may_not"):
        space.edit(record_id, Greeting("y"), title="x", base_version=1)
    with pytest.raises(Refused, match=r"space\.may_not"):
        space.erase(record_id)


def test_probationers_read_open_pages_only(founder: Person, space_id: SpaceId) -> None:
    """What is in open pages they read; all else is neither listed nor damaged for them."""
    person = bring(founder, space_id, name="P", role=Role.PROBATIONER)
    secret = founder.space(space_id).write(Note("secret"), title="secret")
    greeting = founder.space(space_id).write(Greeting("welcome"), title="w")
    space = person.space(space_id)
    assert space.read(Greeting, greeting).value.text == "welcome"
    assert space.entries(Note) == []
    with pytest.raises(NotFound):
        space.read(Note, secret)
    assert space.damage() == []
    assert {member.name for member in space.members()} == {"Olha", "P"}


def test_a_promoted_probationer_reads_from_then_on(founder: Person, space_id: SpaceId) -> None:
    """Raised to reader, the new member opens the package again and reads the chapter."""
    person = bring(founder, space_id, name="P", role=Role.PROBATIONER)
    founder.space(space_id).write(Note("before"), title="before")
    founder.space(space_id).set_role(id_of(person, space_id), Role.READER)
    founder.space(space_id).write(Note("after"), title="after")
    titles = {entry.title for entry in person.space(space_id).entries(Note)}
    assert "after" in titles
    assert person.space(space_id).role is Role.READER


def test_a_title_too_long_is_refused(founder: Person, space_id: SpaceId) -> None:
    """A title has 160 bytes and no more; nothing is cut off unasked."""
    space = founder.space(space_id)
    space.write(Note("x"), title="ж" * 80)
    with pytest.raises(BadInput, match=r"record\.title_too_long"):
        space.write(Note("x"), title="ж" * 81)


def test_a_record_with_an_end_carries_its_week(founder: Person, space_id: SpaceId) -> None:
    """The day of the end becomes its week, in the index and on the body."""
    record_id = founder.space(space_id).write(Note("x"), title="x", until_day=today() + 20)
    record = founder.space(space_id).read(Note, record_id)
    assert record.entry.until_week == (today() + 20 + 3) // 7
    founder.space(space_id).edit(record_id, Note("y"), title="x", base_version=1)
    again = founder.space(space_id).read(Note, record_id)
    assert again.entry.until_week == record.entry.until_week
