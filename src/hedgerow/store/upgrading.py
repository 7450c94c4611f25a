# SPDX-License-Identifier: AGPL-3.0-or-later
"""Make the tables of a database, or bring them to this version."""

from typing import Final

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from hedgerow.store.columns import COLUMNS
from hedgerow.store.database import take_no_samples
from hedgerow.store.rows import BODY, TABLES

SEALED: Final = (*TABLES.values(), BODY)


def make_tables() -> None:
    """Make what lacks; tables that are as they should be stay untouched."""
    call_command("migrate", verbosity=0, interactive=False)
    take_no_samples((table, column) for table, column, _kind, _reason in COLUMNS if table in SEALED)


def lacking_steps() -> list[str]:
    """Return the names of the steps by which the tables differ from this version's."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{step.app_label} {step.name}" for step, _is_backwards in plan]
