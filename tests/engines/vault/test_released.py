# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check released items: what they hold, whose they are, and when they wait."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hedgerow.engines.vault import released
from hedgerow.engines.vault.primitives import sub
from hedgerow.engines.vault.released import ReleasedItem, ReleasedKind
from hedgerow.kernel.errors import Damaged

DRAW = random.Random(11).randbytes
SECRET, NONCE, HOLD = DRAW(32), DRAW(16), DRAW(32)
MINUTES = st.integers(0, 2**32 - 1)


def _item(*, due: int = 1000, handled: int = 500) -> ReleasedItem:
    """Make an item of one author."""
    mark = released.author_mark(SECRET, NONCE)
    return ReleasedItem(ReleasedKind.COUNTING, due, handled, DRAW(32), NONCE, mark)


@given(MINUTES, MINUTES)
def test_item_comes_back(due: int, handled: int) -> None:
    """All fields come back from 73 bytes."""
    item = _item(due=due, handled=handled)
    content = released.encode_item(item)
    assert len(content) == 73
    assert released.decode_item(content) == item


def test_damaged_item_is_damage() -> None:
    """A kind that is none, and content too short or too long, do not parse."""
    content = released.encode_item(_item())
    for damaged in (b"", b"\0" + content[1:], b"\x03" + content[1:], content[:-1], content + b"x"):
        with pytest.raises(Damaged, match=r"vault\.released_damaged"):
            released.decode_item(damaged)


def test_item_tells_its_author_to_who_knows_the_pause_secret() -> None:
    """A paused author's items are found; others are not taken for theirs."""
    assert released.is_by(_item(), SECRET)
    assert not released.is_by(_item(), DRAW(32))
    assert released.author_mark(SECRET, NONCE) == sub(SECRET, "released", NONCE)[:16]


def test_places_and_key_come_from_hold() -> None:
    """Each kind has its own places."""
    tags = {released.released_tag(HOLD, kind, k) for kind in ReleasedKind for k in (0, 1023)}
    assert len(tags) == 4
    assert released.released_tag(HOLD, ReleasedKind.COUNTING, 5) == sub(HOLD, "released", 2, 5)
    assert released.released_key(HOLD) == sub(HOLD, "released-key")


@pytest.mark.parametrize(
    ("minute", "handled", "restored", "waits"),
    [
        (1000, 500, 0, False),
        (1060, 500, 0, False),
        (1061, 500, 0, True),
        (1061, 1061, 0, False),
        (1122, 1061, 0, True),
        (1000, 500, 499, False),
        (1000, 500, 500, True),
    ],
)
def test_item_waits_for_another_editor_when_in_doubt(
    minute: int, handled: int, restored: int, *, waits: bool
) -> None:
    """More than an hour late, or handed over before a restore: an editor looks first."""
    item = _item(due=1000, handled=handled)
    assert released.is_withheld(item, minute=minute, restored=restored) is waits


def test_confirming_sets_the_minute_alone() -> None:
    """After an editor's yes the item is done at once."""
    item = released.confirmed(_item(handled=500), minute=2000)
    assert item.handled == 2000
    assert not released.is_withheld(item, minute=2001, restored=1500)
