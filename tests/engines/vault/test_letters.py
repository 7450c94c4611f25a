# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check messages between a stranger and a team: who opens them, and what they look like."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hedgerow.engines.vault import letters
from hedgerow.engines.vault.letters import Ends, Message, Side, What
from hedgerow.engines.vault.padding import padme
from hedgerow.engines.vault.primitives import sealing_keys
from hedgerow.kernel.errors import Damaged

DRAW = random.Random(41).randbytes
SECRET, EXPIRY = DRAW(32), DRAW(32)
TEAM, STRANGER, OLDER = (sealing_keys(DRAW(32)) for _ in range(3))
ENDS = Ends(TEAM.public, STRANGER.public)
TEXTS = st.binary(max_size=3000)


def _text(content: bytes, *, side: Side = Side.STRANGER) -> Message:
    """Make a message."""
    return Message(side, 29_450_000, What.TEXT, content)


def _sealed(message: Message, *, number: int = 0, ends: Ends = ENDS) -> bytes:
    """Seal a message of the one conversation."""
    return letters.seal_message(
        message, secret=SECRET, number=number, ends=ends, expiry_key=EXPIRY, random=DRAW
    )


@given(TEXTS, st.sampled_from(Side), st.integers(0, 199))
def test_both_sides_open_a_message(content: bytes, side: Side, number: int) -> None:
    """By C, its number, their own pair and the key of the week."""
    message = _text(content, side=side)
    box = _sealed(message, number=number)
    peeled = letters.peel(box, secret=SECRET, number=number)
    for sealed, pair in ((peeled.for_team, TEAM), (peeled.for_stranger, STRANGER)):
        key = letters.key_in(sealed, pairs=[OLDER, pair])
        assert letters.open_text(peeled.inner, key=key, expiry_key=EXPIRY) == message


@given(TEXTS)
def test_sizes_are_those_of_any_body(content: bytes) -> None:
    """A message is a body of a Padmé size, 256 bytes at least."""
    size = len(_sealed(_text(content)))
    assert size == padme(size)
    assert size >= 256


def test_nobody_else_opens_it() -> None:
    """Another C, another number, an older pair, another week: none opens."""
    box = _sealed(_text(b"secret"))
    for secret, number in ((DRAW(32), 0), (SECRET, 1)):
        with pytest.raises(Damaged):
            letters.peel(box, secret=secret, number=number)
    peeled = letters.peel(box, secret=SECRET, number=0)
    for pairs in ([OLDER], [], [STRANGER]):
        with pytest.raises(Damaged, match=r"vault\.letter_damaged"):
            letters.key_in(peeled.for_team, pairs=pairs)
    key = letters.key_in(peeled.for_team, pairs=[TEAM])
    with pytest.raises(Damaged):
        letters.open_text(peeled.inner, key=key, expiry_key=DRAW(32))


def test_ids_are_those_of_bodies() -> None:
    """Each message has an id of its own, of 62 bits, which C alone gives."""
    ids = letters.message_ids(SECRET)
    assert len(set(ids)) == letters.MESSAGE_WINDOW
    assert all(0 <= one < 1 << 62 for one in ids)
    assert ids[7] == letters.message_id(SECRET, 7) != letters.message_id(DRAW(32), 7)


@given(st.binary(max_size=80))
def test_what_is_no_message_is_damage(content: bytes) -> None:
    """A side that is none, a kind that is none, a key of another size: nothing is guessed."""
    try:
        message = letters.decode_message(content)
    except Damaged:
        return
    assert letters.encode_message(message) == content


@pytest.mark.parametrize(
    "plain",
    [
        b"",
        b"\2\0\0\0\0\1text",
        b"\0\0\0\0\0\4text",
        b"\0\0\0\0\0\0text",
        b"\1\0\0\0\0\2" + bytes(31),
    ],
)
def test_damaged_messages(plain: bytes) -> None:
    """Nothing, a third side, a fifth kind, an erased text, half a key."""
    with pytest.raises(Damaged, match=r"vault\.letter_damaged"):
        letters.decode_message(plain)


@pytest.mark.parametrize("content", [b"", bytes(32)])
def test_erased_and_new_keys(content: bytes) -> None:
    """An erased message holds nothing, a new key just that."""
    what = What.NEW_KEY if content else What.ERASED
    message = Message(Side.TEAM, 1, what, content)
    assert letters.decode_message(letters.encode_message(message)) == message


def test_an_outer_box_without_keys_is_damage() -> None:
    """What stands in the outer Box must be long enough for both keys."""
    peeled = letters.Peeled(b"", b"", b"short")
    box = letters.wrap(peeled, secret=SECRET, number=0, random=DRAW)
    with pytest.raises(Damaged, match=r"vault\.letter_damaged"):
        letters.peel(box, secret=SECRET, number=0)
