# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check that a sealed back-up opens whole, with its own boot key, or not at all."""

import random
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hedgerow.engines.vault import backup
from hedgerow.engines.vault.padding import padme
from hedgerow.engines.vault.ring import EXPIRY_WEEKS, new_ring, restored_ring
from hedgerow.kernel.clock import MINUTES_A_DAY, week_of
from hedgerow.kernel.errors import Damaged

DRAW = random.Random(11).randbytes
KEY, WRAP, ID = DRAW(32), DRAW(120), DRAW(16)


def sealed(database: bytes, *, ring: bytes = b"the ring", instance: bytes = b"{}") -> bytes:
    """Return a whole back-up."""
    content = backup.laid_out(
        ring=ring,
        database=[database[:1000], database[1000:]],
        size=len(database),
        instance=instance,
    )
    return b"".join(backup.seal_backup(KEY, content, wrap=WRAP, id_=ID))


def rows_of(whole: bytes, *, header: backup.Header) -> Iterator[bytes]:
    """Yield the sealed rows of a back-up."""
    for start in range(header.length, len(whole), backup.ROW_BYTES):
        yield whole[start : start + backup.ROW_BYTES]


def opened(whole: bytes, *, key: bytes = KEY) -> tuple[bytes, bytes, bytes]:
    """Return ring, database and description."""
    header = backup.decode_header(whole[: backup.MOST_HEADER_BYTES])
    assert (header.wrap, header.id) == (WRAP, ID)
    content = backup.Content(backup.open_rows(key, rows_of(whole, header=header), header=header))
    ring = content.field(4)
    database = b"".join(content.pieces(content.length(8)))
    instance = content.field(4)
    content.end()
    return ring, database, instance


@given(st.integers(0, 300_000))
def test_a_back_up_comes_back(size: int) -> None:
    """Ring, database and description come back to the byte, whatever their size."""
    database = random.Random(size).randbytes(size)
    assert opened(sealed(database)) == (b"the ring", database, b"{}")


@pytest.mark.parametrize("size", [0, 5, 65_500, 65_536, 1_000_000])
def test_its_size_is_rounded(size: int) -> None:
    """What is sealed has a Padmé size, so that the file tells roughly how much there is."""
    whole = sealed(bytes(size))
    length = 4 + 8 + 8 + size + 4 + 2
    header = backup.decode_header(whole[: backup.MOST_HEADER_BYTES])
    rows = list(rows_of(whole, header=header))
    assert sum(len(row) - 17 for row in rows) == padme(length)


def test_another_boot_key_opens_nothing() -> None:
    """Not even the first row opens with a key that was drawn later."""
    with pytest.raises(Damaged, match=r"vault\.backup_damaged"):
        opened(sealed(b"data"), key=DRAW(32))


@pytest.mark.parametrize("place", [0, 200, 70_000, -1])
def test_an_altered_byte_is_seen(place: int) -> None:
    """A byte changed anywhere behind the wrap is refused."""
    whole = bytearray(sealed(DRAW(100_000)))
    whole[place] ^= 1
    with pytest.raises((Damaged, AssertionError)):
        opened(bytes(whole))


def test_rows_lost_repeated_or_out_of_order_are_seen() -> None:
    """A back-up cut at a row's end, or with rows moved or added, is refused."""
    whole = sealed(DRAW(200_000))
    header = backup.decode_header(whole[: backup.MOST_HEADER_BYTES])
    rows = list(rows_of(whole, header=header))
    assert len(rows) == 4
    for wrong in (rows[:-1], rows[1:], [*rows, rows[-1]], [rows[1], rows[0], *rows[2:]], []):
        with pytest.raises(Damaged, match=r"vault\.backup_damaged"):
            list(backup.open_rows(KEY, wrong, header=header))


def test_a_length_that_lies_is_seen() -> None:
    """A field longer than what is there, and filling that is not zeros, are refused."""
    with pytest.raises(Damaged, match=r"vault\.backup_damaged"):
        backup.Content([b"\0\0\0\x09short"]).field(4)
    with pytest.raises(Damaged, match=r"vault\.backup_damaged"):
        backup.Content([bytes(9), b"\x01"]).end()


@pytest.mark.parametrize("start", [b"", b"HBK2" + bytes(200), b"HBK1\x00\x78" + bytes(20)])
def test_what_is_no_back_up_is_refused(start: bytes) -> None:
    """Another magic number, or an end within the header, is no back-up."""
    with pytest.raises(Damaged, match=r"vault\.backup_damaged"):
        backup.decode_header(start)


def test_a_restored_ring_forgets_what_is_past_by_now() -> None:
    """The minute is noted, keys of past weeks go, 260 weeks from now on have one."""
    ring = new_ring(20_000, random=DRAW)
    minute = 20_100 * MINUTES_A_DAY
    after = restored_ring(ring, minute, random=DRAW)
    week = week_of(20_100)
    assert after.restored == minute
    assert sorted(after.expiry) == list(range(week, week + EXPIRY_WEEKS))
    assert all(after.expiry[one] == ring.expiry[one] for one in ring.expiry if one >= week)
    assert (after.seq, after.day, after.night_key, after.hold) == (
        ring.seq,
        ring.day,
        ring.night_key,
        ring.hold,
    )
