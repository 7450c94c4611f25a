# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check that files come back whole or not at all."""

import hashlib
import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hedgerow.engines.vault import files
from hedgerow.engines.vault.padding import padme
from hedgerow.engines.vault.primitives import sub
from hedgerow.kernel.errors import Damaged

DRAW = random.Random(9).randbytes
CHUNK = files.CHUNK_BYTES


def _sealed(content: bytes) -> tuple[files.FileNote, list[bytes]]:
    """Seal a file as an upload does, chunk by chunk."""
    key = DRAW(32)
    sealer = files.ChunkSealer(key)
    starts = range(0, max(1, len(content)), CHUNK)
    rows = [
        sealer.seal(content[start : start + CHUNK], is_last=start == starts[-1]) for start in starts
    ]
    digest = hashlib.sha256(content).digest()
    note = files.FileNote(key, sealer.header, len(content), digest, "лист.odt", "text/plain")
    return note, rows


@pytest.mark.parametrize("size", [0, 1, 239, 240, 5000, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK + 7])
def test_file_comes_back(size: int) -> None:
    """Every byte of the original comes back, and none of the filling."""
    content = DRAW(size)
    note, rows = _sealed(content)
    assert note.chunks == len(rows) == len(files.chunk_ids(note))
    assert b"".join(files.open_chunks(note, rows)) == content


@pytest.mark.parametrize("size", [0, 1, 238, 239, 240, 1000, 64_000, CHUNK])
def test_short_files_get_padme_sizes(size: int) -> None:
    """A file of one chunk has a Padmé size of at least 256, and never more than a row."""
    (row,) = _sealed(bytes(size))[1]
    assert len(row) == min(files.ROW_BYTES, padme(max(256, size + 17)))


def test_long_files_have_full_rows() -> None:
    """All rows of a longer file have 65,536 bytes, the last one too."""
    _note, rows = _sealed(bytes(CHUNK + 1))
    assert [len(row) for row in rows] == [65_536, 65_536]


def test_row_ids_follow_from_the_file_key() -> None:
    """The ids are those of the specification and all different."""
    note = replace(_sealed(b"")[0], length=3 * CHUNK)
    wanted = [int.from_bytes(sub(note.key, "chunk", i)[:8], "big") >> 2 for i in range(3)]
    assert files.chunk_ids(note) == wanted
    assert len(set(wanted)) == 3


def _refused(note: files.FileNote, rows: list[bytes]) -> None:
    """Demand that a file is refused."""
    with pytest.raises(Damaged, match=r"vault\.file_damaged"):
        list(files.open_chunks(note, rows))


def test_rows_missing_changed_or_out_of_order_are_damage() -> None:
    """A file is never shown in part as if it were whole."""
    note, rows = _sealed(DRAW(2 * CHUNK + 7))
    one, two, three = rows
    for damaged in (
        [],
        [one],
        [one, two],
        [two, one, three],
        [one, three],
        [one, two, two],
        [one, two, three, three],
        [one, two[:-1] + bytes([two[-1] ^ 1]), three],
        [one, b"short", three],
    ):
        _refused(note, damaged)
    _refused(replace(note, key=bytes(32)), rows)
    _refused(replace(note, header=bytes(24)), rows)


def test_length_that_is_too_great_is_damage() -> None:
    """A note that promises more than the rows hold is refused; one byte less is cut."""
    content = DRAW(300)
    note, rows = _sealed(content)
    _refused(replace(note, length=len(rows[0])), rows)
    assert b"".join(files.open_chunks(replace(note, length=299), rows)) == content[:299]


@given(st.text(max_size=60), st.text(max_size=40), st.integers(0, 2**64 - 1))
def test_note_comes_back(name: str, media_type: str, length: int) -> None:
    """All fields of a note come back."""
    note = files.FileNote(DRAW(32), DRAW(24), length, DRAW(32), name, media_type)
    assert files.decode_note(files.encode_note(note)) == note


@given(st.integers(1, 120))
def test_damaged_note_is_damage(cut: int) -> None:
    """A note that is cut or followed by more does not parse."""
    content = files.encode_note(_sealed(b"x")[0])
    for damaged in (content[:-cut], content + bytes(cut)):
        with pytest.raises(Damaged, match=r"vault\.file_damaged"):
            files.decode_note(damaged)
