# SPDX-License-Identifier: AGPL-3.0-or-later
"""Take what observers' browsers sealed: forms that waited on a phone, and sheets as texts.

Both are sealed to the arrival key of the week in which devices of the election end, and carry a
slip that ties them to a card. Nothing of a form is used before its chunk was checked, and nothing
is reported before its last one was.
"""

import base64
import binascii
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from hedgerow.engines.vault.arrival import (
    HEADER_BYTES,
    PIECE_BYTES,
    Sealed,
    arrival_keys,
    open_arrival,
    pieces_of,
    week_in,
)
from hedgerow.engines.vault.primitives import SealingKeys, sub
from hedgerow.engines.vault.slips import (
    MOST_HEAD_BYTES,
    FormHead,
    Slip,
    decode_head,
    decode_sheet_text,
    decode_slip,
    encode_slip,
    read_text,
)
from hedgerow.kernel.canonical import u16
from hedgerow.kernel.clock import week_of
from hedgerow.kernel.errors import BadInput, Damaged, HedgerowError, Refused
from hedgerow.store import formtokens
from hedgerow.store.machine import machine
from hedgerow.store.uploads import Meter, SealedUpload, Sealing

Read = Callable[[int], bytes]
"""Return at most so many bytes of what arrives; none at its end."""

MOST_FILES: Final = 10
_MOST_FIELDS: Final = 400
_LENGTH_BYTES: Final = 4


def _base64(content: bytes) -> str:
    """Write bytes for an address or a field."""
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _key() -> bytes:
    """Return the key of slips' checks."""
    return machine().ring.secret("form")


# What pages need.


def arrival_key(last_day: int) -> str:
    """Return week and arrival key for the pages of an election, empty where there is none."""
    week = week_of(last_day)
    try:
        keys = _keys_of(week)
    except Refused:
        return ""
    return _base64(u16(week) + keys.public)


def slip_for(token: str, name: str, *, code: int, station: int, contest: int) -> str:
    """Return the slip of a form, whose number and minute are those of its token."""
    number, minute = formtokens.number_of(token), formtokens.minute_of(token)
    slip = Slip(number, minute, code, station, contest)
    return _base64(encode_slip(_key(), name, slip))


def _keys_of(week: int) -> SealingKeys:
    """Return the arrival pair of a week.

    Raises:
        Refused: "vault.week_gone".
    """
    ring = machine().ring
    return arrival_keys(ring.hold, week, ring.expiry_key(week))


def _keys_in(header: bytes) -> SealingKeys:
    """Return the pair that a header names.

    Raises:
        Refused: "arrival.too_old" when its week is past.
        BadInput: "arrival.damaged".
    """
    try:
        return _keys_of(week_in(header))
    except Refused:
        raise Refused("arrival.too_old") from None
    except Damaged:
        raise BadInput("arrival.damaged") from None


# Forms that waited.


class _Stream:
    """Read opened bytes in portions of any size.

    Args:
        chunks: As they open.
    """

    def __init__(self, chunks: Iterator[bytes]) -> None:
        """Begin before the first byte."""
        self._chunks = chunks
        self._left = b""

    def portion(self, most: int) -> bytes:
        """Return some of the next bytes, none at the end.

        Raises:
            BadInput: "arrival.damaged".
        """
        if not self._left:
            try:
                self._left = next(self._chunks, b"")
            except Damaged:
                raise BadInput("arrival.damaged") from None
        portion, self._left = self._left[:most], self._left[most:]
        return portion

    def portions(self, size: int) -> Iterator[bytes]:
        """Yield exactly so many bytes.

        Raises:
            BadInput: "arrival.damaged" when there are fewer.
        """
        while size:
            portion = self.portion(size)
            if not portion:
                raise BadInput("arrival.damaged")
            size -= len(portion)
            yield portion

    def take(self, size: int) -> bytes:
        """Return exactly so many bytes."""
        return b"".join(self.portions(size))


def _exactly(read: Read, size: int) -> bytes:
    """Read so many bytes, fewer only at the end."""
    found = bytearray()
    while len(found) < size and (some := read(size - len(found))):
        found += some
    return bytes(found)


def _pieces(read: Read) -> Iterator[bytes]:
    """Yield sealed pieces as they arrive."""
    while piece := _exactly(read, PIECE_BYTES):
        yield piece


