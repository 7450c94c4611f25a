# SPDX-License-Identifier: AGPL-3.0-or-later
"""Take letters of strangers and let them come back, without an account and without a visit.

A letter is one transaction: its first message, the receipt's row, and a waiting row that
only members of the box's group can open. Nothing says to which box they belong. A stranger
who comes back has a session in memory; on the disk coming back leaves nothing.
"""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from hedgerow.engines.vault import sessionkeys
from hedgerow.engines.vault.codes import Code
from hedgerow.engines.vault.letterbox import (
    LETTER_WINDOW,
    Receipt,
    ServersPart,
    WaitingLetter,
    box_key,
    box_tag,
    conversation_secret,
    decode_part,
    decode_receipt,
    encode_receipt,
    letter_key,
    letter_tags,
    seal_waiting,
)
from hedgerow.engines.vault.letters import Ends, Message, Side, What, message_id
from hedgerow.engines.vault.locker import open_inner
from hedgerow.engines.vault.primitives import KEY_BYTES, open_box, seal_box, sealing_keys, sub
from hedgerow.engines.vault.words import Numbers
from hedgerow.kernel.canonical import Reader as Fields
from hedgerow.kernel.canonical import u32
from hedgerow.kernel.clock import day_of, minute_now, week_of
from hedgerow.kernel.errors import Damaged, Refused
from hedgerow.kernel.randomness import random_below
from hedgerow.store import codes_api, codeworks, letters
from hedgerow.store.kinds import Value
from hedgerow.store.letters import Reader, Thread
from hedgerow.store.lines import FileStream, Letter
from hedgerow.store.machine import machine
from hedgerow.store.reading import LookUp
from hedgerow.store.tables import look_up
from hedgerow.store.uploads import SealedUpload, claim
from hedgerow.store.writing import Transaction, in_writing

_DUMMY: Final = bytes(1024)
_SOME_PLACES: Final = 32


# The server's part of a box.


def part_of(address: str, *, find: LookUp = look_up) -> ServersPart | None:
    """Return the server's part of a box, or None where there is no open one."""
    hold = machine().ring.hold
    tag = box_tag(hold, address)
    locker = find(small=[tag]).small.get(tag)
    if locker is None:
        return None
    try:
        return decode_part(open_inner(box_key(hold), locker.inner, tag))
    except Damaged:
        return None


def box_is_there(address: str) -> bool:
    """Tell whether strangers can write to a box."""
    return part_of(address) is not None


# A first letter.


@dataclass(frozen=True, slots=True)
class Posting:
    """Say how a letter came and how long it is kept.

    Attributes:
        number: Of the form it came by, 16 bytes; the same one twice is one letter.
        until_day: After the week of this day nobody can open it any more.
        form_sum: 16 bytes that tell the version of the questions.
        is_held: Whether it is held back until a member lets it in.
    """

    number: bytes
    until_day: int
    form_sum: bytes
    is_held: bool = False


@dataclass(frozen=True, slots=True)
class _Sending:
    """Hold a letter on its way."""

    address: str
    posting: Posting
    content: bytes
    until: int
    code: Code
    uploads: Sequence[SealedUpload]


def send(
    address: str,
    value: Value,
    *,
    posting: Posting,
    uploads: Sequence[SealedUpload] = (),
) -> Numbers:
    """Take a letter to a box.

    Args:
        address: Of the box.
        value: What it says.
        posting: How it came.
        uploads: Files that hang on it.

    Returns:
        The numbers of the receipt, shown once and kept nowhere.

    Raises:
        Refused: "letters.closed" where there is no open box, "letters.full" when 4,096
            letters wait, "letters.sent_already" when the form was sent before.
        Busy: "store.crowded".
    """
    if not box_is_there(address):
        raise Refused("letters.closed")
    numbers = codeworks.draw("receipt")
    sending = _Sending(
        address=address,
        posting=posting,
        content=letters.content_of(value, uploads),
        until=week_of(posting.until_day),
        code=codeworks.receipt_of(numbers),
        uploads=uploads,
    )
    in_writing(lambda tx: _write(tx, sending), over=[box_tag(machine().ring.hold, address)])
    claim(uploads)
    return numbers


