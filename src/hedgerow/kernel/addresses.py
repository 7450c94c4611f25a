# SPDX-License-Identifier: AGPL-3.0-or-later
"""Write random ids into addresses: eleven characters that say nothing about the thing."""

import base64
import binascii

_BYTES = 8
_LARGEST = 2**62


def to_address(number: int) -> str:
    """Return an id as eleven characters of base64url."""
    return base64.urlsafe_b64encode(number.to_bytes(_BYTES, "big")).decode().rstrip("=")


def from_address(text: str) -> int:
    """Return the id that eleven characters stand for.

    Raises:
        ValueError: They stand for none, or not in the one way an id is written.
    """
    try:
        raw = base64.b64decode(text + "=", altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError(text) from error
    number = int.from_bytes(raw, "big")
    if len(raw) != _BYTES or not 0 < number < _LARGEST or to_address(number) != text:
        raise ValueError(text)
    return number
