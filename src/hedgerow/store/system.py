# SPDX-License-Identifier: AGPL-3.0-or-later
"""Take time and randomness from the operating system; everything else is handed them."""

import os
import time


class SystemClock:
    """Tell the time of the machine."""

    def seconds(self) -> int:
        """Return whole seconds since the epoch."""
        return int(time.time())


def system_random(size: int) -> bytes:
    """Return random bytes of the operating system."""
    return os.urandom(size)
