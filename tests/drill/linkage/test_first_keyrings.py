# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check that attackers know for how long first keyrings wait."""

from hedgerow.drill.linkage.attacks import days_of
from hedgerow.drill.linkage.fellows import named_first
from hedgerow.drill.linkage.images import Image, Inner
from hedgerow.drill.linkage.pages import Traces
from hedgerow.drill.linkage.plan import DAY, SIZES
from hedgerow.drill.linkage.world import FIRST_SECOND, Lived
from hedgerow.engines.vault.night import is_first_delivery_due

DAYS = range(14, 57, 7)
#: The day on which each account's keyring first stands.
FIRST = (14, 42, 49)
HEAD = 99


def _image(day: int) -> Image:
    """Return an image of three accounts and a space; whoever stands changed since the last."""
    rows = tuple(number + 1 if day >= first else 0 for number, first in enumerate(FIRST))
    mark = day.to_bytes(8, "big")
    inners = {row: Inner(bytes([row] * 8), mark, b"slot", mark) for row in (*rows, HEAD) if row}
    return Image(day, rows, (HEAD,), Traces(), None, (), tuple(inners), {}, inners)


def _lived(*writings: tuple[int, int]) -> Lived:
    """Return a world in which accounts wrote on days."""
    wrote = tuple((account, 0, day * DAY + 600) for account, day in writings)
    joined = {(account, 0): minute for account, _, minute in wrote}
    return Lived(tuple(map(_image, DAYS)), frozenset(joined), wrote, joined, {})


def test_worlds_begin_where_first_keyrings_tell_most() -> None:
    """They are written before the first image and before the last, and in no night between."""
    first_day = FIRST_SECOND // 86_400
    nights = range(SIZES["full"].first_image_day, SIZES["full"].days)
    due = [n for n in nights if is_first_delivery_due(first_day + n, ring_day=first_day + n - 1)]
    assert due == [nights[0], nights[-1]]


def test_who_appears_may_have_come_in_any_of_the_weeks_before() -> None:
    """Four weeks back from the image in which a keyring stands for the first time."""
    awaited = days_of([_image(day) for day in DAYS], has_key=False).is_awaited
    assert [list(row) for row in awaited.astype(int)] == [
        [0, 0, 0, 0, 0, 0, 0],
        [0, 1, 1, 1, 1, 0, 0],
        [0, 0, 1, 1, 1, 1, 0],
    ]


def test_an_author_whose_keyring_waits_is_not_passed_over() -> None:
    """A text from before one's keyring stands speaks neither for its row nor against it."""
    lived = _lived((1, 22), (1, 37), (1, 43))
    assert named_first(lived, by_delivery=True, knows_joins=False) == (1, 1)


def test_days_of_joining_tell_among_those_who_waited() -> None:
    """Whose keyring was awaited in the week of joining goes before who was there long ago."""
    lived = _lived((2, 23))
    without, _ = named_first(lived, by_delivery=True, knows_joins=False)
    told, _ = named_first(lived, by_delivery=True, knows_joins=True)
    assert without < told