def _write(tx: Transaction, sending: _Sending) -> None:
    """Write receipt, waiting row and message."""
    part = part_of(sending.address, find=tx.look_up)
    if part is None:
        raise Refused("letters.closed")
    secret = _new_secret(tx, sending)
    minute = minute_now(machine().clock)
    stranger = sealing_keys(sending.code.seed).public
    thread = Thread(secret, sending.until)
    message = Message(Side.STRANGER, minute, What.TEXT, sending.content)
    letters.put(tx, message, thread=thread, number=0, ends=Ends(part.public, stranger))
    letters.take_files(tx, sending.uploads, until=sending.until)
    receipt = encode_receipt(Receipt(secret, sending.address))
    code = sending.code
    tx.put_small(code.row_tag, receipt, key=code.row_key, until_week=sending.until)
    form_sum, is_held = sending.posting.form_sum, sending.posting.is_held
    day = day_of(minute)
    waiting = WaitingLetter(secret, stranger, code.row_tag, day, form_sum, is_held)
    tx.put_small(
        _free_place(tx, part.drop),
        seal_waiting(waiting, public=part.public),
        key=letter_key(part.drop),
        until_week=sending.until,
    )


def _new_secret(tx: Transaction, sending: _Sending) -> bytes:
    """Return C of a letter.

    Raises:
        Refused: "letters.sent_already" when its first message is there, written today or
            before the last night.
    """
    secrets = [
        conversation_secret(carry, sending.address, sending.posting.number)
        for carry in (tx.ring.carry, tx.ring.carry_before)
    ]
    if tx.look_up(bodies=[message_id(secret, 0) for secret in secrets]).bodies:
        raise Refused("letters.sent_already")
    return secrets[0]


def _free_place(tx: Transaction, drop: bytes) -> bytes:
    """Return the true tag of a free place for a waiting letter, looked for at a few first.

    Raises:
        Refused: "letters.full".
    """
    random = machine().random
    some = sorted({random_below(LETTER_WINDOW, random) for _ in range(_SOME_PLACES)})
    for places in (some, range(LETTER_WINDOW)):
        tags = letter_tags(drop, places)
        taken = tx.look_up(small=tags).small
        free = [tag for tag in tags if tag not in taken]
        if free:
            return free[random_below(len(free), random)]
    raise Refused("letters.full")


# Coming back.


def _secret_in(cookie: str) -> bytes | None:
    """Return the secret in a cookie of this instance, or None."""
    try:
        raw = base64.b64decode(cookie.encode("ascii"), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError, ValueError):
        return None
    return sessionkeys.cookie_secret(raw, mix=machine().ring.secret("mix"))


def _state_key(secret: bytes) -> bytes:
    return sub(secret, "letter-state-key", machine().ring.secret("mix"))


def _keep(secret: bytes, code: Code, *, began: int) -> None:
    """Keep a session in memory for another while."""
    minute = minute_now(machine().clock)
    box = seal_box(_state_key(secret), code.secret + u32(began), "letter", random=machine().random)
    machine().ephemeral.put_state(
        sessionkeys.session_id(secret),
        box,
        ends=minute + sessionkeys.IDLE_MINUTES - 1,
        mark=None,
        now=minute,
    )


@dataclass(frozen=True, slots=True)
class _Held:
    """Hold a receipt as its row has it."""

    receipt: Receipt
    until: int


def _receipt_of(code: Code, *, find: LookUp = look_up) -> _Held | None:
    """Read the row of a receipt; where there is none, the same work is done for nothing."""
    tag = code.row_tag
    locker = find(small=[tag]).small.get(tag)
    try:
        content = open_inner(code.row_key, locker.inner if locker else _DUMMY, tag)
        receipt = decode_receipt(content)
    except Damaged:
        return None
    today = day_of(minute_now(machine().clock))
    if locker is None or locker.until_week < week_of(today):
        return None
    return _Held(receipt, locker.until_week)


def come_back(text: str) -> str:
    """Take the words of a receipt and return the cookie of a session in memory.

    Raises:
        BadInput: "words.*".
        Refused: "letters.unknown", whatever the reason.
        Busy: "store.crowded".
    """
    code = codeworks.receipt_of(codes_api.read_code(text, kind="receipt"))
    if _receipt_of(code) is None:
        raise Refused("letters.unknown")
    present = machine()
    raw = sessionkeys.new_cookie(present.ring.secret("mix"), random=present.random)
    _keep(raw[:KEY_BYTES], code, began=minute_now(present.clock))
    return base64.urlsafe_b64encode(raw).decode()


