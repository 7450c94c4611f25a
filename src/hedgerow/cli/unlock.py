# SPDX-License-Identifier: AGPL-3.0-or-later
"""Open a running instance with the boot phrase, or with two shares."""

from datetime import date, timedelta
from pathlib import Path

import click

from hedgerow.cli.homes import demand_instance, home_option
from hedgerow.kernel.errors import Refused

EPOCH = date(1970, 1, 1)


def long_day(day: int) -> str:
    """Return a day as a holder would write it down: 14 March 2031."""
    moment = EPOCH + timedelta(days=day)
    return f"{moment.day} {moment:%B %Y}"


@click.command()
@home_option
def unlock(home: Path) -> None:
    """Type the boot phrase, or one of two shares, into a running instance.

    \b
    Example:
      ./hedgerow unlock --home instance
    """
    whole = demand_instance(home)
    from hedgerow.cli.serving import ask

    words = click.prompt("Words", hide_input=True)
    answer = ask(whole, {"ask": "words", "words": words})
    if answer is None:
        raise Refused("serve.not_running")
    if answer.get("needs") == "share":
        click.echo("This share waits ten minutes for another one, typed in the same way.")
        return
    click.echo(f"Last night: {long_day(answer['night_day'])}, number {answer['night_number']}.")
    click.echo("Compare this with your note: an older one means that the disk was turned back.")
    if not click.confirm("Open it?"):
        raise Refused("boot.not_confirmed")
    ask(whole, {"ask": "yes"})
    click.echo("Open.")
