# SPDX-License-Identifier: AGPL-3.0-or-later
"""Carry the quick drill out: nothing is found or opened, and all is read back."""

import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from hedgerow.cli import drill as drill_command
from hedgerow.drill import linking
from hedgerow.drill.erasure import Erasure
from hedgerow.drill.plant import QUICK, Refusal
from hedgerow.drill.report import Report
from hedgerow.drill.search import Find
from hedgerow.rooms.registration import room_registers
from hedgerow.site import harness

pytestmark = pytest.mark.sqlite_only("the drill reads an instance's own folder")


def test_nothing_is_found(report: Report) -> None:
    """Of a thousand canaries and all keys none is at rest, after the kill and after a night."""
    assert report.planted >= 1000
    assert report.drawn >= 500
    assert report.finds == ()


def test_everything_taken_is_read_back(report: Report) -> None:
    """What a page took, a member reads after the kill; it is most of what was planted."""
    assert report.accepted >= 900
    assert report.unread == ()


def test_back_ups_are_opened_and_searched(report: Report) -> None:
    """The running service makes one before the erasure and one after it."""
    for name in ("back_up", "later_back_up"):
        assert report.learns[name] == "made, opened by the boot key, and searched"
    assert "backups/drill.hbk" in str(report.learns["files"])


def test_an_earlier_back_up_holds_what_was_erased_and_a_later_one_does_not(
    report: Report,
) -> None:
    """Boot key and words open all of it in the one, none in the other, and the report says so."""
    erasure = report.erasure
    assert erasure is not None
    assert erasure.in_earlier == erasure.erased == QUICK.erased
    assert erasure.in_later == 0
    text = "\n".join(report.lines())
    assert "In a back-up from after the night boot key and words open 0." in text
    assert f"(35 days at most): {QUICK.erased}." in text


def test_what_was_erased_is_gone(report: Report) -> None:
    """Disk, boot key and a removed member's words open none of it; the old ring opens all."""
    erasure = report.erasure
    assert erasure is not None
    assert erasure.erased == QUICK.erased == 22
    assert erasure.opened == 0
    assert erasure.rings == 0
    assert erasure.control == 22
    assert erasure.holds


def test_every_column_is_as_declared(report: Report) -> None:
    """The schema is the manifest's, sealed columns look random."""
    assert report.columns >= 12
    assert report.column_faults == ()


def test_nothing_is_written_elsewhere(report: Report) -> None:
    """The service has no file open for writing outside the file system that is searched."""
    assert report.strays == ([] if os.geteuid() == 0 else report.strays)


def test_a_week_goes_by(report: Report) -> None:
    """The night that is searched delivers keyrings, as happens once a week."""
    assert report.delivered >= 3


def test_what_must_break_was_sent(report: Report) -> None:
    """Requests were refused in several ways, so that errors had their chance to be logged."""
    assert {400, 403, 404, 413, 422, 500} <= set(report.statuses)


def test_the_report_says_what_is_learned(report: Report) -> None:
    """Counts, sizes and weeks are said, since they cannot be hidden."""
    told = report.as_json()
    assert {"planted", "found", "columns", "linkage", "erasure", "learns"} <= set(told)
    assert told["linkage"] is None
    assert {"rows", "bodies_by_size", "bodies_by_last_week", "files"} <= set(report.learns)
    text = "\n".join(report.lines())
    assert f"Planted {report.planted} canaries" in text
    assert f"in files: 0 of {report.planted}, and of {report.drawn} keys" in text
    assert report.is_clean


def test_every_field_of_a_room_has_its_canary(report: Report) -> None:
    """Wherever somebody can type or put a file, the room declares it, and the drill plants."""
    rows = harness.canaries()
    declared = {(row.url_name, row.field) for row in rows if row.shape != "public"}
    public = {(row.url_name, row.field) for row in rows if row.shape == "public"}
    assert report.seen_fields <= declared | public
    assert declared <= report.planted_fields
    assert declared <= report.seen_fields


def test_every_room_plants() -> None:
    """A room that takes words and registers no planting, or a planting that is not there, fails."""
    assert all(register.canaries and register.planting for register in room_registers())
    assert len(harness.plantings()) == len(list(room_registers()))


