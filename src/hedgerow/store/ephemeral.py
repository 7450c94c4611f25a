# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keep what may not outlive the power: sessions, post, joining states, counters, notes.

One SQLite file in the runtime directory, which is memory and never a disk; all workers
share it, and it survives any of them. What could identify somebody is sealed all the
same by those who put it here.
"""

import json
import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from hedgerow.kernel.errors import Busy

FILE_NAME: Final = "ephemeral.sqlite3"
_WAIT_S: Final = 20
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS session (id BLOB PRIMARY KEY, owner BLOB, seen INTEGER, box BLOB)
    WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS session_owner ON session (owner);
CREATE TABLE IF NOT EXISTS post (tag BLOB PRIMARY KEY, entry BLOB) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS veil (mark BLOB PRIMARY KEY, box BLOB) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS state (id BLOB PRIMARY KEY, mark BLOB, ends INTEGER, box BLOB)
    WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS counter (name BLOB, day INTEGER, total INTEGER,
    PRIMARY KEY (name, day)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS born (id INTEGER PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS upload (id INTEGER PRIMARY KEY, minute INTEGER, size INTEGER)
    WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS arrival (id INTEGER PRIMARY KEY, minute INTEGER, box BLOB);
CREATE TABLE IF NOT EXISTS note (name TEXT PRIMARY KEY, value INTEGER) WITHOUT ROWID;
"""


@contextmanager
def _in_words() -> Iterator[None]:
    """Turn an error of the file in memory into one that says what to do.

    Raises:
        Busy: "store.full" when the memory has no room, else "store.busy".
    """
    try:
        yield
    except sqlite3.OperationalError as error:
        is_full = error.sqlite_errorcode == sqlite3.SQLITE_FULL
        raise Busy("store.full" if is_full else "store.busy") from error


