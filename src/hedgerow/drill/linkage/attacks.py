# SPDX-License-Identifier: AGPL-3.0-or-later
"""Score each pair of account and space by what images of a disk show.

Each program returns one number a pair; only differences within a space count. Programs
that need the ring of the day get it where the adversary has the boot key; for others its
result is left out.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from hedgerow.drill.linkage.images import Image, Inner
from hedgerow.engines.vault.night import FIRST_KEYRING_WEEKS

Scores = npt.NDArray[np.float64]

_FAR: Final = 12
_PAGES_NEAR, _ROWS_NEAR = 8.0, 4.0
_JOIN_ROWS: Final = 4
_WEEK: Final = 7
_IN_LOG: Final = ("commits", "joins", "bodies", "sizes", "dated")
#: What accounts did, compared with what spaces did.
_PAIRS: Final = (
    ("is_there", "commits"),
    ("is_written", "commits"),
    *((mine, theirs) for mine in ("is_first", "is_awaited", "is_stamped") for theirs in _IN_LOG),
)
_BY_KEY: Final = ("heads", "pages", "grown")
_PAIRS_WITH_KEY: Final = (
    *(
        (mine, theirs)
        for mine in ("is_changed", "is_begun_anew")
        for theirs in (*_IN_LOG, *_BY_KEY)
    ),
    *((mine, theirs) for mine in ("is_first", "is_awaited", "is_stamped") for theirs in _BY_KEY),
)


@dataclass(slots=True)
class Days:
    """Hold what happened to whom, an image after another.

    Attributes:
        is_there: Account × image: a keyring stands.
        is_first: Account × image: it stands for the first time.
        is_awaited: Account × image: it stands for the first time now, or within the weeks for
            which first keyrings wait, so that its owner may have come in this one.
        is_written: Account × image: commits since the night that wrote it.
        is_stamped: Account × image: it tells a transaction that no night's batch was (server).
        is_changed: Account × image: it is another inner than before (boot key), or under the
            veil (a member's words besides).
        is_begun_anew: Account × image: its first bytes are others than before (boot key).
        commits: Space × image: commits since the night that wrote its head.
        joins: Space × image: those of them that wrote as many rows as a join does.
        bodies: Space × image: bodies written in them.
        sizes: Space × image: how long these bodies are together.
        dated: Space × image: bodies with a last week written in them.
        heads: Space × image: its head is another inner than before (boot key).
        pages: Space × image: inners changed among rows once written with its head (boot key).
        grown: Space × image: rows that came to these (boot key).
    """

    is_there: Scores
    is_first: Scores
    is_awaited: Scores
    is_written: Scores
    is_stamped: Scores
    is_changed: Scores
    is_begun_anew: Scores
    commits: Scores
    joins: Scores
    bodies: Scores
    sizes: Scores
    dated: Scores
    heads: Scores
    pages: Scores
    grown: Scores


def _commits_with(image: Image, rows: Sequence[int]) -> list[list[int]]:
    """Return for each row the places of the commits that wrote it."""
    places = {row: list[int]() for row in rows if row}
    for place, commit in enumerate(image.traces.commits):
        for row in commit & places.keys():
            places[row].append(place)
    return [places.get(row, []) for row in rows]


def near_in_log(images: Sequence[Image]) -> Scores:
    """Score keyrings and heads that were written in commits close to one another."""
    scores = _empty(images)
    for image in images:
        heads = _commits_with(image, image.heads)
        for account, mine in enumerate(_commits_with(image, image.accounts)):
            for space, theirs in enumerate(heads):
                distances = [abs(one - other) for one in mine for other in theirs]
                scores[account, space] += sum(2.0**-d for d in distances if d <= _FAR)
    return scores


def _empty(images: Sequence[Image]) -> Scores:
    """Return a score of nothing for each pair."""
    return np.zeros((len(images[0].accounts), len(images[0].heads)))


def _near(images: Sequence[Image], *, of: Callable[[Image], dict[int, float]], by: float) -> Scores:
    """Score keyrings and heads by how near to each other some place of theirs is."""
    scores = _empty(images)
    for image in images:
        places = of(image)
        mine = np.array([places.get(row, np.nan) for row in image.accounts])
        theirs = np.array([places.get(row, np.nan) for row in image.heads])
        scores += np.nan_to_num(np.exp(-np.abs(mine[:, None] - theirs[None, :]) / by))
    return scores


def near_in_chains(images: Sequence[Image]) -> Scores:
    """Score by the distance between the first overflow pages."""
    return _near(images, of=lambda image: {**image.traces.overflow}, by=_PAGES_NEAR)


def near_in_order(images: Sequence[Image]) -> Scores:
    """Score by the distance in the order of rows."""
    return _near(
        images, of=lambda image: {row: n for n, row in enumerate(image.large)}, by=_ROWS_NEAR
    )


def near_on_pages(images: Sequence[Image]) -> Scores:
    """Score by standing on the same leaf, near to each other."""

    def places(image: Image) -> dict[int, float]:
        return {row: page * 4096.0 + at for row, (page, at) in image.traces.place.items()}

    return _near(images, of=places, by=4096.0)


@dataclass(frozen=True, slots=True)
class _Pair:
    """Compare an image with the one before it; of the first with itself.

    Attributes:
        before: The earlier one.
        now: The later one.
        has_words: Whether veils open.
    """

    before: Image
    now: Image
    has_words: bool

    def mark(self, inner: Inner) -> bytes:
        """Return what tells whether an inner is another, to this adversary."""
        return inner.bare if self.has_words else inner.whole

    def changed(
        self, of: Callable[[Image], Sequence[int]], mark: Callable[[Inner], bytes]
    ) -> Scores:
        """Tell for each row whether it holds something else than it did before."""
        marks = [_mark_at(self.now, row, mark) for row in of(self.now)]
        olds = [_mark_at(self.before, row, mark) for row in of(self.before)]
        return np.array([float(one != other) for one, other in zip(marks, olds, strict=True)])


def _mark_at(image: Image, row: int, mark: Callable[[Inner], bytes]) -> bytes:
    """Return the mark of what stands in a row; nothing where none stands."""
    inner = image.inners.get(row)
    return mark(inner) if inner else b""


def _owners(images: Sequence[Image]) -> list[set[bytes]]:
    """Return for each space the true tags of rows once written in a commit with its head alone.

    A commit that wrote the heads of two spaces, as those of a night do, says nothing.
    """
    owned = [set[bytes]() for _ in images[0].heads]
    for image in images:
        spaces = {row: space for space, row in enumerate(image.heads) if row}
        accounts = {row for row in image.accounts if row}
        for commit in image.traces.commits:
            heads = commit & spaces.keys()
            if len(heads) != 1:
                continue
            (head,) = heads
            rows = (row for row in commit - accounts if row in image.inners)
            owned[spaces[head]] |= {image.inners[row].tag for row in rows}
    return owned


def days_of(images: Sequence[Image], *, has_key: bool, has_words: bool = False) -> Days:
    """Read from images what happened to whom.

    Args:
        images: In their order.
        has_key: Whether the ring of each opens; else only what the files say is read.
        has_words: Whether some member's words are known besides, which open veils.
    """
    accounts, spaces, count = len(images[0].accounts), len(images[0].heads), len(images)
    days = Days(
        *(np.zeros((accounts, count)) for _ in range(7)),
        *(np.zeros((spaces, count)) for _ in range(8)),
    )
    owned = _owners(images) if has_key else []
    before: Image | None = None
    for at, image in enumerate(images):
        days.is_there[:, at] = [row != 0 for row in image.accounts]
        days.is_first[:, at] = days.is_there[:, at] * (days.is_there[:, :at].sum(axis=1) == 0)
        days.is_written[:, at] = [len(one) for one in _commits_with(image, image.accounts)]
        stamped = frozenset[int]().union(*image.stamped)
        days.is_stamped[:, at] = [row in stamped for row in image.accounts]
        _read_log(days, image, at)
        if has_key:
            pair = _Pair(before or image, image, has_words)
            days.is_changed[:, at] = pair.changed(_accounts, pair.mark)
            days.is_begun_anew[:, at] = pair.changed(_accounts, lambda inner: inner.begin)
            days.heads[:, at] = pair.changed(lambda one: one.heads, pair.mark)
            _read_pages(days, pair, at, owned)
        before = image
    days.is_first[:, 0] = 0
    _spread(days, [image.day for image in images])
    return days


def _spread(days: Days, numbers: Sequence[int]) -> None:
    """Note in which images an owner may have come whose first keyring stands in a later one."""
    for at, first in enumerate(numbers):
        weeks = [-FIRST_KEYRING_WEEKS * _WEEK < number - first <= 0 for number in numbers]
        days.is_awaited += days.is_first[:, [at]] * np.array(weeks)


def _read_log(days: Days, image: Image, at: int) -> None:
    """Note what the log of an image's day says of spaces."""
    large = frozenset(image.large)
    for space, places in enumerate(_commits_with(image, image.heads)):
        for place in places:
            commit = image.traces.commits[place]
            born = [image.bodies[row] for row in commit & image.bodies.keys()]
            days.commits[space, at] += 1
            days.joins[space, at] += len(commit & large) >= _JOIN_ROWS
            days.bodies[space, at] += len(born)
            days.sizes[space, at] += sum(size for _until, size in born)
            days.dated[space, at] += sum(until > 0 for until, _size in born)


def _accounts(image: Image) -> Sequence[int]:
    """Return the rows of accounts' keyrings."""
    return image.accounts


def _read_pages(days: Days, pair: _Pair, at: int, owned: Sequence[set[bytes]]) -> None:
    """Note which rows of a space changed or came since the image before."""
    now, old = (
        {inner.tag: pair.mark(inner) for inner in image.inners.values()}
        for image in (pair.now, pair.before)
    )
    for space, tags in enumerate(owned):
        there = tags & now.keys()
        days.pages[space, at] = sum(now[tag] != old.get(tag) for tag in there)
        days.grown[space, at] = len(there - old.keys())


def in_step(mine: Scores, theirs: Scores) -> Scores:
    """Correlate what accounts did with what spaces did over the same images.

    What all did on a day is taken out first, so that a busy day ties nobody to anybody.
    """
    product: Scores = _without_means(mine) @ _without_means(theirs).T
    return product


def _without_means(series: Scores) -> Scores:
    """Take out the means of days and of each row, and bring each row to length one."""
    rest = series - series.mean(axis=0, keepdims=True)
    rest -= rest.mean(axis=1, keepdims=True)
    lengths = np.sqrt((rest**2).sum(axis=1, keepdims=True))
    brought: Scores = rest / np.where(lengths > 0, lengths, 1.0)
    return brought


def by_week(series: Scores, images: Sequence[Image], *, is_log: bool = False) -> Scores:
    """Sum what happened in the seven days before each Monday, the day of the delivery.

    Args:
        series: What happened, an image after another.
        images: Of which days.
        is_log: Whether it was read in the log, so that a Monday's belongs to the week that
            begins; else it lay between two images, and belongs to the one that ends.
    """
    days = [image.day for image in images]
    first, last = -(-days[0] // _WEEK), days[-1] // _WEEK + 1
    sums = np.zeros((series.shape[0], last - first + 1))
    for at, day in enumerate(days):
        week = day // _WEEK + 1 if is_log else -(-day // _WEEK)
        sums[:, week - first] += series[:, at]
    return sums


def attack(images: Sequence[Image], *, has_key: bool, has_words: bool = False) -> dict[str, Scores]:
    """Run every attack program and return its scores by its name.

    Args:
        images: All that the adversary has, in their order.
        has_key: Whether the ring of each image opens to it.
        has_words: Whether it has some member's words besides.
    """
    days = days_of(images, has_key=has_key, has_words=has_words)
    scores = {
        "log": near_in_log(images),
        "chains": near_in_chains(images),
        "order": near_in_order(images),
        "leaves": near_on_pages(images),
    }
    pairs = [*_PAIRS, *(_PAIRS_WITH_KEY if has_key else ())]
    for mine, theirs in pairs:
        one, other = getattr(days, mine), getattr(days, theirs)
        scores[f"{mine} {theirs}"] = in_step(one, other)
        other = by_week(other, images, is_log=theirs in _IN_LOG)
        scores[f"{mine} {theirs} by week"] = in_step(by_week(one, images), other)
    return scores
