# SPDX-License-Identifier: AGPL-3.0-or-later
"""Draw codes, and derive what a code opens, behind the gate."""

from typing import Final

from hedgerow.engines.vault.codes import Code, Label, code_of, root_of, salt_of
from hedgerow.engines.vault.words import Numbers, draw_numbers
from hedgerow.store import gate
from hedgerow.store.machine import machine

_LABELS: Final = {
    "phrase": Label.PHRASE,
    "invitation": Label.INVITE,
    "receipt": Label.RECEIPT,
    "freeze": Label.FREEZE,
    "observer": Label.OBSERVER,
}


def draw(kind: str) -> Numbers:
    """Draw the numbers of a new code of a kind."""
    return draw_numbers(_LABELS[kind].words, random=machine().random)


def phrase_root(numbers: Numbers) -> bytes:
    """Derive the root of a phrase.

    Raises:
        Busy: "store.crowded" when too many wait.
    """
    present = machine()
    salt = salt_of(present.ring.hold)
    with gate.heavy():
        return root_of(numbers, label=Label.PHRASE, salt=salt, cost=present.costs.phrase)


def _code_of(numbers: Numbers, label: Label) -> Code:
    """Derive a code, behind the gate's light places."""
    present = machine()
    salt = salt_of(present.ring.hold)
    with gate.light():
        root = root_of(numbers, label=label, salt=salt, cost=present.costs.code)
    return code_of(root, label=label)


def invitation_of(numbers: Numbers) -> Code:
    """Derive the code of an invitation.

    Raises:
        Busy: "store.crowded" when too many wait.
    """
    return _code_of(numbers, Label.INVITE)


def freeze_code_of(numbers: Numbers) -> Code:
    """Derive the code of freeze words.

    Raises:
        Busy: "store.crowded" when too many wait.
    """
    return _code_of(numbers, Label.FREEZE)


def receipt_of(numbers: Numbers) -> Code:
    """Derive the code of a receipt.

    Raises:
        Busy: "store.crowded" when too many wait.
    """
    return _code_of(numbers, Label.RECEIPT)


def observer_of(numbers: Numbers) -> Code:
    """Derive the code of an observer.

    Raises:
        Busy: "store.crowded" when too many wait.
    """
    return _code_of(numbers, Label.OBSERVER)
