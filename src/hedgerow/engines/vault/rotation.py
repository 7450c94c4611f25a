# SPDX-License-Identifier: AGPL-3.0-or-later
"""Say how the pages of a space move from one generation to the next.

After a removal all pages are sealed again under new keys and lie under new tags, with the
same numbers, chapters and revisions; their contents do not change. Roster pages change
where entries are appended: those are written from the entries instead. The package is made
anew and the head written last.
"""

from dataclasses import dataclass

from hedgerow.engines.vault.head import Head
from hedgerow.engines.vault.primitives import open_box, seal_box
from hedgerow.engines.vault.tags import (
    LAST_CHAPTER,
    Context,
    SpaceKeys,
    SpaceTags,
    page_context,
    roster_context,
)
from hedgerow.kernel.errors import Refused
from hedgerow.kernel.randomness import Randomness


@dataclass(frozen=True, slots=True)
class Move:
    """Say under which tag and key a page lies, and under which it will.

    Attributes:
        number: The page's number among its kind.
        old_tag: Where it is read and deleted.
        new_tag: Where it is written.
        old_key: Opens its inner.
        new_key: Seals it.
        context: The same before and after.
    """

    number: int
    old_tag: bytes
    new_tag: bytes
    old_key: bytes
    new_key: bytes
    context: Context


def index_moves(head: Head, *, old: SpaceKeys, new: SpaceKeys) -> list[Move]:
    """Plan the moves of all index and agenda pages.

    Args:
        head: The head of the old generation.
        old: Its keys, from chapter 0 on.
        new: The keys of the new generation.

    Raises:
        Refused: "vault.before_horizon" when the old keys do not open all of them.
    """
    if old.horizon:
        raise Refused("vault.before_horizon")
    last = max(
        (page.chapter for page in head.pages if page.chapter <= LAST_CHAPTER),
        default=head.chapter,
    )
    old_keys, new_keys = old.page_keys(last), new.page_keys(last)
    old_tags, new_tags = SpaceTags(old.secret), SpaceTags(new.secret)
    return [
        Move(
            number,
            old_tags.page(number),
            new_tags.page(number),
            old_keys[chapter],
            new_keys[chapter],
            page_context(number, chapter=chapter, revision=revision),
        )
        for number, (chapter, revision) in enumerate(head.pages)
    ]


def roster_moves(pages: int, *, old: SpaceKeys, new: SpaceKeys) -> list[Move]:
    """Plan the moves of roster pages to which nothing is appended.

    Args:
        pages: How many of them there are, from the first on.
        old: The keys of the old generation.
        new: The keys of the new generation.
    """
    old_tags, new_tags = SpaceTags(old.secret), SpaceTags(new.secret)
    return [
        Move(
            number,
            old_tags.roster(number),
            new_tags.roster(number),
            old.secret,
            new.secret,
            roster_context(number),
        )
        for number in range(pages)
    ]


def reseal(inner: bytes, *, move: Move, random: Randomness) -> bytes:
    """Return a page's inner under its new key, its padding untouched.

    Raises:
        Damaged: "vault.box_refused" when the inner is not the page the move speaks of.
    """
    plain = open_box(move.old_key, inner, *move.context)
    return seal_box(move.new_key, plain, *move.context, random=random)
