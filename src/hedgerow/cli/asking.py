# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ask a holder for words at the terminal, or read them from a pipe."""

import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import click

from hedgerow.kernel.errors import Refused

EPOCH: Final = date(1970, 1, 1)


def ask_words(label: str = "Words") -> str:
    """Return what somebody types, unseen; a line of the input where there is no terminal.

    Raises:
        click.Abort: The input ended.
    """
    if sys.stdin.isatty():
        typed: str = click.prompt(label, hide_input=True)
        return typed
    line = sys.stdin.readline()
    if not line:
        raise click.Abort
    return line.strip()


def long_day(day: int) -> str:
    """Return a day as a holder would write it down: 14 March 2031."""
    moment = EPOCH + timedelta(days=day)
    return f"{moment.day} {moment:%B %Y}"


def ask_boot_key(home: Path, *, wrap: bytes | None = None) -> bytes:
    """Return the boot key from a phrase, or from two shares typed one after the other.

    Args:
        home: The instance.
        wrap: What the words open, where it is not that of the instance.

    Raises:
        BadInput: "words.*".
        Refused: "boot.wrong_words".
    """
    from hedgerow.cli.unlocking import BootWords

    words = BootWords(home, wrap=wrap)
    key = words.take(ask_words())
    if key is None:
        key = words.take(ask_words("Words of another holder"))
    if key is None:
        raise Refused("boot.same_share")
    return key
