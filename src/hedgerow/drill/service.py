# SPDX-License-Identifier: AGPL-3.0-or-later
"""Run a real service in a file system of its own, kill it, and start it again.

Everything the service writes lies below one folder: instance, temporary files, its standard
streams, the folder it stands in. Only its runtime directory is elsewhere, in memory.
"""

import json
import os
import signal
import socket
import subprocess  # nosec -- this project's own processes
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, Final

import msgspec

from hedgerow.drill.leaks.faults import DAYS
from hedgerow.engines.vault.ring import Ring
from hedgerow.store.instance import Costs
from hedgerow.store.machine import DATA
from hedgerow.store.ringfile import RingFile
from hedgerow.store.runtime import empty, runtime_directory
from hedgerow.store.system import system_random

HOME: Final = "home"
LOG: Final = "logs/serve.log"
TEMPORARY: Final = "tmp"
HOST: Final = "127.0.0.1"
LEAK: Final = "DRILL_LEAK"
_FOLDERS: Final = (HOME, "logs", TEMPORARY, "work")
_ONTO: Final = Path(__file__).parent / "leaks" / "onto"
_SOURCE: Final = Path(__file__).parents[2]
_IN_MEMORY: Final = "/dev/shm/"  # noqa: S108  # nosec -- memory
_START_S: Final = 120
_PAUSE_S: Final = 0.05
_LAST_MINUTE: Final = "1439"


class ServiceFailed(RuntimeError):
    """Say that the service did not do what the drill relies on, with what it wrote."""


@dataclass(frozen=True, slots=True)
class Founded:
    """Hold what was shown once when the instance was made.

    Attributes:
        boot_key: The key.
        boot_words: What opens it.
        invitation: The first coordinator's.
    """

    boot_key: bytes
    boot_words: str
    invitation: str


