# SPDX-License-Identifier: AGPL-3.0-or-later
"""What workers are told when they begin."""

import gc
import sys
from collections.abc import Iterator

import pytest

from hedgerow.cli import gunicorn_conf


@pytest.fixture
def as_before() -> Iterator[None]:
    """Leave this process as it was."""
    thresholds, seconds = gc.get_threshold(), sys.getswitchinterval()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)
    sys.setswitchinterval(seconds)


@pytest.mark.usefixtures("as_before")
def test_the_collector_leaves_alone_what_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is there before the fork is frozen; a worker looks more rarely, and still looks."""
    for name in ("end_with_parent", "forbid_dumps", "lock_memory", "_watch_key"):
        monkeypatch.setattr(gunicorn_conf, name, lambda *_: None)
    gunicorn_conf.pre_fork(None, None)
    assert gc.get_freeze_count() > 10_000
    before = gc.get_threshold()
    gunicorn_conf.post_fork(None, None)
    assert gc.isenabled()
    assert gc.get_threshold()[0] > before[0]
    assert gc.get_threshold()[1:] == before[1:]
    assert sys.getswitchinterval() < 0.005
