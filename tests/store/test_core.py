# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check rows, transactions, nights and the ring on a real database."""

from django.db import connection

from hedgerow.engines.vault.locker import LockerClass
from hedgerow.store import machine as machines
from hedgerow.store.dummies import seen_dummies
from hedgerow.store.tables import look_up
from hedgerow.store.writing import Transaction, in_writing
from tests.instances import Vault

KEY = b"k" * 32


def _tag(number: int) -> bytes:
    return number.to_bytes(32, "big")


def _put(*numbers: int) -> None:
    def act(tx: Transaction) -> None:
        for number in numbers:
            tx.put_small(_tag(number), b"text", key=KEY)
            tx.put_large(_tag(number), b"text", key=KEY)

    in_writing(act)


def _count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM {table}")  # noqa: S608 -- a table of the store
        return int(cursor.fetchone()[0])


def test_rows_are_found_before_during_and_after_nights(vault: Vault) -> None:
    """What was written stays to be found through nights, by its true tag."""
    _put(1, 2, 3)
    for _ in range(3):
        report = vault.night()
        assert report.is_plausible
        found = look_up(small=[_tag(1), _tag(9)], large=[_tag(3)])
        assert set(found.small) == {_tag(1)}
        assert set(found.large) == {_tag(3)}


def test_the_number_of_rows_stands_still_between_nights(vault: Vault) -> None:
    """Creating and dropping rows leaves the counts, which a night makes multiples of 256."""
    vault.night()
    before = _count("small"), _count("large")
    assert before[0] % 256 == before[1] % 256 == 0
    _put(*range(40))
    assert (_count("small"), _count("large")) == before
    in_writing(lambda tx: tx.drop_small([_tag(n) for n in range(20)]))
    assert (_count("small"), _count("large")) == before


def test_a_stale_worker_follows_the_ring(vault: Vault) -> None:
    """A worker that slept through a night reads the ring anew and finds what it looks for."""
    _put(1)
    stale = machines.machine().ring
    vault.night()
    machines.machine().ring = stale
    assert _tag(1) in look_up(small=[_tag(1)]).small
    machines.machine().ring = stale
    _put(2)
    assert set(look_up(small=[_tag(1), _tag(2)]).small) == {_tag(1), _tag(2)}


def test_dummies_that_another_worker_spent_are_not_spent_twice(vault: Vault) -> None:
    """A process remembers dummies it saw; where they are gone it looks for others."""
    vault.night()
    before = _count("small"), _count("large")
    _put(1)
    seen = {klass: seen_dummies(machines.machine().ring, klass) for klass in LockerClass}
    stale = {klass: list(some) for klass, some in seen.items()}
    assert all(stale.values())
    _put(*range(2, 10))
    for klass, some in seen.items():
        some[:] = stale[klass]
    _put(*range(10, 20))
    assert (_count("small"), _count("large")) == before


def test_dummies_seen_before_a_night_are_forgotten(vault: Vault) -> None:
    """A night names every row anew; what was seen under the old key is asked for no more."""
    vault.night()
    _put(1)
    assert seen_dummies(machines.machine().ring, LockerClass.SMALL)
    vault.night()
    assert not seen_dummies(machines.machine().ring, LockerClass.SMALL)
