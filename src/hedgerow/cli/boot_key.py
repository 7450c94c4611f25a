# SPDX-License-Identifier: AGPL-3.0-or-later
"""Change the words that open an instance, and the boot key with them."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from hedgerow.cli.asking import ask_boot_key, ask_words
from hedgerow.cli.homes import demand_instance, home_option, use_home
from hedgerow.kernel.errors import BadInput, Refused

if TYPE_CHECKING:
    from hedgerow.store.founding import NewBootKey


@click.command("boot-key")
@home_option
@click.option(
    "--boot",
    type=click.Choice(["one", "three"]),
    required=True,
    help="One boot phrase, or three shares of which any two open.",
)
def boot_key(home: Path, boot: str) -> None:
    """Draw new boot words and make the old ones worthless, when a holder leaves or loses a share.

    The present words are asked for first, the new ones are shown once and typed back.

    \b
    Example:
      ./hedgerow boot-key --home instance --boot three
    """
    whole = demand_instance(home)
    from hedgerow.cli.unlocking import last_night
    from hedgerow.store.memory import forbid_dumps, lock_memory

    forbid_dumps()
    lock_memory()
    present = ask_boot_key(whole)
    last_night(whole, present)
    use_home(whole)
    fresh = _drawn(whole, holders=3 if boot == "three" else 1)
    _change(whole, present=present, fresh=fresh)
    click.echo(
        "From now on the new words open this instance. Destroy the old ones, unless you keep a"
        " back-up made before: it opens with the old words only."
    )


def _drawn(home: Path, *, holders: int) -> "NewBootKey":
    """Draw a boot key and its words, show them, and have them typed back."""
    from hedgerow.store.codes_api import spell_boot
    from hedgerow.store.founding import draw_boot_key
    from hedgerow.store.instance import Costs, load
    from hedgerow.store.system import system_random

    instance = load(home)
    cost = (instance.costs if instance else Costs()).boot
    fresh = draw_boot_key(holders=holders, cost=cost, random=system_random)
    click.echo("These words are shown once. Write them on paper; they are stored nowhere.\n")
    labels = [f"Share {place} of 3" for place in (1, 2, 3)] if holders > 1 else ["Boot phrase"]
    for label, numbers in zip(labels, fresh.words, strict=True):
        click.echo(f"{label}:\n  {spell_boot(numbers, language='en')}\n")
    for label, numbers in zip(labels, fresh.words, strict=True):
        _demand_typed_back(label, numbers)
    return fresh


def _demand_typed_back(label: str, numbers: tuple[int, ...]) -> None:
    """Have words typed from the paper.

    Raises:
        Refused: "boot.not_typed_back"; then nothing was changed.
    """
    from hedgerow.store.codes_api import read_boot

    try:
        typed = read_boot(ask_words(f"{label}, from your paper"), count=len(numbers))
    except BadInput as error:
        raise Refused("boot.not_typed_back") from error
    if typed != numbers:
        raise Refused("boot.not_typed_back")


def _change(home: Path, *, present: bytes, fresh: "NewBootKey") -> None:
    """Change it by the running service, which follows, or here."""
    from hedgerow.cli.control import ask

    status = ask(home, {"ask": "status"})
    if status is not None and status["open"]:
        secrets = {"present": present.hex(), "key": fresh.key.hex(), "wrap": fresh.wrap.hex()}
        ask(home, {"ask": "boot-key", **secrets})
        return
    from hedgerow.store import machine as machines
    from hedgerow.store.bootchange import change_boot_key

    machines.open_with(home, present)
    change_boot_key(fresh.key, wrap=fresh.wrap)
    machines.close()
