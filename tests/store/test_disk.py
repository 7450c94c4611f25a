# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check what an image of the disk shows: random ids, random boxes, no order, no times."""

import sqlite3
import zlib
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection

from hedgerow.engines.vault import locker
from hedgerow.engines.vault.primitives import seal_aead, seal_box
from hedgerow.kernel.canonical import Part
from hedgerow.kernel.randomness import Randomness
from hedgerow.store import machine as machines
from hedgerow.store.columns import COLUMNS
from hedgerow.store.writing import Transaction, in_writing
from tests.instances import Vault

KEY = b"k" * 32
SEALED = ("small", "large", "body", "night")


def _tag(number: int) -> bytes:
    return number.to_bytes(32, "big")


def _rows(statement: str, *values: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement.replace("?", "%s"), values or None)
        return list(cursor.fetchall())


def _columns(table: str) -> set[tuple[str, str]]:
    """Return the columns of a table, none where there is no such table."""
    with connection.cursor() as cursor:
        if table == "sqlite_sequence" and connection.vendor != "sqlite":
            return set()
        found = connection.introspection.get_table_description(cursor, table)
        return {(table, column.name) for column in found}


def _boxes(table: str) -> list[bytes]:
    """Return the boxes of a table."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT box FROM {table}")  # noqa: S608 -- a table of the store
        return [bytes(row[0]) for row in cursor.fetchall()]


def _counts() -> list[int]:
    """Return how many rows the two tables of lockers have."""
    return [len(_boxes(table)) for table in ("small", "large")]


def _fill(*numbers: int) -> None:
    def act(tx: Transaction) -> None:
        for number in numbers:
            tx.put_small(_tag(number), b"\0" * 900, key=KEY)
            tx.put_large(_tag(number), b"\0" * 8000, key=KEY)

    in_writing(act)


def _body(number: int, size: int = 6000) -> None:
    """Write a body that can be known again on the disk."""
    box = f"body {number:06}".encode() * (size // 11)
    in_writing(lambda tx: tx.put_body(_scattered(number), box))


def _scattered(number: int) -> int:
    """Return an id that says nothing of the order."""
    return (number * 0x9E3779B97F4A7C15 >> 2) & ((1 << 62) - 1)


@pytest.mark.sqlite_only("SQLite's rowid")
@pytest.mark.usefixtures("vault")
def test_ids_are_the_rowid_itself() -> None:
    """No sealed table has a hidden rowid in the order of insertion, nor a counter of ids."""
    for table in SEALED:
        ((statement,),) = _rows("SELECT sql FROM sqlite_master WHERE name = ?", table)
        assert '" integer NOT NULL PRIMARY KEY' in str(statement)
        assert "AUTOINCREMENT" not in str(statement)
        keys = [row for row in _rows(f"PRAGMA table_info({table})") if row[-1]]
        assert [str(row[2]).lower() for row in keys] == ["integer"]
    _fill(1)
    _body(1)
    for table in ("small", "large", "body"):
        rows = _rows(f"SELECT rowid, id FROM {table}")  # noqa: S608 -- a table of the store
        assert rows
        assert all(row[0] == row[1] for row in rows)
    assert not {row[0] for row in _rows("SELECT name FROM sqlite_sequence")} & set(SEALED)


@pytest.mark.usefixtures("vault")
def test_every_column_of_the_store_is_declared() -> None:
    """The manifest names the columns that there are, and no others."""
    assert {(table, column) for table, column, _k, _r in COLUMNS if table in SEALED} == {
        one for table in SEALED for one in _columns(table)
    }
    declared = {model._meta.db_table for model in apps.get_app_config("store").get_models()}
    assert declared == set(SEALED)
    kept = _columns("django_migrations") | _columns("sqlite_sequence")
    assert kept <= {(table, column) for table, column, _k, _r in COLUMNS}


@pytest.mark.usefixtures("vault")
def test_no_time_of_making_stands_in_the_database() -> None:
    """Django's notes of migrations all have the day of the release."""
    times = {row[0] for row in _rows("SELECT applied FROM django_migrations")}
    assert {str(time)[11:19] for time in times} == {"00:00:00"}
    assert len(times) == 1


def test_sealed_columns_look_random(vault: Vault) -> None:
    """Boxes of one class have one size, cannot be compressed and have no uneven bytes."""
    _fill(*range(60))
    vault.night()
    for table, size in (("small", 1098), ("large", 8266)):
        boxes = _boxes(table)
        assert {len(box) for box in boxes} == {size}
        whole = b"".join(boxes)
        assert len(zlib.compress(whole, 9)) >= len(whole)
        expected = len(whole) / 256
        square = sum((whole.count(value) - expected) ** 2 for value in range(256)) / expected
        # 255 degrees of freedom: one try in a hundred million is above 400.
        assert square < 400


