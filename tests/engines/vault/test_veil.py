# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check that a veil hides which keyrings were written, and keeps none of them from its owner."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hedgerow.engines.vault.account import AccountKeys
from hedgerow.engines.vault.keyring import Keyring, encode_pages, open_pages, seal_pages, veil_over
from hedgerow.engines.vault.locker import LockerClass, seal_inner
from hedgerow.engines.vault.veil import (
    SLOT_BYTES,
    bare_of,
    open_veiled,
    renewed,
    seal_veiled,
    veil_in,
)
from hedgerow.kernel.errors import Damaged

DRAW = random.Random(8).randbytes
KEK, VEIL, OTHER, TAG = (bytes([n]) * 32 for n in (1, 2, 3, 4))
KEYS = st.binary(min_size=32, max_size=32)
MOST_BYTES = 7975


def _sealed(content: bytes = b"spaces", *, veil: bytes = VEIL, kek: bytes = KEK) -> bytes:
    """Seal a page 0."""
    return seal_veiled(content, veil=veil, kek=kek, page=0, tag=TAG, random=DRAW)


@given(content=st.binary(max_size=MOST_BYTES), veil=KEYS, kek=KEYS, page=st.integers(0, 7))
def test_a_page_opens_before_and_after_nights(
    content: bytes, veil: bytes, kek: bytes, page: int
) -> None:
    """The words give the veil, and under it the content, however often it was renewed."""
    inner = seal_veiled(content, veil=veil, kek=kek, page=page, tag=TAG, random=DRAW)
    assert len(inner) == LockerClass.LARGE.inner_bytes
    for _ in range(2):
        assert veil_in(inner, kek=kek, page=page) == veil
        assert open_veiled(inner, veil=veil, kek=kek, page=page, tag=TAG) == content
        inner = renewed(inner, veils=[OTHER, veil], tag=TAG, random=DRAW)


def test_a_renewed_page_is_like_one_written_anew() -> None:
    """The slot stays in both, everything after it is another in both."""
    inner = _sealed()
    again, night = _sealed(), renewed(inner, veils=[VEIL], tag=TAG, random=DRAW)
    for other in (again, night):
        assert other[:SLOT_BYTES] == inner[:SLOT_BYTES]
        same = sum(a == b for a, b in zip(other[SLOT_BYTES:], inner[SLOT_BYTES:], strict=True))
        assert same < 80  # of 8,088 bytes, 32 by chance
    # Who has a member's words sees the difference all the same.
    assert bare_of(night, veils=[VEIL], tag=TAG) == bare_of(inner, veils=[VEIL], tag=TAG)
    assert bare_of(again, veils=[VEIL], tag=TAG) != bare_of(inner, veils=[VEIL], tag=TAG)


def test_a_slot_is_another_for_every_account_page_and_veil() -> None:
    """No two say that they hold the same."""
    slots = {
        seal_veiled(b"", veil=veil, kek=kek, page=page, tag=TAG, random=DRAW)[:SLOT_BYTES]
        for veil in (VEIL, OTHER)
        for kek in (KEK, OTHER)
        for page in (0, 1)
    }
    assert len(slots) == 8


@given(seed=st.integers(0), size=st.sampled_from([0, 1, 127, 144, 1024, 8192]))
def test_what_has_no_veil_stays(seed: int, size: int) -> None:
    """Heads, rosters and dummies go through a night as they are."""
    inner = random.Random(seed).randbytes(size)
    assert renewed(inner, veils=[VEIL, OTHER], tag=TAG, random=DRAW) == inner
    assert bare_of(inner, veils=[VEIL, OTHER], tag=TAG) is None


def test_a_veil_is_tied_to_its_place() -> None:
    """Under another tag, veil or page, and with one bit turned, nothing opens."""
    inner = _sealed()
    assert renewed(inner, veils=[VEIL], tag=KEK, random=DRAW) == inner
    assert veil_in(inner, kek=OTHER, page=0) is None
    assert veil_in(inner, kek=KEK, page=1) is None
    for veil, tag in ((OTHER, TAG), (VEIL, KEK)):
        with pytest.raises(Damaged, match=r"vault\.box_refused"):
            open_veiled(inner, veil=veil, kek=KEK, page=0, tag=tag)
    for place in (SLOT_BYTES, SLOT_BYTES + 30, len(inner) - 1):
        turned = bytearray(inner)
        turned[place] ^= 1
        with pytest.raises(Damaged, match=r"vault\.box_refused"):
            open_veiled(bytes(turned), veil=VEIL, kek=KEK, page=0, tag=TAG)


def test_a_page_of_before_veils_opens() -> None:
    """What an earlier version wrote is read: content sealed for the account alone."""
    account = AccountKeys(KEK)
    keyring = Keyring(b"f" * 32)
    (content,) = encode_pages(keyring)
    inner = seal_inner(account.kek, content, "keyring", 0, klass=LockerClass.LARGE, random=DRAW)
    assert open_pages([inner], account) == keyring
    assert veil_over(inner, account) is None
    ((_, veiled),) = seal_pages(keyring, account, veil=VEIL, random=DRAW)
    assert veil_over(veiled, account) == VEIL
