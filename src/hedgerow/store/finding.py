# SPDX-License-Identifier: AGPL-3.0-or-later
"""Match a query against one text: which words were found, where, and what to show of it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from hedgerow.store.stems import beginning_of, candidates_of, fold, is_match, words_of

EXCERPT_BEFORE: Final = 60
EXCERPT_LENGTH: Final = 200
MOST_WORDS: Final = 8
_MOST_PLACES: Final = 40
_BLANKS: Final = re.compile(r"\s")


@dataclass(frozen=True, slots=True)
class Query:
    """Hold the folded words somebody looks for, at most eight, each once."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """Hold what of a query a text has.

    Attributes:
        count: How many of the query's words were found.
        places: Where, as (begin, end), in their order.
    """

    count: int
    places: tuple[tuple[int, int], ...]


NOTHING: Final = Found(0, ())


def query_of(text: str) -> Query:
    """Read what somebody typed into the search field."""
    return Query(tuple(dict.fromkeys(words_of(fold(text))))[:MOST_WORDS])


def _places_of(folded: str, *, word: str) -> Iterable[tuple[int, int]]:
    """Yield where a folded text has a word in any form."""
    if "'" not in folded and beginning_of(word) not in folded:
        return
    for candidate in candidates_of(word).finditer(folded):
        if is_match(candidate.group(), query=word):
            yield candidate.span()


def find(query: Query, *, text: str) -> Found:
    """Return what of a query a text has."""
    folded = fold(text)
    count = 0
    places: set[tuple[int, int]] = set()
    for word in query.words:
        found = list(_places_of(folded, word=word))
        count += bool(found)
        places.update(found[:_MOST_PLACES])
    return Found(count, tuple(sorted(places))) if count else NOTHING


def _start_of_word(text: str, *, at: int) -> int:
    """Return the beginning of the word after a place, so that no word is cut in front."""
    blank = _BLANKS.search(text, max(0, at - 1)) if at > 0 else None
    return blank.end() if blank and blank.end() < at + EXCERPT_BEFORE else at


def excerpt(text: str, *, found: Found) -> list[tuple[str, bool]]:
    """Return the surroundings of the first find as runs, those that match marked.

    Args:
        text: What was searched.
        found: What `find` returned for it.
    """
    first = found.places[0][0] if found.places else 0
    start = min(_start_of_word(text, at=max(0, first - EXCERPT_BEFORE)), first)
    stop = min(len(text), start + EXCERPT_LENGTH)
    runs: list[tuple[str, bool]] = [("… ", False)] if start else []
    at = start
    for begin, end in found.places:
        if at <= begin and end <= stop:
            runs += [(text[at:begin], False), (text[begin:end], True)]
            at = end
    runs.append((text[at:stop] + (" …" if stop < len(text) else ""), False))
    return [(run, is_match) for run, is_match in runs if run]
