# SPDX-License-Identifier: AGPL-3.0-or-later
"""Be the caretaker process: the night, the minute job, the sweeping of unfinished files.

It follows the shared boot key like every worker, and does nothing while it is not there.
Started by `serve` as `python -m hedgerow.cli.caretaker`.
"""

import logging
import os
import signal
import time
from types import FrameType
from typing import Final

_MINUTES_OF_A_DAY: Final = 24 * 60
UPLOAD_MINUTES: Final = 120
TICK_S: Final = 5
NIGHT_MINUTE: Final = "HEDGEROW_NIGHT_MINUTE"
_DEFAULT_NIGHT_MINUTE: Final = 3 * 60

logger = logging.getLogger(__name__)
_must_end = False


def _end(_signal: int, _frame: FrameType | None) -> None:
    """Finish what is being done, then end."""
    global _must_end  # noqa: PLW0603 -- a signal has nowhere else to leave its word
    _must_end = True


def tick() -> None:
    """Do what is due now."""
    from django.db import close_old_connections

    from hedgerow.kernel.clock import minute_now
    from hedgerow.kernel.errors import HedgerowError
    from hedgerow.store import night, uploads
    from hedgerow.store.machine import is_open, machine

    if not is_open():
        return
    minute = minute_now(machine().clock)
    night_minute = int(os.environ.get(NIGHT_MINUTE, _DEFAULT_NIGHT_MINUTE))
    is_past = minute % _MINUTES_OF_A_DAY >= night_minute
    try:
        if machine().ring.previous is not None or (is_past and night.is_due() and not _held()):
            report = night.run_night()
            machine().ephemeral.set_note("night held", night.today())
            if not report.is_plausible:
                logger.warning("The clock was not believed; hedgerow night --confirm-date.")
        uploads.sweep(before_minute=minute - UPLOAD_MINUTES)
    except HedgerowError as error:
        logger.warning("The caretaker could not finish (%s).", error.code)
    close_old_connections()


def _held() -> bool:
    """Tell whether a night was held today although the clock was not believed."""
    from hedgerow.store import night
    from hedgerow.store.machine import machine

    return machine().ephemeral.note("night held") == night.today()


def main() -> None:
    """Tick until told to end."""
    import django

    from hedgerow.store.memory import forbid_dumps, lock_memory

    forbid_dumps()
    lock_memory()
    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    django.setup()
    parent = os.getppid()
    while not _must_end and os.getppid() == parent:
        tick()
        for _ in range(TICK_S * 5):
            if _must_end:
                break
            time.sleep(0.2)


if __name__ == "__main__":
    main()