class Place:
    """Be the file system of a service.

    Args:
        root: The folder that holds all of it.
        leak: The name of a leak that is made to its processes, or nothing.

    Attributes:
        days: How many days later it is for its processes than for the machine.
    """

    def __init__(self, root: Path, *, leak: str = "") -> None:
        """Make its folders."""
        self.root = root.resolve()
        self.leak = leak
        self.days = 0
        for name in _FOLDERS:
            (self.root / name).mkdir(mode=0o700, parents=True, exist_ok=True)

    @property
    def home(self) -> Path:
        """Return the instance's folder."""
        return self.root / HOME

    @property
    def database(self) -> Path:
        """Return the database's file."""
        return self.home / DATA / "hedgerow.sqlite3"

    @property
    def log(self) -> Path:
        """Return what the service said."""
        return self.root / LOG

    def environment(self) -> dict[str, str]:
        """Return the variables of every process of the service."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(
                ("HEDGEROW_", "DRILL_", "PYTHON", "COV", "PYTEST", "RUNTIME_", "DJANGO_")
            )
        }
        return kept | {
            "HEDGEROW_HOME": str(self.home),
            "DJANGO_SETTINGS_MODULE": "hedgerow.site.settings",
            "HEDGEROW_NIGHT_MINUTE": _LAST_MINUTE,
            "TMPDIR": str(self.root / TEMPORARY),
            "HOME": str(self.root / "work"),
            "PYTHONPATH": os.pathsep.join([str(_ONTO), str(_SOURCE)]),
            "PYTHONDONTWRITEBYTECODE": "1",
            LEAK: self.leak,
            DAYS: str(self.days),
        }

    def found(self, costs: Costs) -> Founded:
        """Make the instance in a process of its own.

        Raises:
            ServiceFailed: It could not be made.
        """
        told = self.run("hedgerow.drill.founder", question=msgspec.json.encode(costs))
        return Founded(bytes.fromhex(told["boot_key"]), told["boot_words"], told["invitation"])

    def run(self, module: str, *, question: bytes) -> dict[str, Any]:
        """Run a module on this place; it takes a question and answers in JSON.

        Raises:
            ServiceFailed: It ended otherwise than with an answer.
        """
        done = subprocess.run(  # noqa: S603  # nosec -- this project's own module
            [sys.executable, "-P", "-m", module],
            input=question,
            capture_output=True,
            cwd=self.root / "work",
            env=self.environment(),
            check=False,
        )
        if done.returncode != 0:
            raise ServiceFailed(done.stderr.decode(errors="replace")[-2000:])
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    def ring(self, boot_key: bytes) -> Ring:
        """Read the ring, as somebody does who has the disk and the boot key."""
        return RingFile(self.home / DATA, boot_key=boot_key, random=system_random).read()


class Serving:
    """Be a running service.

    Args:
        place: Its file system.
    """

    def __init__(self, place: Place) -> None:
        """Keep where it lies; nothing runs yet."""
        self.place = place
        self.address = ""
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, boot_words: str) -> None:
        """Start it on a free port, and open it with the boot words.

        Raises:
            ServiceFailed: It does not answer, or not as it must.
        """
        with socket.socket() as probe:
            probe.bind((HOST, 0))
            self.address = f"{HOST}:{probe.getsockname()[1]}"
        command = ("hedgerow.cli.main", "serve", "--home", str(self.place.home))
        with self.place.log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603  # nosec -- this project's own module
                [sys.executable, "-P", "-c", _RUN, *command, "--bind", self.address],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.place.root / "work",
                env=self.place.environment(),
                start_new_session=True,
            )
        self._wait("/", lambda status: status < 500)  # noqa: PLR2004 -- any page that is no failure
        self.ask({"ask": "words", "words": boot_words})
        self.ask({"ask": "yes", "date": False})
        self._wait("/enter/", lambda status: status == 200)  # noqa: PLR2004 -- open

    def _wait(self, path: str, is_right: Any) -> None:
        """Wait until an address answers as it must.

        Raises:
            ServiceFailed: It does not.
        """
        end = time.monotonic() + _START_S
        while time.monotonic() < end:
            if self._process is None or self._process.poll() is not None:
                break
            with suppress(OSError, HTTPException):
                line = HTTPConnection(self.address, timeout=5)
                try:
                    line.request("GET", path)
                    if is_right(line.getresponse().status):
                        return
                finally:
                    line.close()
            time.sleep(_PAUSE_S)
        raise ServiceFailed(self.place.log.read_text(encoding="utf-8", errors="replace")[-2000:])

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """Ask over the control socket.

        Raises:
            ServiceFailed: It refused.
        """
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(runtime_directory(self.place.home) / "control.sock"))
            line.sendall(json.dumps(question).encode() + b"\n")
            with line.makefile() as lines:
                answer: dict[str, Any] = json.loads(lines.readline())
        if "refused" in answer:
            message = f"{question['ask']}: {answer['refused']}"
            raise ServiceFailed(message)
        return answer

    @contextmanager
    def killed_on_failure(self) -> Iterator[None]:
        """Kill it when what is done meanwhile fails."""
        with ExitStack() as stack:
            stack.callback(self.kill)
            yield
            stack.pop_all()

    def kill(self) -> None:
        """End every process of it by SIGKILL, and cut the power: what is in memory is gone."""
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        end = time.monotonic() + _START_S
        while self._answers() and time.monotonic() < end:
            time.sleep(_PAUSE_S)
        empty(runtime_directory(self.place.home))

    def strays(self) -> list[str] | None:
        """Return files outside its file system that its processes have open for writing.

        None where this user may not look: the processes let nobody but root look into them.
        """
        process = self._process
        own = (f"{self.place.root}/", _IN_MEMORY, "/memfd:", "/secretmem ")
        names = set[str]()
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if process is None or os.getpgid(int(folder.name)) != process.pid:
                    continue
                names |= set(_written_by(folder))
            except PermissionError:
                return None
            except OSError:
                continue
        return sorted(one for one in names if not one.startswith(own))

    def _answers(self) -> bool:
        """Tell whether any of its processes still has the port."""
        with socket.socket() as probe:
            host, port = self.address.split(":")
            return probe.connect_ex((host, int(port))) == 0


def _written_by(process: Path) -> Iterator[str]:
    """Yield the names of files that a process has open for writing."""
    for link in (process / "fd").iterdir():
        name = str(link.readlink())
        facts = (process / "fdinfo" / link.name).read_text(encoding="ascii")
        flags = int(facts.partition("flags:")[2].split()[0], 8)
        is_file = name.startswith("/") and not name.startswith("/dev/null")
        if is_file and flags & os.O_ACCMODE != os.O_RDONLY:
            yield name


#: Runs the command line as the launcher does.
_RUN: Final = "import sys; sys.argv[:1] = []; from hedgerow.cli.main import main; main()"
