# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hold the nightly renewal now."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import click

from hedgerow.cli.asking import ask_boot_key, long_day
from hedgerow.cli.homes import demand_instance, home_option, use_home
from hedgerow.kernel.errors import Refused

_STEPS: Final = 50
LOG_STAYS: Final = (
    "Old rows may still stand in the database's journal until the next night: somebody was"
    " reading, or the role may not empty it (docs/settings.md)."
)

LIST_MISSING: Final = (
    "The list of paused accounts is missing or altered, so nobody can come in. Somebody may have"
    " taken it away to open an account that friends have paused: ask them to pause it again."
)


@click.command()
@home_option
@click.option("--confirm-date", is_flag=True, help="Ask whether today's date is right, first.")
def night(home: Path, *, confirm_date: bool) -> None:
    """Renew all keys now, as every night does.

    An open service does it itself; otherwise the boot words are asked for.

    \b
    Example:
      ./hedgerow night --home instance
    """
    whole = demand_instance(home)
    from hedgerow.cli.control import ask

    status = ask(whole, {"ask": "status"})
    if status is not None and status["open"]:
        report = _by_service(whole, confirm_date=confirm_date)
    else:
        report = _here(whole, confirm_date=confirm_date)
    click.echo(f"Renewed {report['moved']:,} rows; delivered {report['delivered']:,} keyrings.")
    if not report["is_log_empty"]:
        click.echo(LOG_STAYS, err=True)
    if not report["is_plausible"]:
        raise Refused("night.date_not_believed")


def _by_service(home: Path, *, confirm_date: bool) -> dict[str, Any]:
    """Let the running service hold it."""
    from hedgerow.cli.control import ask

    begins = confirm_date and _demand_date(ask(home, {"ask": "dates"}) or {})
    question = {"ask": "night", "confirm": confirm_date, "begin_pause_list": begins}
    report = ask(home, question)
    if report is None:
        raise Refused("serve.no_answer")
    return report


def _here(home: Path, *, confirm_date: bool) -> dict[str, Any]:
    """Hold it in this process."""
    from hedgerow.store.memory import forbid_dumps, lock_memory

    forbid_dumps()
    lock_memory()
    key = ask_boot_key(home)
    use_home(home)
    from hedgerow.cli.job import dates
    from hedgerow.cli.progress import show_progress
    from hedgerow.store import machine as machines
    from hedgerow.store.night import run_night
    from hedgerow.store.pausing import begin_list

    machines.open_with(home, key)
    if confirm_date and _demand_date(dates({})):
        begin_list()
    with show_progress("Renewing", total=2 * _STEPS) as advance:
        report = asdict(run_night(is_confirmed=confirm_date, progress=_in_steps(advance)))
    machines.close()
    return report


def _in_steps(advance: Callable[[], None]) -> Callable[[int, int], None]:
    """Return what turns counts of rows, first small ones and then large, into equal steps."""
    shown = 0

    def progress(done: int, of: int) -> None:
        nonlocal shown
        reached = done * _STEPS // of
        for _ in range(reached - shown):
            advance()
        shown = 0 if done >= of else reached

    return progress


def _demand_date(answer: dict[str, Any]) -> bool:
    """Show both dates and go on only after a yes.

    Returns:
        Whether the pause list is missing and a holder says that an empty one shall begin.
    """
    click.echo(f"Last night: {long_day(answer['night_day'])}. Today: {long_day(answer['today'])}.")
    if not click.confirm("Is today's date right?"):
        raise Refused("night.not_confirmed")
    if answer.get("is_pause_list_whole", True):
        return False
    click.echo(LIST_MISSING)
    return click.confirm("Begin an empty list?")
