# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check that what was written down is read again, in any language and however it was typed."""

import hashlib
import random
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hedgerow.engines.vault import words
from hedgerow.engines.vault.words import (
    BOOT_PHRASE_WORDS,
    BOOT_SHARE_WORDS,
    CODE_WORDS,
    LIST_WORDS,
    PHRASE_WORDS,
    Check,
    Numbers,
    WordLists,
    draw_numbers,
    keyed_check,
    number_bytes,
    plain_check,
    typed_words,
)
from hedgerow.kernel.errors import BadInput, Damaged

FOLDER = Path(words.__file__).parent / "wordlists"
LANGUAGES = ("en", "ru", "uk")
KEY = bytes(range(32))
PHRASE = (0, 7775, 17, 4242, 300, 6000, 1234)
NUMBERS = st.lists(st.integers(0, LIST_WORDS - 1), min_size=6, max_size=12).map(tuple)
RULES = st.sampled_from([plain_check, keyed_check(KEY)])


@cache
def _lists() -> WordLists:
    return WordLists({one: _words(one) for one in LANGUAGES})


@cache
def _words(language: str) -> tuple[str, ...]:
    return tuple((FOLDER / f"{language}.txt").read_text(encoding="utf-8").split())


def _read(text: str, count: int = PHRASE_WORDS) -> Numbers:
    return _lists().read(text, count=count, check=plain_check)


def _spelled(language: str = "en") -> list[str]:
    return _lists().spell(PHRASE, check=plain_check, language=language)


def _error_of(text: str) -> BadInput:
    with pytest.raises(BadInput) as caught:
        _read(text)
    return caught.value


def test_counts_of_words() -> None:
    """A phrase has 7 words, a code 6, a boot phrase 12 and a boot share 10."""
    assert (PHRASE_WORDS, CODE_WORDS, BOOT_PHRASE_WORDS, BOOT_SHARE_WORDS) == (7, 6, 12, 10)


