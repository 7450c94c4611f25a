# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keep in memory the veils over keyrings, which whoever comes in brings.

As a rule there is one. Where two people came in before either's keyring could tell (a
server that has just been switched on, an instance of before there were veils) there are two
for a while: everybody's next keyring goes under the smaller one.
"""

from collections.abc import Iterator

from hedgerow.engines.vault.primitives import KEY_BYTES, open_box, seal_box, sub
from hedgerow.store.machine import machine


def _key() -> bytes:
    """Return the key under which veils lie in memory."""
    return machine().ring.secret("veil")


def _boxes() -> Iterator[bytes]:
    """Yield what lies in memory."""
    for (box,) in machine().ephemeral.rows("SELECT box FROM veil"):
        yield box


def known() -> tuple[bytes, ...]:
    """Return the veils that were brought since the server was switched on."""
    return tuple(sorted(open_box(_key(), box, "veil") for box in _boxes()))


def _bring(veil: bytes) -> None:
    """Keep a veil."""
    mark = sub(_key(), "veil-mark", veil)
    box = seal_box(_key(), veil, "veil", random=machine().random)
    machine().ephemeral.run("INSERT OR IGNORE INTO veil VALUES (?, ?)", mark, box)


def common(own: bytes | None) -> bytes:
    """Return the veil under which a keyring goes, and keep it.

    Args:
        own: The one over it now; None where there is none.
    """
    there = known()
    if own is not None and own not in there:
        _bring(own)
        there = (*there, own)
    if not there:
        there = (machine().random(KEY_BYTES),)
        _bring(there[0])
    return min(there)
