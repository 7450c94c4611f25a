# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check the command line's manners: help with examples, statuses, one sentence of error."""

import errno
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import click
import pytest
from click.testing import CliRunner, Result

from hedgerow.cli import errors
from hedgerow.cli.main import COMMANDS, main
from hedgerow.cli.test import absolute_choice
from hedgerow.kernel.errors import BadInput


def call_command(monkeypatch: pytest.MonkeyPatch, act: Callable[[], None]) -> Result:
    """Run a command that does one thing, by the name `act`."""
    module = SimpleNamespace(act=click.command()(act))
    monkeypatch.setitem(sys.modules, "made_up_commands", module)
    monkeypatch.setitem(COMMANDS, "act", "made_up_commands:act")
    return CliRunner().invoke(main, ["act"])


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_shows_an_example(name: str) -> None:
    """`--help` of each command works and shows how to call it."""
    result = CliRunner().invoke(main, [name, "--help"])
    assert result.exit_code == 0
    assert f"./hedgerow {name}" in result.output


def test_the_list_of_commands_has_each_of_them() -> None:
    """`--help` lists every command of the table."""
    result = CliRunner().invoke(main, ["--help"])
    assert result.exit_code == 0
    assert all(f"\n  {name} " in result.output for name in COMMANDS)


def test_an_unknown_command_is_wrong_usage() -> None:
    """A command that does not exist ends with status 2."""
    assert CliRunner().invoke(main, ["dance"]).exit_code == 2


def test_a_known_error_becomes_its_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error with a sentence of its own ends with status 1 and that sentence on stderr."""
    monkeypatch.setitem(errors.SENTENCES, "made.up", "There is no {thing}; make one first.")

    def act() -> None:
        raise BadInput("made.up", thing="boat")

    result = call_command(monkeypatch, act)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "Error: There is no boat; make one first.\n"


def test_an_error_without_a_sentence_shows_its_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error nobody wrote a sentence for still names its code and its plain details."""

    def act() -> None:
        raise BadInput("made.up", size=3, limit=2)

    result = call_command(monkeypatch, act)
    assert result.exit_code == 1
    assert result.stderr == "Error: This cannot be done (made.up; limit: 2, size: 3).\n"


def test_a_full_disk_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the operating system refuses is said without a traceback."""

    def act() -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "instance/data.sqlite3")

    result = call_command(monkeypatch, act)
    assert result.exit_code == 1
    assert "No space left on device (instance/data.sqlite3)" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_start_up_imports_neither_django_nor_a_command() -> None:
    """The version is shown without loading Django, a command, or the cryptography."""
    program = (
        "import sys; from hedgerow.cli.main import main\n"
        "main(['--version'], standalone_mode=False)\n"
        "print([name for name in ('django', 'nacl', 'rich', 'hedgerow.cli.test')"
        " if name in sys.modules])"
    )
    outcome = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert outcome.stdout.decode().splitlines()[-1] == "[]"


def test_paths_of_tests_are_those_of_the_callers_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A path that exists where the caller stands becomes absolute; all else stays."""
    (tmp_path / "test_a.py").touch()
    monkeypatch.chdir(tmp_path)
    assert absolute_choice("test_a.py::test_b") == f"{tmp_path}/test_a.py::test_b"
    assert absolute_choice("test_a.py") == f"{tmp_path}/test_a.py"
    assert absolute_choice("tests/kernel") == "tests/kernel"
    assert absolute_choice("-x") == "-x"
