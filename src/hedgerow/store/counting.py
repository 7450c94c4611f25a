# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hand what observers report to the running server, so that it counts without a member.

A figure is a small row under the ring, named by election, number of the code and number of
its message. Versions of a code have no holes, so that all are found by counting up, for all
codes at once. Who writes one notes in memory where it will stand; the caretaker reads notes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from hedgerow.engines.vault.locker import Locker, open_inner
from hedgerow.engines.vault.observing import (
    Act,
    ElectionPart,
    Figure,
    decode_figure,
    decode_part,
    election_key,
    election_tag,
    encode_figure,
    encode_part,
    figure_tags,
)
from hedgerow.engines.vault.primitives import open_box, seal_box, sub
from hedgerow.engines.vault.released import released_key
from hedgerow.kernel.canonical import Reader, u32
from hedgerow.kernel.clock import minute_now
from hedgerow.kernel.errors import Damaged
from hedgerow.store.machine import machine
from hedgerow.store.reading import LookUp
from hedgerow.store.tables import look_up
from hedgerow.store.writing import Transaction

__all__ = (
    "Act",
    "Arrived",
    "Counted",
    "Figure",
    "all_figures",
    "free_version",
    "note_arrival",
    "part_of",
    "put",
    "put_part",
    "tag_of",
    "take_arrivals",
)
_AT_ONCE: Final = 2_000
_PATIENCE_MINUTES: Final = 3


@dataclass(frozen=True, slots=True)
class Counted:
    """Hold a figure with where it stands.

    Attributes:
        code: Number of the observer's code, 0 for the headquarters.
        version: Number of the message.
        figure: What it says.
    """

    code: int
    version: int
    figure: Figure


@dataclass(frozen=True, slots=True)
class Arrived:
    """Hold a figure that has just arrived, with its election's address."""

    name: str
    counted: Counted


# The server's part of an election.


def part_of(name: str, *, find: LookUp = look_up) -> ElectionPart | None:
    """Return what the server knows of an election, or None where nobody reports to it."""
    hold = machine().ring.hold
    tag = election_tag(hold, name)
    locker = find(small=[tag]).small.get(tag)
    if locker is None:
        return None
    try:
        return decode_part(open_inner(election_key(hold), locker.inner, tag))
    except Damaged:
        return None


def put_part(tx: Transaction, name: str, part: ElectionPart) -> None:
    """Tell the server what it needs to know of an election."""
    hold = machine().ring.hold
    tag = election_tag(hold, name)
    key = election_key(hold)
    tx.put_small(tag, encode_part(part), key=key, until_week=part.until)


# Figures.


def tag_of(name: str, code: int, version: int) -> bytes:
    """Return the true tag of a figure."""
    return figure_tags(machine().ring.hold, name, [(code, version)])[0]


def put(tx: Transaction, name: str, counted: Counted, *, until: int) -> None:
    """Write a figure, and note in memory where it will stand."""
    content = encode_figure(counted.figure)
    tag = tag_of(name, counted.code, counted.version)
    tx.put_small(tag, content, key=released_key(machine().ring.hold), until_week=until)
    note_arrival(name, counted.code, counted.version, minute=minute_now(machine().clock))


def _arrival_key() -> bytes:
    """Return the key of notes about what arrived: they say which code wrote at which minute."""
    return sub(machine().ring.secret("mix"), "arrival-key")


def note_arrival(name: str, code: int, version: int, *, minute: int) -> None:
    """Note in memory where a figure is about to stand, for `take_arrivals`."""
    place = u32(code) + u32(version) + name.encode()
    box = seal_box(_arrival_key(), place, "arrival", random=machine().random)
    machine().ephemeral.note_arrival(box, minute=minute)


def _place_in(box: bytes) -> tuple[str, tuple[int, int]]:
    """Return what a note says: an election, and number of a code with its version.

    Raises:
        Damaged: It is no note.
    """
    reader = Reader(open_box(_arrival_key(), box, "arrival"), code="vault.figure_damaged")
    at = reader.u32(), reader.u32()
    return reader.text(reader.left), at


def _figure_in(locker: Locker | None) -> Figure | None:
    """Open a figure, or return None where there is none or it is damaged."""
    if locker is None:
        return None
    try:
        key = released_key(machine().ring.hold)
        return decode_figure(open_inner(key, locker.inner, locker.tag))
    except Damaged:
        return None


def _read_places(
    name: str, places: Sequence[tuple[int, int]], *, find: LookUp = look_up
) -> Iterator[tuple[tuple[int, int], Figure | None]]:
    """Yield what stands at places; a damaged row, which has no figure, is there all the same."""
    hold = machine().ring.hold
    for start in range(0, len(places), _AT_ONCE):
        some = places[start : start + _AT_ONCE]
        tags = figure_tags(hold, name, some)
        found = find(small=tags).small
        for place, tag in zip(some, tags, strict=True):
            if tag in found:
                yield place, _figure_in(found[tag])


def all_figures(name: str) -> Iterator[Counted]:
    """Yield every figure of an election, by versions; for the start of the caretaker."""
    part = part_of(name)
    codes: Sequence[int] = range(part.codes + 1) if part is not None else ()
    version = 0
    while codes:
        next_codes: list[int] = []
        for (code, at), figure in _read_places(name, [(code, version) for code in codes]):
            next_codes.append(code)
            if figure is not None:
                yield Counted(code, at, figure)
        codes, version = next_codes, version + 1


def free_version(name: str, code: int, *, find: LookUp = look_up) -> int:
    """Return the first version that a code has not used, under the lock of its writer."""
    start, step = 0, 64
    while True:
        places = [(code, version) for version in range(start, start + step)]
        count = sum(1 for _ in _read_places(name, places, find=find))
        if count < step:
            return start + count
        start += step


def take_arrivals(*, most: int) -> list[Arrived]:
    """Read what was noted as arriving, and forget the notes; for the caretaker alone.

    A note whose row is not there yet stays for some minutes: its writer may be at the commit.
    One that cannot be read is of another ring, before a restore, and is forgotten.
    """
    present = machine()
    notes = present.ephemeral.arrivals(most=most)
    by_name: dict[str, dict[tuple[int, int], list[tuple[int, int]]]] = {}
    done: list[int] = []
    for number, minute, box in notes:
        try:
            name, at = _place_in(box)
        except Damaged:
            done.append(number)
            continue
        by_name.setdefault(name, {}).setdefault(at, []).append((number, minute))
    now = minute_now(present.clock)
    arrived: list[Arrived] = []
    for name, places in by_name.items():
        there: set[tuple[int, int]] = set()
        for at, figure in _read_places(name, list(places)):
            there.add(at)
            if figure is not None:
                arrived.append(Arrived(name, Counted(*at, figure)))
        done += [
            number
            for at, waiting in places.items()
            for number, minute in waiting
            if at in there or now - minute > _PATIENCE_MINUTES
        ]
    present.ephemeral.forget_arrivals(done)
    return arrived
