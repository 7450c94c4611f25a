# SPDX-License-Identifier: AGPL-3.0-or-later
"""Say under which tag, key and context each page of a space lies.

A space has a *door* (32 random bytes, for ever the same, in each member's keyring) and,
for each generation, a *secret* L and a chain of *chapter keys*:

* the door leads to the package, in which each member finds the present generation;
* L gives the tags of all other pages and seals head, roster, open and agenda pages;
* key(g,c) seals the index pages of chapter c; key(g,c+1) follows from it and never the
  other way round, so that somebody who begins at chapter h reads h and later.

Nothing here is stored: the same keys give the same tags.
"""

from dataclasses import dataclass

from hedgerow.engines.vault.primitives import KEY_BYTES, is_equal, sub
from hedgerow.kernel.canonical import Part
from hedgerow.kernel.errors import Refused
from hedgerow.kernel.ids import SpaceId
from hedgerow.kernel.randomness import Randomness

OPEN_CHAPTER = 65_535
"""The chapter of *open pages*, which probationers read too."""
AGENDA_CHAPTER = 65_534
"""The chapter of agenda pages, which everybody in the space reads."""
LAST_CHAPTER = 65_533
NO_CHAPTERS = 65_535
"""The horizon of a probationer, who reads open and agenda pages only."""
NO_KEY = bytes(KEY_BYTES)

Context = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class SpaceKeys:
    """Hold what a slot of the package gives a member of a space.

    Attributes:
        generation: The number of the generation the keys belong to.
        horizon: The first chapter the member reads; `NO_CHAPTERS` for none.
        secret: L, 32 bytes.
        chapter_key: key(g,horizon), or zeros for a probationer.
    """

    generation: int
    horizon: int
    secret: bytes
    chapter_key: bytes

    def limited_to(self, horizon: int) -> "SpaceKeys":
        """Return what a member with a later horizon is given.

        Raises:
            Refused: "vault.before_horizon" when these keys begin later themselves.
        """
        key = NO_KEY if horizon == NO_CHAPTERS else self.key_of(horizon)
        return SpaceKeys(self.generation, horizon, self.secret, key)

    def key_of(self, chapter: int) -> bytes:
        """Return the key that seals index pages of a chapter; L for open and agenda pages.

        Deriving takes a step a chapter: a reader of many pages asks `page_keys` once.

        Raises:
            Refused: "vault.before_horizon" when the chapter lies before the horizon.
        """
        if chapter in {OPEN_CHAPTER, AGENDA_CHAPTER}:
            return self.secret
        if chapter < self.horizon:
            raise Refused("vault.before_horizon")
        key = self.chapter_key
        for _ in range(chapter - self.horizon):
            key = next_chapter_key(key)
        return key

    def page_keys(self, current: int) -> dict[int, bytes]:
        """Return the keys of all pages these keys open, by chapter.

        Args:
            current: The space's current chapter.
        """
        keys = {OPEN_CHAPTER: self.secret, AGENDA_CHAPTER: self.secret}
        key = self.chapter_key
        for chapter in range(self.horizon, min(current, LAST_CHAPTER) + 1):
            keys[chapter] = key
            key = next_chapter_key(key)
        return keys


class SpaceTags:
    """Give the true tags of a generation's pages; make it once for many tags."""

    __slots__ = ("_root",)

    def __init__(self, secret: bytes) -> None:
        """Derive the root of all tags from L."""
        self._root = sub(secret, "tags")

    def head(self) -> bytes:
        """Return the tag of the head."""
        return sub(self._root, "head", 0)

    def roster(self, page: int) -> bytes:
        """Return the tag of a roster page."""
        return sub(self._root, "roster", page)

    def page(self, number: int) -> bytes:
        """Return the tag of an index or agenda page."""
        return sub(self._root, "page", number)


def new_keys(generation: int, *, random: Randomness) -> SpaceKeys:
    """Draw the keys of a new generation, from its first chapter on."""
    return SpaceKeys(generation, 0, random(KEY_BYTES), random(KEY_BYTES))


def next_chapter_key(key: bytes) -> bytes:
    """Derive the key of the chapter that follows."""
    return sub(key, "next-chapter")


def commitment(key: bytes) -> bytes:
    """Return what a roster entry says of a key without giving it away."""
    return sub(key, "commit")


def is_committed(key: bytes, *, commit: bytes) -> bool:
    """Tell whether a key is the one a roster entry speaks of."""
    return is_equal(commitment(key), commit)


def package_tag(door: bytes, page: int) -> bytes:
    """Return the tag of a package page."""
    return sub(door, "package", page)


def package_key(door: bytes) -> bytes:
    """Return the key under which package pages are sealed."""
    return sub(door, "package-key")


def head_context(space: SpaceId) -> Context:
    """Return the context of a space's head, sealed under L."""
    return ("head", space)


def roster_context(page: int) -> Context:
    """Return the context of a roster page, sealed under L."""
    return ("roster", page)


def package_context(page: int) -> Context:
    """Return the context of a package page, sealed under `package_key`."""
    return ("package", page)


def page_context(number: int, *, chapter: int, revision: int) -> Context:
    """Return the context of an index or agenda page, sealed under its chapter's key."""
    return ("page", number, chapter, revision)
