# SPDX-License-Identifier: AGPL-3.0-or-later
"""Make a real instance."""

from pathlib import Path

import click

from hedgerow.cli.homes import home_option, use_home
from hedgerow.store.instance import LANGUAGES, ROOMS, Instance, Name, checked, save


def _described(name: tuple[str, ...], rooms: str, address: str | None, languages: str) -> Instance:
    """Return the description of an instance from what was typed."""
    names = [*name, *name[-1:] * 3][:3]
    return checked(
        Instance(
            name=Name(en=names[0], ru=names[1], uk=names[2]),
            languages=tuple(one.strip() for one in languages.split(",")),
            rooms=tuple(one.strip() for one in rooms.split(",")),
            addresses=(address,) if address else ("http://127.0.0.1:8000",),
        )
    )


@click.command()
@home_option
@click.option(
    "--name", required=True, multiple=True, help="Its own name; up to three: English, ru, uk."
)
@click.option(
    "--rooms",
    default="members,intake,elections",
    show_default=True,
    help=f"Of: {', '.join(ROOMS)}.",
)
@click.option("--languages", default=",".join(LANGUAGES), show_default=True)
@click.option("--address", help="Where people reach it, such as https://example.org.")
@click.option(
    "--boot",
    type=click.Choice(["one", "three"]),
    default="one",
    show_default=True,
    help="One boot phrase, or three shares of which any two open.",
)
def init(
    home: Path, name: tuple[str, ...], rooms: str, languages: str, address: str | None, boot: str
) -> None:
    """Make an instance, and show once what opens it.

    \b
    Example:
      ./hedgerow init --name "Tenants of the North" --boot three
    """
    instance = _described(name, rooms, address, languages)
    from hedgerow.store.founding import demand_empty, found
    from hedgerow.store.system import SystemClock, system_random

    demand_empty(home)
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    # The settings take the rooms, and with them the tables, from this file.
    save(home, instance=instance)
    whole = use_home(home)
    founding = found(
        whole,
        instance,
        holders=3 if boot == "three" else 1,
        clock=SystemClock(),
        random=system_random,
    )
    from hedgerow.store.codes_api import spell_boot, spell_code

    click.echo("These words are shown once. Write them on paper; they are stored nowhere.\n")
    for place, numbers in enumerate(founding.boot, start=1):
        label = "Boot phrase" if len(founding.boot) == 1 else f"Share {place} of 3"
        click.echo(f"{label}:\n  {spell_boot(numbers, language='en')}\n")
    click.echo(
        "Invitation of the first coordinator:\n"
        f"  {spell_code(founding.founder, kind='invitation', language='en')}\n"
    )
    click.echo(f"Next: ./hedgerow serve --home {home}, then ./hedgerow unlock --home {home}")
