# SPDX-License-Identifier: AGPL-3.0-or-later
"""Find out what an adversary would learn from a disk of this software."""

import json
import os
import shutil
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
@click.option("--keep", is_flag=True, help="Leave the folder there afterwards.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as one JSON line.")
def drill(folder: Path, *, keep: bool, as_json: bool) -> None:
    """Seize a disk, and look what it tells.

    Makes an instance, plants more than a hundred canaries through its pages (names, texts, files,
    refused forms, searches, words, cookies, keys), kills the process, and searches everything at
    rest in every encoding. It reads back as a member what pages took, holds a night, and searches
    again. The exit status is 1 when anything is found. Measuring who could be linked to whom, the
    search of a raw disk image, and --prove come with the next release.

    \b
    Example:
      ./hedgerow drill --json
    """
    if folder.exists():
        message = f"{folder} is there already. Remove it, or name another folder."
        raise click.UsageError(message)
    from hedgerow.cli.homes import use_home

    # Its folder holds all of its instance; a database on a server would be somebody's.
    os.environ.pop("HEDGEROW_DATABASE_URL", None)
    use_home(folder.resolve() / "home")
    from hedgerow.drill.run import run
    from hedgerow.store.instance import Costs

    try:
        report = run(folder.resolve(), costs=Costs())
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)
    if as_json:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False))
    else:
        click.echo("\n".join(report.lines()))
    raise SystemExit(0 if report.is_clean else 1)
