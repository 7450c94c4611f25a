# SPDX-License-Identifier: AGPL-3.0-or-later
"""Make back-ups of an instance that goes on, and put them in its place or somewhere else."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection, connections

from hedgerow.engines.vault.ring import COPY_BYTES, begin_night, new_ring, open_copy
from hedgerow.kernel.clock import day_of, minute_now, week_of
from hedgerow.kernel.errors import Busy, Damaged, Refused
from hedgerow.kernel.ids import SpaceId
from hedgerow.store import backing, copies, rosters
from hedgerow.store import machine as machines
from hedgerow.store import restoring as restoring_module
from hedgerow.store.copies import copy_out, unopened_in
from hedgerow.store.instance import FILE_NAME
from hedgerow.store.night import run_night, turn
from hedgerow.store.restoring import Unpacked, describe, put_in_place, unpack
from hedgerow.store.runtime import lock_file
from hedgerow.store.switching import restoring
from hedgerow.store.system import system_random
from tests.databases import DATABASES, use_database
from tests.instances import Vault
from tests.store.killing import Say, start_child
from tests.store.people.actors import Note, Person, bring, id_of
from tests.store.people.conftest import (
    founder,  # noqa: F401 -- fixtures
    founder_words,  # noqa: F401 -- a fixture
    space_id,  # noqa: F401 -- a fixture
)
from tests.store.rowwork import found, write

TEXT = "Bread is under the third stone."


def back_up(vault: Vault) -> Path:
    """Make a back-up beside an instance."""
    target = vault.home.parent / "made.hbk"
    backing.back_up(target)
    return target


def open_apart(vault: Vault, home: Path, file: Path) -> Unpacked:
    """Unpack a back-up into a folder."""
    with file.open("rb") as opened:
        return unpack(home, opened, boot_key=vault.founding.boot_key)


def put_back(vault: Vault, home: Path, file: Path) -> Vault:
    """Restore a back-up into a folder, on another database, and open what is there then."""
    home.mkdir(exist_ok=True)
    machines.close()
    connections["default"].close()
    with restoring(home):
        unpacked = open_apart(vault, home, file)
        assert unpacked.unopened == 0
        describe(unpacked)
        on_server = DATABASES.server is not None
        if on_server:
            use_database(home)
        put_in_place(unpacked, clock=vault.clock, random=system_random, on_server=on_server)
    if not on_server:
        use_database(home / machines.DATA / "hedgerow.sqlite3")
    restored = Vault(home, vault.clock, vault.founding)
    restored.reopen()
    rosters.forget_all()
    return restored


def test_a_back_up_opens_in_an_empty_folder(
    vault: Vault,
    founder: Person,  # noqa: F811 -- the fixture, imported by name
    space_id: SpaceId,  # noqa: F811 -- the fixture, imported by name
    tmp_path: Path,
) -> None:
    """Words open the account, the group and its texts; the group asks to be confirmed."""
    written = founder.space(space_id).write(Note(TEXT), title="Where")
    vault.nights_to_monday()
    file = back_up(vault)
    assert TEXT.encode() not in file.read_bytes()
    assert vault.founding.boot_key not in file.read_bytes()
    restored = put_back(vault, tmp_path / "elsewhere", file)
    founder.log_in()
    space = founder.space(space_id)
    assert space.read(Note, written).value.text == TEXT
    assert space.damage() == []
    assert space.restored_notice == minute_now(vault.clock)
    with pytest.raises(Refused):
        bring(founder, space_id, name="Newcomer")
    founder.space(space_id).confirm_restore()
    bring(founder, space_id, name="Newcomer")
    assert (restored.home / FILE_NAME).read_bytes() == (vault.home / FILE_NAME).read_bytes()
    assert run_night().is_plausible


def test_what_came_after_the_back_up_is_undone(
    vault: Vault,
    founder: Person,  # noqa: F811 -- the fixture, imported by name
    space_id: SpaceId,  # noqa: F811 -- the fixture, imported by name
) -> None:
    """In the place of the instance itself: later texts are gone, who was removed is back."""
    member_id = id_of(bring(founder, space_id, name="Ihor"), space_id)
    vault.nights_to_monday()
    file = back_up(vault)
    founder.log_in()
    late = founder.space(space_id).write(Note("late"), title="Late")
    founder.space(space_id).remove(member_id)
    before = (vault.home / machines.DATA).resolve()
    put_back(vault, vault.home, file)
    founder.log_in()
    space = founder.space(space_id)
    assert late not in [entry.id for entry in space.entries(Note)]
    assert member_id in {one.id for one in space.members()}
    assert not before.exists()
    links = {one.name for one in vault.home.iterdir() if one.name.startswith("data")}
    assert links == {"data", (vault.home / machines.DATA).resolve().name}


def test_the_ring_before_is_overwritten_in_its_place(vault: Vault, tmp_path: Path) -> None:
    """Its blocks hold nothing that the boot key opens, although its folder is only removed."""
    file = back_up(vault)
    kept = tmp_path / "same blocks"
    os.link(vault.home / machines.DATA / "ring", kept)
    assert open_copy(kept.read_bytes()[:COPY_BYTES], vault.founding.boot_key) is not None
    put_back(vault, vault.home, file)
    assert kept.read_bytes() == bytes(2 * COPY_BYTES)


def _between(monkeypatch: pytest.MonkeyPatch, acts: list[Callable[[], object]]) -> None:
    """Let something happen after the ring was read and before the database is copied."""
    original = copies.copy_out

    def later(path: Path) -> None:
        if acts:
            acts.pop(0)()
        original(path)

    monkeypatch.setattr(copies, "copy_out", later)


def test_a_night_in_between_is_noticed(
    vault: Vault, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Ring and database are of one moment: with a night in between it is done again."""
    write(1)
    _between(monkeypatch, [vault.night, vault.night])
    file = back_up(vault)
    seq = machines.machine().ring.seq
    put_back(vault, tmp_path / "elsewhere", file)
    assert machines.machine().ring.seq == seq
    assert found([1]) == ({1}, {1}, {1})


