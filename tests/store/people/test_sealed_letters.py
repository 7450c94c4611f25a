# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a disk, a former member or a lost receipt tells of letters."""

import pytest
from django.db import connection

from hedgerow.engines.vault import letters as messages
from hedgerow.engines.vault.letters import Side
from hedgerow.engines.vault.padding import padme
from hedgerow.engines.vault.primitives import SealingKeys
from hedgerow.kernel.errors import Damaged
from hedgerow.kernel.ids import SpaceId
from hedgerow.store import kinds, letters, listing
from hedgerow.store.boxkeys import boxes_of
from hedgerow.store.conversations import thread_of
from hedgerow.store.letters import Reader, Thread
from hedgerow.store.machine import machine
from hedgerow.store.night import run_night
from hedgerow.store.roles import Reads
from tests.store.people.actors import Person, bring, id_of
from tests.store.people.strangers import ADDRESS, Stranger, Text, first, posting, said, write
from tests.store.people.test_sealed import lockers


def _held(person: Person, space_id: SpaceId) -> tuple[Thread, list[SealingKeys]]:
    """Return what a member holds of the one conversation: C, and every pair of the box."""
    opened = person.visit().space(space_id)._opened
    (entry,) = listing.of_kind(opened, kinds.CONVERSATION)
    (box,) = boxes_of(opened)
    return thread_of(entry), box.pairs


def _opened_by(thread: Thread, pairs: list[SealingKeys]) -> set[bytes]:
    """Open what opens of a conversation, with the boot key and a member's keys of it."""
    found: set[bytes] = set()
    for number, box in letters.window_of(thread).items():
        for side in Side:
            try:
                reader = Reader(side, pairs)
                found.add(letters.opened(thread, number, box=box, reader=reader).content)
            except Damaged:
                continue
    return found


def _has(found: set[bytes], text: str) -> bool:
    """Tell whether a text is among what opened."""
    return any(text.encode() in one for one in found)


def test_a_removed_member_opens_no_later_message(founder: Person, space_id: SpaceId) -> None:
    """With C, the older B, image and boot key: what was before, and nothing that comes after."""
    founder.space(space_id).open_letterbox(ADDRESS)
    goes = bring(founder, space_id, name="G", reads=Reads.ALL)
    stranger = write("before")
    first(goes, space_id)
    thread, pairs = _held(goes, space_id)
    founder.space(space_id).remove(id_of(goes, space_id))
    first(founder, space_id).answer(Text("an answer after"))
    stranger.come_back().add(Text("a letter after"))
    found = _opened_by(thread, pairs)
    assert _has(found, "before")
    assert not _has(found, "after")
    ours = _opened_by(*_held(founder, space_id))
    assert _has(ours, "an answer after")
    assert _has(ours, "a letter after")


def test_nobody_opens_anything_after_its_week(founder: Person, space_id: SpaceId) -> None:
    """C, every B and the receipt, with the boot key and all rows, open nothing once it is over."""
    founder.space(space_id).open_letterbox(ADDRESS)
    write("short", by=posting(weeks=1))
    first(founder, space_id)
    thread, pairs = _held(founder, space_id)
    rows = letters.window_of(thread)
    assert _has(_opened_by(thread, pairs), "short")
    clock = machine().clock
    clock.advance(days=15)  # type: ignore[attr-defined]  # the clock of tests
    run_night(is_confirmed=True)
    assert letters.window_of(thread) == {}
    peeled = messages.peel(rows[0], secret=thread.secret, number=0)
    key = messages.key_in(peeled.for_team, pairs=pairs)
    for expiry in machine().ring.expiry.values():
        with pytest.raises(Damaged):
            messages.open_text(peeled.inner, key=key, expiry_key=expiry)


def test_rows_of_letters_look_like_any(founder: Person, space_id: SpaceId) -> None:
    """Sizes are those of all bodies; no inner of a locker names the address in clear."""
    founder.space(space_id).open_letterbox(ADDRESS)
    for size in (0, 10, 400, 5000):
        write("x" * size)
    first(founder, space_id).answer(Text("yes"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT LENGTH(box) FROM body")
        sizes = [row[0] for row in cursor.fetchall()]
    assert len(sizes) >= 5
    assert all(size == padme(size) >= 256 for size in sizes)
    assert not any(ADDRESS.encode() in inner for _, _, inner in lockers())


def test_an_answer_changes_no_locker_of_the_stranger(founder: Person, space_id: SpaceId) -> None:
    """Whoever has the boot key cannot see by the receipt's row whether it was ever answered."""
    founder.space(space_id).open_letterbox(ADDRESS)
    stranger: Stranger = write("hello")
    first(founder, space_id)
    before = {tag: inner for klass, tag, inner in lockers() if klass.name == "SMALL"}
    first(founder, space_id).answer(Text("yes"))
    stranger.come_back()
    after = {tag: inner for klass, tag, inner in lockers() if klass.name == "SMALL"}
    assert before == after
    assert said(stranger.side().messages()) == [("stranger", "hello"), ("team", "yes")]
