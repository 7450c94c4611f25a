# SPDX-License-Identifier: AGPL-3.0-or-later
"""Strangers write to a box and are answered; what they wrote is the team's, and nobody else's."""

import pytest
from django.db import connection

from hedgerow.engines.vault.letterbox import LETTER_WINDOW, letter_tags
from hedgerow.engines.vault.letters import MESSAGE_WINDOW, message_id
from hedgerow.kernel.errors import BadInput, NotFound, Refused
from hedgerow.kernel.ids import SpaceId
from hedgerow.store import letterbox
from hedgerow.store.boxkeys import boxes_of
from hedgerow.store.kinds import CONVERSATION, ERASED_MESSAGES
from hedgerow.store.listing import of_kind
from hedgerow.store.night import run_night
from hedgerow.store.roles import Reads, Role
from hedgerow.store.tables import look_up
from hedgerow.store.uploads import seal_bytes
from hedgerow.store.writing import Transaction, in_writing
from tests.instances import Vault
from tests.store.people.actors import Note, Person, bring, today
from tests.store.people.strangers import ADDRESS, Text, first, posting, said, write

FILE = b"a picture" * 9000


@pytest.fixture
def team(founder: Person, space_id: SpaceId) -> SpaceId:
    """Return a space with an open letter-box."""
    founder.space(space_id).open_letterbox(ADDRESS)
    return space_id


def test_a_letter_is_read_and_answered(founder: Person, team: SpaceId) -> None:
    """Both sides read all of it, in order, with files; the stranger comes back by words alone."""
    upload = seal_bytes(FILE, name="a.png", media_type="image/png")
    stranger = write("They sacked me", uploads=[upload])
    box = founder.space(team).letterboxes()[0]
    assert (box.address, box.waiting, box.is_open) == (ADDRESS, 1, True)
    side = first(founder, team)
    assert said(side.messages()) == [("stranger", "They sacked me")]
    assert b"".join(side.file(0, 0).chunks()) == FILE
    assert (side.entry.is_new, side.entry.count, side.entry.side) == (True, 1, "stranger")
    assert side.answer(Text("Come on Tuesday")) == 1
    there = stranger.come_back()
    assert there.address == ADDRESS
    assert said(there.messages()) == [
        ("stranger", "They sacked me"),
        ("team", "Come on Tuesday"),
    ]
    assert b"".join(there.file(0, 0).chunks()) == FILE
    assert not founder.space(team).conversations()[0].is_new
    reply = seal_bytes(b"small", name="b.txt", media_type="text/plain")
    assert there.add(Text("Thank you"), uploads=[reply]) == 2
    listed = founder.space(team).conversations()[0]
    assert (listed.is_new, listed.count, listed.side) == (True, 3, "stranger")
    side = first(founder, team)
    assert said(side.messages())[-1] == ("stranger", "Thank you")
    assert b"".join(side.file(2, 0).chunks()) == b"small"
    with pytest.raises(NotFound, match=r"file\.unknown"):
        side.file(1, 0)
    with pytest.raises(NotFound, match=r"letters\.no_message"):
        side.file(7, 0)


def test_letters_are_taken_in_once(founder: Person, team: SpaceId) -> None:
    """The first who may write takes them in; nobody does it again; a reader does not."""
    reader = bring(founder, team, name="R", role=Role.READER, reads=Reads.ALL)
    editor = bring(founder, team, name="E", reads=Reads.ALL)
    write("one")
    write("two")
    assert len(reader.space(team).adopt_letters()) == 0
    assert len(editor.space(team).adopt_letters()) == 2
    assert len(founder.space(team).adopt_letters()) == 0
    assert founder.space(team).letterboxes()[0].waiting == 0
    assert {one.count for one in reader.space(team).conversations()} == {1}
    shown = reader.space(team).conversation(reader.space(team).conversations()[0].id)
    assert len(shown.messages()) == 1


