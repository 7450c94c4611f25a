# SPDX-License-Identifier: AGPL-3.0-or-later
"""Open a running instance with the boot phrase, or with two shares."""

from pathlib import Path
from typing import Final

import click

from hedgerow.cli.asking import ask_words, long_day
from hedgerow.cli.homes import demand_instance, home_option
from hedgerow.kernel.errors import Refused

LIST_LACKING: Final = (
    "Nobody can come in yet: the list of paused accounts is not there. That is as it should be"
    " where an earlier version made this instance; otherwise somebody has taken it away."
    " In either case: ./hedgerow night --confirm-date"
)


@click.command()
@home_option
def unlock(home: Path) -> None:
    """Type the boot phrase, or one of two shares, into a running instance.

    \b
    Example:
      ./hedgerow unlock --home instance
    """
    whole = demand_instance(home)
    from hedgerow.cli.control import ask

    if ask(whole, {"ask": "status"}) is None:
        raise Refused("serve.not_running")
    answer = ask(whole, {"ask": "words", "words": ask_words()})
    if answer is None:
        raise Refused("serve.not_running")
    if answer.get("needs") == "share":
        click.echo("This share waits ten minutes for another one, typed in the same way.")
        return
    click.echo(f"Last night: {long_day(answer['night_day'])}, number {answer['night_number']:,}.")
    click.echo("Compare this with your note: an older one means that the disk was turned back.")
    if not click.confirm("Open it?"):
        raise Refused("boot.not_confirmed")
    ask(whole, {"ask": "yes", "date": _is_date_confirmed(answer)})
    click.echo("Open.")
    dates = ask(whole, {"ask": "dates"})
    if dates is not None and not dates["is_pause_list_whole"]:
        click.echo(LIST_LACKING, err=True)


def _is_date_confirmed(answer: dict[str, int | bool]) -> bool:
    """Ask about today's date where it does not follow the last night."""
    if answer["is_believed"]:
        return False
    click.echo(
        f"The clock says {long_day(answer['today'])}. If that is wrong, nothing will be erased"
        " or delivered until the clock is right."
    )
    return click.confirm("Is today's date right?")
