# SPDX-License-Identifier: AGPL-3.0-or-later
"""Open the boot key from words, and let every process of a service have it.

A key that was opened waits for a yes: the holders first compare day and number of the
last night with their note, the one defence against a whole disk turned back.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from hedgerow.engines.vault.boot import needs_two, open_for_one, open_for_two
from hedgerow.engines.vault.night import is_clock_plausible
from hedgerow.engines.vault.ring import Ring
from hedgerow.engines.vault.words import (
    BOOT_PHRASE_WORDS,
    BOOT_SHARE_WORDS,
    Numbers,
    plain_check,
)
from hedgerow.kernel.clock import day_of, minute_now
from hedgerow.kernel.errors import Refused
from hedgerow.store import machine as machines
from hedgerow.store.bootkey import SharedKey, read_wrap
from hedgerow.store.ephemeral import Ephemeral
from hedgerow.store.instance import Costs, load
from hedgerow.store.ringfile import RingFile
from hedgerow.store.runtime import runtime_directory
from hedgerow.store.system import SystemClock, system_random
from hedgerow.store.wordlists import word_lists

WAITS_S: Final = 600
_MOST_SHARES: Final = 3
CLOCK_CONFIRMED: Final = "clock confirmed"

Answer = dict[str, Any]


@dataclass(slots=True)
class BootWords:
    """Take phrases or shares until the boot key opens.

    Attributes:
        home: The instance.
        now: Tells seconds; a share waits ten minutes for another one.
        wrap: What the words open; without it that of the instance, as it is by then.
    """

    home: Path
    now: Callable[[], float] = time.monotonic
    wrap: bytes | None = None
    _shares: list[tuple[Numbers, float]] = field(default_factory=list)

    def take(self, text: str) -> bytes | None:
        """Take what one holder typed; return the boot key, or None while a share lacks.

        Raises:
            BadInput: "words.*".
            Refused: "boot.wrong_words" when they do not open the key.
        """
        wrap = self.wrap or read_wrap(self.home / machines.DATA)
        instance = load(self.home)
        cost = (instance.costs if instance else Costs()).boot
        if not needs_two(wrap):
            phrase = word_lists().read(text, count=BOOT_PHRASE_WORDS, check=plain_check)
            key = open_for_one(wrap, phrase, cost=cost)
            if key is None:
                raise Refused("boot.wrong_words")
            return key
        share = word_lists().read(text, count=BOOT_SHARE_WORDS, check=plain_check)
        self.forget_old()
        others = [other for other, _since in self._shares if other != share]
        self._shares = [one for one in self._shares if one[0] != share][1 - _MOST_SHARES :]
        self._shares.append((share, self.now()))
        for other in reversed(others):
            key = open_for_two(wrap, (other, share), cost=cost)
            if key is not None:
                self._shares.clear()
                return key
        if others:
            raise Refused("boot.wrong_words")
        return None

    def forget_old(self) -> None:
        """Forget shares that waited too long."""
        oldest = self.now() - WAITS_S
        self._shares = [one for one in self._shares if one[1] > oldest]

    def forget(self) -> None:
        """Forget every share."""
        self._shares.clear()


def last_night(home: Path, key: bytes) -> Answer:
    """Return what the ring says of the last night, and whether today follows it.

    Raises:
        Refused: "boot.wrong_key" when the key does not open the ring; nothing was touched.
    """
    return dates_of(RingFile(home / machines.DATA, boot_key=key, random=system_random).read())


def dates_of(ring: Ring) -> Answer:
    """Return the day and number of a ring's last night, and whether today follows it."""
    today = day_of(minute_now(SystemClock()))
    return {
        "night_day": ring.day,
        "night_number": ring.seq,
        "today": today,
        "is_believed": is_clock_plausible(today, ring_day=ring.day),
    }


@dataclass(slots=True)
class Unlocking:
    """Open a running service, and close it.

    Attributes:
        home: The instance.
        shared: Where the key goes once a holder has said yes.
        now: Tells seconds.
        pending: The key that waits for the yes, and since when.
    """

    home: Path
    shared: SharedKey
    now: Callable[[], float] = time.monotonic
    pending: tuple[bytes, float] | None = None
    _words: BootWords = field(init=False)

    def __post_init__(self) -> None:
        """Begin with no words typed."""
        self._words = BootWords(self.home, now=self.now)

    @property
    def is_open(self) -> bool:
        """Tell whether the processes have the key."""
        return self.shared.read() is not None

    def type_words(self, text: str) -> Answer:
        """Take a phrase or a share; say what is still needed, or what the ring says.

        Raises:
            BadInput: "words.*".
            Refused: "boot.wrong_words" when they do not open the key.
        """
        key = self._words.take(text)
        if key is None:
            return {"needs": "share"}
        answer = last_night(self.home, key)
        self.pending = key, self.now()
        return answer

    def say_yes(self, *, is_date_confirmed: bool = False) -> Answer:
        """Let every process have the key.

        Args:
            is_date_confirmed: A holder saw both dates and says that today's is right.

        Raises:
            Refused: "boot.nothing_waits" when no words were typed within ten minutes.
        """
        self.forget_old()
        if self.pending is None:
            raise Refused("boot.nothing_waits")
        (key, _since), self.pending = self.pending, None
        RingFile(self.home / machines.DATA, boot_key=key, random=system_random).mend_if_free()
        if is_date_confirmed:
            confirm_date(self.home)
        self.shared.put(key)
        return {"open": True}

    def forget_old(self) -> None:
        """Forget words that waited too long for other words or for the yes."""
        self._words.forget_old()
        if self.pending is not None and self.now() - self.pending[1] > WAITS_S:
            self.pending = None

    def lock(self) -> Answer:
        """Take the key from every process."""
        self.shared.forget()
        self.pending = None
        self._words.forget()
        return {"open": False}


def confirm_date(home: Path) -> None:
    """Note that a holder looked at today's date and found it right."""
    ephemeral = Ephemeral(runtime_directory(home))
    ephemeral.set_note(CLOCK_CONFIRMED, day_of(minute_now(SystemClock())))
    ephemeral.close()
