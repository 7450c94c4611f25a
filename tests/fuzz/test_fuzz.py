# SPDX-License-Identifier: AGPL-3.0-or-later
"""Give readers and forms what nobody should send; `./hedgerow bench fuzz` gives far more."""

from pathlib import Path

import pytest
from pytest_django.plugin import DjangoDbBlocker

from hedgerow.kernel.errors import Damaged
from tests.fuzz.parsers import Target, takes, targets
from tests.fuzz.requests import Sender, request_targets
from tests.fuzz.running import Tally, feed, feed_all

SEED = 1


def _nothing() -> None:
    """Advance no bar."""


def _broken(data: bytes) -> object:
    """Read badly, as a careless reader would."""
    if data[:1] == b"x":
        raise Damaged("test.damaged")
    return data[400]


def test_every_reader_has_valid_inputs() -> None:
    """Each reader takes what it is fed with before anything is changed."""
    for target in targets():
        assert target.seeds, target.name
        if target.name != "slots of a package":
            assert all(takes(target.run, seed) for seed in target.seeds), target.name


def test_no_reader_breaks() -> None:
    """Whatever bytes or words a reader is given, it reads them or refuses them by a code."""
    found = targets()
    tally = feed_all(found, inputs=300 * len(found), seed=SEED, advance=_nothing)
    assert tally.failures == []
    assert 0 < tally.taken < tally.tried


def test_a_broken_reader_is_found() -> None:
    """An error other than a refusal is counted, with the input that made it."""
    tally = Tally()
    feed(Target("broken", _broken, (b"x" * 9, b"y" * 9)), inputs=200, seed=SEED, tally=tally)
    assert {(name, kind) for name, kind, _ in tally.failures} == {("broken", "IndexError")}


def test_no_form_breaks(
    tmp_path: Path, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is sent to a form or as a file, the page answers."""
    monkeypatch.setenv("HEDGEROW_HOME", str(tmp_path))
    with django_db_blocker.unblock(), request_targets(tmp_path) as found:
        tally = feed_all(found, inputs=40 * len(found), seed=SEED, advance=_nothing)
    assert tally.failures == []
    assert tally.taken == tally.tried
    for target in found:
        assert isinstance(target.run, Sender)
        statuses = target.run.statuses
        assert set(statuses) & {200, 302, 303, 422}, (target.name, statuses)
