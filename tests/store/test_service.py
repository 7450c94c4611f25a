# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check a service of real processes: closed, opened, renewed, closed, killed."""

import http.client
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from hedgerow.cli.control import ask, socket_path
from tests.databases import DATABASES
from tests.store.services import (
    Made,
    children_of,
    environment,
    is_alive,
    made_instance,
    run,
    served,
)

CLOSED, OPEN = 503, 200
_WITHOUT_LIST = """
import sys
from pathlib import Path
from hedgerow.cli.asking import ask_boot_key
from hedgerow.cli.homes import use_home
home = Path(sys.argv[1])
key = ask_boot_key(home)
use_home(home)
from hedgerow.engines.vault.pause import list_tag
from hedgerow.store import machine as machines
from hedgerow.store.writing import in_writing
machines.open_with(home, key)
in_writing(lambda tx: tx.drop_large([list_tag(machines.machine().ring.hold, 0)]))
machines.close()
"""
ENTER = "/enter/"


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Made]:
    """Make an instance with one boot phrase."""
    with made_instance(tmp_path / "home") as made:
        yield made


def _home(made: Made) -> list[str]:
    return ["--home", str(made.home)]


def _unlock(made: Made) -> None:
    done = run("unlock", *_home(made), typed=f"{made.boot[0]}\ny\n")
    assert done.status == 0, done.err
    assert "number 1." in done.out
    assert "Open." in done.out


def test_a_service_starts_closed_opens_renews_and_closes(made: Made) -> None:
    """Closed pages come with the words, stay through a night, and go with `lock`."""
    with served(made.home) as service:
        assert service.status(ENTER) == CLOSED
        wrong = run("unlock", *_home(made), typed="no such words\n")
        assert wrong.status == 1
        assert service.status(ENTER) == CLOSED
        _unlock(made)
        service.wait_for(ENTER, status=OPEN)
        night = run("night", *_home(made))
        assert night.status == 0, night.err
        assert "Renewed" in night.out
        service.wait_for(ENTER, status=OPEN)
        before = service.workers()
        assert run("lock", *_home(made)).status == 0
        service.wait_for(ENTER, status=CLOSED)
        _wait_until_gone(*before)
        assert service.status("/") == OPEN
    assert run("unlock", *_home(made), typed="x\n").status == 1


def test_a_missing_pause_list_is_begun_by_a_holder_alone(made: Made) -> None:
    """Opening says that it lacks; the night begins it after two yeses, and not after one."""
    command = [sys.executable, "-c", _WITHOUT_LIST, str(made.home)]
    typed = f"{made.boot[0]}\ny\n"
    subprocess.run(command, input=typed, text=True, env=environment(), check=True)
    with served(made.home) as service:
        done = run("unlock", *_home(made), typed=typed)
        assert "the list of paused accounts is not there" in done.err
        service.wait_for(ENTER, status=OPEN)
        for answers in ("y\nn\n", "y\ny\n"):
            assert (ask(made.home, {"ask": "dates"}) or {})["is_pause_list_whole"] is False
            night = run("night", *_home(made), "--confirm-date", typed=answers)
            assert night.status == 0, night.err
            assert "Begin an empty list?" in night.out
        assert (ask(made.home, {"ask": "dates"}) or {})["is_pause_list_whole"] is True


def test_a_killed_worker_is_replaced_and_has_the_key(made: Made) -> None:
    """New workers inherit the key's page, after SIGKILL of a worker and after HUP."""
    with served(made.home) as service:
        _unlock(made)
        service.wait_for(ENTER, status=OPEN)
        arbiter = _arbiter(service.process.pid)
        first = children_of(arbiter)
        for pid in first:
            os.kill(pid, signal.SIGKILL)
        _wait_until_gone(*first)
        service.wait_for(ENTER, status=OPEN)
        second = children_of(arbiter)
        os.kill(arbiter, signal.SIGHUP)
        _wait_until_gone(*second)
        service.wait_for(ENTER, status=OPEN)
        third = [pid for pid in children_of(arbiter) if is_alive(pid)]
        assert third
        for pid in third:
            _has_no_secret(pid, made)


def test_everything_ends_with_a_killed_parent(made: Made) -> None:
    """When the parent dies even of SIGKILL, no process with the key is left."""
    with served(made.home) as service:
        _unlock(made)
        children = [*children_of(service.process.pid), *service.workers()]
        service.process.kill()
        service.process.wait()
        _wait_until_gone(*children)


def test_two_of_three_holders_open_a_service(tmp_path: Path) -> None:
    """One share waits; the same share again does not help; another one opens."""
    with made_instance(tmp_path / "home", holders=3) as made, served(made.home) as service:
        for _ in range(2):
            first = run("unlock", *_home(made), typed=f"{made.boot[2]}\n")
            assert "waits ten minutes" in first.out
        second = run("unlock", *_home(made), typed=f"{made.boot[0]}\ny\n")
        assert second.status == 0, second.err
        service.wait_for(ENTER, status=OPEN)


def test_new_boot_words_open_and_old_ones_do_not(made: Made) -> None:
    """The boot key changes under a running service, which goes on."""
    with served(made.home) as service:
        _unlock(made)
        service.wait_for(ENTER, status=OPEN)
        words = _change_boot_key(made)
        assert service.status(ENTER) == OPEN
        assert run("night", *_home(made)).status == 0
        assert run("lock", *_home(made)).status == 0
        service.wait_for(ENTER, status=CLOSED)
        old = run("unlock", *_home(made), typed=f"{made.boot[0]}\n")
        assert old.status == 1
        first = run("unlock", *_home(made), typed=f"{words[1]}\n")
        assert "waits ten minutes" in first.out
        second = run("unlock", *_home(made), typed=f"{words[0]}\ny\n")
        assert "Open." in second.out
        service.wait_for(ENTER, status=OPEN)


