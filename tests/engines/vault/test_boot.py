# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check that the boot key opens for one phrase, or for any two of three shares."""

import itertools
import random

import pytest

from hedgerow.engines.vault import boot
from hedgerow.engines.vault.primitives import Cost, open_box, sub
from hedgerow.engines.vault.words import BOOT_PHRASE_WORDS, BOOT_SHARE_WORDS, draw_numbers
from hedgerow.kernel.errors import Damaged

DRAW = random.Random(7).randbytes
COST = Cost(memory_kib=8, passes=1)
KEY = DRAW(32)
PHRASE = draw_numbers(BOOT_PHRASE_WORDS, random=DRAW)
SHARES = [draw_numbers(BOOT_SHARE_WORDS, random=DRAW) for _ in range(3)]
ONE = boot.wrap_for_one(KEY, PHRASE, cost=COST, random=DRAW)
THREE = boot.wrap_for_three(KEY, SHARES, cost=COST, random=DRAW)


def test_length_tells_which_wrap_it_is() -> None:
    """120 bytes take one phrase, 328 take two shares, and nothing else is a wrap."""
    assert (len(ONE), len(THREE)) == (120, 328)
    assert not boot.needs_two(ONE)
    assert boot.needs_two(THREE)
    for size in (0, 119, 121, 329):
        with pytest.raises(Damaged, match=r"vault\.wrap_damaged"):
            boot.needs_two(bytes(size))


def test_one_phrase_opens_its_wrap() -> None:
    """The phrase gives the key; with another phrase, cost or salt there is none."""
    assert boot.open_for_one(ONE, PHRASE, cost=COST) == KEY
    assert boot.open_for_one(ONE, PHRASE[::-1], cost=COST) is None
    assert boot.open_for_one(ONE, PHRASE, cost=Cost(memory_kib=8, passes=2)) is None
    assert boot.open_for_one(b"\xff" + ONE[1:], PHRASE, cost=COST) is None


@pytest.mark.parametrize(("i", "j"), [*itertools.permutations(range(3), 2)])
def test_any_two_shares_open_in_any_order(i: int, j: int) -> None:
    """Nobody needs to know the number of a holder."""
    assert boot.open_for_two(THREE, [SHARES[i], SHARES[j]], cost=COST) == KEY


def test_one_share_is_not_enough() -> None:
    """The same share twice, or one beside a wrong one, opens nothing."""
    for share in SHARES:
        assert boot.open_for_two(THREE, [share, share], cost=COST) is None
        assert boot.open_for_two(THREE, [share, PHRASE[:10]], cost=COST) is None


def test_boxes_stand_in_their_order_under_keys_of_pairs() -> None:
    """The second box is that of holders 1 and 3, whose numbers are in its context."""
    keys = [boot.stretched(share, salt=THREE[:16], cost=COST) for share in SHARES]
    box = THREE[16 + 104 : 16 + 208]
    assert open_box(sub(keys[0], "pair", keys[2]), box, "pair", 1, 3) == KEY
    with pytest.raises(Damaged):
        open_box(sub(keys[0], "pair", keys[2]), box, "pair", 1, 2)
