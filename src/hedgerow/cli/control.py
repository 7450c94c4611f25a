# SPDX-License-Identifier: AGPL-3.0-or-later
"""Let commands speak with a running service over a socket that only its own user can open."""

import json
import os
import socket
import subprocess  # nosec -- starts this project's own processes
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from hedgerow.cli.unlocking import Answer, Unlocking
from hedgerow.kernel.errors import Busy, HedgerowError, Refused
from hedgerow.store.runtime import runtime_directory

SOCKET_NAME: Final = "control.sock"
_MOST_BYTES: Final = 64 * 1024
_QUESTION_S: Final = 10


def socket_path(home: Path) -> Path:
    """Return where the control socket of an instance lies."""
    return runtime_directory(home) / SOCKET_NAME


def ask(home: Path, question: Answer) -> Answer | None:
    """Ask a running service; None when none runs.

    Raises:
        Refused: With the code the service answered, when it refused; "serve.no_answer" when
            it ended before it could.
    """
    with socket.socket(socket.AF_UNIX) as line:
        try:
            line.connect(str(socket_path(home)))
        except (FileNotFoundError, ConnectionRefusedError):
            return None
        line.sendall(json.dumps(question).encode() + b"\n")
        with line.makefile() as lines:
            text = lines.readline()
    if not text:
        raise Refused("serve.no_answer")
    answer: Answer = json.loads(text)
    if "refused" in answer:
        raise Refused(answer["refused"], **answer.get("details", {}))
    return answer


def refusal(error: HedgerowError) -> Answer:
    """Return the answer that says what was refused; its details hold no secrets."""
    details = {name: value for name, value in error.details.items() if name != "words"}
    return {"refused": error.code, "details": details}


class Control(threading.Thread):
    """Answer the control socket, one question a connection.

    Args:
        path: Of the socket.
        unlocking: Opens and closes the service.
        on_lock: Called after the key was taken from every process.
    """

    def __init__(self, path: Path, unlocking: Unlocking, *, on_lock: Callable[[], None]) -> None:
        """Listen; only this user can connect."""
        super().__init__(daemon=True)
        self._unlocking = unlocking
        self._on_lock = on_lock
        self._turn = threading.Lock()
        with suppress(FileNotFoundError):
            path.unlink()
        self._socket = socket.socket(socket.AF_UNIX)
        before = os.umask(0o177)
        try:
            self._socket.bind(str(path))
        finally:
            os.umask(before)
        self._socket.listen()

    def run(self) -> None:
        """Take one connection after another; one that is silent holds up nobody else."""
        while True:
            line, _address = self._socket.accept()
            threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    def _serve(self, line: socket.socket) -> None:
        """Answer one connection."""
        with line, suppress(OSError, ValueError):
            line.settimeout(_QUESTION_S)
            with line.makefile() as lines:
                question = json.loads(lines.readline(_MOST_BYTES))
            line.settimeout(None)
            line.sendall(json.dumps(self.answer(question)).encode() + b"\n")

    def answer(self, question: object) -> Answer:
        """Answer one question; what was refused says so."""
        if not isinstance(question, dict):
            return {"refused": "control.unknown"}
        acts: dict[str, Callable[[Answer], Answer]] = {
            "words": self._words,
            "yes": self._yes,
            "lock": self._lock,
            "status": lambda _question: {"open": self._unlocking.is_open},
            "dates": self._job,
            "night": self._job,
            "backup": self._job,
            "boot-key": self._boot_key,
        }
        act = acts.get(str(question.get("ask")))
        if act is None:
            return {"refused": "control.unknown"}
        try:
            return act(question)
        except HedgerowError as error:
            return refusal(error)

    def _words(self, question: Answer) -> Answer:
        """Take what a holder typed, one holder after the other."""
        with self._turn:
            return self._unlocking.type_words(str(question.get("words", "")))

    def _yes(self, question: Answer) -> Answer:
        """Open."""
        with self._turn:
            return self._unlocking.say_yes(is_date_confirmed=question.get("date") is True)

    def _lock(self, _question: Answer) -> Answer:
        """Close at once, whatever else is being asked."""
        answer = self._unlocking.lock()
        self._on_lock()
        return answer

    def _job(self, question: Answer) -> Answer:
        """Let a process of its own do what needs the database."""
        if not self._unlocking.is_open:
            raise Busy("store.locked")
        answer = run_job(question, handle=self._unlocking.shared.handle)
        if answer is None:
            raise Refused("serve.no_answer")
        return answer

    def _boot_key(self, question: Answer) -> Answer:
        """Change the boot key; close when that broke off, for then nobody knows which holds."""
        present = self._unlocking.shared.read()
        if present is None:
            raise Busy("store.locked")
        if question.get("present") != present.hex():
            raise Refused("boot.wrong_words")
        answer = run_job(question, handle=self._unlocking.shared.handle)
        if answer is None:
            self._lock(question)
            raise Refused("boot.change_broken")
        return answer


def run_job(question: Answer, *, handle: int) -> Answer | None:
    """Run a job in a process that inherits the key's page; None when it ended midway."""
    done = subprocess.run(  # nosec -- this project's own module
        [sys.executable, "-P", "-m", "hedgerow.cli.job"],
        input=json.dumps(question).encode(),
        stdout=subprocess.PIPE,
        pass_fds=[handle],
        check=False,
    )
    try:
        answer: Answer = json.loads(done.stdout)
    except ValueError:
        return None
    return answer
