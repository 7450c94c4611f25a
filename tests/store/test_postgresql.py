# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check what PostgreSQL does otherwise: places of writers, deadlocks, broken connections."""

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from django.db import OperationalError, connection, connections

from hedgerow.kernel.errors import Busy, Refused
from hedgerow.kernel.ids import SpaceId
from hedgerow.store import founding, night, released, rosters
from hedgerow.store.database import busy
from hedgerow.store.writing import Transaction, in_writing
from tests.databases import DATABASES
from tests.instances import Vault
from tests.store.killing import Say, start_child
from tests.store.people.actors import Note, Person, bring, id_of
from tests.store.people.conftest import founder, founder_words, space_id  # noqa: F401 -- fixtures
from tests.store.rowwork import KEY, count, found, put_small, tag, text_of, write

pytestmark = [
    pytest.mark.postgresql_only("how its writers meet"),
    pytest.mark.usefixtures("vault"),
]
HERE, THERE = [tag(1001)], [tag(1002)]
_PATIENCE_S = 30


class _Apart:
    """Run an act in a thread, which has a connection of its own."""

    def __init__(self, act: Callable[[], object]) -> None:
        """Start it."""
        self._threads = ThreadPoolExecutor(max_workers=1)
        self._future = self._threads.submit(self._run, act)

    def _run(self, act: Callable[[], object]) -> None:
        try:
            act()
        finally:
            connections["default"].close()

    def is_over(self) -> bool:
        """Tell whether it has ended."""
        return self._future.done()

    def end(self) -> None:
        """Wait for its end; an error of it is the test's."""
        self._future.result(_PATIENCE_S)
        self._threads.shutdown()


class _Held:
    """Be in the middle of an act in a thread, having written row 1."""

    def __init__(self, over: list[bytes] | None) -> None:
        """Begin, and return once the row is written."""
        self._is_in, self._may_end = threading.Event(), threading.Event()
        self._apart = _Apart(lambda: in_writing(self._write, over=over))
        assert self._is_in.wait(_PATIENCE_S)

    def _write(self, tx: Transaction) -> None:
        tx.put_small(tag(1), b"theirs", key=KEY)
        self._is_in.set()
        assert self._may_end.wait(_PATIENCE_S)

    def end(self) -> None:
        """Let it commit, and wait for that."""
        self._may_end.set()
        self._apart.end()


