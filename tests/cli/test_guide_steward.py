# SPDX-License-Identifier: AGPL-3.0-or-later
"""Follow the guide for whoever runs the machine, step by step, in a clean folder."""

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hedgerow.store.runtime import empty, runtime_directory
from tests.docs.reading import text_of
from tests.store.services import Served, environment, free_port

pytestmark = pytest.mark.sqlite_only("The guide is about an instance on SQLite.")

GUIDE = "docs/guide-steward.en.md"
LINE = re.compile(r"^    (\./hedgerow .+)$", re.MULTILINE)
SHARE = re.compile(r"Share \d of 3:\n  (.+)\n")
HOME, TRIAL, BACKUPS = (f"/var/lib/hedgerow/{name}" for name in ("instance", "trial", "backups"))
FILE = f"{BACKUPS}/hedgerow-2027-02-16.hbk"
PATIENCE_S = 120


def lines_of_guide() -> list[str]:
    """Return every command of the guide that the user of the service types, in its order."""
    return LINE.findall(text_of(GUIDE))


@dataclass
class Steward:
    """Be somebody who follows the guide; places are those of a clean folder.

    Attributes:
        root: Stands for /var/lib/hedgerow.
        left: Lines of the guide that were not typed yet.
        shares: What the holders wrote on paper.
        served: What runs, by its folder.
    """

    root: Path
    left: list[str]
    shares: list[str] = field(default_factory=list)
    served: dict[str, Served] = field(default_factory=dict)

    def place(self, text: str) -> str:
        """Return a text of the guide with places of the clean folder in it."""
        today = f"hedgerow-{datetime.now(UTC):%Y-%m-%d}.hbk"
        text = text.replace("hedgerow-2027-02-16.hbk", today)
        return text.replace("/var/lib/hedgerow", str(self.root))

    def environment(self) -> dict[str, str]:
        """Return what the guide exports."""
        return environment(HEDGEROW_HOME=self.place(HOME), HEDGEROW_BACKUPS=self.place(BACKUPS))

    def command(self, line: str) -> list[str]:
        """Take the next line of the guide, which must be this one."""
        assert self.left.pop(0) == line
        _program, *words = shlex.split(self.place(line))
        return [sys.executable, "-m", "hedgerow", *words]

    def types(self, line: str, *typed: str, status: int = 0) -> str:
        """Type a line and what it asks for; return what it says."""
        done = subprocess.run(
            self.command(line),
            input="".join(f"{one}\n" for one in typed),
            capture_output=True,
            text=True,
            env=self.environment(),
            timeout=PATIENCE_S,
            check=False,
        )
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout

    def serves(self, line: str) -> Served:
        """Start what a line of the guide starts, on a free port."""
        port = free_port()
        command = [re.sub(r":80\d\d$", f":{port}", word) for word in self.command(line)]
        home = self.place(TRIAL if TRIAL in line else HOME)
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=self.environment())
        service = self.served[home] = Served(Path(home), port, process)
        service.wait_for("/", status=200)
        return service

    def stops(self, service: Served) -> None:
        """End a service by Ctrl-C."""
        service.process.send_signal(signal.SIGINT)
        assert service.process.wait(PATIENCE_S) == 0
        del self.served[str(service.home)]

    def opens(self, line: str, service: Served) -> str:
        """Let two holders type their shares, the second one's yes included."""
        again = line
        first = self.types(again, self.shares[0])
        assert "waits ten minutes" in first
        self.left.insert(0, line)
        said = self.types(line, self.shares[2], "y")
        service.wait_for("/enter/", status=200)
        return said


@pytest.fixture
def steward(tmp_path: Path) -> Iterator[Steward]:
    """Return somebody in a clean folder; whatever still runs at the end is ended."""
    root = tmp_path / "hedgerow"
    root.mkdir(mode=0o700)
    (root / "backups").mkdir(mode=0o700)
    steward = Steward(root, lines_of_guide())
    homes = [Path(steward.place(one)) for one in (HOME, TRIAL)]
    yield steward
    for service in steward.served.values():
        service.process.terminate()
        service.process.wait(PATIENCE_S)
    for home in homes:
        if home.exists():
            empty(runtime_directory(home))


