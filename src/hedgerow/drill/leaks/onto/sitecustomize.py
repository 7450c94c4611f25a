# SPDX-License-Identifier: AGPL-3.0-or-later
"""Make the drill's faults and its leak to a process, as Python starts it."""

import os

from hedgerow.drill.leaks.table import make

make(os.environ["DRILL_LEAK"])