class Ephemeral:
    """Open the file in memory; each thread has a connection of its own."""

    def __init__(self, runtime: Path) -> None:
        """Keep where it is; nothing is opened before it is needed."""
        self._path = runtime / FILE_NAME
        self._local = threading.local()

    def _connection(self) -> sqlite3.Connection:
        """Return this thread's connection; one made before a fork belongs to the parent."""
        held: tuple[int, sqlite3.Connection] | None = getattr(self._local, "held", None)
        if held is not None and held[0] == os.getpid():
            return held[1]
        connection = sqlite3.connect(
            self._path, timeout=_WAIT_S, isolation_level=None, check_same_thread=False
        )
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("PRAGMA secure_delete=ON")
        connection.execute("PRAGMA temp_store=MEMORY")
        connection.executescript(_SCHEMA)
        self._local.held = os.getpid(), connection
        return connection

    def close(self) -> None:
        """Close this thread's connection."""
        held: tuple[int, sqlite3.Connection] | None = getattr(self._local, "held", None)
        if held is not None and held[0] == os.getpid():
            held[1].close()
        self._local.held = None

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Run several statements as one.

        Raises:
            Busy: "store.full" or "store.busy"; nothing was written.
        """
        with _in_words():
            connection = self._connection()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    def rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Return what a SELECT finds."""
        with _in_words():
            return self._connection().execute(statement, values).fetchall()

    def run(self, statement: str, *values: object) -> int:
        """Run one statement and return how many rows it changed."""
        with _in_words():
            return self._connection().execute(statement, values).rowcount

    # States between two pages: joining, a begun change of phrase.

    def put_state(self, id_: bytes, box: bytes, *, ends: int, mark: bytes | None, now: int) -> bool:
        """Keep a sealed state until a minute, in place of one of the same id.

        Returns:
            False when another live state has the same mark; then nothing is kept.
        """
        with self.writing() as connection:
            connection.execute("DELETE FROM state WHERE ends < ?", (now,))
            if mark is not None:
                other = connection.execute(
                    "SELECT 1 FROM state WHERE mark = ? AND id <> ?", (mark, id_)
                ).fetchone()
                if other:
                    return False
            connection.execute(
                "INSERT OR REPLACE INTO state VALUES (?, ?, ?, ?)", (id_, mark, ends, box)
            )
        return True

    def get_state(self, id_: bytes, *, now: int) -> bytes | None:
        """Return a state that is not over, or None."""
        found = self.rows("SELECT box FROM state WHERE id = ? AND ends >= ?", id_, now)
        return found[0][0] if found else None

    def drop_state(self, id_: bytes) -> None:
        """Forget a state."""
        self.run("DELETE FROM state WHERE id = ?", id_)

    def drop_old_states(self, *, now: int) -> int:
        """Forget the states that are over; return how many there were."""
        return self.run("DELETE FROM state WHERE ends < ?", now)

    # Counters of a day.

    def count(self, name: bytes, amount: int, *, day: int) -> int:
        """Add to a counter of a day and return its total; older days are forgotten.

        One statement, so that nobody waits for a thread that holds the lock between two; a day
        that is over is forgotten when the first counter of another begins.
        """
        total = int(
            self.rows(
                "INSERT INTO counter VALUES (?, ?, ?) ON CONFLICT (name, day)"
                " DO UPDATE SET total = total + excluded.total RETURNING total",
                name,
                day,
                amount,
            )[0][0]
        )
        if total == amount:
            self.run("DELETE FROM counter WHERE day < ?", day)
        return total

    # Bodies born since the last night, and unfinished uploads.

    def note_born(self, ids: Iterable[int]) -> None:
        """Note bodies that were written since the last night."""
        listed = json.dumps(list(ids))
        self.run("INSERT OR IGNORE INTO born SELECT value FROM json_each(?)", listed)

    def born(self) -> set[int]:
        """Return the bodies written since the last night."""
        return {row[0] for row in self.rows("SELECT id FROM born")}

    def forget_born(self, ids: Sequence[int]) -> None:
        """Forget bodies that a night has written anew."""
        with self.writing() as connection:
            connection.executemany("DELETE FROM born WHERE id = ?", [(i,) for i in ids])

    def note_upload(self, id_: int, *, minute: int, size: int) -> None:
        """Note a piece of a file that no record has yet."""
        self.run("INSERT OR REPLACE INTO upload VALUES (?, ?, ?)", id_, minute, size)

    def forget_uploads(self, ids: Iterable[int]) -> None:
        """Forget pieces that a record has taken, or that were deleted."""
        with self.writing() as connection:
            connection.executemany("DELETE FROM upload WHERE id = ?", [(i,) for i in ids])

    def uploads_before(self, minute: int) -> list[int]:
        """Return the pieces no record took, received before a minute."""
        return [row[0] for row in self.rows("SELECT id FROM upload WHERE minute < ?", minute)]

    def upload_bytes(self) -> int:
        """Return how many bytes of unfinished uploads there are."""
        return int(self.rows("SELECT COALESCE(SUM(size), 0) FROM upload")[0][0])

    # What arrived for counting.

    def note_arrival(self, box: bytes, *, minute: int) -> None:
        """Keep a sealed note of where something to be counted is about to stand."""
        self.run("INSERT INTO arrival (minute, box) VALUES (?, ?)", minute, box)

    def arrivals(self, *, most: int) -> list[tuple[int, int, bytes]]:
        """Return the oldest notes: number, minute, box."""
        found = self.rows("SELECT id, minute, box FROM arrival ORDER BY id LIMIT ?", most)
        return [(row[0], row[1], row[2]) for row in found]

    def forget_arrivals(self, numbers: Iterable[int]) -> None:
        """Forget notes that were dealt with."""
        with self.writing() as connection:
            connection.executemany("DELETE FROM arrival WHERE id = ?", [(n,) for n in numbers])

    # Marks.

    def set_note(self, name: str, value: int) -> None:
        """Keep a number under a name."""
        self.run("INSERT OR REPLACE INTO note VALUES (?, ?)", name, value)

    def note(self, name: str) -> int | None:
        """Return the number under a name, or None."""
        found = self.rows("SELECT value FROM note WHERE name = ?", name)
        return int(found[0][0]) if found else None

    def notes(self, *, prefix: str, least: int) -> list[str]:
        """Return the names that begin so, and under which there is so much or more."""
        found = self.rows(
            "SELECT name FROM note WHERE value >= ? AND substr(name, 1, ?) = ?",
            least,
            len(prefix),
            prefix,
        )
        return [str(row[0]) for row in found]
