# SPDX-License-Identifier: AGPL-3.0-or-later
"""Make the three word lists of Hedgerow's phrases.

Nothing at run time needs this script: the lists it writes are part of the package. It is
kept so that anybody can make them again and see how each word got in. It needs Debian's
packages scowl, wordnet-base, hunspell-ru and hunspell-uk, unpacked into one folder
(`apt-get download NAME` and `dpkg -x FILE FOLDER`), and the Python packages wordfreq,
pymorphy3, pymorphy3-dicts-ru and pymorphy3-dicts-uk, which nothing else here uses:

    PYTHONPATH=src python -m tools.wordlists FOLDER

How: base forms out of a free dictionary, the unfit ones left out, the most often used
first. A word gets in if no word before it is one slip away and none before it sounds alike.
"""

import argparse
import math
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

# The two are installed for this script alone, not where the types are checked.
import pymorphy3  # type: ignore[import-not-found]
import wordfreq  # type: ignore[import-not-found]  # only who draws the lists anew has it

from hedgerow.engines.vault.sound import fold, one_edit_apart, one_edit_keys
from tools.wordlists_unfit import UNFIT

HOME = Path(__file__).resolve().parents[1] / "src/hedgerow/engines/vault/wordlists"
SIZE = 7776
# SCOWL's sizes: up to 35 nearly every dictionary has the word, up to 50 most have it.
CORE, COMMON = 35, 50
SHORTEST_STEM = 3
NO_BASE_FORM = re.compile("Name|Patr|Geox|Orgn|Trad|Abbr|Slng|Arch|Erro|Dist|Litr")
# What a kind of word gains or loses against a noun, in powers of ten of its frequency.
ADJECTIVE, VERB, ABSTRACT = -0.3, -1.0, -0.7
# The flags of a kind of word, its spelling, what it gains; the first that fits decides.
Kinds: TypeAlias = tuple[tuple[str, str, float], ...]
RUSSIAN: Kinds = (
    ("A", "(ый|ий|ой)$", ADJECTIVE),
    ("[^A]*[LMRPBTUWYQVD]", "(ть|ти|чь)$", VERB),
    ("[KIJHFNGO]+S?$", "(([ае]ни|[еи]ти|тель?стви)е|ция|ость)$", ABSTRACT),
    ("[KIJHFNGO]+S?$", "", 0.0),
)
UKRAINIAN: Kinds = (
    ("V", "ий$", ADJECTIVE),
    ("[^V]*[ABGHIJKLMOPQRU]", "ти$", VERB),
    ("[a-qX]+Z?$", "(ння|ття|ція|ство|ість)$", ABSTRACT),
    ("[a-qX]+Z?$", "", 0.0),
)
LETTERS = {
    "en": re.compile("[a-z]{4,9}"),
    "ru": re.compile("[а-я]{4,9}"),
    "uk": re.compile("[абвгґдеєжзиіїйклмнопрстуфхцчшщьюя]{4,9}"),
}


def english(root: Path) -> tuple[dict[str, float], set[str]]:
    """Read base forms from WordNet that SCOWL counts among the common words."""
    common, core, names = _scowl(root / "usr/share/dict/scowl")
    bonus: dict[str, float] = {}
    for part, worth in (("verb", 2 * ADJECTIVE), ("adj", ADJECTIVE), ("noun", 0.0)):
        for line in _lines(root / f"usr/share/wordnet/index.{part}", "utf-8"):
            word = line.split(" ", 1)[0]
            if word in common and not _is_inflected(word, common):
                bonus[word] = worth - ADJECTIVE * (word in core)
    return bonus, names


def _scowl(folder: Path) -> tuple[set[str], set[str], set[str]]:
    """Read the common words, the best known of them, and words written with a capital."""
    common, core, names = set[str](), set[str](), set[str]()
    for path in sorted(folder.glob("[ae]*.[1-5]*")):
        _, kind, level = re.split("[-.]", path.name.replace("proper-names", "upper"))
        words = _lines(path, "latin-1")
        if path.name.startswith(("english-", "american-")) and kind == "words":
            common.update(words if int(level) <= COMMON else ())
            core.update(words if int(level) <= CORE else ())
        elif kind == "upper" and int(level) <= CORE:
            names.update(name.lower() for name in words)
    return common, core, names


def _is_inflected(word: str, common: set[str]) -> bool:
    """Tell whether a word looks like a form of another: cats, boxes, walking, walked, slowly."""
    stems = [word[: -len(end)] for end in ("s", "es", "ing", "ed", "d", "ly") if word.endswith(end)]
    stems += [
        *(stem + "e" for stem in stems),
        *(stem[:-1] for stem in stems if stem[-2:-1] == stem[-1:]),
    ]
    if word.endswith(("ied", "ies", "ily")):
        stems.append(word[:-3] + "y")
    return any(len(stem) >= SHORTEST_STEM and stem in common for stem in stems)


