# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check what lives in memory only: sessions, states, counters, the post, the caretaker."""

import sqlite3
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from hedgerow.cli import caretaker
from hedgerow.engines.vault import sessionkeys
from hedgerow.engines.vault.locker import LockerClass
from hedgerow.kernel.errors import Busy, Refused
from hedgerow.store import machine as machines
from hedgerow.store import post, runtime, sessions
from hedgerow.store.ephemeral import Ephemeral
from hedgerow.store.post import PostEntry
from hedgerow.store.tables import look_up
from hedgerow.store.writing import Transaction, in_writing
from tests.instances import Vault, open_vault

ACCOUNT, PAUSE = b"a" * 32, b"f" * 32
KEY = b"k" * 32
INNER = b"i" * LockerClass.LARGE.inner_bytes


def _tag(number: int) -> bytes:
    return number.to_bytes(32, "big")


def test_a_session_opens_by_its_cookie_alone(vault: Vault) -> None:
    """The cookie gives back the account; nothing of it stands in the row in clear."""
    cookie = sessions.begin(ACCOUNT, PAUSE)
    state = sessions.read(cookie)
    assert state is not None
    assert (state.account_key, state.pause_secret) == (ACCOUNT, PAUSE)
    rows = machines.machine().ephemeral.rows("SELECT * FROM session")
    assert ACCOUNT not in b"".join(part for part in rows[0] if isinstance(part, bytes))
    vault.reopen()
    assert sessions.read(cookie) is not None


@pytest.mark.parametrize("cookie", ["", "x", "ы", "A" * 64, "=" * 64])
@pytest.mark.usefixtures("vault")
def test_a_forged_cookie_opens_nothing(cookie: str) -> None:
    """What was not made here opens no session and may send no file."""
    assert sessions.read(cookie) is None
    assert sessions.counter_of(cookie) is None


def test_a_cookie_with_one_changed_letter_opens_nothing(vault: Vault) -> None:
    """The check in the cookie covers all of its secret."""
    assert vault.clock.now
    cookie = sessions.begin(ACCOUNT, PAUSE)
    other = ("B" if cookie[0] == "A" else "A") + cookie[1:]
    assert sessions.counter_of(other) is None


def test_a_cookie_of_another_instance_opens_nothing(vault: Vault, tmp_path: Path) -> None:
    """Each instance has a secret of its own for cookies."""
    cookie = sessions.begin(ACCOUNT, PAUSE)
    assert sessions.counter_of(cookie) is not None
    with open_vault(tmp_path / "other"):
        assert sessions.counter_of(cookie) is None
    assert vault.home != tmp_path / "other"


def test_a_session_ends_after_idle_minutes_and_after_half_a_day(vault: Vault) -> None:
    """Twenty minutes without a request end it, and twelve hours with them."""
    cookie = sessions.begin(ACCOUNT, PAUSE)
    for _ in range(37):
        vault.clock.advance(minutes=19)
        assert sessions.read(cookie) is not None
    vault.clock.advance(minutes=19)
    assert sessions.read(cookie) is None
    idle = sessions.begin(ACCOUNT, PAUSE)
    vault.clock.advance(minutes=20)
    assert sessions.sweep() == 1
    assert sessions.read(idle) is None


