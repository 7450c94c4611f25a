# SPDX-License-Identifier: AGPL-3.0-or-later
"""Put a back-up in the place of an instance."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from hedgerow.cli.asking import ask_boot_key, long_day
from hedgerow.cli.careful import DATABASE_URL
from hedgerow.cli.homes import home_option, use_home
from hedgerow.kernel.errors import Damaged, Refused

if TYPE_CHECKING:
    from hedgerow.store.restoring import Unpacked


@click.command()
@home_option
@click.option("--accept-damage", is_flag=True, help="Take it although some rows do not open.")
@click.argument("file", type=click.Path(path_type=Path))
def restore(home: Path, file: Path, *, accept_damage: bool) -> None:
    """Put a back-up into an empty folder, or in the place of the instance that is there.

    The words of the time at which the back-up was made are asked for. Killed at any moment,
    all of what was there or all of the back-up is in use; then repeat the command.

    \b
    Example:
      ./hedgerow restore --home instance hedgerow.hbk
    """
    os.umask(0o077)
    with file.open("rb") as opened:
        _restore_from(home, opened, accepts_damage=accept_damage)
    click.echo(
        "Done. Words that were changed, and accounts and pauses that were made since, are as they"
        " were. Each group lets nobody in until one of its coordinators has confirmed who is in"
        f" it.\nNext: ./hedgerow serve --home {home}"
    )


def _restore_from(home: Path, file: BinaryIO, *, accepts_damage: bool) -> None:
    """Keep everybody else out, and restore."""
    from hedgerow.cli.control import ask
    from hedgerow.store.memory import forbid_dumps, lock_memory
    from hedgerow.store.switching import restoring, tidy

    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    whole = home.resolve()
    forbid_dumps()
    lock_memory()
    with restoring(whole):
        if ask(whole, {"ask": "status"}) is not None:
            raise Refused("serve.runs_already")
        try:
            _restore(whole, file, accepts_damage=accepts_damage)
        finally:
            # What was refused leaves no half of a back-up behind.
            tidy(whole)


def _restore(home: Path, file: BinaryIO, *, accepts_damage: bool) -> None:
    """Open it apart, show what it is, and switch after a yes."""
    from hedgerow.cli.unlocking import dates_of
    from hedgerow.store.backing import read_header
    from hedgerow.store.restoring import describe, put_in_place, unpack
    from hedgerow.store.system import SystemClock, system_random

    header = read_header(file)
    key = ask_boot_key(home, wrap=header.wrap)
    file.seek(0)
    unpacked = unpack(home, file, boot_key=key)
    if unpacked.unopened and not accepts_damage:
        raise Damaged("backup.rows_damaged", rows=unpacked.unopened)
    dates = dates_of(unpacked.ring)
    click.echo(
        f"The state after the night of {long_day(dates['night_day'])}, number"
        f" {dates['night_number']:,}. Today: {long_day(dates['today'])}."
    )
    if not click.confirm(_question(unpacked)):
        raise Refused("restore.not_confirmed")
    describe(unpacked)
    use_home(home)
    on_server = bool(os.environ.get(DATABASE_URL))
    put_in_place(unpacked, clock=SystemClock(), random=system_random, on_server=on_server)


def _question(unpacked: "Unpacked") -> str:
    """Ask what is about to happen."""
    from hedgerow.store.machine import DATA

    if (unpacked.home / DATA).is_symlink():
        return "Is today's date right, and shall this take the place of all that is there now?"
    return "Is today's date right, and shall this be put into the empty folder?"
