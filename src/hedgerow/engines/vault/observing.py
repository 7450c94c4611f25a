# SPDX-License-Identifier: AGPL-3.0-or-later
"""Say what an election keeps sealed: its secret, observers' codes, devices, released figures.

An election has one secret S. Code i is a conversation with `C = sub(S, "observer", i)`, whose
messages are letters (see `letters`) between the group, by the pairs of a letter-box, and the
code's own pair R. Figures of a message are a released row under the ring besides, so that the
running server counts without a member. Code 0 is the headquarters.
"""

from collections.abc import Sequence
from enum import IntEnum
from hashlib import blake2b
from typing import NamedTuple

from hedgerow.engines.vault.primitives import KEY_BYTES, open_box, seal_box, sub
from hedgerow.engines.vault.released import ReleasedKind
from hedgerow.kernel.canonical import Reader, join_parts, u8, u16, u32, u64
from hedgerow.kernel.errors import BadInput, Damaged
from hedgerow.kernel.randomness import Randomness

BOX_PREFIX = "election:"
MAX_NAME_BYTES = 48
MOST_FIGURES = 220
LEAST_FIGURE = -1
HEADQUARTERS = 0
_LARGEST = 2**31 - 1
_PART_CODE = "vault.election_damaged"
_ROW_CODE = "vault.code_damaged"
_CARD_CODE = "vault.code_card_damaged"
_DEVICE_CODE = "vault.device_damaged"
_FIGURE_CODE = "vault.figure_damaged"
_RELEASED_PERSON = b"released".ljust(16, b"\0")


class ElectionPart(NamedTuple):
    """Hold what the server knows of an election that observers report to.

    Attributes:
        codes: How many codes were drawn; they are numbered from 1.
        last_day: The last day on which a device may report.
        until: The last week in which anybody can read what was reported.
    """

    codes: int
    last_day: int
    until: int


class CodeRow(NamedTuple):
    """Hold what the words of an observer's code lead to.

    Attributes:
        secret: C of the conversation.
        number: Of the code.
        address: Of the election.
    """

    secret: bytes
    number: int
    address: str


class CodeCard(NamedTuple):
    """Hold what the group notes of a code in its conversation: message 0, and each change.

    Attributes:
        stranger: The public half of R.
        row_tag: The true tag of the code's row, by which it is withdrawn.
        station: Where its holder observes.
    """

    stranger: bytes
    row_tag: bytes
    station: int


class Act(IntEnum):
    """Say what a released row is about. Those from RULING on are of the headquarters."""

    PLACED = 1
    TURNOUT = 2
    SHEET = 3
    EVENT = 4
    RULING = 16
    SECOND = 17
    HELD = 18
    SHOWN = 19


class Figure(NamedTuple):
    """Hold what of a message is handed to the running server for counting.

    Attributes:
        act: What it is.
        minute: When it was taken.
        station: Number of the station's public row.
        contest: Number of the contest's public row, 0 for none.
        values: Whole numbers, -1 where nothing was said; what they mean depends on `act`.
    """

    act: Act
    minute: int
    station: int
    contest: int
    values: tuple[int, ...]


def box_address(name: str) -> str:
    """Return the address of the letter-box by whose pairs an election's messages are sealed."""
    return BOX_PREFIX + name


def observer_secret(secret: bytes, number: int) -> bytes:
    """Return C of the conversation of a code, from the secret S of its election."""
    return sub(secret, "observer", number)


def election_tag(hold: bytes, name: str) -> bytes:
    """Return the true tag of the server's part of an election."""
    return sub(hold, "election", name)


def election_key(hold: bytes) -> bytes:
    """Return the key under which the server's parts of elections are sealed."""
    return sub(hold, "election-key")


def encode_part(part: ElectionPart) -> bytes:
    """Write the server's part: codes u32, last day u32, until week u16."""
    return u32(part.codes) + u32(part.last_day) + u16(part.until)


def decode_part(content: bytes) -> ElectionPart:
    """Read the server's part.

    Raises:
        Damaged: "vault.election_damaged".
    """
    reader = Reader(content, code=_PART_CODE)
    part = ElectionPart(reader.u32(), reader.u32(), reader.u16())
    reader.end()
    return part