def test_the_desk_tells_what_waits(founder: Person, team: SpaceId) -> None:
    """Letters nobody took in are counted by box; new messages by conversation; held ones hide."""
    editor = bring(founder, team, name="E", reads=Reads.ALL)
    assert founder.visit().desk().letters == []
    stranger = write("one")
    (line,) = editor.visit().desk().letters
    assert (line.address, line.record_id, line.count) == (ADDRESS, None, 1)
    side = first(founder, team)
    side.rename("The port")
    (line,) = editor.visit().desk().letters
    assert (line.record_id, line.title, line.count) == (side.entry.id, "The port", 1)
    side.settle()
    assert editor.visit().desk().letters == []
    stranger.come_back().add(Text("two"))
    stranger.side().add(Text("three"))
    assert [line.count for line in editor.visit().desk().letters] == [2]
    write("held", by=posting(is_held=True))
    founder.space(team).adopt_letters()
    assert len(editor.visit().desk().letters) == 1
    assert len(founder.visit().desk().letters) == 2


def test_a_form_sent_twice_is_one_letter(founder: Person, team: SpaceId) -> None:
    """Also after a night; another form with the same text is another letter."""
    by = posting()
    write("once", by=by)
    with pytest.raises(Refused, match=r"letters\.sent_already"):
        write("once", by=by)
    run_night(is_confirmed=True)
    with pytest.raises(Refused, match=r"letters\.sent_already"):
        write("once", by=by)
    write("once")
    assert len(founder.space(team).adopt_letters()) == 2


def test_a_box_is_closed_and_opened_again(founder: Person, team: SpaceId) -> None:
    """What waits is taken in; who writes is told; conversations can be read and answered still."""
    stranger = write("in time")
    founder.space(team).close_letterbox(ADDRESS)
    assert not letterbox.box_is_there(ADDRESS)
    with pytest.raises(Refused, match=r"letters\.closed"):
        write("too late")
    space = founder.space(team)
    assert [(box.is_open, box.waiting) for box in space.letterboxes()] == [(False, 0)]
    side = space.conversation(space.conversations()[0].id)
    side.answer(Text("We have it"))
    there = stranger.come_back()
    assert said(there.messages())[-1] == ("team", "We have it")
    with pytest.raises(Refused, match=r"letters\.closed"):
        there.add(Text("and now?"))
    founder.space(team).open_letterbox(ADDRESS)
    assert len(founder.space(team).letterboxes()) == 1
    stranger.side().add(Text("again"))
    assert said(first(founder, team).messages())[-1] == ("stranger", "again")


def test_addresses_and_roles(founder: Person, team: SpaceId) -> None:
    """An address is one space's; only keepers open and close; nothing closes twice."""
    editor = bring(founder, team, name="E")
    with pytest.raises(Refused, match=r"space\.keepers_only"):
        editor.space(team).open_letterbox("other")
    with pytest.raises(Refused, match=r"space\.keepers_only"):
        editor.space(team).close_letterbox(ADDRESS)
    other = founder.visit().open_space("Other", as_name="O")
    with pytest.raises(Refused, match=r"letters\.address_taken"):
        other.open_letterbox(ADDRESS)
    with pytest.raises(NotFound, match=r"letters\.no_box"):
        other.close_letterbox(ADDRESS)
    with pytest.raises(BadInput, match=r"letters\.no_address"):
        other.open_letterbox("")
    with pytest.raises(BadInput, match=r"vault\.address_too_long"):
        other.open_letterbox("x" * 65)
    founder.space(team).close_letterbox(ADDRESS)
    founder.space(team).close_letterbox(ADDRESS)


@pytest.mark.usefixtures("team")
def test_wrong_words_are_one_answer() -> None:
    """Unknown, forgotten and erased receipts are told alike; a wrong check word at once."""
    stranger = write("hello")
    typed = stranger.typed.split()
    with pytest.raises(BadInput, match=r"words\."):
        letterbox.come_back(" ".join([*typed[:-1], typed[0]]))
    stranger.come_back().forget()
    assert letterbox.conversation_of(stranger.cookie) is None
    with pytest.raises(Refused, match=r"letters\.unknown"):
        letterbox.come_back(stranger.typed)


