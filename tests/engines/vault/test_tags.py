# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check where pages lie and who can derive which key."""

import random

import pytest

from hedgerow.engines.vault import tags
from hedgerow.engines.vault.primitives import sub
from hedgerow.engines.vault.tags import (
    AGENDA_CHAPTER,
    LAST_CHAPTER,
    NO_CHAPTERS,
    NO_KEY,
    OPEN_CHAPTER,
    SpaceTags,
)
from hedgerow.kernel.errors import Refused
from hedgerow.kernel.ids import SpaceId

KEYS = tags.new_keys(3, random=random.Random(5).randbytes)
DOOR = bytes(range(32))


def test_tags_of_pages_follow_from_the_secret_alone() -> None:
    """Head, roster and index pages lie under tags derived by way of one root."""
    root = sub(KEYS.secret, "tags")
    made = SpaceTags(KEYS.secret)
    assert made.head() == sub(root, "head", 0)
    assert made.roster(7) == sub(root, "roster", 7)
    assert made.page(7) == sub(root, "page", 7)
    assert len({made.head(), made.roster(0), made.page(0), made.page(1)}) == 4


def test_package_follows_from_the_door_alone() -> None:
    """The package is found and opened by the door in every generation."""
    assert tags.package_tag(DOOR, 2) == sub(DOOR, "package", 2)
    assert tags.package_key(DOOR) == sub(DOOR, "package-key")


def test_contexts_name_kind_and_place() -> None:
    """Each page's context holds its coordinates, so that it opens nowhere else."""
    assert tags.head_context(SpaceId(9)) == ("head", 9)
    assert tags.roster_context(4) == ("roster", 4)
    assert tags.package_context(4) == ("package", 4)
    assert tags.page_context(4, chapter=2, revision=8) == ("page", 4, 2, 8)


def test_chapter_keys_follow_one_from_another() -> None:
    """The key of a later chapter is derived step by step from an earlier one."""
    first = KEYS.chapter_key
    second = sub(first, "next-chapter")
    assert KEYS.key_of(0) == first
    assert KEYS.key_of(2) == sub(second, "next-chapter")
    assert KEYS.limited_to(1).key_of(2) == KEYS.key_of(2)


def test_earlier_chapters_stay_shut() -> None:
    """Who begins at a chapter is refused every earlier one, and cannot give it on."""
    later = KEYS.limited_to(2)
    assert later.horizon == 2
    with pytest.raises(Refused, match=r"vault\.before_horizon"):
        later.key_of(1)
    with pytest.raises(Refused, match=r"vault\.before_horizon"):
        later.limited_to(0)


def test_probationers_open_open_and_agenda_pages_only() -> None:
    """A probationer is given no chapter key, but the secret that opens open pages."""
    probation = KEYS.limited_to(NO_CHAPTERS)
    assert probation.chapter_key == NO_KEY
    assert probation.key_of(OPEN_CHAPTER) == probation.key_of(AGENDA_CHAPTER) == KEYS.secret
    assert set(probation.page_keys(5)) == {OPEN_CHAPTER, AGENDA_CHAPTER}
    with pytest.raises(Refused, match=r"vault\.before_horizon"):
        probation.key_of(5)


def test_keys_of_all_pages_at_once_are_those_of_each() -> None:
    """The table of keys holds each chapter from the horizon on and both open kinds."""
    member = KEYS.limited_to(2)
    table = member.page_keys(5)
    assert set(table) == {2, 3, 4, 5, OPEN_CHAPTER, AGENDA_CHAPTER}
    assert all(member.key_of(chapter) == key for chapter, key in table.items())


def test_no_chapter_is_derived_past_the_last() -> None:
    """A head that claims too late a chapter does not replace the keys of open pages."""
    near_end = tags.SpaceKeys(0, LAST_CHAPTER, KEYS.secret, KEYS.chapter_key)
    table = near_end.page_keys(OPEN_CHAPTER)
    assert table[OPEN_CHAPTER] == table[AGENDA_CHAPTER] == KEYS.secret
    assert table[LAST_CHAPTER] == KEYS.chapter_key


def test_commitments_tell_keys_apart() -> None:
    """A commitment fits its own key and no other."""
    commit = tags.commitment(KEYS.secret)
    assert commit == sub(KEYS.secret, "commit")
    assert tags.is_committed(KEYS.secret, commit=commit)
    assert not tags.is_committed(KEYS.chapter_key, commit=commit)
