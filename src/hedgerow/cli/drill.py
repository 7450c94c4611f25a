# SPDX-License-Identifier: AGPL-3.0-or-later
"""Find out what an adversary would learn from a disk of this software."""

import json
import os
import shutil
import signal
from pathlib import Path
from typing import Final

import click

FOLDER: Final = Path(__file__).parents[3] / "drill"


@click.command()
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=FOLDER,
    help="Where an instance is made for the drill; it must not exist yet.",
)
@click.option("--quick", is_flag=True, help="Plant a fifth, with cheap guesses.")
@click.option("--raw", is_flag=True, help="Search raw blocks too; needs root and a loop device.")
@click.option("--prove", is_flag=True, help="Make twenty leaks, one at a time, and find each.")
@click.option("--keep", is_flag=True, help="Leave the folder there afterwards.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as one JSON line.")
def drill(folder: Path, *, quick: bool, raw: bool, prove: bool, keep: bool, as_json: bool) -> None:
    """Seize a disk, and look what it tells.

    Makes an instance, serves it, plants thousands of canaries through its pages (names, texts,
    files, refused forms, broken requests, searches, words, cookies), kills all its processes and
    searches everything at rest for them and for every key, in every encoding. Then it starts
    the service again, reads back as a member what pages took, erases, holds a night, searches
    again, and tries to open what was erased. The exit status is 1 when anything is found, opened
    or not read back.

    \b
    Example:
      ./hedgerow drill --quick --json
    """
    if folder.exists():
        message = f"{folder} is there already. Remove it, or name another folder."
        raise click.UsageError(message)
    # Its folder holds all of its instances; a database on a server would be somebody's.
    os.environ.pop("HEDGEROW_DATABASE_URL", None)
    folder.mkdir(mode=0o700, parents=True)
    # Whoever ends the drill lets it end its service, and take off its file system, first.
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        is_good = _proved(folder, as_json) if prove else _drilled(folder, quick, raw, as_json)
    finally:
        signal.signal(signal.SIGTERM, before)
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)
    raise SystemExit(0 if is_good else 1)


def _say(what: str) -> None:
    """Tell a person who waits what is being done."""
    click.echo(f"{what} ...", err=True)


def _use_rooms(folder: Path) -> None:
    """Set Django up with every room there is, on an instance that is never opened."""
    from hedgerow.cli.homes import use_home
    from hedgerow.store.instance import ROOMS, Instance, save

    addresses = folder / "addresses"
    addresses.mkdir(mode=0o700)
    save(addresses, instance=Instance(rooms=ROOMS))
    use_home(addresses)


def _drilled(folder: Path, quick: bool, raw: bool, as_json: bool) -> bool:  # noqa: FBT001 -- options
    """Carry the drill out, print its report, and tell whether all is well."""
    _use_rooms(folder)
    from hedgerow.drill.disk import NoRawDisk
    from hedgerow.drill.plant import FULL, QUICK, Refusal
    from hedgerow.drill.prove import CHEAP
    from hedgerow.drill.run import Plan, run
    from hedgerow.drill.service import ServiceFailed
    from hedgerow.store.instance import Costs

    plan = Plan(
        size=QUICK if quick else FULL,
        costs=CHEAP if quick else Costs(),
        is_raw=raw,
        # In two minutes there is no time for worlds; the tests live through small ones.
        linkage=None if quick else "full",
    )
    try:
        report = run(folder.resolve(), plan, progress=_say)
    except NoRawDisk as error:
        message = f"No raw disk can be looked at here. {error}"
        raise click.ClickException(message) from error
    except (Refusal, ServiceFailed) as error:
        message = f"The drill could not go on. {error}"
        raise click.ClickException(message) from error
    if as_json:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False))
    else:
        click.echo("\n".join(report.lines()))
    return report.is_clean


def _proved(folder: Path, as_json: bool) -> bool:  # noqa: FBT001 -- an option
    """Make every leak, print which were found, and tell whether all were."""
    _use_rooms(folder)
    from hedgerow.drill.prove import prove

    proof = prove(folder.resolve(), progress=_say)
    click.echo(json.dumps(proof.as_json()) if as_json else "\n".join(proof.lines()))
    return proof.is_whole