def conversation_of(cookie: str) -> "StrangerSide | None":
    """Return the conversation a stranger came back to, or None when the session is over."""
    secret = _secret_in(cookie)
    if secret is None:
        return None
    now = minute_now(machine().clock)
    box = machine().ephemeral.get_state(sessionkeys.session_id(secret), now=now)
    if box is None:
        return None
    try:
        fields = Fields(open_box(_state_key(secret), box, "letter"), code="vault.session_damaged")
        code, began = Code(fields.take(KEY_BYTES)), fields.u32()
    except Damaged:
        return None
    held = _receipt_of(code)
    if held is None or now - began >= sessionkeys.LONGEST_MINUTES:
        machine().ephemeral.drop_state(sessionkeys.session_id(secret))
        return None
    _keep(secret, code, began=began)
    return StrangerSide(secret, code=code, held=held)


class StrangerSide:
    """Be a conversation as the stranger has it open for one request.

    Attributes:
        address: Of the box.
        until_week: The last week of its life.
    """

    def __init__(self, secret: bytes, *, code: Code, held: _Held) -> None:
        """Keep what the receipt opens."""
        self.address = held.receipt.address
        self.until_week = held.until
        self._session = secret
        self._code = code
        self._thread = Thread(held.receipt.secret, held.until)
        self._pair = sealing_keys(code.seed)
        self._reader = Reader(Side.STRANGER, [self._pair])

    def messages(self) -> list[Letter]:
        """Return the messages, the oldest first."""
        window = letters.window_of(self._thread)
        return letters.letters_in(self._thread, window, reader=self._reader)

    def file(self, number: int, index: int) -> FileStream:
        """Return a file of a message.

        Raises:
            NotFound: "letters.no_message", "file.unknown".
            Damaged: "record.damaged".
        """
        return letters.file_in(self._thread, number, index, reader=self._reader)

    def add(self, value: Value, *, uploads: Sequence[SealedUpload] = ()) -> int:
        """Write a further message and return its number.

        Raises:
            Refused: "letters.closed" when the box is closed, "letters.unknown" when the
                conversation is gone, "letters.conversation_full" after 200 messages.
        """
        content = letters.content_of(value, uploads)
        tags = [box_tag(machine().ring.hold, self.address), self._code.row_tag]
        number = in_writing(lambda tx: self._add(tx, content, uploads), over=tags)
        claim(uploads)
        return number

    def _add(self, tx: Transaction, content: bytes, uploads: Sequence[SealedUpload]) -> int:
        """Write a message within a transaction."""
        if _receipt_of(self._code, find=tx.look_up) is None:
            raise Refused("letters.unknown")
        window = letters.window_of(self._thread, find=tx.look_up)
        number = letters.next_number(window)
        ends = Ends(self._team_key(tx, window), self._pair.public)
        minute = minute_now(machine().clock)
        message = Message(Side.STRANGER, minute, What.TEXT, content)
        letters.put(tx, message, thread=self._thread, number=number, ends=ends)
        letters.take_files(tx, uploads, until=self.until_week)
        return number

    def _team_key(self, tx: Transaction, window: letters.Window) -> bytes:
        """Return the B to write to: the newest a message names, else that of the box.

        Raises:
            Refused: "letters.closed".
        """
        for number, box in reversed(window.items()):
            try:
                message = letters.opened(self._thread, number, box=box, reader=self._reader)
            except Damaged:
                continue
            if message.what is What.NEW_KEY and message.side is Side.TEAM:
                return message.content
        part = part_of(self.address, find=tx.look_up)
        if part is None:
            raise Refused("letters.closed")
        return part.public

    def forget(self) -> None:
        """Drop the receipt: nobody comes back any more; the team keeps its side to the end."""
        in_writing(lambda tx: tx.drop_small([self._code.row_tag]), over=[self._code.row_tag])
        self.end()

    def end(self) -> None:
        """End the session."""
        machine().ephemeral.drop_state(sessionkeys.session_id(self._session))
