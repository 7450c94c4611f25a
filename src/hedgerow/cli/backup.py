# SPDX-License-Identifier: AGPL-3.0-or-later
"""Make a sealed back-up."""

import time
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import click

from hedgerow.cli.asking import ask_boot_key, long_day
from hedgerow.cli.homes import demand_instance, home_option, use_home
from hedgerow.kernel.errors import Refused

BACKUPS: Final = "HEDGEROW_BACKUPS"
_DAY_S: Final = 24 * 60 * 60


@click.command()
@home_option
@click.argument("target", type=click.Path(path_type=Path), envvar=BACKUPS, required=False)
def backup(home: Path, target: Path | None) -> None:
    """Write a sealed back-up to a new file, or to a folder under the name of the day.

    A service that is open does it; otherwise the boot words are asked for. In a folder,
    back-ups older than 35 days are made unreadable and removed.

    \b
    Example:
      ./hedgerow backup --home instance backups
    """
    whole = demand_instance(home)
    if target is None:
        message = f"Name a file or a folder, or set {BACKUPS}."
        raise click.UsageError(message)
    path = named(target.resolve(), now=time.time())
    from hedgerow.cli.control import ask

    status = ask(whole, {"ask": "status"})
    if status is not None and status["open"]:
        report = ask(whole, {"ask": "backup", "path": str(path)})
        if report is None:
            raise Refused("serve.no_answer")
    else:
        report = _here(whole, path)
    click.echo(
        f"Made {report['path']}, {report['size']:,} bytes: the state after the night of"
        f" {long_day(report['night_day'])}, number {report['night_number']:,}."
    )
    if target.is_dir():
        _forget_old(target.resolve(), night_day=report["night_day"])


def named(target: Path, *, now: float) -> Path:
    """Return the file to be made: a new one, or that of the day in a folder.

    Raises:
        Refused: "backup.exists".
    """
    if target.is_dir():
        return target / f"hedgerow-{datetime.fromtimestamp(now, UTC):%Y-%m-%d}.hbk"
    if target.exists():
        raise Refused("backup.exists", path=str(target))
    return target


def _here(home: Path, path: Path) -> dict[str, Any]:
    """Make it in this process."""
    from hedgerow.store.memory import forbid_dumps, lock_memory

    forbid_dumps()
    lock_memory()
    key = ask_boot_key(home)
    use_home(home)
    from hedgerow.store import machine as machines
    from hedgerow.store.backing import back_up

    machines.open_with(home, key)
    report = asdict(back_up(path))
    machines.close()
    return report


def _forget_old(folder: Path, *, night_day: int) -> None:
    """Forget what is older than was promised, where the clock may be believed."""
    from hedgerow.engines.vault.night import is_clock_plausible
    from hedgerow.store.backing import KEPT_DAYS, forget_before

    now = time.time()
    if not is_clock_plausible(int(now // _DAY_S), ring_day=night_day):
        click.echo("The clock does not follow the last night: no old back-up was removed.")
        return
    if count := forget_before(folder, second=now - KEPT_DAYS * _DAY_S):
        click.echo(f"Removed {count} older than {KEPT_DAYS} days.")
