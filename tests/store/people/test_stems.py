# SPDX-License-Identifier: AGPL-3.0-or-later
"""Words are found in other cases, forms and spellings of English, Russian and Ukrainian."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hedgerow.store.stems import beginning_of, candidates_of, fold, is_match, stems_of, words_of

PAIRS = [
    ("letters", "letter"),
    ("happy", "happies"),
    ("detained", "detain"),
    ("письмами", "письмо"),
    ("ёлка", "елки"),
    ("задержанных", "задержанный"),
    ("передачи", "передача"),
    ("руками", "руці"),
    ("рік", "році"),
    ("ніч", "ночами"),
    ("книга", "книзі"),
    ("друг", "друзі"),
    ("слово", "слів"),
    ("п’ять", "п'яти"),
    ("п’ята", "пяту"),
    ("ґанок", "ганок"),
    ("читати", "читаємо"),
    ("зустрічаємося", "зустрічати"),
    ("затриманого", "затриманий"),
]


@pytest.mark.parametrize(("one", "other"), [*PAIRS, *[pair[::-1] for pair in PAIRS]])
def test_forms_of_a_word_find_each_other(one: str, other: str) -> None:
    """A query in one form finds a text that has another, both by pattern and by stem."""
    query = words_of(fold(one))[0]
    found = candidates_of(query).search(f"... {fold(other)} ...")
    assert found is not None
    assert is_match(found.group(), query=query)


@pytest.mark.parametrize(
    ("one", "other"),
    [("мир", "море"), ("рука", "річка"), ("letter", "late"), ("зима", "земля"), ("суд", "сад")],
)
def test_strangers_stay_strangers(one: str, other: str) -> None:
    """Two words of different stems do not match."""
    assert not is_match(other, query=one)


def test_a_query_finds_longer_words_it_begins() -> None:
    """Whoever types the beginning of a word finds the word."""
    assert is_match("координаторка", query="коорд")


def test_a_query_does_not_find_the_inside_of_words() -> None:
    """A word inside another is no find: the pattern begins where words begin."""
    assert candidates_of("art").search("party") is None


def test_very_long_words_are_their_own_stems() -> None:
    """A word nobody says is compared as it is, so that stemming it costs nothing."""
    assert stems_of("а" * 50) == {("", "а" * 50)}


@given(st.text())
def test_folding_keeps_the_length(text: str) -> None:
    """A place in the folded text is the same place in the text, whatever the script."""
    assert len(fold(text)) == len(text)


@given(
    st.text(alphabet="абвгґдеєжзиіїйклмнопрстуфхцчшщьюяыэёabcdefghijklmnopqrstuvwxyz", min_size=1)
)
def test_every_word_finds_itself(word: str) -> None:
    """The pattern and the stem of a word always find that very word."""
    query = fold(word)
    found = candidates_of(query).search(query)
    assert found is not None
    assert is_match(found.group(), query=query)


@given(st.sampled_from([word for pair in PAIRS for word in pair]), st.sampled_from(PAIRS))
def test_the_beginning_passes_by_no_match(word: str, pair: tuple[str, str]) -> None:
    """Where the pattern matches a text without apostrophes, the beginning stands in it."""
    query = words_of(fold(word))[0]
    for text in pair:
        plain = words_of(fold(text))[0]
        if candidates_of(query).search(plain):
            assert beginning_of(query) in plain
