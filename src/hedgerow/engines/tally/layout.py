# SPDX-License-Identifier: AGPL-3.0-or-later
"""Put a form and a ballot together: which column of a sheet's values holds what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hedgerow.engines.tally.forms import Check, Form
from hedgerow.engines.tally.linear import OPTIONS, Linear, Relation
from hedgerow.kernel.errors import BadInput

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Values = NDArray[np.int32]

# Stands in a sheet's values where nobody has said anything; counts are never below zero.
MISSING: Final = -1
LARGEST: Final = 2**31 - 1
# So many sheets at a time stay in a processor's cache.
BLOCK: Final = 2**13


@dataclass(frozen=True)
class Layout:
    """Hold the columns of a contest's sheets: lines, then options, then parts of options.

    Args:
        form: Whose lines they are.
        options: Names on the ballot, in its order.
        parts: Option → names of its parts, where the form has them.
    """

    form: Form
    options: tuple[str, ...]
    parts: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(
        cls, form: Form, options: Sequence[str], parts: Mapping[str, Sequence[str]] | None = None
    ) -> "Layout":
        """Check that form and ballot fit; a list of stations before the election has no options.

        Raises:
            BadInput: "layout.options" where names repeat, "layout.parts" where parts
                are given that the form has not, or for what is no option.
        """
        given = {option: tuple(names) for option, names in (parts or {}).items()}
        if len(set(options)) < len(options):
            raise BadInput("layout.options", form=form.id)
        if (given and not form.has_parts) or set(given) - set(options):
            raise BadInput("layout.parts", form=form.id)
        return cls(form, tuple(options), given)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Name all columns; those of options and parts cannot be mistaken for lines."""
        lines = [one.id for one in self.form.lines]
        options = [f"option: {one}" for one in self.options]
        parts = [f"part: {one} / {name}" for one, names in self.parts.items() for name in names]
        return (*lines, *options, *parts)

    @property
    def votes(self) -> slice:
        """Tell where the options lie."""
        start = len(self.form.lines)
        return slice(start, start + len(self.options))

    @property
    def choices(self) -> slice:
        """Tell where all that says how people voted lies: options and their parts."""
        return slice(len(self.form.lines), len(self.columns))

    @cached_property
    def checks(self) -> tuple[Check, ...]:
        """List the form's checks, and one for each option that is given in parts.

        Without options nothing is said of their sum.
        """
        own = self.form.checks
        if not self.options:
            own = tuple(one for one in own if OPTIONS not in one.relation.gap.terms)
        return (*own, *(self._of_parts(option) for option in self.parts))

    def coefficients(self, gap: Linear) -> Ints:
        """Return how often each column is added: (columns,) int64."""
        found = np.zeros(len(self.columns), np.int64)
        for name, times in gap.terms.items():
            if name == OPTIONS:
                found[self.votes] += times
            else:
                found[self.columns.index(name)] += times
        return found

    def sums(self, values: Values, *, of: Linear) -> Ints:
        """Add lines up: (rows,) int64, MISSING where one of them lacks."""
        weights = self.coefficients(of)
        used = np.flatnonzero(weights)
        total = np.full(len(values), of.constant, np.int64)
        lacks = np.zeros(len(values), np.bool_)
        for column in used.tolist():
            cells = values[:, column]
            total += weights[column] * cells
            lacks |= cells == MISSING
        total[lacks] = MISSING
        return total

    def role(self, values: Values, *, of: str) -> Ints:
        """Return what plays a role on each sheet: (rows,) int64, MISSING where it lacks."""
        if of not in self.form.roles:
            return np.full(len(values), MISSING, np.int64)
        return self.sums(values, of=self.form.roles[of])

    def _of_parts(self, option: str) -> Check:
        """Say that an option has the votes of its parts."""
        parts = {f"part: {option} / {name}": -1 for name in self.parts[option]}
        gap = Linear({f"option: {option}": 1, **parts})
        title = f"{option} = {' + '.join(self.parts[option])}"
        languages = self.form.title
        return Check(
            id=f"parts of {option}",
            kind="hard",
            rule=title,
            relation=Relation(gap, "="),
            title=dict.fromkeys(languages, title),
        )