def test_a_request_does_not_revive_a_session_that_was_ended(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A session that is ended while a request reads it stays ended."""
    cookie = sessions.begin(ACCOUNT, PAUSE)
    vault.clock.advance(minutes=5)
    opened = sessionkeys.open_session

    def ended_meanwhile(secret: bytes, box: bytes, *, mix: bytes) -> sessionkeys.SessionRow:
        row = opened(secret, box, mix=mix)
        sessions.end_all(PAUSE)
        return row

    monkeypatch.setattr(sessionkeys, "open_session", ended_meanwhile)
    assert sessions.read(cookie) is None
    monkeypatch.undo()
    assert sessions.read(cookie) is None


@pytest.mark.usefixtures("vault")
def test_sessions_of_an_account_are_listed_and_ended() -> None:
    """An account ends one of its sessions, then the others, and no session of anybody else."""
    cookies = [sessions.begin(ACCOUNT, PAUSE) for _ in range(3)]
    stranger = sessions.begin(b"b" * 32, b"g" * 32)
    state = sessions.read(cookies[0])
    assert state is not None
    lines = sessions.lines(state)
    assert [line.is_this for line in lines] == [True, False, False]
    sessions.end(state, handle=lines[1].handle)
    sessions.end(state, handle="unknown")
    assert len(sessions.lines(state)) == 2
    sessions.end_others(state)
    assert [line.is_this for line in sessions.lines(state)] == [True]
    sessions.end_this(state)
    assert sessions.read(cookies[0]) is None
    assert sessions.read(stranger) is not None


def _entry(*, anchors: tuple[bytes, ...] = ()) -> PostEntry:
    return PostEntry(pages=((_tag(1), INNER),), drop=(_tag(50),), anchors=anchors)


def test_the_post_is_delivered_on_mondays_only(vault: Vault) -> None:
    """A keyring is written by the night to Monday, with its pending rows, and by no other."""
    in_writing(lambda tx: tx.put_small(_tag(50), b"pending", key=KEY))
    post.put(_entry(anchors=(_tag(50),)))
    delivered = [vault.night().delivered for _ in range(6)]
    assert delivered == [0, 0, 0, 0, 0, 1]
    found = look_up(small=[_tag(50)], large=[_tag(1)])
    assert found.large[_tag(1)].inner == INNER
    assert not found.small
    assert post.read(_tag(1)) is None


def test_a_first_keyring_waits_for_one_week_in_four(vault: Vault) -> None:
    """While none stands, the entry stays in the post and its pending row in its place."""
    vault.nights_to_monday()
    in_writing(lambda tx: tx.put_small(_tag(50), b"pending", key=KEY))
    in_writing(lambda tx: tx.put_inner(LockerClass.LARGE, _tag(2), bytes(len(INNER))))
    post.put(_entry(anchors=(_tag(50),)))
    post.put(PostEntry(pages=((_tag(2), INNER),), drop=(), anchors=()))
    delivered = []
    for _ in range(4):
        assert look_up(small=[_tag(50)]).small
        assert post.read(_tag(1)) is not None
        delivered.append(vault.week().delivered)
    assert delivered == [1, 0, 0, 1]
    found = look_up(small=[_tag(50)], large=[_tag(1), _tag(2)])
    assert [found.large[_tag(number)].inner for number in (1, 2)] == [INNER, INNER]
    assert not found.small
    assert post.read(_tag(1)) is None


def test_the_post_brings_no_old_phrase_back(vault: Vault) -> None:
    """An entry whose account is no longer in the tables is discarded, not delivered."""
    post.put(_entry(anchors=(_tag(50),)))
    vault.nights_to_monday()
    assert look_up(large=[_tag(1)]).large == {}
    assert post.read(_tag(1)) is None


@pytest.mark.usefixtures("vault")
def test_a_later_entry_replaces_the_earlier_one() -> None:
    """One account has one entry; forgetting leaves none."""
    post.put(_entry())
    post.put(_entry(anchors=(_tag(9),)))
    assert post.read(_tag(1)) == _entry(anchors=(_tag(9),))
    post.forget(_tag(1))
    assert post.read(_tag(1)) is None


def test_one_state_lives_under_a_mark(tmp_path: Path) -> None:
    """Two people cannot join by one code at a time; a state that is over is no hindrance."""
    kept = Ephemeral(tmp_path)
    assert kept.put_state(b"one", b"box", ends=10, mark=b"code", now=0)
    assert not kept.put_state(b"two", b"box", ends=10, mark=b"code", now=5)
    assert kept.put_state(b"one", b"new", ends=10, mark=b"code", now=5)
    assert kept.get_state(b"one", now=10) == b"new"
    assert kept.get_state(b"one", now=11) is None
    assert kept.put_state(b"two", b"box", ends=30, mark=b"code", now=11)
    assert kept.drop_old_states(now=31) == 1
    kept.close()


def test_counters_begin_anew_each_day(tmp_path: Path) -> None:
    """A counter adds up within its day and forgets the days before."""
    kept = Ephemeral(tmp_path)
    assert kept.count(b"name", 3, day=1) == 3
    assert kept.count(b"name", 4, day=1) == 7
    assert kept.count(b"name", 1, day=2) == 1
    assert kept.rows("SELECT COUNT(*) FROM counter") == [(1,)]
    kept.close()


def test_notes_are_found_by_how_they_begin(tmp_path: Path) -> None:
    """Only names that begin so, to the letter, and under which there is enough."""
    kept = Ephemeral(tmp_path)
    for name, value in (("asked a", 5), ("asked b", 4), ("asked %", 6), ("asks c", 9)):
        kept.set_note(name, value)
    assert sorted(kept.notes(prefix="asked ", least=5)) == ["asked %", "asked a"]
    assert kept.notes(prefix="asked %", least=0) == ["asked %"]
    kept.close()


def test_a_full_memory_is_told_and_leaves_nothing_half_written(tmp_path: Path) -> None:
    """Without room in memory the caller hears "store.full"; earlier values stay."""
    kept = Ephemeral(tmp_path)
    kept.set_note("name", 1)
    kept.run("PRAGMA max_page_count=1")
    with pytest.raises(Busy) as refusal, kept.writing() as connection:
        connection.execute("INSERT INTO post VALUES (x'01', zeroblob(900000))")
    assert refusal.value.code == "store.full"
    assert kept.note("name") == 1
    assert kept.rows("SELECT * FROM post") == []
    kept.close()


def test_the_runtime_folder_must_be_ours_and_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder on a disk, or one that others may look into, is refused."""
    monkeypatch.setenv("RUNTIME_DIRECTORY", str(tmp_path))
    if not runtime.is_in_memory(tmp_path):
        with pytest.raises(Refused) as refusal:
            runtime.runtime_directory(tmp_path / "home")
        assert refusal.value.code == "runtime.not_in_memory"
    monkeypatch.delenv("RUNTIME_DIRECTORY")
    folder = runtime.runtime_directory(tmp_path / "home")
    folder.chmod(0o755)
    with pytest.raises(Refused) as refusal:
        runtime.runtime_directory(tmp_path / "home")
    assert refusal.value.code == "runtime.not_ours"
    runtime.empty(folder)


def test_commands_find_the_runtime_folder_of_a_service(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A service under systemd leaves a link, which a command in a shell follows."""
    home = tmp_path / "home"
    home.mkdir()
    given = runtime.runtime_directory(tmp_path / "another")
    monkeypatch.setenv("RUNTIME_DIRECTORY", f"{given}:{tmp_path}")
    of_service = runtime.runtime_directory(home)
    runtime.link_from(home, runtime=of_service)
    runtime.link_from(home, runtime=of_service)
    monkeypatch.delenv("RUNTIME_DIRECTORY")
    assert runtime.runtime_directory(home) == of_service
    runtime.empty(given)
    assert runtime.runtime_directory(home) != of_service
    runtime.empty(runtime.runtime_directory(home))


def test_debug_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Error pages that show what people typed cannot be switched on."""
    monkeypatch.setattr(django_settings, "DEBUG", True)
    with pytest.raises(ImproperlyConfigured):
        apps.get_app_config("store").ready()


def test_the_caretaker_holds_one_night_a_day(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    """It waits for its minute, holds one night, and none again until the next day."""
    monkeypatch.setenv(caretaker.NIGHT_MINUTE, str(13 * 60))
    vault.clock.advance(days=1)
    before = machines.machine().ring.seq
    caretaker.tick()
    assert machines.machine().reload().seq == before
    vault.clock.advance(minutes=60)
    for _ in range(3):
        caretaker.tick()
    assert machines.machine().reload().seq == before + 2
    vault.clock.advance(days=1)
    caretaker.tick()
    assert machines.machine().reload().seq == before + 4


def test_the_caretaker_tries_an_unbelievable_day_once(vault: Vault) -> None:
    """A clock set to 2036 renews the rows once that day, and leaves the ring's day."""
    day = machines.machine().ring.day
    vault.clock.advance(days=365 * 9)
    before = machines.machine().ring.seq
    for _ in range(3):
        caretaker.tick()
    assert machines.machine().reload().seq == before + 2
    assert machines.machine().ring.day == day


def test_the_caretaker_does_nothing_while_closed(vault: Vault) -> None:
    """Without the key there is no night, and no error either."""
    seq = machines.machine().ring.seq
    machines.close()
    vault.clock.advance(days=1)
    caretaker.tick()
    vault.reopen()
    assert machines.machine().ring.seq == seq


@pytest.mark.parametrize("text", ["", "x", "-5", "1440", "12.5"])
def test_a_senseless_hour_of_the_night_is_three(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is no minute of a day counts as not set."""
    monkeypatch.setenv(caretaker.NIGHT_MINUTE, text)
    assert caretaker.night_minute() == 180


@pytest.mark.sqlite_only("the disk is filled by SQLite's limit of pages")
@pytest.mark.usefixtures("vault")
def test_a_full_disk_leaves_nothing_half_written() -> None:
    """Without room nothing of a transaction stays, and the error says so."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        pages = cursor.fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count={pages + 20}")

    def act(tx: Transaction) -> None:
        for number in range(200):
            tx.put_large(_tag(number), b"text", key=KEY)

    with pytest.raises(Busy) as refusal:
        in_writing(act)
    assert refusal.value.code == "store.full"
    assert look_up(large=[_tag(number) for number in range(200)]).large == {}
    in_writing(lambda tx: tx.put_small(_tag(1), b"text", key=KEY))


@pytest.mark.sqlite_only("one lock for all writers")
def test_a_locked_database_is_told(vault: Vault) -> None:
    """A writer that waits too long hears "store.busy"; nothing of it is written."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout=1")
    other = sqlite3.connect(vault.home / machines.DATA / "hedgerow.sqlite3")
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Busy) as refusal:
        in_writing(lambda tx: tx.put_small(_tag(1), b"text", key=KEY))
    assert refusal.value.code == "store.busy"
    other.rollback()
    other.close()
    assert look_up(small=[_tag(1)]).small == {}


def test_counters_of_a_day_that_is_over_are_forgotten(tmp_path: Path) -> None:
    """The first counter of a day ends those of the days before; each counts for itself."""
    ephemeral = Ephemeral(tmp_path)
    assert [ephemeral.count(b"a", 2, day=5) for _ in range(3)] == [2, 4, 6]
    assert ephemeral.count(b"b", 1, day=5) == 1
    assert ephemeral.count(b"a", 0, day=5) == 6
    assert ephemeral.count(b"a", 3, day=6) == 3
    assert ephemeral.rows("SELECT name, day, total FROM counter") == [(b"a", 6, 3)]
    ephemeral.close()


def test_new_bodies_are_noted_once(tmp_path: Path) -> None:
    """A body that is noted again is the same; ids have up to 62 bits."""
    ephemeral = Ephemeral(tmp_path)
    ephemeral.note_born([1, (1 << 62) - 1])
    ephemeral.note_born(number for number in (1, 7))
    ephemeral.note_born([])
    assert ephemeral.born() == {1, 7, (1 << 62) - 1}
    ephemeral.close()