def _rows(statement: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def _wait_until_somebody_waits() -> None:
    """Wait until one connection waits for an advisory lock of another."""
    pause = threading.Event()
    for _ in range(_PATIENCE_S * 100):
        if _rows("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"):
            return
        pause.wait(0.01)
    pytest.fail("Nobody waits.")


def test_two_places_are_written_at_the_same_time() -> None:
    """Whoever writes elsewhere does not wait for an act that is under way."""
    held = _Held(HERE)
    in_writing(lambda tx: tx.put_small(tag(2), b"mine", key=KEY), over=THERE)
    assert text_of(2) == b"mine"
    assert found([1])[0] == set()
    held.end()
    assert text_of(1) == b"theirs"
    assert count("small") % 256 == 0


@pytest.mark.parametrize(
    ("first", "second"), [(HERE, HERE), (HERE, None), (None, HERE), (None, None)], ids=str
)
def test_one_place_is_written_by_one_after_the_other(
    first: list[bytes] | None, second: list[bytes] | None
) -> None:
    """Whoever comes second to a place, or to one's not named, waits and sees what was written."""
    held = _Held(first)
    seen: list[bool] = []

    def act(tx: Transaction) -> None:
        seen.append(tag(1) in tx.look_up(small=[tag(1)]).small)

    apart = _Apart(lambda: in_writing(act, over=second))
    _wait_until_somebody_waits()
    assert not apart.is_over()
    held.end()
    apart.end()
    assert seen == [True]


def test_a_night_waits_for_whoever_writes_and_loses_nothing(vault: Vault) -> None:
    """A turn of the ring begins after the acts under way, whose rows the night moves."""
    held = _Held(HERE)
    vault.clock.advance(days=1)
    apart = _Apart(night.run_night)
    _wait_until_somebody_waits()
    held.end()
    apart.end()
    assert text_of(1) == b"theirs"


def test_writers_of_two_groups_do_not_wait(founder: Person, space_id: SpaceId) -> None:  # noqa: F811 -- the fixture, imported by name
    """While one group is written, another is too; the same group's next writer waits its turn."""
    other = founder.visit().open_space("Other", as_name="O").id
    head = founder.space(space_id)._opened.tags.head()
    held = _Held([head])
    founder.space(other).write(Note("in the other group"), title="x")
    apart = _Apart(lambda: founder.space(space_id).write(Note("in the first one"), title="x"))
    _wait_until_somebody_waits()
    assert not apart.is_over()
    held.end()
    apart.end()
    for one in (other, space_id):
        assert len(founder.space(one).entries(Note)) == 1


def test_two_groups_do_not_take_one_place_of_the_shared_window(
    founder: Person,  # noqa: F811 -- the fixture, imported by name
    space_id: SpaceId,  # noqa: F811 -- the fixture, imported by name
) -> None:
    """What groups release for later lies in one window; whoever takes a place there is alone."""
    now = founder.space(space_id)._opened.minute
    held = _Held([released._tags()[0]])
    space = founder.space(space_id)
    apart = _Apart(lambda: space.release(Note("later"), title="x", due_minute=now))
    _wait_until_somebody_waits()
    assert not apart.is_over()
    held.end()
    apart.end()
    assert len(released.due(now)) == 1


def test_two_who_wait_for_each_other_are_both_served() -> None:
    """A deadlock ends one act, which is run again; both are whole, each once."""
    meeting = threading.Barrier(2, timeout=_PATIENCE_S)
    rounds = {HERE[0]: 0, THERE[0]: 0}

    def act(first: bytes, second: bytes) -> None:
        def run(tx: Transaction) -> None:
            tx.hold(first)
            rounds[first] += 1
            if rounds[first] == 1:
                meeting.wait()
            tx.hold(second)
            tx.put_small(first, b"text", key=KEY)

        in_writing(run, over=())

    both = [_Apart(lambda: act(HERE[0], THERE[0])), _Apart(lambda: act(THERE[0], HERE[0]))]
    for one in both:
        one.end()
    assert sorted(rounds.values()) == [1, 2]
    assert count("small") % 256 == 0


def _break_connection() -> None:
    """End this thread's session on the server, as a restart of the server does."""
    ((pid,),) = _rows("SELECT pg_backend_pid()")
    assert DATABASES.server is not None
    DATABASES.server.run(f"SELECT pg_terminate_backend({pid})")


def test_a_reader_whose_connection_breaks_asks_again() -> None:
    """A restart of the server between two pages costs a reader nothing."""
    put_small(1, b"text")
    _break_connection()
    assert text_of(1) == b"text"


@pytest.mark.parametrize("over", [None, HERE], ids=["alone", "beside others"])
def test_an_act_whose_connection_breaks_is_run_again(over: list[bytes] | None) -> None:
    """A connection that breaks before the commit costs nobody anything."""
    rounds: list[int] = []

    def act(tx: Transaction) -> None:
        tx.put_small(tag(1), b"text", key=KEY)
        rounds.append(1)
        if len(rounds) == 1:
            _break_connection()
            _rows("SELECT 1")

    in_writing(act, over=over)
    assert len(rounds) == 2
    assert text_of(1) == b"text"
    assert count("small") % 256 == 0


def test_a_connection_that_breaks_at_the_commit_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """What may have been kept is not done twice: the person hears it and looks."""
    rounds: list[int] = []
    commit = connection._commit  # type: ignore[attr-defined]  # what Django commits by

    def breaking() -> None:
        _break_connection()
        commit()

    def act(tx: Transaction) -> None:
        rounds.append(1)
        tx.put_small(tag(1), b"text", key=KEY)

    with monkeypatch.context() as patched:
        patched.setattr(connection, "_commit", breaking)
        with pytest.raises(Busy, match=r"store\.busy"):
            in_writing(act)
    assert len(rounds) == 1
    assert found([1])[0] == set()


def test_a_database_that_is_away_is_told() -> None:
    """While nobody answers, writers and readers hear "store.busy"; afterwards all goes on."""
    put_small(1, b"text")
    name, wrong = connection.settings_dict["NAME"], "nothing_of_this_name"
    connection.close()
    connection.settings_dict["NAME"] = wrong
    for act in (lambda: put_small(2, b"text"), lambda: text_of(1)):
        with pytest.raises(Busy, match=r"store\.busy"):
            act()
    connection.settings_dict["NAME"] = name
    assert found([1, 2])[0] == {1}


def test_a_full_disk_is_known_by_its_code() -> None:
    """PostgreSQL speaks the language of its settings, so its code counts, not its words."""
    error = OperationalError("kein Platz mehr")
    error.__cause__ = psycopg.errors.DiskFull()
    assert busy(error).code == "store.full"
    assert busy(OperationalError("kein Platz mehr")).code == "store.busy"


def test_a_database_that_has_an_instance_is_refused(vault: Vault) -> None:
    """A second instance does not write into the first one's tables, whose ring it lacks."""
    write(1)
    with pytest.raises(Refused, match=r"instance\.database_used"):
        founding.demand_unused_database()
    vault.reopen()
    assert found([1]) == ({1}, {1}, {1})


def _writer(who: Person, place: SpaceId, *, name: str) -> Callable[[Say], None]:
    """Return an act that writes eight notes, each acknowledged."""

    def act(say: Say) -> None:
        for each in range(8):
            who.space(place).write(Note(f"{name}-{each}"), title="x")
            say(each)

    return act


def _all_at_once(vault: Vault, acts: list[Callable[[Say], None]]) -> list[int]:
    """Run acts in processes of their own; return how many steps each acknowledged, sorted."""
    random.shuffle(acts)
    children = [start_child(vault, act) for act in acts]
    said = sorted(len(child.wait().said) for child in children)
    vault.reopen()
    rosters.forget_all()
    return said


def test_writers_removals_and_nights_all_at_once(
    vault: Vault,
    founder: Person,  # noqa: F811 -- the fixture, imported by name
    space_id: SpaceId,  # noqa: F811 -- the fixture, imported by name
) -> None:
    """Processes that write, remove and renew at once lose nothing that was acknowledged."""
    other = founder.visit().open_space("Other", as_name="O").id
    places = (space_id, space_id, other)
    writers = [bring(founder, place, name="W") for place in places]
    goes = [id_of(bring(founder, space_id, name="G"), space_id) for _ in range(3)]
    for person in (founder, *writers):
        person.log_in()

    def remover(say: Say) -> None:
        for each, member_id in enumerate(goes):
            founder.space(space_id).remove(member_id)
            say(each)

    def nights(say: Say) -> None:
        for each in range(3):
            vault.clock.advance(days=1)
            night.run_night()
            say(each)

    together = [_writer(who, at, name=str(at)) for who, at in zip(writers, places, strict=True)]
    assert _all_at_once(vault, [*together, remover, nights]) == [3, 3, 8, 8, 8]
    founder.log_in()
    for place, often in ((space_id, 2), (other, 1)):
        space = founder.space(place)
        texts = sorted(record.value.text for record in space.read_many(Note, space.entries(Note)))
        assert texts == sorted(f"{place}-{each}" for each in range(8) for _ in range(often))
        assert space.damage() == []
    assert not set(goes) & {member.id for member in founder.space(space_id).members()}
