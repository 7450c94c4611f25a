# SPDX-License-Identifier: AGPL-3.0-or-later
"""Let observers report by the words of a code: no account, nothing stored about a device.

Words are typed once a device, which then keeps a cookie that only the running server opens.
What is reported is a message of the code's conversation and, in the same transaction, a figure
for counting.
"""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from hedgerow.engines.vault.codes import Code
from hedgerow.engines.vault.letterbox import box_tag
from hedgerow.engines.vault.letters import Ends, Message, Side, What, message_id, message_ids
from hedgerow.engines.vault.locker import open_inner
from hedgerow.engines.vault.observing import (
    CodeRow,
    ElectionPart,
    Figure,
    box_address,
    decode_card,
    decode_row,
    election_tag,
    open_device,
    seal_device,
)
from hedgerow.engines.vault.primitives import sealing_keys, sub
from hedgerow.kernel.clock import day_of, minute_now
from hedgerow.kernel.errors import Busy, Damaged, Refused
from hedgerow.store import codes_api, codeworks, counting, letters
from hedgerow.store.counting import Counted
from hedgerow.store.database import Undone
from hedgerow.store.kinds import Value
from hedgerow.store.letterbox import part_of as box_part_of
from hedgerow.store.letters import Reader, Thread
from hedgerow.store.lines import FileStream, Letter
from hedgerow.store.machine import machine
from hedgerow.store.reading import LookUp
from hedgerow.store.tables import look_up, out_of
from hedgerow.store.uploads import SealedUpload, claim
from hedgerow.store.writing import Transaction, in_writing

MOST_A_MINUTE: Final = 12
_DUMMY: Final = bytes(1024)
_TRIES: Final = 5
# Of most codes so many messages are all there are.
_FEW: Final = 24


class _Taken(Undone):
    """Say that the number of a message has been taken in between."""


def _today() -> int:
    """Return the present day."""
    return day_of(minute_now(machine().clock))


def _row_of(code: Code, *, find: LookUp = look_up) -> CodeRow | None:
    """Read the row of a code; where there is none, the same work is done for nothing."""
    tag = code.row_tag
    locker = find(small=[tag]).small.get(tag)
    try:
        row = decode_row(open_inner(code.row_key, locker.inner if locker else _DUMMY, tag))
    except Damaged:
        return None
    return row if locker is not None else None


def _part_now(name: str, *, find: LookUp = look_up) -> ElectionPart | None:
    """Return the server's part of an election that still takes reports."""
    part = counting.part_of(name, find=find)
    return part if part is not None and _today() <= part.last_day else None


def activate(text: str) -> tuple[str, int]:
    """Take the words of an observer's code; return a device's cookie and its last day.

    Raises:
        BadInput: "words.*".
        Refused: "observers.unknown", whatever the reason.
        Busy: "store.crowded".
    """
    code = codeworks.observer_of(codes_api.read_code(text, kind="observer"))
    row = _row_of(code)
    part = _part_now(row.address if row is not None else "")
    if row is None or part is None:
        raise Refused("observers.unknown")
    present = machine()
    box = seal_device(present.ring.hold, code.secret, random=present.random)
    return base64.urlsafe_b64encode(box).decode(), part.last_day


def device_of(cookie: str) -> "Device | None":
    """Return what a device may do, or None when its cookie is worth nothing any more.

    The code's row comes by one look-up; by what it says, all else comes by a second.
    """
    try:
        box = base64.b64decode(cookie.encode("ascii"), altchars=b"-_", validate=True)
        code = Code(open_device(machine().ring.hold, box))
    except (binascii.Error, UnicodeEncodeError, ValueError, Damaged):
        return None
    row = _row_of(code)
    if row is None:
        return None
    ids = message_ids(row.secret, most=_FEW)
    found = look_up(small=[election_tag(machine().ring.hold, row.address)], bodies=ids)
    part = _part_now(row.address, find=out_of(found))
    if part is None:
        return None
    pair = sealing_keys(code.seed)
    ways = Ways(
        thread=Thread(row.secret, part.until),
        reader=Reader(Side.STRANGER, [pair]),
        stranger=pair.public,
        row_tag=code.row_tag,
        is_alive=lambda find: _row_of(code, find=find) is not None,
    )
    few = letters.window_in(found.bodies, ids)
    return Device(row.address, row.number, part=part, ways=ways, few=few)


def _shown(number: int, message: Message | None) -> Letter:
    """Return a message as rooms see it; one that does not open or parse is marked."""
    try:
        if message is not None:
            return letters.letter_of(number, message)
    except Damaged:
        pass
    return Letter(number, "stranger", 0, None, is_damaged=True)


@dataclass(frozen=True, slots=True)
class Ways:
    """Hold how the conversation of a code is reached, from its own side or from the group's.

    Attributes:
        thread: By what its messages are found.
        reader: By what they are opened.
        stranger: The public half of R.
        row_tag: The true tag of the code's row.
        is_alive: Tells, with what looks rows up, whether the code's row still stands.
    """

    thread: Thread
    reader: Reader
    stranger: bytes
    row_tag: bytes
    is_alive: Callable[[LookUp], bool]


