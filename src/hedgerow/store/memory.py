# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keep what is in memory in memory: no core dump, no swap, no look from another process."""

import ctypes
import os
import resource
from typing import Final

from hedgerow.kernel.errors import Refused

_PR_SET_DUMPABLE: Final = 4
_PR_SET_PDEATHSIG: Final = 1
_MCL_CURRENT: Final = 1
_MCL_FUTURE: Final = 2
_MCL_ONFAULT: Final = 4
#: Two phrases at 128 MiB each, the boot words at 256 MiB, and the programs themselves.
_ENOUGH_BYTES: Final = 1024 * 1024 * 1024
ACCEPT_SWAP: Final = "HEDGEROW_ACCEPT_SWAP"


def _libc() -> ctypes.CDLL:
    """Return the C library with its errno."""
    return ctypes.CDLL(None, use_errno=True)


def forbid_dumps() -> None:
    """Let no core dump be written and no other process read this one's memory."""
    _libc().prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def end_with_parent(signal_number: int) -> None:
    """Let the kernel signal this process when its parent dies, even of SIGKILL."""
    _libc().prctl(_PR_SET_PDEATHSIG, signal_number, 0, 0, 0)


def lock_memory() -> bool:
    """Keep this process out of swap; it is not inherited over fork. Tell whether it worked.

    A page is locked from the moment something stands in it; what libraries map and never
    touch takes no memory, and what processes share since a fork stays shared.
    """
    _soft, hard = resource.getrlimit(resource.RLIMIT_MEMLOCK)
    resource.setrlimit(resource.RLIMIT_MEMLOCK, (hard, hard))
    return int(_libc().mlockall(_MCL_CURRENT | _MCL_FUTURE | _MCL_ONFAULT)) == 0


def may_lock_enough() -> bool:
    """Tell whether all processes of a service may lock what they need for many words at once."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_MEMLOCK)
    if os.geteuid() == 0 or hard == resource.RLIM_INFINITY:
        return True
    return hard >= _ENOUGH_BYTES


def demand_locked_memory() -> None:
    """Keep this process out of swap, or refuse to go on.

    Raises:
        Refused: "memory.swap" unless HEDGEROW_ACCEPT_SWAP=1 says that it may be.
    """
    if os.environ.get(ACCEPT_SWAP) != "1" and not (may_lock_enough() and lock_memory()):
        raise Refused("memory.swap")
