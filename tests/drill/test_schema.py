# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check that the manifest is held against the schema as it is, and sealed bytes looked at."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from hedgerow.drill.schema import Seized, column_faults, id_fault, randomness_fault
from hedgerow.site.harness import columns


@pytest.fixture
def seized(tmp_path: Path) -> Seized:
    """Return a database that has every declared column, with values as declared."""
    path = tmp_path / "seized.sqlite3"
    tables: dict[str, list[str]] = {}
    for table, column in columns():
        tables.setdefault(table, []).append(column)
    with closing(sqlite3.connect(path)) as connection:
        for table, names in tables.items():
            if table == "sqlite_sequence":  # SQLite makes it by itself for a counted table.
                continue
            is_counted = table == "django_migrations"
            quoted = [f'"{name}"' for name in names]
            first = "id INTEGER PRIMARY KEY AUTOINCREMENT" if is_counted else quoted[0]
            others = [name for name in quoted if name != '"id"'] if is_counted else quoted[1:]
            connection.execute(f"CREATE TABLE {table} ({', '.join([first, *others])})")
        for number in range(300):
            box, drawn = os.urandom(1024), int.from_bytes(os.urandom(8), "big") >> 2
            connection.execute("INSERT INTO small (id, box) VALUES (?, ?)", (drawn, box))
            connection.execute(
                "INSERT INTO body (id, until, box) VALUES (?, ?, ?)", (drawn, number % 3, box)
            )
        connection.commit()
    return Seized(path)


def _change(seized: Seized, statement: str, *values: object) -> list[str]:
    with closing(sqlite3.connect(seized.path)) as connection:
        connection.execute(statement, values)
        connection.commit()
    return column_faults(seized)


def test_a_schema_as_declared_has_no_fault(seized: Seized) -> None:
    """Every column there and declared, sealed bytes random, ids drawn."""
    assert column_faults(seized) == []


def test_an_undeclared_column_is_a_fault(seized: Seized) -> None:
    """A column that somebody added and did not declare is named."""
    assert _change(seized, "ALTER TABLE body ADD COLUMN space") == ["body.space is not declared"]


def test_an_undeclared_table_is_a_fault(seized: Seized) -> None:
    """A table that somebody added is named column by column."""
    faults = _change(seized, "CREATE TABLE log (id INTEGER PRIMARY KEY, text)")
    assert faults == ["log.id is not declared", "log.text is not declared"]


def test_a_declared_column_that_is_gone_is_a_fault(seized: Seized) -> None:
    """The manifest cannot grow stale unseen."""
    assert _change(seized, "ALTER TABLE body DROP COLUMN until") == ["body.until is not there"]


def test_text_in_a_sealed_column_is_a_fault(seized: Seized) -> None:
    """A box that is no bytes, and boxes whose bytes are not even, are seen."""
    faults = _change(seized, "INSERT INTO small (id, box) VALUES (7, 'plain')")
    assert faults == ["small.box: holds what is no bytes"]
    faults = _change(seized, "UPDATE small SET box = ?", b"A page of plain text. " * 50)
    assert any("small.box: bytes are not even" in one for one in faults)


def test_counted_ids_are_a_fault(seized: Seized) -> None:
    """Ids in a row tell the order of writing."""
    assert any("body.id" in one for one in _change(seized, "UPDATE body SET id = rowid"))
    assert id_fault([1, 2, 2]) == "an id stands twice"


def test_compressed_text_is_told_from_random_bytes() -> None:
    """Random bytes pass; bytes that are even and still in order do not."""
    assert randomness_fault(os.urandom(500_000)) == ""
    assert randomness_fault(bytes(range(256)) * 1000).startswith("packs to")
    assert randomness_fault(b"too few") == ""
