# SPDX-License-Identifier: AGPL-3.0-or-later
"""Say the texts of a report in the reader's language.

Findings and `report.json` hold English, the same for everybody; whoever shows them says them with
a catalogue of texts. A text with numbers or names in it is found by its pattern.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

_LARGE: Final = 1000.0
_HOLE: Final = re.compile(r"\{(\d)\}")
_NUMBER: Final = re.compile(r"[+-]?\d[\d,]*(?:\.\d+)?")
#: A narrow space that no line ends at stands between thousands where a comma is the decimal mark.
_NARROW: Final = "\N{NARROW NO-BREAK SPACE}"
_CONTINENTAL: Final = str.maketrans({",": _NARROW, ".": ","})


@dataclass(frozen=True, eq=False)
class Words:
    """Hold a language's catalogue.

    Args:
        language: "en", "ru" or "uk".
        texts: English text → that of the language; {0}, {1} … stand for what changes. Without a
            catalogue everything is English.
    """

    language: str = "en"
    texts: Mapping[str, str] = field(default_factory=dict)

    def say(self, text: str) -> str:
        """Return a text in the language; a name, or anything else unknown, as it is."""
        known = self._known(text)
        return text if known is None else known

    def label(self, text: str) -> str:
        """Return what a finding is of: mostly an option, and which part of the country."""
        known = self._known(text)
        if known is not None:
            return known
        name, mark, part = text.rpartition(": ")
        return f"{name}{mark}{self.say(part)}"

    def number(self, text: str) -> str:
        """Return a number, written as in English, as the language writes it."""
        return text.translate(_CONTINENTAL) if self.texts else text

    def value(self, value: Any) -> str:
        """Write a value for people: few digits, thousands apart."""
        if isinstance(value, Mapping):
            return "; ".join(f"{self.say(key)}: {self.value(one)}" for key, one in value.items())
        if isinstance(value, list | tuple):
            return ", ".join(self.value(one) for one in value) or self.say("none")
        if isinstance(value, bool):
            return self.say("yes" if value else "no")
        if isinstance(value, int | float):
            is_large = isinstance(value, int) or abs(value) >= _LARGE
            return self.number(f"{value:,.0f}" if is_large else f"{value:.4g}")
        return "–" if value is None else self.say(str(value))

    def _known(self, text: str) -> str | None:
        """Return a text of the catalogue, what changes in it filled in, or None."""
        if text in self.texts:
            return self.texts[text]
        for pattern, said in self._patterns:
            if found := pattern.fullmatch(text):
                return said.format(*map(self._part, found.groups()))
        return None

    def _part(self, text: str) -> str:
        """Return what stands in place of a hole: a number, a text or a name."""
        return self.number(text) if _NUMBER.fullmatch(text) else self.say(text)

    @cached_property
    def _patterns(self) -> list[tuple[re.Pattern[str], str]]:
        """Return the texts with holes, those that say most first."""
        some = [one for one in self.texts if _HOLE.search(one)]
        some.sort(key=lambda one: (-len(_HOLE.sub("", one)), one))
        return [(re.compile(_pattern_of(one), re.DOTALL), self.texts[one]) for one in some]


def _pattern_of(text: str) -> str:
    """Return the pattern of a text with holes, which stand there in their order."""
    return "(.+)".join(re.escape(part) for part in _HOLE.split(text)[::2])


ENGLISH: Final = Words()
