# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check that what a machine lacks is found, named, and a failure where all must run."""

import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from hedgerow.cli import machine
from hedgerow.cli.main import main
from tests import conftest


class MarkedItem:
    """Stand for a test that carries one marker."""

    def __init__(self, marker: str) -> None:
        """Remember the marker's name."""
        self.marker = marker

    def get_closest_marker(self, name: str) -> str | None:
        """Return the marker, if it is the one asked for."""
        return name if name == self.marker else None


def test_the_newest_postgresql_is_taken(tmp_path: Path) -> None:
    """Versions are compared as numbers, and one without its programs does not count."""
    for version in ("9", "15", "13"):
        (tmp_path / version / "bin").mkdir(parents=True)
        (tmp_path / version / "bin" / "initdb").touch()
    (tmp_path / "17" / "bin").mkdir(parents=True)
    assert machine.postgresql_folder(versions=tmp_path) == tmp_path / "15" / "bin"


def test_what_is_nowhere_is_lacking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a machine with nothing, everything is named, and the sentence says what to install."""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert machine.postgresql_folder(versions=tmp_path) is None
    sentence = machine.lack_sentence(["chromium", "PostgreSQL"])
    assert "lacks chromium and PostgreSQL" in sentence
    assert "apt install chromium postgresql" in sentence
    assert "chromium" in machine.lacking_programs()


def test_a_test_is_skipped_by_the_name_of_what_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that needs a browser is skipped on a machine without one, with the reason."""
    monkeypatch.setattr(conftest, "LACKING", ["chromium"])
    monkeypatch.setattr(conftest, "MUST_RUN_ALL", False)
    with pytest.raises(pytest.skip.Exception, match="lacks chromium"):
        conftest.pytest_runtest_setup(MarkedItem("needs_chromium"))  # type: ignore[arg-type]  # has all that is asked of an item


def test_a_test_fails_where_all_must_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """With HEDGEROW_TEST_ALL=1 the same test fails."""
    monkeypatch.setattr(conftest, "LACKING", ["chromium"])
    monkeypatch.setattr(conftest, "MUST_RUN_ALL", True)
    with pytest.raises(pytest.fail.Exception, match="lacks chromium"):
        conftest.pytest_runtest_setup(MarkedItem("needs_chromium"))  # type: ignore[arg-type]  # has all that is asked of an item


def test_a_test_that_needs_something_else_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test is not held up by a program it does not need."""
    monkeypatch.setattr(conftest, "LACKING", ["chromium"])
    item = MarkedItem("needs_postgresql")
    conftest.pytest_runtest_setup(item)  # type: ignore[arg-type]  # has all that is asked of an item
    assert item.marker in conftest.NEEDS


@pytest.mark.parametrize(
    ("pytest_status", "lacking", "must_run_all", "status"),
    [
        (0, [], "0", 0),
        (1, [], "0", 1),
        (4, [], "0", 2),
        (5, [], "0", 1),
        (0, ["chromium"], "0", 0),
        (0, ["chromium"], "1", 1),
        (4, ["chromium"], "1", 2),
    ],
)
def test_the_status_of_the_test_command(
    monkeypatch: pytest.MonkeyPatch,
    pytest_status: int,
    lacking: list[str],
    must_run_all: str,
    status: int,
) -> None:
    """The status says whether all passed; what lacks is named, and fails where all must run."""
    homes = []

    def run(command: list[str], *, env: dict[str, str], **_: object) -> SimpleNamespace:
        homes.append(Path(env["HEDGEROW_HOME"]))
        assert command[-1] == "tests/nothing"
        return SimpleNamespace(returncode=pytest_status)

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr("hedgerow.cli.test.lacking_programs", lambda: lacking)
    monkeypatch.setenv("HEDGEROW_TEST_ALL", must_run_all)
    result = CliRunner().invoke(main, ["test", "tests/nothing"])
    assert result.exit_code == status
    assert ("chromium" in result.stderr) == bool(lacking)
    assert not homes[0].exists()
