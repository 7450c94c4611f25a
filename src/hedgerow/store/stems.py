# SPDX-License-Identifier: AGPL-3.0-or-later
"""Fold words so that a search finds them in another case, form or spelling.

Folding keeps the length of a text, so that a place in the folded text is the same place in
the text itself: letters become small, ё becomes е, ґ becomes г, and every apostrophe
becomes the plain one.

Stems of Russian and English words come from the Snowball stemmers. There is no Snowball
stemmer of Ukrainian, so its stems are made here, in three steps:

1. the reflexive -ся or -сь is dropped, then the longest ending of `UKRAINIAN_ENDINGS`
   that leaves at least two letters with a vowel among them, then a soft sign;
2. the consonants that change before an ending are made one (к ц ч, г з ж, х с ш): "рука"
   and "руці" meet;
3. an і in the last syllable becomes о: "рік" and "року", "ніч" and "ночі" meet.

That joins a few words that are strangers to each other, which costs a reader a glance;
words kept apart would cost them the find.
"""

import re
from functools import lru_cache
from typing import Final

import snowballstemmer

_APOSTROPHES: Final = "’ʼ‘`´′"
_FOLDED: Final = (("ё", "е"), ("ґ", "г"), *((mark, "'") for mark in _APOSTROPHES))
_WORD: Final = re.compile(r"\w+(?:'\w+)*")
_CYRILLIC: Final = re.compile("[а-яєії]")
_VOWELS: Final = "аеєиіїоуюя"
_SHORTEST_STEM: Final = 2
_LONGEST_WORD: Final = 40

_NOUN_ENDINGS: Final = """
а я о е є у ю і ї и ь й ам ям ах ях ами ями ів їв ей ом ем єм ою ею єю ові еві єві
"""
_ADJECTIVE_ENDINGS: Final = """
ий ій ої ого його ому йому им їм их їх ими їми ая яя ее
"""
_VERB_ENDINGS: Final = """
ати яти ити іти ш еш єш иш їш емо ємо имо їмо ете єте ите їте уть ють ать ять
аю яю аєш яєш ає яє аємо яємо аєте яєте ають яють уючи аючи яючи
ав яв ив ла ло ли ала ало али яла яло яли ила ило или
ував увала увало ували увати ую уєш ує уємо уєте ують
"""
UKRAINIAN_ENDINGS: Final = tuple(
    sorted((_NOUN_ENDINGS + _ADJECTIVE_ENDINGS + _VERB_ENDINGS).split(), key=len, reverse=True)
)
_MEETING: Final = str.maketrans({"ц": "к", "ч": "к", "з": "г", "ж": "г", "с": "х", "ш": "х"})
_MET: Final = {"к": "[кцч]", "г": "[гзж]", "х": "[хсш]"}


def fold(text: str) -> str:
    """Return a text of the same length with small letters and one spelling.

    Examples:
        >>> fold("Ёлка, п’ять, Ґанок")
        "елка, п'ять, ганок"
    """
    small = text.lower()
    if len(small) != len(text):
        small = "".join(one.lower() if len(one.lower()) == 1 else one for one in text)
    # Replacing one by one is several times faster than a table over a Cyrillic text.
    for letter, plain in _FOLDED:
        small = small.replace(letter, plain)
    return small


def words_of(folded: str) -> list[str]:
    """Return the words of a folded text without their apostrophes, in their order."""
    return [word.replace("'", "") for word in _WORD.findall(folded)]


def _without_ending(word: str) -> str:
    """Return a Ukrainian word without its ending."""
    for ending in UKRAINIAN_ENDINGS:
        stem = word.removesuffix(ending)
        is_left = len(stem) >= _SHORTEST_STEM and any(letter in _VOWELS for letter in stem)
        if stem != word and is_left:
            return stem
    return word


