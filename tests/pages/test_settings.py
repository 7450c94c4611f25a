# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check the settings that keep promises: what is installed, stored, and where."""

from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.exceptions import ImproperlyConfigured

from hedgerow.engines.vault.primitives import Cost
from hedgerow.kernel.errors import BadInput
from hedgerow.site.databases import database
from hedgerow.site.rooms import installed_rooms
from hedgerow.site.secret import drawn_key
from hedgerow.store.instance import Costs, Instance, Name, load, save

LINKING_APPS = ("admin", "auth", "contenttypes", "messages", "sessions")


def test_nothing_is_installed_that_links_people_to_rows() -> None:
    """Django's users, sessions, messages, content types and admin pages are not installed."""
    for name in LINKING_APPS:
        assert f"django.contrib.{name}" not in django_settings.INSTALLED_APPS


def test_uploads_never_reach_a_temporary_file() -> None:
    """No handler that spools what was sent onto the disk is installed."""
    handlers = " ".join(django_settings.FILE_UPLOAD_HANDLERS)
    assert "Temporary" not in handlers


def test_sqlite_keeps_what_was_acknowledged_and_wipes_what_was_deleted(tmp_path: Path) -> None:
    """The file is opened with full synchronisation, wiping, and the write lock at the start."""
    found = database(tmp_path, url="")
    assert found["NAME"] == tmp_path / "data" / "hedgerow.sqlite3"
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "temp_store=MEMORY"):
        assert pragma in found["OPTIONS"]["init_command"]
    assert found["ATOMIC_REQUESTS"] is False


def test_postgresql_is_read_from_its_address(tmp_path: Path) -> None:
    """An address of a PostgreSQL database is taken apart, escapes undone."""
    found = database(tmp_path, url="postgresql://oak:p%40ss@db.example:5433/hedge")
    assert found["ENGINE"].endswith("postgresql")
    assert (found["USER"], found["PASSWORD"]) == ("oak", "p@ss")
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("db.example", "5433", "hedge")


def test_postgresql_is_reached_over_a_socket_and_given_values_apart(tmp_path: Path) -> None:
    """Host and port may stand behind the name, as libpq has it; no value is in a statement."""
    url = "postgresql://hedge@/hedge?host=%2Frun%2Fpostgresql&port=5433&connect_timeout=5"
    found = database(tmp_path, url=url)
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("/run/postgresql", "5433", "hedge")
    assert found["OPTIONS"]["connect_timeout"] == "5"
    assert found["OPTIONS"]["server_side_binding"] is True
    assert found["CONN_HEALTH_CHECKS"] is True
    assert found["ATOMIC_REQUESTS"] is False


def test_another_database_is_refused(tmp_path: Path) -> None:
    """A kind of database that was never measured does not start, and is not echoed."""
    with pytest.raises(ImproperlyConfigured) as caught:
        database(tmp_path, url="mysql://oak:secret@db.example/hedge")
    assert "secret" not in str(caught.value)


def test_each_process_draws_its_own_secret() -> None:
    """Two drawn keys differ, and are long enough for Django."""
    assert drawn_key() != drawn_key()
    assert len(drawn_key()) >= 50


def test_a_room_that_is_not_there_is_left_out() -> None:
    """Rooms that this version lacks have no address."""
    assert "press" not in installed_rooms(["press"])


def test_an_instance_is_written_and_read_back(tmp_path: Path) -> None:
    """What is saved is loaded, and only its owner can read the file."""
    instance = Instance(
        name=Name(en="Oaks", ru="Дубы", uk="Дуби"),
        languages=("uk", "en"),
        addresses=("https://oaks.example",),
        costs=Costs(phrase=Cost(memory_kib=8, passes=1)),
    )
    save(tmp_path, instance=instance)
    assert load(tmp_path) == instance
    assert (tmp_path / "instance.json").stat().st_mode & 0o077 == 0
    assert [one.name for one in tmp_path.iterdir()] == ["instance.json"]


def test_a_folder_without_an_instance_has_none(tmp_path: Path) -> None:
    """Nothing is made up where nothing was made."""
    assert load(tmp_path) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "instance.unreadable"),
        ('{"unknown": 1}', "instance.unreadable"),
        ('{"name": {"en": " ", "ru": "Д", "uk": "Д"}}', "instance.name"),
        ('{"languages": []}', "instance.languages"),
        ('{"languages": ["xx"]}', "instance.languages"),
        ('{"rooms": ["cellar"]}', "instance.rooms"),
        ('{"addresses": ["oaks.example"]}', "instance.addresses"),
        ('{"addresses": ["https://oaks.example/path"]}', "instance.addresses"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(tmp_path: Path, text: str, code: str) -> None:
    """Each field that cannot be used is named by the code of the error."""
    (tmp_path / "instance.json").write_text(text, "utf-8")
    with pytest.raises(BadInput) as caught:
        load(tmp_path)
    assert caught.value.code == code


def test_a_name_falls_back_to_english() -> None:
    """A language without a name of its own shows the English one."""
    name = Name(en="Oaks", ru="Дубы", uk="Дуби")
    assert [name.in_language(code) for code in ("ru", "uk", "de")] == ["Дубы", "Дуби", "Oaks"]
