# SPDX-License-Identifier: AGPL-3.0-or-later
"""Run acts in a process that is killed at a chosen step, as a power cut or a crash would.

A step is a statement of the database, either side of a commit, and each write and
synchronisation of a file. A write that is the chosen step stops half way.
"""

import os
import signal
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Never

from django.db import connection, connections

from hedgerow.store import machine as machines
from tests.instances import Vault

Say = Callable[[int], None]
"""Is called by an act with a number once what it stands for was acknowledged."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Say what became of an act.

    Attributes:
        said: The numbers it acknowledged, in their order.
        steps: How many steps it took, when it was not killed.
        was_killed: Whether it was.
    """

    said: list[int]
    steps: int
    was_killed: bool


def _die() -> Never:
    """End this process as no program can prevent."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


class Reaper:
    """Count steps, and kill the process at one of them."""

    def __init__(self, die_at: int) -> None:
        """Begin before the first step; 0 never kills."""
        self.steps = 0
        self._die_at = die_at

    def step(self) -> None:
        """Count a step."""
        self.steps += 1
        if self.steps == self._die_at:
            _die()

    def install(self) -> None:
        """Watch the database and the files of this process."""
        connection.ensure_connection()
        commit, pwrite = connection._commit, os.pwrite  # type: ignore[attr-defined]  # what Django commits by

        def counted_commit() -> None:
            self.step()
            commit()
            self.step()

        def torn_pwrite(handle: int, data: bytes, offset: int) -> int:
            if self.steps + 1 == self._die_at:
                pwrite(handle, data[: len(data) // 2], offset)
            self.step()
            return pwrite(handle, data, offset)

        connection._commit = counted_commit  # type: ignore[attr-defined]  # what Django commits by
        connection.execute_wrappers.append(self._before_statement)
        setattr(os, "pwrite", torn_pwrite)  # noqa: B010 -- of another type than the real one
        for name in ("fdatasync", "fsync", "replace"):
            setattr(os, name, self._counted(getattr(os, name)))

    def _before_statement(self, execute: Callable[..., object], *arguments: object) -> object:
        """Count a statement, then run it."""
        self.step()
        return execute(*arguments)

    def _counted(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function that counts a step before it does what it did."""

        def counted(*arguments: Any) -> Any:
            self.step()
            return function(*arguments)

        return counted


def in_child(vault: Vault, act: Callable[[Say], None], *, die_at: int = 0) -> Outcome:
    """Run an act in a process of its own; afterwards this one sees what it left.

    Args:
        vault: The instance; the child opens it anew.
        act: What to do.
        die_at: The step at which the child is killed, 0 for never.

    Raises:
        AssertionError: The child failed otherwise.
    """
    child = start_child(vault, act, die_at=die_at)
    outcome = child.wait()
    vault.reopen()
    return outcome


@dataclass(slots=True)
class Child:
    """Hold a started child."""

    pid: int
    pipe: int

    def wait(self) -> Outcome:
        """Wait until it ended."""
        with os.fdopen(self.pipe) as lines:
            numbers = [int(line) for line in lines if line.endswith("\n")]
        status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        if status == -signal.SIGKILL:
            return Outcome(numbers, 0, was_killed=True)
        assert status == 0, "The child failed; see what it wrote."
        return Outcome(numbers[:-1], numbers[-1], was_killed=False)


def start_child(vault: Vault, act: Callable[[Say], None], *, die_at: int = 0) -> Child:
    """Start an act in a process of its own, without waiting; see `in_child`."""
    connections["default"].close()
    machines.machine().ephemeral.close()
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        _be_child(vault, act, writing, die_at)
    os.close(writing)
    return Child(pid, reading)


def _be_child(vault: Vault, act: Callable[[Say], None], pipe: int, die_at: int) -> Never:
    """Do the act and end without any of pytest's own endings."""
    status = 1
    try:
        vault.reopen()
        reaper = Reaper(die_at)
        reaper.install()

        def say(number: int) -> None:
            os.write(pipe, b"%d\n" % number)

        act(say)
        say(reaper.steps)
        status = 0
    finally:
        # Nothing may reach pytest in a child, an error no more than the end of the test.
        if status:
            traceback.print_exc(file=sys.__stderr__)
        os._exit(status)
