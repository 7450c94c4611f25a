# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check that the drill sees where a service writes, and ends all of it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hedgerow.drill.prove import CHEAP
from hedgerow.drill.service import Place, ServiceFailed, Serving

HOLD = "import sys; files = [open(one, 'wb') for one in sys.argv[1:]]; print(flush=True); input()"


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
def test_a_file_elsewhere_is_seen(place: Path, tmp_path: Path) -> None:
    """What a process of the service writes outside its file system is named; inside it is not."""
    inside, elsewhere = Place(place / "disk").root / "tmp" / "a", tmp_path / "b"
    serving = Serving(Place(place / "disk"))
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(inside), str(elsewhere)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        serving._process = process
        assert serving.strays() == [str(elsewhere)]
        process.kill()


def test_a_killed_service_is_gone_and_comes_back(place: Path) -> None:
    """No process answers after the kill; the next one opens by the same words only."""
    here = Place(place)
    founded = here.found(CHEAP)
    serving = Serving(here)
    serving.start(founded.boot_words)
    first = serving.address
    assert serving._answers()
    serving.kill()
    assert not serving._answers()
    wrong = " ".join(reversed(founded.boot_words.split()))
    with pytest.raises(ServiceFailed), serving.killed_on_failure():
        serving.start(wrong)
    serving.start(founded.boot_words)
    assert serving.address != first
    serving.kill()
    assert not serving._answers()
