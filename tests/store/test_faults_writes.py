# SPDX-License-Identifier: AGPL-3.0-or-later
"""Kill writers anywhere, let several write through nights, and let workers go stale."""

import random
from collections.abc import Callable

import pytest
from django.db import OperationalError, connection

from hedgerow.engines.vault.locker import row_id
from hedgerow.engines.vault.ring import turned
from hedgerow.kernel.errors import Busy, Damaged
from hedgerow.store import database, night, tables, writing
from hedgerow.store.machine import machine
from hedgerow.store.tables import look_up
from hedgerow.store.writing import Transaction, in_writing
from tests.instances import Vault
from tests.store.killing import Say, in_child, start_child
from tests.store.rowwork import KEY, body_id, count, found, put_small, tag, text_of, write

KILLS = 20
WRITERS = 4
EACH = 25


def numbers_from(first: int) -> list[int]:
    """Return the numbers one process writes."""
    return list(range(first, first + EACH))


def writer(numbers: list[int]) -> Callable[[Say], None]:
    """Return an act that writes numbers and acknowledges each."""

    def act(say: Say) -> None:
        for number in numbers:
            write(number)
            say(number)

    return act


def test_a_writer_killed_anywhere_leaves_whole_transactions(vault: Vault) -> None:
    """What was acknowledged is there, all of it; what was not is there whole or not at all."""
    tried = numbers_from(0)
    whole = in_child(vault, writer(tried))
    acknowledged = list(whole.said)
    for kill in range(1, KILLS + 1):
        numbers = numbers_from(kill * EACH)
        tried += numbers
        die_at = random.randint(1, whole.steps)
        acknowledged += in_child(vault, writer(numbers), die_at=die_at).said
        small, large, bodies = found(tried)
        assert small == large == bodies
        assert set(acknowledged) <= small
        assert len(small) <= len(acknowledged) + kill
        assert count("small") % 256 == count("large") % 256 == 0
    assert len(acknowledged) < len(tried)


def test_four_writers_go_on_through_nights(vault: Vault) -> None:
    """Everything that four processes wrote while nights were held is found afterwards."""
    numbers = [numbers_from(place * 1000) for place in range(WRITERS)]

    def nights(say: Say) -> None:
        for number in range(3):
            vault.clock.advance(days=1)
            night.run_night()
            say(number)

    children = [start_child(vault, act) for act in (*map(writer, numbers), nights)]
    said = [child.wait().said for child in children]
    vault.reopen()
    assert [len(one) for one in said] == [EACH] * WRITERS + [3]
    everything = {number for some in numbers for number in some}
    assert found(everything) == (everything, everything, everything)
    vault.clock.advance(days=3)
    vault.night()
    assert found(everything) == (everything, everything, everything)


def _half_turn(_say: Say) -> None:
    """Begin a night, and die between the ring's file and the commit."""
    night.run_night()


def _die_between_file_and_commit(vault: Vault) -> None:
    """Leave the ring's file one turn ahead of the database."""
    before = machine().ring.seq
    for step in range(1, 200):
        assert in_child(vault, _half_turn, die_at=step).was_killed
        seq = look_up_seq()
        if machine().file.read().seq > seq:
            return
        assert seq == before
    pytest.fail("No step lies between file and commit.")


def look_up_seq() -> int:
    """Return the count that stands in the database, completing nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq FROM night")
        return int(cursor.fetchone()[0])


@pytest.mark.parametrize("first", ["old", "new"])
def test_a_half_made_turn_is_completed_by_whoever_finds_it(vault: Vault, first: str) -> None:
    """A worker from before and one from after a half-made turn write one row, not two."""
    put_small(1, b"before")
    old = machine().ring
    vault.clock.advance(days=1)
    _die_between_file_and_commit(vault)
    new = machine().ring
    assert new.seq == old.seq + 1
    for place, ring in enumerate([old, new] if first == "old" else [new, old]):
        machine().ring = ring
        put_small(1, b"text %d" % place)
    machine().ring = old
    assert text_of(1) == b"text 1"
    assert look_up_seq() == machine().ring.seq
    for _ in range(3):
        report = vault.night()
        assert report.twins == 0
        assert text_of(1) == b"text 1"


def test_a_reader_completes_a_half_made_turn(vault: Vault) -> None:
    """Reading alone sets the count to that of the ring's file."""
    write(1)
    vault.clock.advance(days=1)
    _die_between_file_and_commit(vault)
    assert found([1]) == ({1}, {1}, {1})
    assert look_up_seq() == machine().file.read().seq


@pytest.mark.usefixtures("vault")
def test_a_ring_older_than_the_database_is_reported() -> None:
    """Files of different days put together are refused, by readers and writers."""
    database.set_turns(machine().ring.seq + 3)
    with pytest.raises(Damaged, match=r"store\.ring_behind"):
        look_up(small=[tag(1)])
    with pytest.raises(Damaged, match=r"store\.ring_behind"):
        put_small(1, b"text")


@pytest.mark.usefixtures("vault")
def test_a_database_of_another_program_is_reported() -> None:
    """Without the row that counts turns nothing is read or written."""
    write(1)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM night")
    with pytest.raises(Damaged, match=r"store\.no_night_row"):
        look_up(small=[tag(1)])
    with pytest.raises(Damaged, match=r"store\.no_night_row"):
        put_small(1, b"text")


