# SPDX-License-Identifier: AGPL-3.0-or-later
"""Look at the database server before an instance is served."""

import os
from typing import Final

import click

DATABASE_URL: Final = "HEDGEROW_DATABASE_URL"


def demand_careful_database() -> None:
    """Refuse a PostgreSQL that loses or leaks, and say what an accepted one gives away.

    Raises:
        Refused: One of the codes that begin with "postgresql.".
    """
    url = os.environ.get(DATABASE_URL, "")
    if not url:
        return
    from hedgerow.store import postgresql

    accepts = os.environ.get(postgresql.ACCEPT_WRITE_ORDER) == "1"
    if postgresql.demand_careful(postgresql.settings_of(url), accepts_order=accepts):
        click.echo(postgresql.GIVES_AWAY, err=True)
