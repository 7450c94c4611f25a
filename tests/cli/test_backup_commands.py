# SPDX-License-Identifier: AGPL-3.0-or-later
"""Make back-ups and restore them by the commands, as somebody at a terminal does."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from hedgerow.cli.backup import named
from hedgerow.kernel.errors import Refused
from hedgerow.store.instance import FILE_NAME
from hedgerow.store.runtime import empty, runtime_directory
from tests.databases import DATABASES
from tests.store.services import Made, made_instance, run, served

DAY_S = 86_400


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Made]:
    """Make an instance with one boot phrase."""
    with made_instance(tmp_path / "home") as made:
        yield made


def cheap_folder(made: Made, path: Path) -> Path:
    """Return a folder that is empty but for the description: words cost little in it too."""
    path.mkdir()
    shutil.copy(made.home / FILE_NAME, path)
    return path


def test_the_whole_way_of_a_back_up(made: Made, tmp_path: Path) -> None:
    """An open service makes it without any words; it opens elsewhere with the words of its time."""
    home, file = str(made.home), str(tmp_path / "one.hbk")
    with served(made.home) as service:
        assert "words" not in run("backup", "--home", home, file).out
        assert not Path(file).exists()
        run("unlock", "--home", home, typed=f"{made.boot[0]}\ny\n")
        done = run("backup", "--home", home, file)
        assert done.status == 0, done.err
        assert "number 1." in done.out
        again = run("backup", "--home", home, file)
        assert (again.status, "already" in again.err) == (1, True)
        refused = run("restore", "--home", home, file, typed="x\n")
        assert "served already" in refused.err
        service.wait_for("/enter/", status=200)
    _restored_elsewhere(made, Path(file), tmp_path)


def _restored_elsewhere(made: Made, file: Path, tmp_path: Path) -> None:
    """Restore into an empty folder: not by wrong words, a no or half a file, then indeed."""
    DATABASES.renew()
    other = cheap_folder(made, tmp_path / "other")
    to = ("--home", str(other))
    wrong = run("restore", *to, str(file), typed=f"{'a ' * 12}\n")
    assert wrong.status == 1
    no = run("restore", *to, str(file), typed=f"{made.boot[0]}\nn\n")
    assert (no.status, sorted(one.name for one in other.iterdir())) == (1, [FILE_NAME])
    cut = tmp_path / "cut.hbk"
    cut.write_bytes(file.read_bytes()[:-1])
    damaged = run("restore", *to, str(cut), typed=f"{made.boot[0]}\ny\n")
    assert "damaged, or cut short" in damaged.err
    assert [one.name for one in other.iterdir()] == [FILE_NAME]
    yes = run("restore", *to, str(file), typed=f"{made.boot[0]}\ny\n")
    assert yes.status == 0, yes.err
    with served(other) as service:
        opened = run("unlock", *to, typed=f"{made.boot[0]}\ny\n")
        assert "number 1." in opened.out
        service.wait_for("/enter/", status=200)
    empty(runtime_directory(other))


def test_a_closed_instance_asks_for_the_words(made: Made, tmp_path: Path) -> None:
    """Without a service the boot words are typed; into a folder it goes by the name of the day."""
    folder = tmp_path / "many"
    folder.mkdir()
    wrong = run("backup", "--home", str(made.home), str(folder), typed="no such words\n")
    assert (wrong.status, list(folder.iterdir())) == (1, [])
    done = run(
        "backup", "--home", str(made.home), typed=f"{made.boot[0]}\n", HEDGEROW_BACKUPS=str(folder)
    )
    assert done.status == 0, done.err
    assert run("backup", "--home", str(made.home)).status == 2
    (file,) = folder.iterdir()
    assert file.name.startswith("hedgerow-2")
    assert file.suffix == ".hbk"
    assert file.stat().st_mode & 0o077 == 0


def test_a_file_that_is_no_back_up_is_told(tmp_path: Path) -> None:
    """Before any words are asked for, and nothing is left in the folder."""
    (tmp_path / "letter.txt").write_text("Dear all")
    done = run("restore", "--home", str(tmp_path / "new"), str(tmp_path / "letter.txt"))
    assert (done.status, "no back-up" in done.err) == (1, True)
    assert list((tmp_path / "new").iterdir()) == []


def test_a_file_has_the_name_of_its_day(tmp_path: Path) -> None:
    """In a folder there is one back-up a day; elsewhere nothing is replaced."""
    assert named(tmp_path, now=20_500 * DAY_S).name == "hedgerow-2026-02-16.hbk"
    assert named(tmp_path / "a.hbk", now=0) == tmp_path / "a.hbk"
    (tmp_path / "a.hbk").touch()
    with pytest.raises(Refused, match=r"backup\.exists"):
        named(tmp_path / "a.hbk", now=0)


def test_upgrade_says_what_it_did(made: Made) -> None:
    """Tables of this version need nothing; no words are asked for."""
    done = run("upgrade", "--home", str(made.home))
    assert (done.status, done.out) == (0, "There is nothing to do.\n")


def test_a_service_that_cannot_upgrade_does_not_start(made: Made) -> None:
    """With tables that cannot be brought to this version nothing is served."""
    if DATABASES.server is not None:
        pytest.skip("It breaks the file of SQLite.")
    (made.home / "data" / "hedgerow.sqlite3").write_bytes(b"no database at all" * 500)
    done = run("serve", "--home", str(made.home), "--bind", "127.0.0.1:0")
    assert (done.status, "tables could not be brought" in done.err) == (1, True)
    assert "Traceback" not in done.err
    alone = run("upgrade", "--home", str(made.home))
    assert (alone.status, len(alone.err.splitlines())) == (1, 1)
    assert "not a database" in alone.err
