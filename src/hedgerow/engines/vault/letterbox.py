# SPDX-License-Identifier: AGPL-3.0-or-later
"""Say what a letter-box keeps: the server's part, waiting letters, receipts, keys, titles.

A box has key pairs B, each from a *seed*, and a *drop*, from which the places of waiting
letters follow. The server knows the newest B's public half and the drop; only members know
the seeds. A conversation has a secret C, under which its messages lie (see `letters`), and
a receipt: a code whose key pair R the stranger alone can make again.
"""

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import NamedTuple

from hedgerow.engines.vault.primitives import KEY_BYTES, SealingKeys, open_sealed, seal_to, sub
from hedgerow.kernel.canonical import Reader, join_parts, u8, u32
from hedgerow.kernel.errors import BadInput, Damaged

LETTER_WINDOW = 4096
MAX_ADDRESS_BYTES = 64
MAX_CONVERSATION_TITLE_BYTES = 96
MAX_SEEDS = 255
FORM_SUM_BYTES = 16
_PART_CODE = "vault.box_part_damaged"
_WAITING_CODE = "vault.waiting_damaged"
_RECEIPT_CODE = "vault.receipt_damaged"
_SEEDS_CODE = "vault.box_seeds_damaged"
_TITLE_CODE = "vault.conversation_damaged"
_ERASED_CODE = "vault.erased_damaged"
_ERASED_BYTES = 25
_LETTER_PERSON = b"letter".ljust(16, b"\0")


class ServersPart(NamedTuple):
    """Hold what the server knows of an open box.

    Attributes:
        public: The public half of the newest B.
        drop: From which the places of waiting letters follow.
    """

    public: bytes
    drop: bytes


class WaitingLetter(NamedTuple):
    """Hold what leads members to a letter that nobody of them has taken in yet.

    Attributes:
        secret: C of its conversation.
        stranger: The public half of R.
        receipt_tag: The true tag of the receipt's row.
        day: On which it came.
        form_sum: Checksum of the form's version.
        is_held: Whether it is held back until a member lets it in.
    """

    secret: bytes
    stranger: bytes
    receipt_tag: bytes
    day: int
    form_sum: bytes
    is_held: bool


class Receipt(NamedTuple):
    """Hold what a receipt's words lead to: C and the address of the box."""

    secret: bytes
    address: str


class ConversationTitle(NamedTuple):
    """Hold the title field of a conversation: R, the receipt's tag, and a title."""

    stranger: bytes
    receipt_tag: bytes
    title: str


def box_tag(hold: bytes, address: str) -> bytes:
    """Return the true tag of the server's part of a box."""
    return sub(hold, "box", address)


def box_key(hold: bytes) -> bytes:
    """Return the key under which the server's parts are sealed."""
    return sub(hold, "box-key")


def letter_tags(drop: bytes, places: Sequence[int] = range(LETTER_WINDOW)) -> list[bytes]:
    """Return the true tags of places for waiting letters, by default of all 4,096.

    There are many, so the keyed state is made once and copied.
    """
    keyed = blake2b(digest_size=KEY_BYTES, key=drop, person=_LETTER_PERSON)
    tags = []
    for place in places:
        state = keyed.copy()
        state.update(join_parts(place))
        tags.append(state.digest())
    return tags


def letter_key(drop: bytes) -> bytes:
    """Return the key under which waiting letters are sealed."""
    return sub(drop, "letter-key")


def conversation_secret(carry: bytes, address: str, number: bytes) -> bytes:
    """Return C of the letter that comes by a form.

    The same form sent twice gives the same C, and so the same ids: that is how the second
    is known. `carry` is overwritten within two nights, and nothing else leads from the
    number of a form to C.

    Args:
        carry: The ring's secret of the day.
        address: Of the box.
        number: Drawn for this form alone.
    """
    return sub(carry, "conversation", address, number)


def encode_part(part: ServersPart) -> bytes:
    """Write the server's part: public half of B 32, drop 32."""
    return part.public + part.drop


def decode_part(content: bytes) -> ServersPart:
    """Read the server's part.

    Raises:
        Damaged: "vault.box_part_damaged".
    """
    reader = Reader(content, code=_PART_CODE)
    part = ServersPart(reader.take(KEY_BYTES), reader.take(KEY_BYTES))
    reader.end()
    return part