def test_no_nonce_repeats(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    """All boxes ever written, through replacements and nights, have nonces of their own."""
    nonces: list[bytes] = []

    def outer(key: bytes, plain: bytes, *, nonce: bytes, associated: bytes) -> bytes:
        nonces.append(nonce)
        return seal_aead(key, plain, nonce=nonce, associated=associated)

    def inner(key: bytes, plain: bytes, *context: Part, random: Randomness) -> bytes:
        box = seal_box(key, plain, *context, random=random)
        nonces.append(box[:24])
        return box

    monkeypatch.setattr(locker, "seal_aead", outer)
    monkeypatch.setattr(locker, "seal_box", inner)
    for _ in range(4):
        _fill(*range(20))
        vault.night()
    assert len(nonces) > 4 * (40 + 2 * 256)
    assert len(set(nonces)) == len(nonces)


def test_counts_are_multiples_of_256_and_stand_still(vault: Vault) -> None:
    """Every night rounds the counts up; the day's writes do not change them."""
    vault.night()
    for number in range(3):
        before = _counts()
        assert [count % 256 for count in before] == [0, 0]
        _fill(*range(number * 30, number * 30 + 30))
        in_writing(lambda tx: tx.drop_small([_tag(1), _tag(2)]))
        assert _counts() == before
        vault.night()


def test_nothing_is_the_same_after_a_night(vault: Vault) -> None:
    """Two images taken before and after a night have no locker and no id in common."""
    _fill(*range(40))
    before = set(_rows("SELECT id FROM small")), set(_rows("SELECT box FROM large"))
    vault.night()
    assert not before[0] & set(_rows("SELECT id FROM small"))
    assert not before[1] & set(_rows("SELECT box FROM large"))


def _first_pages(path: Path, *, count: int) -> list[int]:
    """Return where on the disk each known body begins, in the order of writing."""
    raw = path.read_bytes()
    return [raw.index(f"body {number:06}".encode() * 40) for number in range(count)]


def _rank_correlation(places: list[int]) -> float:
    """Return Spearman's correlation between the order of writing and that on the disk."""
    ranks = {place: rank for rank, place in enumerate(sorted(places))}
    count = len(places)
    squares = sum((rank - ranks[place]) ** 2 for rank, place in enumerate(places))
    return 1 - 6 * squares / (count * (count**2 - 1))


@pytest.mark.sqlite_only("reads SQLite's file")
def test_bodies_lose_their_order_in_the_night(vault: Vault) -> None:
    """The pages of bodies tell their order until the night, and next to nothing after some."""
    count = 240
    path = vault.home / machines.DATA / "hedgerow.sqlite3"
    vault.night()
    for number in range(count):
        _body(number)
        if number % 30 == 29:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert _rank_correlation(_first_pages(path, count=count)) > 0.4
    for _ in range(3):
        vault.night()
    assert abs(_rank_correlation(_first_pages(path, count=count))) < 0.3


@pytest.mark.sqlite_only("reads SQLite's file")
def test_a_lost_note_of_new_bodies_mixes_all_of_them(vault: Vault) -> None:
    """After a power cut, which takes the note, the next night writes every body anew."""
    count = 240
    path = vault.home / machines.DATA / "hedgerow.sqlite3"
    vault.night()
    for number in range(count):
        _body(number)
    ephemeral = machines.machine().ephemeral
    ephemeral.run("DELETE FROM born")
    ephemeral.run("DELETE FROM note")
    vault.night()
    assert abs(_rank_correlation(_first_pages(path, count=count))) < 0.3


@pytest.mark.sqlite_only("the log is SQLite's file")
def test_the_log_is_empty_after_a_night(vault: Vault) -> None:
    """What was deleted does not stay in the write-ahead log."""
    _fill(*range(20))
    vault.night()
    log = vault.home / machines.DATA / "hedgerow.sqlite3-wal"
    assert not log.exists() or log.stat().st_size == 0


@pytest.mark.sqlite_only("overwritten at once in SQLite's file")
def test_a_deleted_body_is_not_in_the_file(vault: Vault) -> None:
    """Deleting overwrites what stood in the database."""
    _body(7)
    path = vault.home / machines.DATA / "hedgerow.sqlite3"
    connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"body 000007" in path.read_bytes()
    in_writing(lambda tx: tx.drop_bodies([_scattered(7)]))
    connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"body 000007" not in path.read_bytes()


@pytest.mark.sqlite_only("pragmas")
@pytest.mark.usefixtures("vault")
def test_the_database_syncs_fully() -> None:
    """What was acknowledged is on the disk, and sorting never spills there."""
    assert _rows("PRAGMA synchronous") == [(2,)]
    assert _rows("PRAGMA secure_delete") == [(1,)]
    assert _rows("PRAGMA temp_store") == [(2,)]
    assert sqlite3.sqlite_version_info >= (3, 38)
