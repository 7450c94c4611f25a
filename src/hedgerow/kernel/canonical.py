# SPDX-License-Identifier: AGPL-3.0-or-later
"""Write and read canonical bytes: big-endian integers and length-prefixed parts.

There is one encoding for each value, so that what is hashed or signed is unambiguous.
Reading is total: every length is checked against the bytes that are there, and what
does not parse raises `Damaged`, never an IndexError.
"""

from hedgerow.kernel.errors import Damaged

Part = bytes | int | str
"""A part of a keyed hash or a context: bytes, an integer (u64) or a text (UTF-8)."""


def u8(value: int) -> bytes:
    """Write an integer of one byte."""
    return value.to_bytes(1, "big")


def u16(value: int) -> bytes:
    """Write an integer of two bytes."""
    return value.to_bytes(2, "big")


def u32(value: int) -> bytes:
    """Write an integer of four bytes."""
    return value.to_bytes(4, "big")


def u64(value: int) -> bytes:
    """Write an integer of eight bytes."""
    return value.to_bytes(8, "big")


def part_bytes(part: Part) -> bytes:
    """Write one part: bytes as they are, integers as u64, texts as UTF-8."""
    if isinstance(part, bytes):
        return part
    return u64(part) if isinstance(part, int) else part.encode()


def join_parts(*parts: Part) -> bytes:
    """Join parts so that no two different lists give the same bytes.

    Returns:
        For each part its length as u32 and then its bytes.
    """
    pieces: list[bytes] = []
    for part in parts:
        raw = part if isinstance(part, bytes) else part_bytes(part)
        pieces += (len(raw).to_bytes(4, "big"), raw)
    return b"".join(pieces)


class Reader:
    """Read fields one after another and refuse what is too short or too long.

    Args:
        data: The bytes to read.
        code: The code of the `Damaged` error raised when they do not parse.
    """

    def __init__(self, data: bytes, *, code: str) -> None:
        """Start at the first byte."""
        self._data = data
        self._code = code
        self._at = 0

    @property
    def left(self) -> int:
        """Count the bytes not read yet."""
        return len(self._data) - self._at

    def take(self, size: int) -> bytes:
        """Read exactly `size` bytes.

        Raises:
            Damaged: Fewer bytes are left.
        """
        if size > self.left:
            raise Damaged(self._code)
        start, self._at = self._at, self._at + size
        return self._data[start : self._at]

    def u8(self) -> int:
        """Read an integer of one byte."""
        return self.take(1)[0]

    def u16(self) -> int:
        """Read an integer of two bytes."""
        return int.from_bytes(self.take(2), "big")

    def u32(self) -> int:
        """Read an integer of four bytes."""
        return int.from_bytes(self.take(4), "big")

    def u64(self) -> int:
        """Read an integer of eight bytes."""
        return int.from_bytes(self.take(8), "big")

    def text(self, size: int) -> str:
        """Read `size` bytes of UTF-8.

        Raises:
            Damaged: Too few bytes, or they are not UTF-8.
        """
        try:
            return self.take(size).decode()
        except UnicodeDecodeError:
            raise Damaged(self._code) from None

    def zeros(self) -> None:
        """Demand that nothing but zero bytes is left, and read them.

        Raises:
            Damaged: Another byte is among them.
        """
        if any(self.take(self.left)):
            raise Damaged(self._code)

    def end(self) -> None:
        """Demand that nothing is left.

        Raises:
            Damaged: Bytes are left over.
        """
        if self.left:
            raise Damaged(self._code)
