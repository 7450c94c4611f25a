# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hold each word list to its laws."""

import re
import unicodedata
from functools import cache
from pathlib import Path

import pytest

from hedgerow.engines.vault import sound

WORDLISTS = Path(sound.__file__).parent / "wordlists"
LANGUAGES = ("en", "ru", "uk")
SIZE = 7776
LETTERS = {
    "en": re.compile("[a-z]{4,9}"),
    "ru": re.compile("[а-я]{4,9}"),
    "uk": re.compile("[абвгґдеєжзиіїйклмнопрстуфхцчшщьюя]{4,9}"),
}
NEVER = {
    "en": ("fuck", "shit", "kill", "murder", "police", "prison", "weapon", "nazi", "slave"),
    "ru": ("хуй", "пизд", "бляд", "убий", "полици", "тюрьм", "оруж", "нацис", "рабств"),
    "uk": ("хуй", "пізд", "курв", "вбив", "поліці", "тюрьм", "збро", "нацис", "рабств"),
}


@cache
def _text(language: str) -> str:
    return (WORDLISTS / f"{language}.txt").read_bytes().decode("utf-8")


@cache
def _words(language: str) -> tuple[str, ...]:
    return tuple(_text(language).splitlines())


def _as_typed(word: str) -> str:
    """Put the letters that many keyboards lack in their plain form."""
    return word.replace("ё", "е").replace("ґ", "г")


def _close_pairs(words: tuple[str, ...]) -> list[tuple[str, str]]:
    """List all pairs of words that are equal or one edit apart."""
    near: dict[str, list[str]] = {}
    close = []
    for word in words:
        keys = sound.one_edit_keys(word)
        rivals = {other for key in keys for other in near.get(key, ())}
        close += [(o, word) for o in rivals if o == word or sound.one_edit_apart(o, word)]
        for key in keys:
            near.setdefault(key, []).append(word)
    return close


@pytest.mark.parametrize("language", LANGUAGES)
def test_size(language: str) -> None:
    """A list has exactly 7,776 words, all different, so each is drawn by five dice."""
    assert len(_words(language)) == SIZE
    assert len(set(_words(language))) == SIZE


@pytest.mark.parametrize("language", LANGUAGES)
def test_form(language: str) -> None:
    """A list is sorted, composed Unicode, one word a line, with a line end after the last."""
    text = _text(language)
    assert text == "".join(f"{word}\n" for word in sorted(_words(language)))
    assert text == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_letters(language: str) -> None:
    """A word has four to nine lower-case letters of its language's alphabet."""
    assert [w for w in _words(language) if not LETTERS[language].fullmatch(w)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_words_are_one_slip_apart(language: str) -> None:
    """No slip of one letter turns a word into another, on a keyboard without ё and ґ too."""
    assert _close_pairs(_words(language)) == []
    assert _close_pairs(tuple(map(_as_typed, _words(language)))) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_words_sound_alike(language: str) -> None:
    """No two words of a list fold to one sound."""
    by_sound: dict[str, list[str]] = {}
    for word in _words(language):
        by_sound.setdefault(sound.fold(word, language=language), []).append(word)
    assert [group for group in by_sound.values() if len(group) > 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_that_hurts(language: str) -> None:
    """A list has no word of the plainest unfit stems, whatever a new making of it brings."""
    assert [w for w in _words(language) if w.startswith(NEVER[language])] == []


def test_close_pairs_are_found() -> None:
    """The search that the laws rest on finds each kind of slip, and doubles."""
    words = ("apple", "aple", "stone", "stony", "from", "form", "tree", "tree")
    assert len(_close_pairs(words)) == 4
