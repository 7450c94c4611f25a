# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check what a letter-box keeps: the server's part, waiting letters, receipts, keys, titles."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hedgerow.engines.vault import letterbox
from hedgerow.engines.vault.letterbox import (
    ConversationTitle,
    Receipt,
    ServersPart,
    WaitingLetter,
)
from hedgerow.engines.vault.primitives import sealing_keys, sub
from hedgerow.kernel.errors import BadInput, Damaged

DRAW = random.Random(14).randbytes
HOLD, CARRY, DROP = DRAW(32), DRAW(32), DRAW(32)
KEYS = st.binary(min_size=32, max_size=32)


def _waiting(*, is_held: bool = False) -> WaitingLetter:
    """Make what leads to a letter."""
    return WaitingLetter(DRAW(32), DRAW(32), DRAW(32), 20_000, DRAW(16), is_held)


def test_places_follow_from_hold_and_drop() -> None:
    """The server finds a box by its address, members its letters by the drop."""
    assert letterbox.box_tag(HOLD, "help") == sub(HOLD, "box", "help")
    assert letterbox.box_key(HOLD) == sub(HOLD, "box-key")
    assert letterbox.letter_key(DROP) == sub(DROP, "letter-key")
    tags = letterbox.letter_tags(DROP)
    assert len(set(tags)) == letterbox.LETTER_WINDOW
    for place in (0, 1, 255, 256, 4095):
        assert tags[place] == sub(DROP, "letter", place)
    assert letterbox.letter_tags(DROP, [7, 3]) == [tags[7], tags[3]]


@given(st.binary(min_size=16, max_size=16), st.text(max_size=20))
def test_one_form_is_one_conversation(number: bytes, address: str) -> None:
    """The same form to the same box on the same day gives the same secret; all else another."""
    secret = letterbox.conversation_secret(CARRY, address, number)
    assert secret == letterbox.conversation_secret(CARRY, address, number)
    assert secret != letterbox.conversation_secret(HOLD, address, number)
    assert secret != letterbox.conversation_secret(CARRY, address + "x", number)
    assert secret != letterbox.conversation_secret(CARRY, address, number[::-1] + b"x")


@given(KEYS, KEYS)
def test_servers_part_comes_back(public: bytes, drop: bytes) -> None:
    """It is both halves and nothing else."""
    part = ServersPart(public, drop)
    assert letterbox.decode_part(letterbox.encode_part(part)) == part
    with pytest.raises(Damaged, match=r"vault\.box_part_damaged"):
        letterbox.decode_part(letterbox.encode_part(part) + b"x")


@pytest.mark.parametrize("is_held", [True, False])
def test_a_waiting_letter_opens_for_the_team_alone(is_held: bool) -> None:  # noqa: FBT001 -- of the test
    """Any of the box's pairs opens it, whichever came first; another does not."""
    new, old, foreign = (sealing_keys(DRAW(32)) for _ in range(3))
    letter = _waiting(is_held=is_held)
    sealed = letterbox.seal_waiting(letter, public=old.public)
    assert letterbox.open_waiting(sealed, pairs=[new, old]) == letter
    for pairs in ([new], [foreign], []):
        with pytest.raises(Damaged, match=r"vault\.waiting_damaged"):
            letterbox.open_waiting(sealed, pairs=pairs)


def test_damaged_waiting_letter_is_damage() -> None:
    """Content that is too short, too long, or neither held nor free, does not parse."""
    plain = b"".join([DRAW(96), (1).to_bytes(4, "big"), DRAW(16), b"\1"])
    assert letterbox.decode_waiting(plain).is_held
    for damaged in (b"", plain[:-1], plain + b"x", plain[:-1] + b"\2"):
        with pytest.raises(Damaged, match=r"vault\.waiting_damaged"):
            letterbox.decode_waiting(damaged)


@given(KEYS, st.text(max_size=16))
def test_receipt_comes_back(secret: bytes, address: str) -> None:
    """It leads to the conversation and to the box."""
    receipt = Receipt(secret, address)
    assert letterbox.decode_receipt(letterbox.encode_receipt(receipt)) == receipt


def test_receipt_has_limits() -> None:
    """An address above 64 bytes is refused; content that is none does not parse."""
    letterbox.encode_receipt(Receipt(CARRY, "ж" * 32))
    with pytest.raises(BadInput, match=r"vault\.address_too_long"):
        letterbox.encode_receipt(Receipt(CARRY, "ж" * 33))
    content = letterbox.encode_receipt(Receipt(CARRY, "help"))
    for damaged in (b"", content[:-1], content + b"x", content[:-1] + b"\xff"):
        with pytest.raises(Damaged, match=r"vault\.receipt_damaged"):
            letterbox.decode_receipt(damaged)


@given(st.lists(KEYS, max_size=12))
def test_seeds_come_back_newest_first(seeds: list[bytes]) -> None:
    """All of them, in their order."""
    assert letterbox.decode_seeds(letterbox.encode_seeds(seeds)) == tuple(seeds)


def test_seeds_have_limits() -> None:
    """The oldest above 255 go; content that is none does not parse."""
    many = [DRAW(32) for _ in range(300)]
    assert letterbox.decode_seeds(letterbox.encode_seeds(many)) == tuple(many[:255])
    with pytest.raises(Damaged, match=r"vault\.box_seeds_damaged"):
        letterbox.decode_seeds(b"\2" + DRAW(32))


@given(KEYS, KEYS, st.text(max_size=24))
def test_title_comes_back(stranger: bytes, tag: bytes, title: str) -> None:
    """The field holds R, the receipt's tag and the title, and fits an entry."""
    field = ConversationTitle(stranger, tag, title)
    content = letterbox.encode_conversation(field)
    assert len(content) <= 160
    assert letterbox.decode_conversation(content) == field


def test_title_has_limits() -> None:
    """96 bytes fit, one more does not; content that is none does not parse."""
    letterbox.encode_conversation(ConversationTitle(HOLD, CARRY, "x" * 96))
    with pytest.raises(BadInput, match=r"vault\.title_too_long"):
        letterbox.encode_conversation(ConversationTitle(HOLD, CARRY, "x" * 97))
    for damaged in (b"", bytes(63), bytes(64) + b"x" * 97, bytes(64) + b"\xff"):
        with pytest.raises(Damaged, match=r"vault\.conversation_damaged"):
            letterbox.decode_conversation(damaged)


@given(st.sets(st.integers(min_value=0, max_value=199)))
def test_the_numbers_of_erased_messages_come_back(numbers: set[int]) -> None:
    """All two hundred have a bit; another length is refused."""
    field = letterbox.encode_erased(numbers)
    assert letterbox.decode_erased(field) == numbers
    for wrong in (field[:-1], field + b"\0", b""):
        with pytest.raises(Damaged, match=r"vault\.erased_damaged"):
            letterbox.decode_erased(wrong)
