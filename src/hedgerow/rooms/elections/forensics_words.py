# SPDX-License-Identifier: AGPL-3.0-or-later
"""Read the texts of a report on official results in the languages that are shipped."""

import json
from functools import cache
from pathlib import Path
from typing import Final

import hedgerow
from hedgerow.engines.forensics.words import ENGLISH, Words

#: The languages a report can be read in.
LANGUAGES: Final = (ENGLISH.language, "ru", "uk")
_FOLDER: Final = Path(hedgerow.__file__).parent / "data" / "forensics"


@cache
def words_in(language: str) -> Words:
    """Return the texts in one of the languages; in English without a catalogue."""
    if language not in LANGUAGES[1:]:
        return ENGLISH
    return Words(language, json.loads((_FOLDER / f"{language}.json").read_text("utf-8")))
