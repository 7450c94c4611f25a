# SPDX-License-Identifier: AGPL-3.0-or-later
"""Read single public rows by a statement that is built once.

Building a statement costs the ORM several times what the database needs to answer it, and every
report of an observer reads three rows. Nothing of a row is kept: whoever closes an election or
moves a station is obeyed by the next request of every process.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class _Plan:
    """Hold what the ORM makes anew for each query.

    Attributes:
        statement: Its own, for the rows in which some columns have given values.
        names: Of the model's columns, in the order of the statement.
        converters: Place of a column → what makes its value of the database's, in their order.
    """

    statement: str
    names: tuple[str, ...]
    converters: dict[int, tuple[list[Any], Any]]


@cache
def _plan(model: type[Model], names: tuple[str, ...], _vendor: str) -> _Plan:
    """Let the ORM build its query for rows in which some columns have given values."""
    query = model._default_manager.filter(**dict.fromkeys(names, 0)).order_by().query  # noqa: SLF001 -- Django's
    compiler = query.get_compiler(connection=connection)
    statement, _ = compiler.as_sql()
    columns = [expression for expression, _, _ in compiler.select]
    return _Plan(
        str(statement),
        tuple(column.target.attname for column in columns),
        compiler.get_converters(columns),
    )


def single_row(model: type[M], **wanted: str | int) -> M | None:
    """Return the row whose columns have the values that are named, or None.

    Args:
        model: Of which table.
        **wanted: Column of the model → value; together they name one row at most.
    """
    # The ORM puts what it looks for in the order of the names.
    names = tuple(sorted(wanted))
    plan = _plan(model, names, connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(plan.statement, [wanted[name] for name in names])
        found = cursor.fetchone()
    if found is None:
        return None
    values = list(found)
    for place, (converters, expression) in plan.converters.items():
        for convert in converters:
            values[place] = convert(values[place], expression, connection)
    return model.from_db(connection.alias, plan.names, values)