class ArrivingForm:
    """Open a form while it is read: its head at once, its files when they are asked for.

    Attributes:
        path: Where it was to be sent.
        number: Of the form.
        fields: Names and what was typed.

    Args:
        read: Gives what arrives.
        name: Address of the election of the device that brings it.
        code: Number of that device's code.

    Raises:
        BadInput: "arrival.damaged".
        Refused: "arrival.too_old", or "arrival.other_card" when another card was typed meanwhile.
    """

    def __init__(self, read: Read, *, name: str, code: int) -> None:
        """Read the head."""
        header = _exactly(read, HEADER_BYTES)
        keys = _keys_in(header)
        opened = open_arrival(header, _pieces(read), keys=keys, kind=Sealed.FORM)
        self._stream = _Stream(opened)
        self._meter = Meter(sub(machine().ring.secret("mix"), "observer-files", name, code))
        head = self._head()
        self.path, self.fields, self._files = head.path, head.fields, head.files
        slip = _slip_in(head.slip, name)
        if slip is None or slip.code != code:
            raise Refused("arrival.other_card")
        self.number = slip.number

    def _head(self) -> FormHead:
        """Read what stands before the files."""
        size = int.from_bytes(self._stream.take(_LENGTH_BYTES), "big")
        if size > MOST_HEAD_BYTES:
            raise BadInput("arrival.damaged")
        try:
            head = decode_head(self._stream.take(size))
        except Damaged:
            raise BadInput("arrival.damaged") from None
        if len(head.files) > MOST_FILES or len(head.fields) > _MOST_FIELDS:
            raise BadInput("arrival.damaged")
        return head

    def uploads(self) -> tuple[SealedUpload, ...]:
        """Seal the files as they are read, and see that all arrived.

        Raises:
            BadInput: "arrival.damaged", "upload.too_large".
            Refused: "upload.no_room", "upload.day_full".
            Busy: "store.full", "store.busy".
        """
        if self._files:
            self._meter.demand_room()
        uploads = tuple(self._upload(*one) for one in self._files)
        while rest := self._stream.portion(PIECE_BYTES):
            if any(rest):
                raise BadInput("arrival.damaged")
        return uploads

    def _upload(self, file_name: str, media_type: str, size: int) -> SealedUpload:
        """Seal one file."""
        sealing = Sealing(file_name, media_type)
        try:
            for portion in self._stream.portions(size):
                self._meter.count(len(portion), file_bytes=sealing.length)
                sealing.add(portion)
            return sealing.finish(may_wait=True)
        except HedgerowError:
            sealing.abandon()
            raise


def _slip_in(written: str, name: str) -> Slip | None:
    """Return a slip of an election, or None when it is none of it."""
    try:
        raw = base64.b64decode(written + "=" * (-len(written) % 4), altchars=b"-_", validate=True)
        return decode_slip(_key(), name, raw)
    except (binascii.Error, ValueError, Damaged):
        return None


# Sheets as texts.


@dataclass(frozen=True, slots=True)
class PastedSheet:
    """Hold a results sheet that came as a sealed text.

    Attributes:
        number: Of the form.
        minute: When the form was opened.
        code: Number of the observer's code.
        station: Where the observer was then.
        contest: Whose sheet it is.
        is_confirmed: Whether the observer said that the paper says so.
        values: In the order of the layout's columns, -1 where nothing was typed.
    """

    number: bytes
    minute: int
    code: int
    station: int
    contest: int
    is_confirmed: bool
    values: tuple[int, ...]


def pasted_sheet(pasted: str, name: str) -> PastedSheet:
    """Open the sealed text of an election in what was pasted.

    Raises:
        BadInput: "vault.text_missing", "vault.text_several", "vault.text_damaged".
        Refused: "arrival.too_old", or "arrival.foreign" when it was not made for this election.
    """
    header, pieces = pieces_of(read_text(pasted))
    try:
        keys = _keys_in(header)
        padded = b"".join(open_arrival(header, pieces, keys=keys, kind=Sealed.TEXT))
        sheet = decode_sheet_text(padded)
        slip = decode_slip(_key(), name, sheet.slip)
    except (BadInput, Damaged):
        raise Refused("arrival.foreign") from None
    return PastedSheet(*slip, sheet.is_confirmed, sheet.values)
