# SPDX-License-Identifier: AGPL-3.0-or-later
"""Find the instance a command is about, and set Django up on it."""

import os
from pathlib import Path

import click

from hedgerow.kernel.errors import Refused
from hedgerow.store.instance import FILE_NAME

home_option = click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="HEDGEROW_HOME",
    default=Path("instance"),
    show_default=True,
    help="Folder of the instance.",
)


def use_home(home: Path) -> Path:
    """Name an instance's folder to the settings and set Django up; return it whole.

    What is written from now on is its owner's alone.
    """
    os.umask(0o077)
    whole = home.resolve()
    os.environ["HEDGEROW_HOME"] = str(whole)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hedgerow.site.settings")
    import django

    django.setup()
    return whole


def demand_instance(home: Path) -> Path:
    """Return the folder of an instance that is there.

    Raises:
        Refused: "instance.missing".
    """
    whole = home.resolve()
    if not (whole / FILE_NAME).exists():
        raise Refused("instance.missing", folder=str(home))
    return whole
