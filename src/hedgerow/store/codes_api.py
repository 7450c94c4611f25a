# SPDX-License-Identifier: AGPL-3.0-or-later
"""Spell codes for people and read what they typed, by the lists and the check words."""

from typing import Final, Literal

from hedgerow.engines.vault.codes import Label
from hedgerow.engines.vault.words import Check, Numbers, keyed_check, plain_check
from hedgerow.store.machine import machine
from hedgerow.store.wordlists import word_lists

Kind = Literal["phrase", "invitation", "receipt", "freeze", "observer"]
_LABELS: Final[dict[Kind, Label]] = {
    "phrase": Label.PHRASE,
    "invitation": Label.INVITE,
    "receipt": Label.RECEIPT,
    "freeze": Label.FREEZE,
    "observer": Label.OBSERVER,
}


def _check() -> Check:
    """Return this instance's rule of check words."""
    return keyed_check(machine().ring.secret("check"))


def spell(numbers: Numbers, *, kind: Kind, language: str) -> list[str]:  # noqa: ARG001 -- says which
    """Return the words of a code with its check word, in a reader's language."""
    return word_lists().spell(numbers, check=_check(), language=language)


def read_code(text: str, *, kind: Kind) -> Numbers:
    """Return the numbers of what somebody typed.

    Raises:
        BadInput: "words.count", "words.unknown" or "words.mistyped".
    """
    return word_lists().read(text, count=_LABELS[kind].words, check=_check())


def spell_boot(numbers: Numbers, *, language: str) -> str:
    """Return a boot phrase or share with its check word, as one line."""
    return " ".join(word_lists().spell(numbers, check=plain_check, language=language))


def read_boot(text: str, *, count: int) -> Numbers:
    """Return the numbers of a boot phrase or share that somebody typed.

    Raises:
        BadInput: "words.count", "words.unknown" or "words.mistyped".
    """
    return word_lists().read(text, count=count, check=plain_check)


def spell_code(numbers: Numbers, *, kind: Kind, language: str) -> str:
    """Return a code with its check word, as one line."""
    return " ".join(spell(numbers, kind=kind, language=language))
