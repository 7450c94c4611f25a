# SPDX-License-Identifier: AGPL-3.0-or-later
"""Let a group watch an election: draw observers' codes, read what they report, rule on it.

The group's side of `observers`. Nothing about a code stands in the index: with the election's
secret and a number every member finds its conversation.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from hedgerow.engines.vault.letterbox import box_tag
from hedgerow.engines.vault.letters import Ends, Message, Side, What
from hedgerow.engines.vault.observing import (
    HEADQUARTERS,
    MAX_NAME_BYTES,
    Act,
    CodeCard,
    CodeRow,
    ElectionPart,
    Figure,
    box_address,
    decode_card,
    election_tag,
    encode_card,
    encode_row,
    observer_secret,
)
from hedgerow.engines.vault.primitives import sealing_keys
from hedgerow.engines.vault.words import Numbers
from hedgerow.kernel.clock import day_of, minute_now, week_of
from hedgerow.kernel.errors import BadInput, Damaged, NotFound, Refused
from hedgerow.store import boxkeys, codeworks, counting, letters, watchkeys
from hedgerow.store.boxkeys import BoxKeys
from hedgerow.store.change import Change
from hedgerow.store.changing import changing
from hedgerow.store.counting import Counted
from hedgerow.store.kinds import Value
from hedgerow.store.letterbox import part_of as box_part_of
from hedgerow.store.letters import Reader, Thread
from hedgerow.store.lines import FileStream, Letter
from hedgerow.store.machine import machine
from hedgerow.store.observers import Device, Ways
from hedgerow.store.reading import Opened
from hedgerow.store.tables import look_up
from hedgerow.store.uploads import SealedUpload, claim
from hedgerow.store.watchkeys import WatchKey

MOST_AT_ONCE: Final = 100
# A code's words lead nowhere this many weeks after the last day that was set when it was drawn.
_SPARE_WEEKS: Final = 2


@dataclass(frozen=True, slots=True)
class Watch:
    """Hold an election of a space as lists show it.

    Attributes:
        name: Its address.
        codes: How many codes were drawn.
        last_day: On which devices may report.
        until_week: The last week in which reports can be read.
    """

    name: str
    codes: int
    last_day: int
    until_week: int


@dataclass(frozen=True, slots=True)
class IssuedCode:
    """Hold a code that has just been drawn; its words are kept nowhere."""

    number: int
    numbers: Numbers
    station: int


def watches(opened: Opened) -> list[Watch]:
    """Return the elections a space watches; see `Space.watches`."""
    found = [(key, counting.part_of(key.name)) for key in watchkeys.keys_of(opened)]
    return [
        Watch(key.name, part.codes, part.last_day, part.until)
        for key, part in found
        if part is not None
    ]


def open_watch(opened: Opened, name: str, *, last_day: int, until_day: int) -> None:
    """Begin to watch an election; see `Space.open_watch`."""
    if not 0 < len(name.encode()) <= MAX_NAME_BYTES:
        raise BadInput("vault.address_too_long", most=MAX_NAME_BYTES)
    address, until = box_address(name), week_of(until_day)

    def act(change: Change) -> None:
        hold = machine().ring.hold
        change.tx.hold(election_tag(hold, name))
        change.tx.hold(box_tag(hold, address))
        is_taken = box_part_of(address, find=change.tx.look_up) is not None
        if is_taken or counting.part_of(name, find=change.tx.look_up) is not None:
            raise Refused("observers.address_taken")
        box = boxkeys.add_box(change, address)
        boxkeys.put_part(change, box)
        watchkeys.add(change, name, box_id=box.id, until=until)
        counting.put_part(change.tx, name, ElectionPart(0, last_day, until))

    changing(opened, act)


def set_last_day(opened: Opened, name: str, *, last_day: int) -> None:
    """Let devices report until another day; see `Space.set_watch_day`."""
    watchkeys.key_named(opened, name)

    def act(change: Change) -> None:
        part = _part_in(change, name)
        counting.put_part(change.tx, name, part._replace(last_day=last_day))

    changing(opened, act)


def _part_in(change: Change, name: str) -> ElectionPart:
    """Return the server's part under its lock.

    Raises:
        NotFound: "observers.no_election".
    """
    change.tx.hold(election_tag(machine().ring.hold, name))
    part = counting.part_of(name, find=change.tx.look_up)
    if part is None:
        raise NotFound("observers.no_election")
    return part


def _box_in(change: Change, name: str) -> BoxKeys:
    """Return the letter-box of an election under the lock.

    Raises:
        NotFound: "observers.no_election".
    """
    address = box_address(name)
    for box in boxkeys.boxes_under(change):
        if box.address == address:
            return box
    raise NotFound("observers.no_election")


# Codes.


def draw_codes(opened: Opened, name: str, stations: Sequence[int]) -> list[IssuedCode]:
    """Draw a code for each of some stations; see `Space.draw_codes`."""
    key = watchkeys.key_named(opened, name)
    if len(stations) > MOST_AT_ONCE:
        raise BadInput("observers.too_many_codes", most=MOST_AT_ONCE)
    drawn = [codeworks.draw("observer") for _ in stations]
    codes = [codeworks.observer_of(numbers) for numbers in drawn]

    def act(change: Change) -> list[IssuedCode]:
        part, box = _part_in(change, name), _box_in(change, name)
        week = week_of(part.last_day) + _SPARE_WEEKS
        issued: list[IssuedCode] = []
        for place, (code, station) in enumerate(zip(codes, stations, strict=True)):
            number = part.codes + 1 + place
            row = CodeRow(observer_secret(key.secret, number), number, name)
            change.tx.put_small(code.row_tag, encode_row(row), key=code.row_key, until_week=week)
            card = CodeCard(sealing_keys(code.seed).public, code.row_tag, station)
            _put_card(change, key, number=number, version=0, card=card, box=box)
            issued.append(IssuedCode(number, drawn[place], station))
        counting.put_part(change.tx, name, part._replace(codes=part.codes + len(codes)))
        return issued

    return changing(opened, act)


def _put_card(
    change: Change, key: WatchKey, *, number: int, version: int, card: CodeCard, box: BoxKeys
) -> None:
    """Write what the group notes of a code, as a message and for the count."""
    thread = Thread(observer_secret(key.secret, number), key.until)
    message = Message(Side.TEAM, change.minute, What.CARD, encode_card(card))
    ends = Ends(box.public, card.stranger)
    letters.put(change.tx, message, thread=thread, number=version, ends=ends)
    figure = Figure(Act.PLACED, change.minute, card.station, 0, ())
    counting.put(change.tx, key.name, Counted(number, version, figure), until=key.until)


# Acts of the headquarters.


def put_act(opened: Opened, name: str, figure: Figure) -> int:
    """Hand an act of the headquarters to the count; see `Space.put_act`."""
    key = watchkeys.key_named(opened, name)

    def act(change: Change) -> int:
        change.tx.hold(counting.tag_of(name, HEADQUARTERS, 0))
        version = counting.free_version(name, HEADQUARTERS, find=change.tx.look_up)
        taken = figure._replace(minute=change.minute)
        counting.put(change.tx, name, Counted(HEADQUARTERS, version, taken), until=key.until)
        return version

    return changing(opened, act)


# One conversation.


class ObserverSide:
    """Be the conversation of a code as the group has it open for one request.

    Attributes:
        number: Of the code.
    """

    def __init__(self, opened: Opened, key: WatchKey, *, number: int, box: BoxKeys) -> None:
        """Read its messages."""
        self.number = number
        self._opened = opened
        self._key = key
        self._thread = Thread(observer_secret(key.secret, number), key.until)
        self._reader = Reader(Side.TEAM, box.pairs)
        self._window = letters.window_of(self._thread)
        self._card = self._newest_card()

    def _newest_card(self) -> CodeCard:
        """Return what the group last noted of the code.

        Raises:
            NotFound: "observers.no_code".
        """
        for number in sorted(self._window, reverse=True):
            try:
                message = letters.opened(
                    self._thread, number, box=self._window[number], reader=self._reader
                )
                if message.what is What.CARD and message.side is Side.TEAM:
                    return decode_card(message.content)
            except Damaged:
                continue
        raise NotFound("observers.no_code")

    @property
    def station(self) -> int:
        """Return where its holder observes."""
        return self._card.station

    def is_withdrawn(self) -> bool:
        """Tell whether its words lead nowhere any more."""
        return self._card.row_tag not in look_up(small=[self._card.row_tag]).small

    def messages(self) -> list[Letter]:
        """Return what was written by both sides but the notes, the oldest first."""
        found = letters.letters_in(self._thread, self._window, reader=self._reader)
        return [one for one in found if one.value is not None or one.is_damaged]

    def file(self, number: int, index: int) -> FileStream:
        """Return a file of a message.

        Raises:
            NotFound: "letters.no_message", "file.unknown".
            Damaged: "record.damaged".
        """
        return letters.file_in(self._thread, number, index, reader=self._reader)

    def _next(self, change: Change) -> int:
        """Return the number of the next message, under the lock of its writers."""
        window = letters.window_of(self._thread, find=change.tx.look_up)
        number = letters.next_number(window)
        change.tx.hold(counting.tag_of(self._key.name, self.number, number))
        return number

    def answer(self, value: Value, *, uploads: Sequence[SealedUpload] = ()) -> int:
        """Write to the observer; return the number of the message."""
        content = letters.content_of(value, uploads)

        def act(change: Change) -> int:
            box = _box_in(change, self._key.name)
            number = self._next(change)
            message = Message(Side.TEAM, change.minute, What.TEXT, content)
            ends = Ends(box.public, self._card.stranger)
            letters.put(change.tx, message, thread=self._thread, number=number, ends=ends)
            letters.take_files(change.tx, uploads, until=self._key.until)
            figure = Figure(Act.PLACED, change.minute, self.station, 0, ())
            counted = Counted(self.number, number, figure)
            counting.put(change.tx, self._key.name, counted, until=self._key.until)
            return number

        number = changing(self._opened, act)
        claim(uploads)
        return number

    def place(self, station: int) -> None:
        """Let its holder observe at another station."""

        def act(change: Change) -> None:
            card = self._card._replace(station=station)
            box = _box_in(change, self._key.name)
            version = self._next(change)
            _put_card(change, self._key, number=self.number, version=version, card=card, box=box)

        changing(self._opened, act)
        self._card = self._card._replace(station=station)

    def device(self, *, station: int) -> Device:
        """Stand in for the observer's device with what came from it by another way.

        Args:
            station: Where it was then.

        Raises:
            Refused: "arrival.withdrawn" when its words lead nowhere any more, "arrival.too_old"
                after the last day.
        """
        tag, part = self._card.row_tag, counting.part_of(self._key.name)
        if self.is_withdrawn():
            raise Refused("arrival.withdrawn")
        if part is None or day_of(minute_now(machine().clock)) > part.last_day:
            raise Refused("arrival.too_old")
        ways = Ways(
            thread=self._thread,
            reader=self._reader,
            stranger=self._card.stranger,
            row_tag=tag,
            is_alive=lambda find: tag in find(small=[tag]).small,
        )
        return Device(self._key.name, self.number, part=part, ways=ways, station=station)

    def withdraw(self) -> None:
        """Let its words lead nowhere; every device that used them is out at once."""
        changing(self._opened, lambda change: change.tx.drop_small([self._card.row_tag]))


def observer(opened: Opened, name: str, number: int) -> ObserverSide:
    """Open the conversation of a code; see `Space.observer`.

    Raises:
        NotFound: "observers.no_election", "observers.no_code".
    """
    key = watchkeys.key_named(opened, name)
    part = counting.part_of(name)
    if part is None or not 0 < number <= part.codes:
        raise NotFound("observers.no_code")
    for box in boxkeys.boxes_of(opened):
        if box.address == box_address(name):
            return ObserverSide(opened, key, number=number, box=box)
    raise NotFound("observers.no_election")