def test_a_session_in_memory_ends(vault: Vault, founder: Person, team: SpaceId) -> None:
    """By leaving, by idleness, by a forged cookie; nothing of it was ever on the disk."""
    stranger = write("hello")
    stranger.come_back().end()
    assert letterbox.conversation_of(stranger.cookie) is None
    side = stranger.come_back()
    vault.clock.advance(minutes=21)
    assert letterbox.conversation_of(stranger.cookie) is None
    for cookie in ("", "ж", "AAAA", stranger.cookie[::-1]):
        assert letterbox.conversation_of(cookie) is None
    assert said(side.messages()) == [("stranger", "hello")]
    founder.log_in()
    assert first(founder, team).entry.count == 1


def test_one_message_is_erased(founder: Person, team: SpaceId) -> None:
    """Its place stays empty on both sides, its file is gone, the rest is there."""
    upload = seal_bytes(FILE, name="a.png", media_type="image/png")
    stranger = write("too much", uploads=[upload])
    side = first(founder, team)
    side.answer(Text("sure?"))
    side = first(founder, team)
    side.erase_message(0)
    with pytest.raises(NotFound, match=r"letters\.no_message"):
        side.erase_message(9)
    assert said(first(founder, team).messages()) == [("stranger", "-"), ("team", "sure?")]
    there = stranger.come_back()
    assert said(there.messages()) == [("stranger", "-"), ("team", "sure?")]
    with pytest.raises(NotFound, match=r"file\.unknown"):
        there.file(0, 0)
    there.add(Text("yes"))
    assert first(founder, team).entry.count == 3


def _row_of(founder: Person, team: SpaceId, number: int) -> tuple[int, bytes, int]:
    """Return id, content and last week of a message's row, which stand in it for everybody."""
    (entry,) = of_kind(founder.space(team)._opened, CONVERSATION)
    id_ = message_id(entry.record_key, number)
    return id_, look_up(bodies=[id_]).bodies[id_], entry.until


def _put_back(id_: int, box: bytes, until: int) -> None:
    """Write an old row in the place of the present one, as who can write to the disk does."""

    def act(tx: Transaction) -> None:
        tx.drop_bodies([id_])
        tx.put_body(id_, box, until=until)

    in_writing(act)


def test_an_erased_message_cannot_be_put_back(founder: Person, team: SpaceId) -> None:
    """Who kept the old rows and writes to the disk makes the group read nothing of them again."""
    upload = seal_bytes(FILE, name="a.png", media_type="image/png")
    stranger = write("too much", uploads=[upload])
    first(founder, team).answer(Text("sure?"))
    rows = [_row_of(founder, team, number) for number in (0, 1)]
    for number in (0, 1):
        first(founder, team).erase_message(number)
        run_night(is_confirmed=True)
        _put_back(*rows[number])
    there = first(founder, team)
    assert said(there.messages()) == [("stranger", "-"), ("team", "-")]
    with pytest.raises(NotFound, match=r"file\.unknown"):
        there.file(0, 0)
    stranger.come_back().add(Text("yes"))
    other = founder.visit().open_space("Other", as_name="O")
    moved = founder.space(team).forward_conversation(there.entry.id, to=other)
    assert of_kind(founder.space(team)._opened, ERASED_MESSAGES) == []
    side = founder.space(other.id).conversation(moved)
    assert said(side.messages()) == [("stranger", "-"), ("team", "-"), ("stranger", "yes")]
    side.erase()
    assert of_kind(founder.space(other.id)._opened, ERASED_MESSAGES) == []


