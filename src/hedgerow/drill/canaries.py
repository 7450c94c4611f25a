# SPDX-License-Identifier: AGPL-3.0-or-later
"""Make things to plant that stand nowhere else: words, texts, files, codes."""

from dataclasses import dataclass, field
from typing import Final

from hedgerow.kernel.randomness import Randomness

_LATIN: Final = "abcdefghijklmnopqrstuvwxyz"
_CYRILLIC: Final = "абвгдежзиклмнопрстуфхцшыэюя"
_LETTERS: Final = 18
_FILE_BYTES: Final = 9_000


@dataclass(frozen=True, slots=True)
class Canary:
    """Hold one thing that was typed, sent or shown, and that no disk may tell.

    Attributes:
        name: What it is, for the report.
        value: Text, or bytes of a file or a key.
        planted_in: The address's name and the field it was typed into, or empty.
        person: Who can read it back, or empty where nothing was accepted.
        path: Where it can be read back.
    """

    name: str
    value: str | bytes = field(repr=False)
    planted_in: tuple[str, str] = ("", "")
    person: str = ""
    path: str = ""

    @property
    def data(self) -> bytes:
        """Return it as it is sent and shown."""
        return self.value.encode() if isinstance(self.value, str) else self.value

    @property
    def is_accepted(self) -> bool:
        """Tell whether it can be read back by somebody."""
        return bool(self.path)


class Aviary:
    """Draw canaries and keep them.

    Args:
        random: Gives random bytes.
    """

    def __init__(self, random: Randomness) -> None:
        """Begin with none, and with the Latin alphabet."""
        self._random = random
        self._is_cyrillic = False
        self.canaries: list[Canary] = []

    def word(self) -> str:
        """Return a word that never was, Latin and Cyrillic in turn."""
        letters = _CYRILLIC if self._is_cyrillic else _LATIN
        self._is_cyrillic = not self._is_cyrillic
        return "".join(letters[one % len(letters)] for one in self._random(_LETTERS))

    def file(self) -> bytes:
        """Return the content of a file: a word that never was, again and again."""
        word = f"{self.word()} ".encode()
        return (word * (_FILE_BYTES // len(word) + 1))[:_FILE_BYTES]

    def words(self, count: int) -> list[str]:
        """Return some words that never were."""
        return [self.word() for _ in range(count)]

    def random(self, size: int) -> bytes:
        """Return random bytes."""
        return self._random(size)

    def keep(self, *canaries: Canary) -> None:
        """Note what was planted."""
        self.canaries += canaries
