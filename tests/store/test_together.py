# SPDX-License-Identifier: AGPL-3.0-or-later
"""Threads that write to SQLite at the same time share a transaction, and nothing else."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import OperationalError, connections

from hedgerow.kernel.errors import Busy, HedgerowError, Refused
from hedgerow.store import together
from hedgerow.store.database import alone
from hedgerow.store.machine import machine
from hedgerow.store.writing import Transaction, in_writing
from tests.store import rowwork

pytestmark = [
    pytest.mark.sqlite_only("PostgreSQL has many writers"),
    pytest.mark.usefixtures("vault"),
]
Act = Callable[[Transaction], int]


class Writers:
    """Run acts in threads, all of which wait while the first one is at it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Count transactions."""
        self.transactions = 0
        self.errors: dict[int, HedgerowError] = {}
        self.results: dict[int, int] = {}

        @contextmanager
        def counted() -> Iterator[int]:
            with alone() as seq:
                self.transactions += 1
                yield seq

        monkeypatch.setattr(f"{together.__name__}.alone", counted)

    def run(self, acts: dict[int, Act], *, begin: int = 0) -> None:
        """Let a first act hold the transaction until all others wait, then all go on."""
        is_in, may_end = threading.Event(), threading.Event()

        def first(tx: Transaction) -> int:
            is_in.set()
            assert may_end.wait(20)
            return put(begin)(tx)

        threads = [threading.Thread(target=self._write, args=(begin, first))]
        threads[0].start()
        assert is_in.wait(20)
        for number, act in acts.items():
            threads.append(threading.Thread(target=self._write, args=(number, act)))
            threads[-1].start()
            while len(together._queue._waiting) < len(threads) - 1:
                pass
        may_end.set()
        for thread in threads:
            thread.join()

    def _write(self, number: int, act: Act) -> None:
        """Run one act, and keep what comes of it."""
        try:
            self.results[number] = in_writing(act, over=[rowwork.tag(number)], is_shared=True)
        except HedgerowError as error:
            self.errors[number] = error
        finally:
            machine().ephemeral.close()
            connections["default"].close()


@pytest.fixture
def writers(monkeypatch: pytest.MonkeyPatch) -> Writers:
    """Return what runs acts in threads."""
    return Writers(monkeypatch)


def put(number: int) -> Act:
    """Return an act that writes a numbered row and returns the number."""

    def act(tx: Transaction) -> int:
        tx.put_small(rowwork.tag(number), b"text", key=rowwork.KEY)
        tx.put_body(rowwork.body_id(number), b"b" * 300)
        return number

    return act


def failing(number: int, error: Exception) -> Act:
    """Return an act that writes a numbered row and then fails."""

    def act(tx: Transaction) -> int:
        put(number)(tx)
        raise error

    return act


def test_those_who_wait_are_written_at_once(writers: Writers) -> None:
    """Two transactions for nine acts: that of the first, and one for all who came meanwhile."""
    before = rowwork.count("small")
    writers.run({number: put(number) for number in range(1, 9)})
    assert writers.transactions == 2
    assert writers.results == {number: number for number in range(9)}
    assert rowwork.found(range(9))[0] == set(range(9))
    assert (rowwork.count("small") - before) % 256 == 0


def test_no_more_than_some_are_written_at_once(
    writers: Writers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those who came last go with the next transaction."""
    monkeypatch.setattr(together, "MOST_AT_ONCE", 3)
    writers.run({number: put(number) for number in range(1, 8)})
    assert writers.transactions == 4
    assert rowwork.found(range(8))[0] == set(range(8))


def test_one_that_is_refused_leaves_the_others_alone(writers: Writers) -> None:
    """Nothing of it is written, its own thread is told why, and all others are written."""
    refused = failing(2, Refused("observers.unknown"))
    writers.run({1: put(1), 2: refused, 3: put(3)})
    assert set(writers.errors) == {2}
    assert writers.errors[2].code == "observers.unknown"
    small, _large, bodies = rowwork.found(range(4))
    assert small == bodies == {0, 1, 3}


def test_an_error_of_the_database_fails_all_of_a_transaction(writers: Writers) -> None:
    """SQLite may have undone what came before; so nobody is told that something was kept."""
    full = failing(2, OperationalError("database or disk is full"))
    writers.run({1: put(1), 2: full, 3: put(3)})
    assert {number: error.code for number, error in writers.errors.items()} == dict.fromkeys(
        (1, 2, 3), "store.full"
    )
    assert rowwork.found(range(4))[0] == {0}


def test_nobody_is_answered_before_the_commit(
    writers: Writers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A commit that fails is an error for each whose act it was, and nothing was written."""
    wrapper: Any = type(connections["default"])
    real, times = wrapper._commit, [0]

    def commit(self: object) -> None:
        times[0] += 1
        if times[0] == 2:
            assert not writers.results.keys() - {0}
            message = "disk I/O error"
            raise OperationalError(message)
        real(self)

    monkeypatch.setattr(wrapper, "_commit", commit)
    writers.run({1: put(1), 2: put(2)})
    assert {number: type(error) for number, error in writers.errors.items()} == {1: Busy, 2: Busy}
    assert writers.results == {0: 0}
    assert rowwork.found(range(3))[0] == {0}


def test_after_a_failure_the_next_one_is_written(writers: Writers) -> None:
    """Whoever led and failed handed the lead over."""
    writers.run({1: failing(1, OperationalError("database or disk is full"))})
    writers.run({2: put(2)}, begin=3)
    assert set(writers.errors) == {1}
    assert rowwork.found(range(4))[0] == {0, 2, 3}


def test_an_act_within_a_transaction_is_part_of_it(writers: Writers) -> None:
    """Where the thread has begun to write already, nobody else's act comes in between."""

    def outer(_tx: Transaction) -> int:
        return in_writing(put(5), over=[], is_shared=True)

    assert in_writing(outer) == 5
    assert writers.transactions == 0


def test_an_unforeseen_error_keeps_nothing_and_lets_the_next_one_write(writers: Writers) -> None:
    """Whoever leads raises it, the others are told to send again, and the lead goes on."""
    begun = threading.excepthook
    raised: list[object] = []
    threading.excepthook = lambda hook: raised.append(hook.exc_value)
    try:
        writers.run({1: put(1), 2: failing(2, ZeroDivisionError()), 3: put(3)})
    finally:
        threading.excepthook = begun
    assert [type(one) for one in raised] == [ZeroDivisionError]
    assert rowwork.found(range(4))[0] == {0}
    assert {error.code for error in writers.errors.values()} == {"store.busy"}
    writers.run({4: put(4)}, begin=5)
    assert rowwork.found(range(6))[0] == {0, 4, 5}