def test_the_guide_can_be_followed(steward: Steward) -> None:
    """From nothing to an instance that was backed up, restored and upgraded: every line works."""
    assert steward.types("./hedgerow --version").startswith("hedgerow")
    line = (
        './hedgerow init --name "Tenants of the North" --address https://tenants.example'
        " --boot three"
    )
    steward.shares += SHARE.findall(steward.types(line))
    assert len(steward.shares) == 3
    # There is no back-up yet, which the doctor calls wrong, as the guide says.
    assert "WRONG  back-ups" in steward.types("./hedgerow doctor", status=1)
    service = steward.serves("./hedgerow serve --bind 127.0.0.1:8000")
    assert service.status("/enter/") == 503
    assert "number 1." in steward.opens("./hedgerow unlock", service)
    _days(steward, service)
    _backed_up_and_tried(steward)
    _restored_and_upgraded(steward, service)
    assert steward.left == []


def _days(steward: Steward, service: Served) -> None:
    """Do what section 4 ends with, and sections 5 and 6."""
    assert steward.types("./hedgerow lock") == "Closed.\n"
    service.wait_for("/enter/", status=503)
    steward.left.insert(0, "./hedgerow unlock")
    steward.opens("./hedgerow unlock", service)
    # Nobody answers at the made-up name, and the doctor says so.
    said = steward.types("./hedgerow doctor --url https://tenants.example", status=1)
    assert "WRONG  proxy" in said
    assert steward.types("./hedgerow night").startswith("Renewed")
    steward.types("./hedgerow doctor", status=1)


def _backed_up_and_tried(steward: Steward) -> None:
    """Do what sections 7 and 8 say."""
    assert ".hbk" in steward.types("./hedgerow backup")
    holders = (steward.shares[1], steward.shares[2])
    said = steward.types(f"./hedgerow restore --home {TRIAL} {FILE}", *holders, "y")
    assert "number 3." in said
    trial = steward.serves(f"./hedgerow serve --home {TRIAL} --bind 127.0.0.1:8001")
    steward.opens(f"./hedgerow unlock --home {TRIAL}", trial)
    steward.stops(trial)
    empty(runtime_directory(trial.home))
    shutil.rmtree(trial.home)


def _restored_and_upgraded(steward: Steward, service: Served) -> None:
    """Do what sections 9 to 11 say, on the same machine and after it was lost."""
    restore = f"./hedgerow restore {FILE}"
    steward.stops(service)
    holders = (steward.shares[0], steward.shares[1])
    steward.types(restore, *holders, "y")
    empty(runtime_directory(service.home))
    shutil.rmtree(service.home)
    steward.left.insert(0, restore)
    steward.types(restore, *holders, "y")
    steward.types("./hedgerow --version")
    assert steward.types("./hedgerow upgrade") == "There is nothing to do.\n"
    left = list(steward.left)
    steward.left[:0] = ["./hedgerow serve --bind 127.0.0.1:8000", "./hedgerow unlock"]
    service = steward.serves("./hedgerow serve --bind 127.0.0.1:8000")
    assert "number 3." in steward.opens("./hedgerow unlock", service)
    assert steward.left == left
    _new_shares(steward)
    steward.stops(service)


def _new_shares(steward: Steward) -> None:
    """Change the boot words while it is served; what is typed back is read off the screen."""
    command = steward.command("./hedgerow boot-key --boot three")
    process = subprocess.Popen(
        [command[0], "-u", *command[1:]],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=steward.environment(),
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f"{steward.shares[0]}\n{steward.shares[1]}\n")
    process.stdin.flush()
    shown = ""
    while len(SHARE.findall(shown)) < 3:
        line = process.stdout.readline()
        assert line, shown
        shown += line
    process.stdin.write("".join(f"{one}\n" for one in SHARE.findall(shown)))
    process.stdin.close()
    said = process.stdout.read()
    process.stdout.close()
    assert process.wait(PATIENCE_S) == 0
    assert "From now on the new words open" in said


def test_what_root_copies_exists() -> None:
    """Each file that the guide copies for systemd and nginx lies where it says."""
    copied = re.findall(r"docs/examples/[\w.-]+", text_of(GUIDE))
    assert len(set(copied)) >= 4
    assert [one for one in copied if not (Path(__file__).parents[2] / one).exists()] == []
    assert os.sep in copied[0]
