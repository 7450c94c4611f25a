# SPDX-License-Identifier: AGPL-3.0-or-later
"""Run real services for tests: processes, a socket, a port, cheap words."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hedgerow.store.runtime import empty, runtime_directory
from tests.databases import DATABASES

_PATIENCE_S = 30


@dataclass(slots=True)
class Command:
    """Hold how a command ended.

    Attributes:
        status: Its exit status.
        out: What it printed.
        err: What it said of errors.
    """

    status: int
    out: str
    err: str


def environment(**more: str) -> dict[str, str]:
    """Return an environment without the settings of the tests' own process."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("HEDGEROW_")}
    own.pop("DJANGO_SETTINGS_MODULE", None)
    own.pop("RUNTIME_DIRECTORY", None)
    mine = {"HEDGEROW_ACCEPT_SWAP": "1"}
    if DATABASES.server is not None:
        mine["HEDGEROW_DATABASE_URL"] = DATABASES.url
    return own | mine | more


def run(*arguments: str, typed: str = "", **more: str) -> Command:
    """Run a command to its end, with more in its environment."""
    done = subprocess.run(
        [sys.executable, "-m", "hedgerow", *arguments],
        input=typed,
        capture_output=True,
        text=True,
        env=environment(**more),
        timeout=_PATIENCE_S,
        check=False,
    )
    return Command(done.returncode, done.stdout, done.stderr)


_MAKE = """
import sys
from pathlib import Path
from hedgerow.cli.homes import use_home
from hedgerow.engines.vault.primitives import Cost
from hedgerow.store.instance import Costs, Instance, save
home, holders = Path(sys.argv[1]), int(sys.argv[2])
cheap = Cost(memory_kib=8, passes=1)
# The mark of a demo lets the words be cheap; such an instance is served on this machine only.
instance = Instance(demo=True, costs=Costs(phrase=cheap, code=cheap, boot=cheap))
home.mkdir(mode=0o700)
save(home, instance=instance)
use_home(home)
from hedgerow.store.codes_api import spell_boot
from hedgerow.store.founding import found
from hedgerow.store.system import SystemClock, system_random
made = found(home, instance, holders=holders, clock=SystemClock(), random=system_random)
for numbers in made.boot:
    print(spell_boot(numbers, language="en"))
"""


@dataclass(slots=True)
class Made:
    """Hold an instance whose words cost nothing.

    Attributes:
        home: Its folder.
        boot: The boot phrase or the shares, as typed text.
    """

    home: Path
    boot: list[str]


@contextmanager
def made_instance(home: Path, *, holders: int = 1) -> Iterator[Made]:
    """Make an instance in a process of its own; forget its runtime folder at the end."""
    DATABASES.renew()
    done = subprocess.run(
        [sys.executable, "-c", _MAKE, str(home), str(holders)],
        capture_output=True,
        text=True,
        env=environment(),
        timeout=_PATIENCE_S,
        check=True,
    )
    try:
        yield Made(home, done.stdout.split("\n")[:-1])
    finally:
        empty(runtime_directory(home))


def free_port() -> int:
    """Return a port that nobody uses just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(slots=True)
class Served:
    """Hold a running service.

    Attributes:
        home: The instance.
        port: Where it listens.
        process: The parent.
    """

    home: Path
    port: int
    process: "subprocess.Popen[bytes]"

    def status(self, path: str) -> int:
        """Return the status of a page, 0 while nobody answers."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE_S)
        try:
            line.request("GET", path)
            return line.getresponse().status
        except OSError:
            return 0
        finally:
            line.close()

    def wait_for(self, path: str, *, status: int) -> None:
        """Wait until a page answers with a status."""
        end = time.monotonic() + _PATIENCE_S
        while (found := self.status(path)) != status:
            assert time.monotonic() < end, f"{path} answers {found}, not {status}"
            time.sleep(0.05)

    def workers(self) -> list[int]:
        """Return the process ids of gunicorn's workers."""
        return [one for child in children_of(self.process.pid) for one in children_of(child)]


def children_of(pid: int) -> list[int]:
    """Return the process ids of a process's children."""
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(one) for one in text.split()]


def is_alive(pid: int) -> bool:
    """Tell whether a process runs, and is not only waiting to be buried."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


@contextmanager
def served(home: Path, **more: str) -> Iterator[Served]:
    """Serve an instance on a free port until the end of the block."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "hedgerow", "serve", "--home", home, "--bind", f"127.0.0.1:{port}"],
        stdout=subprocess.DEVNULL,
        env=environment(**more),
    )
    service = Served(home, port, process)
    try:
        service.wait_for("/", status=200)
        yield service
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(_PATIENCE_S)
