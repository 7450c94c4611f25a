# SPDX-License-Identifier: AGPL-3.0-or-later
"""Run an instance."""

from pathlib import Path

import click

from hedgerow.cli.homes import demand_instance, home_option


@click.command()
@home_option
@click.option("--bind", default="127.0.0.1:8000", show_default=True, help="Address and port.")
def serve(home: Path, bind: str) -> None:
    """Run an instance; it starts closed, until somebody calls unlock.

    \b
    Example:
      ./hedgerow serve --home instance --bind 127.0.0.1:8000
    """
    whole = demand_instance(home)
    from hedgerow.cli.serving import make_service
    from hedgerow.store.instance import load
    from hedgerow.store.memory import demand_locked_memory, lock_memory

    service = make_service(whole, bind=bind)
    instance = load(whole)
    if instance is None or not instance.demo:
        demand_locked_memory()
    elif not lock_memory():
        click.echo("The memory cannot be locked; for made-up data that does no harm.", err=True)
    service.start()
    click.echo(f"Serving http://{bind}, closed. Open it with: ./hedgerow unlock --home {home}")
    raise SystemExit(service.watch())