CLEAN = Erasure(erased=3, opened=0, control=3, rings=0, rows=9)


def _report(**changed: Any) -> Report:
    """Return a report that is clean but for what is said."""
    facts: dict[str, Any] = {"unread": (), "finds": (), "column_faults": (), "erasure": CLEAN}
    return Report(planted=100, accepted=60, columns=14, **facts | changed)


class Linked:
    """Be the report of a measurement of linkage."""

    def __init__(self, *, holds: bool) -> None:
        """Say whether the bound holds."""
        self.holds = holds

    def lines(self) -> list[str]:
        """Return a line."""
        return [f"The bound holds: {self.holds}."]

    def to_json(self) -> dict[str, object]:
        """Return the outcome."""
        return {"holds": self.holds}


@pytest.mark.parametrize(
    "changed",
    [
        {"finds": (Find("a name", "log", "utf-8"),)},
        {"unread": ("a page",)},
        {"strays": ["/elsewhere/pages"]},
        {"column_faults": ("body.space is not declared",)},
        {"erasure": Erasure(erased=3, opened=1, control=3, rings=0, rows=9)},
        {"erasure": Erasure(erased=3, opened=0, control=2, rings=0, rows=9)},
        {"erasure": Erasure(erased=3, opened=0, control=3, rings=1, rows=9)},
        {"erasure": Erasure(erased=0, opened=0, control=0, rings=0, rows=9)},
        {"erasure": Erasure(erased=3, opened=0, control=3, rings=0, rows=9, in_later=1)},
        {"linkage": Linked(holds=False)},
    ],
)
def test_each_thing_amiss_counts(changed: dict[str, Any]) -> None:
    """A find, a loss, a column, an opened record, a control that fails, a link: none passes."""
    assert _report().is_clean
    assert _report(linkage=Linked(holds=True)).is_clean
    assert not _report(**changed).is_clean


def test_linkage_stands_in_the_report() -> None:
    """Its lines are printed and its figures stand in the JSON."""
    report = _report(linkage=Linked(holds=True))
    assert "The bound holds: True." in list(report.lines())
    assert report.as_json()["linkage"] == {"holds": True}


def test_linkage_is_left_out_where_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """A version without the measurement says so by None, and does not fail."""
    monkeypatch.setattr(linking, "LINKAGE", "hedgerow.drill.no_such_measurement")
    assert linking.measure("small", progress=lambda _what: None) is None


def _run(monkeypatch: pytest.MonkeyPatch, folder: Path, *options: str, report: Report) -> Any:
    """Run the command with a report that is made up."""
    monkeypatch.setattr("hedgerow.drill.run.run", lambda *_args, **_named: report)
    monkeypatch.setattr("hedgerow.cli.homes.use_home", lambda home: home)
    return CliRunner().invoke(drill_command.drill, ["--folder", str(folder), *options])


def _broken(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Any:
    """Run the command where a page refuses what the drill relies on."""

    def refuse(*_args: Any, **_named: Any) -> None:
        raise Refusal("members:new-page", "is made up")

    monkeypatch.setattr("hedgerow.drill.run.run", refuse)
    ran = CliRunner().invoke(drill_command.drill, ["--folder", str(folder)])
    assert ran.exit_code == 1
    assert not folder.exists()
    return ran


def test_the_command_tells_by_its_status(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """0 where nothing was found, 1 where something was, 2 where the folder is in use."""
    assert _run(monkeypatch, tmp_path / "a", "--quick", report=_report()).exit_code == 0
    found = _report(finds=(Find("a name", "log", "utf-8"),))
    ran = _run(monkeypatch, tmp_path / "b", "--json", report=found)
    assert ran.exit_code == 1
    assert '"found": [{"canary": "a name"' in ran.output
    assert "made up" in _broken(monkeypatch, tmp_path / "d").output
    (tmp_path / "c").mkdir()
    assert _run(monkeypatch, tmp_path / "c", report=_report()).exit_code == 2
    assert not (tmp_path / "b").exists()
