# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check that a report can be read in each language, to its last word."""

import json
import re
import string
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import hedgerow
from hedgerow.engines.forensics.analysis import (
    COMPARING,
    MAPPED,
    MARKED,
    QUICK,
    REGIONAL,
    SLOW,
    Election,
    analyse,
)
from hedgerow.engines.forensics.page import RULE, page
from hedgerow.engines.forensics.pictures import pictures_of
from hedgerow.engines.forensics.report import EarlierRow, FindingRow, Report, Source, report_of
from hedgerow.engines.forensics.stations import Groups, Stations
from hedgerow.engines.forensics.words import ENGLISH, Words
from tests.engines.forensics.elections import made_up
from tests.engines.forensics.test_remote import with_remote

CATALOGUES = Path(hedgerow.__file__).parent / "data" / "forensics"
LANGUAGES = ("ru", "uk")
EVERY = (*QUICK, *SLOW, *REGIONAL, *COMPARING, *MARKED, *MAPPED)
#: Names and signs that are the same everywhere.
NAMES = {"SHA", "MAD", "Hedgerow", "UTF", "sigma_tau", "sigma_nu", "theta", "alpha", "tau", "f_i"}
#: Details that hold names out of the data: no text of ours.
FROM_DATA = {"leads on paper", "leads with remote votes", "stations", "among their like"} | {
    "districts in which another leads without remote votes"
}


@cache
def words(language: str) -> Words:
    """Read a shipped catalogue."""
    return Words(language, json.loads((CATALOGUES / f"{language}.json").read_text("utf-8")))


def whole(count: int) -> Stations:
    """Make up an election that has all that some method needs."""
    stations = made_up(count, regions=4)
    rng = np.random.default_rng(3)
    places = np.column_stack([rng.uniform(55, 56, count), rng.uniform(37, 39, count)])
    area = Groups.of(["A" if place % 2 else "B" for place in range(count)])
    return replace(
        stations,
        coordinates=places,
        has_scanner=np.arange(count) % 7 == 0,
        groups={**stations.groups, "area": area},
    )


@cache
def report() -> Report:
    """Run every method where it has all it needs, where it has too little, and without groups."""
    earlier = made_up(900, seed=2, regions=4)
    elections = [
        Election(title="A", stations=whole(900), regions=("region 1",), earlier=earlier),
        Election(title="B", stations=whole(9), regions=("region 1",), earlier=whole(9)),
        Election(title="C", stations=replace(whole(900), groups={})),
        Election(title="D", stations=with_remote(70_000)),
    ]
    found = analyse(elections, methods=EVERY)
    row = EarlierRow(title="E", file="e", sha256="0" * 64, mapping="m", mapping_sha256="0" * 64)
    sources = [
        Source(file="f", sha256="0" * 64, mapping="m", mapping_sha256="0" * 64, earlier=one)
        for one in (row, None, None, None)
    ]
    return report_of(
        list(zip(elections, sources, found, strict=True)), version="0", seed=1, command="again"
    )


def texts_of(found: FindingRow) -> Iterator[str]:
    """Yield what a reader reads of a finding, but names out of the data."""
    yield from (found.outcome, found.effect_unit, found.interval_kind, found.adjusted_by)
    for name, value in found.details.items():
        yield name
        if name not in FROM_DATA:
            yield from strings_in(value)


def strings_in(value: Any) -> Iterator[str]:
    """Yield the texts in a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, one in value.items():
            yield name
            yield from strings_in(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from strings_in(one)


def holes_of(text: str) -> set[str | None]:
    """Return the holes of a text."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogues_say_the_same_texts(language: str) -> None:
    """Each has every text of the other, with the same holes, and no other alphabet's letters."""
    texts, other = words(language).texts, words("uk" if language == "ru" else "ru").texts
    assert texts.keys() == other.keys()
    foreign = re.compile("[іїєґ]" if language == "ru" else "[ыэъё]", re.IGNORECASE)
    for english, said in texts.items():
        assert holes_of(english) == holes_of(said), english
        assert said.strip() == said
        assert not foreign.search(said), said


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_of_every_method_is_known(language: str) -> None:
    """Titles, models, explanations, units, reasons: none is left in English."""
    known = words(language)
    for about in report().methods:
        for text in (about.title, about.model, about.inclusion, *about.explanations, RULE):
            assert known.say(text) != text, text
    for election in report().elections:
        for found in election.findings:
            for text in texts_of(found):
                said = known.say(text)
                left = set(re.findall(r"[A-Za-z_]{3,}", said)) - NAMES
                assert not left, (found.method, text, said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_english_word_is_left_on_the_page(language: str) -> None:
    """Beside names, and the titles of papers, the page speaks one language."""
    known, made = words(language), report()
    pictures = [pictures_of(whole(900), "A", clean_bin=None, words=known)] * len(made.elections)
    written = page(made, pictures=pictures, words=known)
    assert f'<html lang="{language}">' in written
    text = unescape(re.sub(r"(?s)<style>.*?</style>|<code>.*?</code>|<!--.*?-->", " ", written))
    # The longest first: one source is the end of another.
    for one in sorted((one.reference for one in made.methods), key=len, reverse=True):
        text = text.replace(one, " ")
    text = re.sub(r"<[^>]+>", " ", text)
    left = set(re.findall(r"[A-Za-z_]{3,}", text)) - NAMES - {"region", "commission", "one"}
    assert not left, left


def test_numbers_are_written_as_in_the_language() -> None:
    """A comma before fractions and a narrow space between thousands; in English the other way."""
    thin = "\N{NARROW NO-BREAK SPACE}"
    for language in LANGUAGES:
        known = words(language)
        assert known.value(1234567) == f"1{thin}234{thin}567"
        assert known.value([0.25, -1.5]) == "0,25, -1,5"
        assert known.say("Oak 7 (z +3.1)") == "Oak 7 (z +3.1)"
    assert ENGLISH.value(1234567) == "1,234,567"
    assert (words("ru").value(None), words("ru").value([])) == ("–", "нет")
    assert (words("uk").value(value=True), words("uk").value({"share": 0.5})) == (
        "так",
        "частка: 0,5",
    )


def test_labels_keep_names_and_say_the_rest() -> None:
    """A name of the data stays as it is, even where it has a colon."""
    known = words("uk")
    assert known.label("Сад: all stations") == "Сад: усі дільниці"
    assert known.label("Сад: Oak: turnout") == "Сад: Oak: явка"
    assert known.label("votes of Сад") == "голоси: Сад"
    assert known.label("from Сад to Гай") == "від «Сад» до «Гай»"
    assert known.label("Сад") == "Сад"
    assert ENGLISH.label("Сад: all stations") == "Сад: all stations"
    assert known.say("fewer than 1,000 stations in groups of 5") == (
        "менше ніж 1\N{NARROW NO-BREAK SPACE}000 дільниць у групах від 5"
    )
