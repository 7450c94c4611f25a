# SPDX-License-Identifier: AGPL-3.0-or-later
"""Show what the rule of sounds merges, and what a slip of the finger is."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hedgerow.engines.vault.sound import fold, one_edit_apart, one_edit_keys
from hedgerow.kernel.errors import BadInput

SAME = {
    "en": [
        ("knot", "not"),
        ("gnome", "nome"),
        ("psalter", "salter"),
        ("write", "right"),
        ("whole", "hole"),
        ("which", "witch"),
        ("rhyme", "rime"),
        ("hour", "our"),
        ("sword", "sord"),
        ("answer", "anser"),
        ("lamb", "lam"),
        ("autumn", "autum"),
        ("debt", "det"),
        ("calm", "cam"),
        ("island", "iland"),
        ("ghost", "gost"),
        ("rough", "ruff"),
        ("weigh", "way"),
        ("sight", "site"),
        ("phone", "fone"),
        ("station", "stashon"),
        ("bridge", "brij"),
        ("match", "mach"),
        ("castle", "casle"),
        ("school", "skool"),
        ("chorus", "korus"),
        ("echo", "eko"),
        ("ache", "ake"),
        ("science", "sience"),
        ("cellar", "seller"),
        ("back", "bak"),
        ("queen", "kween"),
        ("taxi", "taksi"),
        ("gem", "jem"),
        ("guest", "gest"),
        ("realize", "realise"),
        ("theater", "theatre"),
        ("color", "colour"),
        ("meat", "meet"),
        ("piece", "peace"),
        ("sale", "sail"),
        ("pair", "pear"),
        ("bare", "bear"),
        ("road", "rode"),
        ("blue", "blew"),
        ("fur", "fir"),
        ("board", "bored"),
        ("world", "whirled"),
        ("ball", "bawl"),
        ("buy", "bye"),
        ("letter", "leter"),
        ("o'clock", "oclock"),
    ],
    "ru": [
        ("ёлка", "елка"),
        ("корова", "карова"),
        ("весна", "висна"),
        ("часы", "чесы"),
        ("жизнь", "жызнь"),
        ("этаж", "иташ"),
        ("хлеб", "хлеп"),
        ("рукав", "рукаф"),
        ("друг", "друк"),
        ("сад", "сат"),
        ("нож", "нош"),
        ("мороз", "марос"),
        ("лодка", "лотка"),
        ("просьба", "прозьба"),
        ("касса", "каса"),
        ("подъезд", "подезд"),
        ("семья", "семя"),
        ("купаться", "купаца"),
        ("отцы", "оцы"),
        ("городской", "гороцкой"),
        ("лётчик", "лечик"),
        ("счастье", "щастье"),
        ("щит", "шит"),
        ("сшить", "шить"),
        ("конечно", "конешно"),
        ("мягкий", "мяхкий"),
        ("лестница", "лесница"),
        ("солнце", "сонце"),
        ("сердце", "серце"),
        ("чувство", "чуство"),
        ("гигантский", "гиганский"),
        ("синего", "синево"),
        ("ключ", "клуч"),
    ],
    "uk": [
        ("ґанок", "ганок"),
        ("село", "сило"),
        ("лис", "ліс"),
        ("їжак", "іжак"),
        ("знання", "знаня"),
        ("день", "ден"),
        ("п'ять", "пять"),
        ("щука", "шчука"),
        ("сміється", "сміеца"),
        ("людський", "люцкий"),
        ("вітця", "віця"),
        ("отчий", "очий"),
        ("зшити", "шити"),
        ("яєчня", "яєшня"),
        ("тижневий", "тижнивий"),
        ("шістнадцять", "шіснацять"),
        ("серця", "сердця"),
        ("вчитель", "учитель"),
        ("лев", "леу"),
        ("легко", "лехко"),
        ("боротьба", "бородьба"),
        ("дзвін", "звін"),
        ("джерело", "жерело"),
        ("зозуля", "зузуля"),
        ("хліб", "хліп"),
        ("агентство", "агенство"),
    ],
}
APART = {
    "en": [("stone", "stain"), ("river", "robber"), ("paper", "papaya"), ("cat", "hat")],
    "ru": [("дом", "том"), ("рука", "река"), ("мост", "гость"), ("лампа", "лапа")],
    "uk": [("дім", "тім"), ("рука", "ріка"), ("міст", "гість"), ("лампа", "лапа")],
}


def _cases(table: dict[str, list[tuple[str, str]]]) -> list[tuple[str, str, str]]:
    return [(language, a, b) for language, pairs in table.items() for a, b in pairs]


@pytest.mark.parametrize(("language", "a", "b"), _cases(SAME))
def test_words_that_may_be_confused_fold_to_one_sound(language: str, a: str, b: str) -> None:
    """Two spellings of one sound fold to the same."""
    assert fold(a, language=language) == fold(b, language=language)


@pytest.mark.parametrize(("language", "a", "b"), _cases(APART))
def test_words_that_differ_by_ear_stay_apart(language: str, a: str, b: str) -> None:
    """The rule does not merge everything."""
    assert fold(a, language=language) != fold(b, language=language)


@pytest.mark.parametrize(
    ("language", "word", "typed"),
    [("en", "harbor", "  HARBOR "), ("ru", "берёза", "БЕРЕЗА"), ("uk", "п'ять", "П’ЯТЬ")],
)
def test_case_and_marks_do_not_count(language: str, word: str, typed: str) -> None:
    """Capitals, spaces around and the kind of apostrophe leave the sound as it is."""
    assert fold(word, language=language) == fold(typed, language=language)


def test_a_language_without_rules_is_refused() -> None:
    """Folding in a language without rules is refused by name."""
    with pytest.raises(BadInput) as caught:
        fold("слова", language="be")
    assert caught.value.code == "vault.language_unknown"
    assert caught.value.details == {"language": "be"}


@pytest.mark.parametrize(
    ("a", "b", "close"),
    [
        ("stone", "stone", False),
        ("stone", "stony", True),
        ("stone", "store", True),
        ("stone", "tone", True),
        ("stone", "stones", True),
        ("stone", "sotne", True),
        ("stone", "stoen", True),
        ("stone", "tsoen", False),
        ("stone", "soten", False),
        ("stone", "stain", False),
        ("stone", "on", False),
        ("stone", "notes", False),
        ("", "a", True),
        ("", "", False),
        ("ab", "ba", True),
        ("abc", "cba", False),
    ],
)
def test_one_slip(a: str, b: str, *, close: bool) -> None:
    """A slip is one letter changed, added, left out, or changed round with its neighbour."""
    assert one_edit_apart(a, b) is close
    assert one_edit_apart(b, a) is close


def test_one_slip_agrees_with_trying_all() -> None:
    """On all short words of two letters the answer is that of making every slip there is."""
    words = ["".join(w) for size in range(5) for w in itertools.product("ab", repeat=size)]
    for word in words:
        reached = _all_slips(word) - {word}
        assert {other for other in words if one_edit_apart(word, other)} == reached & set(words)


def _all_slips(word: str) -> set[str]:
    cuts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    return {
        *(a + b[1:] for a, b in cuts if b),
        *(a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1),
        *(a + x + b[1:] for a, b in cuts if b for x in "ab"),
        *(a + x + b for a, b in cuts for x in "ab"),
    }


@given(st.text("абв", max_size=6), st.text("абв", max_size=6))
def test_close_words_share_a_key(a: str, b: str) -> None:
    """Any two words one slip apart share a key, so the search by keys misses none."""
    if one_edit_apart(a, b):
        assert one_edit_keys(a) & one_edit_keys(b)
