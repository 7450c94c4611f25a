# SPDX-License-Identifier: AGPL-3.0-or-later
"""Read the command line and hand over to one module per command.

The modules are imported only when their command is called, so that `./hedgerow --help`
and every short command start quickly. A new command is one line in COMMANDS and one
module that offers a click command of that name.
"""

import importlib
from typing import Any

import click

from hedgerow import __version__
from hedgerow.cli.errors import sentence_for
from hedgerow.kernel.errors import HedgerowError

# The name typed → "module:attribute" of its click command. The order is that of --help.
COMMANDS: dict[str, str] = {
    "demo": "hedgerow.cli.demo:demo",
    "init": "hedgerow.cli.init:init",
    "serve": "hedgerow.cli.serve:serve",
    "unlock": "hedgerow.cli.unlock:unlock",
    "lock": "hedgerow.cli.lock:lock",
    "night": "hedgerow.cli.night:night",
    "backup": "hedgerow.cli.backup:backup",
    "restore": "hedgerow.cli.restore:restore",
    "upgrade": "hedgerow.cli.upgrade:upgrade",
    "doctor": "hedgerow.cli.doctor:doctor",
    "boot-key": "hedgerow.cli.boot_key:boot_key",
    "drill": "hedgerow.cli.drill:drill",
    "forensics": "hedgerow.cli.forensics:forensics",
    "count": "hedgerow.cli.count:count",
    "test": "hedgerow.cli.test:test",
    "bench": "hedgerow.cli.bench:bench",
}


class LazyGroup(click.Group):
    """Find commands in a table and import a command's module when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click passes it)
        """List the names in the table's order."""
        return list(COMMANDS)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002 (click passes it)
        cmd_name: str,
    ) -> click.Command | None:
        """Import and return a command, or None for an unknown name."""
        if cmd_name not in COMMANDS:
            return None
        module_name, attribute = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(importlib.import_module(module_name), attribute)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; say in one sentence what went wrong, and end with status 1."""
        try:
            return super().invoke(ctx)
        except HedgerowError as error:
            raise click.ClickException(sentence_for(error)) from error
        except OSError as error:
            raise click.ClickException(_sentence_for_os(error)) from error


def _sentence_for_os(error: OSError) -> str:
    """Put an error of the operating system into one sentence."""
    reason = error.strerror or type(error).__name__
    subject = f" ({error.filename})" if error.filename else ""
    return f"The system refused: {reason}{subject}. Mend that, then repeat the command."


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="hedgerow")
def main() -> None:
    """Run Hedgerow, the shared environment of a movement under pressure.

    Exit status: 0 done, 1 the answer is no or the input is bad, 2 wrong usage.

    \b
    Example:
      ./hedgerow test
    """
