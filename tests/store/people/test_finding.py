# SPDX-License-Identifier: AGPL-3.0-or-later
"""A query is matched against a text, and what is shown of the text marks the match."""

from hypothesis import given
from hypothesis import strategies as st

from hedgerow.store.finding import EXCERPT_LENGTH, excerpt, find, query_of


def test_query_words_are_counted_once_each() -> None:
    """A word found twice counts once; a word typed twice is looked for once."""
    query = query_of("суд Суд адвокат")
    found = find(query, text="Суд сегодня. Суды завтра.")
    assert query.words == ("суд", "адвокат")
    assert found.count == 1
    assert len(found.places) == 2


def test_an_empty_query_finds_nothing() -> None:
    """Blank and punctuation look for nothing."""
    assert find(query_of(" ,.! "), text="anything").count == 0


def test_the_excerpt_marks_the_words_found() -> None:
    """The runs of an excerpt are the text itself, the found words marked."""
    text = "Принесли передачу в СИЗО, приняли всё."
    runs = excerpt(text, found=find(query_of("передача"), text=text))
    assert ("передачу", True) in runs
    assert "".join(run for run, _ in runs) == text


def test_a_long_text_is_cut_around_the_first_find() -> None:
    """Of a long text the surroundings are shown, with dots where it goes on."""
    text = "слово " * 200 + "адвокат " + "ещё " * 200
    runs = excerpt(text, found=find(query_of("адвоката"), text=text))
    shown = "".join(run for run, _ in runs)
    assert ("адвокат", True) in runs
    assert shown.startswith("… слово")
    assert shown.endswith(" …")
    assert len(shown) <= EXCERPT_LENGTH + 4


@given(st.text(max_size=600), st.text(min_size=1, max_size=20))
def test_an_excerpt_is_always_part_of_the_text(text: str, query: str) -> None:
    """Whatever is searched for what, the runs without the dots are one piece of the text."""
    runs = excerpt(text, found=find(query_of(query), text=text))
    shown = "".join(run for run, _ in runs)
    assert shown.removeprefix("… ").removesuffix(" …") in text or shown in text
