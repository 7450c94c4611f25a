# SPDX-License-Identifier: AGPL-3.0-or-later
"""Kill nights anywhere, hold two at once, and set the clock wrong."""

import random
import sqlite3
from collections.abc import Iterable

import pytest
from django.db import OperationalError, connection

from hedgerow.engines.vault import locker as locker_module
from hedgerow.engines.vault import night as plan
from hedgerow.engines.vault import ring as ring_module
from hedgerow.engines.vault.locker import (
    LockerClass,
    dummy_tag,
    row_ids,
    seal_locker,
)
from hedgerow.engines.vault.ring import begin_night
from hedgerow.kernel.clock import day_of, minute_now, week_of
from hedgerow.kernel.errors import Busy, Damaged
from hedgerow.kernel.ids import RowId
from hedgerow.store import night
from hedgerow.store.machine import machine
from hedgerow.store.rows import IdTaken, insert, rows_of
from hedgerow.store.tables import look_up
from tests.instances import Vault
from tests.store.killing import Say, in_child, start_child
from tests.store.rowwork import count, found, put_small, tag, text_of, write

NUMBERS = range(16)
ALL = (set(NUMBERS), set(NUMBERS), set(NUMBERS))
KILLS = 15


def hold_night(_say: Say) -> None:
    """Hold a night in a child."""
    night.run_night()


@pytest.fixture
def full(vault: Vault) -> Vault:
    """Return an instance with some rows, held through a night."""
    for number in NUMBERS:
        write(number)
    vault.night()
    return vault


def test_a_night_killed_anywhere_loses_nothing(full: Vault) -> None:
    """All rows are found after each kill and after the night that finishes it."""
    full.clock.advance(days=1)
    steps = in_child(full, hold_night).steps
    assert steps > 2 * KILLS
    kills = 0
    for _ in range(KILLS):
        full.clock.advance(days=1)
        kills += in_child(full, hold_night, die_at=random.randint(1, steps)).was_killed
        assert found(NUMBERS) == ALL
        if random.random() < 0.5:
            kills += in_child(full, hold_night, die_at=random.randint(1, steps)).was_killed
            assert found(NUMBERS) == ALL
        report = night.run_night()
        assert report.twins == 0
        assert machine().ring.previous is None
        assert found(NUMBERS) == ALL
        assert count("small") % 256 == count("large") % 256 == 0
    assert kills >= KILLS // 2


def test_a_killed_night_is_finished_and_not_begun_anew(full: Vault) -> None:
    """The night after a kill goes on under the same two keys."""
    full.clock.advance(days=1)
    steps = in_child(full, hold_night).steps
    full.clock.advance(days=1)
    assert in_child(full, hold_night, die_at=steps - 20).was_killed
    present = machine().ring
    assert present.previous is not None
    assert night.is_due()
    assert night.run_night().was_resumed
    assert machine().ring.night_key == present.night_key
    assert found(NUMBERS) == ALL


