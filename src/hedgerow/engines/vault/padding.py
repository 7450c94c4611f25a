# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pad what is sealed, so that sizes say little: ISO 7816 to exact sizes, Padmé for bodies.

Source: Nikitin, Barman, Lueks, Underwood, Hubaux, Ford, "Reducing metadata leakage from
encrypted files and communication with PURBs", PoPETs 2019(4), section 4 (Padmé).
"""

from hedgerow.engines.vault.primitives import BOX_OVERHEAD
from hedgerow.kernel.errors import Damaged, Refused

_MARK = b"\x80"
LEAST_BODY_BYTES = 256


def pad(plain: bytes, size: int) -> bytes:
    """Pad to exactly `size` bytes: 0x80, then zeros.

    Raises:
        Refused: "vault.too_large" when not even the mark has room.
    """
    if len(plain) >= size:
        raise Refused("vault.too_large", size=len(plain), limit=size - 1)
    return (plain + _MARK).ljust(size, b"\0")


def unpad(padded: bytes) -> bytes:
    """Return what was padded.

    Raises:
        Damaged: "vault.padding" when there is no mark.
    """
    # Searching for the mark and comparing is many times faster than stripping zeros.
    mark = padded.rfind(_MARK)
    if mark < 0 or padded[mark + 1 :] != bytes(len(padded) - mark - 1):
        raise Damaged("vault.padding")
    return padded[:mark]


def padme(size: int) -> int:
    """Round a size up to the next Padmé size; at most 12 % more, few sizes in all."""
    if size < 2:  # noqa: PLR2004 -- the logarithms below need two
        return size
    exponent = size.bit_length() - 1
    low_bits = exponent - exponent.bit_length()
    mask = (1 << max(0, low_bits)) - 1
    return (size + mask) & ~mask


def body_size(plain_size: int) -> int:
    """Return the size of the Box of a body whose plain text has `plain_size` bytes."""
    return padme(max(LEAST_BODY_BYTES, plain_size + 1 + BOX_OVERHEAD))


def pad_body(plain: bytes) -> bytes:
    """Pad a body so that its Box has a Padmé size of at least 256 bytes."""
    return pad(plain, body_size(len(plain)) - BOX_OVERHEAD)


def size_code(size: int) -> tuple[int, int]:
    """Write a Padmé size as mantissa and exponent, one byte each.

    Raises:
        Refused: "vault.not_padme" when the size is not of that form.
    """
    exponent = 0
    while size > 0xFF:  # noqa: PLR2004 -- the greatest byte
        if size & 1:
            raise Refused("vault.not_padme", size=size)
        size, exponent = size >> 1, exponent + 1
    return size, exponent


def size_of(mantissa: int, exponent: int) -> int:
    """Read what `size_code` wrote."""
    return mantissa << exponent
