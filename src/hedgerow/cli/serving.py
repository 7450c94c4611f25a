# SPDX-License-Identifier: AGPL-3.0-or-later
"""Be the small parent of a running instance: boot key, control socket, gunicorn, caretaker.

The parent makes the page of memory for the boot key, listens on a socket in the runtime
directory that only its own user can open, and starts the others. They serve public pages
at once; everything else answers "closed" until the key is there.
"""

import json
import os
import signal
import socket
import subprocess  # nosec -- starts this project's own processes
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any, Final, TYPE_CHECKING

from hedgerow.engines.vault.boot import needs_two, open_for_one, open_for_two
from hedgerow.engines.vault.words import (
    BOOT_PHRASE_WORDS,
    BOOT_SHARE_WORDS,
    Numbers,
    plain_check,
)
from hedgerow.kernel.errors import HedgerowError, Refused
from hedgerow.store import machine as machines
from hedgerow.store.bootkey import SharedKey, make_shared, read_wrap
from hedgerow.store.instance import Costs, load
from hedgerow.store.memory import forbid_dumps
from hedgerow.store.ringfile import RingFile
from hedgerow.store.runtime import runtime_directory
from hedgerow.store.system import system_random
from hedgerow.store.wordlists import word_lists

if TYPE_CHECKING:
    from collections.abc import Callable

SOCKET_NAME: Final = "control.sock"
SHARE_WAITS_S: Final = 600
_MOST_BYTES: Final = 64 * 1024
_END_S: Final = 25
_POLL_S: Final = 0.2

Answer = dict[str, Any]


def socket_path(home: Path) -> Path:
    """Return where the control socket of an instance lies."""
    return runtime_directory(home) / SOCKET_NAME


def ask(home: Path, question: Answer) -> Answer | None:
    """Ask a running parent; None when none runs.

    Raises:
        Refused: With the code the parent answered, when it refused.
    """
    with socket.socket(socket.AF_UNIX) as line:
        try:
            line.connect(str(socket_path(home)))
        except (FileNotFoundError, ConnectionRefusedError):
            return None
        line.sendall(json.dumps(question).encode() + b"\n")
        text = line.makefile().readline()
    answer: Answer = json.loads(text)
    if "refused" in answer:
        raise Refused(answer["refused"], **answer.get("details", {}))
    return answer


@dataclass(slots=True)
class Unlocking:
    """Open the boot key from words, one share after another.

    Attributes:
        home: The instance.
        shared: Where the key goes once a holder has said yes.
        pending: The key that waits for the yes.
    """

    home: Path
    shared: SharedKey
    pending: bytes | None = None
    _share: tuple[Numbers, float] | None = None

    def type_words(self, text: str, *, now: float) -> Answer:
        """Take a phrase or a share; say what is still needed, or what the ring says.

        Raises:
            BadInput: "words.*".
            Refused: "boot.wrong_words" when they do not open the key.
        """
        wrap = read_wrap(self.home / machines.DATA)
        instance = load(self.home)
        cost = (instance.costs if instance else Costs()).boot
        is_share = needs_two(wrap)
        count = BOOT_SHARE_WORDS if is_share else BOOT_PHRASE_WORDS
        numbers = word_lists().read(text, count=count, check=plain_check)
        if not is_share:
            key = open_for_one(wrap, numbers, cost=cost)
        else:
            first, self._share = self._first_share(now), (numbers, now)
            if first is None or first == numbers:
                return {"needs": "share"}
            key = open_for_two(wrap, (first, numbers), cost=cost)
            self._share = None
        if key is None:
            raise Refused("boot.wrong_words")
        return self._look(key)

    def _first_share(self, now: float) -> Numbers | None:
        """Return the share that waits, unless it waited too long."""
        if self._share is None or now - self._share[1] > SHARE_WAITS_S:
            return None
        return self._share[0]

    def _look(self, key: bytes) -> Answer:
        """Read the ring and keep the key until somebody says yes."""
        ring = RingFile(self.home / machines.DATA, boot_key=key, random=system_random).read()
        self.pending = key
        return {"night_day": ring.day, "night_number": ring.seq}

    def say_yes(self) -> Answer:
        """Let every process have the key.

        Raises:
            Refused: "boot.nothing_waits" when no words were typed before.
        """
        if self.pending is None:
            raise Refused("boot.nothing_waits")
        key, self.pending = self.pending, None
        RingFile(self.home / machines.DATA, boot_key=key, random=system_random).mend()
        self.shared.put(key)
        return {"open": True}

    def lock(self) -> Answer:
        """Take the key from every process."""
        self.shared.forget()
        self.pending = self._share = None
        return {"open": False}


