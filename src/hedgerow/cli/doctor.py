# SPDX-License-Identifier: AGPL-3.0-or-later
"""Look whether the machine keeps what the program promises."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from hedgerow.cli.homes import demand_instance, home_option, use_home


@click.command()
@home_option
@click.option(
    "--backups",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="HEDGEROW_BACKUPS",
    help="Folder of back-ups.",
)
@click.option("--url", default="", help="Address by which people come; asks its front page.")
@click.option("--json", "is_json", is_flag=True, help="Print one JSON object a finding.")
def doctor(home: Path, backups: Path | None, url: str, *, is_json: bool) -> None:
    """Look at memory, disk, permissions, clock, back-ups and web server, and say what helps.

    It needs no words and changes nothing. Run it as the user who serves. Exit status 1
    when something is wrong.

    \b
    Example:
      ./hedgerow doctor --home instance --url https://tenants.example
    """
    whole = use_home(demand_instance(home))
    from hedgerow.cli.checks import findings
    from hedgerow.cli.probing import facts_of

    found = findings(facts_of(whole, backups=backups, url=url))
    for one in found:
        click.echo(json.dumps(asdict(one)) if is_json else one.line())
    if any(one.level == "wrong" for one in found):
        raise SystemExit(1)
