# SPDX-License-Identifier: AGPL-3.0-or-later
"""Feed targets with mutated inputs and count what they could not cope with."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from hedgerow.kernel.errors import HedgerowError
from tests.fuzz.mutations import mutated
from tests.fuzz.parsers import Target


@dataclass(slots=True)
class Tally:
    """Count inputs.

    Attributes:
        tried: How many were given.
        taken: How many were read without an error.
        failures: Name of the target, class of the error and input, of those that broke it.
    """

    tried: int = 0
    taken: int = 0
    failures: list[tuple[str, str, bytes]] = field(default_factory=list)


def feed(target: Target, *, inputs: int, seed: int, tally: Tally) -> None:
    """Give a target some inputs; the same seed gives the same ones.

    Args:
        target: What reads them.
        inputs: How many.
        seed: Of chance.
        tally: Counts them.
    """
    chance = random.Random(f"{target.name} {seed}")
    for _ in range(inputs):
        data = mutated(chance, target.seeds)
        tally.tried += 1
        with _Noting(tally, target.name, data):
            target.run(data)
            tally.taken += 1


class _Noting:
    """Note in a tally whatever an input provokes that is no refusal."""

    def __init__(self, tally: Tally, name: str, data: bytes) -> None:
        """Name the target and its input."""
        self._tally, self._name, self._data = tally, name, data

    def __enter__(self) -> None:
        """Begin; nothing is to be done."""

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> bool:
        """Note a failure; let an interruption through."""
        if kind is None or issubclass(kind, HedgerowError):
            return True
        if not issubclass(kind, Exception):
            return False
        self._tally.failures.append((self._name, kind.__name__, self._data))
        return True


def feed_all(
    targets: Sequence[Target], *, inputs: int, seed: int, advance: Callable[[], None]
) -> Tally:
    """Give every target its share of some inputs.

    Args:
        targets: What reads them.
        inputs: How many in all.
        seed: Of chance.
        advance: Called once a target.
    """
    tally = Tally()
    for number, target in enumerate(targets):
        share = inputs // len(targets) + (number < inputs % len(targets))
        feed(target, inputs=share, seed=seed, tally=tally)
        advance()
    return tally
