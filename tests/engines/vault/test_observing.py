# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check what an election keeps sealed: the server's part, codes, devices, released figures."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hedgerow.engines.vault import observing
from hedgerow.engines.vault.observing import Act, CodeCard, CodeRow, ElectionPart, Figure
from hedgerow.engines.vault.primitives import sub
from hedgerow.kernel.errors import BadInput, Damaged

DRAW = random.Random(41).randbytes
HOLD, SECRET = DRAW(32), DRAW(32)
KEYS = st.binary(min_size=32, max_size=32)
U32, U64 = st.integers(0, 2**32 - 1), st.integers(0, 2**64 - 1)
FIGURES = st.builds(
    Figure,
    st.sampled_from(Act),
    U32,
    U64,
    U64,
    st.lists(st.integers(-1, 2**31 - 1), max_size=observing.MOST_FIGURES).map(tuple),
)


def test_places_follow_from_hold_and_secret() -> None:
    """The server finds an election by its address, members a code by its number."""
    assert observing.election_tag(HOLD, "m") == sub(HOLD, "election", "m")
    assert observing.election_key(HOLD) == sub(HOLD, "election-key")
    assert observing.observer_secret(SECRET, 7) == sub(SECRET, "observer", 7)
    assert observing.box_address("m") == "election:m"


@given(st.text(max_size=9), st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 199))))
def test_tags_of_figures(name: str, places: list[tuple[int, int]]) -> None:
    """Each is what the rule says, however many are asked for at once."""
    tags = observing.figure_tags(HOLD, name, places)
    assert tags == [sub(HOLD, "released", 2, name, code, version) for code, version in places]


@given(st.builds(ElectionPart, U32, U32, st.integers(0, 2**16 - 1)))
def test_servers_part_comes_back(part: ElectionPart) -> None:
    """It is three numbers and nothing else."""
    assert observing.decode_part(observing.encode_part(part)) == part
    with pytest.raises(Damaged, match=r"vault\.election_damaged"):
        observing.decode_part(observing.encode_part(part) + b"x")


@given(KEYS, U32, st.text(max_size=10))
def test_rows_and_cards_come_back(secret: bytes, number: int, address: str) -> None:
    """A code's row and what the group notes of it."""
    row = CodeRow(secret, number, address)
    assert observing.decode_row(observing.encode_row(row)) == row
    with pytest.raises(Damaged, match=r"vault\.code_damaged"):
        observing.decode_row(observing.encode_row(row)[:-1] if address else b"x")
    card = CodeCard(secret, secret[::-1], number)
    assert observing.decode_card(observing.encode_card(card)) == card
    with pytest.raises(Damaged, match=r"vault\.code_card_damaged"):
        observing.decode_card(observing.encode_card(card) + b"x")


def test_a_long_address_is_refused() -> None:
    """Above 48 bytes, of which a letter may take two."""
    with pytest.raises(BadInput, match=r"vault\.address_too_long"):
        observing.encode_row(CodeRow(SECRET, 1, "я" * 25))
    assert observing.encode_row(CodeRow(SECRET, 1, "я" * 24))


def test_a_device_opens_under_its_own_ring_alone() -> None:
    """Another ring, a change or a longer text is refused."""
    box = observing.seal_device(HOLD, SECRET, random=DRAW)
    assert observing.open_device(HOLD, box) == SECRET
    longer = observing.seal_device(HOLD, SECRET + b"x", random=DRAW)
    for hold, bad in ((DRAW(32), box), (HOLD, box[:-1]), (HOLD, longer)):
        with pytest.raises(Damaged):
            observing.open_device(hold, bad)


@given(FIGURES)
def test_figures_come_back(figure: Figure) -> None:
    """Numbers from -1 up, in their order; they fit a small row."""
    content = observing.encode_figure(figure)
    assert observing.decode_figure(content) == figure
    assert len(content) <= 951
    with pytest.raises(Damaged, match=r"vault\.figure_damaged"):
        observing.decode_figure(content + b"x")


def test_figures_that_cannot_be() -> None:
    """Too many, too large, below "nothing was said"; bytes with another act, count or size."""
    with pytest.raises(BadInput, match=r"vault\.too_many_figures"):
        observing.encode_figure(Figure(Act.SHEET, 1, 1, 1, (0,) * 221))
    for value in (-2, 2**31):
        with pytest.raises(BadInput, match=r"vault\.figure_out_of_range"):
            observing.encode_figure(Figure(Act.SHEET, 1, 1, 1, (value,)))
    head = observing.encode_figure(Figure(Act.SHEET, 1, 1, 1, ()))
    many = head[:-2] + bytes([0, 221]) + bytes(4 * 221)
    large = head[:-2] + bytes([0, 1]) + b"\xff" * 4
    for bad in (b"", b"\x63" + head[1:], many, large):
        with pytest.raises(Damaged, match=r"vault\.figure_damaged"):
            observing.decode_figure(bad)
