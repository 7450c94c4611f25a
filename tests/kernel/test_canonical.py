# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check that canonical bytes have one reading and one writing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hedgerow.kernel.canonical import Reader, join_parts, part_bytes, u8, u16, u32, u64
from hedgerow.kernel.errors import Damaged

PARTS = st.one_of(st.binary(max_size=12), st.integers(0, 2**64 - 1), st.text(max_size=6))


def test_integers_are_big_endian() -> None:
    """Each integer is written in its own number of bytes, the highest first."""
    assert (u8(1), u16(1), u32(1)) == (b"\x01", b"\x00\x01", b"\x00\x00\x00\x01")
    assert u64(2**63) == b"\x80" + bytes(7)


def test_integers_that_do_not_fit_are_refused() -> None:
    """An integer too great for its field is never cut."""
    for write, bits in ((u8, 8), (u16, 16), (u32, 32), (u64, 64)):
        assert write(2**bits - 1) == b"\xff" * (bits // 8)
        with pytest.raises(OverflowError):
            write(2**bits)


def test_parts_are_bytes_integers_and_texts() -> None:
    """A part is written as bytes, as u64, or as UTF-8."""
    assert part_bytes(b"\xff") == b"\xff"
    assert part_bytes(258) == bytes(6) + b"\x01\x02"
    assert part_bytes("ё") == b"\xd1\x91"


@given(st.lists(PARTS, max_size=4), st.lists(PARTS, max_size=4))
def test_different_lists_of_parts_never_join_to_the_same(
    one: list[bytes | int | str], other: list[bytes | int | str]
) -> None:
    """Two lists give the same bytes only if each part has the same bytes."""
    same = [*map(part_bytes, one)] == [*map(part_bytes, other)]
    assert (join_parts(*one) == join_parts(*other)) is same


def test_reader_reads_what_was_written() -> None:
    """Fields come back in their order, and what is left is counted."""
    reader = Reader(u8(1) + u16(2) + u32(3) + u64(4) + b"abc" + "є".encode() + bytes(3), code="x")
    assert (reader.u8(), reader.u16(), reader.u32(), reader.u64()) == (1, 2, 3, 4)
    assert (reader.take(3), reader.text(2), reader.left) == (b"abc", "є", 3)
    reader.zeros()
    reader.end()
    assert reader.left == 0


def test_reader_refuses_what_is_too_short_or_too_long() -> None:
    """Too few bytes, other bytes than zeros and bytes left over are damage, by its code."""
    for read in (
        lambda: Reader(b"a", code="x.short").u16(),
        lambda: Reader(b"\xff", code="x.short").text(1),
        lambda: Reader(b"\0\x01\0", code="x.short").zeros(),
        lambda: Reader(b"a", code="x.short").end(),
    ):
        with pytest.raises(Damaged) as caught:
            read()
        assert caught.value.code == "x.short"


@given(st.binary(max_size=40), st.lists(st.integers(0, 12), max_size=6))
def test_reader_is_total(data: bytes, sizes: list[int]) -> None:
    """Whatever the bytes and the sizes are, fields are exact or the data is damaged."""
    reader, taken = Reader(data, code="x"), b""
    try:
        for size in sizes:
            taken += reader.take(size)
        reader.end()
    except Damaged:
        assert sum(sizes) != len(data)
    else:
        assert taken == data