@pytest.mark.usefixtures("vault")
def test_a_ring_that_never_rests_makes_a_look_up_give_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A look-up does not repeat for ever; it says that rows are moving."""
    write(1)
    monkeypatch.setattr(tables, "follow_ring", lambda _seq: None)
    machine().ring = turned(machine().ring)
    with pytest.raises(Busy, match=r"store\.moving"):
        look_up(small=[tag(1)])


@pytest.mark.usefixtures("vault")
def test_a_taken_id_repeats_the_act() -> None:
    """Where another tag has the id, the act is run again, and a fixed one gives up."""
    write(1)
    draws = iter([1, 2])

    def act(tx: Transaction) -> int:
        number = next(draws)
        write_body(tx, number)
        return number

    assert in_writing(act) == 2
    with pytest.raises(Busy, match=r"store\.try_tomorrow"):
        in_writing(lambda tx: write_body(tx, 1))


def write_body(tx: Transaction, number: int) -> None:
    """Write the body of a number."""
    tx.put_body(body_id(number), b"b" * 300)


@pytest.mark.usefixtures("vault")
def test_another_tag_under_the_same_id_is_never_overwritten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two true tags with one row id make the second writing fail, and the first row stays."""
    put_small(1, b"first")
    monkeypatch.setattr(
        writing, "row_id", lambda key, one: row_id(key, tag(1) if one == tag(2) else one)
    )
    with pytest.raises(Busy, match=r"store\.try_tomorrow"):
        put_small(2, b"second")
    assert text_of(1) == b"first"


@pytest.mark.usefixtures("vault")
def test_an_act_that_fails_writes_nothing() -> None:
    """An error out of an act rolls back rows and bodies, and notes no transaction."""
    seen: list[Transaction] = []
    writing.observers.append(seen.append)

    def act(tx: Transaction) -> None:
        tx.put_small(tag(1), b"text", key=KEY)
        tx.put_large(tag(1), b"text", key=KEY)
        raise Damaged("test.failed")

    try:
        with pytest.raises(Damaged, match=r"test\.failed"):
            in_writing(act)
    finally:
        writing.observers.remove(seen.append)
    assert found([1]) == (set(), set(), set())
    assert not seen


@pytest.mark.parametrize(
    ("text", "code"),
    [("database or disk is full", "store.full"), ("database is locked", "store.busy")],
)
@pytest.mark.usefixtures("vault")
def test_a_full_or_locked_database_says_so(text: str, code: str) -> None:
    """An error of the database becomes a code that a page can word; nothing was written."""

    def act(tx: Transaction) -> None:
        tx.put_small(tag(1), b"text", key=KEY)
        raise OperationalError(text)

    with pytest.raises(Busy) as caught:
        in_writing(act)
    assert caught.value.code == code
    assert found([1]) == (set(), set(), set())


@pytest.mark.sqlite_only("the disk is filled by SQLite's limit of pages")
@pytest.mark.usefixtures("vault")
def test_a_really_full_disk_keeps_what_was_acknowledged() -> None:
    """When the file may not grow, writing says that the disk is full, and reading goes on."""

    def fill() -> None:
        for number in range(2, 500):
            write(number)
            written.append(number)

    write(1)
    written = [1]
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        pages = cursor.fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(Busy, match=r"store\.full"):
        fill()
    assert found(written) == (set(written),) * 3
    assert found([written[-1] + 1]) == (set(), set(), set())


@pytest.mark.usefixtures("vault")
def test_a_tag_taken_away_is_gone() -> None:
    """Dropped rows are not found, and dropping tells how many there were."""
    write(1)
    assert in_writing(lambda tx: tx.drop_small([tag(1), tag(9)])) == 1
    assert in_writing(lambda tx: tx.drop_large([tag(1)])) == 1
    assert found([1])[:2] == (set(), set())


@pytest.mark.usefixtures("vault")
def test_a_damaged_row_is_missing_and_can_be_written_again() -> None:
    """A row whose bytes were altered counts as missing; writing its tag mends it."""
    put_small(1, b"text")
    with connection.cursor() as cursor:
        number = row_id(machine().ring.night_key, tag(1))
        cursor.execute("UPDATE small SET box = %s WHERE id = %s", [bytes(1098), number])
    assert found([1])[0] == set()
    put_small(1, b"mended")
    assert text_of(1) == b"mended"


@pytest.mark.usefixtures("vault")
def test_a_record_takes_the_pieces_of_a_file_in_its_own_transaction() -> None:
    """Pieces that a record took are no more unfinished, and it is told how many there were."""
    ephemeral = machine().ephemeral
    write(1, until=3000)
    ephemeral.note_upload(body_id(1), minute=1, size=300)
    ephemeral.note_upload(body_id(2), minute=1, size=300)
    assert in_writing(lambda tx: tx.set_until([body_id(1), body_id(9)], None)) == 1
    assert ephemeral.uploads_before(2) == [body_id(2)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT until FROM body")
        assert cursor.fetchall() == [(None,)]


@pytest.mark.usefixtures("vault")
def test_an_act_within_an_act_is_one_transaction() -> None:
    """Writing while one writes already waits for nobody and ends with the outer act."""

    def outer(tx: Transaction) -> None:
        tx.put_small(tag(1), b"text", key=KEY)
        put_small(2, b"text")
        raise Damaged("test.failed")

    with pytest.raises(Damaged, match=r"test\.failed"):
        in_writing(outer)
    assert found([1, 2])[0] == set()
