# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check that lockers look alike, open at their place only, and are found by their tag."""

import hashlib
import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hedgerow.engines.vault import locker as lockers
from hedgerow.engines.vault.locker import Locker, LockerClass, LockerRow
from hedgerow.engines.vault.primitives import seal_aead, sub
from hedgerow.kernel.errors import Damaged, Refused
from hedgerow.kernel.ids import RowId

DRAW = random.Random(5).randbytes
NIGHT, KEY, TAG = DRAW(32), DRAW(32), DRAW(32)
CLASSES = st.sampled_from(LockerClass)


def _sealed(klass: LockerClass, *, tag: bytes = TAG, until: int = 0) -> LockerRow:
    """Seal a row with random content."""
    locker = Locker(tag, until, DRAW(klass.inner_bytes))
    return lockers.seal_locker(NIGHT, locker, klass=klass, random=DRAW)


def test_rows_have_one_size_a_class() -> None:
    """Small boxes have 1,098 bytes and large ones 8,266, whatever they hold."""
    assert [klass.box_bytes for klass in LockerClass] == [1098, 8266]
    assert [klass.inner_bytes for klass in LockerClass] == [1024, 8192]
    assert [klass.padded_bytes for klass in LockerClass] == [952, 8120]
    for klass in LockerClass:
        for content in (b"", bytes(klass.padded_bytes - 1)):
            inner = lockers.seal_inner(KEY, content, "x", klass=klass, random=DRAW)
            row = lockers.seal_locker(NIGHT, Locker(TAG, 9, inner), klass=klass, random=DRAW)
            assert len(inner) == klass.inner_bytes
            assert len(row.box) == klass.box_bytes


@given(CLASSES, st.integers(0, 2**16 - 1), st.binary(max_size=951))
def test_row_opens_again(klass: LockerClass, until: int, content: bytes) -> None:
    """Tag, until week and content come back."""
    inner = lockers.seal_inner(KEY, content, TAG, klass=klass, random=DRAW)
    locker = Locker(TAG, until, inner)
    row = lockers.seal_locker(NIGHT, locker, klass=klass, random=DRAW)
    assert lockers.open_locker(NIGHT, row, klass=klass) == locker
    assert lockers.open_wanted(NIGHT, row, klass=klass, tag=TAG) == locker
    assert lockers.open_inner(KEY, inner, TAG) == content


def test_content_that_is_too_long_is_refused() -> None:
    """One byte more than 951 or 8,119 does not fit."""
    for klass, limit in ((LockerClass.SMALL, 951), (LockerClass.LARGE, 8119)):
        with pytest.raises(Refused) as caught:
            lockers.seal_inner(KEY, bytes(limit + 1), klass=klass, random=DRAW)
        assert caught.value.details == {"size": limit + 1, "limit": limit}


def test_row_ids_are_a_keyed_hash_of_the_tag() -> None:
    """An id is 62 bits of BLAKE2b-64; many are computed as one by one, in their order."""
    tags = [lockers.dummy_tag(NIGHT, k) for k in range(300)]
    person = b"row-id".ljust(16, b"\0")
    wanted = [
        int.from_bytes(
            hashlib.blake2b(tag, digest_size=8, key=NIGHT, person=person).digest(), "big"
        )
        >> 2
        for tag in tags
    ]
    assert lockers.row_ids(NIGHT, tags) == wanted
    assert [lockers.row_id(NIGHT, tag) for tag in tags] == wanted
    assert max(wanted) < 2**62
    assert set(lockers.row_ids(KEY, tags)).isdisjoint(wanted)


