# SPDX-License-Identifier: AGPL-3.0-or-later
"""Close a running instance."""

from pathlib import Path

import click

from hedgerow.cli.homes import demand_instance, home_option
from hedgerow.kernel.errors import Refused


@click.command()
@home_option
def lock(home: Path) -> None:
    """Forget the boot key at once; public pages stay, everything else closes.

    \b
    Example:
      ./hedgerow lock --home instance
    """
    whole = demand_instance(home)
    from hedgerow.cli.control import ask

    if ask(whole, {"ask": "lock"}) is None:
        raise Refused("serve.not_running")
    click.echo("Closed.")
