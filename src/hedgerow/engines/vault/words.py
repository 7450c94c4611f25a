# SPDX-License-Identifier: AGPL-3.0-or-later
"""Turn numbers into words that a person can write down, and what was typed into numbers.

A code is a row of numbers below 7,776, drawn at random, and a check word that follows
from them. The numbers are the code: the same one can be spelled in every language's list.
What is typed is read in each list whole, and the check word decides which list it was.
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from hedgerow.kernel.canonical import u16
from hedgerow.kernel.errors import BadInput, Damaged
from hedgerow.kernel.randomness import Randomness, random_below

Numbers: TypeAlias = tuple[int, ...]
"""A code without its check word: each number is below 7,776."""

Check: TypeAlias = Callable[[Numbers], int]
"""A rule that gives the number of the check word."""

LIST_WORDS = 7776
PHRASE_WORDS = 7
CODE_WORDS = 6
BOOT_PHRASE_WORDS = 12
BOOT_SHARE_WORDS = 10

_PERSON = b"check-word".ljust(16, b"\0")
# Signs within a word that keyboards and word processors put in or leave out.
_WITHIN = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff'’‘ʼ`´]")
# Marks of stress, once those that belong to a letter are part of it.
_STRESS = re.compile("[\u0300-\u036f]")
_WORD = re.compile(r"[^\W\d_]+")
_PLAIN_LETTERS = str.maketrans({"ё": "е", "ґ": "г"})


def draw_numbers(count: int, *, random: Randomness) -> Numbers:
    """Draw the numbers of a new code, each of 7,776 equally likely."""
    return tuple(random_below(LIST_WORDS, random) for _ in range(count))


def number_bytes(numbers: Numbers) -> bytes:
    """Write the numbers of a code, two bytes each, as they are hashed."""
    return b"".join(map(u16, numbers))


def _check_number(numbers: Numbers, key: bytes) -> int:
    """Hash the numbers to the number of a word."""
    data = number_bytes(numbers)
    digest = hashlib.blake2b(data, digest_size=8, key=key, person=_PERSON).digest()
    return int.from_bytes(digest, "big") % LIST_WORDS


def keyed_check(key: bytes) -> Check:
    """Return the rule for codes of one instance, which only its ring can check.

    Args:
        key: The ring's secret "check".
    """
    return lambda numbers: _check_number(numbers, key)


def plain_check(numbers: Numbers) -> int:
    """Return the check word of boot phrases and shares, which are typed before any key."""
    return _check_number(numbers, b"")


def typed_words(text: str) -> list[str]:
    """Cut what was typed into folded words.

    Case, ё or е, ґ or г, apostrophes, invisible signs, numbering, hyphens, commas and line
    ends make no difference; no two words of a list differ by these alone.
    """
    plain = unicodedata.normalize("NFKC", _WITHIN.sub("", text)).casefold()
    return _WORD.findall(_STRESS.sub("", plain).translate(_PLAIN_LETTERS))


@dataclass(frozen=True, slots=True)
class _List:
    """Hold one language's words and the numbers of their folded forms."""

    words: tuple[str, ...]
    numbers: Mapping[str, int]


def _listed(words: Sequence[str]) -> _List:
    """Prepare a list for reading.

    Raises:
        Damaged: "vault.word_list" when it does not have 7,776 different words.
    """
    numbers = {word.translate(_PLAIN_LETTERS): number for number, word in enumerate(words)}
    if len(numbers) != LIST_WORDS:
        raise Damaged("vault.word_list", words=len(numbers))
    return _List(tuple(words), numbers)


class WordLists:
    """Spell codes in any language, and read them back from any.

    Args:
        lists: Language code to its 7,776 words, the place of a word being its number.
    """

    def __init__(self, lists: Mapping[str, Sequence[str]]) -> None:
        """Prepare the lists once; reading is then a few look-ups."""
        self._lists = {language: _listed(words) for language, words in lists.items()}

    @property
    def languages(self) -> tuple[str, ...]:
        """Name the languages there are lists of."""
        return tuple(self._lists)

    def spell(self, numbers: Numbers, *, check: Check, language: str) -> list[str]:
        """Spell a code and its check word.

        Args:
            numbers: The code.
            check: The rule of its check word.
            language: One of `languages`.

        Raises:
            BadInput: "vault.language_unknown".
        """
        if language not in self._lists:
            raise BadInput("vault.language_unknown", language=language)
        words = self._lists[language].words
        return [words[number] for number in (*numbers, check(numbers))]

    def read(self, text: str, *, count: int, check: Check) -> Numbers:
        """Read a code that somebody typed.

        Args:
            text: As it was typed.
            count: Words of the code, without the check word.
            check: The rule of its check word.

        Returns:
            The numbers, without that of the check word.

        Raises:
            BadInput: "words.count" (wanted, typed) when there are more or fewer words;
                "words.unknown" (position, from 1) when no list has them all, with the
                first strange word of the list that has most; "words.mistyped" when the
                check word is another.
        """
        typed = typed_words(text)
        if len(typed) != count + 1:
            raise BadInput("words.count", wanted=count + 1, typed=len(typed))
        readings = [[one.numbers.get(word) for word in typed] for one in self._lists.values()]
        whole = [tuple(n for n in reading if n is not None) for reading in readings]
        complete = [reading for reading in whole if len(reading) == count + 1]
        if not complete:
            nearest = max(readings, key=lambda reading: count + 1 - reading.count(None))
            raise BadInput("words.unknown", position=nearest.index(None) + 1)
        for *numbers, check_number in complete:
            if check(tuple(numbers)) == check_number:
                return tuple(numbers)
        raise BadInput("words.mistyped")
