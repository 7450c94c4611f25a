# SPDX-License-Identifier: AGPL-3.0-or-later
"""Be the caretaker process: what is due to be published, the night, and the sweeping.

It follows the shared boot key like every worker, and does nothing while it is not there.
Started by `serve` as `python -m hedgerow.cli.caretaker`.
"""

import logging
import os
import signal
import time
from types import FrameType
from typing import Final

from hedgerow.kernel.clock import MINUTES_A_DAY, day_of, minute_now

UPLOAD_MINUTES: Final = 120
TICK_S: Final = 5
NIGHT_MINUTE: Final = "HEDGEROW_NIGHT_MINUTE"
_DEFAULT_NIGHT_MINUTE: Final = 3 * 60
_TRIED: Final = "night tried"
_PUBLISHED: Final = "published up to"

logger = logging.getLogger(__name__)
_must_end = False


def _end(_signal: int, _frame: FrameType | None) -> None:
    """Finish what is being done, then end."""
    global _must_end  # noqa: PLW0603 -- a signal has nowhere else to leave its word
    _must_end = True


def night_minute() -> int:
    """Return the minute of the day, UTC, from which a night is due."""
    text = os.environ.get(NIGHT_MINUTE, "")
    if text.isdecimal() and int(text) < MINUTES_A_DAY:
        return int(text)
    return _DEFAULT_NIGHT_MINUTE


def tick() -> None:
    """Do what is due now; what fails is tried again at the next tick, and holds up nothing else."""
    from django.db import Error, close_old_connections

    from hedgerow.kernel.errors import HedgerowError
    from hedgerow.store.machine import is_open

    for job in (_publish, _do_jobs, _hold_night, _sweep):
        try:
            if is_open():
                job()
        except HedgerowError as error:
            logger.warning(
                "The caretaker could not finish.", extra={"code": error.code}, exc_info=True
            )
        except Error:
            logger.warning("The database refused the caretaker.", exc_info=True)
    close_old_connections()


def _publish() -> None:
    """Publish what editors released for this minute or one before; once a minute."""
    from hedgerow.site.publishing import publish_due
    from hedgerow.store.machine import machine

    present = machine()
    minute = minute_now(present.clock)
    if present.ephemeral.note(_PUBLISHED) != minute:
        publish_due(minute)
        present.ephemeral.set_note(_PUBLISHED, minute)


def _do_jobs() -> None:
    """Do what the rooms asked for."""
    from hedgerow.site.publishing import do_jobs

    do_jobs()


def _hold_night() -> None:
    """Hold the night of today, or finish one that was killed."""
    from hedgerow.store import night
    from hedgerow.store.machine import machine

    present = machine()
    ring = present.reload()
    minute = minute_now(present.clock)
    is_past = minute % MINUTES_A_DAY >= night_minute()
    was_tried = present.ephemeral.note(_TRIED) == day_of(minute)
    if ring.previous is None and not (is_past and night.is_due() and not was_tried):
        return
    report = night.run_night()
    # A night whose clock was not believed leaves the ring's day, and would be due for ever.
    present.ephemeral.set_note(_TRIED, day_of(minute))
    if not report.is_log_empty:
        logger.warning("Old rows may still stand in the database's journal.")
    if not report.is_plausible:
        logger.warning("The clock was not believed; see ./hedgerow night --confirm-date.")


def _sweep() -> None:
    """Forget unfinished files, idle sessions and pages nobody came back to."""
    from hedgerow.store import sessions, uploads
    from hedgerow.store.machine import machine

    minute = minute_now(machine().clock)
    uploads.sweep(before_minute=minute - UPLOAD_MINUTES)
    sessions.sweep()
    machine().ephemeral.drop_old_states(now=minute)


def main() -> None:
    """Tick until told to end."""
    import django

    from hedgerow.store.memory import end_with_parent, forbid_dumps, lock_memory

    end_with_parent(signal.SIGTERM)
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
