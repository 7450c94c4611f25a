# SPDX-License-Identifier: AGPL-3.0-or-later
"""Kill a process at random steps of what strangers and teams do with letters."""

from typing import Final

from hedgerow.kernel.errors import NotFound, Refused
from hedgerow.kernel.ids import MemberId, RecordId, SpaceId
from hedgerow.store import letterbox
from hedgerow.store.letterbox import Posting
from hedgerow.store.night import run_night
from hedgerow.store.roles import Reads
from hedgerow.store.uploads import seal_bytes
from tests.instances import Vault
from tests.store.killing import Say
from tests.store.people.actors import Person, bring, id_of
from tests.store.people.killed import Killer
from tests.store.people.strangers import ADDRESS, Stranger, Text, first, posting, said, write

_FILE = b"a picture" * 20_000


def _refusal(text: str, *, by: Posting) -> str:
    """Write a letter, and return the code of the reason where it is refused."""
    try:
        write(text, by=by)
    except Refused as error:
        return error.code
    return ""


def letters(vault: Vault, founder: Person, space_id: SpaceId, *, times: int) -> int:
    """Kill while letters are sent: each that was acknowledged is there, whole, and once.

    A form that is sent again after a kill is taken, or is there already: never twice.
    """
    founder.space(space_id).open_letterbox(ADDRESS)
    killer, expected = Killer(vault), set[str]()
    for kill in range(times):
        by = posting()

        def act(say: Say, kill: int = kill, by: Posting = by) -> None:
            upload = seal_bytes(_FILE, name="a.png", media_type="image/png")
            write(f"letter {kill}", by=by, uploads=[upload])
            say(0)

        killer.run(act)
        assert _refusal(f"letter {kill}", by=by) in {"", "letters.sent_already"}
        expected.add(f"letter {kill}")
    founder.log_in()
    space = founder.space(space_id)
    assert len(space.adopt_letters()) == times
    found = [space.conversation(one.id) for one in space.conversations()]
    assert sorted(said(one.messages())[0][1] for one in found) == sorted(expected)
    for one in found:
        for letter in one.messages():
            for index in range(len(letter.files)):
                assert b"".join(one.file(letter.number, index).chunks()) == _FILE
    assert space.damage() == []
    return killer.hits


def closings(vault: Vault, founder: Person, space_id: SpaceId, *, times: int) -> int:
    """Kill while a box with a letter is closed, opened, and somebody is removed: none is lost."""
    founder.space(space_id).open_letterbox(ADDRESS)
    killer, sent = Killer(vault), 0
    for kill in range(times):
        founder.log_in()
        goes = bring(founder, space_id, name="G", reads=Reads.ALL)
        target = id_of(goes, space_id)
        refusal = _refusal(f"letter {kill}", by=posting())
        assert refusal in {"", "letters.closed"}
        sent += not refusal

        def act(_say: Say, target: MemberId = target) -> None:
            founder.space(space_id).close_letterbox(ADDRESS)
            founder.space(space_id).open_letterbox(ADDRESS)
            founder.space(space_id).remove(target)

        killer.run(act)
        founder.log_in()
        space = founder.space(space_id)
        (box,) = space.letterboxes()
        assert box.is_open == letterbox.box_is_there(ADDRESS)
        if not box.is_open:
            space.open_letterbox(ADDRESS)
        if target in {member.id for member in space.members()}:
            founder.space(space_id).remove(target)
    founder.space(space_id).adopt_letters()
    space = founder.space(space_id)
    assert len(space.conversations()) == sent
    for one in space.conversations():
        assert said(space.conversation(one.id).messages())[0][1].startswith("letter")
    assert space.damage() == []
    return killer.hits


def answers(vault: Vault, founder: Person, space_id: SpaceId, *, times: int) -> int:
    """Kill while both sides write, and a night is held: what was acknowledged is read by both."""
    founder.space(space_id).open_letterbox(ADDRESS)
    stranger: Stranger = write("first")
    record = first(founder, space_id).entry.id
    killer, acknowledged = Killer(vault), {"first"}
    for kill in range(times):
        vault.clock.advance(minutes=5)
        founder.log_in()
        stranger.come_back()

        def act(say: Say, kill: int = kill) -> None:
            founder.space(space_id).conversation(record).answer(Text(f"{kill}-0"))
            say(0)
            stranger.side().add(Text(f"{kill}-1"))
            say(1)
            if kill % 4 == 0:
                run_night()

        outcome = killer.run(act)
        acknowledged |= {f"{kill}-{number}" for number in outcome.said}
        run_night(is_confirmed=True)
        founder.log_in()
        ours = said(founder.space(space_id).conversation(record).messages())
        theirs = said(stranger.come_back().messages())
        assert ours == theirs
        assert acknowledged <= {text for _, text in ours}
        assert "x" not in {text for _, text in ours}
    return killer.hits


def forwards(vault: Vault, founder: Person, space_id: SpaceId, *, times: int) -> int:
    """Kill while conversations are handed over: each is read in exactly one of the groups."""
    founder.space(space_id).open_letterbox(ADDRESS)
    other = founder.visit().open_space("Other", as_name="O").id
    killer = Killer(vault)
    for kill in range(times):
        founder.log_in()
        stranger = write(f"letter {kill}")
        record = first(founder, space_id).entry.id

        def act(_say: Say, record: RecordId = record) -> None:
            space = founder.space(space_id)
            space.forward_conversation(record, to=founder.space(other))

        killer.run(act)
        founder.log_in()
        here = _texts(founder, space_id)
        there = _texts(founder, other)
        assert [f"letter {kill}" in here, f"letter {kill}" in there].count(True) == 1
        stranger.come_back().add(Text(f"more {kill}"))
        assert f"more {kill}" in _texts(founder, space_id) | _texts(founder, other)
        assert founder.space(space_id).damage() == founder.space(other).damage() == []
    return killer.hits


def _texts(person: Person, space_id: SpaceId) -> set[str]:
    """Return what is read in the conversations of a space, as members look at them."""
    space = person.space(space_id)
    found: set[str] = set()
    for one in space.conversations():
        try:
            letters_ = space.conversation(one.id).messages()
        except NotFound:
            continue
        found |= {text for _, text in said(letters_)}
    return found


ACTS: Final = {
    "sending letters": letters,
    "closing letter-boxes": closings,
    "answering letters": answers,
    "handing letters over": forwards,
}
