# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hold the nightly renewal now."""

from pathlib import Path

import click

from hedgerow.cli.homes import demand_instance, home_option, use_home
from hedgerow.cli.unlock import long_day
from hedgerow.kernel.errors import Refused


@click.command()
@home_option
@click.option("--confirm-date", is_flag=True, help="Today's date is right, whatever the ring says.")
def night(home: Path, *, confirm_date: bool) -> None:
    """Renew all keys now, as every night does; asks for the boot words.

    \b
    Example:
      ./hedgerow night --home instance
    """
    whole = use_home(demand_instance(home))
    from hedgerow.cli.serving import Unlocking, ask
    from hedgerow.store import machine as machines
    from hedgerow.store.bootkey import make_shared
    from hedgerow.store.memory import forbid_dumps
    from hedgerow.store.night import run_night, today

    forbid_dumps()
    runs = ask(whole, {"ask": "status"})
    unlocking = Unlocking(whole, make_shared(whole))
    _open(unlocking)
    ring = machines.machine().ring
    click.echo(f"Last night: {long_day(ring.day)}. Today: {long_day(today())}.", err=True)
    if confirm_date and not click.confirm("Is today's date right?"):
        raise Refused("night.not_confirmed")
    report = run_night(is_confirmed=confirm_date)
    unlocking.lock()
    click.echo(f"Renewed {report.moved} rows, {report.delivered} keyrings delivered.")
    if not report.is_plausible:
        raise Refused("night.date_not_believed")
    if runs is not None:
        click.echo("The running service follows by itself.")


def _open(unlocking: object) -> None:
    """Ask for the boot words until they open the ring."""
    from hedgerow.cli.serving import Unlocking

    assert isinstance(unlocking, Unlocking)  # noqa: S101  # nosec -- imported late for speed
    answer = {"needs": "share"}
    while answer.get("needs") == "share":
        words = click.prompt("Words", hide_input=True)
        answer = unlocking.type_words(words, now=0.0)
    unlocking.say_yes()
