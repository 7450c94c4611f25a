# SPDX-License-Identifier: AGPL-3.0-or-later
"""Say what an observer's sealed form and sealed text hold: a slip, fields or figures, files.

A slip ties a form to the card by which it was opened, without the cookie of the device. A
text is slip and figures in letters that messengers leave alone.
"""

import base64
import hashlib
import re
from typing import NamedTuple

import msgspec

from hedgerow.engines.vault.padding import pad, padme, unpad
from hedgerow.engines.vault.primitives import is_equal, sub
from hedgerow.kernel.canonical import Reader, u8, u32, u64
from hedgerow.kernel.errors import BadInput, Damaged

NUMBER_BYTES = 16
CHECK_BYTES = 16
TEXT_STEP = 32
LEAST_FORM_BYTES = 4_096
MOST_HEAD_BYTES = 256 * 1024
MOST_FIGURES = 220
MARK = "UHU"
_LARGEST = 2**31 - 1
_SUM_BYTES = 3
_LETTERS_A_GROUP = 5
_LEAST_LETTERS = 100
_PAPER = 1
_SLIP_CODE = "vault.slip_damaged"
_TEXT_CODE = "vault.text_damaged"
_FORM_CODE = "vault.form_damaged"
# Crockford's letters have no I, L, O and U: what is misread is put right, and the marks stand out.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_RFC_4648 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_TO_LETTERS = str.maketrans(_RFC_4648, _LETTERS, "=")
_FROM_LETTERS = str.maketrans(_LETTERS, _RFC_4648)
_MISREAD = str.maketrans("ILO", "110")
_NO_LETTER = re.compile(r"[\W_]+")


class Slip(NamedTuple):
    """Hold what ties a form to a card.

    Attributes:
        number: Of the form, 16 bytes.
        minute: When it was opened.
        code: Number of the code.
        station: Number of the station's public row, 0 for none.
        contest: Number of the contest's public row, 0 for none.
    """

    number: bytes
    minute: int
    code: int
    station: int
    contest: int


class SheetText(NamedTuple):
    """Hold a results sheet as a sealed text carries it.

    Attributes:
        slip: With its check, 56 bytes.
        is_confirmed: Whether the observer said that the paper says so.
        values: In the order of the layout's columns, -1 where nothing was typed.
    """

    slip: bytes
    is_confirmed: bool
    values: tuple[int, ...]


class FormHead(msgspec.Struct, frozen=True):
    """Hold a sealed form without the bytes of its files.

    Attributes:
        path: Where it was to be sent.
        slip: In base64url.
        fields: Names and what was typed.
        files: Name, media type and size of each, in the order of their bytes.
    """

    path: str
    slip: str
    fields: list[tuple[str, str]]
    files: list[tuple[str, str, int]]


# Slips.


def _check(key: bytes, name: str, slip: Slip) -> bytes:
    """Return the keyed check of a slip of an election."""
    return sub(key, "slip", name, *slip, size=CHECK_BYTES)


def encode_slip(key: bytes, name: str, slip: Slip) -> bytes:
    """Write a slip: number, minute u32, code u32, station u64, contest u64, check 16.

    Args:
        key: Of forms' checks.
        name: Address of the election.
        slip: What it says.
    """
    numbers = u32(slip.minute) + u32(slip.code) + u64(slip.station) + u64(slip.contest)
    return slip.number + numbers + _check(key, name, slip)


def decode_slip(key: bytes, name: str, content: bytes) -> Slip:
    """Read a slip.

    Raises:
        Damaged: "vault.slip_damaged" when it is none, or of another election, or forged.
    """
    reader = Reader(content, code=_SLIP_CODE)
    slip = Slip(reader.take(NUMBER_BYTES), reader.u32(), reader.u32(), reader.u64(), reader.u64())
    check = reader.take(CHECK_BYTES)
    reader.end()
    if not is_equal(check, _check(key, name, slip)):
        raise Damaged(_SLIP_CODE)
    return slip


SLIP_BYTES = NUMBER_BYTES + 4 + 4 + 8 + 8 + CHECK_BYTES


# Forms.


def encode_form(head: FormHead, files: bytes) -> bytes:
    """Write a form: length u32, head in JSON, bytes of the files, zeros up to a Padmé size."""
    raw = msgspec.json.encode(head)
    content = u32(len(raw)) + raw + files
    return content.ljust(padme(max(LEAST_FORM_BYTES, len(content))), b"\0")


