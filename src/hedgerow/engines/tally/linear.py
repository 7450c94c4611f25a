# SPDX-License-Identifier: AGPL-3.0-or-later
"""Read sums and relations between lines of a sheet, written as people write them.

    received = early + inside + outside + cancelled + lost - unaccounted
    registered >= early + inside + outside

A sum is whole numbers and names with plus and minus between, a name perhaps multiplied by a
number before it. That is the whole language: a form is data, and nothing in it is executed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from hedgerow.kernel.errors import BadInput

Sign = Literal["=", ">=", "<="]

# Stands for the votes of all options together, whatever they are called.
OPTIONS: Final = "options"
_TERM: Final = re.compile(
    r"\s*(?P<sign>[+-])?\s*(?:(?P<number>\d{1,9})(?:\s*\*\s*(?P<of>[a-z][a-z0-9_]*))?"
    r"|(?P<name>[a-z][a-z0-9_]*))\s*"
)
_SIGN: Final = re.compile(r">=|<=|=")


@dataclass(frozen=True)
class Linear:
    """Hold a sum of lines.

    Args:
        terms: Name → how often it is added, never 0.
        constant: What is added besides.
    """

    terms: Mapping[str, int]
    constant: int = 0

    def minus(self, other: "Linear") -> "Linear":
        """Subtract another sum."""
        terms = dict(self.terms)
        for name, times in other.terms.items():
            terms[name] = terms.get(name, 0) - times
        kept = {name: times for name, times in terms.items() if times}
        return Linear(kept, self.constant - other.constant)


@dataclass(frozen=True)
class Relation:
    """Hold what must be between two sums: `gap` is 0, at least 0 or at most 0."""

    gap: Linear
    sign: Sign


def parse_sum(text: str) -> Linear:
    """Read a sum.

    Raises:
        BadInput: "form.bad_rule" with the rule and the place that cannot be read.
    """
    terms: dict[str, int] = {}
    constant = at = 0
    while at < len(text) or not at:
        term = _TERM.match(text, at)
        if term is None or bool(at) > bool(term["sign"]):
            raise BadInput("form.bad_rule", rule=text, place=at + 1)
        times = int(term["number"] or 1) * (-1 if term["sign"] == "-" else 1)
        name = term["name"] or term["of"]
        if name:
            terms[name] = terms.get(name, 0) + times
        else:
            constant += times
        at = term.end()
    return Linear({name: times for name, times in terms.items() if times}, constant)


def parse_relation(text: str) -> Relation:
    """Read a relation: two sums with =, >= or <= between.

    Raises:
        BadInput: "form.bad_rule" with the rule and the place that cannot be read.
    """
    sign = _SIGN.search(text)
    if sign is None:
        raise BadInput("form.bad_rule", rule=text, place=len(text) + 1)
    left, right = text[: sign.start()], text[sign.end() :]
    signs: dict[str, Sign] = {"=": "=", ">=": ">=", "<=": "<="}
    return Relation(parse_sum(left).minus(parse_sum(right)), signs[sign.group()])