def seal_waiting(letter: WaitingLetter, *, public: bytes) -> bytes:
    """Seal what leads to a letter to B; it still has to stand inside a Box."""
    head = letter.secret + letter.stranger + letter.receipt_tag
    plain = head + u32(letter.day) + letter.form_sum + u8(letter.is_held)
    return seal_to(public, plain)


def decode_waiting(plain: bytes) -> WaitingLetter:
    """Read what leads to a letter.

    Raises:
        Damaged: "vault.waiting_damaged".
    """
    reader = Reader(plain, code=_WAITING_CODE)
    secret, stranger, tag = (reader.take(KEY_BYTES) for _ in range(3))
    day, form_sum, held = reader.u32(), reader.take(FORM_SUM_BYTES), reader.u8()
    reader.end()
    if held > 1:
        raise Damaged(_WAITING_CODE)
    return WaitingLetter(secret, stranger, tag, day, form_sum, bool(held))


def open_waiting(sealed: bytes, *, pairs: Sequence[SealingKeys]) -> WaitingLetter:
    """Open what leads to a letter with one of the box's pairs.

    Raises:
        Damaged: "vault.waiting_damaged", also when none of them opens it.
    """
    for pair in pairs:
        plain = open_sealed(pair, sealed)
        if plain is not None:
            return decode_waiting(plain)
    raise Damaged(_WAITING_CODE)


def encode_receipt(receipt: Receipt) -> bytes:
    """Write the content of a receipt's row: C 32, length u8, address.

    Raises:
        BadInput: "vault.address_too_long" above 64 bytes.
    """
    address = receipt.address.encode()
    if len(address) > MAX_ADDRESS_BYTES:
        raise BadInput("vault.address_too_long", most=MAX_ADDRESS_BYTES)
    return receipt.secret + u8(len(address)) + address


def decode_receipt(content: bytes) -> Receipt:
    """Read the content of a receipt's row.

    Raises:
        Damaged: "vault.receipt_damaged".
    """
    reader = Reader(content, code=_RECEIPT_CODE)
    secret = reader.take(KEY_BYTES)
    address = reader.text(reader.u8())
    reader.end()
    return Receipt(secret, address)


def encode_seeds(seeds: Sequence[bytes]) -> bytes:
    """Write the seeds of a box, the newest first: count u8, 32 each; the oldest above 255 go."""
    kept = seeds[:MAX_SEEDS]
    return u8(len(kept)) + b"".join(kept)


def decode_seeds(content: bytes) -> tuple[bytes, ...]:
    """Read the seeds of a box, the newest first.

    Raises:
        Damaged: "vault.box_seeds_damaged".
    """
    reader = Reader(content, code=_SEEDS_CODE)
    seeds = tuple(reader.take(KEY_BYTES) for _ in range(reader.u8()))
    reader.end()
    return seeds


def encode_conversation(field: ConversationTitle) -> bytes:
    """Write the title field of a conversation: R 32, receipt's tag 32, title.

    Raises:
        BadInput: "vault.title_too_long" when the title has more than 96 bytes.
    """
    title = field.title.encode()
    if len(title) > MAX_CONVERSATION_TITLE_BYTES:
        raise BadInput("vault.title_too_long", limit=MAX_CONVERSATION_TITLE_BYTES)
    return field.stranger + field.receipt_tag + title


def decode_conversation(field: bytes) -> ConversationTitle:
    """Read the title field of a conversation.

    Raises:
        Damaged: "vault.conversation_damaged".
    """
    head, title = field[: 2 * KEY_BYTES], field[2 * KEY_BYTES :]
    if len(head) < 2 * KEY_BYTES or len(title) > MAX_CONVERSATION_TITLE_BYTES:
        raise Damaged(_TITLE_CODE)
    try:
        return ConversationTitle(head[:KEY_BYTES], head[KEY_BYTES:], title.decode())
    except UnicodeDecodeError:
        raise Damaged(_TITLE_CODE) from None


def encode_erased(numbers: Iterable[int]) -> bytes:
    """Write which messages of a conversation were erased: 25 bytes, message 0 the lowest bit."""
    return sum(1 << number for number in set(numbers)).to_bytes(_ERASED_BYTES, "little")


def decode_erased(field: bytes) -> frozenset[int]:
    """Read which messages of a conversation were erased.

    Raises:
        Damaged: "vault.erased_damaged".
    """
    if len(field) != _ERASED_BYTES:
        raise Damaged(_ERASED_CODE)
    bits = int.from_bytes(field, "little")
    return frozenset(number for number in range(8 * _ERASED_BYTES) if bits >> number & 1)