def decode_head(raw: bytes) -> FormHead:
    """Read the head of a form.

    Raises:
        Damaged: "vault.form_damaged".
    """
    try:
        head = msgspec.json.decode(raw, type=FormHead)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Damaged(_FORM_CODE) from None
    if any(size < 0 for _name, _type, size in head.files):
        raise Damaged(_FORM_CODE)
    return head


# Texts.


def _varint(number: int) -> bytes:
    """Write a whole number in groups of seven bits, the lowest first."""
    out = bytearray()
    while number > 0x7F:  # noqa: PLR2004 -- seven bits
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _read_varint(reader: Reader) -> int:
    """Read what `_varint` wrote."""
    number, shift, more = 0, 0, True
    while more:
        byte = reader.u8()
        number |= (byte & 0x7F) << shift
        shift, more = shift + 7, byte > 0x7F  # noqa: PLR2004 -- seven bits
    return number


def encode_sheet_text(sheet: SheetText) -> bytes:
    """Write a sheet: slip, flags u8, count u8, numbers; padded to steps of 32 bytes.

    Each number is one more than the figure it means, 0 for "nothing was typed".
    """
    numbers = b"".join(_varint(value + 1) for value in sheet.values)
    plain = sheet.slip + u8(_PAPER * sheet.is_confirmed) + u8(len(sheet.values)) + numbers
    return pad(plain, (len(plain) // TEXT_STEP + 1) * TEXT_STEP)


def decode_sheet_text(padded: bytes) -> SheetText:
    """Read a sheet.

    Raises:
        Damaged: "vault.text_damaged" or "vault.padding".
    """
    reader = Reader(unpad(padded), code=_TEXT_CODE)
    slip, flags, count = reader.take(SLIP_BYTES), reader.u8(), reader.u8()
    values = tuple(_read_varint(reader) - 1 for _ in range(count))
    reader.end()
    if count > MOST_FIGURES or any(value > _LARGEST for value in values):
        raise Damaged(_TEXT_CODE)
    return SheetText(slip, bool(flags & _PAPER), values)


def spell_text(sealed: bytes) -> str:
    """Write sealed bytes in groups of five letters between two marks."""
    raw = sealed + hashlib.sha256(sealed).digest()[:_SUM_BYTES]
    letters = base64.b32encode(raw).decode().translate(_TO_LETTERS)
    starts = range(0, len(letters), _LETTERS_A_GROUP)
    groups = [letters[start : start + _LETTERS_A_GROUP] for start in starts]
    return " ".join([MARK, *groups, MARK])


def read_text(pasted: str) -> bytes:
    """Find the one sealed text in what was pasted, whatever stands around it.

    Small letters, line breaks, spaces and signs between the letters do not matter.

    Raises:
        BadInput: "vault.text_missing", "vault.text_several", or "vault.text_damaged" when
            something of it lacks or is another.
    """
    bare = _NO_LETTER.sub("", pasted).upper()
    _before, *rest = bare.split(MARK)
    if not rest:
        raise BadInput("vault.text_missing")
    found = {one for one in rest[:-1] if len(one) >= _LEAST_LETTERS and _is_spelt(one)}
    if len(found) > 1:
        raise BadInput("vault.text_several")
    if not found:
        raise BadInput(_TEXT_CODE)
    return _unspelt(found.pop().translate(_MISREAD))


def _is_spelt(letters: str) -> bool:
    """Tell whether all letters are of the alphabet, or misread ones of it."""
    return not set(letters.translate(_MISREAD)) - set(_LETTERS)


def _unspelt(letters: str) -> bytes:
    """Return the bytes that letters spell.

    Raises:
        BadInput: "vault.text_damaged".
    """
    rest = -len(letters) % 8
    try:
        raw = base64.b32decode(letters.translate(_FROM_LETTERS) + "=" * rest)
    except ValueError:
        raise BadInput(_TEXT_CODE) from None
    sealed, check = raw[:-_SUM_BYTES], raw[-_SUM_BYTES:]
    if hashlib.sha256(sealed).digest()[:_SUM_BYTES] != check:
        raise BadInput(_TEXT_CODE)
    return sealed
