# SPDX-License-Identifier: AGPL-3.0-or-later
"""Carry the small drill out: nothing is found, all is read back; and it is able to fail."""

import base64
import logging
import tempfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.db import connection

from hedgerow.cli import drill as drill_command
from hedgerow.drill.report import Report
from hedgerow.drill.search import Find
from hedgerow.rooms.members import services
from hedgerow.rooms.registration import room_registers
from hedgerow.site import harness
from tests.drill.conftest import Drill

pytestmark = pytest.mark.sqlite_only("this drill reads an instance's own folder")


@pytest.fixture(scope="module")
def report(drill: Drill) -> Report:
    """Return the report of a drill on the software as it is."""
    return drill()


def test_nothing_is_found(report: Report) -> None:
    """Of at least a hundred canaries none is at rest, after the kill and after a night."""
    assert report.planted >= 100
    assert report.finds == ()


def test_everything_taken_is_read_back(report: Report) -> None:
    """What a page took, a member reads after the kill; there is much of it."""
    assert report.accepted >= 50
    assert report.unread == ()


def test_every_column_is_as_declared(report: Report) -> None:
    """The schema is the manifest's, sealed columns look random."""
    assert report.columns >= 12
    assert report.column_faults == ()


def test_the_report_says_what_is_learned(report: Report) -> None:
    """Counts, sizes and weeks are said, since they cannot be hidden."""
    told = report.as_json()
    assert set(told) == {"planted", "accepted", "read_back", "found", "columns", "learns"}
    assert set(report.learns) == {
        "rows",
        "bodies_by_size",
        "bodies_by_last_week",
        "changes_of_the_ring",
        "files",
    }
    text = "\n".join(report.lines())
    assert f"Planted {report.planted} canaries" in text
    assert "Found on the disk: 0 of" in text
    assert report.is_clean


def test_every_field_of_a_room_has_its_canary(report: Report) -> None:
    """Wherever somebody can type or put a file, the room declares it, and the drill plants."""
    declared = {(row.url_name, row.field) for row in harness.canaries()}
    assert report.seen_fields <= declared
    assert declared <= report.planted_fields
    assert declared <= report.seen_fields


def test_every_room_declares_canaries() -> None:
    """A room that takes words and plants none fails here."""
    assert all(register.canaries for register in room_registers())


def _to_log(text: str) -> None:
    logging.getLogger("hedgerow.leak").warning(text)


def _to_temporary_file(text: str) -> None:
    with tempfile.NamedTemporaryFile(delete=False) as file:
        file.write(base64.b64encode(b"-" + text.encode("utf-16-le")))


def _to_table(text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS cache (page)")
        cursor.execute("INSERT INTO cache VALUES (%s)", [zlib.compress(text.encode())])


def _to_file_name(text: str) -> None:
    (Path(tempfile.gettempdir()) / text).touch()


LEAKS: dict[str, tuple[Callable[[str], None], str]] = {
    "a log": (_to_log, "logs/"),
    "a temporary file": (_to_temporary_file, "tmp/"),
    "another table": (_to_table, "hedgerow.sqlite3"),
    "a name of a file": (_to_file_name, "name of tmp/"),
}


@pytest.mark.parametrize("leak", LEAKS)
def test_a_leak_is_found(drill: Drill, monkeypatch: pytest.MonkeyPatch, leak: str) -> None:
    """One line of code that writes what was typed anywhere else is caught."""
    spill, place = LEAKS[leak]
    write = services.open_thread

    def leaky(space: Any, *, title: str, text: str) -> Any:
        spill(text)
        return write(space, title=title, text=text)

    monkeypatch.setattr(services, "open_thread", leaky)
    report = drill()
    assert not report.is_clean
    assert {one.canary for one in report.finds} == {"members:new-thread text"}
    assert any(place in one.place for one in report.finds)
    assert bool(report.column_faults) == (leak == "another table")


def test_what_cannot_be_read_back_counts(drill: Drill, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that loses what it acknowledged does not pass by having nothing to be found."""
    monkeypatch.setattr("hedgerow.rooms.members.rows.html_of", lambda *_args, **_named: "")
    with pytest.raises(RuntimeError, match="members:thread showed no answer"):
        drill()


def _run(
    monkeypatch: pytest.MonkeyPatch, folder: Path, *options: str, finds: tuple[Find, ...]
) -> Any:
    """Run the command with a report that is made up."""
    report = Report(planted=100, accepted=60, unread=(), finds=finds, column_faults=(), columns=14)
    monkeypatch.setattr("hedgerow.drill.run.run", lambda *_args, **_named: report)
    monkeypatch.setattr("hedgerow.cli.homes.use_home", lambda home: home)
    return CliRunner().invoke(drill_command.drill, ["--folder", str(folder), *options])


def test_the_command_tells_by_its_status(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """0 where nothing was found, 1 where something was, 2 where the folder is in use."""
    assert _run(monkeypatch, tmp_path / "a", finds=()).exit_code == 0
    found = _run(monkeypatch, tmp_path / "b", "--json", finds=(Find("a name", "log", "utf-8"),))
    assert found.exit_code == 1
    assert '"found": [{"canary": "a name"' in found.output
    (tmp_path / "c").mkdir()
    assert _run(monkeypatch, tmp_path / "c", finds=()).exit_code == 2


def test_the_help_says_what_comes_later() -> None:
    """Linkage, raw image and --prove are named as not done yet."""
    text = CliRunner().invoke(drill_command.drill, ["--help"]).output
    assert "--prove" in text
    assert "next release" in text
