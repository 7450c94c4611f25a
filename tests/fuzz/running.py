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
        try:
            target.run(data)
        except HedgerowError:
            continue
        except Exception as error:  # noqa: BLE001 -- whatever else comes is what is looked for
            tally.failures.append((target.name, type(error).__name__, data))
        else:
            tally.taken += 1


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
