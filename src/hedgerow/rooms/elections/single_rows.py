# SPDX-License-Identifier: AGPL-3.0-or-later
"""Read single public rows by a statement that is built once.

Building a statement costs the ORM several times what the database needs to answer it, and every
report of an observer reads three rows. Nothing of a row is kept: whoever closes an election or
moves a station is obeyed by the next request of every process.
"""

from functools import cache
from typing import TypeVar

from django.db import connection
from django.db.models import Model

M = TypeVar("M", bound=Model)


@cache
def _statement(model: type[Model], names: tuple[str, ...], _vendor: str) -> str:
    """Return the ORM's own statement for the rows in which some columns have given values."""
    query = model._default_manager.filter(**dict.fromkeys(names, 0)).order_by().query  # noqa: SLF001 -- Django's
    return str(query.sql_with_params()[0])


def single_row(model: type[M], **wanted: str | int) -> M | None:
    """Return the row whose columns have the values that are named, or None.

    Args:
        model: Of which table.
        **wanted: Column of the model → value; together they name one row at most.
    """
    # The ORM puts what it looks for in the order of the names.
    names = tuple(sorted(wanted))
    statement = _statement(model, names, connection.vendor)
    found = model._default_manager.raw(statement, [wanted[name] for name in names])  # noqa: SLF001 -- as above
    return next(iter(found), None)
