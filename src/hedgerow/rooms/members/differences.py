# SPDX-License-Identifier: AGPL-3.0-or-later
"""Show what changed between two versions of a text, line by line and word by word."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum

_WORDS = re.compile(r"\s+|\w+|[^\w\s]+")
_CONTEXT_LINES = 3


class Change(Enum):
    """Say what happened to a piece of text."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Piece:
    """Hold some words of a line and whether they are marked as changed."""

    text: str
    is_changed: bool


@dataclass(frozen=True, slots=True)
class Line:
    """Hold one line of a comparison.

    Attributes:
        change: What happened to the line.
        pieces: Its words; for a skipped stretch none.
        skipped: For a skipped stretch the number of unchanged lines left out.
    """

    change: Change
    pieces: tuple[Piece, ...] = ()
    skipped: int = 0


def _whole(change: Change, text: str) -> Line:
    """Make a line without marked words."""
    return Line(change, (Piece(text, is_changed=False),))


def _marked(change: Change, words: list[str], changed: list[bool]) -> Line:
    """Make a line in which neighbouring words of one state form one piece."""
    pieces: list[Piece] = []
    for word, is_changed in zip(words, changed, strict=True):
        if pieces and pieces[-1].is_changed == is_changed:
            pieces[-1] = Piece(pieces[-1].text + word, is_changed)
        else:
            pieces.append(Piece(word, is_changed))
    return Line(change, tuple(pieces))


def _compare_words(old: str, new: str) -> tuple[Line, Line]:
    """Return the old and the new line with the words marked in which they differ."""
    old_words, new_words = _WORDS.findall(old), _WORDS.findall(new)
    old_marks, new_marks = [True] * len(old_words), [True] * len(new_words)
    matcher = SequenceMatcher(None, old_words, new_words, autojunk=False)
    for block in matcher.get_matching_blocks():
        for step in range(block.size):
            old_marks[block.a + step] = new_marks[block.b + step] = False
    return (
        _marked(Change.REMOVED, old_words, old_marks),
        _marked(Change.ADDED, new_words, new_marks),
    )


def _replaced(old: list[str], new: list[str]) -> Iterator[Line]:
    """Yield removed lines and added ones, paired word by word where there is a pair."""
    pairs = [_compare_words(before, after) for before, after in zip(old, new, strict=False)]
    yield from (removed for removed, _added in pairs)
    yield from (_whole(Change.REMOVED, text) for text in old[len(pairs) :])
    yield from (added for _removed, added in pairs)
    yield from (_whole(Change.ADDED, text) for text in new[len(pairs) :])


def _unchanged(lines: list[str], *, is_first: bool, is_last: bool) -> Iterator[Line]:
    """Yield unchanged lines, leaving out the middle of a long stretch."""
    head = 0 if is_first else _CONTEXT_LINES
    tail = 0 if is_last else _CONTEXT_LINES
    skipped = len(lines) - head - tail
    if skipped <= 1:
        head, skipped = len(lines), 0
    yield from (_whole(Change.SAME, text) for text in lines[:head])
    if skipped:
        yield Line(Change.SKIPPED, skipped=skipped)
        yield from (_whole(Change.SAME, text) for text in lines[len(lines) - tail :])


def differences(old: str, new: str) -> list[Line]:
    """Compare two versions of a text.

    Returns:
        Lines in reading order; where lines were changed, the removed ones first, with
        the words marked in which they differ. Two equal texts give an empty list.
    """
    before, after = old.splitlines(), new.splitlines()
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    codes = matcher.get_opcodes()
    if all(tag == "equal" for tag, *_ in codes):
        return []
    result: list[Line] = []
    for place, (tag, i1, i2, j1, j2) in enumerate(codes):
        if tag == "equal":
            ends = {"is_first": place == 0, "is_last": place == len(codes) - 1}
            result.extend(_unchanged(before[i1:i2], **ends))
        else:
            result.extend(_replaced(before[i1:i2], after[j1:j2]))
    return result