def _name_bytes(name: str) -> bytes:
    """Return the name of an election with its length.

    Raises:
        BadInput: "vault.address_too_long" above 48 bytes.
    """
    raw = name.encode()
    if len(raw) > MAX_NAME_BYTES:
        raise BadInput("vault.address_too_long", most=MAX_NAME_BYTES)
    return u8(len(raw)) + raw


def encode_row(row: CodeRow) -> bytes:
    """Write the content of a code's row: C 32, number u32, length u8, address."""
    return row.secret + u32(row.number) + _name_bytes(row.address)


def decode_row(content: bytes) -> CodeRow:
    """Read the content of a code's row.

    Raises:
        Damaged: "vault.code_damaged".
    """
    reader = Reader(content, code=_ROW_CODE)
    row = CodeRow(reader.take(KEY_BYTES), reader.u32(), reader.text(reader.u8()))
    reader.end()
    return row


def encode_card(card: CodeCard) -> bytes:
    """Write what the group notes of a code: R's public half 32, row's tag 32, station u64."""
    return card.stranger + card.row_tag + u64(card.station)


def decode_card(content: bytes) -> CodeCard:
    """Read what the group notes of a code.

    Raises:
        Damaged: "vault.code_card_damaged".
    """
    reader = Reader(content, code=_CARD_CODE)
    card = CodeCard(reader.take(KEY_BYTES), reader.take(KEY_BYTES), reader.u64())
    reader.end()
    return card


def seal_device(hold: bytes, code: bytes, *, random: Randomness) -> bytes:
    """Seal the secret of a code for the cookie of a device; only the running server opens it."""
    return seal_box(sub(hold, "device-key"), code, "device", random=random)


def open_device(hold: bytes, box: bytes) -> bytes:
    """Open the cookie of a device: the secret of its code.

    Raises:
        Damaged: "vault.box_refused" or "vault.device_damaged".
    """
    reader = Reader(open_box(sub(hold, "device-key"), box, "device"), code=_DEVICE_CODE)
    code = reader.take(KEY_BYTES)
    reader.end()
    return code


def figure_tags(hold: bytes, name: str, places: Sequence[tuple[int, int]]) -> list[bytes]:
    """Return the true tags of released figures.

    There are hundreds of thousands, so the keyed state is made once and copied.

    Args:
        hold: Of the ring.
        name: Address of the election.
        places: Number of the code, and number of the message, of each.
    """
    keyed = blake2b(digest_size=KEY_BYTES, key=hold, person=_RELEASED_PERSON)
    keyed.update(join_parts(int(ReleasedKind.COUNTING), name))
    tags = []
    for code, version in places:
        state = keyed.copy()
        state.update(join_parts(code, version))
        tags.append(state.digest())
    return tags


def encode_figure(figure: Figure) -> bytes:
    """Write a figure: act u8, minute u32, station u64, contest u64, count u16, numbers i32.

    Raises:
        BadInput: "vault.too_many_figures" above 220 numbers, "vault.figure_out_of_range".
    """
    values = figure.values
    if len(values) > MOST_FIGURES:
        raise BadInput("vault.too_many_figures", most=MOST_FIGURES)
    if any(not LEAST_FIGURE <= value <= _LARGEST for value in values):
        raise BadInput("vault.figure_out_of_range")
    head = u8(figure.act) + u32(figure.minute) + u64(figure.station) + u64(figure.contest)
    # Raised by one, so that "nothing was said" is zero and no number has a sign.
    return head + u16(len(values)) + b"".join(u32(value + 1) for value in values)


def decode_figure(content: bytes) -> Figure:
    """Read a figure.

    Raises:
        Damaged: "vault.figure_damaged".
    """
    reader = Reader(content, code=_FIGURE_CODE)
    act, minute, station, contest = reader.u8(), reader.u32(), reader.u64(), reader.u64()
    values = tuple(reader.u32() - 1 for _ in range(reader.u16()))
    reader.end()
    if act not in set(Act) or len(values) > MOST_FIGURES or any(one > _LARGEST for one in values):
        raise Damaged(_FIGURE_CODE)
    return Figure(Act(act), minute, station, contest, values)
