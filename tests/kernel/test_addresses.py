# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check that an id has one address and an address one id."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hedgerow.kernel.addresses import from_address, to_address


@given(st.integers(1, 2**62 - 1))
def test_id_comes_back_from_its_address(number: int) -> None:
    """Eleven characters that need no escaping stand for the id."""
    address = to_address(number)
    assert len(address) == 11
    assert address.replace("-", "a").replace("_", "a").isalnum()
    assert from_address(address) == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        "AAAAAAAAAAA",
        "AAAAAAAAAAB",
        "________-__",
        "AAAAAAAAAA",
        "AAAAAAAAABEA",
        "AAAAAAAAA+E",
        "AAAAAAAAA=E",
        "жжжжжжжжжжж",
        to_address(2**62),
    ],
)
def test_other_texts_stand_for_nothing(text: str) -> None:
    """Zero, ids too great, other lengths, signs and spellings are refused."""
    with pytest.raises(ValueError, match=f"^({re.escape(text)}|string argument .* ASCII .*)$"):
        from_address(text)


@given(st.text(max_size=12))
def test_no_text_but_its_own_stands_for_an_id(text: str) -> None:
    """Whatever is typed, it is refused or it is the address of what comes out."""
    try:
        number = from_address(text)
    except ValueError:
        return
    assert to_address(number) == text
