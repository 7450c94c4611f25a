# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check that the ring keeps its secrets, turns as nights say, and survives a torn copy."""

import random
from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hedgerow.engines.vault import ring as rings
from hedgerow.engines.vault.locker import row_ids
from hedgerow.engines.vault.padding import pad
from hedgerow.engines.vault.primitives import seal_box, sub
from hedgerow.kernel.clock import week_of
from hedgerow.kernel.errors import Damaged, Refused
from hedgerow.kernel.ids import RowId

DRAW = random.Random(6).randbytes
BOOT = DRAW(32)
DAY = 20_000
WEEK = week_of(DAY)
FIRST = rings.new_ring(DAY, random=DRAW)


def test_first_ring_has_keys_for_five_years() -> None:
    """A new instance has 260 weekly keys from this week on, and fresh secrets."""
    assert (FIRST.seq, FIRST.day, FIRST.restored, FIRST.previous) == (1, DAY, 0, None)
    assert sorted(FIRST.expiry) == list(range(WEEK, WEEK + 260))
    secrets = [FIRST.night_key, FIRST.carry, FIRST.carry_before, FIRST.hold]
    assert len({*secrets, *FIRST.expiry.values()}) == 264


def test_secrets_come_from_hold() -> None:
    """Every other secret of the server is a sub-key of hold."""
    assert FIRST.secret("mix") == sub(FIRST.hold, "mix")
    assert FIRST.secret("mix") != FIRST.secret("check")


def test_expiry_key_is_empty_without_end_and_refused_when_gone() -> None:
    """A body without end mixes nothing in; a past week's key is nowhere."""
    assert FIRST.expiry_key(0) == b""
    assert FIRST.expiry_key(WEEK) == FIRST.expiry[WEEK]
    for week in (WEEK - 1, WEEK + 260):
        with pytest.raises(Refused) as caught:
            FIRST.expiry_key(week)
        assert (caught.value.code, caught.value.details) == ("vault.week_gone", {"week": week})


def test_turn_without_change_only_counts() -> None:
    """Finishing somebody else's turn raises the number and nothing else."""
    assert rings.turned(FIRST) == replace(FIRST, seq=2)


def test_night_begins_with_a_fresh_key_and_keeps_the_old_one() -> None:
    """Rows not yet moved open under the previous key while the night lasts."""
    night = rings.begin_night(FIRST, random=DRAW)
    assert (night.seq, night.previous) == (2, FIRST.night_key)
    assert night.night_key != FIRST.night_key
    kept = replace(night, seq=1, previous=None, night_key=FIRST.night_key)
    assert kept == FIRST


def test_night_key_that_gives_two_rows_one_id_is_drawn_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two rows of one table never meet; that two tables share an id does no harm."""
    unlucky, lucky = DRAW(32), DRAW(32)

    def ids(key: bytes, tags: Iterable[bytes]) -> list[RowId]:
        real = row_ids(key, tags)
        return [RowId(7) for _ in real] if key == unlucky else real

    monkeypatch.setattr(rings, "row_ids", ids)
    drawn = iter([unlucky, lucky])
    tags = [[DRAW(32) for _ in range(50)], [DRAW(32)]]
    assert rings.begin_night(FIRST, tags=tags, random=lambda _size: next(drawn)).night_key == lucky
    only = [tags[1], tags[1]]
    night = rings.begin_night(FIRST, tags=only, random=lambda _size: unlucky)
    assert night.night_key == unlucky


def test_second_night_is_not_begun_over_an_unfinished_one() -> None:
    """Beginning another would lose every row that the first did not move."""
    with pytest.raises(Refused, match=r"vault\.night_under_way"):
        rings.begin_night(rings.begin_night(FIRST, random=DRAW), random=DRAW)


def test_night_ends_by_forgetting() -> None:
    """The previous key and past weeks go, carry turns, missing weeks are made."""
    begun = rings.begin_night(FIRST, random=DRAW)
    ended = rings.end_night(begun, DAY + 8, is_plausible=True, random=DRAW)
    assert (ended.seq, ended.day, ended.previous) == (3, DAY + 8, None)
    assert ended.night_key == begun.night_key
    assert ended.carry_before == FIRST.carry
    assert ended.carry not in {FIRST.carry, FIRST.carry_before}
    now = week_of(DAY + 8)
    assert sorted(ended.expiry) == list(range(now, now + 260))
    assert all(ended.expiry[week] == FIRST.expiry[week] for week in range(now, WEEK + 260))


def test_night_under_a_clock_in_doubt_forgets_no_week() -> None:
    """In the year 2036 of a false clock the key turns, but day and weeks stay."""
    begun = rings.begin_night(FIRST, random=DRAW)
    ended = rings.end_night(begun, DAY + 5000, is_plausible=False, random=DRAW)
    assert (ended.day, ended.expiry, ended.previous) == (DAY, FIRST.expiry, None)
    assert ended.carry_before == FIRST.carry


def test_weeks_far_ahead_survive_a_day_set_back() -> None:
    """What was sealed for a later week still opens when a holder sets the date back."""
    ahead = rings.end_night(
        rings.begin_night(FIRST, random=DRAW), DAY + 700, is_plausible=True, random=DRAW
    )
    back = rings.end_night(
        rings.begin_night(ahead, random=DRAW), DAY, is_plausible=True, random=DRAW
    )
    assert all(back.expiry[week] == key for week, key in ahead.expiry.items())
    assert set(range(WEEK, WEEK + 260)) < set(back.expiry)


@given(seq=st.integers(0, 2**32 - 1), restored=st.integers(0, 2**32 - 1), is_night=st.booleans())
def test_copy_opens_again(seq: int, restored: int, *, is_night: bool) -> None:
    """Every field comes back from a copy of 32,768 bytes."""
    ring = replace(FIRST, seq=seq, restored=restored, previous=DRAW(32) if is_night else None)
    copy = rings.seal_copy(ring, BOOT, random=DRAW)
    assert len(copy) == rings.COPY_BYTES == 32_768
    assert rings.open_copy(copy, BOOT) == ring
    assert rings.decode_ring(rings.encode_ring(ring)) == ring


def test_torn_copy_and_other_boot_key_open_nothing() -> None:
    """Half a copy over another, a short one and a wrong key all give none."""
    copy = rings.seal_copy(FIRST, BOOT, random=DRAW)
    later = rings.seal_copy(rings.turned(FIRST), BOOT, random=DRAW)
    assert rings.open_copy(later[:16_384] + copy[16_384:], BOOT) is None
    assert rings.open_copy(copy[:100], BOOT) is None
    assert rings.open_copy(copy, DRAW(32)) is None


@given(st.integers(0, 400))
def test_damaged_content_is_damage(cut: int) -> None:
    """Content that is too short or too long does not parse, and a copy of it gives none."""
    content = rings.encode_ring(FIRST)
    for damaged in (content[:-cut] if cut else content + b"\0", content + bytes(1 + cut)):
        with pytest.raises(Damaged, match=r"vault\.ring_damaged"):
            rings.decode_ring(damaged)
        padded = pad(damaged, rings.COPY_BYTES - 72)
        copy = seal_box(sub(BOOT, "ring"), padded, "ring", random=DRAW)
        assert rings.open_copy(copy, BOOT) is None


def test_better_copy_is_the_later_one_that_opens() -> None:
    """The higher number wins; a copy that does not open never does."""
    later = rings.turned(FIRST)
    assert rings.better(FIRST, later) is later
    assert rings.better(later, FIRST) is later
    assert rings.better(None, FIRST) is FIRST
    assert rings.better(FIRST, None) is FIRST
    assert rings.better(None, None) is None
