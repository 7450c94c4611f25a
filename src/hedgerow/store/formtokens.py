# SPDX-License-Identifier: AGPL-3.0-or-later
"""Give forms of strangers a token: a number of their own, a time, and a keyed check of both.

A token is not stored. It lets files in before any view runs, makes a form that is sent twice
one letter, and ends after a day. Counters of letters are kept by box, in memory, never by
who sent them. Where a box gets more in an hour than its limit, a letter has to bring a small
proof of work, which a script finds within seconds; one without it waits for a look of the team.
"""

import base64
import binascii
import hashlib
from typing import Final, Literal

from hedgerow.engines.vault.primitives import is_equal, sub
from hedgerow.kernel.canonical import Reader, u64
from hedgerow.kernel.clock import day_of, minute_now
from hedgerow.kernel.errors import Damaged, Refused
from hedgerow.store.machine import machine

State = Literal["good", "late", "forged"]
NUMBER_BYTES: Final = 16
WORK_BITS: Final = 16
LONGEST_MINUTES: Final = 24 * 60
_CHECK_BYTES: Final = 16
_MINUTES_AN_HOUR: Final = 60
_HELD_TIMES: Final = 4
_DAY: Final = "day"
_HELD: Final = "held"


def _check(address: str, number: bytes, minute: int) -> bytes:
    """Return the keyed check of a token."""
    key = machine().ring.secret("form")
    return sub(key, "letter-form", address, number, minute, size=_CHECK_BYTES)


def make_token(address: str) -> str:
    """Return a new token for the form of a box, or, without an address, of a conversation."""
    return _token(address, machine().random(NUMBER_BYTES))


def _token(address: str, number: bytes) -> str:
    """Return a token of now with a number."""
    minute = minute_now(machine().clock)
    raw = number + u64(minute) + _check(address, number, minute)
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _read(token: str) -> tuple[bytes, int, bytes]:
    """Return number, minute and check.

    Raises:
        Damaged: It is no token.
    """
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise Damaged("letters.token") from None
    reader = Reader(raw, code="letters.token")
    number, minute, check = reader.take(NUMBER_BYTES), reader.u64(), reader.take(_CHECK_BYTES)
    reader.end()
    return number, minute, check


def state_of(address: str, token: str) -> State:
    """Tell whether a token is one of this form, and not too old."""
    try:
        number, minute, check = _read(token)
    except Damaged:
        return "forged"
    if not is_equal(check, _check(address, number, minute)):
        return "forged"
    age = minute_now(machine().clock) - minute
    return "good" if 0 <= age <= LONGEST_MINUTES else "late"


def number_of(token: str) -> bytes:
    """Return the number of a form, by which a letter sent twice is known.

    Raises:
        Damaged: "letters.token".
    """
    return _read(token)[0]


def minute_of(token: str) -> int:
    """Return when a form was opened.

    Raises:
        Damaged: "letters.token".
    """
    return _read(token)[1]


def renewed(address: str, token: str) -> str:
    """Return a token of now with the number of an earlier one, so that the form stays the same.

    A forged one gives a new number.
    """
    is_own = token and state_of(address, token) != "forged"
    return _token(address, number_of(token)) if is_own else make_token(address)


def counter_of(address: str, token: str) -> bytes | None:
    """Return the name under which the bytes of a form's files are counted; None for a forgery."""
    if state_of(address, token) != "good":
        return None
    return sub(machine().ring.secret("mix"), "letter-files", number_of(token))


# Limits of a box.


def _count(address: str, *, what: str, amount: int = 1) -> int:
    """Add to a counter of a box in memory and return its total of the day."""
    present = machine()
    name = sub(present.ring.secret("mix"), "letter-count", what, address)
    return present.ephemeral.count(name, amount, day=day_of(minute_now(present.clock)))


def _hour() -> str:
    """Return the name of the counter of this hour."""
    return f"hour {minute_now(machine().clock) // _MINUTES_AN_HOUR}"


def is_flooded(address: str, *, hour_limit: int) -> bool:
    """Tell whether a box got more letters this hour than its limit."""
    return _count(address, what=_hour(), amount=0) >= hour_limit


def demand_room(address: str, *, day_limit: int, is_proved: bool) -> None:
    """Refuse a letter when its box has taken as many today as it may.

    Letters without proof that come in a flood have a limit of their own, so that they fill
    the box for nobody who can prove work.

    Raises:
        Refused: "letters.day_full".
    """
    held = max(1, day_limit // _HELD_TIMES)
    is_full = _count(address, what=_DAY, amount=0) >= day_limit
    if is_full or (not is_proved and _count(address, what=_HELD, amount=0) >= held):
        raise Refused("letters.day_full")


def count_letter(address: str, *, is_proved: bool) -> None:
    """Count a letter that was taken; one that is sent again, or was refused, does not count."""
    for what in (_DAY, _hour(), *(() if is_proved else (_HELD,))):
        _count(address, what=what)


def is_work(token: str, answer: str) -> bool:
    """Tell whether an answer proves work: SHA-256 of both begins with 16 zero bits."""
    digest = hashlib.sha256(f"{token}.{answer}".encode()).digest()
    return int.from_bytes(digest, "big") >> (len(digest) * 8 - WORK_BITS) == 0