def test_a_conversation_is_erased_with_all_that_hangs_on_it(founder: Person, team: SpaceId) -> None:
    """Receipt, messages, files, notes and what waits for somebody go; others stay."""
    stranger, other = write("a"), write("b")
    space = founder.space(team)
    space.adopt_letters()
    ids = {
        said(space.conversation(one.id).messages())[0][1]: one.id for one in space.conversations()
    }
    space.write(Note("on a"), title="n", parent=ids["a"])
    space.agenda_put(ids["a"], assignee_id=space.my_id, due_day=today(), title="a")
    assert [item.record_id for item in space.agenda_items()] == [ids["a"]]
    space.conversation(ids["a"]).erase()
    space = founder.space(team)
    assert [one.id for one in space.conversations()] == [ids["b"]]
    assert list(space.entries(Note)) == []
    assert space.agenda_items() == []
    with pytest.raises(NotFound, match=r"record\.unknown"):
        space.conversation(ids["a"])
    with pytest.raises(Refused, match=r"letters\.unknown"):
        letterbox.come_back(stranger.typed)
    other.come_back()


def test_a_held_letter_is_let_in(founder: Person, team: SpaceId) -> None:
    """It is marked until somebody lets it in, or answers it."""
    write("a", by=posting(is_held=True))
    side = first(founder, team)
    assert side.entry.is_held
    side.let_in()
    assert not founder.space(team).conversations()[0].is_held
    write("b", by=posting(is_held=True))
    founder.space(team).adopt_letters()
    held = next(one for one in founder.space(team).conversations() if one.is_held)
    founder.space(team).conversation(held.id).answer(Text("yes"))
    assert not any(one.is_held for one in founder.space(team).conversations())


def test_titles_have_room_for_ninety_six_bytes(founder: Person, team: SpaceId) -> None:
    """A longer one is refused in the words of records."""
    write("a")
    side = first(founder, team)
    side.rename("ж" * 48)
    assert founder.space(team).conversations()[0].title == "ж" * 48
    with pytest.raises(BadInput, match=r"record\.title_too_long"):
        side.rename("ж" * 49)


def test_a_conversation_has_an_end(founder: Person, team: SpaceId) -> None:
    """After two hundred messages both sides are told; what is there is still read."""
    stranger = write("0")
    there = stranger.come_back()
    for number in range(1, MESSAGE_WINDOW):
        there.add(Text(str(number)))
    with pytest.raises(Refused, match=r"letters\.conversation_full"):
        there.add(Text("more"))
    side = first(founder, team)
    assert len(side.messages()) == MESSAGE_WINDOW
    with pytest.raises(Refused, match=r"letters\.conversation_full"):
        side.answer(Text("more"))
    side.settle()
    assert not founder.space(team).conversations()[0].is_new


def test_a_full_box_says_so(founder: Person, team: SpaceId) -> None:
    """With 4,096 letters waiting the next is told to come tomorrow, and nothing is written."""
    visit = founder.visit()
    opened = visit.space(team)._opened
    (box,) = boxes_of(opened)
    tags = letter_tags(box.drop)
    assert len(tags) == LETTER_WINDOW

    def fill(tx: object) -> None:
        for tag in tags[:-1]:
            tx.put_small(tag, b"", key=bytes(32))  # type: ignore[attr-defined]  # a transaction

    in_writing(fill)
    write("the last one")
    with pytest.raises(Refused, match=r"letters\.full"):
        write("one more")
    assert len(founder.space(team).adopt_letters()) == 1


def test_all_of_it_ends(vault: Vault, founder: Person, team: SpaceId) -> None:
    """After its weeks nobody opens anything, and the next night sweeps every row of it."""
    stranger = write("short", by=posting(weeks=1))
    first(founder, team).answer(Text("yes"))
    write("never taken in", by=posting(weeks=1))
    vault.clock.advance(days=15)
    founder.log_in()
    assert founder.space(team).conversations() == []
    assert len(founder.space(team).adopt_letters()) == 0
    with pytest.raises(Refused, match=r"letters\.unknown"):
        letterbox.come_back(stranger.typed)
    assert _bodies_that_end()
    run_night(is_confirmed=True)
    assert _bodies_that_end() == []
    founder.log_in()
    assert founder.space(team).letterboxes()[0].waiting == 0


def _bodies_that_end() -> list[int]:
    """Return the last weeks of bodies that have one, as the disk shows them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT until FROM body WHERE until IS NOT NULL")
        return [row[0] for row in cursor.fetchall()]
