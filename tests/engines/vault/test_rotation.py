# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check that a rotation moves every page and leaves nothing to old keys."""

import random
from itertools import product

import pytest

from hedgerow.engines.vault.head import NO_PAGE, Head, PageRef
from hedgerow.engines.vault.primitives import open_box, seal_box
from hedgerow.engines.vault.rotation import index_moves, reseal, roster_moves
from hedgerow.engines.vault.tags import (
    AGENDA_CHAPTER,
    OPEN_CHAPTER,
    SpaceTags,
    new_keys,
    page_context,
    roster_context,
)
from hedgerow.kernel.errors import Damaged, Refused

DRAW = random.Random(21).randbytes
OLD, NEW = new_keys(0, random=DRAW), new_keys(1, random=DRAW)
PAGES = (PageRef(0, 4), PageRef(OPEN_CHAPTER, 5), PageRef(2, 6), PageRef(AGENDA_CHAPTER, 7))
HEAD = Head(9, 0, 2, 5, bytes(32), 2, NO_PAGE, "x", PAGES, ())


def test_every_page_moves_under_its_number_chapter_and_revision() -> None:
    """Tags and keys are those of the generations, contexts stay."""
    moves = index_moves(HEAD, old=OLD, new=NEW)
    assert [move.number for move in moves] == [0, 1, 2, 3]
    for move, (chapter, revision) in zip(moves, PAGES, strict=True):
        assert move.old_tag == SpaceTags(OLD.secret).page(move.number)
        assert move.new_tag == SpaceTags(NEW.secret).page(move.number)
        assert (move.old_key, move.new_key) == (OLD.key_of(chapter), NEW.key_of(chapter))
        assert move.context == page_context(move.number, chapter=chapter, revision=revision)


def test_a_space_without_pages_moves_none() -> None:
    """A new space has a head, a roster and a package only."""
    empty = Head(1, 0, 0, 2, bytes(32), 1, NO_PAGE, "x", (), ())
    assert index_moves(empty, old=OLD, new=NEW) == []


def test_roster_pages_move_from_secret_to_secret() -> None:
    """Pages to which nothing is appended are only sealed again."""
    moves = roster_moves(2, old=OLD, new=NEW)
    assert [move.context for move in moves] == [roster_context(0), roster_context(1)]
    for move in moves:
        assert move.old_tag == SpaceTags(OLD.secret).roster(move.number)
        assert move.new_tag == SpaceTags(NEW.secret).roster(move.number)
        assert (move.old_key, move.new_key) == (OLD.secret, NEW.secret)


def test_only_who_reads_all_can_move_a_space() -> None:
    """A keeper's keys begin at chapter 0; later ones do not open the first page."""
    late = OLD.limited_to(1)
    with pytest.raises(Refused, match=r"vault\.before_horizon"):
        index_moves(HEAD, old=late, new=NEW)


def test_a_moved_page_opens_under_new_keys_alone() -> None:
    """What it holds is the same; no key of the old generation opens it at any place."""
    moves = index_moves(HEAD, old=OLD, new=NEW) + roster_moves(2, old=OLD, new=NEW)
    plains = [DRAW(64) for _ in moves]
    for move, plain in zip(moves, plains, strict=True):
        inner = seal_box(move.old_key, plain, *move.context, random=DRAW)
        moved = reseal(inner, move=move, random=DRAW)
        assert open_box(move.new_key, moved, *move.context) == plain
        old_keys = {OLD.secret, *OLD.page_keys(5).values()}
        for key, other in product(old_keys, moves):
            with pytest.raises(Damaged, match=r"vault\.box_refused"):
                open_box(key, moved, *other.context)


def test_a_page_of_another_place_or_revision_is_refused() -> None:
    """A page put back or exchanged before a removal stops it."""
    one, _, other, _ = index_moves(HEAD, old=OLD, new=NEW)
    inner = seal_box(one.old_key, b"x", *one.context, random=DRAW)
    older = seal_box(one.old_key, b"x", *page_context(0, chapter=0, revision=3), random=DRAW)
    for move, wrong in ((other, inner), (one, older)):
        with pytest.raises(Damaged, match=r"vault\.box_refused"):
            reseal(wrong, move=move, random=DRAW)
