# SPDX-License-Identifier: AGPL-3.0-or-later
"""Read what the tables of a PostgreSQL server say of rows, as somebody who seized its disk.

Each row tells the transaction that wrote it and its place; what is too long for a page is
kept apart under a number that counts upwards. The server's log of writes tells besides of
rows that were written again since. It is not read as bytes: a trigger notes the ids of
each transaction, which is what its records hold, and forgets them when the night begins
another file of the log.
"""

from typing import Final

from django.db import connection

from hedgerow.drill.linkage.pages import Traces
from hedgerow.store.rows import BODY, TABLES

_TABLES: Final = (*TABLES.values(), BODY)
_BEGINNING: Final = 24
_BATCH: Final = 50
_WATCH: Final = """
CREATE UNLOGGED TABLE drill_log (place bigserial PRIMARY KEY, written xid8, id bigint);
CREATE FUNCTION drill_note() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN INSERT INTO drill_log (written, id) VALUES (pg_current_xact_id(), NEW.id); RETURN NULL; END';
"""


class CannotLook(RuntimeError):
    """Say that the role may not read what the measurement needs, and what would let it."""


def watch() -> None:
    """Let the server note which rows each transaction writes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_schema_privilege('pg_toast', 'USAGE')")
        if not cursor.fetchone()[0]:
            message = "The role needs USAGE on the schema pg_toast."
            raise CannotLook(message)
        for statement in _WATCH.split(";\n"):
            if statement.strip():
                cursor.execute(statement)
        for table in _TABLES:
            cursor.execute(
                f"CREATE TRIGGER drill_note AFTER INSERT OR UPDATE ON {table}"
                " FOR EACH ROW EXECUTE FUNCTION drill_note()"
            )


def forget_log() -> None:
    """Forget the log, as the night has the server do."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE drill_log")


def log_of_server() -> list[frozenset[int]]:
    """Return the ids that each transaction since the night wrote, in the order of their ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT array_agg(id) FROM drill_log GROUP BY written ORDER BY max(place)")
        return [frozenset(row[0]) for row in cursor.fetchall()]


def traces_of_server() -> Traces:
    """Return what rows say by themselves: transaction, place, number of what is kept apart."""
    traces = Traces()
    commits: dict[int, set[int]] = {}
    for table in _TABLES:
        for row, written, page, at in _places(table):
            traces.place[row] = (page, at)
            commits.setdefault(written, set()).add(row)
        traces.overflow |= _kept_apart(table)
    # What a night moved came in batches of rows of every kind, shuffled. What the delivery
    # wrote just before did not, and stays small until the next night.
    small = (commits[written] for written in sorted(commits))
    traces.commits = [frozenset(rows) for rows in small if len(rows) < _BATCH]
    return traces


def _places(table: str) -> list[tuple[int, int, int, int]]:
    """Return id, transaction, page and place of all rows of a table."""
    with connection.cursor() as cursor:
        page, at = ("(ctid::text::point)[0]::bigint", "(ctid::text::point)[1]::bigint")
        cursor.execute(f"SELECT id, xmin::text::bigint, {page}, {at} FROM {table}")  # noqa: S608  # nosec -- a table of ours
        return [tuple(row) for row in cursor.fetchall()]


def _kept_apart(table: str) -> dict[int, int]:
    """Return for rows that a page has no room for the number under which they are kept."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reltoastrelid::regclass::text FROM pg_class WHERE oid = %s::regclass", [table]
        )
        apart = cursor.fetchone()[0]
        cursor.execute(
            f"SELECT t.id, a.chunk_id::bigint FROM {table} t JOIN {apart} a"  # noqa: S608  # nosec -- a table of ours
            f" ON a.chunk_seq = 0 AND substring(a.chunk_data for {_BEGINNING})"
            f" = substring(t.box for {_BEGINNING})"
        )
        return dict(cursor.fetchall())
