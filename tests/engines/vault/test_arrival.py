# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check what an observer's browser seals: streams, slips, forms, and texts for messengers."""

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hedgerow.engines.vault import arrival, slips
from hedgerow.engines.vault.arrival import CHUNK_BYTES, Sealed
from hedgerow.engines.vault.primitives import SealingKeys
from hedgerow.engines.vault.slips import FormHead, SheetText, Slip
from hedgerow.kernel.errors import BadInput, Damaged

DRAW = random.Random(42).randbytes
HOLD, WEEK = DRAW(32), 2_960
KEYS = arrival.arrival_keys(HOLD, WEEK, DRAW(32))
KEY, NAME = DRAW(32), "lanterns"
U32, U64 = st.integers(0, 2**32 - 1), st.integers(0, 2**64 - 1)
NUMBERS = st.binary(min_size=16, max_size=16)
SLIPS = st.builds(Slip, NUMBERS, U32, U32, U64, U64)
FIGURES = st.lists(st.integers(-1, 2**31 - 1), max_size=slips.MOST_FIGURES).map(tuple)
SHEETS = st.builds(
    SheetText,
    st.binary(min_size=slips.SLIP_BYTES, max_size=slips.SLIP_BYTES),
    st.booleans(),
    FIGURES,
)


def _sealed(plain: bytes, kind: Sealed = Sealed.FORM) -> bytes:
    """Seal as a browser does."""
    return arrival.seal_arrival(plain, KEYS.public, kind=kind, week=WEEK, random=DRAW)


def _opened(sealed: bytes, *, keys: SealingKeys = KEYS, kind: Sealed = Sealed.FORM) -> bytes:
    """Open what is at hand as a whole."""
    header, pieces = arrival.pieces_of(sealed)
    return b"".join(arrival.open_arrival(header, pieces, keys=keys, kind=kind))


@given(st.binary(min_size=1, max_size=300))
def test_what_was_sealed_opens(plain: bytes) -> None:
    """A short text is one chunk; its week stands before it."""
    sealed = _sealed(plain)
    assert arrival.week_in(sealed[: arrival.HEADER_BYTES]) == WEEK
    assert len(sealed) == arrival.HEADER_BYTES + len(plain) + arrival.TAG_BYTES
    assert _opened(sealed) == plain


@pytest.mark.parametrize("size", [CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES])
def test_long_ones_are_cut(size: int) -> None:
    """Chunks come in their order and none can be dropped, added, moved or turned into the last."""
    plain = DRAW(size)
    sealed = _sealed(plain)
    assert _opened(sealed) == plain
    header, pieces = arrival.pieces_of(sealed)
    others = [pieces[:-1], [*pieces, pieces[-1]]]
    if len(pieces) > 1:
        others.append(pieces[::-1])
    for other in others:
        with pytest.raises(Damaged, match=r"vault\.arrival_refused"):
            _opened(header + b"".join(other))


@given(st.integers(0, 10**6), st.integers(1, 255))
def test_a_changed_byte_is_refused(place: int, change: int) -> None:
    """Wherever it stands: version, week, ephemeral key, text or tag."""
    sealed = bytearray(_sealed(b"a report"))
    place %= len(sealed)
    sealed[place] ^= change
    # X25519 ignores the highest bit of a public half; the key is bound by the salt all the same.
    with pytest.raises(Damaged, match=r"vault\.arrival_refused"):
        _opened(bytes(sealed))


def test_other_keys_and_kinds_open_nothing() -> None:
    """Another week's key, another instance's, a text taken for a form; a key that is no key."""
    sealed = _sealed(b"a report")
    other = arrival.arrival_keys(HOLD, WEEK, DRAW(32))
    zeros = sealed[:3] + bytes(32) + sealed[arrival.HEADER_BYTES :]
    short = (sealed[:20], sealed[: arrival.HEADER_BYTES], b"\1\0\0" + sealed[3:], zeros)
    for bad, keys, kind in (
        (sealed, other, Sealed.FORM),
        (sealed, KEYS, Sealed.TEXT),
        *((one, KEYS, Sealed.FORM) for one in short),
    ):
        with pytest.raises(Damaged, match=r"vault\.arrival_refused"):
            _opened(bad, keys=keys, kind=kind)


