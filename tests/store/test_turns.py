# SPDX-License-Identifier: AGPL-3.0-or-later
"""Few forms of strangers are worked on at a time; who waits for something else makes room."""

import threading
from contextlib import ExitStack
from pathlib import Path

import pytest

from hedgerow.store import gate, turns
from hedgerow.store.writing import in_writing
from tests.store.taken import LATE_S, taken, turn

SOON_S = 0.1


class Next:
    """Be a thread that wants the next turn."""

    def __init__(self) -> None:
        """Begin to wait."""
        self.has_come = threading.Event()
        self._thread = threading.Thread(target=self._take)
        self._thread.start()

    def _take(self) -> None:
        with turn():
            self.has_come.set()

    def end(self) -> None:
        """Wait until it had its turn."""
        assert self.has_come.wait(LATE_S)
        self._thread.join()


def test_one_more_waits_until_a_turn_ends() -> None:
    """As many as may are at it; the next one comes when the first is done."""
    with taken() as give_back:
        late = Next()
        assert not late.has_come.wait(SOON_S)
        give_back()
        late.end()


def test_a_turn_ends_with_an_error() -> None:
    """A form that fails leaves its turn to the next one."""
    for _ in range(turns.AT_ONCE + 1):
        with pytest.raises(ValueError, match="bad form"), turn():
            raise ValueError("bad form")


def test_giving_back_twice_gives_one_back() -> None:
    """What was given back early is not given back again at the end, nor by who holds none."""
    turns.give_back()
    with ExitStack() as all_of_them:
        for _ in range(turns.AT_ONCE):
            all_of_them.enter_context(turn())
            turns.give_back()
            turns.give_back()
    with taken():
        late = Next()
        assert not late.has_come.wait(SOON_S)
    late.end()


def test_waiting_at_the_gate_makes_room(tmp_path: Path) -> None:
    """Who waits for a derivation from words holds nobody else up."""
    with taken(turns.AT_ONCE - 1), turn(), gate.Gate(tmp_path, places=1).entered():
        Next().end()


@pytest.mark.usefixtures("vault")
def test_waiting_for_the_disk_makes_room() -> None:
    """Who is about to write holds nobody else up."""
    with taken(turns.AT_ONCE - 1), turn():
        in_writing(lambda _tx: Next().end())
