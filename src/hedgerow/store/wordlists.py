# SPDX-License-Identifier: AGPL-3.0-or-later
"""Load the three lists of words once."""

from functools import cache
from importlib.resources import files

from hedgerow.engines.vault.words import WordLists
from hedgerow.store.instance import LANGUAGES


@cache
def word_lists() -> WordLists:
    """Return the lists of all languages, ready for reading words."""
    folder = files("hedgerow.engines.vault") / "wordlists"
    return WordLists(
        {
            language: tuple((folder / f"{language}.txt").read_text("utf-8").split())
            for language in LANGUAGES
        }
    )
