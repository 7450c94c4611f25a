# SPDX-License-Identifier: AGPL-3.0-or-later
"""Say how a word sounds, and whether two words are one slip of the finger apart.

The word lists hold no two words that sound alike when read out over a bad line, written
down in a hurry or typed on the keyboard of another language, and no two words that one
slip turns into each other. This module is the published rule of both.

What binds every change here:

1. Folding merges too much rather than too little: two words that some speakers tell apart
   may fold to one sound, two words that many speakers confuse may not fold to two.
2. A fold is a chain of substitutions, applied once each from top to bottom. Their order is
   part of the rule.
3. A change of the rule may make a list unfit. The lists' own tests decide.

A folded word is no transcription. It is good for comparing with another folded word of the
same language, and for nothing else.
"""

import re
from typing import Final, TypeAlias

from hedgerow.kernel.errors import BadInput

UNKNOWN_LANGUAGE: Final = "vault.language_unknown"

_Steps: TypeAlias = tuple[tuple[str, str], ...]

# Signs that are typed in more than one way, or left out, and never tell two words apart.
_MARKS: Final = re.compile("['’ʼ`´‑-]")

_ENGLISH: Final[_Steps] = (
    # Letters that are written and not heard: knot, gnat, psalm, write, sword, hour, debt, calm.
    (r"^[kgp]n", "n"),
    (r"^ps", "s"),
    (r"^x", "s"),
    (r"^wr", "r"),
    (r"^who", "ho"),
    (r"^wh", "w"),
    (r"^h(?=ou?r|onou?r|onest|eir)", ""),
    (r"rh", "r"),
    (r"sw(?=or)", "s"),
    (r"nsw", "ns"),
    (r"mb$|mn$", "m"),
    (r"bt", "t"),
    (r"(?<=[ao])l(?=[kfmv])", ""),
    (r"isl", "il"),
    # gh: rough has f; night, weigh and ghost have nothing or a plain g.
    (r"^gh", "g"),
    (r"(?<=lau|cou|rou|tou)gh", "f"),
    (r"gh", ""),
    (r"ph", "f"),
    # Hissing and clicking: nation, mansion, musician, picture, judge, catch, castle, science.
    (r"(?:ss|s|t|c|sc)i(?=on|an|al|en|ous|at)", "š"),
    (r"t(?=ure)", "č"),
    (r"dg|dj", "j"),
    (r"tch", "č"),
    (r"st(?=le$|en$)", "s"),
    (r"sch", "sk"),
    (r"^ch(?=ar[ai]|em|or[ud]|r|l|ao)", "k"),
    (r"(?<=e)ch(?=o|n)|(?<=a)ch(?=e$|or)|(?<=r)ch(?=[ei][dtv])", "k"),
    (r"ch", "č"),
    (r"sh|sč", "š"),
    (r"th", "t"),
    (r"sc(?=[eiy])", "s"),
    (r"c(?=[eiy])", "s"),
    (r"c?[ck]+|q", "k"),
    (r"x", "ks"),
    (r"gu?(?=[eiy])", "j"),
    (r"z", "s"),
    (r"ku(?=[aeio])|kw", "kw"),
    (r"([^aeiou])\1+", r"\1"),
    # Vowels fall into two, those of "bit, bet, bat" and those of "boat, boot, but".
    (r"a(?=l$|lk|ld|lt)", "o"),
    (r"(?<=[^aeioudtyw])ed$", "d"),
    (r"(?<=[^aeiouyw])e$", ""),
    (r"[ae]([uw])", "o"),
    (r"war", "wor"),
    (r"wor(?=[a-zčš])", "wer"),
    (r"u[iy]", "e"),
    (r"[aeiouy]+[rw]*r$|(?<=[^aeiouy])r$", "er"),
    (r"ur", "er"),
    (r"[aeiy][aeiouyw]*", "e"),
    (r"[ou][aeiouyw]*", "o"),
    (r"(?<=[eo])h", ""),
    (r"(.)\1+", r"\1"),
)

_RUSSIAN: Final[_Steps] = (
    # The signs only soften or part; ё is read and typed as е.
    (r"[ъь]", ""),
    (r"ё", "е"),
    # Clusters whose middle is not heard: лестница, поздний, счастливый, солнце, сердце, чувство.
    (r"([сз])[тд](?=[нлц])", r"\1"),
    (r"лнц", "нц"),
    (r"рд(?=[цч])", "р"),
    (r"вств", "ств"),
    (r"нтс|ндс", "нс"),
    # Clusters that melt into one hiss: учиться, отцы, городской, лётчик, счёт, сшить, конечно, что.
    (r"[тд]ся$", "ца"),
    (r"[тд]+с(?=к)", "ц"),
    (r"[тд]+ц", "ц"),
    (r"[тд]+ч", "ч"),
    (r"[сзжш][чщ]", "щ"),
    (r"[сз]+(?=[шж])", ""),
    (r"ч(?=[нт])", "ш"),
    (r"(?<=[чщ])а", "е"),
    (r"щ", "ш"),
    (r"г(?=[кч])", "х"),
    (r"(?<=[ое])го$", "во"),
    # At the end of a word and before another noisy consonant the voice is lost.
    (r"б(?=[бгджзкпстфхцчш]|$)", "п"),
    (r"в(?=[бгджзкпстфхцчш]|$)", "ф"),
    (r"г(?=[бгджзкпстфхцчш]|$)", "к"),
    (r"д(?=[бгджзкпстфхцчш]|$)", "т"),
    (r"ж(?=[бгджзкпстфхцчш]|$)", "ш"),
    (r"з(?=[бгджзкпстфхцчш]|$)", "с"),
    # Without stress о is а, and е, я, и, э, ы, й come close to one another.
    (r"о|я$", "а"),
    (r"[еэыийя]", "и"),
    (r"ю", "у"),
    (r"(.)\1+", r"\1"),
)

