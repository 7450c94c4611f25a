# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check the title field of cards."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hedgerow.engines.vault.card import Card, decode_card, encode_card
from hedgerow.kernel.errors import BadInput, Damaged

MARK = bytes(range(32))


@given(st.binary(min_size=32, max_size=32), st.text(max_size=32))
def test_a_card_is_read_as_it_was_written(mark: bytes, name: str) -> None:
    """Mark and name come back as they were."""
    assert decode_card(encode_card(Card(mark, name))) == Card(mark, name)


def test_layout_of_a_card() -> None:
    """The mark stands first; the longest name fills a title field of 160 bytes."""
    assert encode_card(Card(MARK, "Оля")) == MARK + "Оля".encode()
    assert len(encode_card(Card(MARK, "ж" * 64))) == 160


def test_a_long_name_is_refused() -> None:
    """A name has at most 128 bytes."""
    with pytest.raises(BadInput, match=r"vault\.name_too_long"):
        encode_card(Card(MARK, "ж" * 64 + "x"))


@pytest.mark.parametrize("title", [b"", MARK[:-1], MARK + b"\xff", MARK + b"x" * 129])
def test_what_is_no_card_is_damage(title: bytes) -> None:
    """A short mark, broken text or too long a name is damage."""
    with pytest.raises(Damaged, match=r"vault\.card_damaged"):
        decode_card(title)
