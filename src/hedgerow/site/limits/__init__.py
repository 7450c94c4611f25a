# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hold what Hedgerow does not protect from, a page in each language; the documents link here."""

from functools import cache
from importlib.resources import files
from typing import NamedTuple

LANGUAGES = ("en", "ru", "uk")


class Limits(NamedTuple):
    """Hold the page in one language: its heading, and the rest as Markdown."""

    heading: str
    text: str


@cache
def limits_in(language: str) -> Limits:
    """Return the page in a language, or in English where there is none."""
    name = language if language in LANGUAGES else LANGUAGES[0]
    whole = (files(__name__) / f"{name}.md").read_text(encoding="utf-8")
    heading, _, text = whole.partition("\n")
    # Below the page's own heading, its parts are the first level.
    return Limits(heading.removeprefix("# ").strip(), text.strip().replace("\n## ", "\n# "))