def ukrainian_stem(word: str) -> str:
    """Return the stem of a folded Ukrainian word.

    Examples:
        >>> ukrainian_stem("руками") == ukrainian_stem("руці")
        True
        >>> ukrainian_stem("ночі") == ukrainian_stem("ніч")
        True
    """
    plain = _without_ending(word.removesuffix("ся").removesuffix("сь")).rstrip("ьй")
    if not plain:
        return word
    stem = plain[:-1] + plain[-1].translate(_MEETING)
    last_vowel = max(stem.rfind(vowel) for vowel in _VOWELS)
    if last_vowel > 0 and stem[last_vowel] == "і" and last_vowel < len(stem) - 1:
        stem = stem[:last_vowel] + "о" + stem[last_vowel + 1 :]
    return stem


@lru_cache(maxsize=1)
def _snowball() -> tuple[snowballstemmer.stemmer, snowballstemmer.stemmer]:
    """Make the stemmers of Russian and English once."""
    return snowballstemmer.stemmer("russian"), snowballstemmer.stemmer("english")


@lru_cache(maxsize=4096)
def stems_of(word: str) -> frozenset[tuple[str, str]]:
    """Return the stems of a folded word, each with its language.

    A word in Cyrillic letters may be Russian or Ukrainian, so it has both stems; two words
    match when they share one.
    """
    russian, english = _snowball()
    if len(word) > _LONGEST_WORD:
        return frozenset({("", word)})
    if _CYRILLIC.search(word):
        return frozenset({("ru", russian.stemWord(word)), ("uk", ukrainian_stem(word))})
    return frozenset({("en", english.stemWord(word))})


def _loose(letters: str) -> str:
    """Return a pattern of letters that allows an apostrophe between any two."""
    return "'?".join(re.escape(letter) for letter in letters)


def _stem_pattern(language: str, stem: str, *, word: str) -> str:
    """Return a pattern that every word with this stem begins with."""
    if language != "uk":
        # The English stemmer writes i for a final y.
        common = stem if word.startswith(stem) and not stem.endswith("i") else stem[:-1]
        return _loose(common or word)
    vowel = max((stem.rfind(one) for one in _VOWELS), default=-1)
    parts = [re.escape(letter) for letter in stem]
    if vowel > 0 and stem[vowel] == "о":
        parts[vowel] = "[оі]"
    parts[-1] = _MET.get(stem[-1], parts[-1])
    return "'?".join(parts)


@lru_cache(maxsize=64)
def candidates_of(word: str) -> re.Pattern[str]:
    """Return a pattern that finds the words of a folded text which may match a query word.

    It finds at least all that match; `is_match` then looks at each by its stem, so that
    only a few words of a long text are ever stemmed.
    """
    found = {_loose(word)}
    found |= {_stem_pattern(language, stem, word=word) for language, stem in stems_of(word)}
    return re.compile(rf"(?<![\w'])(?:{'|'.join(sorted(found))})[\w']*")


def _common(one: str, other: str) -> str:
    """Return the letters with which two words begin."""
    count = 0
    while count < min(len(one), len(other)) and one[count] == other[count]:
        count += 1
    return one[:count]


@lru_cache(maxsize=64)
def beginning_of(word: str) -> str:
    """Return letters that every form of a query word begins with, perhaps none.

    A text without an apostrophe in which they do not stand needs no pattern.
    """
    beginning = word
    for language, stem in stems_of(word):
        fixed = stem[:-1]
        if language == "uk":
            vowel = max((fixed.rfind(one) for one in _VOWELS), default=-1)
            fixed = fixed[:vowel] if vowel > 0 and fixed[vowel] == "о" else fixed
        beginning = _common(beginning, fixed)
    return beginning


def is_match(word: str, *, query: str) -> bool:
    """Tell whether a folded word is a form of a query word, or begins with it."""
    plain = word.replace("'", "")
    return plain.startswith(query) or not stems_of(plain).isdisjoint(stems_of(query))