def test_numbers_are_drawn_from_the_whole_list() -> None:
    """Numbers are below 7,776 and spread evenly over it."""
    drawn = draw_numbers(20_000, random=random.Random(1).randbytes)
    assert len(drawn) == 20_000
    assert min(drawn) < 10
    assert LIST_WORDS - 10 < max(drawn) < LIST_WORDS
    tenths = [sum(n * 10 // LIST_WORDS == tenth for n in drawn) for tenth in range(10)]
    assert min(tenths) > 1800
    assert max(tenths) < 2200


def test_numbers_are_written_in_two_bytes_each() -> None:
    """Numbers are hashed as big-endian pairs of bytes."""
    assert number_bytes((1, 7775, 256)) == bytes.fromhex("0001 1e5f 0100")


@given(NUMBERS)
def test_check_words_follow_their_definition(numbers: Numbers) -> None:
    """A check word is eight bytes of personalised BLAKE2b modulo the list, keyed or not."""
    data = b"".join(number.to_bytes(2, "big") for number in numbers)
    for key, check in ((KEY, keyed_check(KEY)), (b"", plain_check)):
        digest = hashlib.blake2b(
            data, digest_size=8, key=key, person=b"check-word\0\0\0\0\0\0"
        ).digest()
        assert check(numbers) == int.from_bytes(digest, "big") % 7776


def test_check_words_differ_between_instances() -> None:
    """Words of another instance, or boot words, rarely pass a keyed check."""
    rng = random.Random(2).randbytes
    codes = [draw_numbers(6, random=rng) for _ in range(200)]
    rules: list[Check] = [keyed_check(KEY), keyed_check(bytes(32)), plain_check]
    same = sum(one(code) == other(code) for code in codes for one, other in pairwise(rules))
    assert same <= 2


@given(NUMBERS, st.sampled_from(LANGUAGES), RULES)
def test_spelled_words_are_read_again(numbers: Numbers, language: str, check: Check) -> None:
    """What is spelled in any language reads back without saying which language it was."""
    spelled = _lists().spell(numbers, check=check, language=language)
    assert len(spelled) == len(numbers) + 1
    assert _lists().read(" ".join(spelled), count=len(numbers), check=check) == numbers


def test_one_code_is_the_same_in_every_language() -> None:
    """A number is the place of a word in each list, so one code has a spelling in each."""
    assert _lists().languages == LANGUAGES
    for language in LANGUAGES:
        whole = (*PHRASE, plain_check(PHRASE))
        assert _spelled(language) == [_words(language)[number] for number in whole]


def test_unknown_language_is_refused() -> None:
    """A code is not spelled in a language without a list."""
    with pytest.raises(BadInput) as caught:
        _lists().spell(PHRASE, check=plain_check, language="be")
    assert caught.value.code == "vault.language_unknown"
    assert caught.value.details == {"language": "be"}


@pytest.mark.parametrize("between", [" ", "  ", "-", ", ", "\n", "\t", " – ", ". ", "_"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_signs_between_words_do_not_matter(between: str, language: str) -> None:
    """Spaces, hyphens, commas, line ends and capitals make no difference."""
    assert _read(between.join(_spelled(language))) == PHRASE
    assert _read(f"  {between.join(_spelled(language)).upper()}. ") == PHRASE


def test_numbering_does_not_matter() -> None:
    """A phrase copied as a numbered list is read."""
    assert _read("\n".join(f"{i}) {word}" for i, word in enumerate(_spelled("uk"), 1))) == PHRASE


@pytest.mark.parametrize("sign", ["'", "’", "‘", "ʼ", "`", "´", "\u00ad", "\u200b", "\ufeff"])
def test_signs_within_a_word_do_not_matter(sign: str) -> None:
    """Apostrophes of all kinds, soft hyphens and invisible signs are passed over."""
    assert typed_words(f"о{sign}дин два") == ["один", "два"]


def test_letters_with_a_plain_form() -> None:
    """ё is е and ґ is г, composed or not; й and ї keep their marks, a stress goes."""
    assert typed_words("Ёлка е\u0308лка ҐАНОК") == ["елка", "елка", "ганок"]
    assert typed_words("и\u0306од і\u0308жак за\u0301мок") == ["йод", "їжак", "замок"]


def test_words_with_such_letters_can_be_typed_plainly() -> None:
    """Each word of the Ukrainian list with ґ is also read with г."""
    place = next(i for i, word in enumerate(_words("uk")) if "ґ" in word)
    numbers = (place, *PHRASE[1:])
    spelled = " ".join(_lists().spell(numbers, check=plain_check, language="uk"))
    assert "ґ" in spelled
    assert _read(spelled) == _read(spelled.replace("ґ", "г")) == numbers


@pytest.mark.parametrize(("count", "typed"), [(0, 0), (7, 7), (9, 9)])
def test_wrong_count_is_named(count: int, typed: int) -> None:
    """Too few or too many words are counted, the check word among those wanted."""
    error = _error_of(" ".join(["abacus"] * count))
    assert (error.code, error.details) == ("words.count", {"wanted": 8, "typed": typed})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("place", [0, 3, 7])
def test_unknown_word_is_named_by_its_place(language: str, place: int) -> None:
    """The first word that the nearest list lacks is named by its place, from 1."""
    typed = _spelled(language)
    typed[place] = "qqqq"
    error = _error_of(" ".join(typed))
    assert (error.code, error.details) == ("words.unknown", {"position": place + 1})


def test_unknown_word_is_sought_in_the_nearest_list() -> None:
    """One English word among Russian ones is the strange one."""
    typed = _spelled("ru")
    typed[5] = "abacus"
    assert _error_of(" ".join(typed)).details == {"position": 6}


def test_wrong_check_word_is_mistyped() -> None:
    """Words that are all known but do not agree with their check word were mistyped."""
    typed = _spelled()
    typed[0], typed[1] = typed[1], typed[0]
    assert _error_of(" ".join(typed)).code == "words.mistyped"


def test_check_word_decides_between_lists() -> None:
    """Where two lists have all words typed, the one whose check word agrees is taken."""
    forward = [_made_up(number) for number in range(LIST_WORDS)]
    lists = WordLists({"aa": forward, "bb": forward[::-1]})
    for language in ("aa", "bb"):
        typed = " ".join(lists.spell(PHRASE, check=plain_check, language=language))
        assert lists.read(typed, count=PHRASE_WORDS, check=plain_check) == PHRASE


def _made_up(number: int) -> str:
    """Write a number in letters, as a word of a made-up list."""
    return "".join(chr(ord("a") + number // 26**power % 26) for power in range(3))


def test_incomplete_list_is_refused() -> None:
    """A list with a word missing, or twice, would give other numbers and is not taken."""
    whole = list(_words("en"))
    for wrong in (whole[:-1], [*whole[:-1], whole[0]]):
        with pytest.raises(Damaged) as caught:
            WordLists({"en": wrong})
        assert caught.value.code == "vault.word_list"
        assert caught.value.details == {"words": 7775}
