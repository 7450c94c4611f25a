# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check what an image of PostgreSQL's folder shows: its rows, its journal and its order."""

from pathlib import Path

import psycopg
import pytest
from django.db import connection

from hedgerow.site import harness
from hedgerow.store.database import is_postgresql
from hedgerow.store.machine import machine
from hedgerow.store.writing import in_writing
from tests.databases import DATABASES, ROLE
from tests.instances import Vault
from tests.store.rowwork import write

pytestmark = [
    pytest.mark.postgresql_only("files of PostgreSQL"),
    pytest.mark.usefixtures("vault"),
]
SEALED = ("small", "large", "body")
BODIES = 240


def _rows(statement: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _mark(number: int) -> bytes:
    return f"body {number:06}".encode()


def _scattered(number: int) -> int:
    """Return an id that says nothing of the order."""
    return (number * 0x9E3779B97F4A7C15 >> 2) & ((1 << 62) - 1)


def _body(number: int, *, size: int = 6000) -> None:
    """Write a body that can be known again on the disk, and that is too long to be packed."""
    box = _mark(number) + machine().random(size)
    in_writing(lambda tx: tx.put_body(_scattered(number), box), over=())


def _on_disk(needle: bytes) -> list[str]:
    """Return the files of the whole server, journal and log included, that hold some bytes."""
    server = DATABASES.server
    assert server is not None
    server.run("CHECKPOINT")
    files = [path for path in server.folder.rglob("*") if path.is_file()]
    return [_place(path, server.folder) for path in files if needle in _read(path)]


def _read(path: Path) -> bytes:
    """Return what a file holds; the server may remove it meanwhile."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def _place(path: Path, folder: Path) -> str:
    return path.relative_to(folder).parts[1] if path.parent != folder else path.name


def test_ids_are_given_and_never_counted() -> None:
    """Each sealed table has one bigint key without default or sequence, and no hidden order."""
    assert is_postgresql()
    for table in (*SEALED, "night"):
        columns = _rows(
            "SELECT column_name, data_type, column_default FROM information_schema.columns"  # noqa: S608 -- a name of ours
            f" WHERE table_name = '{table}' ORDER BY ordinal_position"
        )
        assert columns[0][1:] == ("bigint", None)
        assert all(default is None for _name, _type, default in columns)
    # Public rows may be counted; they stand there for everybody to read.
    public = {table for (table, _), row in harness.columns().items() if row.kind == "public"}
    owners = _rows(
        "SELECT s.relname, t.relname FROM pg_class s LEFT JOIN pg_depend d ON d.objid = s.oid"
        " AND d.deptype IN ('a', 'i') LEFT JOIN pg_class t ON t.oid = d.refobjid"
        " WHERE s.relkind = 'S'"
    )
    counted = {str(table) for name, table in owners if not str(name).startswith("django_")}
    assert counted <= public
    assert not counted & {*SEALED, "night"}


def test_rows_stand_in_the_order_of_their_ids_after_a_night(vault: Vault) -> None:
    """The night writes each table anew by its random ids and leaves no row that was deleted."""
    for number in range(30):
        write(number)
    vault.night()
    for table in SEALED:
        ids = [row[0] for row in _rows(f"SELECT id FROM {table} ORDER BY ctid")]  # noqa: S608 -- a name of ours
        assert len(ids) >= 30
        assert ids == sorted(ids)  # type: ignore[type-var]  # they are of one type


def _rank_correlation(places: list[object]) -> float:
    """Return Spearman's correlation between the order of writing and another."""
    ranks = {place: rank for rank, place in enumerate(sorted(places))}  # type: ignore[type-var]  # they are of one type
    size = len(places)
    squares = sum((rank - ranks[place]) ** 2 for rank, place in enumerate(places))
    return 1 - 6 * squares / (size * (size**2 - 1))


def _orders() -> tuple[list[object], list[object], list[object]]:
    """Return for each body, in the order of writing, three things that PostgreSQL keeps.

    They are the transaction that wrote the row, the number of its long value, which is counted
    up, and the place of that value. Where several bodies have one transaction, which says
    nothing of their order, they are told apart by their random ids.
    """
    xmins = {row[0]: row[1] for row in _rows("SELECT id, xmin::text::bigint FROM body")}
    pieces = _long_values()
    numbers = range(BODIES)
    return (
        [(xmins[_scattered(number)], _scattered(number)) for number in numbers],
        [pieces[_mark(number)][0] for number in numbers],
        [pieces[_mark(number)][1] for number in numbers],
    )


def _long_values() -> dict[bytes, tuple[object, object]]:
    """Return number and place of each long value, by the mark with which it begins."""
    ((table,),) = _rows("SELECT reltoastrelid::regclass::text FROM pg_class WHERE relname = 'body'")
    assert DATABASES.server is not None
    # Only the superuser reads such a table.
    with psycopg.connect(DATABASES.server.url(connection.settings_dict["NAME"])) as line:
        found = line.execute(
            f"SELECT chunk_data, chunk_id::bigint, ctid::text FROM {table} WHERE chunk_seq = 0"  # noqa: S608 -- a name of ours
        ).fetchall()
    return {bytes(row[0][:11]): (row[1], _block(row[2])) for row in found}


def _block(ctid: str) -> tuple[int, int]:
    block, line = ctid.strip("()").split(",")
    return int(block), int(line)


def test_bodies_lose_their_order_in_the_night(vault: Vault) -> None:
    """Transaction, number and place of a body tell the order until the night, not after some."""
    vault.night()
    for number in range(BODIES):
        _body(number)
    assert min(_rank_correlation(order) for order in _orders()) > 0.4
    for _ in range(3):
        vault.night()
    assert max(abs(_rank_correlation(order)) for order in _orders()) < 0.3


def test_a_lost_note_of_new_bodies_mixes_all_of_them(vault: Vault) -> None:
    """After a power cut, which takes the note, the next night writes every body anew."""
    vault.night()
    for number in range(BODIES):
        _body(number)
    ephemeral = machine().ephemeral
    ephemeral.run("DELETE FROM born")
    ephemeral.run("DELETE FROM note")
    vault.night()
    assert max(abs(_rank_correlation(order)) for order in _orders()) < 0.3


def test_a_body_that_was_only_changed_is_renewed_too(vault: Vault) -> None:
    """A file's pieces, taken by a record days later, do not keep that record's transaction."""
    for number in range(20):
        _body(number)
    vault.night()
    pieces = [_scattered(number) for number in range(20)]
    in_writing(lambda tx: tx.set_until(pieces, None))
    changed = _rows("SELECT DISTINCT xmin::text FROM body")
    vault.night()
    assert len(changed) == 1
    assert changed[0] not in _rows("SELECT DISTINCT xmin::text FROM body")


def test_what_was_deleted_is_gone_from_all_files_after_the_night(vault: Vault) -> None:
    """A deleted body stays in table and journal for the day; after the night no file has it."""
    box = machine().random(6000)
    in_writing(lambda tx: tx.put_body(_scattered(7), box), over=())
    assert {"base", "pg_wal"} <= set(_on_disk(box[:40]))
    in_writing(lambda tx: tx.drop_bodies([_scattered(7)]))
    assert "base" in _on_disk(box[:40])
    assert vault.night().is_log_empty
    assert _on_disk(box[:40]) == []


def test_a_night_that_may_not_empty_the_journal_says_so(vault: Vault) -> None:
    """Without the two rights that docs/settings.md has one give, all but the journal is renewed."""
    server = DATABASES.server
    assert server is not None
    name = connection.settings_dict["NAME"]
    server.run(f"REVOKE EXECUTE ON FUNCTION pg_switch_wal() FROM {ROLE}", database=name)
    assert not vault.night().is_log_empty
    server.run(f"GRANT EXECUTE ON FUNCTION pg_switch_wal() TO {ROLE}", database=name)
    assert vault.night().is_log_empty


def test_statistics_take_no_samples() -> None:
    """Statistics keep ids and values of rows that may be gone; of these tables they do not."""
    for number in range(20):
        write(number)
    for table in SEALED:
        _run(f"ANALYZE {table}")
    _run("ANALYZE django_migrations")
    sampled = {
        row[0] for row in _rows("SELECT tablename FROM pg_stats WHERE schemaname = 'public'")
    }
    assert sampled == {"django_migrations"}


def test_nothing_spills_into_temporary_files() -> None:
    """No statement of the store sorts or joins so much that PostgreSQL would write it down."""
    for number in range(20):
        write(number)
    name = connection.settings_dict["NAME"]
    spilled = _rows(f"SELECT temp_files FROM pg_stat_database WHERE datname = '{name}'")  # noqa: S608 -- a name of ours
    assert spilled == [(0,)]
