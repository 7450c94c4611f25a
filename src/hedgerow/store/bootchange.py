# SPDX-License-Identifier: AGPL-3.0-or-later
"""Change the boot key, in an order that leaves an instance that opens at every step.

The old words open until the new wrap stands in its place, the new ones from then on: up
to that moment the second copy of the ring is under the old key, and from it on the first
one is under the new key. Old wraps stay in raw blocks of the disk, so a lost share is
replaced only together with the boot key.
"""

from hedgerow.kernel.errors import Busy
from hedgerow.store import bootkey
from hedgerow.store.database import alone, set_turns
from hedgerow.store.machine import machine
from hedgerow.store.ringfile import RingFile


def change_boot_key(boot_key: bytes, *, wrap: bytes) -> None:
    """Put another boot key in the place of the present one.

    Args:
        boot_key: The new one.
        wrap: What the new words open it by.

    Raises:
        Busy: "night.under_way" while a night is held.
    """
    present = machine()
    with present.file.hold(wait=False) as is_held:
        if not is_held:
            raise Busy("night.under_way")
        _change(boot_key, wrap)


def _change(boot_key: bytes, wrap: bytes) -> None:
    """Turn the ring, one copy before the wrap is replaced and one after it."""
    present = machine()
    fresh = RingFile(present.data, boot_key=boot_key, random=present.random)

    def between() -> None:
        bootkey.write_wrap(present.data, wrap)
        shared = bootkey.inherited()
        if shared is not None:
            shared.put(boot_key)

    with alone():
        ring = present.file.change_key(fresh, between=between)
        present.file = RingFile(present.data, boot_key=boot_key, random=present.random)
        set_turns(ring.seq)
    present.reload()