def _change_boot_key(made: Made) -> list[str]:
    """Change from one phrase to three shares, reading the new words off the screen."""
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "hedgerow", "boot-key", *_home(made), "--boot", "three"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment(),
    )
    assert process.stdin
    assert process.stdout
    process.stdin.write(f"{made.boot[0]}\n")
    process.stdin.flush()
    words: list[str] = []
    for line in process.stdout:
        if line.startswith("Share"):
            words.append(next(process.stdout).strip())
        if len(words) == 3:
            break
    out, _ = process.communicate("".join(f"{one}\n" for one in words), timeout=30)
    assert process.returncode == 0
    assert "From now on" in out
    return words


def test_new_boot_words_that_are_not_typed_back_change_nothing(made: Made) -> None:
    """Whoever cannot type the new words back keeps the old ones."""
    before = _files(made.home)
    typed = f"{made.boot[0]}\n{made.boot[0]}\n"
    done = run("boot-key", *_home(made), "--boot", "one", typed=typed)
    assert done.status == 1
    assert "Nothing was changed" in done.err
    assert _files(made.home) == before


def test_wrong_boot_words_touch_nothing(made: Made, tmp_path: Path) -> None:
    """Words of another instance pass their check word, open nothing and write nothing."""
    with made_instance(tmp_path / "other") as other:
        before = _files(made.home)
        done = run("night", *_home(made), typed=f"{other.boot[0]}\n")
    assert done.status == 1
    assert "do not open" in done.err
    assert _files(made.home) == before


def test_a_second_service_of_one_instance_is_refused(made: Made) -> None:
    """The second parent says that the first one runs, and the socket is its owner's alone."""
    with served(made.home):
        done = run("serve", *_home(made), "--bind", "127.0.0.1:1")
        assert done.status == 1
        assert "already" in done.err
        assert socket_path(made.home).stat().st_mode & 0o777 == 0o600
        assert ask(made.home, {"ask": "status"}) == {"open": False}
        with pytest.raises(Exception, match=r"control\.unknown"):
            ask(made.home, {"ask": "everything"})


def test_files_of_an_instance_are_their_owners_alone(made: Made) -> None:
    """Nobody else on the machine can read database, log, ring or wrap."""
    with served(made.home):
        _unlock(made)
        assert run("night", *_home(made)).status == 0
        files = [path for path in made.home.rglob("*") if path.is_file()]
        present = {path.name for path in files}
        assert present >= {"ring", "boot.wrap"}
        assert ("hedgerow.sqlite3" in present) is (DATABASES.server is None)
        assert {path.name: path.stat().st_mode & 0o077 for path in files if path.name} == {
            path.name: 0 for path in files
        }


def test_whoever_sends_a_form_slowly_keeps_nobody_waiting(made: Made) -> None:
    """Forms of which a half has arrived hold no turn in any worker."""
    with served(made.home) as service:
        _unlock(made)
        service.wait_for(ENTER, status=OPEN)
        with ExitStack() as lines:
            slow = [lines.enter_context(closing(_begun_form(service.port))) for _ in range(8)]
            for _ in range(4):
                with closing(_begun_form(service.port, rest=b"words")) as line:
                    assert _status(line) == 422
            for line in slow:
                line.send(b"words")
                assert _status(line) == 422


def _status(line: http.client.HTTPConnection) -> int:
    """Wait for an answer and return its status."""
    with line.getresponse() as answer:
        answer.read()
        return answer.status


def _begun_form(port: int, *, rest: bytes = b"") -> http.client.HTTPConnection:
    """Send a form of words, but for its last five letters unless these are given."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    line.request("GET", ENTER)
    with line.getresponse() as page:
        cookie = page.headers["Set-Cookie"].partition(";")[0]
        token = re.search(rb'name="csrfmiddlewaretoken" value="(\w+)"', page.read())
    assert token
    body = b"csrfmiddlewaretoken=" + token[1] + b"&words="
    line.putrequest("POST", ENTER)
    headers = {
        "Cookie": cookie,
        "Origin": f"http://127.0.0.1:{port}",
        "Content-Type": "application/x-www-form-urlencoded",
        "Content-Length": str(len(body) + len(b"words")),
    }
    for name, value in headers.items():
        line.putheader(name, value)
    line.endheaders(body + rest)
    return line


def _files(home: Path) -> dict[str, tuple[bytes, int]]:
    """Return what every file holds and when it was last written."""
    return {
        str(path.relative_to(home)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in home.rglob("*")
        if path.is_file()
    }


def _arbiter(parent: int) -> int:
    """Return gunicorn's own process."""
    commands = {pid: Path(f"/proc/{pid}/cmdline").read_bytes() for pid in children_of(parent)}
    return next(pid for pid, line in commands.items() if b"gunicorn" in line)


def _has_no_secret(pid: int, made: Made) -> None:
    """Check that no word of the phrase stands in a process's environment."""
    if os.geteuid() != 0:
        # The kernel shows the environment of a process without dumps to nobody but root.
        with pytest.raises(PermissionError):
            Path(f"/proc/{pid}/environ").read_bytes()
        return
    shown = Path(f"/proc/{pid}/environ").read_bytes()
    assert b"HEDGEROW_BOOT_DESCRIPTOR=" in shown
    assert made.boot[0].encode() not in shown


def _wait_until_gone(*pids: int) -> None:
    """Wait until processes have ended."""
    end = time.monotonic() + 40
    while any(is_alive(pid) for pid in pids):
        assert time.monotonic() < end, "a process is left"
        time.sleep(0.05)
