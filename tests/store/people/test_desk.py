# SPDX-License-Identifier: AGPL-3.0-or-later
"""The desk shows what others wrote, what waits, and what must be told before all else."""

from hedgerow.kernel.ids import SpaceId
from hedgerow.store.roles import Reads, Role
from tests.store.people.actors import Answer, Note, Person, bring, id_of, today


def test_news_is_what_others_wrote(founder: Person, space_id: SpaceId) -> None:
    """One's own writing is no news; another's is, under title, name and group."""
    writer = bring(founder, space_id, name="W")
    founder.space(space_id).mark_seen()
    record_id = writer.space(space_id).write(Note("x"), title="Новость")
    writer_desk, founder_desk = writer.visit().desk(), founder.visit().desk()
    assert writer_desk.news == []
    (line,) = founder_desk.news
    assert (line.record_id, line.title, line.author_name) == (record_id, "Новость", "W")
    assert (line.space_id, line.space_name, line.kind) == (space_id, "Hankivka", Note)
    assert line.is_new_record
    assert founder_desk.more == {}


def test_seen_is_seen_until_something_new_comes(founder: Person, space_id: SpaceId) -> None:
    """The seen mark outlives the session's requests and a later log-in."""
    writer = bring(founder, space_id, name="W")
    writer.space(space_id).write(Note("x"), title="one")
    founder.space(space_id).mark_seen()
    assert founder.visit().desk().news == []
    assert founder.log_in().desk().news == []
    writer.space(space_id).write(Note("y"), title="two")
    assert [line.title for line in founder.visit().desk().news] == ["two"]
    assert [line.news_count for line in founder.visit().spaces()] == [1]


def test_an_edit_is_news_of_a_known_record(founder: Person, space_id: SpaceId) -> None:
    """A record edited twice by others is one line, and not called new."""
    record_id = founder.space(space_id).write(Note("x"), title="t")
    writer = bring(founder, space_id, name="W", reads=Reads.ALL)
    founder.space(space_id).mark_seen()
    writer.space(space_id).edit(record_id, Note("y"), title="t2", base_version=1)
    writer.space(space_id).edit(record_id, Note("z"), title="t3", base_version=2)
    (line,) = founder.visit().desk().news
    assert (line.title, line.is_new_record) == ("t3", False)


def test_what_was_erased_is_no_news(founder: Person, space_id: SpaceId) -> None:
    """A record written and erased since the seen mark is not shown."""
    writer = bring(founder, space_id, name="W")
    founder.space(space_id).mark_seen()
    record_id = writer.space(space_id).write(Note("x"), title="t")
    writer.space(space_id).erase(record_id)
    assert founder.visit().desk().news == []


def test_an_answer_carries_its_parent(founder: Person, space_id: SpaceId) -> None:
    """The line of an answer names the record it hangs on."""
    writer = bring(founder, space_id, name="W")
    thread = writer.space(space_id).write(Note("x"), title="t")
    founder.space(space_id).mark_seen()
    writer.space(space_id).write(Answer("a"), title="", parent=thread)
    (line,) = founder.visit().desk().news
    assert (line.kind, line.parent) == (Answer, thread)


def test_more_than_sixty_four(founder: Person, space_id: SpaceId) -> None:
    """A head remembers 64 acts; with more, the desk says so and the list has them all."""
    writer = bring(founder, space_id, name="W")
    founder.space(space_id).mark_seen()
    space = writer.space(space_id)
    for number in range(70):
        space.write(Note(str(number)), title=f"n{number}")
    desk = founder.visit().desk()
    assert len(desk.news) == 64
    assert desk.more == {space_id: True}
    assert len(founder.space(space_id).entries(Note)) == 70
    founder.space(space_id).mark_seen()
    assert founder.visit().desk().more == {}


def test_readers_before_their_horizon_see_no_titles(founder: Person, space_id: SpaceId) -> None:
    """A newcomer's desk names nothing written before the invitation."""
    founder.space(space_id).write(Note("x"), title="before")
    newcomer = bring(founder, space_id, name="N")
    assert newcomer.visit().desk().news == []
    probationer = bring(founder, space_id, name="P", role=Role.PROBATIONER)
    founder.space(space_id).write(Note("y"), title="after")
    assert probationer.visit().desk().news == []
    assert [line.title for line in newcomer.visit().desk().news] == ["after"]


def test_what_waits_for_me(founder: Person, space_id: SpaceId) -> None:
    """Things put on the agenda wait for whom they name, the first due first, until done."""
    writer = bring(founder, space_id, name="W")
    record_id = founder.space(space_id).write(Note("x"), title="t")
    me = id_of(writer, space_id)
    space = founder.space(space_id)
    space.agenda_put(record_id, assignee_id=me, due_day=today() + 5, title="later")
    other = founder.space(space_id).write(Note("y"), title="t")
    founder.space(space_id).agenda_put(other, assignee_id=me, due_day=today() + 2, title="soon")
    assert founder.visit().desk().waiting == []
    assert [line.title for line in writer.visit().desk().waiting] == ["soon", "later"]
    writer.space(space_id).agenda_done(record_id)
    assert [line.title for line in writer.visit().desk().waiting] == ["soon"]
    founder.space(space_id).erase(other)
    assert writer.visit().desk().waiting == []


def test_a_long_agenda_fills_several_pages(founder: Person, space_id: SpaceId) -> None:
    """More than 84 things to do are all there."""
    record_id = founder.space(space_id).write(Note("x"), title="t")
    me = id_of(founder, space_id)
    for number in range(90):
        space = founder.space(space_id)
        record_id = space.write(Note("x"), title="t")
        space.agenda_put(record_id, assignee_id=me, due_day=today() + number, title=str(number))
    assert [line.title for line in founder.visit().desk().waiting] == [str(n) for n in range(90)]


def test_leaving_shows_on_the_desk_of_keepers(founder: Person, space_id: SpaceId) -> None:
    """A space somebody left is stale until a keeper comes, whose coming mends it."""
    writer = bring(founder, space_id, name="W")
    reader = bring(founder, space_id, name="R", role=Role.READER)
    writer.space(space_id).leave()
    assert [line.is_stale for line in founder.visit().spaces()] == [True]
    assert "space.stale" in {notice.code for notice in founder.visit().desk().notices}
    assert reader.visit().desk().notices == []
    founder.space(space_id)
    assert [line.is_stale for line in founder.visit().spaces()] == [False]
    assert [line.left for line in writer.visit().spaces()] in ([True], [])
