# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check that the demo is built the same each time, whatever day it is."""

from pathlib import Path

import pytest
from django.db import connections
from pytest_django.plugin import DjangoDbBlocker

from hedgerow.cli.demo_build import SeededRandomness, build_demo
from hedgerow.store import machine as machines
from hedgerow.store.runtime import empty
from tests import demo_words
from tests.databases import use_database

THURSDAY = 20_783


def test_words_are_the_same_on_every_day(
    tmp_path: Path, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Phrases and the invitation are those known, whenever the demo is built.

    The browser's tests build it today, and look at the same words.
    """
    monkeypatch.setenv("HEDGEROW_HOME", str(tmp_path))
    home = tmp_path / "home"
    home.mkdir()
    with django_db_blocker.unblock():
        use_database(home / machines.DATA / "hedgerow.sqlite3")
        words = build_demo(home, today=THURSDAY, address="http://127.0.0.1:8000")
        empty(machines.machine().runtime)
        machines.close()
        connections["default"].close()
    shown = (words.keeper, words.editor, words.invitation)
    assert shown == (demo_words.KEEPER, demo_words.EDITOR, demo_words.INVITATION)


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
