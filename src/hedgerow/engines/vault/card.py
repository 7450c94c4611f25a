# SPDX-License-Identifier: AGPL-3.0-or-later
"""Write and read the title field of a card, which bears a member's name in a space.

Cards are ordinary records in open pages, so that a name can be erased although the roster
cannot. The field is the pause mark, 32 bytes, and then the name, at most 128 of UTF-8. The
mark is there from the start, so that freezing an account writes nothing in any space.
"""

from typing import NamedTuple

from hedgerow.kernel.errors import BadInput, Damaged

MARK_BYTES = 32
MAX_NAME_BYTES = 128


class Card(NamedTuple):
    """Hold a member's name and the mark by which a pause of its account shows."""

    mark: bytes
    name: str


def encode_card(card: Card) -> bytes:
    """Write the title field of a card.

    Raises:
        BadInput: "vault.name_too_long" when the name has more than 128 bytes.
    """
    name = card.name.encode()
    if len(name) > MAX_NAME_BYTES:
        raise BadInput("vault.name_too_long", most=MAX_NAME_BYTES)
    return card.mark + name


def decode_card(title: bytes) -> Card:
    """Read the title field of a card.

    Raises:
        Damaged: "vault.card_damaged" when the bytes are not one.
    """
    mark, name = title[:MARK_BYTES], title[MARK_BYTES:]
    if len(mark) < MARK_BYTES or len(name) > MAX_NAME_BYTES:
        raise Damaged("vault.card_damaged")
    try:
        return Card(mark, name.decode())
    except UnicodeDecodeError:
        raise Damaged("vault.card_damaged") from None