@given(SLIPS)
def test_slips_come_back_and_cannot_be_moved(slip: Slip) -> None:
    """The check holds for one election and for each of its numbers."""
    content = slips.encode_slip(KEY, NAME, slip)
    assert len(content) == slips.SLIP_BYTES
    assert slips.decode_slip(KEY, NAME, content) == slip
    moved = slips.encode_slip(KEY, NAME, slip._replace(code=slip.code ^ 1))
    mixed = moved[: -slips.CHECK_BYTES] + content[-slips.CHECK_BYTES :]
    for key, name, bad in (
        (KEY, "other", content),
        (DRAW(32), NAME, content),
        (KEY, NAME, mixed),
        (KEY, NAME, content[:-1]),
    ):
        with pytest.raises(Damaged, match=r"vault\.slip_damaged"):
            slips.decode_slip(key, name, bad)


@given(
    st.text(max_size=20),
    st.lists(st.tuples(st.text(max_size=9), st.text(max_size=9)), max_size=4),
    st.binary(max_size=9_000),
)
def test_forms_come_back(path: str, fields: list[tuple[str, str]], file: bytes) -> None:
    """Head, then files, then zeros; sizes are few."""
    head = FormHead(path, "slip", fields, [("a.jpg", "image/jpeg", len(file))])
    content = slips.encode_form(head, file)
    size = int.from_bytes(content[:4], "big")
    assert slips.decode_head(content[4 : 4 + size]) == head
    assert content[4 + size :].rstrip(b"\0") == file.rstrip(b"\0")
    assert len(content) >= slips.LEAST_FORM_BYTES


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{}",
        b"\xff",
        b'{"path":"/","slip":"","fields":[["a"]],"files":[]}',
        b'{"path":"/","slip":"","fields":[],"files":[["a","b",-1]]}',
    ],
)
def test_other_heads_are_refused(raw: bytes) -> None:
    """No JSON, another shape, a size below zero."""
    with pytest.raises(Damaged, match=r"vault\.form_damaged"):
        slips.decode_head(raw)


@given(SHEETS)
def test_sheets_come_back(sheet: SheetText) -> None:
    """In steps of 32 bytes."""
    padded = slips.encode_sheet_text(sheet)
    assert len(padded) % slips.TEXT_STEP == 0
    assert slips.decode_sheet_text(padded) == sheet


def test_odd_sheets_are_refused() -> None:
    """Too many figures, one too large, bytes that are left, no padding."""
    slip = bytes(slips.SLIP_BYTES)
    too_many = SheetText(slip, False, (1,) * (slips.MOST_FIGURES + 1))  # noqa: FBT003 -- a field
    too_large = SheetText(slip, False, (2**31,))  # noqa: FBT003 -- a field
    left = slip + b"\0\0\0\x80"
    for bad in (slips.encode_sheet_text(too_many), slips.encode_sheet_text(too_large), left):
        with pytest.raises(Damaged, match=r"vault\.text_damaged"):
            slips.decode_sheet_text(bad)
    with pytest.raises(Damaged, match=r"vault\.padding"):
        slips.decode_sheet_text(bytes(96))


@given(st.binary(min_size=70, max_size=400), st.booleans(), st.sampled_from([" ", "\n", "", " - "]))
def test_texts_survive_messengers(sealed: bytes, is_small: bool, between: str) -> None:  # noqa: FBT001 -- drawn
    """Case, spaces, line breaks, misread letters, doubles and what stands around do not matter."""
    text = slips.spell_text(sealed)
    assert re.fullmatch(r"UHU( [0-9A-HJKMNP-TV-Z]{1,5})+ UHU", text)
    sent = text.replace(" ", between).replace("0", "o").replace("1", "l")
    sent = sent.lower() if is_small else sent
    pasted = f"[27.11, 21:04] Анна: вот!\n{sent}\n{sent}\nЖду."
    assert slips.read_text(pasted) == sealed


def test_what_is_no_text_is_told_apart() -> None:
    """Nothing, a cut one, a mistyped one, another alphabet, two at once."""
    one, other = (slips.spell_text(DRAW(100)) for _ in range(2))
    wrong = one[:50] + ("2" if one[50] != "2" else "3") + one[51:]
    for pasted, code in (
        ("Good evening!", "text_missing"),
        (one[:-4], "text_damaged"),
        (one[:60] + " UHU", "text_damaged"),
        (wrong if wrong[50] != " " else one[:-6] + " UHU", "text_damaged"),
        (one[:-4] + "A UHU", "text_damaged"),
        (one.replace("A", "Я"), "text_damaged"),
        (f"{one}\n{other}", "text_several"),
    ):
        with pytest.raises(BadInput, match=rf"vault\.{code}"):
            slips.read_text(pasted)