def _hunspell(path: Path, kinds: Kinds) -> tuple[dict[str, float], set[str]]:
    """Read base forms from a spelling dictionary, by the flags that say how a word changes."""
    bonus: dict[str, float] = {}
    names = set[str]()
    for line in _lines(path, "utf-8")[1:]:
        word, _, rest = line.partition("/")
        flags = rest.split()[0] if rest else ""
        if word != word.lower():
            names.add(word.lower())
            continue
        for flagged, spelt, worth in kinds:
            if re.match(flagged, flags) and re.search(spelt, word):
                bonus[word] = worth
                break
    return bonus, names


def russian(root: Path) -> tuple[dict[str, float], set[str]]:
    """Read nouns, adjectives and infinitives from Lebedev's dictionary."""
    return _hunspell(root / "usr/share/hunspell/ru_RU.dic", RUSSIAN)


def ukrainian(root: Path) -> tuple[dict[str, float], set[str]]:
    """Read nouns, adjectives and infinitives from the ispell-uk dictionary."""
    return _hunspell(root / "usr/share/hunspell/uk_UA.dic", UKRAINIAN)


def _is_base_form(word: str, morph: pymorphy3.MorphAnalyzer, language: str) -> bool:
    """Tell whether a morphology knows a word as a base form, as no name and as no slang."""
    parses = [parse for parse in morph.parse(word) if parse.is_known]
    tags = [str(parse.tag) for parse in parses]
    if any(NO_BASE_FORM.search(tag) or (language == "ru" and "Surn" in tag) for tag in tags):
        return False
    return any(
        parse.normal_form.replace("ё", "е") == word
        and "Surn" not in tag
        and re.search("NOUN|ADJF|INFN|infn", tag)
        and not re.search("Apro|Anum|Prnt", tag)
        for parse, tag in zip(parses, tags, strict=True)
    )


def _lines(path: Path, encoding: str) -> list[str]:
    """Read a text file's lines."""
    return path.read_text(encoding=encoding).splitlines()


def _unfit(language: str) -> re.Pattern[str]:
    """Compile the exclusions: a stem, =a whole word, *a part anywhere."""
    parts = []
    for entry in UNFIT[language].split():
        if entry[0] == "=":
            parts.append(f"^{entry[1:]}$")
        elif entry[0] == "*":
            parts.append(entry[1:])
        else:
            parts.append(f"^{entry}")
    return re.compile("|".join(parts))


def ranked(language: str, bonus: dict[str, float], names: set[str]) -> list[str]:
    """Order the fit words, the best known first."""
    often = wordfreq.get_frequency_dict(language, wordlist="large")
    unfit = _unfit(language)
    morph = None if language == "en" else pymorphy3.MorphAnalyzer(lang=language)
    fit = [
        word
        for word in bonus
        if LETTERS[language].fullmatch(word)
        and word in often
        and word not in names
        and not unfit.search(word)
        and (morph is None or _is_base_form(word, morph, language))
    ]
    return sorted(fit, key=lambda word: (-math.log10(often[word]) - bonus[word], word))


def apart(words: Sequence[str], *, language: str) -> list[str]:
    """Take the first words of which no two are one slip apart or sound alike."""
    taken: list[str] = []
    sounds = set[str]()
    near: dict[str, list[str]] = {}
    for word in words:
        read = word.replace("ґ", "г")
        keys = one_edit_keys(read)
        sound = fold(word, language=language)
        rivals = {other for key in keys for other in near.get(key, ())}
        if sound in sounds or any(o == read or one_edit_apart(read, o) for o in rivals):
            continue
        taken.append(word)
        sounds.add(sound)
        for key in keys:
            near.setdefault(key, []).append(read)
    return taken


def main() -> int:
    """Write the lists."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, help="where the packages were unpacked")
    parser.add_argument("--to", type=Path, default=HOME, help="where to write the lists")
    options = parser.parse_args()
    for language, source in (("en", english), ("ru", russian), ("uk", ukrainian)):
        candidates = ranked(language, *source(options.folder))
        words = apart(candidates, language=language)
        sys.stdout.write(f"{language}: {len(candidates)} candidates, {len(words)} apart\n")
        if len(words) < SIZE:
            return 1
        text = "\n".join(sorted(words[:SIZE])) + "\n"
        (options.to / f"{language}.txt").write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