def test_rows_written_during_a_killed_night_survive_it(full: Vault) -> None:
    """What is changed between kill and resumption stands under the current key alone."""
    full.clock.advance(days=1)
    steps = in_child(full, hold_night).steps
    full.clock.advance(days=1)
    assert in_child(full, hold_night, die_at=steps // 2).was_killed
    put_small(3, b"changed")
    write(100)
    report = night.run_night()
    assert report.was_resumed
    assert text_of(3) == b"changed"
    assert found([100]) == ({100}, {100}, {100})


def test_a_second_night_at_once_is_refused(full: Vault) -> None:
    """Who holds the ring alone may renew; another process is told so."""
    with machine().file.hold(wait=False) as is_held:
        assert is_held
        with pytest.raises(Busy, match=r"night\.under_way"):
            night.run_night()
    full.clock.advance(days=1)
    assert night.run_night().moved


def test_two_nights_in_two_processes_lose_nothing(full: Vault) -> None:
    """Several processes that begin a night together leave every row in its place."""

    def try_night(say: Say) -> None:
        try:
            night.run_night()
        except Busy:
            say(0)
        else:
            say(1)

    full.clock.advance(days=1)
    children = [start_child(full, try_night) for _ in range(4)]
    said = [child.wait().said for child in children]
    full.reopen()
    assert [1] in said
    assert found(NUMBERS) == ALL


def test_a_row_under_both_keys_counts_as_the_newer(full: Vault) -> None:
    """Of twins the row under the current key is read, and stays; the night reports them."""
    old = machine().ring.night_key
    number = row_ids(old, [tag(5)])[0]
    kept = rows_of(LockerClass.SMALL, [number])
    full.clock.advance(days=1)
    steps = in_child(full, hold_night).steps
    full.clock.advance(days=1)
    assert kept
    assert in_child(full, hold_night, die_at=steps - 20).was_killed
    previous = machine().ring.previous
    assert previous is not None
    put_small(5, b"newer")
    locker = look_up(small=[tag(6)]).small[tag(6)]
    twin = seal_locker(
        previous,
        type(locker)(tag(5), 0, locker.inner),
        klass=LockerClass.SMALL,
        random=machine().random,
    )
    insert(LockerClass.SMALL, [twin])
    assert text_of(5) == b"newer"
    assert night.run_night().twins == 1
    assert text_of(5) == b"newer"


def test_a_key_that_gives_two_tags_one_id_is_not_taken(
    full: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The night draws its key again while two tags would get one id under it."""
    keys: list[bytes] = []

    def ids(key: bytes, tags: list[bytes]) -> list[RowId]:
        keys.append(key)
        if key == keys[0]:
            return [RowId(7) for _ in tags]
        return row_ids(key, tags)

    monkeypatch.setattr(ring_module, "row_ids", ids)
    full.night()
    assert machine().ring.night_key == keys[-1] != keys[0]
    assert found(NUMBERS) == ALL


@pytest.fixture
def begun(full: Vault) -> Vault:
    """Return an instance whose night has turned the ring and moved nothing yet."""
    full.clock.advance(days=1)
    night.turn(lambda ring: begin_night(ring, random=machine().random))
    return full


def _give_id_of(monkeypatch: pytest.MonkeyPatch, other: bytes) -> None:
    """Let the row of number 5 have the id of another tag under the current key."""
    key = machine().ring.night_key

    def ids(asked: bytes, tags: Iterable[bytes]) -> list[RowId]:
        changed = [other if asked == key and one == tag(5) else one for one in tags]
        return row_ids(asked, changed)

    monkeypatch.setattr(locker_module, "row_ids", ids)


@pytest.mark.usefixtures("begun")
@pytest.mark.parametrize("size", [1, 10_000])
def test_a_row_in_the_way_stops_the_night_and_loses_nothing(
    monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    """Where a row written meanwhile has the id of one to be moved, neither is lost.

    They may be in one batch, or each in its own.
    """
    put_small(200, b"text")
    with monkeypatch.context() as patched:
        patched.setattr(plan, "BATCH_ROWS", size)
        _give_id_of(patched, tag(200))
        with pytest.raises(Damaged, match=r"store\.ids_collide"):
            night.run_night()
    assert found(NUMBERS) == ALL
    assert night.run_night().was_resumed
    assert found(NUMBERS) == ALL
    assert text_of(200) == b"text"


def test_a_key_that_gives_a_row_the_place_of_a_dummy_is_not_taken(
    full: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No row gets an id that a dummy may have, or it would be dropped for one."""
    keys: list[bytes] = []

    def ids(key: bytes, tags: list[bytes]) -> list[RowId]:
        keys.append(key)
        place = dummy_tag(key, 77)
        is_first = key == keys[0]
        return row_ids(key, [place if is_first and one == tag(5) else one for one in tags])

    monkeypatch.setattr(night, "row_ids", ids)
    full.night()
    assert machine().ring.night_key == keys[-1] != keys[0]


@pytest.mark.usefixtures("vault")
def test_no_row_is_written_to_the_place_of_a_dummy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tag that has the id of a dummy's place is refused like one whose id is taken."""
    key = machine().ring.night_key

    def ids(asked: bytes, tags: Iterable[bytes]) -> list[RowId]:
        return row_ids(asked, [dummy_tag(key, 77) if one == tag(5) else one for one in tags])

    monkeypatch.setattr(locker_module, "row_ids", ids)
    with pytest.raises(Busy, match=r"store\.try_tomorrow"):
        put_small(5, b"text")


def test_a_clock_set_to_2036_erases_nothing(full: Vault) -> None:
    """A day that cannot be believed renews rows, but no end comes of it until confirmed."""
    day = day_of(minute_now(full.clock))
    write(50, until=week_of(day) + 1)
    before = machine().ring
    full.clock.advance(days=9 * 365)
    report = night.run_night()
    assert not report.is_plausible
    assert report.moved > 0
    assert found([50]) == ({50}, {50}, {50})
    assert machine().ring.day == before.day
    assert machine().ring.expiry == before.expiry
    assert machine().ring.night_key != before.night_key
    assert night.run_night(is_confirmed=True).is_plausible
    assert found([50]) == (set(), set(), set())
    assert machine().ring.day == day_of(minute_now(full.clock))
    assert not set(machine().ring.expiry) & set(before.expiry)


def test_a_day_confirmed_at_unlocking_is_believed(full: Vault) -> None:
    """The caretaker's night believes the day that a holder confirmed, and no other."""
    full.clock.advance(days=30)
    machine().ephemeral.set_note(night.CONFIRMED, night.today() - 1)
    assert not night.run_night().is_plausible
    machine().ephemeral.set_note(night.CONFIRMED, night.today())
    assert night.run_night().is_plausible


def test_a_clock_set_back_erases_nothing(full: Vault) -> None:
    """A day before the last night keeps the ring's day."""
    day = machine().ring.day
    full.clock.advance(days=-3)
    assert not night.run_night().is_plausible
    assert machine().ring.day == day


def test_what_has_ended_goes_with_its_week(full: Vault) -> None:
    """Rows and bodies go in the first night after their last week, with the week's key."""
    week = week_of(day_of(minute_now(full.clock)))
    write(60, until=week)
    write(61, until=week + 1)
    while week_of(day_of(minute_now(full.clock))) == week:
        full.night()
    assert found([60, 61]) == ({61}, {61}, {61})
    assert week not in machine().ring.expiry
    assert week + 1 in machine().ring.expiry
    assert len(machine().ring.expiry) == 260


@pytest.mark.sqlite_only("the log is SQLite's file")
def test_the_log_is_empty_after_a_night(full: Vault) -> None:
    """No page of the day before is left in the write-ahead log."""
    full.night()
    connection.close()
    logs = list((full.home / "data").glob("*-wal"))
    assert all(log.stat().st_size == 0 for log in logs)


def test_a_night_tells_how_far_it_is(full: Vault) -> None:
    """Progress is told for each class, up to the last row."""
    seen: list[tuple[int, int]] = []
    full.clock.advance(days=1)
    night.run_night(progress=lambda done, of: seen.append((done, of)))
    ends = [pair for pair in seen if pair[0] == pair[1]]
    assert len(ends) == len(LockerClass)
    assert all(done <= of for done, of in seen)


def test_a_night_leaves_alone_what_it_cannot_open(full: Vault) -> None:
    """Rows that were altered or put there are neither moved nor deleted."""
    number = row_ids(machine().ring.night_key, [tag(5)])[0]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE small SET box = %s WHERE id = %s", [bytes(1098), number])
        cursor.execute("INSERT INTO large VALUES (77, %s)", [bytes(8266)])
    full.night()
    assert rows_of(LockerClass.SMALL, [number])
    assert rows_of(LockerClass.LARGE, [77])
    small, large, _bodies = found(NUMBERS)
    assert small == set(NUMBERS) - {5}
    assert large == set(NUMBERS)
    assert count("large") % 256 == 0


def test_a_damaged_row_in_the_way_gives_way(begun: Vault) -> None:
    """What stands at a row's new id and does not open is replaced by the row."""
    assert begun.clock.now
    number = row_ids(machine().ring.night_key, [tag(5)])[0]
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO small VALUES (%s, %s)", [number, bytes(1098)])
    assert found([5]) == ({5}, {5}, {5})
    assert night.run_night().was_resumed
    assert found(NUMBERS) == ALL


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OperationalError("database is locked"), "store.busy"),
        (OperationalError("database or disk is full"), "store.full"),
        (IdTaken(), "store.busy"),
    ],
)
def test_a_night_that_the_database_stops_goes_on_later(
    full: Vault, monkeypatch: pytest.MonkeyPatch, error: Exception, code: str
) -> None:
    """A full disk or a lock is a code, loses nothing, and the next night finishes."""

    def stop(*_arguments: object) -> None:
        raise error

    full.clock.advance(days=1)
    with monkeypatch.context() as patched:
        patched.setattr(night, "insert", stop)
        with pytest.raises(Busy) as caught:
            night.run_night()
    assert caught.value.code == code
    assert found(NUMBERS) == ALL
    assert night.run_night().was_resumed
    assert found(NUMBERS) == ALL


@pytest.mark.sqlite_only("SQLite's log waits for readers")
def test_a_reader_in_the_middle_keeps_the_log(full: Vault) -> None:
    """While somebody still reads old rows the log is not empty, and the report says so."""
    reader = sqlite3.connect(full.home / "data" / "hedgerow.sqlite3", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT COUNT(*) FROM small").fetchone()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 1")
    full.clock.advance(days=1)
    assert not night.run_night().is_log_empty
    reader.execute("ROLLBACK")
    reader.close()
    full.clock.advance(days=1)
    assert night.run_night().is_log_empty
    assert found(NUMBERS) == ALL
