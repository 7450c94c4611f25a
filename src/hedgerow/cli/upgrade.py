# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bring the tables of an instance to this version of the program."""

from pathlib import Path

import click

from hedgerow.cli.errors import sentence_for
from hedgerow.cli.homes import demand_instance, home_option, use_home
from hedgerow.kernel.errors import Refused


@click.command()
@home_option
def upgrade(home: Path) -> None:
    """Bring the tables to this version; serve does the same before it starts.

    No words are needed: nothing that is sealed is opened. Make a back-up before.

    \b
    Example:
      ./hedgerow upgrade --home instance
    """
    whole = demand_instance(home)
    from hedgerow.cli.control import ask

    if ask(whole, {"ask": "status"}) is not None:
        raise Refused("serve.runs_already")
    use_home(whole)
    steps = upgraded()
    click.echo(f"Done: {', '.join(steps)}." if steps else "There is nothing to do.")


def upgraded() -> list[str]:
    """Bring the tables to this version, and return the steps that lacked.

    Raises:
        Refused: "upgrade.failed".
    """
    from django.db import Error

    from hedgerow.store.upgrading import lacking_steps, make_tables

    try:
        steps = lacking_steps()
        if steps:
            make_tables()
    except Error as error:
        raise Refused("upgrade.failed", reason=str(error).strip()) from error
    return steps


def main() -> None:
    """Do it for a service that is about to start, on the instance its environment names."""
    import django

    django.setup()
    try:
        upgraded()
    except Refused as error:
        click.echo(sentence_for(error), err=True)
        raise SystemExit(1) from error


if __name__ == "__main__":
    main()
