# SPDX-License-Identifier: AGPL-3.0-or-later
"""Make the drill's instance in a process of its own, and tell its words and its key.

Started as `python -m hedgerow.drill.founder` with the costs on the standard input.
"""

import json
import os
import sys
from pathlib import Path

import msgspec

from hedgerow.store.instance import ROOMS, Costs, Instance, save


def main() -> None:
    """Make the instance in HEDGEROW_HOME, with every room there is."""
    home = Path(os.environ["HEDGEROW_HOME"])
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    costs = msgspec.json.decode(sys.stdin.buffer.read(), type=Costs)
    # The mark of made-up data lets `serve` take costs that are cheap, on 127.0.0.1 alone.
    instance = Instance(costs=costs, rooms=ROOMS, demo=True)
    save(home, instance=instance)
    import django

    django.setup()
    from hedgerow.store.codes_api import spell_boot, spell_code
    from hedgerow.store.founding import found
    from hedgerow.store.system import SystemClock, system_random

    founding = found(home, instance, holders=1, clock=SystemClock(), random=system_random)
    told = {
        "boot_key": founding.boot_key.hex(),
        "boot_words": spell_boot(founding.boot[0], language="en"),
        "invitation": spell_code(founding.founder, kind="invitation", language="en"),
    }
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main()
