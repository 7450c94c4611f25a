# SPDX-License-Identifier: AGPL-3.0-or-later
"""Do one thing for a running service that needs its key and its database.

Started by the service's parent as `python -m hedgerow.cli.job`; the question comes in on
the standard input, the answer goes out on the standard output, both as JSON.
"""

import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Final

from hedgerow.cli.unlocking import Answer, dates_of


def dates(_question: Answer) -> Answer:
    """Return the days of the last night and today, what was odd, and whether pauses can be read."""
    from hedgerow.store.machine import machine
    from hedgerow.store.night import TWINS
    from hedgerow.store.pausing import is_list_whole

    present = machine()
    twins = present.ephemeral.note(TWINS) or 0
    return dates_of(present.reload()) | {"twins": twins, "is_pause_list_whole": is_list_whole()}


def night(question: Answer) -> Answer:
    """Hold a night and return its report."""
    from hedgerow.store.night import run_night
    from hedgerow.store.pausing import begin_list

    if question.get("begin_pause_list") is True:
        begin_list()
    return asdict(run_night(is_confirmed=question.get("confirm") is True))


def backup(question: Answer) -> Answer:
    """Write a back-up to a path, and return what was made."""
    from hedgerow.store.backing import back_up

    return asdict(back_up(Path(question["path"])))


def boot_key(question: Answer) -> Answer:
    """Put another boot key in the place of the present one."""
    from hedgerow.store.bootchange import change_boot_key

    change_boot_key(bytes.fromhex(question["key"]), wrap=bytes.fromhex(question["wrap"]))
    return {"changed": True}


JOBS: Final[dict[str, Callable[[Answer], Answer]]] = {
    "dates": dates,
    "night": night,
    "backup": backup,
    "boot-key": boot_key,
}


def main() -> None:
    """Answer one question."""
    import django

    from hedgerow.cli.control import refusal
    from hedgerow.kernel.errors import HedgerowError
    from hedgerow.store.memory import forbid_dumps, lock_memory

    forbid_dumps()
    lock_memory()
    os.umask(0o077)
    django.setup()
    question: Answer = json.load(sys.stdin)
    try:
        answer = JOBS[question["ask"]](question)
    except HedgerowError as error:
        answer = refusal(error)
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
