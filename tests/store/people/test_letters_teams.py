# SPDX-License-Identifier: AGPL-3.0-or-later
"""Letters and the people of a team: who comes, who goes, and what other groups are given."""

import pytest

from hedgerow.kernel.errors import NotFound
from hedgerow.kernel.ids import SpaceId
from hedgerow.store import letterbox
from hedgerow.store.boxkeys import boxes_of
from hedgerow.store.roles import Reads, Role
from hedgerow.store.uploads import seal_bytes
from tests.store.people.actors import Note, Person, bring, id_of, today
from tests.store.people.strangers import ADDRESS, Text, first, said, write

FILE = b"a picture" * 9000


@pytest.fixture
def team(founder: Person, space_id: SpaceId) -> SpaceId:
    """Return a space with an open letter-box."""
    founder.space(space_id).open_letterbox(ADDRESS)
    return space_id


def test_a_newcomer_reads_from_now_on(founder: Person, team: SpaceId) -> None:
    """Letters from before stay shut to whoever reads from now on; later ones open."""
    write("before")
    first(founder, team)
    founder.space(team).write(Note("n"), title="n")
    newcomer = bring(founder, team, name="N")
    assert newcomer.space(team).conversations() == []
    stranger = write("after")
    assert len(newcomer.space(team).adopt_letters()) == 1
    side = newcomer.space(team).conversation(newcomer.space(team).conversations()[0].id)
    assert said(side.messages()) == [("stranger", "after")]
    side.answer(Text("hello"))
    assert said(stranger.come_back().messages())[-1] == ("team", "hello")
    assert len(founder.space(team).conversations()) == 2


def test_a_probationer_sees_no_letter(founder: Person, team: SpaceId) -> None:
    """They see that there is a box, and neither what waits in it nor what came."""
    new = bring(founder, team, name="P", role=Role.PROBATIONER)
    write("secret")
    assert [(box.address, box.waiting) for box in new.space(team).letterboxes()] == [(ADDRESS, 0)]
    assert len(new.space(team).adopt_letters()) == 0
    first(founder, team)
    assert new.space(team).conversations() == []
    assert new.visit().desk().letters == []


def test_a_removal_renews_the_box(founder: Person, team: SpaceId) -> None:
    """What waited is taken in at once; the box goes on under new keys; all is still read."""
    gone = bring(founder, team, name="G", reads=Reads.ALL)
    stranger = write("before")
    opened = founder.visit().space(team)._opened
    (before,) = boxes_of(opened)
    founder.space(team).remove(id_of(gone, team))
    opened = founder.visit().space(team)._opened
    (after,) = boxes_of(opened)
    assert after.drop != before.drop
    assert after.seeds[1:] == before.seeds
    assert letterbox.part_of(ADDRESS) == (after.public, after.drop)
    write("later")
    assert len(founder.space(team).adopt_letters()) == 1
    texts = {
        said(founder.space(team).conversation(one.id).messages())[0][1]
        for one in founder.space(team).conversations()
    }
    assert texts == {"before", "later"}
    stranger.come_back().add(Text("still here"))


def test_files_are_copied_with_a_conversation(founder: Person, team: SpaceId) -> None:
    """A copy is a record of the other space with files of its own; the conversation stays."""
    upload = seal_bytes(FILE, name="a.png", media_type="image/png")
    write("look", uploads=[upload])
    side = first(founder, team)
    other = founder.visit().open_space("Other", as_name="O")
    space = founder.space(team)
    new_id = space.copy_conversation(
        side.entry.id, to=other, value=Note("look"), title="copy", until_day=today() + 7
    )
    side.erase()
    other = founder.space(other.id)
    assert [(one.name, one.length) for one in other.files(new_id)] == [("a.png", len(FILE))]
    assert b"".join(other.file(new_id, 0).chunks()) == FILE
    assert other.read(Note, new_id).value.text == "look"


def test_a_whole_conversation_is_handed_over(founder: Person, team: SpaceId) -> None:
    """The other group reads and answers; the stranger writes to it; this one reads no more."""
    upload = seal_bytes(FILE, name="a.png", media_type="image/png")
    stranger = write("look", uploads=[upload])
    first(founder, team).answer(Text("a moment"))
    space = founder.space(team)
    record = space.conversations()[0].id
    space.write(Note("ours"), title="n", parent=record)
    other = founder.visit().open_space("Other", as_name="O")
    moved = space.forward_conversation(record, to=other)
    assert founder.space(team).conversations() == []
    assert list(founder.space(team).entries(Note)) == []
    there = founder.space(other.id).conversation(moved)
    assert said(there.messages()) == [("stranger", "look"), ("team", "a moment")]
    assert b"".join(there.file(0, 0).chunks()) == FILE
    assert founder.space(other.id).letterboxes() == []
    stranger.come_back().add(Text("who are you?"))
    assert [line.space_id for line in founder.visit().desk().letters] == [other.id]
    there = founder.space(other.id).conversation(moved)
    assert said(there.messages())[-1] == ("stranger", "who are you?")
    there.answer(Text("friends"))
    assert said(stranger.side().messages())[-1] == ("team", "friends")
    founder.space(team).close_letterbox(ADDRESS)
    stranger.side().add(Text("the other box is closed, this goes on"))


def test_a_removal_tells_strangers_of_conversations_handed_over(
    founder: Person, team: SpaceId
) -> None:
    """They write to a pair that the removed member does not have; nothing looks new by it."""
    stranger = write("look")
    first(founder, team).settle()
    other = founder.visit().open_space("Other", as_name="O")
    gone = bring(founder, other.id, name="G", reads=Reads.ALL)
    record = founder.space(team).conversations()[0].id
    moved = founder.space(team).forward_conversation(record, to=founder.space(other.id))
    founder.space(other.id).conversation(moved).settle()
    founder.space(other.id).remove(id_of(gone, other.id))
    assert not founder.space(other.id).conversations()[0].is_new
    stranger.come_back().add(Text("after"))
    there = founder.space(other.id).conversation(moved)
    assert said(there.messages()) == [("stranger", "look"), ("stranger", "after")]


def test_no_one_else_opens_a_conversation(founder: Person, team: SpaceId) -> None:
    """A record that is none, and one of another kind, are not found."""
    space = founder.space(team)
    note = space.write(Note("n"), title="n")
    with pytest.raises(NotFound, match=r"record\.unknown"):
        founder.space(team).conversation(note)
