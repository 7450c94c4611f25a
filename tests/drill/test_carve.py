# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check that rows are carved out of pages, logs and raw blocks, also after they were deleted."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from hedgerow.drill.carve import carve, is_row_size
from hedgerow.engines.vault.locker import LockerClass

SIZES = (*(one.box_bytes for one in LockerClass), 256, 4096, 65_536)


def _made(path: Path) -> dict[int, bytes]:
    """Make a database with rows of every size, and leave its log."""
    rows = {1 + (number << 40): os.urandom(size) for number, size in enumerate(SIZES * 4)}
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE large (id integer PRIMARY KEY, box blob)")
        connection.executemany("INSERT INTO large VALUES (?, ?)", rows.items())
        connection.commit()
        log = path.with_name(f"{path.name}-wal").read_bytes()
    path.with_name("log").write_bytes(log)
    return rows


def _boxes(pieces: list[bytes]) -> set[tuple[int, bytes]]:
    """Return every row that is carved, put together."""
    return {(number, cut.box()) for number, cut in carve(pieces)}


@pytest.mark.parametrize("source", ["db", "log"])
def test_rows_are_carved(tmp_path: Path, source: str) -> None:
    """Every row of every size comes out of a database, and out of a log alone."""
    rows = _made(tmp_path / "db")
    assert set(rows.items()) <= _boxes([(tmp_path / source).read_bytes()])


def test_rows_are_carved_out_of_noise(tmp_path: Path) -> None:
    """A log somewhere in raw blocks, without its beginning, still tells its rows."""
    rows = _made(tmp_path / "db")
    log = (tmp_path / "log").read_bytes()
    raw = os.urandom(40_960) + bytes(8192) + log[32:] + os.urandom(4096)
    assert set(rows.items()) <= _boxes([raw])


def test_rows_run_over_from_one_piece_into_another(tmp_path: Path) -> None:
    """What was scattered over the disk is put together, whichever part is read first."""
    rows = _made(tmp_path / "db")
    whole = (tmp_path / "db").read_bytes()
    half = len(whole) // 8192 * 4096
    log = (tmp_path / "log").read_bytes()
    frame = 4096 + 24
    middle = 32 + (len(log) - 32) // frame // 2 * frame
    for pieces in ([log[middle:], log[:middle]], [log[32:middle], whole[:half], log[middle:]]):
        assert set(rows.items()) <= _boxes(pieces)


def test_rows_share_their_pages(tmp_path: Path) -> None:
    """Many versions of a page make many candidates, which hold no bytes of their own."""
    _made(tmp_path / "db")
    log = (tmp_path / "log").read_bytes()
    cuts = [cut for _, cut in carve([log, log[32:] + bytes(4096)])]
    pages = {id(page) for cut in cuts for page in cut.pages}
    contents = {page for cut in cuts for page in cut.pages}
    assert len(pages) == len(contents) > 0


@pytest.mark.parametrize("size", [0, 7, 4095])
def test_pieces_shorter_than_a_page_have_no_rows(size: int) -> None:
    """They are passed over."""
    assert carve([bytes(size)]) == set()


def test_noise_has_no_rows() -> None:
    """Random bytes are no pages."""
    assert len(carve([os.urandom(2_000_000)])) < 50


def test_only_sizes_of_rows_count() -> None:
    """Lockers of two sizes, and bodies of rounded ones."""
    assert all(is_row_size(size) for size in SIZES)
    assert not any(is_row_size(size) for size in (0, 100, 1099, 65_537))
