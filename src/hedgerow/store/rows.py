# SPDX-License-Identifier: AGPL-3.0-or-later
"""Read and write rows of the sealed tables by their ids; the few statements there are."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from django.db import IntegrityError, connection

from hedgerow.engines.vault.locker import LockerClass, LockerRow
from hedgerow.kernel.ids import RowId
from hedgerow.store.database import Listed, Undone, among, id_list

TABLES: Final = {LockerClass.SMALL: "small", LockerClass.LARGE: "large"}
BODY: Final = "body"
_AT_ONCE: Final = 500


class IdTaken(Undone):
    """Say that another tag has the id of the one to be written."""


def ids_of(table: str) -> list[int]:
    """Return all ids of a table."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {table}")  # noqa: S608  # nosec -- a table of ours
        return [row[0] for row in cursor.fetchall()]


def existing(klass: LockerClass, listed: Listed) -> list[int]:
    """Return which ids of a list (see `id_list`) there are."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {TABLES[klass]} WHERE id {among()}", [listed])  # noqa: S608  # nosec -- a table of ours
        return [row[0] for row in cursor.fetchall()]


def rows_of(klass: LockerClass, ids: Sequence[int]) -> list[LockerRow]:
    """Return the rows of ids, those that are there."""
    with connection.cursor() as cursor:
        statement = f"SELECT id, box FROM {TABLES[klass]} WHERE id {among()}"  # noqa: S608  # nosec -- a table of ours
        cursor.execute(statement, [id_list(ids)])
        return [LockerRow(RowId(row[0]), bytes(row[1])) for row in cursor.fetchall()]


def all_rows(klass: LockerClass) -> Iterator[LockerRow]:
    """Yield all rows of a class, some hundred at a time."""
    ids = ids_of(TABLES[klass])
    for start in range(0, len(ids), _AT_ONCE):
        yield from rows_of(klass, ids[start : start + _AT_ONCE])


def insert(klass: LockerClass, rows: Iterable[LockerRow]) -> None:
    """Insert rows.

    Raises:
        IdTaken: There is one of such an id.
    """
    try:
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {TABLES[klass]} VALUES (%s, %s)",  # noqa: S608  # nosec -- a table of ours
                [(row.id, row.box) for row in rows],
            )
    except IntegrityError:
        raise IdTaken from None


def _run_for_each(statement: str, values: Sequence[tuple[int | None, ...]]) -> int:
    """Run a statement for each tuple of values; return how many rows were changed."""
    if not values:
        return 0
    with connection.cursor() as cursor:
        cursor.executemany(statement, values)
        return int(cursor.rowcount)


def delete(table: str, ids: Iterable[int]) -> int:
    """Delete exactly these rows; return how many there were."""
    statement = f"DELETE FROM {table} WHERE id = %s"  # noqa: S608  # nosec -- a table of ours
    return _run_for_each(statement, [(number,) for number in ids])


def insert_body(number: int, box: bytes, *, until: int | None) -> None:
    """Insert a body.

    Raises:
        IdTaken: There is one of this id.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO body VALUES (%s, %s, %s)", [number, until, box])
    except IntegrityError:
        raise IdTaken from None


def set_until(numbers: Iterable[int], *, until: int | None) -> int:
    """Set the last week of bodies; return how many there were."""
    statement = "UPDATE body SET until = %s WHERE id = %s"
    return _run_for_each(statement, [(until, number) for number in numbers])


def rewrite_bodies(numbers: Sequence[int]) -> int:
    """Delete bodies and insert them again in the order given; return how many there were."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, until, box FROM body WHERE id {among()}", [id_list(numbers)])  # noqa: S608  # nosec -- a table of ours
        rows = {row[0]: row for row in cursor.fetchall()}
        present = [rows[number] for number in numbers if number in rows]
        cursor.executemany("DELETE FROM body WHERE id = %s", [(row[0],) for row in present])
        cursor.executemany("INSERT INTO body VALUES (%s, %s, %s)", present)
    return len(present)


def bodies_before(week: int) -> list[int]:
    """Return the bodies whose last week is past."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM body WHERE until < %s", [week])
        return [row[0] for row in cursor.fetchall()]
