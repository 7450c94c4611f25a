# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check that pages and logs tell each row, and exactly the rows of each commit."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from hedgerow.drill.linkage.pages import Traces, traces_of

SMALL, LARGE = 1098, 8266


def _read(path: Path) -> Traces:
    """Read a database and its log."""
    log = path.with_name(f"{path.name}-wal")
    return traces_of(path.read_bytes(), log=log.read_bytes() if log.exists() else b"")


def _rows(first: int, count: int, size: int) -> list[tuple[int, bytes]]:
    """Make rows of large scattered ids."""
    return [((first + n * 7919) << 40, os.urandom(size)) for n in range(count)]


def test_commits_tell_their_rows(tmp_path: Path) -> None:
    """Each commit in the log is read as the rows it wrote: new, changed and of every size."""
    with closing(sqlite3.connect(tmp_path / "db", isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE large (id integer PRIMARY KEY, box blob)")
        first = _rows(1, 300, SMALL)
        connection.executemany("INSERT INTO large VALUES (?, ?)", first)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA wal_autocheckpoint=0")
        written = []
        for number in range(1, 6):
            new = _rows(5_000_000 + number, number, LARGE)
            old = first[number * 11][0]
            connection.execute("BEGIN")
            connection.executemany("INSERT INTO large VALUES (?, ?)", new)
            changed = (os.urandom(SMALL), old)
            connection.execute("UPDATE large SET box = ? WHERE id = ?", changed)
            connection.execute("COMMIT")
            written.append(frozenset([old, *(row for row, _ in new)]))
        traces = _read(tmp_path / "db")
    assert traces.commits == written


def test_places_and_chains_are_told(tmp_path: Path) -> None:
    """Every row has a place; the first overflow pages follow the order of writing."""
    rows = _rows(1, 40, LARGE)
    with closing(sqlite3.connect(tmp_path / "db")) as connection:
        connection.execute("CREATE TABLE large (id integer PRIMARY KEY, box blob)")
        connection.executemany("INSERT INTO large VALUES (?, ?)", reversed(rows))
        connection.commit()
    traces = _read(tmp_path / "db")
    ids = [row for row, _ in rows]
    assert traces.commits == []
    assert set(ids) <= traces.place.keys()
    assert sorted(ids, key=lambda row: traces.overflow[row]) == ids[::-1]


def test_a_log_cut_off_keeps_whole_commits(tmp_path: Path) -> None:
    """The end of a log that was cut off within a commit is left out, the rest is read."""
    with closing(sqlite3.connect(tmp_path / "db", isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE large (id integer PRIMARY KEY, box blob)")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        for row in _rows(1, 2, LARGE):
            connection.execute("INSERT INTO large VALUES (?, ?)", row)
        log = (tmp_path / "db-wal").read_bytes()
        database = (tmp_path / "db").read_bytes()
    assert len(traces_of(database, log=log).commits) == 2
    assert len(traces_of(database, log=log[:-100]).commits) == 1
