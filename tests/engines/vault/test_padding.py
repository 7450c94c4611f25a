# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check that padding is exact, reversible and says little of sizes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hedgerow.engines.vault import padding
from hedgerow.kernel.errors import Damaged, Refused

SIZES = st.integers(0, 2**32)


@given(st.binary(max_size=63))
def test_padded_text_has_the_size_and_comes_back(plain: bytes) -> None:
    """Every text shorter than the field is filled up to it, also one that ends in zeros."""
    for text in (plain, plain.ljust(63, b"\0"), plain[:50] + b"\x80"):
        padded = padding.pad(text, 64)
        assert len(padded) == 64
        assert padding.unpad(padded) == text


def test_text_without_room_for_the_mark_is_refused() -> None:
    """A text as long as the field does not fit, and the limit is named."""
    with pytest.raises(Refused) as caught:
        padding.pad(bytes(64), 64)
    assert (caught.value.code, caught.value.details) == (
        "vault.too_large",
        {"size": 64, "limit": 63},
    )


@pytest.mark.parametrize("padded", [b"", b"\0\0", b"text", b"text\x01\0"])
def test_filling_without_mark_is_damage(padded: bytes) -> None:
    """Where no mark stands before the zeros, nothing is guessed."""
    with pytest.raises(Damaged, match=r"vault\.padding"):
        padding.unpad(padded)


@given(SIZES)
def test_padme_adds_little_and_is_stable(size: int) -> None:
    """A size grows by at most 12 per cent, and a Padmé size stays as it is."""
    rounded = padding.padme(size)
    assert size <= rounded <= size * 1.12 + 1
    assert padding.padme(rounded) == rounded


@given(SIZES, SIZES)
def test_padme_keeps_the_order_of_sizes(one: int, other: int) -> None:
    """A longer text never gets the smaller size."""
    assert (padding.padme(one) <= padding.padme(other)) or one > other


def test_padme_leaves_few_sizes() -> None:
    """A few sizes are as published, and below a mebibyte some three hundred occur in all."""
    assert [padding.padme(size) for size in (0, 1, 9, 257, 1000)] == [0, 1, 10, 272, 1024]
    assert len({padding.padme(size) for size in range(2**20)}) == 301


@given(SIZES)
def test_padme_sizes_fit_two_bytes(size: int) -> None:
    """Mantissa and exponent of a Padmé size each fit a byte and give it back."""
    mantissa, exponent = padding.size_code(padding.padme(size))
    assert max(mantissa, exponent) < 256
    assert padding.size_of(mantissa, exponent) == padding.padme(size)


def test_other_sizes_are_refused() -> None:
    """A size that is no Padmé size is not rounded in secret."""
    with pytest.raises(Refused, match=r"vault\.not_padme"):
        padding.size_code(257)


@given(st.integers(0, 70_000))
def test_bodies_get_a_padme_size_with_their_box(size: int) -> None:
    """The Box of a body has a Padmé size of at least 256 bytes."""
    padded = padding.pad_body(bytes(size))
    box = len(padded) + 72
    assert box == padding.body_size(size) == padding.padme(box) >= 256
    assert padding.unpad(padded) == bytes(size)
