# SPDX-License-Identifier: AGPL-3.0-or-later
"""Be the small parent of a running instance: boot key, control socket, gunicorn, caretaker.

The parent makes the page of memory for the boot key, listens on a socket in the runtime
directory that only its own user can open, and starts the others. They serve public pages
at once; everything else answers "closed" until the key is there.
"""

import os
import signal
import subprocess  # nosec -- starts this project's own processes
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Final

from hedgerow.cli.careful import demand_careful_database
from hedgerow.cli.control import Control, ask, socket_path
from hedgerow.cli.unlocking import Unlocking
from hedgerow.kernel.errors import Refused
from hedgerow.store.bootkey import make_shared
from hedgerow.store.instance import Costs, load
from hedgerow.store.memory import forbid_dumps
from hedgerow.store.runtime import link_from, runtime_directory
from hedgerow.store.switching import restoring, tidy

_END_S: Final = 25
_POLL_S: Final = 0.2
_RESTART_S: Final = 5

Process = subprocess.Popen[bytes]


@dataclass(slots=True)
class Service:
    """Start and end the processes of an instance.

    Attributes:
        home: The instance.
        bind: Address and port.
        unlocking: Opens the boot key.
        children: gunicorn and the caretaker, in this order.
    """

    home: Path
    bind: str
    unlocking: Unlocking
    children: list[Process] = field(default_factory=list)
    _ending: bool = False
    _restart_at: float = 0.0

    def start(self) -> None:
        """Start gunicorn and the caretaker."""
        gunicorn = ("gunicorn", "--config", "python:hedgerow.cli.gunicorn_conf")
        application = ("--bind", self.bind, "hedgerow.site.wsgi:application")
        self.children = [self._run(*gunicorn, *application), self._run("hedgerow.cli.caretaker")]

    def _run(self, *module: str) -> Process:
        """Start a module of Python with the descriptor of the key's page."""
        return subprocess.Popen(  # noqa: S603  # nosec -- this project's own processes
            [sys.executable, "-P", "-m", *module],
            env={**os.environ, "MALLOC_ARENA_MAX": "2"},
            pass_fds=[self.unlocking.shared.handle],
        )

    def watch(self) -> int:
        """Wait until gunicorn ends or somebody says so; return the status.

        A caretaker that ended is started again: its work is finished at its next try.
        """
        while not self._ending and self.children[0].poll() is None:
            if self.children[1].poll() is not None and time.monotonic() >= self._restart_at:
                self._restart_at = time.monotonic() + _RESTART_S
                self.children[1] = self._run("hedgerow.cli.caretaker")
            self.unlocking.forget_old()
            time.sleep(_POLL_S)
        return self.end()

    def renew(self) -> None:
        """Replace the processes that have read the ring: a process's memory cannot be wiped."""
        gunicorn, caretaker = self.children
        gunicorn.send_signal(signal.SIGHUP)
        caretaker.kill()

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
            "serve.runs_already"; a code of `careful` for the database server;
            "upgrade.failed".
        Busy: "restore.under_way".
    """
    demand_servable(home, bind=bind)
    demand_careful_database()
    with restoring(home):
        tidy(home)
        return _made_service(home, bind=bind)


def _made_service(home: Path, *, bind: str) -> Service:
    """Prepare the parent while nobody can begin to restore."""
    if ask(home, {"ask": "status"}) is not None:
        raise Refused("serve.runs_already")
    forbid_dumps()
    os.umask(0o077)
    os.environ["HEDGEROW_HOME"] = str(home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "hedgerow.site.settings"
    upgrade_apart()
    link_from(home, runtime=runtime_directory(home))
    service = Service(home, bind, Unlocking(home, make_shared(home)))
    Control(socket_path(home), service.unlocking, on_lock=service.renew).start()
    signal.signal(signal.SIGTERM, service.stop)
    signal.signal(signal.SIGINT, service.stop)
    return service


def upgrade_apart() -> None:
    """Bring the tables to this version, in a process that ends: the parent stays small.

    Raises:
        Refused: "upgrade.failed".
    """
    done = subprocess.run(  # nosec -- this project's own module
        [sys.executable, "-P", "-m", "hedgerow.cli.upgrade"], check=False
    )
    if done.returncode != 0:
        raise Refused("upgrade.failed", reason="see above")


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
