# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check that one shell script sets everything up once, and what it says when it cannot."""

import subprocess
import time
from pathlib import Path

from tests.launcher.conftest import Tree

FIRST_CALLS = ["venv", "pip run.txt", "link", "compile"]


def test_first_call_prepares_and_later_calls_only_run(tree: Tree) -> None:
    """The first call makes .venv, shows it on stderr, and runs the command; the next only runs."""
    first = tree.call("demo", "two words", "--x")
    assert (first.returncode, first.stdout) == (0, "ran:demo two words --x\n")
    assert "making .venv" in first.stderr
    assert "requirements/run.txt" in first.stderr
    assert tree.calls() == [*FIRST_CALLS, "run demo two words --x"]
    second = tree.call("demo")
    assert (second.stdout, second.stderr) == ("ran:demo\n", "")
    assert tree.calls() == ["run demo"]


def test_status_of_the_command_is_passed_on(tree: Tree) -> None:
    """The caller sees the exit status of the command itself."""
    assert tree.call("demo", STUB_STATUS="2").returncode == 2


def test_only_the_test_command_installs_the_test_libraries(tree: Tree) -> None:
    """`test` installs requirements/test.txt once, before it runs."""
    tree.call("demo")
    tree.calls()
    tree.call("test")
    assert tree.calls() == ["link", "pip test.txt", "run test"]
    tree.call("test")
    assert tree.calls() == ["run test"]


def test_a_changed_lock_file_is_installed_again(tree: Tree) -> None:
    """New pins are installed into the environment that is there."""
    tree.call("demo")
    tree.calls()
    (tree.root / "requirements" / "run.txt").write_text("run==2\n")
    tree.call("demo")
    assert tree.calls() == ["pip run.txt", "link", "run demo"]


def test_changed_and_lost_catalogues_are_compiled_again(tree: Tree) -> None:
    """A changed .po and a lost .mo are compiled at the next call, without installing."""
    tree.call("demo")
    tree.calls()
    tree.catalogue.write_text('msgid "a"\nmsgstr "в"\n')
    tree.call("demo")
    assert tree.calls() == ["link", "compile", "run demo"]
    tree.catalogue.with_suffix(".mo").unlink()
    tree.call("demo")
    assert tree.calls() == ["link", "compile", "run demo"]


def test_a_killed_set_up_is_redone(tree: Tree) -> None:
    """What a killed call left is thrown away, whatever half of it was there."""
    killed = tree.call("demo", STUB_KILLED="1")
    assert killed.returncode != 0
    (tree.root / ".venv" / "half").touch()
    tree.calls()
    again = tree.call("demo")
    assert "interrupted" in again.stderr
    assert again.stdout == "ran:demo\n"
    assert tree.calls() == [*FIRST_CALLS, "run demo"]
    assert not (tree.root / ".venv" / "half").exists()


def test_a_folder_without_an_environment_is_replaced(tree: Tree) -> None:
    """A .venv whose Python does not start is made anew."""
    (tree.root / ".venv" / "bin").mkdir(parents=True)
    (tree.root / ".venv" / "bin" / "python").symlink_to("/nowhere/python3")
    assert tree.call("demo").stdout == "ran:demo\n"
    assert tree.calls() == [*FIRST_CALLS, "run demo"]


def test_a_moved_tree_is_prepared_again(tree: Tree, tmp_path: Path) -> None:
    """An environment made elsewhere is not trusted after the folder was moved."""
    tree.call("demo")
    tree.calls()
    moved = Tree(tree.root.rename(tmp_path / "moved"), tree.programs, tree.log)
    assert moved.call("demo").stdout == "ran:demo\n"
    assert "pip run.txt" in moved.calls()


def test_without_network_one_sentence_says_what_to_do(tree: Tree) -> None:
    """A failed installation ends with status 1 and advice, and the next call goes on."""
    failed = tree.call("demo", STUB_PIP_STATUS="1")
    assert (failed.returncode, failed.stdout) == (1, "")
    assert "check the network" in failed.stderr.splitlines()[-1]
    tree.calls()
    assert tree.call("demo").stdout == "ran:demo\n"
    assert tree.calls() == ["pip run.txt", "link", "compile", "run demo"]


def test_an_old_python_is_named(tree: Tree) -> None:
    """A Python before 3.11 is refused with its version, and nothing is made."""
    refused = tree.call("demo", STUB_TOO_OLD="1", STUB_VERSION="3.9.2")
    assert refused.returncode == 1
    assert "Python 3.11 or newer is needed, and this machine has Python 3.9.2" in refused.stderr
    assert not (tree.root / ".venv").exists()


def test_a_missing_python_is_said(tree: Tree) -> None:
    """Without any Python one sentence says what to install."""
    (tree.programs / "python3").unlink()
    refused = tree.call("demo")
    assert refused.returncode == 1
    assert len(refused.stderr.splitlines()) == 1
    assert "apt install python3 python3-venv" in refused.stderr


def test_a_missing_venv_module_is_said(tree: Tree) -> None:
    """Debian's python3 without python3-venv is told what lacks; the call after it goes on."""
    refused = tree.call("demo", STUB_NO_VENV="1")
    assert refused.returncode == 1
    assert "apt install python3-venv" in refused.stderr.splitlines()[-1]
    assert tree.call("demo").stdout == "ran:demo\n"


def test_link_and_foreign_folder_work(tree: Tree, tmp_path: Path) -> None:
    """The launcher is called by a relative link of a link, from another folder."""
    (tmp_path / "first").symlink_to(Path(tree.root.name) / "hedgerow")
    (tmp_path / "second").symlink_to("first")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    answer = tree.call("demo", path=tmp_path / "second", cwd=elsewhere)
    assert answer.stdout == "ran:demo\n"
    assert (tree.root / ".venv").is_dir()


def test_two_calls_at_once_prepare_once(tree: Tree) -> None:
    """The second of two first calls waits, says so, and finds everything ready."""
    command = [str(tree.root / "hedgerow"), "demo"]
    environment = tree.environment(STUB_SLOW="1")
    both = [
        subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    answers = [one.communicate(timeout=30) for one in both]
    assert [out for out, _ in answers] == ["ran:demo\n"] * 2
    assert tree.calls() == [*FIRST_CALLS, "run demo", "run demo"]
    assert sum("waiting" in err for _, err in answers) == 1


def test_uv_is_used_where_there_is_one(tree: Tree) -> None:
    """With uv the environment and the libraries come from it, with hashes all the same."""
    uv = tree.programs / "uv"
    uv.write_text(
        "#!/bin/sh\n"
        f'echo "uv $1" >>"{tree.log}"\n'
        'for last in "$@"; do :; done\n'
        f'if [ "$1" = venv ]; then "{tree.programs}/python3" -m venv "$last"; fi\n'
        'if [ "$1" = pip ]; then case " $* " in *" --require-hashes "*) ;; *) exit 1 ;; esac; fi\n'
    )
    uv.chmod(0o755)
    assert tree.call("demo").stdout == "ran:demo\n"
    assert tree.calls() == [
        "uv --version",
        "uv venv",
        "venv",
        "uv pip",
        *FIRST_CALLS[2:],
        "run demo",
    ]


def test_a_ready_launcher_adds_less_than_a_fifth_of_a_second(tree: Tree) -> None:
    """The quickest of five calls of a prepared tree stays below 0.2 s."""
    tree.call("demo")
    times_s = []
    for _ in range(5):
        start_s = time.perf_counter()
        tree.call("demo")
        times_s.append(time.perf_counter() - start_s)
    assert min(times_s) < 0.2