_UKRAINIAN: Final[_Steps] = (
    (r"ь", ""),
    (r"ґ", "г"),
    (r"дз", "з"),
    (r"дж", "ж"),
    # Clusters whose middle is not heard: шістнадцять, тижневий, щасливий, невістці.
    (r"([сзж])[тд](?=[нлц])", r"\1"),
    (r"рд(?=[цч])", "р"),
    (r"нтс|ндс", "нс"),
    # Clusters that melt into one hiss: сміється, отця, людський, отчий, щука, зшити, яєчня.
    (r"[тч]ся$", "ца"),
    (r"[тд]+с(?=к)", "ц"),
    (r"[тдч]+ц", "ц"),
    (r"[тд]+ч", "ч"),
    (r"[сзжш]ч", "щ"),
    (r"[сз]+(?=[шжщ])", ""),
    (r"ш(?=с)", ""),
    (r"ч(?=н)", "ш"),
    (r"щ", "ш"),
    # в before a consonant and at the end is a short у, and the two change places freely.
    (r"в(?=[бвгджзклмнпрстфхцчш]|$)", "у"),
    # Many speakers lose the voice as in Russian; г then is х.
    (r"б(?=[бгджзкпстфхцчш]|$)", "п"),
    (r"г(?=[бгджзкпстфхцчш]|$)", "х"),
    (r"д(?=[бгджзкпстфхцчш]|$)", "т"),
    (r"ж(?=[бгджзкпстфхцчш]|$)", "ш"),
    (r"з(?=[бгджзкпстфхцчш]|$)", "с"),
    # Without stress е is и and о before у is у; і, ї, й and и are taken for one another.
    (r"о(?=[бвгджзклмнпрстфхцчш][ую])", "у"),
    (r"[еєиіїйыэё]", "и"),
    (r"я", "а"),
    (r"ю", "у"),
    (r"(.)\1+", r"\1"),
)

_RULES: Final = {
    language: tuple((re.compile(pattern), put) for pattern, put in steps)
    for language, steps in (("en", _ENGLISH), ("ru", _RUSSIAN), ("uk", _UKRAINIAN))
}


def fold(word: str, *, language: str) -> str:
    """Fold a word to its sound.

    Args:
        word: One word, in any case, with or without apostrophes.
        language: "en", "ru" or "uk".

    Returns:
        A string that is equal for any two words of the language that may be confused by ear.

    Raises:
        BadInput: There are no rules for the language.
    """
    if language not in _RULES:
        raise BadInput(UNKNOWN_LANGUAGE, language=language)
    sound = _MARKS.sub("", word.strip().casefold())
    for pattern, put in _RULES[language]:
        sound = pattern.sub(put, sound)
    return sound


def one_edit_apart(a: str, b: str) -> bool:
    """Tell whether one slip of the finger turns a word into another.

    A slip is one letter put for another, one too many, one too few, or two neighbours
    changed round. A word is not one slip apart from itself.

    Args:
        a: A word.
        b: Another word.

    Returns:
        True if exactly one slip lies between them.

    Source: Damerau, A technique for computer detection and correction of spelling errors,
        Communications of the ACM 7(3), 1964.
    """
    short, long = sorted((a, b), key=len)
    if a == b or len(long) - len(short) > 1:
        return False
    at = next((i for i, (x, y) in enumerate(zip(short, long, strict=False)) if x != y), len(short))
    if len(short) < len(long):
        return short[at:] == long[at + 1 :]
    return short[at + 1 :] == long[at + 1 :] or (
        short[at : at + 2] == long[at : at + 2][::-1] and short[at + 2 :] == long[at + 2 :]
    )


def one_edit_keys(word: str) -> frozenset[str]:
    """List keys of which any two words one edit apart share at least one.

    Looking words up by these keys finds all close pairs of a list in one pass; the pairs
    found are then judged by `one_edit_apart`, as some words share a key from further off.

    Args:
        word: A word.

    Returns:
        The word and everything that is left of it when one letter is taken out.
    """
    return frozenset({word, *(word[:i] + word[i + 1 :] for i in range(len(word)))})