class Device:
    """Be an observer's device for one request, or stand in for it with what came from it.

    Attributes:
        name: Address of the election.
        number: Of the code.
        last_day: On which it may report.

    Args:
        station: Where it was, for what it sent then; where it is now unless said.
        few: The first messages, where they were looked up already.
    """

    def __init__(
        self,
        name: str,
        number: int,
        *,
        part: ElectionPart,
        ways: Ways,
        station: int | None = None,
        few: letters.Window | None = None,
    ) -> None:
        """Read what both sides wrote."""
        self.name = name
        self.number = number
        self.last_day = part.last_day
        self._until = part.until
        self._ways = ways
        self._thread = ways.thread
        self._reader = ways.reader
        self._station = station
        self._messages: dict[int, Message | None] = {}
        self._read(few if few is not None else self._few())

    def _few(self) -> letters.Window:
        """Look the first messages up."""
        return letters.window_of(self._thread, most=_FEW)

    def _read(self, few: letters.Window) -> None:
        """Read all messages: mostly a few, and their numbers have no holes."""
        self._messages = {}
        window = few if len(few) < _FEW else letters.window_of(self._thread)
        for number, box in window.items():
            try:
                message = letters.opened(self._thread, number, box=box, reader=self._reader)
            except Damaged:
                self._messages[number] = None
            else:
                self._messages[number] = message

    @property
    def station(self) -> int:
        """Return where its holder observes: the number of a public row, 0 for nowhere."""
        if self._station is not None:
            return self._station
        cards = [
            message
            for message in self._messages.values()
            if message is not None and message.what is What.CARD and message.side is Side.TEAM
        ]
        return decode_card(cards[-1].content).station if cards else 0

    def messages(self) -> list[Letter]:
        """Return what was written by both sides, the oldest first."""
        return [
            _shown(number, message)
            for number, message in self._messages.items()
            if message is None or message.what is not What.CARD
        ]

    def file(self, number: int, index: int) -> FileStream:
        """Return a file of a message.

        Raises:
            NotFound: "letters.no_message", "file.unknown".
            Damaged: "record.damaged".
        """
        return letters.file_in(self._thread, number, index, reader=self._reader)

    def submit(
        self,
        value: Value,
        *,
        figure: Figure,
        is_same: Callable[[Value], bool],
        uploads: Sequence[SealedUpload] = (),
    ) -> int:
        """Report something; return the number of its message.

        Args:
            value: What is reported, for the group.
            figure: What of it is counted; its minute is set here.
            is_same: Tells whether an earlier message came by the same form; then nothing is
                written, and that one's number is returned.
            uploads: Files that hang on it.

        Raises:
            Refused: "observers.too_fast", "observers.unknown" when the code was withdrawn,
                "observers.closed" when the group takes nothing, "letters.conversation_full".
            Busy: "store.busy", "store.full".
        """
        for _ in range(_TRIES):
            before = self.same(is_same)
            if before is not None:
                return before
            self._demand_pace()
            number = letters.next_number(self._messages)
            tag = counting.tag_of(self.name, self.number, number)
            try:
                in_writing(
                    lambda tx: self._write(tx, value, figure, uploads, number),  # noqa: B023 -- run now
                    over=[tag],
                    is_shared=True,
                )
            except _Taken:
                self._read(self._few())
                continue
            claim(uploads)
            return number
        raise Busy("store.busy")

    def same(self, is_same: Callable[[Value], bool]) -> int | None:
        """Return the number of the message that came by the same form, if there is one."""
        for letter in self.messages():
            if letter.side == "stranger" and letter.value is not None and is_same(letter.value):
                return letter.number
        return None

    def _demand_pace(self) -> None:
        """Count a report of this code in this minute.

        Raises:
            Refused: "observers.too_fast".
        """
        present = machine()
        minute = minute_now(present.clock)
        mix = present.ring.secret("mix")
        counter = sub(mix, "observer-count", self.name, self.number, minute)
        if present.ephemeral.count(counter, 1, day=day_of(minute)) > MOST_A_MINUTE:
            raise Refused("observers.too_fast")

    def _write(
        self,
        tx: Transaction,
        value: Value,
        figure: Figure,
        uploads: Sequence[SealedUpload],
        number: int,
    ) -> None:
        """Write message and figure; all that could have changed is looked at again first."""
        address = box_address(self.name)
        box = box_tag(machine().ring.hold, address)
        tx.share(box)
        found = tx.look_up(
            small=[self._ways.row_tag, box], bodies=[message_id(self._thread.secret, number)]
        )
        if found.bodies:
            raise _Taken
        if not self._ways.is_alive(out_of(found)):
            raise Refused("observers.unknown")
        part = box_part_of(address, find=out_of(found))
        if part is None:
            raise Refused("observers.closed")
        minute = minute_now(machine().clock)
        content = letters.content_of(value, uploads)
        message = Message(Side.STRANGER, minute, What.TEXT, content)
        ends = Ends(part.public, self._ways.stranger)
        letters.put(tx, message, thread=self._thread, number=number, ends=ends)
        letters.take_files(tx, uploads, until=self._until)
        counted = Counted(self.number, number, figure._replace(minute=minute))
        counting.put(tx, self.name, counted, until=self._until)
