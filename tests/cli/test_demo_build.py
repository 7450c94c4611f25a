# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check that the demo is built the same each time, whatever day it is."""

from pathlib import Path

import pytest
from django.db import connections
from pytest_django.plugin import DjangoDbBlocker

from hedgerow.cli.demo_build import DemoWords, SeededRandomness, build_demo
from hedgerow.store import machine as machines
from hedgerow.store.runtime import empty
from tests.databases import use_database

MONDAY = 20_780


def _built(home: Path, *, today: int) -> DemoWords:
    home.mkdir()
    use_database(home / machines.DATA / "hedgerow.sqlite3")
    words = build_demo(home, today=today, address="http://127.0.0.1:8000")
    empty(machines.machine().runtime)
    machines.close()
    connections["default"].close()
    return words


def test_words_are_the_same_on_every_day_of_the_week(
    tmp_path: Path, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Phrases and the invitation do not change with the day on which the demo is built."""
    monkeypatch.setenv("HEDGEROW_HOME", str(tmp_path))
    with django_db_blocker.unblock():
        first = _built(tmp_path / "first", today=MONDAY)
        second = _built(tmp_path / "second", today=MONDAY + 3)
    assert (first.keeper, first.editor) == (second.keeper, second.editor)
    assert first.invitation == second.invitation
    assert len(first.keeper.split()) == len(first.editor.split()) == 8


def test_no_two_labels_draw_the_same() -> None:
    """Each label has a stream of its own, and the same one each time."""
    one, other = SeededRandomness(b"seed"), SeededRandomness(b"seed")
    other(1000)
    one.turn_to("a")
    other.turn_to("a")
    drawn = one(64)
    assert drawn == other(64)
    one.turn_to("b")
    assert one(64) != drawn