def test_a_ring_that_never_stands_still_is_told(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When it turned at every try, nothing is left where the back-up should be."""
    _between(monkeypatch, [vault.night] * 5)
    with pytest.raises(Busy, match=r"night\.under_way"):
        back_up(vault)
    assert sorted(one.name for one in vault.home.parent.glob("made*")) == []
    assert list((vault.home / machines.DATA).glob("copy*")) == []


def test_a_back_up_from_the_middle_of_a_night_is_whole(vault: Vault, tmp_path: Path) -> None:
    """Rows stand under two keys, and both come along; the night is finished there."""
    write(1)
    turn(lambda ring: begin_night(ring, random=system_random))
    file = back_up(vault)
    run_night()
    put_back(vault, tmp_path / "elsewhere", file)
    assert machines.machine().ring.previous is not None
    assert run_night().was_resumed
    assert found([1]) == ({1}, {1}, {1})


def test_a_row_that_does_not_open_is_told_when_it_is_made(vault: Vault) -> None:
    """A back-up that could not be put back is none."""
    write(1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, box FROM large LIMIT 1")
        number, box = cursor.fetchone()
        cursor.execute("UPDATE large SET box = %s WHERE id = %s", [bytes(len(box)), number])
    with pytest.raises(Damaged, match=r"backup\.rows_damaged") as told:
        back_up(vault)
    assert told.value.details == {"rows": 1}


def test_rows_that_do_not_open_are_counted_when_it_is_put_back(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever restores hears how many there are before anything is switched."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM small")
        cursor.execute("INSERT INTO small VALUES (1, %s), (2, %s)", [bytes(1098), bytes(1098)])
    monkeypatch.setattr(backing, "unopened_in", lambda *_: 0)
    file = back_up(vault)
    home = vault.home.parent / "elsewhere"
    home.mkdir()
    with restoring(home):
        assert open_apart(vault, home, file).unopened == 2
    assert not (home / machines.DATA).exists()


def test_only_the_boot_key_of_its_time_opens_it(vault: Vault, tmp_path: Path) -> None:
    """Another key opens nothing, and leaves nothing in use."""
    file = back_up(vault)
    home = tmp_path / "elsewhere"
    home.mkdir()
    with (
        file.open("rb") as opened,
        restoring(home),
        pytest.raises(Damaged, match=r"vault\.backup_damaged"),
    ):
        unpack(home, opened, boot_key=bytes(32))
    assert not (home / machines.DATA).exists()


def test_keys_of_past_weeks_do_not_come_back(vault: Vault, tmp_path: Path) -> None:
    """What has ended since stays closed for ever, although the back-up's ring had its key."""
    file = back_up(vault)
    past = week_of(day_of(minute_now(vault.clock)))
    assert past in machines.machine().ring.expiry
    vault.clock.advance(days=21)
    put_back(vault, tmp_path / "elsewhere", file)
    ring = machines.machine().ring
    now = week_of(day_of(minute_now(vault.clock)))
    assert sorted(ring.expiry) == list(range(now, now + 260))
    assert ring.restored == minute_now(vault.clock)


@pytest.mark.usefixtures("vault")
def test_old_back_ups_are_made_unreadable_and_removed(tmp_path: Path) -> None:
    """What is older than promised loses the id that its key needs, in its own blocks."""
    folder = tmp_path / "many"
    folder.mkdir()
    for number, age in enumerate((40, 36, 34, 0)):
        backing.back_up(folder / f"{number}.hbk")
        os.utime(folder / f"{number}.hbk", (1e9 - age * 86_400,) * 2)
    (folder / "notes.txt").write_text("mine")
    kept = tmp_path / "same blocks"
    os.link(folder / "0.hbk", kept)
    assert backing.forget_before(folder, second=1e9 - 35 * 86_400) == 2
    assert sorted(one.name for one in folder.iterdir()) == ["2.hbk", "3.hbk", "notes.txt"]
    with kept.open("rb") as file, pytest.raises(Refused, match=r"backup\.unreadable"):
        backing.read_header(file)


def test_a_back_up_while_people_write_is_of_one_moment(
    vault: Vault,
    founder: Person,  # noqa: F811 -- the fixture, imported by name
    space_id: SpaceId,  # noqa: F811 -- the fixture, imported by name
    tmp_path: Path,
) -> None:
    """Of notes written one after another it holds the first ones, however many, and all whole."""

    def writer(say: Say) -> None:
        for each in range(30):
            founder.space(space_id).write(Note(f"note {each}"), title="x")
            say(each)

    child = start_child(vault, writer)
    vault.reopen()
    made = [tmp_path / f"{number}.hbk" for number in range(4)]
    for file in made:
        backing.back_up(file)
    assert len(child.wait().said) == 30
    counts = []
    for number, file in enumerate(made):
        put_back(vault, tmp_path / f"home-{number}", file)
        founder.log_in()
        space = founder.space(space_id)
        notes = space.read_many(Note, space.entries(Note))
        texts = {one.value.text for one in notes}
        assert texts == {f"note {each}" for each in range(len(notes))}
        assert space.damage() == []
        counts.append(len(notes))
    assert counts == sorted(counts)


def test_two_back_ups_at_once_are_refused(vault: Vault) -> None:
    """The second one says that the first is being made."""
    with (
        lock_file(machines.machine().runtime / "backup", wait=False),
        pytest.raises(Busy, match=r"backup\.under_way"),
    ):
        back_up(vault)


def test_two_restores_at_once_are_refused(tmp_path: Path) -> None:
    """The second one, and a start of the service, must wait."""
    with (
        restoring(tmp_path),
        pytest.raises(Busy, match=r"restore\.under_way"),
        restoring(tmp_path),
    ):
        pass


@pytest.mark.usefixtures("vault")
def test_every_row_of_a_copy_opens(tmp_path: Path) -> None:
    """The count that decides is not always nought: under another ring no row opens."""
    write(1)
    copy = tmp_path / "copy.sqlite3"
    copy_out(copy)
    assert unopened_in(copy, machines.machine().ring) == 0
    assert unopened_in(copy, new_ring(1, random=system_random)) >= 2 * 256


@pytest.mark.postgresql_only("There is one database on the server, and only there.")
def test_a_used_database_on_a_server_is_refused(vault: Vault, tmp_path: Path) -> None:
    """A back-up does not go into tables that an instance has; the very same one is taken."""
    file = back_up(vault)
    home = tmp_path / "elsewhere"
    home.mkdir()
    write(1)
    with restoring(home):
        unpacked = open_apart(vault, home, file)
        with pytest.raises(Refused, match=r"instance\.database_used"):
            put_in_place(unpacked, clock=vault.clock, random=system_random, on_server=True)
    assert not (home / machines.DATA).exists()
    assert found([1]) == ({1}, {1}, {1})


@pytest.mark.postgresql_only("On the server, rows and the link cannot be switched as one.")
def test_killed_between_rows_and_link_a_server_is_restored_by_repeating(
    vault: Vault, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The rows of this very back-up may stand there; they are taken for what they are."""
    write(1)
    file = back_up(vault)

    def die(_home: Path) -> None:
        raise KeyboardInterrupt

    home = tmp_path / "elsewhere"
    with monkeypatch.context() as broken:
        broken.setattr(restoring_module, "switch", die)
        with pytest.raises(KeyboardInterrupt):
            put_back(vault, home, file)
    assert not (home / machines.DATA).exists()
    with restoring(home):
        unpacked = open_apart(vault, home, file)
        put_in_place(unpacked, clock=vault.clock, random=system_random, on_server=True)
    Vault(home, vault.clock, vault.founding).reopen()
    assert found([1]) == ({1}, {1}, {1})
    assert machines.machine().ring.restored > 0