@given(CLASSES, st.integers(0, 8 * 1098 - 1))
def test_row_with_one_bit_changed_does_not_open(klass: LockerClass, bit: int) -> None:
    """Whichever bit of the box is turned, it is refused."""
    row = _sealed(klass)
    box = bytearray(row.box)
    box[bit // 8] ^= 1 << bit % 8
    with pytest.raises(Damaged, match=r"vault\.box_refused"):
        lockers.open_locker(NIGHT, replace(row, box=bytes(box)), klass=klass)


def test_row_opens_at_its_place_only() -> None:
    """Under another id, in the other table or under another night key nothing opens."""
    row, other = _sealed(LockerClass.SMALL), _sealed(LockerClass.SMALL, tag=DRAW(32))
    for moved, key, klass in (
        (replace(row, id=other.id), NIGHT, LockerClass.SMALL),
        (row, NIGHT, LockerClass.LARGE),
        (row, KEY, LockerClass.SMALL),
        (replace(row, box=b""), NIGHT, LockerClass.SMALL),
    ):
        with pytest.raises(Damaged, match=r"vault\.box_refused"):
            lockers.open_locker(key, moved, klass=klass)


def _forged(plain: bytes, *, row: int) -> LockerRow:
    """Seal any plain text as a small row, as one who holds the night key can."""
    nonce, associated = DRAW(24), b"\x01" + row.to_bytes(8, "big")
    box = nonce + seal_aead(NIGHT, plain, nonce=nonce, associated=associated)
    return LockerRow(RowId(row), box)


def test_row_whose_id_is_not_that_of_its_tag_is_misplaced() -> None:
    """A row sealed under a chosen id is not taken for one found by its tag."""
    plain = TAG + bytes(2) + DRAW(1024)
    forged = _forged(plain, row=lockers.row_id(NIGHT, TAG) ^ 1)
    with pytest.raises(Damaged, match=r"vault\.row_misplaced"):
        lockers.open_locker(NIGHT, forged, klass=LockerClass.SMALL)


def test_row_of_another_size_is_refused() -> None:
    """A sealed text that is too short or too long is no locker."""
    for size in (1023, 1025):
        forged = _forged(TAG + bytes(2) + DRAW(size), row=lockers.row_id(NIGHT, TAG))
        with pytest.raises(Damaged, match=r"vault\.box_refused"):
            lockers.open_locker(NIGHT, forged, klass=LockerClass.SMALL)


def test_reader_compares_the_tag_it_asked_for() -> None:
    """A row that is right in itself is refused where another tag was asked for."""
    with pytest.raises(Damaged, match=r"vault\.row_misplaced"):
        lockers.open_wanted(NIGHT, _sealed(LockerClass.LARGE), klass=LockerClass.LARGE, tag=KEY)


def test_inner_opens_in_its_context_only() -> None:
    """An inner moved to another tag is refused, and so is a dummy's."""
    inner = lockers.seal_inner(KEY, b"x", TAG, klass=LockerClass.SMALL, random=DRAW)
    dummy = lockers.dummy_locker(NIGHT, 0, klass=LockerClass.SMALL, random=DRAW)
    for box, context in ((inner, KEY), (dummy.inner, TAG)):
        with pytest.raises(Damaged, match=r"vault\.box_refused"):
            lockers.open_inner(KEY, box, context)


def test_dummies_are_rows_like_others() -> None:
    """A dummy has the tag of its place, no end and random bytes of the class's size."""
    for klass in LockerClass:
        dummy = lockers.dummy_locker(NIGHT, 4095, klass=klass, random=DRAW)
        assert dummy.tag == sub(NIGHT, "dummy", 4095) == lockers.dummy_tag(NIGHT, 4095)
        assert (dummy.until_week, len(dummy.inner)) == (lockers.NEVER, klass.inner_bytes)
        row = lockers.seal_locker(NIGHT, dummy, klass=klass, random=DRAW)
        assert lockers.open_wanted(NIGHT, row, klass=klass, tag=dummy.tag) == dummy


def test_tags_of_many_dummies_are_those_of_each() -> None:
    """The list of all places says of each what it is by itself."""
    places = range(lockers.DUMMY_WINDOW)
    assert lockers.dummy_tags(NIGHT) == [lockers.dummy_tag(NIGHT, k) for k in places]


def test_new_night_leaves_nothing_in_common() -> None:
    """The same locker under two nights shares neither id nor a run of bytes."""
    locker = Locker(TAG, 3, DRAW(1024))
    one = lockers.seal_locker(NIGHT, locker, klass=LockerClass.SMALL, random=DRAW)
    two = lockers.seal_locker(KEY, locker, klass=LockerClass.SMALL, random=DRAW)
    runs = {one.box[at : at + 8] for at in range(len(one.box) - 8)}
    assert one.id != two.id
    assert runs.isdisjoint(two.box[at : at + 8] for at in range(len(two.box) - 8))


def test_windows_are_as_wide_as_specified() -> None:
    """Writers and readers agree on how many places each window has."""
    assert lockers.PENDING_WINDOW == 32
    assert lockers.KEYRING_WINDOW == 8
    assert lockers.RELEASED_WINDOW == 1024
    assert lockers.DUMMY_WINDOW == 4096
