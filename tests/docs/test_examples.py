# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check that what documents and helps tell people to type is taken by the program."""

import os
import re
import shlex
import subprocess
import sys
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import click
import pytest

from hedgerow.cli.main import COMMANDS, main
from tests.docs.reading import ROOT, Example, examples, examples_of

MOST_S = 120
HELP_EXAMPLE = re.compile(r"^ +(\./hedgerow .+)$", re.MULTILINE)
FOUND = examples()


def parse(line: str, *, is_whole: bool = True) -> None:
    """Let click read a line as if it were typed, without doing anything.

    Raises:
        click.UsageError: The program would not take it.
    """
    _, *words = shlex.split(line, comments=True)
    with click.Context(main, info_name="hedgerow") as above:
        if words[0].startswith("-"):
            with suppress(click.exceptions.Exit):
                main.make_context("hedgerow", words)
            return
        command = main.get_command(above, words[0])
        if command is None:
            raise click.UsageError(words[0])
        try:
            command.make_context(words[0], words[1:], parent=above)
        except click.MissingParameter:
            if is_whole:
                raise


@pytest.mark.parametrize(
    "example", [one for one in FOUND if one.line.startswith("./hedgerow")], ids=str
)
def test_every_example_of_a_document_is_taken(example: Example) -> None:
    """Command, options and values of an example are ones that the program knows."""
    parse(example.line, is_whole=example.is_whole)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_example_of_a_help_is_taken(name: str) -> None:
    """What `--help` shows can be typed as it stands."""
    context = click.Context(main, info_name="./hedgerow")
    command = main.get_command(context, name)
    assert command is not None
    lines = HELP_EXAMPLE.findall(command.help or "")
    assert lines
    for line in lines:
        parse(line)


@pytest.mark.parametrize(
    "example", [one for one in FOUND if not one.line.startswith("./hedgerow")], ids=str
)
def test_every_tool_that_a_document_starts_exists(example: Example) -> None:
    """`python -m NAME` in a document names a module of this tree or of the environment."""
    _, dash, module, *_ = shlex.split(example.line, comments=True)
    assert dash == "-m"
    assert find_spec(module) is not None


@pytest.mark.parametrize("example", [one for one in FOUND if one.is_run], ids=str)
def test_an_example_that_says_so_runs(example: Example, tmp_path: Path) -> None:
    """An example marked as one that runs ends with status 0, in a folder of its own."""
    program, *words = shlex.split(example.line, comments=True)
    start = [sys.executable, "-m", "hedgerow"] if program == "./hedgerow" else [sys.executable]
    result = subprocess.run(
        [*start, *words],
        cwd=ROOT,
        env=os.environ | {"HEDGEROW_HOME": str(tmp_path / "instance")},
        capture_output=True,
        text=True,
        timeout=MOST_S,
        check=False,
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout


def test_examples_are_read_out_of_a_document() -> None:
    """Blocks, indented or fenced, and names in sentences are found; marks reach one block."""
    text = (
        "Say `./hedgerow lock`.\n\n<!-- run -->\n\n    ./hedgerow bench --list\n\nThen:\n\n"
        "```console\n$ ./hedgerow night\nIt is done.\n```\n\n    .venv/bin/python -m tools.x\n"
    )
    found = examples_of(Path("a.md"), text=text)
    assert [(one.line, one.is_whole, one.is_run) for one in found] == [
        ("./hedgerow lock", False, False),
        ("./hedgerow bench --list", True, True),
        ("./hedgerow night", True, False),
        (".venv/bin/python -m tools.x", True, False),
    ]


def test_some_examples_are_run() -> None:
    """Marks do not vanish from the documents unnoticed."""
    assert len([one for one in FOUND if one.is_run]) >= len({"init", "bench"})


@pytest.mark.parametrize(
    "line",
    ["./hedgerow dance", "./hedgerow init", "./hedgerow night --often", "./hedgerow serve now"],
)
def test_an_example_that_the_program_refuses_is_seen(line: str) -> None:
    """An unknown command or option, and a demand that is not met, make the check fail."""
    with pytest.raises(click.UsageError):
        parse(line)