class Control(threading.Thread):
    """Answer the control socket, one question a connection."""

    def __init__(self, path: Path, unlocking: Unlocking) -> None:
        """Listen; only this user can connect."""
        super().__init__(daemon=True)
        self._unlocking = unlocking
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
        """Take one connection after another."""
        while True:
            line, _address = self._socket.accept()
            with line, suppress(OSError, ValueError):
                question = json.loads(line.makefile().readline(_MOST_BYTES))
                line.sendall(json.dumps(self._answer(question)).encode() + b"\n")

    def _answer(self, question: Answer) -> Answer:
        """Answer one question; what was refused says so."""
        acts: dict[str, Callable[[], Answer]] = {
            "words": lambda: self._unlocking.type_words(
                str(question.get("words", "")), now=time.monotonic()
            ),
            "yes": self._unlocking.say_yes,
            "lock": self._unlocking.lock,
            "status": lambda: {"open": self._unlocking.shared.read() is not None},
        }
        act = acts.get(str(question.get("ask")))
        if act is None:
            return {"refused": "control.unknown"}
        try:
            return act()
        except HedgerowError as error:
            details = {key: value for key, value in error.details.items() if key != "words"}
            return {"refused": error.code, "details": details}


@dataclass(slots=True)
class Service:
    """Start and end the processes of an instance.

    Attributes:
        home: The instance.
        bind: Address and port.
        unlocking: Opens the boot key.
        children: gunicorn and the caretaker.
    """

    home: Path
    bind: str
    unlocking: Unlocking
    children: list[subprocess.Popen[bytes]] = field(default_factory=list)
    _ending: bool = False

    def start(self) -> None:
        """Start gunicorn and the caretaker, with the descriptor of the key's page."""
        handle = self.unlocking.shared.handle
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "hedgerow.site.settings",
            "HEDGEROW_HOME": str(self.home),
            "MALLOC_ARENA_MAX": "2",
        }
        gunicorn = [
            *(sys.executable, "-m", "gunicorn", "--config", "python:hedgerow.cli.gunicorn_conf"),
            *("--bind", self.bind, "hedgerow.site.wsgi:application"),
        ]
        for command in (gunicorn, [sys.executable, "-m", "hedgerow.cli.caretaker"]):
            self.children.append(
                subprocess.Popen(command, env=environment, pass_fds=[handle])  # noqa: S603  # nosec
            )

    def watch(self) -> int:
        """Wait until one of the processes ends or somebody says so; return the status."""
        while not self._ending and all(child.poll() is None for child in self.children):
            time.sleep(_POLL_S)
        return self.end()

    def end(self) -> int:
        """End all processes and forget the key."""
        self.unlocking.lock()
        for child in self.children:
            if child.poll() is None:
                child.terminate()
        for child in self.children:
            try:
                child.wait(_END_S)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        return 0 if self._ending else 1

    def stop(self, _signal: int, _frame: FrameType | None) -> None:
        """Note that it must end."""
        self._ending = True


def make_service(home: Path, *, bind: str) -> Service:
    """Prepare the parent: its memory, the key's page, the control socket.

    Raises:
        Refused: "instance.missing"; "instance.demo_address" for a demo on any address but
            this machine's own; "instance.cheap" when guesses cost less than they must;
            "serve.runs_already".
    """
    demand_servable(home, bind=bind)
    if ask(home, {"ask": "status"}) is not None:
        raise Refused("serve.runs_already")
    forbid_dumps()
    os.environ["HEDGEROW_HOME"] = str(home)
    unlocking = Unlocking(home, make_shared(home))
    Control(socket_path(home), unlocking).start()
    service = Service(home, bind, unlocking)
    signal.signal(signal.SIGTERM, service.stop)
    signal.signal(signal.SIGINT, service.stop)
    return service


def demand_servable(home: Path, *, bind: str) -> None:
    """Refuse what must not be served; see `make_service`."""
    instance = load(home)
    if instance is None:
        raise Refused("instance.missing", folder=str(home))
    host = bind.rpartition(":")[0]
    if instance.demo and host != "127.0.0.1":
        raise Refused("instance.demo_address", host=host)
    least = Costs()
    cheap = any(
        getattr(instance.costs, name).memory_kib < getattr(least, name).memory_kib
        or getattr(instance.costs, name).passes < getattr(least, name).passes
        for name in ("phrase", "code", "boot")
    )
    if cheap and not instance.demo:
        raise Refused("instance.cheap")
