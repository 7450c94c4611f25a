# SPDX-License-Identifier: AGPL-3.0-or-later
"""Force errors with what people typed upon the drill's own service, and let a week go by.

No input is known by which a page of Hedgerow breaks. A mistake that is not known yet would show
what was typed to whatever writes errors down, so the drill makes a few: each of these functions
fails when the drill's mark stands in its text, with the text in the error and in its frame.
"""

import os
from typing import Any, Final

from hedgerow.drill.leaks.spilling import before, put

#: What must stand in a text by which a page breaks.
MARK: Final = "!break-this-page!"


#: How many days later it is for the service than for the machine.
DAYS: Final = "DRILL_DAYS"
_SECONDS_A_DAY: Final = 86_400


def make() -> None:
    """Let what bears the mark break, and put the clock forward where that is asked for."""
    from hedgerow.rooms.members import services
    from hedgerow.store.space import Space

    def break_search(_space: Any, query: str, **_named: Any) -> None:
        _break(query)

    def break_text(_space: Any, *, title: str, text: str) -> None:
        _break(title, text)

    def break_file(_space: Any, *_arguments: Any, about: str, **_named: Any) -> None:
        _break(about)

    _put_clock_forward(int(os.environ.get(DAYS, "0")))
    before(Space, "search", break_search)
    before(services, "write_page", break_text)
    before(services, "open_thread", break_text)
    before(services, "share_file", break_file)


def _put_clock_forward(days: int) -> None:
    """Let it be some days later, so that a weekly delivery is due."""
    from hedgerow.store.system import SystemClock

    inner = SystemClock.seconds

    def later(clock: SystemClock) -> int:
        return inner(clock) + days * _SECONDS_A_DAY

    put(SystemClock, seconds=later)


def _break(*texts: str) -> None:
    """Fail with the texts in the error, where one of them bears the mark.

    Raises:
        LookupError: It does.
    """
    if any(MARK in text for text in texts):
        raise LookupError(*texts)
