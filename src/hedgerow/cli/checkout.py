# SPDX-License-Identifier: AGPL-3.0-or-later
"""Find the folder that holds the launcher, the tests and the benchmarks."""

from pathlib import Path

import click


def checkout_root() -> Path:
    """Return the root of the source tree this package runs from.

    Raises:
        click.ClickException: The package was installed without its tests and tools.
    """
    root = Path(__file__).resolve().parents[3]
    if not (root / "pyproject.toml").is_file():
        message = "This needs the whole source tree; run it by the launcher of a checkout."
        raise click.ClickException(message)
    return root
