# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check that a session opens with its own cookie, on its own server, and with nothing else."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hedgerow.engines.vault.primitives import seal_box, sub
from hedgerow.engines.vault.sessionkeys import (
    SessionRow,
    cookie_secret,
    new_cookie,
    open_session,
    seal_session,
    session_id,
    session_owner,
)
from hedgerow.kernel.errors import Damaged

DRAW = random.Random(4).randbytes
MIX = bytes(range(32))
SECRET = b"s" * 32
ROW = SessionRow(account=b"a" * 32, pause_secret=b"f" * 32, began=29_000_000, seen=29_000_019)


def test_cookie_holds_a_fresh_secret() -> None:
    """Each cookie has a secret of its own, followed by sixteen bytes that check it."""
    cookie, other = (new_cookie(MIX, random=DRAW) for _ in range(2))
    assert cookie[32:] == sub(MIX, "cookie", cookie[:32])[:16]
    assert cookie_secret(cookie, mix=MIX) == cookie[:32]
    assert cookie[:32] != other[:32]


@pytest.mark.parametrize("place", [0, 31, 32, 47])
def test_changed_cookie_is_refused(place: int) -> None:
    """One changed bit in secret or check makes it no cookie."""
    cookie = bytearray(new_cookie(MIX, random=DRAW))
    cookie[place] ^= 1
    assert cookie_secret(bytes(cookie), mix=MIX) is None


def test_cookie_of_another_instance_is_refused() -> None:
    """A cookie is worth nothing under another ring."""
    assert cookie_secret(new_cookie(MIX, random=DRAW), mix=bytes(32)) is None


@given(st.binary(max_size=100))
def test_anything_may_be_sent_as_a_cookie(sent: bytes) -> None:
    """Bytes that were not made here are no cookie, and no error."""
    assert cookie_secret(sent, mix=MIX) is None


@pytest.mark.parametrize("size", [0, 31, 32, 47, 49])
def test_cookie_of_another_size_is_refused(size: int) -> None:
    """A cookie that was cut short or grew is none."""
    cookie = new_cookie(MIX, random=DRAW) + b"\0"
    assert cookie_secret(cookie[:size], mix=MIX) is None


def test_names_of_a_session() -> None:
    """The row is named by the secret, the owner by the account's F under `mix`."""
    assert session_id(SECRET) == sub(SECRET, "id")
    assert session_owner(MIX, pause_secret=b"f" * 32) == sub(MIX, "owner", b"f" * 32)


def test_session_opens_again() -> None:
    """A sealed row is read as it was, and two seals of it differ."""
    one, other = (seal_session(SECRET, ROW, mix=MIX, random=DRAW) for _ in range(2))
    assert open_session(SECRET, one, mix=MIX) == open_session(SECRET, other, mix=MIX) == ROW
    assert one != other


def test_layout_of_a_session_row() -> None:
    """Account key, F, first and last minute are sealed one after another."""
    plain = (
        b"a" * 32 + b"f" * 32 + (29_000_000).to_bytes(4, "big") + (29_000_019).to_bytes(4, "big")
    )
    box = seal_box(sub(SECRET, "key", MIX), plain, "key", random=DRAW)
    assert open_session(SECRET, box, mix=MIX) == ROW


@pytest.mark.parametrize(("secret", "mix"), [(b"t" * 32, MIX), (SECRET, bytes(32))])
def test_session_needs_cookie_and_ring(secret: bytes, mix: bytes) -> None:
    """With another cookie, or under another ring, the row stays shut."""
    box = seal_session(SECRET, ROW, mix=MIX, random=DRAW)
    with pytest.raises(Damaged, match=r"vault\.box_refused"):
        open_session(secret, box, mix=mix)


@pytest.mark.parametrize("size", [0, 71, 73])
def test_session_row_of_another_size_is_damaged(size: int) -> None:
    """A row that opens but has too few or too many bytes is damaged."""
    box = seal_box(sub(SECRET, "key", MIX), bytes(size), "key", random=DRAW)
    with pytest.raises(Damaged, match=r"vault\.session_damaged"):
        open_session(SECRET, box, mix=MIX)


@pytest.mark.parametrize(
    ("began", "seen", "is_over"),
    [
        (1000, 1000, False),
        (1000, 981, False),
        (1000, 980, True),
        (281, 1000, False),
        (280, 1000, True),
    ],
)
def test_session_ends(began: int, seen: int, is_over: bool) -> None:  # noqa: FBT001 -- expected
    """A session ends after 20 idle minutes, and after 12 hours however busy it was."""
    row = SessionRow(bytes(32), bytes(32), began=began, seen=seen)
    assert row.is_over(1000) is is_over
