# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check the comparison of two versions of a text."""

from hypothesis import given
from hypothesis import strategies as st

from hedgerow.rooms.members.differences import Change, Line, differences

lines = st.lists(st.sampled_from(["one", "two words", "three more words", ""]), max_size=12)


def _text(line: Line) -> str:
    return "".join(piece.text for piece in line.pieces)


def test_equal_texts_have_no_differences() -> None:
    """Two equal texts give an empty list, so that the page can say so."""
    assert differences("a\nb", "a\nb") == []


def test_the_words_that_changed_are_marked() -> None:
    """In a changed line only the changed word is marked, on both sides."""
    removed, added = differences("the old word", "the new word")
    assert [piece.text for piece in removed.pieces if piece.is_changed] == ["old"]
    assert [piece.text for piece in added.pieces if piece.is_changed] == ["new"]


def test_long_unchanged_stretches_are_left_out_and_counted() -> None:
    """Far from a change unchanged lines are skipped, and their number is told."""
    old = "\n".join(map(str, range(20)))
    found = differences(old, old.replace("19", "end"))
    assert found[0] == Line(Change.SKIPPED, skipped=16)
    assert [_text(line) for line in found[1:4]] == ["16", "17", "18"]


@given(lines, lines)
def test_both_versions_can_be_told_from_the_comparison(old: list[str], new: list[str]) -> None:
    """Kept and skipped plus removed lines are the old text, plus added ones the new one."""
    found = differences("\n".join(old), "\n".join(new))
    if not found:
        assert "\n".join(old).splitlines() == "\n".join(new).splitlines()
        return
    kept = sum(line.skipped or 1 for line in found if line.change in {Change.SAME, Change.SKIPPED})
    removed = [_text(line) for line in found if line.change is Change.REMOVED]
    added = [_text(line) for line in found if line.change is Change.ADDED]
    assert kept + len(removed) == len("\n".join(old).splitlines())
    assert kept + len(added) == len("\n".join(new).splitlines())
    assert set(removed) <= set("\n".join(old).splitlines())
    assert set(added) <= set("\n".join(new).splitlines())
