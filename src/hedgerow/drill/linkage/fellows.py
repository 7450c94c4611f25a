# SPDX-License-Identifier: AGPL-3.0-or-later
"""Name the account rows of fellow members, as somebody with one member's words would try.

The words open the authors and minutes of everything in that member's group, and the days on
which people joined it. Boot key and daily images say in which weeks each keyring changed.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from hedgerow.drill.linkage.attacks import Scores, by_week, days_of
from hedgerow.drill.linkage.images import Image
from hedgerow.drill.linkage.metrics import first_by_score
from hedgerow.drill.linkage.plan import DAY, IMAGE_MINUTE, NIGHT_MINUTE
from hedgerow.drill.linkage.world import Lived

_WEEK: Final = 7
# A keyring changes whenever its owner came; that it did although the owner wrote is all but sure.
_SURE, _NEVER = 0.98, 0.02


def _marks(minutes: Sequence[int], ends: Sequence[int]) -> Scores:
    """Mark the spans in which something happened; a span lasts from one end to the next."""
    marks = np.zeros(len(ends) - 1)
    for minute in minutes:
        if ends[0] <= minute < ends[-1]:
            marks[bisect_right(ends, minute) - 1] = 1
    return marks


def _likeness(wrote: Scores, changed: Scores, waits: Scores) -> Scores:
    """Return how well each account's changes fit the spans in which an author wrote.

    In a span with a text the author's keyring changed, if it did not wait to be written at all.
    Anybody else's did as often as it does as a rule, on a day like that. In a span without one
    the author may have come or not.
    """
    spans = changed.shape[1]
    own = (changed.sum(axis=1, keepdims=True) + 1) / (spans + 2)
    days = changed.mean(axis=0, keepdims=True)
    often = np.clip(own * days / max(float(days.mean()), _NEVER), _NEVER, _SURE)
    fits = np.where(changed > 0, np.log(_SURE / often), np.log(_NEVER / (1 - often)))
    fits[waits > 0] = 0
    return np.asarray((fits * wrote).sum(axis=1), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class _Seen:
    """Hold what images say of keyrings.

    Attributes:
        changed: Account × span: another inner, or the first.
        may_have_come: Account × span: the first, or one that waits for the first to be written.
        waits: Account × span: the latter only.
        ends: The minutes between which spans lie, one more than there are spans.
    """

    changed: Scores
    may_have_come: Scores
    waits: Scores
    ends: Sequence[int]


def _by_delivery(images: Sequence[Image]) -> _Seen:
    """Look at weeks, each of which ends with a delivery in the night to Monday."""
    days = days_of(images, has_key=True, has_words=True)
    changed = by_week(np.maximum(days.is_changed, days.is_first), images)
    weeks = range(-(-images[0].day // _WEEK), images[-1].day // _WEEK + 1)
    # Nothing stands before the first image to compare it with.
    ends = [week * _WEEK * DAY + NIGHT_MINUTE for week in weeks]
    within = slice(1, len(weeks))
    came, awaited = (
        (by_week(one, images)[:, within] > 0).astype(float)
        for one in (days.is_first, days.is_awaited)
    )
    return _Seen((changed[:, within] > 0).astype(float), awaited, awaited - came, ends)


def _by_image(images: Sequence[Image]) -> _Seen:
    """Look at the time between one image and the next, as where keyrings are written at once."""
    days = days_of(images, has_key=True, has_words=True)
    changed = np.maximum(days.is_changed, days.is_first)[:, 1:]
    ends = [image.day * DAY + IMAGE_MINUTE for image in images]
    first = days.is_first[:, 1:]
    return _Seen(changed, first, np.zeros_like(first), ends)


def named_first(lived: Lived, *, by_delivery: bool, knows_joins: bool) -> tuple[float, int]:
    """Return for how many authors the right row is named first, and how many authors there are.

    Args:
        lived: The world; each of its spaces is looked at, as one of its members would.
        by_delivery: Whether keyrings are known to be written by a weekly delivery.
        knows_joins: Whether the days of joining are used besides authors and minutes.
    """
    seen = (_by_delivery if by_delivery else _by_image)(lived.images)
    authors: dict[tuple[int, int], list[int]] = {}
    for account, space, minute in lived.writings:
        authors.setdefault((account, space), []).append(minute)
    hits, tried = 0.0, 0
    for (account, space), minutes in authors.items():
        wrote = _marks(minutes, seen.ends)
        if not wrote.any():
            continue
        scores = _likeness(wrote, seen.changed, seen.waits)
        if knows_joins:
            joined = _marks([lived.joined[account, space]], seen.ends)
            scores = scores + (seen.may_have_come * joined).sum(axis=1)
        hits += first_by_score(scores, account)
        tried += 1
    return hits, tried
