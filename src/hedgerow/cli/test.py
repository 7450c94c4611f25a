# SPDX-License-Identifier: AGPL-3.0-or-later
"""Run the project's tests."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import click

from hedgerow.cli.checkout import checkout_root
from hedgerow.cli.machine import lack_sentence, lacking_programs

# pytest's own statuses → ours: 4 is wrong usage; interrupted or nothing found is a no.
STATUSES = {0: 0, 4: 2}


@click.command(
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[ARGS]...")
def test(arguments: tuple[str, ...]) -> None:
    """Run the whole test suite, or what pytest's ARGS choose.

    What the machine lacks (a browser, PostgreSQL) is named; with HEDGEROW_TEST_ALL=1 in
    the environment it is a failure.

    \b
    Example:
      ./hedgerow test
      ./hedgerow test -n 2 tests/kernel
    """
    root = checkout_root()
    chosen = [absolute_choice(argument) for argument in arguments]
    command = [sys.executable, "-m", "pytest", "-c", str(root / "pyproject.toml"), *chosen]
    with tempfile.TemporaryDirectory(prefix="hedgerow-test-") as scratch:
        # No test may meet an instance that happens to stand in this folder.
        environment = os.environ | {"HEDGEROW_HOME": str(Path(scratch) / "none")}
        outcome = subprocess.run(  # noqa: S603 (this interpreter)
            command, cwd=root, env=environment, check=False
        )
    status = STATUSES.get(outcome.returncode, 1)
    lacking = lacking_programs()
    if lacking:
        click.secho(f"hedgerow: {lack_sentence(lacking)}", fg="red", bold=True, err=True)
        if os.environ.get("HEDGEROW_TEST_ALL") == "1":
            status = status or 1
    sys.exit(status)


def absolute_choice(argument: str) -> str:
    """Make a path typed in the caller's folder absolute; leave all else as it is.

    pytest runs in the project's folder, wherever the launcher was called.
    """
    name, separator, rest = argument.partition("::")
    if not name.startswith("-") and Path(name).exists():
        return f"{Path(name).resolve()}{separator}{rest}"
    return argument
